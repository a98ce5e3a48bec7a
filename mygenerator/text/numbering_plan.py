"""Numbers of a region and a type as they are written: the numbering plan, taken from Google's libphonenumber.

By default they are mobile numbers with the digits of the library's national format, all of them and nothing else.

A phone data set writes the plan's fields into its recipe, because plans change with every release of the `phonenumbers`
package (the metadata is Google's, Apache License 2.0); from then on only `PhonePlan.full_pattern` counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from mygenerator.errors import InputError, choice
from mygenerator.text.patterns import Pattern
from mygenerator.text.regions import unknown_region
from mygenerator.text.written_form import Style, written_pattern

if TYPE_CHECKING:
    import phonenumbers

NumberType = Literal[
    "mobile",
    "fixed_line",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
]
"""The types of numbers, by the names that the library has for them."""
Written = Literal["national", "spaced", "international"]
"""How numbers are written: digits as in the region, the same in groups, or with the telephone code and in groups."""
Separator = Literal["none", "-", ".", "/"]
"""What can stand between groups of digits in place of what the region has there; "none" is nothing at all."""

_NATIONAL, _INTERNATIONAL = 2, 1
"""phonenumbers.PhoneNumberFormat.NATIONAL and INTERNATIONAL, without its import."""
_TYPE_NUMBERS = {"fixed_line": 0, "mobile": 1} | {
    name: number for number, name in enumerate(get_args(NumberType)[2:], start=3)
}
"""The values of phonenumbers.PhoneNumberType."""
_PROBES = 50
"""How many numbers of a plan, spread evenly over it, have to be right before the plan is returned."""


@dataclass(frozen=True)
class PhonePlan:
    """Which texts are numbers of a region and a type.

    Parameters
    ----------
    region : str
        Two letters, such as "JP".
    prefix : str
        The digits before each number, such as "0"; empty if there are none, or not the same before all.
    pattern : str
        The pattern of what follows the prefix: in most regions the national significant number.
    lengths : tuple of int
        The numbers of characters that can follow the prefix.
    type : str
        One of `NumberType`.
    written : str
        One of `Written`: what the texts are in phonenumbers.
    separator : str, optional
        One of `Separator`, in place of what phonenumbers writes between groups of digits.

    Raises
    ------
    InputError
        If the prefix is not made of digits, or type, written or separator is none that there is.

    Examples
    --------
    >>> PhonePlan("JP", prefix="0", pattern=r"[6-9]0[1-9]\\d{7}", lengths=(10,)).full_pattern.count
    360000000
    """

    region: str
    prefix: str
    pattern: str
    lengths: tuple[int, ...]
    type: str = "mobile"
    written: str = "national"
    separator: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.prefix, str) or (self.prefix and not _is_digits(self.prefix)):
            raise InputError(f"the prefix of region {self.region} is {self.prefix!r}", allowed="digits, or nothing")
        check_way(self.type, self.written, self.separator)
        object.__setattr__(self, "lengths", tuple(self.lengths))

    @cached_property
    def full_pattern(self) -> Pattern:
        """All numbers of the plan, with their prefix."""
        return Pattern(f"{self.prefix}(?:{self.pattern})", [len(self.prefix) + length for length in self.lengths])

    @property
    def way(self) -> dict[str, str]:
        """Type, written and separator as far as they differ from those of mobile numbers in national digits."""
        way = {"type": self.type, "written": self.written, "separator": self.separator}
        return {name: value for name, value in way.items() if value not in ("mobile", "national", None)}


def check_way(type: str, written: str, separator: str | None) -> None:
    """Raise InputError unless these are a type of numbers and a way to write them."""
    choice("type", type, get_args(NumberType))
    choice("written", written, get_args(Written))
    if separator is not None:
        choice("separator", separator, get_args(Separator))
        if written == "national":
            raise InputError(
                f"separator is {separator!r}, but numbers written 'national' are digits alone",
                do="say written 'spaced' or 'international' too",
            )


def phone_plan(region: str, type: str = "mobile", written: str = "national", separator: str | None = None) -> PhonePlan:
    """The plan of a region's numbers of a type according to the installed `phonenumbers` package.

    For digits alone, three prefixes are tried: the one that the package writes before the region's example number,
    none, and the region's national prefix. The first with which numbers from all over the plan are written as in the
    package's national format is taken. If none is right for all numbers, and for other ways to write them, the plan has
    no prefix, and its pattern is that of everything that is written. Numbers of a length and a format that the package
    does not read back as it writes them are left out then.

    Parameters
    ----------
    region, type, written, separator : see PhonePlan

    Raises
    ------
    InputError
        If the region is unknown or has no numbers of the type, or if no numbers are read back as they are written.
    """
    import phonenumbers

    check_way(type, written, separator)
    if not isinstance(region, str) or region not in phonenumbers.SUPPORTED_REGIONS:
        raise unknown_region(region)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    numbers = getattr(metadata, type, None)
    if metadata is None or numbers is None or not numbers.national_number_pattern:
        raise InputError(
            f"region {region} has no {type} numbers in phonenumbers {phonenumbers.__version__}",
            allowed=", ".join(types_of(region)),
            do="take one of these types or another region, or give the pattern of the numbers",
        )
    ways = [_plan_of_formats, _plan_with_prefix] if written == "national" else [_plan_of_formats]
    # Mobile numbers try a prefix first, so that a seed gives what it gave before there were other types.
    for way in reversed(ways) if type == "mobile" else ways:
        plan = way(region, type, written, separator)
        if plan is not None:
            return plan
    raise InputError(
        f"phonenumbers {phonenumbers.__version__} does not read {type} numbers of region {region} back as it writes "
        f"them {written.replace('spaced', 'national')}ly",
        do="use another region, or give the pattern of the numbers",
    )


def types_of(region: str) -> list[str]:
    """The types of numbers that a region has, as names in `NumberType`."""
    import phonenumbers

    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    described = {name: getattr(metadata, name, None) for name in get_args(NumberType)}
    return [name for name, numbers in described.items() if numbers is not None and numbers.national_number_pattern]


def is_valid(text: str, region: str, type: str = "mobile") -> bool:
    """Whether the text is a valid number of the region and type, all digits and in the form of its plan.

    Raises
    ------
    InputError
        In the cases of `phone_plan`.
    """
    return _remembered_plan(region, type).full_pattern.matches(text) and is_number(text, region, type)


def is_number(text: str, region: str, type: str = "mobile") -> bool:
    """Whether the text, dialled in the region, is a valid number of the type there.

    Raises
    ------
    InputError
        If the region is unknown.
    """
    import phonenumbers

    if not isinstance(region, str) or region not in phonenumbers.SUPPORTED_REGIONS:
        raise unknown_region(region)
    number = _number(text, region)
    numbers = getattr(phonenumbers.PhoneMetadata.metadata_for_region(region), type, None)
    if number is None or numbers is None:
        return False
    pattern = numbers.national_number_pattern or ""
    return re.fullmatch(pattern, phonenumbers.national_significant_number(number)) is not None


# Not on `phone_plan` itself: a region that cannot be hashed has to get the message that it is unknown.
_remembered_plan = lru_cache(maxsize=16)(phone_plan)


def _style(written: str, separator: str | None, code: int | None) -> Style:
    if written == "national":
        return Style()
    return Style("" if separator == "none" else separator, f"+{code}" if written == "international" else "")


def _plan_with_prefix(region: str, type: str, written: str, separator: str | None) -> PhonePlan | None:
    """The plan of numbers that are all written with the same digits before them; None if they are not."""
    import phonenumbers

    metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    numbers = getattr(metadata, type)
    for prefix in _prefixes(region, metadata.national_prefix, type):
        plan = PhonePlan(
            region, prefix, numbers.national_number_pattern, numbers.possible_length, type, written, separator
        )
        if _is_right(plan):
            return plan
    return None


def _plan_of_formats(region: str, type: str, written: str, separator: str | None) -> PhonePlan | None:
    """The plan whose pattern is everything that the formats write; None if it cannot be put together."""
    import phonenumbers

    metadata: Any = phonenumbers.PhoneMetadata.metadata_for_region(region)
    numbers, code = getattr(metadata, type), metadata.country_code
    # Regions that share a telephone code write their numbers as the main one of them does.
    main: Any = (
        phonenumbers.PhoneMetadata.metadata_for_region(phonenumbers.region_code_for_country_code(code)) or metadata
    )
    formats = (main.intl_number_format if written == "international" else None) or main.number_format

    def plan_of(pattern: str, lengths: tuple[int, ...]) -> PhonePlan:
        return PhonePlan(region, "", pattern, lengths, type, written, separator)

    found = written_pattern(
        numbers.national_number_pattern,
        numbers.possible_length,
        formats,
        _style(written, separator, code),
        lambda option, lengths: _is_right(plan_of(option, lengths)),
    )
    plan = plan_of(*found) if found is not None else None
    return plan if plan is not None and _is_right(plan) else None


def _prefixes(region: str, national_prefix: str | None, type: str) -> list[str]:
    """The prefixes to try, in this order, without repeats."""
    import phonenumbers

    prefixes = ["", national_prefix or ""]
    example = phonenumbers.example_number_for_type(region, _TYPE_NUMBERS[type])
    if example:
        digits = Style().of(phonenumbers.format_number(example, _NATIONAL))
        number = phonenumbers.national_significant_number(example)
        if digits.endswith(number):
            prefixes.insert(0, digits.removesuffix(number))
    return list(dict.fromkeys(prefixes))


def _is_right(plan: PhonePlan) -> bool:
    """Whether numbers from all over the plan are valid, and are what the library writes."""
    import phonenumbers

    try:
        numbers = plan.full_pattern
    except InputError:  # too large
        return False
    probes = numbers.unrank([numbers.count * probe // _PROBES for probe in range(_PROBES)])
    for text in dict.fromkeys(probes.tolist()):
        number = _number(text, plan.region)
        if number is None:
            return False
        style = _style(plan.written, plan.separator, number.country_code)
        form = _INTERNATIONAL if plan.written == "international" else _NATIONAL
        if style.of(phonenumbers.format_number(number, form)) != text:
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


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()
