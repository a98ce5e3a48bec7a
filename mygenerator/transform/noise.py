"""SaltAndPepper: white and black pixels on whole strips."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Self

import numpy as np

from mygenerator import twins
from mygenerator.batch import Batch
from mygenerator.parameters import Real, Seed
from mygenerator.rng import Stream
from mygenerator.transform.base import Transform

LONGEST_SKIP = 256
"""How many pixels are skipped without a dot if a number is above the last limit."""
_NS_A_DOT = 60


class SaltAndPepper(Transform):
    """Makes pixels of every strip white or black, each pixel with the same probability, whatever it was.

    Gaps can no longer be read from the pixels; the boxes, gaps and glyphs that were recorded stay as they are.

    Parameters
    ----------
    amount : float
        The probability that a pixel is changed, 0 to 0.5; white and black are equally likely.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Examples
    --------
    >>> noisy = SaltAndPepper(0.1).transform_sample(np.full((28, 100), 128, np.uint8), seed=1)
    >>> sorted(set(noisy.ravel().tolist())), 200 < int((noisy != 128).sum()) < 360
    ([0, 128, 255], True)
    """

    takes = ("strip",)
    keeps = ("boxes",)

    def __init__(self, amount: Annotated[float, Real(0.0, 0.5)] = 0.02, seed: Seed | None = None):
        self.amount = amount
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls(0.5, seed=3), cls(0.0)]

    def run(self, batch: Batch, rng: Stream) -> Batch:
        return batch.replace(images=sprinkled(batch.images, batch.index, rng, float(self.amount)))


def sprinkled(images: np.ndarray, index: np.ndarray, rng: Stream, amount: float) -> np.ndarray:
    """Strips with dots; it goes from one dot to the next, so the pixels between them cost nothing.

    A strip's random words are those of its blocks 0, 1, ... in turn. The upper 31 bits of a word say how many pixels
    are skipped before the next dot (`skip_limits`), the lowest bit says whether the dot is white; if the upper bits are
    above the last limit, LONGEST_SKIP pixels are skipped without a dot.

    Parameters
    ----------
    images : uint8 (N, H, W)
        Left as they are.
    index : int64 (N,)
        The samples' indices.
    rng : Stream
    amount : float
        0 to 0.5.

    Returns
    -------
    uint8 (N, H, W)
    """
    strips = np.array(images)
    size = int(np.prod(strips.shape[1:]))
    flat, limits = strips.reshape(len(strips), size), skip_limits(amount)
    twin = twins.load("mygenerator.transform.noise_numba", _NS_A_DOT * amount * strips.size)
    if twin is not None:
        twin.sprinkle(flat, np.ascontiguousarray(index, np.int64), *rng.key, limits)
        return strips
    # About half of what the dots need: strips that have not reached their end get more words.
    blocks = 8 + int(size * amount / 8)
    rows, place, first = np.arange(len(strips)), np.full(len(strips), -1, np.int64), 0
    while rows.size:
        words = np.stack(rng.blocks(index[rows, None], np.arange(first, first + blocks)), axis=2).astype(np.int64)
        words = words.reshape(len(rows), 4 * blocks)
        skipped = np.searchsorted(limits, words >> 1, side="right")
        is_dot = skipped < LONGEST_SKIP
        places = place[rows, None] + np.cumsum(skipped + is_dot, axis=1)
        row, word = np.nonzero(is_dot & (places < size))
        flat[rows[row], places[row, word]] = np.where(words[row, word] & 1, 255, 0)
        place[rows] = places[:, -1]
        rows, first = rows[places[:, -1] < size - 1], first + blocks
    return strips


@lru_cache(maxsize=16)
def skip_limits(amount: float) -> np.ndarray:
    """The 31-bit numbers from which on more than 0, 1, ... 255 pixels are skipped: int64 (256,).

    They are found by repeated multiplication of doubles, which every machine rounds alike.
    """
    limits, kept = [], 1.0
    for _ in range(LONGEST_SKIP):
        kept *= 1.0 - amount
        limits.append(int((1.0 - kept) * 2**31))
    return np.array(limits, np.int64)
