"""transform/ink.py: thicker and thinner strokes, against plain loops, and what stays of a glyph."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import CharToImages, CombineImagesHorizontally, NlpDataset, Pipeline, Rotate, Stroke
from mygenerator.errors import InputError
from mygenerator.testing.base import require_same_batch
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs("0123456789", 3)
TEXTS = NlpDataset(["0123456789", "42"], seed=3)


def level(image, y, x):
    inside = 0 <= y < len(image) and 0 <= x < len(image[0])
    return image[y][x] if inside else 0


def stroked(image, amount, border):
    """One glyph with its edges moved by amount / 256 pixels, pixel by pixel."""
    image = [[0] * border + row + [0] * border for row in image]
    image = [[0] * len(image[0])] * border + image + [[0] * len(image[0])] * border
    choose, left = (max, amount) if amount > 0 else (min, -amount)
    while left > 0:
        share = min(left, 256)
        made = []
        for y, row in enumerate(image):
            cross = [
                [level(image, y + i, x + j) for i, j in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0))]
                for x in range(len(row))
            ]
            made.append([(row[x] * (256 - share) + choose(cross[x]) * share + 128) // 256 for x in range(len(row))])
        if amount < 0:
            made = [[max(new, 64) if old >= 64 else new for old, new in zip(*rows)] for rows in zip(image, made)]  # noqa: B905
        image, left = made, left - share
    return image


@given(
    images=st.lists(
        st.lists(st.lists(st.integers(0, 255), min_size=4, max_size=4), min_size=3, max_size=3), min_size=1, max_size=3
    ),
    amounts=st.lists(st.integers(-256, 512), min_size=3, max_size=3),
)
def test_strokes_are_those_of_plain_loops(images, amounts):
    drawn = np.array(amounts[: len(images)])
    larger = np.pad(np.array(images, np.uint8), ((0, 0), (2, 2), (2, 2)))
    made = Stroke((-1, 2)).apply(larger, drawn)
    assert made.tolist() == [stroked(image, amount, 2) for image, amount in zip(images, drawn.tolist(), strict=True)]


@pytest.mark.parametrize(
    ("pixels", "side"), [((-1, -0.5), 28), ((-1, 0), 28), ((-1, 0.004), 30), ((0, 1), 30), ((0, 1.1), 32)]
)
def test_the_canvas_grows_by_the_most_that_may_be_drawn_and_no_more(pixels, side):
    ds = Pipeline([CharToImages(GLYPHS), Stroke(pixels)]).fit_transform(TEXTS)
    assert ds.batch([0]).images.shape == (10, side, side)
    assert (ds.facts.extent.canvas_height, ds.facts.extent.canvas_width) == (side, side)


@pytest.mark.parametrize("amount", [-1, -0.5, 0])
def test_thinner_strokes_are_ink_where_they_were_and_nowhere_else(amount):
    plain, thin = (
        Pipeline([CharToImages(GLYPHS), *steps]).fit_transform(TEXTS).batch([0, 1])
        for steps in ([], [Stroke((amount, amount))])
    )
    assert ((thin.images >= 64) == (plain.images >= 64)).all()
    assert (thin.images <= plain.images).all()
    assert thin.ink.tolist() == plain.ink.tolist()


def test_thicker_strokes_have_the_ink_boxes_of_their_pixels():
    batch = Pipeline([CharToImages(GLYPHS), Stroke((1, 2))]).fit_transform(TEXTS).batch([0])
    for image, box in zip(batch.images, batch.ink.tolist(), strict=True):
        rows, columns = np.nonzero(image >= 64)
        assert box == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert (image[:, box[0] : box[2]].max(axis=0) >= 64).all()


def test_it_does_the_same_before_and_after_a_rotation():
    join = CombineImagesHorizontally((1, 4), 280)
    orders = [Rotate((-30, 30)), Stroke((1, 2))], [Stroke((1, 2)), Rotate((-30, 30))]
    first, second = (
        Pipeline([CharToImages(GLYPHS), *steps, join]).fit_transform(TEXTS).batch([0, 1]) for steps in orders
    )
    require_same_batch(first, second, "the order of Rotate and Stroke")


def test_pad_counts_with_the_thickest():
    glyphs = CharToImages(GLYPHS).fit_transform(TEXTS)
    needs = []
    for ds in (glyphs, Stroke((0, 2)).fit_transform(glyphs)):
        with pytest.raises(InputError, match="combined_width 1 cannot hold") as refused:
            CombineImagesHorizontally((1, 1), 1, "pad", 40).fit(ds)
        needs.append(int(refused.value.allowed.split()[0]))
    assert needs[1] - needs[0] == 10 * 4


def test_what_is_no_range_of_pixels_is_refused():
    with pytest.raises(InputError, match="the largest pixels is 3; allowed: numbers from -1 to 2"):
        Stroke((0, 3)).fit(CharToImages(GLYPHS).fit_transform(TEXTS))
