"""At scale: in every image of every possible combination the gaps in the pixels are those that were recorded."""

from itertools import product

import numpy as np
import pytest

from mygenerator import GlyphSet, PhoneNlpDataset, TextToImage
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
    made = 0
    for batch in step.fit_transform(texts).batches(500):
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
    assert made == IMAGES
