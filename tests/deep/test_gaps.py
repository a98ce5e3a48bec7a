"""At scale: in every image of every possible combination the gaps in the pixels are those that were recorded."""

from itertools import product

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    Dataset,
    GlyphSet,
    PhoneNlpDataset,
    Pipeline,
    Rotate,
    Scale,
    Shear,
    Stroke,
    TextToImage,
)
from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs

IMAGES = 10_000
MIN_INK = 16
DIGITS = 11
COMBINATIONS = list(product(["fill", "equal", "pad"], [120, 300, 1000], [(1, 1), (3, 8), (0, 10)]))

pytestmark = pytest.mark.deep


@pytest.fixture(scope="module", params=["optdigits", "mnist:test"])
def glyphs(request) -> GlyphSet:
    return load_glyphs("optdigits" if request.param == "optdigits" else request.getfixturevalue("mnist_folder"))


def is_possible(glyphs: GlyphSet, sizing: str, width: int, largest_gap: int) -> bool:
    """By the rule that users are told: the widest gaps with 2 to 200 pixels a digit, or with the widest digits."""
    room = width - largest_gap * (DIGITS - 1)
    if sizing == "pad":
        return room >= DIGITS * int((glyphs.boxes[:, 2] - glyphs.boxes[:, 0]).max())
    return 2 * DIGITS <= room <= 200 * DIGITS


def runs_of_blank_columns(ink: np.ndarray) -> list[int]:
    """Lengths of the blank runs between the first and the last ink column of one image."""
    columns = np.flatnonzero(ink)
    steps = np.diff(columns)
    return (steps[steps > 1] - 1).tolist()


@pytest.mark.parametrize(("sizing", "width", "spacing_range"), COMBINATIONS)
def test_gaps_in_the_pixels_are_those_recorded_in_every_image(glyphs, sizing, width, spacing_range):
    texts = PhoneNlpDataset(IMAGES, seed=width)
    step = TextToImage(glyphs, spacing_range, width, sizing)
    if not is_possible(glyphs, sizing, width, spacing_range[1]):
        with pytest.raises(InputError, match=f"image_width {width} cannot hold"):
            step.fit(texts)
        return
    check_all(step.fit_transform(texts), width, spacing_range)


def check_all(ds: Dataset, width: int, spacing_range: tuple[int, int]) -> None:
    """Read every gap of a data set from its pixels."""
    made = 0
    for batch in ds.batches(500):
        ink = (batch.images <= 255 - MIN_INK).any(axis=1)
        assert (ink == (batch.images < 255).any(axis=1)).all()
        for row, sample_ink in enumerate(ink):
            boxes, gaps = batch.boxes[row], batch.gaps[row].tolist()
            assert runs_of_blank_columns(sample_ink) == [gap for gap in gaps if gap > 0]
            covered = np.zeros(width, bool)
            for x0, _, x1, _ in boxes.tolist():
                covered[x0:x1] = True
            assert (sample_ink == covered).all()
            assert (boxes[1:, 0] - boxes[:-1, 2]).tolist() == gaps
        assert ((batch.gaps >= spacing_range[0]) & (batch.gaps <= spacing_range[1])).all()
        made += len(batch)
    assert made == len(ds)


@pytest.mark.parametrize(("sizing", "width"), [("fill", 300), ("fill", 120), ("equal", 300), ("pad", 700)])
def test_gaps_in_the_pixels_are_those_recorded_in_100000_images_whose_glyphs_are_changed(glyphs, sizing, width):
    strips = CombineImagesHorizontally((1, 8), width, sizing, 64 if sizing == "pad" else 28)
    line = Pipeline([CharToImages(glyphs), Stroke(), Rotate((-15, 15)), Shear((-0.3, 0.3)), Scale((0.8, 1.2)), strips])
    check_all(line.fit_transform(PhoneNlpDataset(12_500, seed=width)), width, (1, 8))


@pytest.mark.parametrize("sizing", ["fill", "equal"])
def test_gaps_hold_at_the_ends_of_every_range(glyphs, sizing):
    strips = CombineImagesHorizontally((0, 3), 200, sizing)
    changes = [Stroke((-1, 2)), Rotate((-45, 45)), Shear((-1, 1), (-0.3, 0.3)), Scale((0.6, 1.5), (0.6, 1.5))]
    ds = Pipeline([CharToImages(glyphs), *changes, strips]).fit_transform(PhoneNlpDataset(5_000, seed=3))
    check_all(ds, 200, (0, 3))
