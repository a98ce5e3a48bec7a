"""layout.py: where glyphs go, against plain fractions, and which widths and heights are refused."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mygenerator.errors import InputError
from mygenerator.strip.layout import MAX_GLYPH_PX, MIN_GLYPH_PX, GlyphExtent, check_feasible, place, width_limits

EXACT = ("fill", "equal", "pad")


@st.composite
def strips(draw, sizings=EXACT, most_glyphs=12):
    """Inks, gaps and a size that `check_feasible` lets pass: what `place` takes, as a dictionary."""
    sizing = draw(st.sampled_from(sizings))
    canvas = draw(st.tuples(st.integers(4, 128), st.integers(4, 128)))
    lengths = draw(st.lists(st.integers(1, most_glyphs), min_size=1, max_size=4))
    most_gap = draw(st.integers(0, 50))
    longest, ink, gaps = max(lengths), [], []
    for length in lengths:
        boxes = [draw(ink_boxes(canvas)) for _ in range(length)]
        ink.append(boxes + [(-1, -1, -1, -1)] * (longest - length))
        gaps.append(draw(st.lists(st.integers(0, most_gap), min_size=longest - 1, max_size=longest - 1)))
    real = [box for line in ink for box in line if box[2] >= 0]
    extent = GlyphExtent(
        max(box[2] - box[0] for box in real), min(box[1] for box in real), max(box[3] for box in real), *canvas
    )
    limits = (min(lengths), longest)
    smallest, largest = width_limits(sizing, (0, most_gap), limits, extent.widest)
    largest = smallest + 400 if largest is None else largest
    assume(smallest <= largest)
    width = draw(st.integers(smallest, largest))
    height = draw(st.integers(8, 128))
    if sizing == "pad":
        height = max(height, canvas[0])
    check_feasible(sizing, width, height, (0, most_gap), limits, extent)
    return {
        "sizing": sizing,
        "ink": np.array(ink),
        "gaps": np.array(gaps, int).reshape(len(lengths), longest - 1),
        "canvas": canvas,
        "size": (height, width),
        "tall": np.array(
            draw(
                st.lists(
                    st.lists(st.booleans(), min_size=longest, max_size=longest),
                    min_size=len(lengths),
                    max_size=len(lengths),
                )
            )
        ),
    }


@st.composite
def ink_boxes(draw, canvas):
    """An ink box inside a canvas of (height, width)."""
    x0, y0 = draw(st.integers(0, canvas[1] - 1)), draw(st.integers(0, canvas[0] - 1))
    return x0, y0, draw(st.integers(x0 + 1, canvas[1])), draw(st.integers(y0 + 1, canvas[0]))


def largest_remainder(weights: list[int], total: int) -> list[int]:
    """Shares of `total` in proportion to the weights, at least MIN_GLYPH_PX each, in exact fractions."""
    pinned: set[int] = set()
    while True:
        free = [number for number in range(len(weights)) if number not in pinned]
        rest = total - MIN_GLYPH_PX * len(pinned)
        share = {number: Fraction(weights[number] * rest, sum(weights[each] for each in free)) for number in free}
        below = {number for number in free if share[number] < MIN_GLYPH_PX}
        if not below:
            break
        pinned |= below
    shares = [MIN_GLYPH_PX if number in pinned else int(share[number]) for number in range(len(weights))]
    by_remainder = sorted(free, key=lambda number: (-(share[number] % 1), number))
    for number in by_remainder[: total - sum(shares)]:
        shares[number] += 1
    return shares


def one_glyph(sizing, box, canvas, size, tall=True, align="center", align_bits=None):
    """The box of a single glyph in a strip."""
    ink, gaps = np.array([[box]]), np.empty((1, 0), int)
    boxes, _ = place(sizing, ink, gaps, canvas, size, np.array([[tall]]), align, align_bits)
    return boxes[0, 0].tolist()


@given(strips())
def test_boxes_lie_inside_the_strip_and_the_gaps_between_them_are_those_given(strip):
    boxes, gaps = place(**strip)
    height, width = strip["size"]
    for number, line in enumerate(strip["ink"]):
        length = int((line[:, 2] >= 0).sum())
        real = boxes[number, :length]
        assert (real[:, :2] >= 0).all()
        assert (real[:, 2] <= width).all()
        assert (real[:, 3] <= height).all()
        assert (real[:, :2] < real[:, 2:]).all()
        assert (real[1:, 0] - real[:-1, 2]).tolist() == strip["gaps"][number, : length - 1].tolist()
        assert gaps[number, : length - 1].tolist() == strip["gaps"][number, : length - 1].tolist()
        assert (boxes[number, length:] == -1).all()
        assert (gaps[number, max(length - 1, 0) :] == -1).all()


@given(strips(("fill", "equal")))
def test_fill_and_equal_use_the_strip_from_the_first_column_to_the_last(strip):
    boxes, _ = place(**strip)
    last = (strip["ink"][:, :, 2] >= 0).sum(axis=1) - 1
    assert (boxes[:, 0, 0] == 0).all()
    assert (boxes[np.arange(len(boxes)), last, 2] == strip["size"][1]).all()


@given(strips(("fill",)))
def test_fill_shares_columns_in_proportion_to_ink_by_largest_remainder(strip):
    boxes, _ = place(**strip)
    for number, line in enumerate(strip["ink"]):
        length = int((line[:, 2] >= 0).sum())
        room = strip["size"][1] - int(strip["gaps"][number, : length - 1].sum())
        widths = (boxes[number, :length, 2] - boxes[number, :length, 0]).tolist()
        assert widths == largest_remainder((line[:length, 2] - line[:length, 0]).tolist(), room)


@given(strips(("equal",)))
def test_equal_makes_widths_that_differ_by_at_most_one_and_digits_of_full_height(strip):
    boxes, _ = place(**strip)
    for number, line in enumerate(strip["ink"]):
        length = int((line[:, 2] >= 0).sum())
        widths = boxes[number, :length, 2] - boxes[number, :length, 0]
        assert widths.max() - widths.min() <= 1
        assert widths.min() >= MIN_GLYPH_PX
        digits = boxes[number, :length][strip["tall"][number, :length]]
        assert (digits[:, 1] == 0).all()
        assert (digits[:, 3] == strip["size"][0]).all()


@given(strips(("pad",)))
def test_pad_keeps_every_glyph_s_size_and_centres_the_strip(strip):
    boxes, _ = place(**strip)
    ink = strip["ink"]
    valid = ink[:, :, 2] >= 0
    assert (boxes[:, :, 2:] - boxes[:, :, :2])[valid].tolist() == (ink[:, :, 2:] - ink[:, :, :2])[valid].tolist()
    left, right = boxes[:, 0, 0], strip["size"][1] - boxes[:, :, 2].max(axis=1)
    assert ((right - left >= 0) & (right - left <= 1)).all()


@given(strips())
def test_a_strip_is_laid_out_alone_as_it_is_beside_longer_and_shorter_ones(strip):
    boxes, gaps = place(**strip)
    for number, line in enumerate(strip["ink"]):
        length = int((line[:, 2] >= 0).sum())
        alone = {
            **strip,
            "ink": line[None, :length],
            "gaps": strip["gaps"][number, None, : length - 1],
            "tall": strip["tall"][number, None, :length],
        }
        own_boxes, own_gaps = place(**alone)
        assert own_boxes[0].tolist() == boxes[number, :length].tolist()
        assert own_gaps[0].tolist() == gaps[number, : length - 1].tolist()


def test_fill_keeps_a_glyph_s_shape_until_it_reaches_the_strip_s_height():
    assert one_glyph("fill", (4, 10, 12, 18), (28, 28), (28, 8)) == [0, 10, 8, 18]
    assert one_glyph("fill", (4, 10, 12, 18), (28, 28), (28, 16)) == [0, 6, 16, 22]
    assert one_glyph("fill", (4, 10, 12, 18), (28, 28), (28, 28)) == [0, 0, 28, 28]
    assert one_glyph("fill", (4, 10, 12, 18), (28, 28), (28, 200)) == [0, 0, 200, 28]


def test_fill_keeps_a_comma_low_and_a_minus_in_the_middle():
    ink = np.array([[[10, 20, 14, 26], [4, 12, 24, 16], [4, 4, 24, 24]]])
    boxes, _ = place("fill", ink, np.array([[3, 3]]), (28, 28), (56, 100), np.array([[False, False, True]]))
    comma, minus, digit = boxes[0].tolist()
    assert comma[1] > 28
    assert abs(minus[1] - (56 - minus[3])) <= 1
    assert abs(digit[1] - (56 - digit[3])) <= 1
    assert digit[3] - digit[1] > minus[3] - minus[1]


def test_equal_stretches_digits_alone_and_leaves_other_characters_their_place_in_the_cell():
    assert one_glyph("equal", (4, 4, 24, 24), (28, 28), (56, 30)) == [0, 0, 30, 56]
    assert one_glyph("equal", (10, 20, 14, 26), (28, 28), (56, 30), tall=False) == [0, 40, 30, 52]


@pytest.mark.parametrize(("align", "left"), [("left", 0), ("center", 7), ("right", 15)])
def test_pad_puts_what_is_left_over_where_align_says(align, left):
    assert one_glyph("pad", (5, 4, 10, 24), (28, 28), (28, 20), align=align) == [left, 4, left + 5, 24]


def test_pad_at_random_reaches_every_margin_from_the_left_edge_to_the_right():
    bits = np.arange(0, 2**32, 2**27, dtype=np.int64)
    lefts = {one_glyph("pad", (5, 4, 10, 24), (28, 28), (28, 20), True, "random", each[None])[0] for each in bits}
    assert lefts == set(range(16))


def test_resize_records_where_the_ink_stands_after_the_whole_strip_was_scaled():
    ink = np.array([[[4, 4, 24, 24], [10, 0, 20, 28]]])
    boxes, gaps = place("resize", ink, np.array([[4]]), (28, 28), (14, 30), np.ones((1, 2), bool))
    assert boxes.tolist() == [[[2, 2, 12, 12], [21, 0, 26, 14]]]
    assert gaps.tolist() == [[9]]


@pytest.mark.parametrize("sizing", EXACT)
@given(data=st.data())
def test_the_widths_that_are_named_can_hold_the_worst_draw_and_one_column_less_or_more_is_refused(sizing, data):
    shortest = data.draw(st.integers(1, 40))
    longest = data.draw(st.integers(shortest, 60))
    gap, widest = data.draw(st.integers(0, 50)), data.draw(st.integers(1, 28))
    smallest, largest = width_limits(sizing, (0, gap), (shortest, longest), widest)
    extent = GlyphExtent(widest, 4, 24, 28, 28)
    ask = ((0, gap), (shortest, longest), extent)
    assume(largest is None or smallest <= largest)
    check_feasible(sizing, smallest, 28, *ask)
    with pytest.raises(InputError, match=rf"allowed: {smallest} "):
        check_feasible(sizing, smallest - 1, 28, *ask)
    if largest is not None:
        check_feasible(sizing, largest, 28, *ask)
        with pytest.raises(InputError, match=rf" to {largest} pixels"):
            check_feasible(sizing, largest + 1, 28, *ask)
    ink = np.tile([0, 4, widest, 24], (1, longest, 1))
    boxes, _ = place(sizing, ink, np.full((1, longest - 1), gap), (28, 28), (28, smallest), np.ones((1, longest), bool))
    widths = boxes[0, :, 2] - boxes[0, :, 0]
    assert boxes[0, 0, 0] == 0
    assert boxes[0, -1, 2] == smallest
    assert (widths == (widest if sizing == "pad" else MIN_GLYPH_PX)).all()


def test_resize_takes_any_width():
    for width in (1, 100_000):
        check_feasible("resize", width, 28, (0, 50), (1, 100), GlyphExtent(28, 0, 28, 28, 28))


def test_labels_of_lengths_that_no_width_serves_are_refused_with_both_limits():
    with pytest.raises(
        InputError, match=r"longest need at least 202 pixels.*shortest can be stretched to at most 200.*pad"
    ):
        check_feasible("fill", 200, 28, (0, 0), (1, 101), GlyphExtent(20, 4, 24, 28, 28))
    assert MAX_GLYPH_PX == 200


@given(canvas=st.integers(4, 128), data=st.data())
def test_the_height_that_pad_names_is_the_smallest_that_cuts_no_glyph(canvas, data):
    top = data.draw(st.integers(0, canvas - 1))
    bottom = data.draw(st.integers(top + 1, canvas))
    extent = GlyphExtent(10, top, bottom, canvas, 28)

    def refusal(height: int) -> str:
        try:
            check_feasible("pad", 100, height, (0, 0), (1, 1), extent)
        except InputError as error:
            return str(error)
        return ""

    heights = [height for height in range(1, 129) if not refusal(height)]
    for height in range(1, 129):
        if height not in heights:
            assert int(re.search(r"allowed: (\d+) pixels or more", refusal(height))[1]) == heights[0]
    for height in heights:
        _, y0, _, y1 = one_glyph("pad", (0, top, 10, bottom), (canvas, 28), (height, 100))
        assert 0 <= y0 < y1 <= height
        assert y1 - y0 == bottom - top
