"""GlyphSet: lookup of characters, identity, pickling."""

import copy
import pickle

import numpy as np
import pytest

from mygenerator.errors import InputError, MyGeneratorError
from mygenerator.glyphs import GlyphSet, load_glyphs


@pytest.fixture
def letters(stroke):
    images = [stroke(left, left + 3) for left in (2, 8, 14, 20, 5)]
    return GlyphSet.from_images(images, ["b", "a", "b", "é", "b"], source="letters")


def test_glyphs_are_sorted_by_character_and_keep_their_row_and_box(letters):
    assert letters.characters == "abé"
    assert letters.starts.tolist() == [0, 1, 4, 5]
    assert letters.rows.tolist() == [1, 0, 2, 4, 3]
    assert letters.boxes[:, 0].tolist() == [8, 2, 14, 5, 20]
    assert letters.boxes[0].tolist() == [8, 4, 11, 24]
    assert len(letters) == 5


def test_dtypes_and_shapes_are_those_that_compiled_code_relies_on(letters):
    found = {name: (getattr(letters, name).dtype.name, getattr(letters, name).shape) for name in ("images", "boxes")}
    assert found == {"images": ("uint8", (5, 28, 28)), "boxes": ("int16", (5, 4))}
    assert letters.starts.dtype == letters.rows.dtype == np.int64


def test_codes_lead_to_ranges_and_unknown_codes_to_none(letters):
    codes = np.array([[ord("a"), ord("b"), ord("é")], [0, ord("c"), 0x10FFFF]], np.uint32)
    start, count = letters.codes_to_ranges(codes)
    assert count.tolist() == [[1, 3, 1], [0, 0, 0]]
    assert start[0].tolist() == [0, 1, 4]


def test_count_is_that_of_one_character(letters):
    assert [letters.count(character) for character in ("a", "b", "é", "x", "", "ab")] == [1, 3, 1, 0, 0, 0]


def test_a_lacking_character_is_named_with_what_there_is(letters):
    letters.check_characters("abba")
    with pytest.raises(InputError, match=r"label 3: .* 'letters' has no glyph for ' ', 'c', 'd'; allowed: 'abé'"):
        letters.check_characters("ab cd d", where="label 3")


def test_arrays_cannot_be_written(letters):
    for array in (letters.images, letters.boxes, letters.rows, letters.starts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_sets_are_equal_by_content(stroke, letters):
    images = [stroke(left, left + 3) for left in (2, 8, 14, 20, 5)]
    same = GlyphSet.from_images(images, ["b", "a", "b", "é", "b"], source="other name")
    other = GlyphSet.from_images(images, ["b", "a", "b", "é", "a"], source="letters")
    assert same == letters
    assert hash(same) == hash(letters)
    assert other != letters
    assert letters != "letters"


def test_a_set_in_memory_survives_pickling(letters):
    again = pickle.loads(pickle.dumps(letters))
    assert again == letters
    assert np.array_equal(again.images, letters.images)
    assert not again.images.flags.writeable


def test_a_cached_set_pickles_as_its_folder_without_its_pixels(idx_folder):
    glyphs = load_glyphs(idx_folder)
    packed = pickle.dumps(glyphs)
    again = pickle.loads(packed)
    assert len(packed) < 1000 < glyphs.images.nbytes
    assert again == glyphs
    assert again.source == "digits"
    assert np.array_equal(again.images, glyphs.images)


def test_a_cached_set_whose_folder_has_gone_says_so_when_unpickled(idx_folder):
    glyphs = load_glyphs(idx_folder)
    packed = pickle.dumps(glyphs)
    glyphs.folder.rename(glyphs.folder.with_name("moved"))
    with pytest.raises(MyGeneratorError, match="missing or damaged"):
        pickle.loads(packed)


def test_a_deep_copy_is_the_set_itself(letters):
    assert copy.deepcopy({"glyphs": letters})["glyphs"] is letters


def test_images_of_any_size_are_centred_on_the_largest_canvas():
    small, large = np.full((4, 2), 255, np.uint8), np.zeros((20, 9), np.uint8)
    large[2:18, 4] = 255
    glyphs = GlyphSet.from_images([large, np.pad(small, 1)], ["a", "b"], source="mixed")
    assert glyphs.images.shape == (2, 20, 9)
    assert glyphs.boxes.tolist() == [[4, 2, 5, 18], [3, 8, 5, 12]]


def test_dark_on_light_becomes_light_on_dark_and_colour_grey(stroke):
    dark = 255 - stroke()
    colour = np.dstack([dark, dark, dark])
    glyphs = GlyphSet.from_images([stroke(), dark, colour], ["a", "b", "c"], source="mixed")
    assert (glyphs.images == stroke()).all()


def test_rows_may_be_given(stroke):
    glyphs = GlyphSet.from_images([stroke(), stroke()], ["1", "0"], source="some", rows=[70, 50])
    assert glyphs.rows.tolist() == [50, 70]


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        ([np.zeros((28, 28), np.float64)], ["a"], "some, row 0: this is not an image: float64"),
        ([np.zeros((28, 28), np.uint8)], ["ab"], "some, row 0: the label is 'ab'; allowed: one character"),
        ([np.zeros((28, 28), np.uint8)], [7], "some, row 0: the label is 7; allowed: one character"),
        ([np.zeros((28, 28), np.uint8)], [], "1 images, 0 labels"),
        ([np.zeros((28, 28), np.uint8)], ["a"], r"none of 1 glyphs can be used \(empty: 1\)"),
        ([], [], "no images"),
    ],
)
def test_images_that_make_no_set_are_errors_that_say_why(images, labels, message):
    with pytest.raises(InputError, match=message):
        GlyphSet.from_images(images, labels, source="some")


def test_the_repr_names_source_size_and_characters(letters):
    assert repr(letters) == "GlyphSet('letters': 5 glyphs of 'abé', 28 x 28 px)"
