"""At scale: gaps and margins of every sizing, read from the pixels, are uniform and independent."""

import numpy as np
import pytest

from mygenerator import PhoneNlpDataset, TextToImage
from tests.widths import suspect_widths, widths_in_pixels, widths_of

IMAGES, DIGITS = 10_000, 11
WIDTHS = {"fill": 320, "equal": 320, "pad": 440}

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("spacing_range", [(1, 1), (3, 8), (1, 15)])
@pytest.mark.parametrize(("sizing", "align"), [("fill", "left"), ("equal", "left"), ("pad", "left"), ("pad", "right")])
@pytest.mark.parametrize("where", ["between", "edges"])
@pytest.mark.parametrize("spacing", ["uniform", "fixed"])
def test_widths_in_the_pixels_of_10000_images_are_uniform(spacing, where, sizing, align, spacing_range):
    low, high = spacing_range
    step = TextToImage("optdigits", spacing_range, WIDTHS[sizing], sizing, align=align, spacing=spacing, where=where)
    # Measured in every image: `widths_of` also compares them with what is recorded.
    widths = widths_of(step.fit_transform(PhoneNlpDataset(IMAGES, seed=29)), DIGITS)
    assert len(widths) == IMAGES
    drawn = {f"gap {place}": widths[:, place] for place in range(1, DIGITS)}
    if where == "edges" and (sizing, align) != ("pad", "right"):
        drawn["left margin"] = widths[:, 0]
    if where == "edges" and (sizing, align) != ("pad", "left"):
        drawn["right margin"] = widths[:, -1]
    assert all(low <= each.min() and each.max() <= high for each in drawn.values())
    if spacing == "fixed":
        first = drawn["gap 1"]
        assert all((each == first).all() for each in drawn.values())
        drawn = {"gap 1": first}
    if low < high:
        assert suspect_widths(drawn, low, high) == {}


@pytest.mark.parametrize("spacing_range", [(1, 1), (3, 8), (1, 15)])
@pytest.mark.parametrize(("sizing", "align"), [("fill", "left"), ("equal", "left"), ("pad", "left"), ("pad", "right")])
@pytest.mark.parametrize("spacing", ["uniform", "fixed"])
def test_widths_in_the_pixels_of_10000_wrapped_images_are_uniform(spacing, sizing, align, spacing_range):
    low, high = spacing_range
    lines = [(0, 6), (6, 11)]
    # Room for six of the widest digits and for no seventh, whatever is drawn; lines of 28 rows, 4 apart.
    widest = 20 if sizing == "pad" else 2
    width = 6 * widest + 5 * high
    options = {"align": align, "spacing": spacing, "wrap": 2, "line_gap": 4}
    step = TextToImage("optdigits", spacing_range, width, sizing, 60, **options)
    drawn = {}
    for batch in step.fit_transform(PhoneNlpDataset(IMAGES, seed=29)).batches(500):
        assert (batch.lines == lines).all()
        assert (batch.images[:, 28:32] == 255).all()
        for (first, end), rows in zip(lines, (slice(28), slice(32, 60)), strict=True):
            widths = widths_in_pixels(batch.images[:, rows], end - first)[:, 1:-1]
            assert (widths == batch.gaps[:, first : end - 1]).all()
            for gap in range(end - first - 1):
                drawn.setdefault(f"gap {first + gap}", []).append(widths[:, gap])
    drawn = {name: np.concatenate(parts) for name, parts in drawn.items()}
    assert len(drawn) == 9
    assert all(len(each) == IMAGES and low <= each.min() and each.max() <= high for each in drawn.values())
    if spacing == "fixed":
        first = drawn["gap 0"]
        assert all((each == first).all() for each in drawn.values())
        drawn = {"gap 0": first}
    if low < high:
        assert suspect_widths(drawn, low, high) == {}
