"""Ink and paper: from scans of digits in all conditions, glyphs that are those digits, or none."""

from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import REASONS, GlyphSet, kept_out_glyphs, load_glyphs
from mygenerator.util_image import image_read
from tests.brought.cases import Case, each
from tests.brought.scans import CONDITIONS, SELDOM_USED, SPOILT, as_image, inked, noise, on_paper, shows

BY_NAME, SPOILT_BY_NAME = (
    [pytest.param(condition, id=f"{condition.source}: {condition.name}") for condition in conditions]
    for conditions in (CONDITIONS, SPOILT)
)


def some_digits(source, count, scale=1.0):
    """Evenly chosen digits of a source, as large as asked: triples (number, digit, the character that it shows)."""
    glyphs = load_glyphs(source)
    digits, characters = glyphs.images, np.repeat(list(glyphs.characters), np.diff(glyphs.starts))
    for number in range(0, len(digits), len(digits) // count):
        digit = digits[number]
        if scale != 1:
            large = cv2.resize(digit, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.float64)
            digit = as_image((large - 128) * min(scale, 3) + 128)
            digit[digit < 10] = 0
        yield number, digit, str(characters[number])


def judged(condition, digits):
    """How many digits were scanned, how many of the scans are used, and how many of these are something else."""
    images, truths, characters = [], [], []
    for number, digit, character in digits:
        image, truth = condition.scan(digit, number)
        images.append(image_read(condition.encode(image)) if hasattr(condition, "encode") else image)
        truths.append(truth)
        characters.append(character)
    sound = 255 - digit_of(0)  # so that there is always one that can be used
    glyphs = GlyphSet.from_images([*images, sound], [*characters, "x"], source="scans")
    wrong = 0
    scanned = glyphs.rows < len(images)
    for glyph, row in zip(glyphs.images[scanned], glyphs.rows[scanned], strict=True):
        height, width = glyph.shape
        wrong += not shows(glyph, cv2.resize(truths[row], (width, height), interpolation=cv2.INTER_AREA))
    return len(images), int(scanned.sum()), wrong


@pytest.mark.parametrize("condition", BY_NAME)
def test_what_is_used_is_the_digit_that_was_scanned(condition):
    scanned, used, wrong = judged(condition, some_digits("optdigits", 40))
    assert wrong == 0
    if condition.name not in SELDOM_USED:
        assert used >= (0.95 if condition.even else 0.9) * scanned


@pytest.mark.deep
@pytest.mark.parametrize("scale", [1, 2, 4.5, 8])
@pytest.mark.parametrize("condition", BY_NAME)
def test_of_many_digits_by_many_writers_one_in_a_hundred_is_wrong_at_most(condition, scale, mnist_folder):
    scanned, used, wrong = judged(condition, some_digits(mnist_folder, 1000 if scale == 1 else 100, scale))
    assert wrong <= 0.01 * used
    if condition.even:
        assert used >= 0.95 * scanned


@pytest.mark.parametrize("scale", [1, 2.5])
@pytest.mark.parametrize("condition", SPOILT_BY_NAME)
def test_what_is_joined_to_a_digit_or_pasted_around_it_is_not_taken_for_it(condition, scale):
    if 28 * scale >= condition.least_size:
        scanned, _, wrong = judged(condition, some_digits("optdigits", 40, scale))
        assert wrong <= condition.most * scanned


@pytest.mark.deep
@pytest.mark.parametrize("scale", [1, 2, 4.5])
@pytest.mark.parametrize("condition", SPOILT_BY_NAME)
def test_what_is_joined_to_digits_of_many_writers_is_seldom_taken_for_them(condition, scale, mnist_folder):
    if 28 * scale >= condition.least_size:
        scanned, _, wrong = judged(condition, some_digits(mnist_folder, 300, scale))
        assert wrong <= (condition.most + 0.04) * scanned  # some 0s in a circle are like 0s with a slash


def digit_of(number=300):
    """One embedded digit in MNIST's size."""
    return load_glyphs("optdigits").images[number]


def on_a_desk(angle):
    """A sheet of paper with a digit, on a dark desk."""

    def scan():
        desk = np.full((60, 60), 60.0)
        desk[16:44, 16:44] = inked(digit_of(), 235, 30)
        turn = cv2.getRotationMatrix2D((29.5, 29.5), angle, 1)
        return as_image(cv2.warpAffine(desk, turn, (60, 60), borderValue=60))

    return scan


def with_marks(add):
    """The digit in dark ink on paper of level 235, to which `add(levels, x, y)` adds something; x, y are 0 to 1."""

    def scan():
        digit = digit_of()
        height, width = digit.shape
        y, x = np.mgrid[0:height, 0:width] / (height - 1)
        return as_image(add(inked(digit, 235, 30), x, y) + noise(digit.shape, 3, 2))

    return scan


def ghost(levels, x, y):
    """The writing on the other side of the paper, which shines through strongly."""
    del x, y
    return np.minimum(levels, np.roll(levels[:, ::-1], 5, axis=1) + 100)


def glare(levels, x, y):
    return np.maximum(levels * 0.8, 260 * np.exp(-((np.hypot(y - 0.5, x - 0.4) / 0.25) ** 4)))


def joined_box():
    """A digit whose top and bottom reach the box that is printed around it."""
    box = np.full((28, 28), 250, np.uint8)
    box[4:24, 4:24] = cv2.resize(tight(), (20, 20), interpolation=cv2.INTER_AREA)
    return cv2.rectangle(box, (3, 3), (24, 24), 60, 1)


def boxed(left, top):
    """A digit of 20 pixels in a printed box, so many pixels from the sides of an image of 28."""
    return cv2.rectangle(as_image(inked(digit_of(), 250, 30)), (left, top), (27 - left, 27 - top), 60, 1)


def tight():
    digit = digit_of(0)
    rows, columns = (np.flatnonzero((digit >= 64).any(axis=axis)) for axis in (1, 0))
    return 255 - digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


KEPT_OUT = [
    Case("a blank white page", "flatbed scanner", lambda: np.full((28, 28), 255, np.uint8), "empty"),
    Case("blank paper with noise", "phone photo", lambda: on_paper(235, 0)(np.zeros((28, 28)), 1)[0], "too faint"),
    Case("ink all over", "segmentation", lambda: np.zeros((20, 6), np.uint8), "empty"),
    Case("a solid block", "form", lambda: np.pad(np.zeros((16, 14), np.uint8), 6, constant_values=240), "no stroke"),
    Case(
        "a blot", "fountain pen", lambda: cv2.circle(np.full((28, 28), 250, np.uint8), (14, 14), 7, 20, -1), "no stroke"
    ),
    Case("a sheet on a desk, turned by 20 degrees", "phone photo", on_a_desk(20), "no stroke"),
    Case("a sheet on a desk, turned by 40 degrees", "phone photo", on_a_desk(40), "no stroke"),
    Case("a digit cut out without any paper around it", "segmentation", tight, "touches all sides"),
    Case(
        "half of the paper is dark",
        "phone photo",
        with_marks(lambda levels, x, y: np.where(x > 0.5, levels * 0.25, levels)),
        "unclear paper",
    ),
    Case(
        "a ruled line through the digit",
        "notebook",
        with_marks(lambda levels, x, y: np.where(abs(y - 0.5) < 0.03, np.minimum(levels, 90), levels)),
        "line across",
    ),
    Case(
        "a folded corner",
        "phone photo",
        with_marks(lambda levels, x, y: np.where(x + y < 0.4, 20, levels)),
        "joined to an edge",
    ),
    Case("a printed box that the digit is joined to", "form", joined_box, "more than a digit"),
    Case("a digit in a box that it does not touch", "form", lambda: boxed(7, 2), "more than a digit"),
    Case("a digit that is joined to a box", "form", lambda: boxed(5, 5), "more than a digit"),
    Case("writing that shines through", "thin paper", with_marks(ghost), "faint marks"),
    Case("glare on glossy paper", "phone photo", with_marks(glare), "unclear paper"),
    Case(
        "paper that is as light as chalk", "photo of a board", lambda: on_paper(240, 250)(digit_of(), 1)[0], "too faint"
    ),
    Case("stripes", "screen print", with_marks(lambda levels, x, y: np.where(y % 0.3 < 0.15, levels, 150)), None),
]


@each(KEPT_OUT)
def test_what_is_no_clear_digit_is_kept_out_and_counted_with_the_reason(case):
    sound = 255 - digit_of(0)
    glyphs = GlyphSet.from_images([sound, case.bring()], ["0", "1"], source="scans")
    counts = {reason: count for reason, count in glyphs.kept_out.items() if count}
    assert sum(counts.values()) == 1
    if case.right is not None:
        assert counts == {case.right: 1}
    assert glyphs.lost == {"1": counts}


def test_images_that_are_kept_out_do_not_enlarge_the_others():
    noisy = on_paper(235, 0)(np.zeros((120, 120)), 1)[0]
    assert GlyphSet.from_images([255 - digit_of(0), noisy], ["0", "1"], source="scans").images.shape == (1, 28, 28)


def test_what_is_kept_out_is_shown_as_it_was_given_also_where_no_ink_was_found(tmp_path):
    (tmp_path / "1").mkdir()
    given = np.zeros((28, 20), np.uint8)  # ink all over
    cv2.imwrite(str(tmp_path / "1" / "ink.png"), given)
    cv2.imwrite(str(tmp_path / "1" / "one.png"), 255 - digit_of())
    kept_out = kept_out_glyphs(str(tmp_path))
    assert kept_out.reasons == ["empty"]
    assert np.array_equal(kept_out.images[0], given)


def bars(height, width, *lines, ink=0, paper=255):
    """Straight strokes of four pixels, each from (top, left) to (bottom, right)."""
    image = np.full((height, width), paper, np.uint8)
    for top, left, bottom, right in lines:
        image[top : bottom + 4, left : right + 4] = ink
    return image


def box(top, left, bottom, right):
    return (
        (top, left, bottom, left),
        (top, right, bottom, right),
        (top, left, top, right),
        (bottom, left, bottom, right),
    )


def slashed_zero(size, width):
    image, middle = np.full((size, size), 255, np.uint8), size // 2
    reach = (size // 4, size // 3)
    cv2.ellipse(image, (middle, middle), reach, 0, 0, 360, 20, width, cv2.LINE_AA)
    ends = ((middle + reach[0], middle - reach[1]), (middle - reach[0], middle + reach[1]))
    return cv2.line(image, *ends, 20, width, cv2.LINE_AA)


def letter_e():
    return bars(60, 40, (4, 4, 52, 4), (4, 4, 4, 32), (28, 4, 28, 28), (52, 4, 52, 32), ink=170, paper=235)


CHARACTERS_OF_THEIR_OWN = [
    Case("a box in a box", "printed Chinese", lambda: bars(64, 64, *box(5, 5, 54, 54), *box(22, 22, 37, 37)), "回"),
    Case(
        "three bars in pencil",
        "Chinese characters",
        lambda: bars(60, 54, (6, 6, 6, 44), (27, 12, 27, 38), (50, 4, 50, 46), ink=170, paper=235),
        "三",
    ),
    Case(
        "a plus over a bar",
        "formulas",
        lambda: bars(54, 49, (4, 22, 30, 22), (16, 8, 16, 37), (46, 3, 46, 42), ink=170, paper=235),
        "±",
    ),
    Case("an E in a tight crop", "pencil", letter_e, "E"),
    Case("a zero with a slash by a fine pen", "engineers", lambda: slashed_zero(100, 2), "0"),
    Case(
        "a zero that is a dot",
        "Arabic",
        lambda: cv2.circle(np.full((28, 28), 255, np.uint8), (14, 14), 3, 0, -1),
        "\u0660",
    ),
]


@each(CHARACTERS_OF_THEIR_OWN)
def test_strokes_that_belong_to_a_character_are_neither_cut_off_nor_too_many(case):
    image = case.bring()
    glyphs = GlyphSet.from_images([image], [case.right], source="scans")
    dark = int((image < image.max() - 20).sum())
    assert abs(int((glyphs.images >= 64).sum()) - dark) <= 0.2 * dark


def squared_zero(stroke, slash=False):
    """A 0 with straight sides, on request with a slash in it that touches none of them."""
    image = np.full((100, 62), 255, np.uint8)
    image[6:94, 6:56] = 0
    image[6 + stroke : 94 - stroke, 6 + stroke : 56 - stroke] = 255
    return cv2.line(image, (36, 33), (26, 67), 0, 5, cv2.LINE_AA) if slash else image


def one_on_a_strip(beside, number=5):
    """A 1 on a strip of paper from the top of the image to its bottom, on a desk of this level."""
    image = np.full((64, 64), float(beside))
    image[:, 19:45] = 220
    image = cv2.GaussianBlur(cv2.line(image, (33, 10), (31, 54), 30, 4, cv2.LINE_AA), (0, 0), 0.6)
    return as_image(image + noise(image.shape, number, 3))


NOT_ITSELF = [
    Case(
        "a 4 with a loose upright, in pencil",
        "handwriting",
        lambda: bars(64, 48, (5, 6, 36, 6), (36, 6, 36, 30), (4, 38, 56, 38), ink=170, paper=235),
        "4",
    ),
    Case("a squared 0 with a floating slash", "handwriting", lambda: squared_zero(6, slash=True), "0"),
    Case("a bold squared 0", "jersey", lambda: squared_zero(18), "0"),
    *(
        Case(f"a 1 on a strip of paper, desk of level {desk}", "phone photo", partial(one_on_a_strip, desk), "1")
        for desk in (20, 70, 120)
    ),
]


@each(NOT_ITSELF)
def test_a_part_of_a_digit_or_the_paper_around_it_is_never_used_for_it(case):
    image = case.bring()
    glyphs = GlyphSet.from_images(
        [np.pad(255 - digit_of(0), 20, constant_values=255), image], ["x", case.right], source="scans"
    )
    ink = np.where(image < (140 if case.source == "phone photo" else 200), 255, 0).astype(np.uint8)
    if case.source == "phone photo":
        ink[:, :21] = ink[:, 43:] = 0  # the desk
    used = glyphs.images[glyphs.rows == 1]
    assert all(int((glyph >= 64).sum()) > 0.8 * int((ink >= 64).sum()) for glyph in used)
    assert all(int((glyph >= 64).sum()) < 1.4 * int((ink >= 64).sum()) for glyph in used)


@pytest.mark.parametrize("level", [64, 100, 114, 128])
def test_a_crop_that_was_padded_with_grey_is_read(level):
    image = np.full((64, 64), 205.0)
    image = cv2.GaussianBlur(cv2.line(image, (37, 10), (27, 54), 50, 5, cv2.LINE_AA), (0, 0), 0.7)
    image += noise(image.shape, 5, 4)
    ink = np.where(image < 130, 255, 0).astype(np.uint8)
    image[:, :17] = image[:, 47:] = level
    glyphs = GlyphSet.from_images([as_image(image)], ["1"], source="scans")
    assert shows(glyphs.images[0], ink)


def test_a_sheet_that_lies_straight_on_a_dark_desk_is_read_by_itself():
    glyphs = GlyphSet.from_images([on_a_desk(0)()], ["1"], source="scans")
    assert shows(glyphs.images[0], np.pad(digit_of(), 16))


USED = [
    Case(
        "faint squares of graph paper",
        "notebook",
        with_marks(lambda v, x, y: np.minimum(v, 215 + 40 * (x % 0.2 > 0.05))),
        300,
    ),
    Case(
        "weak writing that shines through",
        "thin paper",
        with_marks(lambda v, x, y: np.minimum(v, v[:, ::-1] + 165)),
        300,
    ),
    Case(
        "a coffee stain",
        "office",
        with_marks(lambda v, x, y: v - 50 / (1 + np.exp((np.hypot(x - 0.7, y - 0.3) - 0.3) * 30))),
        300,
    ),
    Case("a highlighter", "office", with_marks(lambda v, x, y: np.where(abs(y - 0.5) < 0.25, v * 0.75, v)), 300),
    Case("thresholded with salt and pepper", "fax", with_marks(lambda v, x, y: np.where(v > 130, 255, 0)), 300),
]


@each(USED)
def test_what_is_a_digit_all_the_same_is_read_without_what_is_beside_it(case):
    glyphs = GlyphSet.from_images([case.bring()], ["1"], source="scans")
    assert shows(glyphs.images[0], digit_of(case.right))


def test_images_of_one_folder_are_judged_one_by_one(tmp_path):
    """Dark on light and light on dark, clean and shaded: all are read, whatever the others are."""
    digit = digit_of()
    images = [255 - digit, digit, on_paper(125, 30)(digit, 1)[0], 255 - on_paper(125, 30)(digit, 2)[0]]
    glyphs = GlyphSet.from_images(images, ["1"] * 4, source="scans")
    assert all(shows(glyph, digit) for glyph in glyphs.images)
    assert len(glyphs) == 4


def test_a_character_whose_images_are_all_kept_out_is_named_with_the_reason():
    images = [255 - digit_of(0), np.full((28, 28), 255, np.uint8)]
    glyphs = GlyphSet.from_images(images, ["0", "ы"], source="mine")
    with pytest.raises(
        InputError, match=r"no usable glyph for 'ы'; 1 image of 'ы' kept out \(empty: 1\).*glyphs --show"
    ):
        glyphs.check_characters("0ы")
    with pytest.raises(InputError, match=r"has no glyph for 'x'; allowed: '0'$"):
        glyphs.check_characters("0x")


def test_the_page_on_own_digits_lists_every_reason():
    page = (Path(__file__).parents[2] / "docs" / "howto" / "own_digits.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert {name.strip("`"): meaning for name, meaning in rows} == REASONS
