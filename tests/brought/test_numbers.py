"""Phone numbers as they are written in their region, and regions named in the ways that people name them."""

from __future__ import annotations

import functools
import hashlib
import re

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mygenerator import PhoneNlpDataset
from mygenerator.errors import InputError
from mygenerator.text.numbering_plan import PhonePlan, phone_plan
from mygenerator.text.patterns import Pattern
from mygenerator.text.written_form import written_pattern
from tests.brought.cases import Case, check, each, refused

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS - {"TA"})  # which has no mobile numbers


def national_digits(number: phonenumbers.PhoneNumber) -> str:
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(filter(str.isdecimal, written))


plan_of = functools.cache(phone_plan)  # hypothesis asks for it again and again


@functools.cache
def bare_numbers(region: str) -> Pattern:
    """The region's mobile numbers without any prefix."""
    mobile = phonenumbers.PhoneMetadata.metadata_for_region(region).mobile
    return Pattern(mobile.national_number_pattern, mobile.possible_length)


def international(digits: str) -> phonenumbers.PhoneNumber:
    return phonenumbers.parse(digits)


# Each number as the rest of the world dials it, and the digits that its owner writes.
WRITTEN = [
    Case("a mobile number of Mendoza", "Argentina", lambda: ("AR", "+5492617828819"), "0261157828819"),
    Case("a mobile number of Buenos Aires", "Argentina", lambda: ("AR", "+5491123456789"), "0111523456789"),
    Case("a mobile number of a small town", "Argentina", lambda: ("AR", "+5492268567981"), "0226815567981"),
    Case("eight digits, with a 0 since 2019", "Gabon", lambda: ("GA", "+24166239571"), "066239571"),
    Case("seven digits, as before 2019", "Gabon", lambda: ("GA", "+2416041973"), "06041973"),
    Case("a number that begins with 3", "Lebanon", lambda: ("LB", "+9613123456"), "03123456"),
    Case("a number that begins with 7", "Lebanon", lambda: ("LB", "+96171123456"), "71123456"),
    Case("a number that begins with 3", "Monaco", lambda: ("MC", "+37731910801"), "31910801"),
    Case("a number that begins with 6", "Monaco", lambda: ("MC", "+377612345678"), "0612345678"),
    Case("a number of six digits", "Saint Pierre", lambda: ("PM", "+508551234"), "0551234"),
    Case("one prefix for all numbers", "Japan", lambda: ("JP", "+819012345678"), "09012345678"),
    Case("no prefix", "United States", lambda: ("US", "+12015550123"), "2015550123"),
    Case("a prefix of two digits", "Hungary", lambda: ("HU", "+36201234567"), "06201234567"),
    Case("a 0 that belongs to the number", "Ivory Coast", lambda: ("CI", "+2250123456789"), "0123456789"),
]


@each(WRITTEN)
def test_a_number_is_written_as_its_owner_writes_it(case):
    region, dialled = case.bring()
    number = international(dialled)
    # The table and phonenumbers have to agree before the plan is asked.
    assert phonenumbers.is_valid_number_for_region(number, region)
    assert national_digits(number) == case.right
    plan = phone_plan(region)
    assert plan.full_pattern.matches(case.right)
    assert PhoneNlpDataset(1, plan, seed=1).is_valid(case.right)
    for other in {dialled.removeprefix("+"), dialled.removeprefix(f"+{number.country_code}"), f"0{case.right}"}:
        assert other == case.right or not plan.full_pattern.matches(other), other


@pytest.mark.parametrize("region", REGIONS)
def test_every_number_of_every_region_is_what_phonenumbers_writes_nationally(region):
    numbers = PhoneNlpDataset(25, region, seed=11)
    texts = [numbers.get_text_only(row) for row in range(25)]
    assert len(set(texts)) == 25
    for text in texts:
        number = phonenumbers.parse(text, region)
        assert phonenumbers.is_valid_number_for_region(number, region), text
        assert national_digits(number) == text
        assert numbers.is_valid(text)


