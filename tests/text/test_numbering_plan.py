"""phone.py: every number of every region's plan is valid by phonenumbers itself; what has no plan says so."""

import pickle

import phonenumbers
import pytest

from mygenerator.errors import InputError
from mygenerator.text.numbering_plan import PhonePlan, is_valid, phone_plan
from mygenerator.text.permutation import Permutation

# Each for a reason: a prefix of its own kind (HU 06, BY 80, US none), no single prefix (AR, GA), shared country codes
# (US, GB, KZ), leading zeros in the number itself (CI, GA), several lengths (DE, AT, IT, BR).
REGIONS = ["AR", "AT", "BR", "BY", "CI", "DE", "GA", "GB", "HU", "IN", "IT", "JP", "KZ", "US"]
WITHOUT_MOBILE_NUMBERS = {"TA"}


def check_numbers(region: str, count: int) -> None:
    """Every one of `count` numbers of the region is different, and valid there by the library alone."""
    numbers = phone_plan(region).full_pattern
    texts = numbers.unrank(Permutation(numbers.count, 7, "phone")(range(count))).tolist()
    assert len(set(texts)) == count
    for text in texts:
        number = phonenumbers.parse(text, region)
        assert phonenumbers.is_valid_number(number), text
        assert phonenumbers.is_valid_number_for_region(number, region), text
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        assert text == "".join(filter(str.isdecimal, written))


def test_japanese_mobile_numbers_are_a_zero_and_ten_digits():
    plan = phone_plan("JP")
    assert (plan.region, plan.prefix, plan.lengths) == ("JP", "0", (10,))
    texts = plan.full_pattern.unrank([0, plan.full_pattern.count - 1]).tolist()
    assert all(len(text) == 11 and text.isdecimal() and text.startswith("0") for text in texts)


@pytest.mark.parametrize(("region", "prefix"), [("HU", "06"), ("BY", "80"), ("US", ""), ("GB", "0"), ("AR", "")])
def test_the_prefix_is_the_one_of_the_national_form_where_that_is_a_prefix(region, prefix):
    assert phone_plan(region).prefix == prefix


@pytest.mark.parametrize("region", REGIONS)
def test_numbers_of_a_region_parse_back_as_valid(region):
    check_numbers(region, 40)


@pytest.mark.deep
@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS - WITHOUT_MOBILE_NUMBERS))
def test_numbers_of_every_region_parse_back_as_valid(region):
    check_numbers(region, 500)


@pytest.mark.parametrize("region", sorted(WITHOUT_MOBILE_NUMBERS))
def test_a_region_without_mobile_numbers_is_an_error_that_says_so(region):
    with pytest.raises(InputError, match=f"region {region} has no mobile numbers in phonenumbers"):
        phone_plan(region)


def test_a_region_whose_numbers_do_not_parse_back_is_an_error_that_says_so(monkeypatch):
    monkeypatch.setattr(phonenumbers, "is_valid_number", lambda number: False)
    with pytest.raises(InputError, match="does not read mobile numbers of region JP back"):
        phone_plan("JP")


def test_a_prefix_with_which_some_numbers_fail_is_not_taken_and_those_numbers_are_left_out(monkeypatch):
    whole, before = phonenumbers.parse, phone_plan("JP").full_pattern

    def parse_without_zero(text, region):
        if text.startswith("09"):
            raise phonenumbers.NumberParseException(phonenumbers.NumberParseException.NOT_A_NUMBER, text)
        return whole(text, region)

    monkeypatch.setattr(phonenumbers, "parse", parse_without_zero)
    plan = phone_plan("JP")
    assert plan.prefix == ""
    assert plan.full_pattern.count == before.count - 90_000_000  # 090 and what follows it: [1-9], and seven digits
    assert plan.full_pattern.matches("08012345678")
    assert not plan.full_pattern.matches("09012345678")


@pytest.mark.parametrize(("region", "nearest"), [("jp", "'JP'"), ("Us", "'US'"), ("JPN", "'JP'"), (" JP", "'JP'")])
def test_an_unknown_region_is_an_error_with_the_nearest(region, nearest):
    with pytest.raises(InputError, match=f"unknown region '{region}'.*did you mean {nearest}"):
        phone_plan(region)


@pytest.mark.parametrize("region", ["", "XX1", "001", 81, None, ["JP"]])
def test_what_is_no_region_is_an_error(region):
    with pytest.raises(InputError, match="unknown region"):
        phone_plan(region)


def test_no_text_is_valid_in_an_unknown_region():
    with pytest.raises(InputError, match="unknown region 'jp'"):
        is_valid("09012345678", "jp")


@pytest.mark.parametrize(
    ("text", "region", "valid"),
    [
        ("09012345678", "JP", True),
        ("9012345678", "JP", False),  # no prefix
        ("090-1234-5678", "JP", False),
        ("090 1234 5678", "JP", False),
        ("+819012345678", "JP", False),
        ("819012345678", "JP", False),
        ("0901234567", "JP", False),
        ("090123456789", "JP", False),
        ("0312345678", "JP", False),  # a landline
        ("09002345678", "JP", False),  # no number begins so
        ("".join(chr(0xFF10 + int(digit)) for digit in "09012345678"), "JP", False),  # wide digits
        ("09012345678\n", "JP", False),
        ("", "JP", False),
        (9012345678, "JP", False),
        ("07400123456", "GB", True),
        ("09012345678", "GB", False),
        ("2015550123", "US", True),
        ("12015550123", "US", False),
    ],
)
def test_a_text_is_valid_when_it_has_the_form_of_the_plan(text, region, valid):
    assert is_valid(text, region) is valid


def test_a_text_of_the_right_form_that_phonenumbers_refuses_is_not_valid(monkeypatch):
    assert is_valid("09012345678", "JP")
    monkeypatch.setattr(phonenumbers, "is_valid_number", lambda number: False)
    assert not is_valid("09012345678", "JP")


def test_a_plan_is_a_value_that_can_be_written_down():
    plan = phone_plan("AR")
    assert eval(repr(plan)) == plan == pickle.loads(pickle.dumps(plan))
    assert len({plan, phone_plan("AR")}) == 1
    again = PhonePlan(plan.region, plan.prefix, plan.pattern, list(plan.lengths))
    assert again == plan
    assert again.full_pattern == plan.full_pattern


def test_lengths_of_a_plan_leave_out_the_prefix():
    plan = PhonePlan("JP", "00", "[0-9]{2,4}|x", (3,))
    assert plan.full_pattern.count == 1000
    assert plan.full_pattern.unrank([7]).tolist() == ["00007"]


@pytest.mark.parametrize("prefix", ["0|1", "+81", "\u0660", None, 0])
def test_a_prefix_that_is_not_digits_is_an_error(prefix):
    with pytest.raises(InputError, match="the prefix of region JP is"):
        PhonePlan("JP", prefix, "[0-9]{10}", (10,))
