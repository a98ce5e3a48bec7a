"""Which of several sources each row takes, by whole weights, known for any row alone.

Rows come in blocks of as many as the weights' sum. In each block every source has exactly as many rows as its weight,
in an order that the seed decides. So a row's source, and how many rows of that source come before it, follow from the
row's number alone, whatever the number of rows is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from mygenerator.errors import InputError, whole_number
from mygenerator.rng import Stream

MAX_BLOCK = 1_000
"""The most rows that a block can have."""


class Turns:
    """The turns of sources with these weights.

    Parameters
    ----------
    weights : sequence of int
        At least 1 each; divided by their greatest common divisor, they add up to no more than MAX_BLOCK.
    stream : Stream
        Decides the order within each block.

    Raises
    ------
    InputError
        If a weight is not such a number, or they add up to too much.

    Examples
    --------
    >>> source, before = Turns([3, 1], Stream(7, "text/patterns"))(np.arange(8))
    >>> sorted(source[:4].tolist()), sorted(before[source == 0].tolist())
    ([0, 0, 0, 1], [0, 1, 2, 3, 4, 5])
    """

    def __init__(self, weights: Sequence[int], stream: Stream):
        checked = [whole_number("a weight", weight, 1) for weight in weights]
        self.weights = np.array(checked, object) // math.gcd(*checked)
        self.block = int(self.weights.sum())
        if self.block > MAX_BLOCK:
            raise InputError(
                f"the weights {', '.join(map(str, checked[:10]))} add up to {self.block:,}, divided by what they share",
                allowed=f"up to {MAX_BLOCK:,}",
                do="round them: 33 and 67 in place of 3333 and 6667",
            )
        self.weights = self.weights.astype(np.int64)
        self.stream = stream
        self._owner = np.repeat(np.arange(len(checked)), self.weights)
        self._place = np.arange(self.block) - (np.cumsum(self.weights) - self.weights)[self._owner]

    def __call__(self, index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The source of each row, int64 (N,), and how many rows of that source come before it, int64 (N,)."""
        blocks, which = np.unique(index // self.block, return_inverse=True)
        order = np.argsort(self.stream.bits64(blocks[:, None], np.arange(self.block)), axis=1, kind="stable")
        slot = order[which, index % self.block]
        source = self._owner[slot]
        return source, index // self.block * self.weights[source] + self._place[slot]
