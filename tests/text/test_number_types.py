"""Phone numbers of every type, in every way to write them: judged by phonenumbers, which wrote none of them."""

import json

import numpy as np
import phonenumbers
import pytest

from mygenerator import PhoneNlpDataset, TextToImage
from mygenerator.cli.cli_generate_phone_numbers import COMMAND
from mygenerator.cli.common import main
from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet
from mygenerator.recipes import Recipe
from mygenerator.text.patterns import Pattern
from mygenerator.text.written_form import Style, written_pattern

TYPES = {
    "fixed_line": phonenumbers.PhoneNumberType.FIXED_LINE,
    "mobile": phonenumbers.PhoneNumberType.MOBILE,
    "toll_free": phonenumbers.PhoneNumberType.TOLL_FREE,
    "premium_rate": phonenumbers.PhoneNumberType.PREMIUM_RATE,
    "shared_cost": phonenumbers.PhoneNumberType.SHARED_COST,
    "voip": phonenumbers.PhoneNumberType.VOIP,
    "personal_number": phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
    "pager": phonenumbers.PhoneNumberType.PAGER,
    "uan": phonenumbers.PhoneNumberType.UAN,
    "voicemail": phonenumbers.PhoneNumberType.VOICEMAIL,
}
FORMATS = {
    "national": phonenumbers.PhoneNumberFormat.NATIONAL,
    "spaced": phonenumbers.PhoneNumberFormat.NATIONAL,
    "international": phonenumbers.PhoneNumberFormat.INTERNATIONAL,
}
EVERY = [
    (region, name)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for name, number in TYPES.items()
    if phonenumbers.example_number_for_type(region, number) is not None
]
# Each for a reason: many lengths and area codes (DE, AT), formats of another region (AX, CA, VA), numbers that are not
# read back (BG, TH, BY), few numbers (IR), a plus sign and zeros in the number itself (IT), a code of its own (KZ).
CHOSEN = {
    "national": ["AX uan", "VA voicemail", "BG toll_free", "TH toll_free", "JP toll_free", "GB personal_number"],
    "spaced": ["DE fixed_line", "AX uan", "CA toll_free", "IR uan", "CC shared_cost", "US mobile"],
    "international": ["BY premium_rate", "IT fixed_line", "KZ toll_free", "TA fixed_line", "US mobile"],
}


def check(region: str, name: str, written: str, most: int = 100) -> None:
    """Up to `most` numbers are different, valid, of the type, and exactly what the library writes."""
    plan = PhoneNlpDataset(1, region, 7, type=name, written=written).plan
    size = min(most, plan.full_pattern.count)
    numbers = PhoneNlpDataset(size, plan, 7)
    texts = numbers.labels().tolist()
    assert len(set(texts)) == size
    assert size == most or (region, name) == ("IR", "uan")  # all 21 that there are
    for text in texts:
        number = phonenumbers.parse(text, region)
        assert phonenumbers.is_valid_number_for_region(number, region), text
        both = phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE if name in ("fixed_line", "mobile") else None
        assert phonenumbers.number_type(number) in (TYPES[name], both), text
        right = phonenumbers.format_number(number, FORMATS[written])
        assert text == ("".join(filter(str.isdecimal, right)) if written == "national" else right)
        assert numbers.is_valid(text)
        assert set(text) <= set(numbers.characters)


@pytest.mark.parametrize(("written", "which"), [(written, one) for written, ones in CHOSEN.items() for one in ones])
def test_numbers_of_a_type_are_valid_different_and_as_the_library_writes_them(written, which):
    region, name = which.split()
    assert (region, name) in EVERY
    check(region, name, written, 21)


@pytest.mark.deep
@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_a_hundred_numbers_of_every_type_of_every_region_are_valid(region, written):
    for name in (name for place, name in EVERY if place == region):
        check(region, name, written)


def test_every_type_that_the_library_has_an_example_of_is_offered():
    assert len({region for region, _ in EVERY}) == 245
    for region, name in EVERY[::40]:
        assert PhoneNlpDataset(1, region, 1, type=name).plan.type == name


def test_a_region_without_a_type_says_which_it_has():
    with pytest.raises(InputError, match=r"JP has no voicemail numbers.*mobile, fixed_line, toll_free.*pager, uan"):
        PhoneNlpDataset(1, "JP", type="voicemail")
    with pytest.raises(InputError, match=r"TA has no mobile numbers.*allowed: fixed_line"):
        PhoneNlpDataset(1, "TA")


def test_what_is_no_type_or_way_is_an_error_with_the_nearest():
    with pytest.raises(InputError, match=r"unknown type 'tollfree'.*did you mean 'toll_free'"):
        PhoneNlpDataset(1, "JP", type="tollfree")
    with pytest.raises(InputError, match=r"unknown written 'nationl'.*did you mean 'national'"):
        PhoneNlpDataset(1, "JP", written="nationl")
    with pytest.raises(InputError, match=r"unknown separator '_'.*allowed: none, -, ., /"):
        PhoneNlpDataset(1, "JP", written="spaced", separator="_")
    with pytest.raises(InputError, match="'national' are digits alone"):
        PhoneNlpDataset(1, "JP", separator="-")
    with pytest.raises(InputError, match="a plan is given"):
        PhoneNlpDataset(1, PhoneNlpDataset(1, "JP").plan, type="pager")


