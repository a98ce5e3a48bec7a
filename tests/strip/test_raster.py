"""raster.py against a slow definition of its own, written from the docstrings: loops and whole fractions."""

import tracemalloc
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mygenerator.rng import Stream
from mygenerator.strip import raster
from mygenerator.strip.layout import place
from mygenerator.strip.raster import MIN_INK, render, render_resized, taps
from tests.made_glyphs import made_glyphs


def plain_weights(source: int, target: int) -> list[list[int]]:
    """For each output pixel the 256ths of every source pixel: overlaps where it shrinks, linear where it grows."""
    columns, step = [], Fraction(source, target)
    for out in range(target):
        if target < source:
            low, high = out * step, (out + 1) * step
            exact = [
                max(min(Fraction(pixel + 1), high) - max(Fraction(pixel), low), 0) / step for pixel in range(source)
            ]
        else:
            half = Fraction(1, 2)
            centre = min(max((out + half) * step, half), source - half)
            exact = [max(1 - abs(pixel + half - centre), 0) for pixel in range(source)]
        weights = [floor(256 * part) for part in exact]
        by_remainder = sorted(range(source), key=lambda pixel: (-(256 * exact[pixel] % 1), pixel))
        for pixel in by_remainder[: 256 - sum(weights)]:
            weights[pixel] += 1
        columns.append(weights)
    return columns


