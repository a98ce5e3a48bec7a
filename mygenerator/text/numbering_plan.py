"""Mobile numbers of a region as they are written there: the numbering plan, taken from Google's libphonenumber.

A phone data set writes the plan's fields into its recipe, because plans change with every release of the `phonenumbers`
package (the metadata is Google's, Apache License 2.0); from then on only `PhonePlan.full_pattern` counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

from mygenerator.errors import InputError, unknown_name
from mygenerator.text.patterns import Pattern

_PROBES = 50
"""How many numbers of a plan, spread evenly over it, have to parse back before the plan is returned."""


@dataclass(frozen=True)
class PhonePlan:
    """Which texts are mobile numbers of a region.

    Parameters
    ----------
    region : str
        Two letters, such as "JP".
    prefix : str
        The digits before the national significant number, such as "0"; can be empty.
    pattern : str
        The pattern of the national significant number.
    lengths : tuple of int
        The numbers of digits that the national significant number can have.

    Raises
    ------
    InputError
        If the prefix is not made of digits.

    Examples
    --------
    >>> PhonePlan("JP", prefix="0", pattern=r"[6-9]0[1-9]\\d{7}", lengths=(10,)).full_pattern.count
    360000000
    """

    region: str
    prefix: str
    pattern: str
    lengths: tuple[int, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.prefix, str) or (self.prefix and not _is_digits(self.prefix)):
            raise InputError(f"the prefix of region {self.region} is {self.prefix!r}", allowed="digits, or nothing")
        object.__setattr__(self, "lengths", tuple(self.lengths))

    @cached_property
    def full_pattern(self) -> Pattern:
        """All numbers of the plan, with their prefix."""
        return Pattern(f"{self.prefix}(?:{self.pattern})", [len(self.prefix) + length for length in self.lengths])


def phone_plan(region: str) -> PhonePlan:
    """The plan of a region's mobile numbers according to the installed `phonenumbers` package.

    Three prefixes are tried: the one that the package writes before the region's example number, none, and the
    region's national prefix. The first with which numbers from all over the plan parse back as valid is taken.

    Raises
    ------
    InputError
        If the region is unknown, has no mobile numbers, or has some that do not parse back.
    """
    import phonenumbers

    if not isinstance(region, str) or region not in phonenumbers.SUPPORTED_REGIONS:
        raise unknown_name("region", region, sorted(phonenumbers.SUPPORTED_REGIONS))
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    mobile = metadata.mobile if metadata else None
    if metadata is None or mobile is None or not mobile.national_number_pattern:
        raise InputError(f"region {region} has no mobile numbers in phonenumbers {phonenumbers.__version__}")
    for prefix in _prefixes(region, metadata.national_prefix):
        plan = PhonePlan(region, prefix, mobile.national_number_pattern, mobile.possible_length)
        numbers = plan.full_pattern
        probes = numbers.unrank([numbers.count * probe // _PROBES for probe in range(_PROBES)])
        if all(_parses_back(text, prefix, region) for text in probes.tolist()):
            return plan
    raise InputError(
        f"mobile numbers of region {region} do not parse back as valid in phonenumbers {phonenumbers.__version__}",
        do="use another region, or give the pattern of the numbers",
    )


def is_valid(text: str, region: str) -> bool:
    """Whether the text is a valid mobile number of the region, all digits and in the form of its plan.

    Raises
    ------
    InputError
        In the cases of `phone_plan`.
    """
    plan = _remembered_plan(region)
    return plan.full_pattern.matches(text) and _parses_back(text, plan.prefix, region)


# Not on `phone_plan` itself: a region that cannot be hashed has to get the message that it is unknown.
_remembered_plan = lru_cache(maxsize=16)(phone_plan)


def _prefixes(region: str, national_prefix: str | None) -> list[str]:
    """The prefixes to try, in this order, without repeats."""
    import phonenumbers

    prefixes = ["", national_prefix or ""]
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example:
        written = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
        digits = "".join(filter(str.isdecimal, written))
        number = phonenumbers.national_significant_number(example)
        if digits.endswith(number):
            prefixes.insert(0, digits.removesuffix(number))
    return list(dict.fromkeys(prefixes))


def _parses_back(text: str, prefix: str, region: str) -> bool:
    """Whether the text, dialled in the region, is valid there and means the number after the prefix."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number(number)
        and phonenumbers.is_valid_number_for_region(number, region)
        and phonenumbers.national_significant_number(number) == text.removeprefix(prefix)
    )


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