@pytest.mark.parametrize("region", ["AR", "GA", "LB", "MC", "PM"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_any_row_of_a_region_without_a_single_prefix_is_a_national_form(region, data):
    numbers = plan_of(region).full_pattern
    (text,) = numbers.unrank([data.draw(st.integers(0, numbers.count - 1))]).tolist()
    number = phonenumbers.parse(text, region)
    assert phonenumbers.is_valid_number_for_region(number, region)
    assert national_digits(number) == text


@pytest.mark.parametrize("region", ["AR", "GA", "LB", "MC", "PM", "JP", "US"])
@settings(deadline=None, max_examples=40)
@given(data=st.data())
def test_no_number_of_a_region_is_left_out(region, data):
    bare = bare_numbers(region)
    (digits,) = bare.unrank([data.draw(st.integers(0, bare.count - 1))]).tolist()
    code = phonenumbers.country_code_for_region(region)
    number = phonenumbers.PhoneNumber(country_code=code, national_number=int(digits))
    if digits.startswith("0"):
        number.italian_leading_zero, number.number_of_leading_zeros = True, len(digits) - len(digits.lstrip("0"))
    written = national_digits(number)
    # Two numbers can be written alike, as in Gabon, where the older is then read as the newer.
    assert plan_of(region).full_pattern.matches(written)


def test_numbers_that_were_right_are_the_same_as_before():
    # One for each kind of prefix; the plans are given, as a recipe does, so that no version of phonenumbers matters.
    plans = {
        "JP": PhonePlan("JP", "0", r"[6-9]0[1-9]\d{7}", (10,)),
        "HU": PhonePlan("HU", "06", r"[237]0\d{7}", (9,)),
        "US": PhonePlan("US", "", r"20[1-9]555\d{4}", (10,)),
    }
    digest = hashlib.sha256()
    for plan in plans.values():
        numbers = PhoneNlpDataset(50, plan, seed=7)
        digest.update(" ".join(numbers.get_text_only(row) for row in range(50)).encode())
    assert digest.hexdigest() == "7adb5d28563dbe2fe012e46f750a62969e08f5b7335cc9a10eba61ad029e0201"


def test_the_recipe_of_a_region_gives_the_same_numbers_whatever_its_plan_is_today(monkeypatch):
    numbers = PhoneNlpDataset(20, "AR", seed=7)
    recorded = numbers.describe()["text"]["phone"]
    monkeypatch.setattr("mygenerator.dataset.phone.phone_plan", lambda region: pytest.fail("today's plan is read"))
    again = PhoneNlpDataset.from_phone(**recorded, count=20, seed=7)
    assert [again.get_text_only(row) for row in range(20)] == [numbers.get_text_only(row) for row in range(20)]


def test_numbers_of_an_older_recipe_stay_valid_by_that_recipe():
    # As earlier releases wrote it: the national significant number, with nothing before it.
    older = PhoneNlpDataset.from_phone(region="AR", count=5, prefix="", pattern=r"911[2-7]\d{7}", lengths=[11], seed=7)
    assert all(older.is_valid(older.get_text_only(row)) for row in range(5))
    assert not older.is_valid("0111523456789")


class Format:
    """A number format, as phonenumbers describes it."""

    def __init__(self, pattern, template, leading=(), rule=None):
        self.pattern, self.format, self.leading_digits_pattern = pattern, template, list(leading)
        self.national_prefix_formatting_rule = rule


@pytest.mark.parametrize(
    "form",
    [
        Format(r"(\d{2})(\d{4})", r"\2 \1"),  # groups out of order
        Format(r"(\d{2})(\d{4})", r"\1"),  # the end is not written
        Format(r"(\d{2})(\d)(\d{3})", r"\1 \3"),  # the middle is not written
        Format(r"(\d{2})(\d{4})", r"\1 \2 9"),  # something is written after the end
        Format(r"(\d{2})(\d{4})", r"\1 \2", [r"1(?=2)"]),  # leading digits of a kind that patterns do not have
    ],
)
def test_a_format_of_an_unknown_kind_makes_no_pattern(form):
    assert written_pattern(r"\d{6}", (6,), [form]) is None


def test_the_first_format_that_fits_is_taken_and_what_fits_none_stays_as_it_is():
    formats = [
        Format(r"(\d{2})(\d{4})", r"\1 \2", ["1", "12"], r"0\1"),  # the last leading pattern decides
        Format(r"(\d)(\d)(\d{4})", r"\2 15 \3", ["1"], r"00\1"),
    ]
    pattern, lengths = written_pattern(r"[12]\d{5}", (6,), formats)
    written = Pattern(pattern, lengths)
    for text in ("0121234", "003151234", "212345"):
        assert written.matches(text), text
    for text in ("0131234", "002151234", "121234", "131234", "0212345"):
        assert not written.matches(text), text
    assert written.count == 10_000 + 90_000 + 100_000


NAMED = [
    Case("UK", "everybody", lambda: "UK", refused("unknown region 'UK'", "did you mean 'GB' .United Kingdom.")),
    Case("small letters", "locale", lambda: "gb", refused("did you mean 'GB'")),
    Case("the language of England and America", "locale", lambda: "EN", refused("'GB' .*or 'US'")),
    Case("the European Union's code of Greece", "form", lambda: "EL", refused("did you mean 'GR' .Greece.")),
    Case("the language of Japan", "locale", lambda: "ja", refused("did you mean 'JP' .Japan.")),
    Case("a whole locale", "environment", lambda: "en_GB.UTF-8", refused("did you mean 'GB'")),
    Case("a language tag", "web page", lambda: "pt-BR", refused("did you mean 'BR' .Brazil.")),
    Case("three letters", "ISO 3166 table", lambda: "DEU", refused("did you mean 'DE' .Germany.")),
    Case("three letters unlike the two", "ISO 3166 table", lambda: "CHN", refused("did you mean 'CN' .China.")),
    Case("three letters like another's two", "ISO 3166 table", lambda: "AUT", refused("did you mean 'AT' .Austria.")),
    Case("USA", "everybody", lambda: "USA", refused("did you mean 'US'")),
    Case("a name in English", "person", lambda: "Germany", refused("did you mean 'DE' .Germany.")),
    Case("a name in its own language", "person", lambda: "Deutschland", refused("did you mean 'DE' .Germany.")),
    Case("a name in small letters", "person", lambda: "south korea", refused("did you mean 'KR'")),
    Case("a name with a slip", "person", lambda: "Germny", refused("did you mean 'DE'")),
    Case("a part of a kingdom", "person", lambda: "Scotland", refused("did you mean 'GB'")),
    Case("a telephone code", "phone book", lambda: "+81", refused("did you mean 'JP' .Japan.")),
    Case("a telephone code as a number", "YAML", lambda: 44, refused("unknown region 44", "did you mean 'GB'")),
    Case("blanks around it", "spreadsheet", lambda: " JP ", refused("did you mean 'JP'")),
    Case("no region at all", "person", lambda: "QQ", refused("unknown region 'QQ'", "two capital letters", "JP or GB")),
    Case("the code for the whole world", "phonenumbers", lambda: "001", refused("unknown region '001'")),
    Case("a region without mobile numbers", "person", lambda: "TA", refused("no mobile numbers", "another region")),
]


@each(NAMED)
def test_a_region_that_is_named_otherwise_gets_the_code_that_is_meant(case):
    check(case, lambda: phone_plan(case.bring()))


@pytest.mark.parametrize("name", ["QQ", "001", "XYZ", "", "nowhere at all", None, False])
def test_what_resembles_no_region_gets_no_guess(name):
    with pytest.raises(InputError) as caught:
        phone_plan(name)
    assert "did you mean" not in str(caught.value)


def test_a_region_of_the_small_edition_of_phonenumbers_gets_its_hint_without_names(monkeypatch):
    from mygenerator.text import regions

    monkeypatch.setattr(regions, "_names", dict)
    with pytest.raises(InputError, match=re.escape("did you mean 'GB'?")):
        phone_plan("UK")
    with pytest.raises(InputError, match="unknown region 'Germany'"):
        phone_plan("Germany")