def plain_scale(lines: list[list[int]], target: int) -> list[list[int]]:
    """Each line scaled to `target` pixels, rounded half up."""
    weights = plain_weights(len(lines[0]), target)
    return [
        [(sum(w * p for w, p in zip(column, line, strict=True)) + 128) // 256 for column in weights] for line in lines
    ]


def transposed(lines: list[list[int]]) -> list[list[int]]:
    return [list(line) for line in zip(*lines, strict=True)]


def plain_glyph(image: np.ndarray, ink: list[int], width: int, height: int) -> list[list[int]]:
    """A glyph's ink as lines of a box, columns first, with faint columns lifted."""
    x0, y0, x1, y1 = ink
    source = image[y0:y1, x0:x1].tolist()
    lines = transposed(plain_scale(transposed(plain_scale(source, width)), height))
    for column in range(width):
        if max(line[column] for line in lines) < MIN_INK:
            under = [line[(2 * column + 1) * (x1 - x0) // (2 * width)] for line in source]
            brightest = under.index(max(under))
            lines[(2 * brightest + 1) * height // (2 * (y1 - y0))][column] = MIN_INK
    return lines


def dense(source: int, target: int) -> np.ndarray:
    """The weights as a matrix (source, target)."""
    pixels, weights = taps(source, target)
    matrix = np.zeros((source, target), int)
    np.put_along_axis(matrix, pixels, weights, axis=0)
    return matrix


def in_box(image: np.ndarray, ink: tuple, box: tuple, size: tuple[int, int]) -> np.ndarray:
    """One glyph alone in a strip."""
    return render(image[None], np.array([ink]), np.zeros((1, 1), int), np.array([[box]]), size)[0]


@pytest.mark.parametrize("source", [1, 2, 3, 5, 7, 10, 16, 20, 28, 40])
def test_weights_are_those_of_the_definition_and_sum_to_256(source):
    for target in range(1, 61):
        assert dense(source, target).T.tolist() == plain_weights(source, target)


@given(st.integers(1, 400), st.integers(1, 400))
def test_weights_of_any_size_sum_to_256_and_move_from_the_first_pixel_to_the_last(source, target):
    pixels, weights = taps(source, target)
    assert (weights.sum(axis=0) == 256).all()
    assert ((pixels >= 0) & (pixels < source)).all()
    # In units of 1 / 256 source pixels; equal remainders may be rounded to either side, by one unit for each tap.
    centre = (pixels * weights.astype(int)).sum(axis=0)
    assert (np.diff(centre) >= -len(pixels)).all()
    assert (
        np.abs(centre + 128 - (2 * np.arange(target) + 1) * 128 * source / target) <= 128 + len(pixels) * source
    ).all()


@pytest.mark.parametrize("size", [1, 2, 7, 28, 128])
def test_an_axis_that_keeps_its_size_is_left_as_it_is(size):
    assert (dense(size, size) == 256 * np.eye(size, dtype=int)).all()


def test_weights_that_are_kept_cannot_be_changed_by_who_asks():
    for part in taps(5, 3):
        with pytest.raises(ValueError, match="read-only"):
            part[0] = 0


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    canvas=st.tuples(st.integers(1, 20), st.integers(1, 20)),
    size=st.tuples(st.integers(8, 24), st.integers(30, 90)),
    sizing=st.sampled_from(["fill", "equal"]),
)
def test_strips_are_to_the_byte_what_the_definition_says(seed, canvas, size, sizing):
    glyphs = made_glyphs("01", 3, canvas, seed)
    ids = np.array([[0, 1, 2, 3], [4, 5, -1, -1]])
    ink = np.where(ids[:, :, None] >= 0, glyphs.boxes[ids], -1)
    gaps = Stream(seed, "gaps").integers([[0], [1]], [0, 1, 2], low=0, high=5)
    boxes, _ = place(sizing, ink, gaps, canvas, size, np.ones(ids.shape, bool))
    strips = render(glyphs.images, glyphs.boxes, ids, boxes, size)
    expected = np.zeros((2, *size), int)
    for (row, position), glyph in np.ndenumerate(ids):
        if glyph >= 0:
            x0, y0, x1, y1 = boxes[row, position]
            lines = plain_glyph(glyphs.images[glyph], glyphs.boxes[glyph].tolist(), int(x1 - x0), int(y1 - y0))
            expected[row, y0:y1, x0:x1] = lines
    assert strips.dtype == np.uint8
    assert strips.tolist() == expected.tolist()


@settings(max_examples=40)
@given(
    seed=st.integers(0, 1000),
    canvas=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    size=st.tuples(st.integers(8, 20), st.integers(1, 90)),
)
def test_resized_strips_are_to_the_byte_what_the_definition_says(seed, canvas, size):
    glyphs = made_glyphs("01", 3, canvas, seed)
    ids, gaps = np.array([[0, 1, 2], [4, 5, -1]]), np.array([[2, 0], [3, 9]])
    strips = render_resized(glyphs.images, ids, gaps, size)
    for row in range(2):
        parts = []
        for position, glyph in enumerate(ids[row]):
            if glyph >= 0:
                blank = np.zeros((canvas[0], gaps[row, position - 1] if position else 0), int)
                parts += [blank, glyphs.images[glyph]]
        lines = transposed(plain_scale(transposed(plain_scale(np.hstack(parts).tolist(), size[1])), size[0]))
        assert strips[row].tolist() == lines


def test_a_large_batch_is_made_in_chunks_with_the_pixels_of_a_small_one(monkeypatch):
    glyphs, size = made_glyphs(each=5), (28, 100)
    ids = Stream(1, "ids").integers(np.arange(40)[:, None], np.arange(4), low=0, high=len(glyphs) - 1)
    ids[::3, 3] = -1
    gaps = np.full((40, 3), 4)
    ink = np.where(ids[:, :, None] >= 0, glyphs.boxes[ids], -1)
    boxes, _ = place("fill", ink, gaps, (28, 28), size, np.ones(ids.shape, bool))
    whole = render(glyphs.images, glyphs.boxes, ids, boxes, size), render_resized(glyphs.images, ids, gaps, size)
    monkeypatch.setattr(raster, "_CHUNK_PIXELS", 20_000)
    parts = render(glyphs.images, glyphs.boxes, ids, boxes, size), render_resized(glyphs.images, ids, gaps, size)
    assert (whole[0] == parts[0]).all()
    assert (whole[1] == parts[1]).all()


@pytest.mark.parametrize(
    ("count", "length", "size"),
    [(500, 30, (8, 150)), (200, 20, (8, 4000))],
    ids=["large glyphs in small strips", "low and wide strips"],
)
def test_memory_does_not_grow_with_the_size_of_the_glyphs_times_the_batch(count, length, size):
    glyphs = made_glyphs("0", 20, (128, 128))
    ids = np.broadcast_to(np.arange(length) % 20, (count, length))
    gaps = np.zeros((count, length - 1), int)
    tracemalloc.start()
    boxes, _ = place("equal", glyphs.boxes[ids], gaps, (128, 128), size, np.ones(ids.shape, bool))
    render(glyphs.images, glyphs.boxes, ids, boxes, size)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60e6


def test_no_strips_are_drawn_of_no_samples():
    glyphs, none = made_glyphs(), np.empty((0, 3), int)
    assert render(glyphs.images, glyphs.boxes, none, np.empty((0, 3, 4), int), (28, 90)).shape == (0, 28, 90)
    assert render_resized(glyphs.images, none, np.empty((0, 2), int), (28, 90)).shape == (0, 28, 90)


def test_only_the_ink_box_is_drawn_and_not_what_lies_around_it():
    image = np.full((28, 28), 63, np.uint8)
    image[10:20, 10:15] = 200
    strip = in_box(image, (10, 10, 15, 20), (3, 4, 8, 14), (28, 28))
    assert (strip[4:14, 3:8] == 200).all()
    assert strip.sum() == 200 * 50


@settings(max_examples=40)
@given(seed=st.integers(0, 500), width=st.integers(2, 30), height=st.integers(8, 40))
def test_mean_ink_stays_the_same_where_a_glyph_shrinks(seed, width, height):
    glyphs = made_glyphs("0", 1, (60, 60), seed)
    x0, y0, x1, y1 = (int(side) for side in glyphs.boxes[0])
    width, height = min(width, x1 - x0), min(height, y1 - y0)
    pixels = np.array(plain_scale(transposed(plain_scale(glyphs.images[0, y0:y1, x0:x1].tolist(), width)), height))
    strip = in_box(glyphs.images[0], (x0, y0, x1, y1), (0, 0, width, height), (40, 30))
    before, after = glyphs.images[0, y0:y1, x0:x1].mean(), strip[:height, :width].mean()
    # Rounding to 8 bits after each pass and weights in 256ths cost a level or so; lifted columns only add.
    assert before - 2.5 <= after <= before + 2.5 + MIN_INK * (pixels.max(axis=1) < MIN_INK).mean()


def test_shrinking_a_fine_grating_gives_even_grey_and_no_moire():
    grating = np.zeros((60, 60), np.uint8)
    grating[:, ::2] = 255
    strip = in_box(grating, (0, 0, 60, 60), (0, 0, 13, 60), (60, 13))
    assert int(strip.max()) - int(strip.min()) <= 60
    assert abs(strip.mean() - 127.5) < 1.5


def test_a_thin_stroke_of_a_large_glyph_is_not_lost_when_it_shrinks():
    image = np.zeros((128, 128), np.uint8)
    image[64, :] = image[:, 64] = 255
    strip = in_box(image, (0, 0, 128, 128), (0, 0, 14, 28), (28, 14))
    assert (strip.max(axis=0) >= 255 // 5).all()
    assert (strip.max(axis=1) >= 255 // 10).all()


def test_a_column_too_faint_to_see_is_lifted_in_the_row_of_its_brightest_ink():
    image = np.zeros((128, 2), np.uint8)
    image[100, :] = 64
    strip = in_box(image, (0, 0, 2, 128), (0, 0, 2, 8), (8, 2))
    assert strip.T.tolist() == [[0, 0, 0, 0, 0, 0, MIN_INK, 0]] * 2


@given(
    line=st.lists(st.integers(64, 255), min_size=2, max_size=20),
    width=st.integers(20, 200),
    height=st.integers(8, 60),
)
def test_growing_adds_no_level_and_keeps_a_ramp_a_ramp(line, width, height):
    image = np.tile(np.array(sorted(line), np.uint8), (5, 1))
    strip = in_box(image, (0, 0, len(line), 5), (0, 0, width, height), (height, width))
    assert strip.min() == min(line)
    assert strip.max() == max(line)
    assert (np.diff(strip.astype(int), axis=1) >= 0).all()
    assert (strip == strip[:1]).all()


def test_growing_has_no_steps():
    image = np.array([[64, 255]], np.uint8)
    strip = in_box(image, (0, 0, 2, 1), (0, 0, 200, 8), (8, 200))
    assert np.diff(strip[0].astype(int)).max() <= 3
