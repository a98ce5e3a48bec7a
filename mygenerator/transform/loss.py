"""Dropout and CropEdges: glyphs that lose some of their ink."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Span, WholeSpan
from mygenerator.rng import Stream
from mygenerator.transform.glyph_transform import GlyphTransform, kept_if_lost

_UNIT = 2**16
_MOST_SHARE = 10
"""A side is cut by at most this part of the ink's width or height."""


class Dropout(GlyphTransform):
    """Takes the ink of some pixels of each glyph away, each pixel with the glyph's own probability.

    A column that would lose all its ink keeps its strongest pixel, and a glyph that would lose all of it stays as it
    is.

    Parameters
    ----------
    amount : (float, float)
        The smallest and the largest probability that a pixel is lost, 0 to 0.5; drawn uniformly for each glyph in steps
        of 2**-16.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the range is not such a pair.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> holes = Dropout((0.3, 0.3)).fit_transform(glyphs)
    >>> bool((holes[0].image[0] > 0).sum() < (glyphs[0].image[0] > 0).sum())
    True
    """

    def __init__(self, amount: Annotated[Sequence[float], Span(0.0, 0.5)] = (0.0, 0.2), seed: Seed | None = None):
        self.amount = amount
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0.5, 0.5), seed=3), cls((0, 0))]

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        """Which pixels are lost: bool (M, h, w)."""
        count, height, width = batch.images.shape
        low, high = (round(float(end) * _UNIT) for end in self.amount)
        limit = rng.integers(*batch.places, 0, low=low, high=high)
        sample, position = (part[:, None] for part in batch.places)
        # Each block has eight numbers of 16 bits; block 0 holds the probability.
        needed = -(-height * width // 8)
        blocks = rng.blocks(sample, position, np.arange(1, 1 + needed))
        halves = np.stack([part for word in blocks for part in (word & (_UNIT - 1), word >> np.uint64(16))], axis=2)
        pixels = halves.reshape(count, 8 * needed)[:, : height * width].reshape(batch.images.shape)
        return pixels < limit.astype(np.uint64)[:, None, None]

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        return kept_if_lost(np.where(drawn, np.uint8(0), images), images)


class CropEdges(GlyphTransform):
    """Cuts some pixels off each side of each glyph's ink, as a frame that is too small does.

    No side loses more than a tenth of the ink's width or height: the digit stays readable, and a narrow 1 stays whole.

    Parameters
    ----------
    pixels : (int, int)
        How many columns or rows are cut off a side, at least and at most, 0 to 10; drawn uniformly for each side.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the range is not such a pair.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> cut = CropEdges((2, 2)).fit_transform(glyphs)
    >>> rows = [int((one[0].image[0] > 0).any(axis=1).sum()) for one in (glyphs, cut)]
    >>> rows[0] - rows[1]
    4
    """

    def __init__(self, pixels: Annotated[Sequence[int], WholeSpan(0, 10)] = (0, 2), seed: Seed | None = None):
        self.pixels = pixels
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((10, 10), seed=3), cls((0, 0))]

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        """The first and the last column and row that stay, ends exclusive: int (M, 4), as x0, y0, x1, y1."""
        sample, position = (part[:, None] for part in batch.places)
        low, high = map(int, self.pixels)
        ink = np.asarray(batch.ink, np.int64)
        most = np.tile((ink[:, 2:] - ink[:, :2]) // _MOST_SHARE, 2)
        cut = np.minimum(rng.integers(sample, position, np.arange(4), low=low, high=high), most)
        return ink + cut * [1, 1, -1, -1]

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        x0, y0, x1, y1 = (drawn[:, side, None, None] for side in range(4))
        column, row = np.arange(images.shape[2]), np.arange(images.shape[1])[:, None]
        stays = (column >= x0) & (column < x1) & (row >= y0) & (row < y1)
        return kept_if_lost(np.where(stays, images, np.uint8(0)), images)
