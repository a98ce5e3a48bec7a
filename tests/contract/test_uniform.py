"""What is drawn is uniform and independent: the small sibling of tests/deep/test_uniform.py."""

import numpy as np
import pytest

from mygenerator import PhoneNlpDataset, TextToImage
from mygenerator.batch import Batch
from tests.made_glyphs import made_glyphs
from tests.uniformity import suspects

GLYPHS = made_glyphs(each=24, canvas=(8, 8))
RANGE = (3, 8)
FREE = range(4, 11)


@pytest.fixture(scope="module")
def batch() -> Batch:
    return TextToImage(GLYPHS, RANGE, 168, "pad", 8).fit_transform(PhoneNlpDataset(6000, seed=17)).batch(range(6000))


def test_gaps_glyphs_and_free_digits_are_uniform_and_independent(batch):
    assert suspects([batch], GLYPHS, RANGE, FREE) == {}


def test_a_gap_that_comes_a_third_too_often_would_be_seen(batch):
    gaps = batch.gaps.copy()
    gaps[::3, 2] = np.where(gaps[::3, 2] == 4, 5, gaps[::3, 2])
    assert list(suspects([batch.replace(gaps=gaps)], GLYPHS, RANGE, FREE)) == ["gaps at 2"]


def test_a_gap_that_follows_the_one_before_it_would_be_seen(batch):
    gaps = batch.gaps.copy()
    gaps[::6, 3] = gaps[::6, 2]
    assert "gaps at 2 and the next" in suspects([batch.replace(gaps=gaps)], GLYPHS, RANGE, FREE)


def test_a_glyph_that_is_never_drawn_would_be_seen(batch):
    never = GLYPHS.rows[GLYPHS.starts[7]]
    drawn = np.where(batch.glyphs == never, never + 10, batch.glyphs)
    assert "glyphs of 7" in suspects([batch.replace(glyphs=drawn)], GLYPHS, RANGE, FREE)


def test_a_digit_that_depends_on_the_one_before_it_would_be_seen(batch):
    labels = batch.labels.view("U1").reshape(len(batch), -1).copy()
    drawn = batch.glyphs.copy()
    labels[::10, 9], drawn[::10, 9] = labels[::10, 8], drawn[::10, 8]
    same = batch.replace(labels=labels.view(batch.labels.dtype).reshape(-1), glyphs=drawn)
    assert "digits at 8 and the next" in suspects([same], GLYPHS, RANGE, FREE)
