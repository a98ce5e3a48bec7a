"""image_padding_get and its neighbours: the glyphs and gaps of one image, told by its columns alone."""

import logging

import cv2
import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from mygenerator.errors import InputError
from mygenerator.validate import image_padding_get, image_padding_load, image_padding_validate


def strip(columns: str, ink: int = 0, paper: int = 255) -> np.ndarray:
    """An image (5, W) with ink in the middle of each column that is marked `#`."""
    image = np.full((5, len(columns)), paper, np.uint8)
    image[2, [place for place, mark in enumerate(columns) if mark == "#"]] = ink
    return image


def widths_by_columns(columns: str) -> tuple[list[int], list[int]]:
    """The same, column by column, as the rule is written."""
    parts: list[str] = []
    for place, mark in enumerate(columns):
        glyph = len(parts[-1]) if parts and parts[-1][0] == "g" else 0
        in_gap = bool(parts) and parts[-1][0] == "-"
        if mark == "#":
            part = "g"
        elif in_gap or glyph >= 4 or "#" not in columns[place : place + 4]:
            part = "-"
        else:
            part = "g"
        if parts and parts[-1][0] == part:
            parts[-1] += part
        else:
            parts.append(part)
    return [len(part) for part in parts if part[0] == "g"], [len(part) for part in parts if part[0] == "-"]


def test_thin_glyphs_take_in_short_gaps_and_others_end_at_their_first_blank_column():
    image = np.zeros((5, 30, 3), np.uint8)
    image[:, 0:3] = image[1, 10] = image[:, 12:15] = image[1, 17] = image[:, 22] = 10
    assert image_padding_get(255 - image, threshold=0, inverse=True) == ([3, 5, 1, 1], [7, 2, 4, 7])
    assert image_padding_get(image, inverse=False) == ([3, 5, 1, 1], [7, 2, 4, 7])


@pytest.mark.parametrize(
    ("columns", "glyphs", "gaps"),
    [
        ("......", [], [6]),
        (".", [], [1]),
        ("######", [6], []),
        ("#", [1], []),
        ("#.....", [1], [5]),
        (".....#", [1], [5]),
        ("....#", [1], [4]),
        ("...#", [4], []),  # three blank columns before a glyph are not enough for a gap
        (".####", [5], []),
        ("####.####", [4, 4], [1]),
        ("###.####", [8], []),  # a glyph of three columns takes in a single blank one
        ("###..####", [4, 4], [1]),  # that makes four, and the next blank one ends it
        ("#...#", [5], []),
        ("#....#", [1, 1], [4]),
        ("##...#", [4, 1], [1]),
        ("#.", [1], [1]),  # as far as the image goes, all is blank
        ("#.#.", [3], [1]),
        ("####.#.#.#", [4, 5], [1]),
    ],
)
def test_the_widths_of_these_columns_are(columns, glyphs, gaps):
    assert widths_by_columns(columns) == (glyphs, gaps)
    assert image_padding_get(strip(columns)) == (glyphs, gaps)


@hypothesis.given(strategies.text("#.", min_size=1, max_size=40), strategies.booleans())
@hypothesis.settings(max_examples=500)
def test_widths_are_those_that_the_rule_gives_column_by_column(columns, inverse):
    image = strip(columns) if inverse else strip(columns, ink=255, paper=0)
    glyphs, gaps = image_padding_get(image, inverse=inverse)
    assert (glyphs, gaps) == widths_by_columns(columns)
    assert sum(glyphs) + sum(gaps) == len(columns)
    assert all(type(width) is int for width in glyphs + gaps)


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_ink_in_one_channel_is_ink(channel):
    image = np.full((5, 20, 3), 255, np.uint8)
    image[3, 8:14, channel] = 254
    assert image_padding_get(image) == ([6], [8, 6])


@pytest.mark.parametrize(("threshold", "expected"), [(0, [6]), (9, [6]), (10, []), (254, [])])
def test_what_differs_from_paper_by_no_more_than_the_threshold_is_no_ink(threshold, expected):
    for image, inverse in ((strip("......######......", 245), True), (strip("......######......", 10, 0), False)):
        assert image_padding_get(image, threshold, inverse)[0] == expected


@pytest.mark.parametrize(
    ("image", "arguments", "message"),
    [
        (np.zeros((5, 5)), {}, "this is not an image: float64"),
        (np.zeros((5, 5), np.int64), {}, "this is not an image: int64"),
        (np.zeros((5, 5), bool), {}, "this is not an image: bool"),
        (np.zeros((5, 0), np.uint8), {}, "this is not an image"),
        (np.zeros(5, np.uint8), {}, "this is not an image"),
        ([[0, 1]], {}, "this is not an image: list"),
        (strip("#"), {"threshold": 255}, "threshold is 255; allowed: whole numbers from 0 to 254"),
        (strip("#"), {"threshold": -1}, "threshold is -1"),
        (strip("#"), {"threshold": 1.5}, "threshold is 1.5"),
    ],
)
def test_what_is_no_image_or_no_threshold_is_an_error(image, arguments, message):
    with pytest.raises(InputError, match=message):
        image_padding_get(image, **arguments)


def test_a_file_s_widths_pass_over_what_is_faint(tmp_path):
    image = strip("......######......######")
    image[0] = 240  # 15 away from paper
    cv2.imwrite(str(tmp_path / "strip.png"), image)
    assert image_padding_load(tmp_path / "strip.png") == ([6, 6], [6, 6])
    assert image_padding_load(str(tmp_path / "strip.png"), threshold=14) == ([24], [])


def test_a_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path):
    with pytest.raises(InputError, match=r"none\.png: the image cannot be read"):
        image_padding_load(tmp_path / "none.png")


@pytest.mark.parametrize(
    ("columns", "low", "high", "expected"),
    [
        ("#####...#####..#####", 2, 3, True),
        ("#####...#####..#####", 3, 3, False),
        ("#####...#####..#####", 2, 2, False),
        ("#####...#####.......", 2, 3, False),  # a blank edge is a gap
        ("#####...#####.......", 3, 7, True),
        ("####################", 0, 50, False),  # no gap at all
        (".....", 5, 5, True),
    ],
)
def test_an_image_is_good_where_it_has_gaps_and_all_are_in_range(columns, low, high, expected, caplog):
    with caplog.at_level(logging.WARNING, "mygenerator"):
        assert image_padding_validate(strip(columns), low, high) is expected
    assert [record.levelname for record in caplog.records] == ([] if expected else ["WARNING"])


def test_the_warning_shows_gaps_and_range(caplog):
    image_padding_validate(strip("#####...#####..#####"), 4, 6)
    assert "gaps of [3, 2] pixels" in caplog.text
    assert "each 4 to 6" in caplog.text


@pytest.mark.parametrize(
    ("low", "high", "message"),
    [(-1, 3, "min_padding is -1"), (1, "3", "max_padding is '3'"), (4, 3, "min_padding 4 is above max_padding 3")],
)
def test_a_range_that_is_none_is_an_error(low, high, message):
    with pytest.raises(InputError, match=message):
        image_padding_validate(strip("#"), low, high)
