"""Elastic: bends each glyph smoothly in its own way, by integer arithmetic on the whole stack."""

from __future__ import annotations

from math import ceil
from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Real, Seed
from mygenerator.rng import Stream
from mygenerator.strip.affine import samples_between
from mygenerator.transform.glyph_transform import GlyphTransform, kept_if_lost

NODES = 4
"""How many nodes of the grid lie along each side of a canvas."""
_UNIT = 256
_CHUNK = 512


class Elastic(GlyphTransform):
    """Bends each glyph like a sheet of rubber.

    A grid of 4 x 4 nodes lies over the canvas. Each node is moved by its own draw, a point between nodes moves by the
    bilinear mean of the four nodes around it, and every pixel takes the value at the point that it came from, also
    interpolated bilinearly. A glyph so small that this would lose it stays as it is. The method is that of P. Simard,
    D. Steinkraus and J. Platt, "Best practices for convolutional neural networks applied to visual document analysis"
    (ICDAR 2003), with a grid in place of a smoothed field. All arithmetic is in integers, so every machine makes the
    same pixels.

    Parameters
    ----------
    pixels : float
        How far a node moves along each axis at most, 0 to 3; drawn uniformly in steps of 1/256 pixel.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: for any other number. From the `fit` of the step that sets glyphs on strips: if bent glyphs might
        not fit.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> Elastic(1.5).fit_transform(glyphs)[0].image[0].shape
    (32, 32)
    """

    def __init__(self, pixels: Annotated[float, Real(0.0, 3.0)] = 1.5, seed: Seed | None = None):
        self.pixels = pixels
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls(3.0, seed=3), cls(0.0)]

    @property
    def reach(self) -> int:  # type: ignore[override]
        """By how many pixels ink can move outwards, at most."""
        return ceil(self.pixels)

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        sample, position = batch.places
        most, numbers = round(self.pixels * _UNIT), np.arange(2 * NODES * NODES)
        drawn = rng.integers(sample[:, None], position[:, None], numbers, low=-most, high=most)
        return drawn.reshape(-1, 2, NODES, NODES).astype(np.int32)

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        bent = np.empty_like(images)
        for start in range(0, len(images), _CHUNK):
            part = slice(start, start + _CHUNK)
            field = _between_nodes(_between_nodes(drawn[part], images.shape[1], 2), images.shape[2], 3)
            column, row = np.arange(images.shape[2]), np.arange(images.shape[1])[:, None]
            x, y = ((place * _UNIT + field[:, axis]) * _UNIT for axis, place in enumerate((column, row)))
            bent[part] = samples_between(images[part], np.arange(len(x)), x, y)
        # Between the points that are looked up, a dot of a pixel or two can be lost; such a glyph has nothing to bend.
        return kept_if_lost(bent, images)


def _between_nodes(values: np.ndarray, length: int, axis: int) -> np.ndarray:
    """Values at `length` pixels from those at the nodes along one axis, linear between nodes, rounded half up."""
    place = np.arange(length) * ((NODES - 1) * _UNIT) // max(length - 1, 1)
    node = np.minimum(place // _UNIT, NODES - 2)
    share = (place - node * _UNIT).astype(np.int32).reshape([-1 if one == axis else 1 for one in range(values.ndim)])
    before, after = np.take(values, node, axis), np.take(values, node + 1, axis)
    return (before * (_UNIT - share) + after * share + _UNIT // 2) >> 8
