"""affine.py and extent.py: outlines and pixels under maps, against plain loops in exact fractions."""

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mygenerator import Rotate, Scale, Shear, twins
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.strip import affine
from mygenerator.strip.affine import composed, ink_boxes, layout_boxes, outlines, render, settled
from mygenerator.strip.extent import ONE, GlyphExtent, MapBounds, extent_of
from tests.made_glyphs import made_glyphs

HALF = Fraction(1, 2)


@st.composite
def matrices(draw):
    """Scaled, then sheared along x and along y, perhaps upside down: invertible, and any entry may be 0."""
    scale = [draw(st.integers(ONE // 2, 2 * ONE)) for _ in range(2)]
    along, down = (draw(st.integers(-ONE, ONE)) for _ in range(2))
    sign = draw(st.sampled_from([1, -1]))
    rows = ((ONE, along), (down, ONE + along * down // ONE))
    return [[sign * entry * scale[column] // ONE for column, entry in enumerate(row)] for row in rows]


@st.composite
def mapped(draw):
    """Glyphs on any canvas, each under a map of its own."""
    canvas = draw(st.tuples(st.integers(1, 14), st.integers(1, 14)))
    glyphs = made_glyphs("1", draw(st.integers(1, 3)), canvas, seed=draw(st.integers(0, 99)))
    maps = np.array([draw(matrices()) for _ in glyphs.images], np.int32)
    return glyphs.images, glyphs.boxes, maps


def under(matrix, x, y):
    """A point under a matrix of 2**-16, as it stands: no rounding."""
    return tuple(Fraction(int(row[0]), ONE) * x + Fraction(int(row[1]), ONE) * y for row in matrix)


def outline_of(image, box, matrix):
    """The box of all corners of all ink pixels under the map, in 2**-17 pixels from the middle of the ink box."""
    x0, y0, x1, y1 = box.tolist()
    inked = [(x, y) for y in range(y0, y1) for x in range(x0, x1) if image[y, x] >= 64]
    corners = [(x + i, y + j) for x, y in inked for i in (0, 1) for j in (0, 1)]
    corners = corners or [(x, y) for x in (x0, x1) for y in (y0, y1)]
    points = [under(matrix, x - Fraction(x0 + x1, 2), y - Fraction(y0 + y1, 2)) for x, y in corners]
    return [int(pick(point[axis] for point in points) * 2**17) for pick in (min, max) for axis in (0, 1)]


def rounded(value):
    return floor(value + HALF)


def drawn_alone(image, box, matrix, outline, size):
    """One glyph stretched to (width, height) as the docstring of `render` says, pixel by pixel."""
    (a, b), (c, d) = [[int(entry) for entry in row] for row in matrix]
    area = a * d - b * c
    inverse = [[rounded(Fraction(part * 2**32, area)) for part in row] for row in ((d, -b), (-c, a))]
    low_x, low_y, high_x, high_y = (int(side) for side in outline)
    steps, counts = [], []
    for axis, length in ((0, high_x - low_x), (1, high_y - low_y)):
        one = [rounded(Fraction(inverse[line][axis] * length, 2**17 * size[axis])) for line in (0, 1)]
        times = max(1, -(-max(map(abs, one)) * 4 // (5 * ONE)))
        count = size[axis] * times
        steps.append([rounded(Fraction(inverse[line][axis] * length, 2**17 * count)) for line in (0, 1)])
        counts.append((times, count))
    (times_x, across), (times_y, down) = counts
    first = []
    for line in (0, 1):
        middle = inverse[line][0] * (low_x + high_x) + inverse[line][1] * (low_y + high_y)
        centre = (int(box[line]) + int(box[line + 2])) * 2**15 + rounded(Fraction(middle, 2**18))
        back = floor(Fraction((1 - across) * steps[0][line] + (1 - down) * steps[1][line], 2))
        first.append(centre + back - 2**15)

    def pixel(x, y):
        inside = 0 <= y < image.shape[0] and 0 <= x < image.shape[1]
        return int(image[y, x]) if inside else 0

    def sample(i, j):
        x, y = (first[line] + i * steps[0][line] + j * steps[1][line] for line in (0, 1))
        column, row = x // ONE, y // ONE
        part_x, part_y = x // 256 % 256, y // 256 % 256
        above, below = (
            rounded(Fraction(pixel(column, line) * (256 - part_x) + pixel(column + 1, line) * part_x, 256))
            for line in (row, row + 1)
        )
        return rounded(Fraction(above * (256 - part_y) + below * part_y, 256))

    made = np.zeros((size[1], size[0]), np.uint8)
    for y in range(size[1]):
        for x in range(size[0]):
            levels = [sample(x * times_x + i, y * times_y + j) for j in range(times_y) for i in range(times_x)]
            made[y, x] = (sum(levels) + len(levels) // 2) // len(levels)
    for x in range(size[0]):
        if made[:, x].max() < 16:
            made[made[:, x].argmax() if made[:, x].any() else size[1] // 2, x] = 16
    return made


@given(mapped())
def test_an_outline_is_the_box_of_all_corners_of_the_ink(case):
    images, ink, maps = case
    with twins.forced("numpy"):
        found = outlines(images, ink, maps)
    assert found.tolist() == [outline_of(*one) for one in zip(images, ink, maps, strict=True)]


def test_a_glyph_without_ink_has_the_outline_of_its_box():
    maps = np.array([[[ONE, ONE], [0, ONE]]], np.int32)
    image, box = np.zeros((1, 6, 6), np.uint8), np.array([[1, 2, 4, 4]])
    assert outlines(image, box, maps).tolist() == [[outline_of(image[0], box[0], maps[0])][0]]


@settings(max_examples=60, deadline=None)
@given(case=mapped(), sizes=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), min_size=3, max_size=3))
def test_pixels_are_those_of_plain_loops(case, sizes):
    images, ink, maps = case
    sizes = sizes[: len(images)]
    lefts = [1 + sum(width for width, _ in sizes[:place]) for place in range(len(sizes))]
    boxes = np.array([[[left, 2, left + wide, 2 + high] for left, (wide, high) in zip(lefts, sizes, strict=True)]])
    height, width = 2 + max(high for _, high in sizes), lefts[-1] + sizes[-1][0] + 1
    with twins.forced("numpy"):
        outline = outlines(images, ink, maps)
        made = render(images, ink, maps, outline, np.arange(len(images))[None], boxes, (height, width))
    expected = np.zeros((height, width), np.uint8)
    for place, (left, (wide, high)) in enumerate(zip(lefts, sizes, strict=True)):
        one = drawn_alone(images[place], ink[place], maps[place], outline[place], (wide, high))
        expected[2 : 2 + high, left : left + wide] = one
    assert made.tolist() == [expected.tolist()]


def test_paper_turns_the_levels_around():
    glyphs = made_glyphs("1", 2)
    maps = np.array([[[ONE, 9000], [-9000, ONE]]] * 2, np.int32)
    outline, ids = outlines(glyphs.images, glyphs.boxes, maps), np.array([[1, -1], [0, -1]])
    boxes = np.array([[[0, 0, 30, 20], [-1] * 4], [[5, 2, 9, 7], [-1] * 4]])
    given_ = (glyphs.images, glyphs.boxes, maps, outline, ids, boxes, (20, 30))
    assert (render(*given_, 255) == 255 - render(*given_)).all()


def test_chunks_do_not_show(monkeypatch):
    glyphs = made_glyphs("0123456789", 3)
    maps = np.array([[[ONE, 20000], [0, ONE]]] * 30, np.int32)
    boxes = np.tile(np.array([[[0, 0, 20, 20]]]), (30, 1, 1))
    made = []
    for chunk in (10**6, 1):
        monkeypatch.setattr(affine, "_CHUNK_PIXELS", chunk)
        with twins.forced("numpy"):
            outline = outlines(glyphs.images, glyphs.boxes, maps)
            made.append(render(glyphs.images, glyphs.boxes, maps, outline, np.arange(30)[:, None], boxes, (20, 20)))
    assert (made[0] == made[1]).all()


def test_maps_are_composed_in_the_order_of_the_steps():
    scale, shear = np.array([[[2 * ONE, 0], [0, ONE]]]), np.array([[[ONE, ONE // 2], [0, ONE]]])
    assert composed(composed(None, scale), shear).tolist() == [[[2 * ONE, ONE // 2], [0, ONE]]]
    assert composed(composed(None, shear), scale).tolist() == [[[2 * ONE, ONE], [0, ONE]]]
    assert composed(None, shear).dtype == np.int32


def test_a_composed_entry_is_rounded_half_up():
    third = np.array([[[1, 0], [0, ONE]]])
    half = np.array([[[ONE // 2, 0], [0, ONE]]])
    assert composed(composed(None, third), half)[0, 0, 0] == 1
    assert composed(composed(None, -third), half)[0, 0, 0] == 0


@settings(max_examples=60, deadline=None)
@given(case=mapped())
def test_what_is_settled_is_whole_and_every_column_of_its_box_holds_ink(case):
    images, ink, maps = case
    boxes = layout_boxes(ink, outlines(images, ink, maps))
    side = int(max(boxes[:, 2].max(), np.abs(boxes).max())) + 4
    canvas = (images.shape[1] + 2 * side, images.shape[2] + 2 * side)
    drawn, found = settled(images, ink, maps, canvas)
    assert drawn.shape == (len(images), *canvas)
    for image, (x0, y0, x1, y1) in zip(drawn, found.tolist(), strict=True):
        assert (image[y0:y1, x0:x1].max(axis=0) >= 64).all()
        rest = image.copy()
        rest[y0:y1, x0:x1] = 0
        assert rest.max() < 64


def test_a_column_without_ink_between_two_strokes_is_given_some():
    image = np.zeros((1, 5, 5), np.uint8)
    image[0, 1:4, [0, 3]] = 200
    image[0, 2, 1] = 30
    assert ink_boxes(image, np.zeros((1, 4))).tolist() == [[0, 1, 4, 4]]
    assert image[0].max(axis=0).tolist() == [200, 64, 64, 200, 0]
    assert image[0, 2, 1:3].tolist() == [64, 64]


def test_a_glyph_without_any_ink_keeps_a_box():
    images = np.zeros((1, 4, 4), np.uint8)
    assert ink_boxes(images, np.array([[1, 1, 3, 3]])).tolist() == [[1, 1, 3, 3]]
    assert images.max(axis=1).tolist() == [[0, 64, 64, 0]]


STEPS = st.one_of(
    st.builds(lambda a, b: Rotate(sorted((a, b))), *[st.floats(-45, 45)] * 2),
    st.builds(lambda a, b, c, d: Shear(sorted((a, b)), sorted((c, d))), *[st.floats(-1, 1)] * 4),
    st.builds(lambda a, b, c, d: Scale(sorted((a, b)), sorted((c, d))), *[st.floats(0.5, 2)] * 4),
)


@given(canvas=st.tuples(st.integers(1, 60), st.integers(1, 60)), steps=st.lists(STEPS, max_size=3), data=st.data())
def test_no_outline_leaves_the_extent_that_was_declared(canvas, steps, data):
    glyphs = made_glyphs("0-", 3, canvas, seed=data.draw(st.integers(0, 50)))
    extent, maps = extent_of(glyphs.boxes, canvas), np.tile(np.eye(2, dtype=np.int32) * ONE, (6, 1, 1))
    for number, step in enumerate(steps):
        spans = step.spans()
        ends = data.draw(st.lists(st.tuples(*(st.sampled_from(span) for span in spans)), min_size=6, max_size=6))
        drawn = Stream(1, "maps").integers(np.arange(6)[:, None], number, 0, low=0, high=1)
        low_high = np.array([[data.draw(st.integers(*span)) for span in spans]] * 6)
        maps = composed(maps, step.maps(np.where(drawn > 0, np.array(ends), low_high)))
        extent = extent.widened(step.bounds())
    try:
        extent.maps.check("they")
    except InputError:
        assume(False)
    boxes = affine.placed_boxes(glyphs.boxes, outlines(glyphs.images, glyphs.boxes, maps))
    assert (boxes[:, 2] - boxes[:, 0]).max() <= extent.widest
    assert boxes[:, 1].min() >= extent.top
    assert boxes[:, 3].max() <= extent.bottom
    whole = extent.settled()
    aside, down = (whole.canvas_width - canvas[1]) // 2, (whole.canvas_height - canvas[0]) // 2
    assert boxes[:, 0].min() + aside >= 0
    assert boxes[:, 1].min() + down >= 0
    assert boxes[:, 2].max() + aside <= whole.canvas_width
    assert boxes[:, 3].max() + down <= whole.canvas_height
    assert whole.canvas_height % 2 == canvas[0] % 2
    assert (np.abs(maps.reshape(-1, 4)) <= np.array(extent.maps.entries) + 3).all()


def test_strokes_that_grow_widen_the_extent_under_the_maps_before():
    extent = GlyphExtent(10, 4, 24, 28, 28, beside=8).widened(MapBounds((2 * ONE, 0, 0, ONE)))
    thick = extent.grown(2)
    assert (thick.canvas_height, thick.canvas_width) == (32, 32)
    assert thick.widest - extent.widest == 8
    assert (thick.bottom - thick.top) - (extent.bottom - extent.top) == 4


@pytest.mark.parametrize("bounds", [MapBounds((9 * ONE, 0, 0, ONE)), MapBounds((5 * ONE, 4 * ONE, 0, ONE))])
def test_maps_that_enlarge_too_much_are_refused(bounds):
    with pytest.raises(InputError, match=r"it.* enlarges glyphs up to 9 times.*allowed: at most 8 times"):
        bounds.check("it")


def test_maps_that_shrink_too_much_are_refused():
    smaller = MapBounds((ONE // 2, 0, 0, ONE // 2), ONE // 4)
    smaller.then(smaller).check("it")
    with pytest.raises(InputError, match=r"0\.0156 of their area"):
        smaller.then(smaller).then(smaller).check("it")
