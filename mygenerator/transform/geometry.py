"""Rotate, Shear, Scale: affine maps of glyphs, one map for each glyph, before they are laid out.

No pixel is touched here: the maps are composed in the order of the steps, and each glyph is drawn once, under all of
them, when the strip is made. The layout uses the outline of the ink under its map, so gaps stay exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.parameters import Seed, Span
from mygenerator.rng import Stream
from mygenerator.strip.affine import composed
from mygenerator.strip.extent import ONE, MapBounds
from mygenerator.transform.base import Transform

MAX_DEGREES = 45
_PARTS = 64
"""Angles are whole numbers of 1/64 degree."""

Range = Sequence[float]
Angles = Annotated[Range, Span(-MAX_DEGREES, MAX_DEGREES)]
Shears = Annotated[Range, Span(-1.0, 1.0)]
Factors = Annotated[Range, Span(0.5, 2.0)]


class _Geometry(Transform):
    """A step that composes an affine map into each glyph; a subclass says what is drawn, and what map that is."""

    takes = ("glyphs",)
    gives = "glyphs"
    keeps = ("gaps",)
    reads_maps = True

    def spans(self) -> list[tuple[int, int]]:
        """The ranges that are drawn from, as whole numbers."""
        raise NotImplementedError

    def maps(self, drawn: np.ndarray) -> np.ndarray:
        """The maps, int64 (M, 2, 2) in 2**-16, for what was drawn, int64 (M, one column for each range)."""
        raise NotImplementedError

    def bounds(self) -> MapBounds:
        """The bounds of all maps that can be drawn."""
        raise NotImplementedError

    def check(self, ds: Dataset) -> None:
        extent = ds.facts.extent
        if extent is None:
            raise InputError(f"{ds!r} does not say how large its glyphs are", do="say it in its facts, as extent")
        extent.maps.then(self.bounds()).check(self)

    def facts(self, before: Facts) -> Facts:
        extent = None if before.extent is None else before.extent.widened(self.bounds())
        return replace(super().facts(before), extent=extent)

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        sample, position = batch.places
        drawn = [rng.integers(sample, position, k, low=low, high=high) for k, (low, high) in enumerate(self.spans())]
        return np.stack(drawn, axis=1)

    def run(self, batch: Batch, rng: Stream) -> Batch:
        return batch.replace(maps=composed(batch.maps, self.maps(self.draw(rng, batch))))


class Rotate(_Geometry):
    """Rotates each glyph by its own angle, about the middle of its ink.

    Glyphs are drawn once, under all steps of geometry together, when the strip is made; gaps stay exactly as drawn.

    Parameters
    ----------
    degrees : (float, float)
        Smallest and largest angle in degrees, counter-clockwise, -45 to 45; drawn uniformly in steps of 1/64 degree.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the range is not such a pair. From the `fit` of the step that sets glyphs on strips: if rotated
        glyphs might not fit.

    Examples
    --------
    >>> from mygenerator import CharToImages, CombineImagesHorizontally, NlpDataset, Pipeline
    >>> line = Pipeline([CharToImages(), Rotate((-15, 15)), CombineImagesHorizontally((3, 8), 100)])
    >>> sample = line.fit_transform(NlpDataset(["007"], seed=1))[0]
    >>> sample.image.shape, [3 <= gap <= 8 for gap in sample.gaps.tolist()]
    ((28, 100), [True, True])
    """

    def __init__(self, degrees: Angles = (-10.0, 10.0), seed: Seed | None = None):
        self.degrees = degrees
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((-45, 45), seed=3), cls((7.5, 7.5))]

    def spans(self) -> list[tuple[int, int]]:
        return [_whole(self.degrees, _PARTS)]

    def maps(self, drawn: np.ndarray) -> np.ndarray:
        angle = drawn[:, 0]
        sines, cosines = rotations()
        sine, cosine = np.sign(angle) * sines[np.abs(angle)], cosines[np.abs(angle)]
        # y points down.
        return _matrices(cosine, sine, -sine, cosine)

    def bounds(self) -> MapBounds:
        low, high = self.spans()[0]
        sines, cosines = rotations()
        sine, cosine = int(sines[max(-low, high)]), int(cosines[max(low, -high, 0)])
        return MapBounds((cosine, sine, sine, cosine))


class Shear(_Geometry):
    """Shears each glyph by its own amount, about the middle of its ink; slant is shear along x.

    Parameters
    ----------
    x, y : (float, float)
        Smallest and largest shear, -1 to 1. x: by how many pixels ink moves to the right for each pixel that it is
        lower. y: by how many it then moves down for each pixel that it is further right. With negative x, glyphs lean
        to the right.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        See `Rotate`.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> upright = CharToImages().fit_transform(NlpDataset(["1"], seed=1))
    >>> slanted = Shear(x=(-0.5, -0.5)).fit_transform(upright)
    >>> bool(slanted.batch([0]).ink[0, 2] > upright.batch([0]).ink[0, 2])
    True
    """

    def __init__(self, x: Shears = (-0.2, 0.2), y: Shears = (0.0, 0.0), seed: Seed | None = None):
        self.x, self.y = x, y
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((-1, 1), (-0.5, 0.5), seed=3), cls((0, 0), (0.1, 0.3))]

    def spans(self) -> list[tuple[int, int]]:
        return [_whole(self.x, ONE), _whole(self.y, ONE)]

    def maps(self, drawn: np.ndarray) -> np.ndarray:
        along, down = drawn.T
        # One after the other: both at once would flatten a glyph if along * down is 1.
        return _matrices(np.full_like(along, ONE), along, down, ONE + ((along * down + ONE // 2) >> 16))

    def bounds(self) -> MapBounds:
        along, down = (max(-low, high) for low, high in self.spans())
        return MapBounds((ONE, along, down, ONE + -(-along * down // ONE)))


class Scale(_Geometry):
    """Scales each glyph by its own factors, about the middle of its ink.

    Under `fill` the glyphs of a strip grow or shrink together afterwards, until they fill it: then the factors decide
    how large they are compared with each other.

    Parameters
    ----------
    x, y : (float, float)
        Smallest and largest factor along each axis, 0.5 to 2.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        See `Rotate`.

    Examples
    --------
    >>> from mygenerator import CharToImages, NlpDataset
    >>> Scale(x=(2, 2)).fit_transform(CharToImages().fit_transform(NlpDataset(["8"], seed=1)))[0].image[0].shape
    (28, 30)
    """

    def __init__(self, x: Factors = (0.9, 1.1), y: Factors = (0.9, 1.1), seed: Seed | None = None):
        self.x, self.y = x, y
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0.5, 2), (0.5, 1), seed=3), cls((1, 1), (1.3, 1.3))]

    def spans(self) -> list[tuple[int, int]]:
        return [_whole(self.x, ONE), _whole(self.y, ONE)]

    def maps(self, drawn: np.ndarray) -> np.ndarray:
        across, down = drawn.T
        return _matrices(across, np.zeros_like(across), np.zeros_like(across), down)

    def bounds(self) -> MapBounds:
        (least_x, most_x), (least_y, most_y) = self.spans()
        return MapBounds((most_x, 0, 0, most_y), least_x * least_y // ONE)


@cache
def rotations() -> tuple[np.ndarray, np.ndarray]:
    """Sine and cosine of every angle from 0 to MAX_DEGREES in steps of 1/64 degree, in 2**-16: two int64 arrays.

    None lies so near the middle between two integers that the sines of different machines could round differently.
    """
    angles = np.arange(MAX_DEGREES * _PARTS + 1) * (np.pi / (180 * _PARTS))
    sines, cosines = (np.rint(function(angles) * ONE).astype(np.int64) for function in (np.sin, np.cos))
    return sines, cosines


def _whole(span: Range, parts: int) -> tuple[int, int]:
    """A range in whole numbers of 1 / parts, rounded."""
    low, high = (round(float(end) * parts) for end in span)
    return low, high


def _matrices(*entries: Any) -> np.ndarray:
    """Maps (M, 2, 2) from their entries m00, m01, m10 and m11, each (M,)."""
    return np.stack(entries, axis=1).reshape(-1, 2, 2)
