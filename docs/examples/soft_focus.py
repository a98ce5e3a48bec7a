"""SoftFocus: blurs strips, each by its own amount."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

import cv2
import numpy as np

from mygenerator.batch import Batch
from mygenerator.parameters import Seed, Span
from mygenerator.rng import Stream
from mygenerator.transform.base import Transform


class SoftFocus(Transform):
    """Blurs each strip with a Gaussian kernel of its own width.

    Ink spreads beyond its boxes, so neither boxes nor gaps are kept.

    Parameters
    ----------
    sigma : (float, float)
        Smallest and largest standard deviation in pixels, 0 to 5; drawn uniformly in steps of 1/64.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Examples
    --------
    >>> strip = np.full((28, 100), 255, np.uint8)
    >>> strip[:, 50] = 0
    >>> int((SoftFocus((1, 1)).transform_sample(strip)[14] < 255).sum())
    7
    """

    takes = ("strip",)
    libraries = ("cv2",)

    def __init__(self, sigma: Annotated[Sequence[float], Span(0, 5)] = (0.3, 1.0), seed: Seed | None = None):
        self.sigma = sigma
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0, 0)), cls((2, 5), seed=3)]

    def draw(self, rng: Stream, batch: Batch) -> np.ndarray:
        low, high = (round(float(end) * 64) for end in self.sigma)
        return rng.integers(batch.index, 0, low=low, high=high) / 64

    def apply(self, images: np.ndarray, drawn: np.ndarray) -> np.ndarray:
        blurred = images.copy()
        for row in np.flatnonzero(drawn):
            blurred[row] = cv2.GaussianBlur(images[row], None, drawn[row], borderType=cv2.BORDER_REPLICATE)
        return blurred
