"""Stroke: thicker and thinner strokes, by grey morphology on the whole stack of glyphs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Span
from mygenerator.rng import Stream
from mygenerator.strip.ink import GLYPH_INK
from mygenerator.transform.glyph_transform import GlyphTransform

_UNIT = 256


class Stroke(GlyphTransform):
    """Makes the strokes of each glyph thicker or thinner, by its own amount.

    Grey dilation and erosion with a cross of 3 x 3 pixels. It changes the glyphs as their source has them, before all
    maps, wherever it is in the recipe: after a `Rotate` it does the same as before it. A thinner stroke becomes fainter
    at its edges, but ink stays ink (at least 64), so that no glyph comes apart.

    Parameters
    ----------
    pixels : (float, float)
        By how many pixels an edge moves outwards, at least and at most, -1 to 2; drawn uniformly in steps of 1/256.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the range is not such a pair. From the `fit` of the step that sets glyphs on strips: if glyphs
        with thicker strokes might not fit.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> bold = Stroke((1, 1)).fit_transform(glyphs)
    >>> bold[0].image[0].shape, bool(bold[0].image[0].sum() > glyphs[0].image[0].sum())
    ((30, 30), True)
    """

    reads_maps = True

    def __init__(self, pixels: Annotated[Sequence[float], Span(-1.0, 2.0)] = (-0.5, 1.0), seed: Seed | None = None):
        self.pixels = pixels
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((-1, 2), seed=3), cls((-0.5, -0.5)), cls((0.5, 0.5))]

    @property
    def reach(self) -> int:  # type: ignore[override]
        """By how many pixels an edge can move outwards, at most."""
        return max(0, ceil(self._parts()[1] / _UNIT))

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        low, high = self._parts()
        return rng.integers(*batch.places, 0, low=low, high=high)

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        strokes = images.copy()
        for whole in range(self.reach):
            thicker = np.flatnonzero(drawn > whole * _UNIT)
            before, share = strokes[thicker], np.minimum(drawn[thicker] - whole * _UNIT, _UNIT)
            strokes[thicker] = _blended(before, _with_neighbours(before, np.maximum), share)
        thinner = np.flatnonzero(drawn < 0)
        before = strokes[thinner]
        after = _blended(before, _with_neighbours(before, np.minimum), -drawn[thinner])
        strokes[thinner] = np.where(before >= GLYPH_INK, np.maximum(after, GLYPH_INK), after)
        return strokes

    def _parts(self) -> tuple[int, int]:
        """The range in 1/256 pixels."""
        low, high = (round(float(end) * _UNIT) for end in self.pixels)
        return low, high


def _with_neighbours(images: np.ndarray, choose: np.ufunc) -> np.ndarray:
    """The largest or smallest, as `choose` says, of each pixel and its four neighbours; all outside is black."""
    framed = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    beside = choose(framed[:, 1:-1, :-2], framed[:, 1:-1, 2:])
    choose(beside, framed[:, :-2, 1:-1], out=beside)
    choose(beside, framed[:, 2:, 1:-1], out=beside)
    return choose(beside, images, out=beside)


def _blended(images: np.ndarray, others: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The images mixed with `share` 256ths, (M,), of the others, rounded half up."""
    # 16 bits are enough: 255 * 256 + 128.
    part = share.astype(np.uint16)[:, None, None]
    sums: np.ndarray = images * (np.uint16(_UNIT) - part) + others * part + np.uint16(_UNIT // 2)
    return (sums >> 8).astype(np.uint8)