def test_more_numbers_than_a_type_has_are_refused():
    with pytest.raises(InputError, match="IR has 21 of type uan; allowed: 1 to 21"):
        PhoneNlpDataset(22, "IR", type="uan")


@pytest.mark.parametrize(
    ("region", "separator", "spaced", "international"),
    [
        ("JP", None, "080-5789-1234", "+81 80-5789-1234"),
        ("JP", "none", "08057891234", "+818057891234"),
        ("JP", "-", "080-5789-1234", "+81-80-5789-1234"),
        ("FR", ".", "06.12.34.56.78", "+33.6.12.34.56.78"),
        ("US", None, "(201) 555-0123", "+1 201-555-0123"),
        ("US", "/", "201/555/0123", "+1/201/555/0123"),
        ("KZ", "-", "8-771-000-9998", "+7-771-000-9998"),
        ("AR", "-", "0261-15-782-8819", "+54-9-261-782-8819"),
    ],
)
def test_what_stands_between_groups_can_be_chosen(region, separator, spaced, international):
    for written, text in (("spaced", spaced), ("international", international)):
        numbers = PhoneNlpDataset(1, region, 1, written=written, separator=separator)
        assert numbers.is_valid(text)
        assert not numbers.is_valid(text.replace("1", "x", 1))
    if separator is None:
        assert phonenumbers.format_number(phonenumbers.parse(spaced, region), 1) == international


def test_the_same_rows_are_the_same_numbers_alone_and_together():
    numbers = PhoneNlpDataset(1000, "DE", 5, type="fixed_line", written="international", separator="none")
    rows = np.array([999, 0, 500])
    assert numbers.labels(rows).tolist() == [numbers[row].label for row in (999, 0, 500)]
    assert numbers.labels(rows).tolist() == numbers.labels()[rows].tolist()


def test_a_number_with_a_sign_that_has_no_glyph_is_refused_before_any_work(tmp_path, capsys):
    words = ["--written", "international", "--output_path", str(tmp_path / "out")]
    assert main(COMMAND, words) == 2
    assert "no glyph for ' ', '+', '-'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_signs_are_drawn_where_there_are_glyphs_for_them():
    block = np.zeros((28, 28), np.uint8)
    block[4:24, 12:16] = 255
    characters = "0123456789+-"
    glyphs = GlyphSet.from_images(np.stack([block] * len(characters)), list(characters), source="blocks")
    numbers = PhoneNlpDataset(20, "JP", 3, written="international", separator="-")
    made = TextToImage(glyphs, image_width=500).fit_transform(numbers).batch(range(20))
    for label, boxes in zip(made.labels.tolist(), made.boxes, strict=True):
        assert phonenumbers.is_valid_number(phonenumbers.parse(label))
        assert label.startswith("+81-")
        assert len(label) == len([box for box in boxes if box[2] > box[0]])


def test_the_type_and_the_way_go_into_the_recipe_and_come_back(tmp_path):
    way = {"region": "GB", "type": "fixed_line", "written": "spaced", "separator": "none"}
    words = [word for name, value in way.items() for word in (f"--{name}", value)] + [
        "--num_images",
        "4",
        "--seed",
        "5",
    ]
    assert main(COMMAND, [*words, "--output_path", str(tmp_path / "one")]) == 0
    recorded = json.loads((tmp_path / "one" / "recipe.json").read_text())["text"]["phone"]
    assert {name: recorded[name] for name in recorded if name not in ("pattern", "lengths")} == {**way, "prefix": ""}
    again = Recipe.read(tmp_path / "one").dataset()
    right = PhoneNlpDataset(4, "GB", 5, type="fixed_line", written="spaced", separator="none")
    assert again.labels().tolist() == right.labels().tolist()
    asked = Recipe.from_yaml(
        "text: {phone: {region: GB, type: fixed_line, written: spaced, separator: none}}\nseed: 5\n"
    )
    assert asked.dataset(count=4).labels().tolist() == right.labels().tolist()


def test_a_recipe_of_mobile_numbers_is_as_it_was():
    assert list(PhoneNlpDataset(1, "JP", 1).describe()["text"]["phone"]) == ["region", "prefix", "pattern", "lengths"]


class Format:
    """A number format, as phonenumbers describes it."""

    leading_digits_pattern: tuple[str, ...] = ()
    national_prefix_formatting_rule = None

    def __init__(self, pattern, template):
        self.pattern, self.format = pattern, template


def test_lengths_that_are_written_alike_share_their_pattern():
    formats = [Format(r"(\d{2})(\d{2,6})", r"\1-\2")]
    pattern, lengths = written_pattern(r"[1-9]\d{3,7}", range(4, 9), formats, Style(None))
    assert (pattern, lengths) == (r"[1-9]\d-\d{2,6}", (5, 6, 7, 8, 9))


def test_numbers_that_are_not_right_are_left_out_by_their_first_digit():
    formats = [Format(r"(\d{2})(\d{2})", r"\1 \2")]

    def is_right(option, lengths):
        return not Pattern(option, lengths).matches("20 00")

    pattern, lengths = written_pattern(r"[1-3]\d{3}", [4], formats, Style(None), is_right)
    assert (pattern, lengths) == (r"1\d \d{2}|3\d \d{2}", (5,))
    assert written_pattern(r"2\d{3}", [4], formats, Style(None), is_right) is None
