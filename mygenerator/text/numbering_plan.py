"""Mobile numbers of a region as they are written there: the numbering plan, taken from Google's libphonenumber.

Written as there means: the digits of the library's national format, all of them and nothing else.

A phone data set writes the plan's fields into its recipe, because plans change with every release of the `phonenumbers`
package (the metadata is Google's, Apache License 2.0); from then on only `PhonePlan.full_pattern` counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from mygenerator.errors import InputError
from mygenerator.text.national_form import national_pattern
from mygenerator.text.patterns import Pattern
from mygenerator.text.regions import unknown_region

if TYPE_CHECKING:
    import phonenumbers

_NATIONAL = 2
"""phonenumbers.PhoneNumberFormat.NATIONAL, without its import."""
_PROBES = 50
"""How many numbers of a plan, spread evenly over it, have to be right before the plan is returned."""


@dataclass(frozen=True)
class PhonePlan:
    """Which texts are mobile numbers of a region.

    Parameters
    ----------
    region : str
        Two letters, such as "JP".
    prefix : str
        The digits before each number, such as "0"; empty if there are none, or not the same before all.
    pattern : str
        The pattern of what follows the prefix: in most regions the national significant number.
    lengths : tuple of int
        The numbers of digits that can follow the prefix.

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
    region's national prefix. The first with which numbers from all over the plan are written as in the package's
    national format is taken. If none is right for all numbers, the plan has no prefix, and its pattern is that of
    everything that is written.

    Raises
    ------
    InputError
        If the region is unknown or has no mobile numbers, or if what is written nationally is not known for them all.
    """
    import phonenumbers

    if not isinstance(region, str) or region not in phonenumbers.SUPPORTED_REGIONS:
        raise unknown_region(region)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    mobile = metadata.mobile if metadata else None
    if metadata is None or mobile is None or not mobile.national_number_pattern:
        raise InputError(
            f"region {region} has no mobile numbers in phonenumbers {phonenumbers.__version__}",
            do="use another region, or give the pattern of the numbers",
        )
    pattern, lengths = mobile.national_number_pattern, mobile.possible_length
    for prefix in _prefixes(region, metadata.national_prefix):
        plan = PhonePlan(region, prefix, pattern, lengths)
        if _is_right(plan):
            return plan
    written = national_pattern(pattern, lengths, metadata.number_format)
    if written is not None:
        plan = PhonePlan(region, "", *written)
        if _is_right(plan):
            return plan
    raise InputError(
        f"phonenumbers {phonenumbers.__version__} does not read mobile numbers of region {region} back as it writes "
        "them nationally",
        do="use another region, or give the pattern of the numbers",
    )


def is_valid(text: str, region: str) -> bool:
    """Whether the text is a valid mobile number of the region, all digits and in the form of its plan.

    Raises
    ------
    InputError
        In the cases of `phone_plan`.
    """
    return _remembered_plan(region).full_pattern.matches(text) and is_mobile(text, region)


def is_mobile(text: str, region: str) -> bool:
    """Whether the text, dialled in the region, is a valid mobile number there.

    Raises
    ------
    InputError
        If the region is unknown.
    """
    import phonenumbers

    if not isinstance(region, str) or region not in phonenumbers.SUPPORTED_REGIONS:
        raise unknown_region(region)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    number = _number(text, region)
    if number is None or metadata is None or metadata.mobile is None:
        return False
    pattern = metadata.mobile.national_number_pattern or ""
    return re.fullmatch(pattern, phonenumbers.national_significant_number(number)) is not None


# Not on `phone_plan` itself: a region that cannot be hashed has to get the message that it is unknown.
_remembered_plan = lru_cache(maxsize=16)(phone_plan)


def _prefixes(region: str, national_prefix: str | None) -> list[str]:
    """The prefixes to try, in this order, without repeats."""
    import phonenumbers

    prefixes = ["", national_prefix or ""]
    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example:
        digits = _digits_of(phonenumbers.format_number(example, _NATIONAL))
        number = phonenumbers.national_significant_number(example)
        if digits.endswith(number):
            prefixes.insert(0, digits.removesuffix(number))
    return list(dict.fromkeys(prefixes))


def _is_right(plan: PhonePlan) -> bool:
    """Whether numbers from all over the plan are valid, and are what the library writes nationally, digits only."""
    import phonenumbers

    numbers = plan.full_pattern
    probes = numbers.unrank([numbers.count * probe // _PROBES for probe in range(_PROBES)])
    for text in probes.tolist():
        number = _number(text, plan.region)
        if number is None or _digits_of(phonenumbers.format_number(number, _NATIONAL)) != text:
            return False
    return True


def _number(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    """The number that is reached if the text is dialled in the region; None if it is not a valid one of the region."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number) and phonenumbers.is_valid_number_for_region(number, region)
    return number if valid else None


def _digits_of(text: str) -> str:
    return "".join(filter(str.isdecimal, text))


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
