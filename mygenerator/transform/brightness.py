"""Brightness: fainter and stronger ink, by integer arithmetic on the whole stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Span
from mygenerator.rng import Stream
from mygenerator.strip.ink import GLYPH_INK
from mygenerator.transform.glyph_transform import GlyphTransform

_UNIT = 256


class Brightness(GlyphTransform):
    """Makes the ink of each glyph fainter or stronger, by its own factor; paper stays paper.

    Levels are rounded half up. What was ink stays ink (at least 64 away from paper), and
    nothing else becomes ink.

    Parameters
    ----------
    factor : (float, float)
        By what the distance of a pixel from paper is multiplied, at least and at most, 0.25 to 4; drawn uniformly in
        steps of 1/256.
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
    >>> faint = Brightness((0.5, 0.5)).fit_transform(glyphs)
    >>> int(glyphs[0].image[0].max()), int(faint[0].image[0].max())
    (255, 128)
    """

    def __init__(self, factor: Annotated[Sequence[float], Span(0.25, 4.0)] = (0.6, 1.0), seed: Seed | None = None):
        self.factor = factor
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0.25, 4), seed=3), cls((1, 1))]

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        low, high = (round(float(end) * _UNIT) for end in self.factor)
        return rng.integers(*batch.places, 0, low=low, high=high)

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        levels = (images * drawn.astype(np.uint32)[:, None, None] + _UNIT // 2) >> 8
        changed = np.minimum(levels, 255).astype(np.uint8)
        return np.where(images >= GLYPH_INK, np.maximum(changed, GLYPH_INK), np.minimum(changed, GLYPH_INK - 1))
