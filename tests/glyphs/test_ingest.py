"""Ingest: what is removed from glyphs, what is kept out, and that the rest is left alone."""

import hypothesis
import numpy as np
import pytest
from hypothesis import strategies
from hypothesis.extra import numpy as arrays

from mygenerator.errors import InputError
from mygenerator.glyphs import INK, GlyphSet, load_glyphs
from mygenerator.glyphs.ingest import RawGlyphs


def ingested(*images, label="1"):
    """A set of these images, with an upright stroke before them, so that there is always a usable one."""
    sound = np.zeros((28, 28), np.uint8)
    sound[4:24, 10:16] = 255
    return GlyphSet.from_images([sound, *images], ["1", *[label] * len(images)], source="made")


def test_a_sound_glyph_keeps_every_pixel_of_its_soft_edge(stroke):
    image = stroke()
    image[3, 10:16] = image[4:24, 9] = INK - 1
    assert np.array_equal(ingested(image).images[1], image)


def test_a_speck_goes_with_its_halo_and_the_glyph_stays(stroke):
    image = stroke()
    image[19:22, 21:24] = 30
    image[20, 22] = 200
    glyphs = ingested(image)
    assert np.array_equal(glyphs.images[1], stroke())
    assert glyphs.cleaned == 1
    assert sum(glyphs.kept_out.values()) == 0


def test_faint_dirt_away_from_the_ink_goes(stroke):
    image = stroke()
    image[2:5, 22:26] = INK - 1
    assert np.array_equal(ingested(image).images[1], stroke())


def test_a_large_canvas_keeps_a_wider_soft_edge(stroke):
    image = stroke(left=50, right=70, size=128)
    image[40:80, 70:74] = INK - 1
    image[40:80, 76:80] = INK - 1
    clean = GlyphSet.from_images([image], ["1"], source="scan").images[0]
    assert (clean[40:80, 70:74] == INK - 1).all()
    assert not clean[40:80, 76:80].any()


def test_specks_are_small_beside_the_glyph_not_beside_the_canvas(stroke):
    """Two equal dots are a colon, however small they are."""
    image = np.zeros((28, 28), np.uint8)
    image[10, 14] = image[18, 14] = 255
    glyphs = ingested(image, label=":")
    assert np.array_equal(glyphs.images[1], image)
    assert glyphs.cleaned == 0


def test_a_digit_in_pieces_is_kept_out_and_a_letter_of_several_parts_is_not(stroke):
    image = stroke()
    image[13:15] = 0
    glyphs = ingested(image)
    assert len(glyphs) == 1
    assert glyphs.kept_out == {"empty": 0, "blank column": 0, "in pieces": 1}
    assert ingested(image, label="i").count("i") == 1


def test_parts_that_touch_at_a_corner_are_one(stroke):
    image = np.zeros((28, 28), np.uint8)
    image[4:14, 8:12] = image[14:24, 12:16] = 255
    assert len(ingested(image)) == 2


@pytest.mark.parametrize("label", ["1", '"'])
def test_a_glyph_with_a_blank_column_inside_is_kept_out(label, stroke):
    image = stroke(left=10, right=16)
    image[:, 13] = INK - 1
    glyphs = ingested(image, label=label)
    assert len(glyphs) == 1
    assert glyphs.kept_out == {"empty": 0, "blank column": 1, "in pieces": 0}


def test_a_glyph_without_ink_is_kept_out(stroke):
    glyphs = ingested(np.zeros_like(stroke()))
    assert glyphs.kept_out == {"empty": 1, "blank column": 0, "in pieces": 0}


def test_a_source_without_any_usable_glyph_is_an_error_that_counts_why(stroke):
    broken = stroke()
    broken[13:15] = 0
    with pytest.raises(InputError, match=r"none of 2 glyphs can be used \(empty: 1, in pieces: 1\)"):
        GlyphSet.from_images([broken, np.zeros((28, 28), np.uint8)], "12", source="broken")


def test_neighbours_in_the_source_do_not_touch_each_other():
    """A glyph that fills its canvas from the first row to the last, among others that do."""
    full = np.zeros((28, 28), np.uint8)
    full[:, 10:14] = 255
    speck = full.copy()
    speck[27, 20] = 255
    glyphs = GlyphSet.from_images([full, speck, full], "111", source="full", rows=[0, 1, 2])
    assert (glyphs.images == full).all()
    assert glyphs.cleaned == 1


@hypothesis.given(
    strategies.integers(1, 20).flatmap(
        lambda count: strategies.tuples(
            arrays.arrays(np.uint8, (count, 12, 9), elements=strategies.sampled_from([0, 30, 63, 64, 200])),
            strategies.lists(strategies.sampled_from("07a:"), min_size=count, max_size=count),
        )
    )
)
def test_whatever_the_pixels_the_contract_of_a_set_holds(drawn):
    images, labels = drawn
    codes = np.array([ord(label) for label in labels], np.uint32)
    try:
        glyphs = GlyphSet.from_raw(RawGlyphs("drawn", "", "drawn", images, codes, np.arange(len(images))))
    except InputError:
        return
    assert len(glyphs) + sum(glyphs.kept_out.values()) == len(images)
    for glyph, box, row in zip(glyphs.images, glyphs.boxes, glyphs.rows, strict=True):
        x0, y0, x1, y1 = box
        ink = glyph >= INK
        assert ink[y0:y1, x0:x1].any(axis=0).all()
        assert ink.sum() == ink[y0:y1, x0:x1].sum()
        assert ink[y0].any()
        assert ink[y1 - 1].any()
        assert ((glyph == images[row]) | (glyph == 0)).all()


def test_one_or_two_of_a_hundred_mnist_digits_are_kept_out(mnist_folder):
    glyphs = load_glyphs(mnist_folder)
    kept_out = sum(glyphs.kept_out.values())
    assert len(glyphs) + kept_out == 10_000
    assert 100 <= kept_out <= 200
    assert all(glyphs.count(digit) > 800 for digit in "0123456789")
