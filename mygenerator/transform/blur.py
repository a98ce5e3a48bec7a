"""GaussianBlur: softens each glyph by its own amount, by integer arithmetic on the whole stack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Span
from mygenerator.rng import Stream
from mygenerator.transform.glyph_transform import GlyphTransform, kept_if_lost

_PARTS, _UNIT = 64, 256


class GaussianBlur(GlyphTransform):
    """Blurs each glyph with a Gaussian kernel of its own width; the paper between glyphs stays paper.

    The kernel ends at three standard deviations, and its weights are whole numbers out of 256, columns first, then
    rows, each rounded half up. What has become fainter than ink (64) at a glyph's edge is cut off where its box ends,
    so that gaps stay exact. A glyph so thin and faint that this would lose it stays as it is.

    Parameters
    ----------
    sigma : (float, float)
        Smallest and largest standard deviation in pixels, 0 to 2; drawn uniformly in steps of 1/64.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the range is not such a pair. From the `fit` of the step that sets glyphs on strips: if blurred
        glyphs might not fit.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> soft = GaussianBlur((1, 1)).fit_transform(glyphs)
    >>> soft[0].image[0].shape, bool(soft[0].image[0].max() < glyphs[0].image[0].max())
    ((34, 34), True)
    """

    def __init__(self, sigma: Annotated[Sequence[float], Span(0.0, 2.0)] = (0.3, 1.0), seed: Seed | None = None):
        self.sigma = sigma
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0, 2), seed=3), cls((0, 0)), cls((1, 1))]

    @property
    def reach(self) -> int:  # type: ignore[override]
        """By how many pixels ink can spread, at most."""
        return _reach(self._parts()[1])

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        low, high = self._parts()
        return rng.integers(*batch.places, 0, low=low, high=high)

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        reach = self.reach
        weights = [_kernel(int(parts), reach) for parts in drawn]
        kernels = np.array(weights, np.int32).reshape(len(images), 2 * reach + 1)
        blurred = _mixed(_mixed(images, kernels, 2), kernels, 1)
        return kept_if_lost(blurred, images)

    def _parts(self) -> tuple[int, int]:
        """The range in 1/64 pixels."""
        low, high = (round(float(end) * _PARTS) for end in self.sigma)
        return low, high


def _reach(parts: int) -> int:
    return -(-3 * parts // _PARTS)


@lru_cache(maxsize=512)
def _kernel(parts: int, reach: int) -> tuple[int, ...]:
    """The 2 * reach + 1 weights of a kernel whose standard deviation is parts / 64; they add up to 256."""
    own = _reach(parts)
    exact = [math.exp(-0.5 * (place * _PARTS / parts) ** 2) if parts else 1.0 for place in range(-own, own + 1)]
    weights = [math.floor(_UNIT * each / sum(exact) + 0.5) for each in exact]
    weights[own] += _UNIT - sum(weights)
    return (*[0] * (reach - own), *weights, *[0] * (reach - own))


def _mixed(images: np.ndarray, kernels: np.ndarray, axis: int) -> np.ndarray:
    """Images mixed along one axis, each by its own kernel; all outside is black."""
    reach = kernels.shape[1] // 2
    around = [(0, 0)] * 3
    around[axis] = (reach, reach)
    framed = np.pad(images, around)
    sums = np.full(images.shape, _UNIT // 2, np.int32)
    for tap in range(kernels.shape[1]):
        part = framed[:, tap : tap + images.shape[1]] if axis == 1 else framed[:, :, tap : tap + images.shape[2]]
        sums += part * kernels[:, tap, None, None]
    return (sums >> 8).astype(np.uint8)
