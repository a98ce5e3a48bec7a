"""Speckle: grey specks on every strip, like those from dust on the glass of a scanner."""

from __future__ import annotations

from typing import Annotated, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Whole
from mygenerator.rng import Stream
from mygenerator.transform.base import Transform


class Speckle(Transform):
    """Makes some pixels of every strip grey, each its own grey, differently for each sample.

    Parameters
    ----------
    specks : int
        How many pixels, 0 to 10,000; if two fall on the same place, one is seen.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Examples
    --------
    >>> paper = np.full((28, 280), 255, np.uint8)
    >>> speckled = Speckle(specks=5).transform_sample(paper, seed=1)
    >>> int((speckled < 255).sum())
    5
    """

    takes = ("strip",)
    keeps = ("boxes",)

    def __init__(self, specks: Annotated[int, Whole(0, 10_000)] = 40, seed: Seed | None = None):
        self.specks = specks
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls(specks=3, seed=5)]

    def draw(self, rng: Stream, batch: Batch) -> tuple[np.ndarray, np.ndarray]:
        height, width = batch.images.shape[1:]
        sample, speck = batch.index[:, None], np.arange(self.specks)
        places = rng.integers(sample, speck, 0, low=0, high=height * width - 1)
        greys = rng.integers(sample, speck, 1, low=0, high=254)
        return places, greys.astype(np.uint8)

    def apply(self, images: np.ndarray, drawn: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        places, greys = drawn
        flat = images.reshape(len(images), images.shape[1] * images.shape[2]).copy()
        np.put_along_axis(flat, places, greys, axis=1)
        return flat.reshape(images.shape)
