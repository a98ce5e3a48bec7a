"""The widths of gaps and margins, read from the pixels of whole batches, and chi-square tests of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from tests.uniformity import FAMILY_WISE, independent, uniform

_MIN_INK = 16


def widths_in_pixels(images: np.ndarray, glyphs: int) -> np.ndarray:
    """The left margin, every gap and the right margin: int (N, glyphs + 1).

    Parameters
    ----------
    images : uint8 (N, H, W)
        Black on white, with as many runs of ink columns in each image as it has glyphs.
    """
    ink = (images <= 255 - _MIN_INK).any(axis=1)
    assert (ink == (images < 255).any(axis=1)).all(), "a column is neither ink nor paper"
    edges = np.diff(np.pad(ink.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    starts, ends = (np.nonzero(edges == sign)[1].reshape(len(images), glyphs) for sign in (1, -1))
    return np.concatenate([starts[:, :1], starts[:, 1:] - ends[:, :-1], images.shape[2] - ends[:, -1:]], axis=1)


def widths_of(ds: Dataset, glyphs: int) -> np.ndarray:
    """The widths in all strips of a data set, which are those that are recorded: int (N, glyphs + 1)."""
    found = []
    for batch in ds.batches(500):
        found.append(widths_in_pixels(batch.images, glyphs))
        assert (found[-1] == recorded_widths(batch)).all()
    return np.concatenate(found)


def recorded_widths(batch: Batch) -> np.ndarray:
    """What a Batch says of the widths of its strips, all of one number of glyphs; margins by the boxes if need be."""
    beside = np.stack([batch.boxes[:, 0, 0], batch.images.shape[2] - batch.boxes[:, -1, 2]], axis=1)
    assert batch.margins is None or (batch.margins == beside).all()
    return np.concatenate([beside[:, :1], batch.gaps, beside[:, 1:]], axis=1)


def suspect_widths(widths: dict[str, np.ndarray], low: int, high: int) -> dict[str, float]:
    """The tests that honest draws from low to high fail with a chance of FAMILY_WISE in all, with their p-values.

    Each of `widths` has to be uniform, independent of all others, and independent of itself in the sample before.
    """
    family = {f"{name} is uniform": uniform(drawn - low, high - low + 1) for name, drawn in widths.items()}
    family |= {f"{name} and the sample before": independent(drawn[1:], drawn[:-1]) for name, drawn in widths.items()}
    family |= {f"{one} and {other}": independent(widths[one], widths[other]) for one, other in combinations(widths, 2)}
    return {name: p for name, p in family.items() if not p > FAMILY_WISE / len(family)}
