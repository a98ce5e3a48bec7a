"""DataGenerator: endless batches of phone numbers for training loops, each a function of the seed and its number."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from mygenerator.calls.strips import PHONE_NUMBERS, as_floats, checked_range, phone_strips
from mygenerator.dataset import Dataset
from mygenerator.dataset.base import root_seed
from mygenerator.errors import whole_number


class DataGenerator:
    """Batches without end: `g()` is a generator, `iter(g)` an iterator that threads can share, `g[k]` is batch k.

    Batch k holds samples k * batch_size and on of one data set, so it depends on the seed and on k alone: it is the
    same in every process and thread. All iterators of one object share its position, so that each batch is given once.
    An object can be pickled; the copy goes on from the position of the original.

    Parameters
    ----------
    batch_size : int
        1 or more.
    image_width : int
        Pixels.
    augment : bool
        See `generate_numbers_sequence`.
    output_path : str or path, optional
        Taken for older scripts. Batches are not written to disk, which is said by a warning; `Dataset.save` does that.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.
    spacing_range : (int, int)
        Smallest and largest gap between neighbouring digits in pixels, both drawn.

    Raises
    ------
    InputError
        If a parameter is out of range, or the width cannot hold the widest gaps.

    Examples
    --------
    >>> batches = DataGenerator(batch_size=4, image_width=300, seed=1)
    >>> images, labels = next(batches())
    >>> images.shape, str(images.dtype), len(set(labels.tolist()))
    ((4, 28, 300), 'float32', 4)
    >>> bool((batches[0][0] == images).all())
    True
    """

    def __init__(
        self,
        batch_size: int = 32,
        image_width: int = 400,
        augment: bool = False,
        output_path: str | os.PathLike | None = None,
        seed: int | None = None,
        *,
        spacing_range: Sequence[int] = (2, 10),
    ):
        self.batch_size = whole_number("batch_size", batch_size, 1, PHONE_NUMBERS)
        self.image_width, self.augment, self.output_path = image_width, augment, output_path
        self.spacing_range = checked_range(spacing_range)
        self.seed = root_seed(seed)[0]
        self._position = 0
        self._lock = threading.Lock()
        # What is wrong is found now, not in the training loop.
        self._count = len(self._strips) // self.batch_size
        if output_path is not None:
            warnings.warn(
                "DataGenerator writes no files, so output_path is not used: save a data set to have files",
                UserWarning,
                stacklevel=2,
            )

    @cached_property
    def _strips(self) -> Dataset:
        return phone_strips(PHONE_NUMBERS, self.spacing_range, self.image_width, self.augment, self.seed)

    def __getitem__(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """Batch `number`: images, float32 (B, 28, image_width), 0 ink and 1 paper; and labels, str (B,).

        Within a batch, and within some hundred million batches, all labels are different.
        """
        if not 0 <= number < self._count:
            raise IndexError(f"there is no batch {number}: batches are 0 to {self._count - 1}")
        start = int(number) * self.batch_size
        batch = self._strips.batch(range(start, start + self.batch_size))
        return as_floats(batch.images), batch.labels

    def __call__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """A generator of batches, from the object's position on."""
        while True:
            yield self._next()

    def __iter__(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """An iterator of batches, from the object's position on, that several threads can share."""
        return _Batches(self)

    def _next(self) -> tuple[np.ndarray, np.ndarray]:
        with self._lock:
            number = self._position
            self._position = (number + 1) % self._count
        return self[number]

    def __getstate__(self) -> dict[str, Any]:
        # A lock cannot be pickled, and the data set is made again.
        return {name: value for name, value in vars(self).items() if name not in ("_lock", "_strips")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._lock = threading.Lock()


class _Batches:
    def __init__(self, batches: DataGenerator):
        self._batches = batches

    def __iter__(self) -> _Batches:
        return self

    def __next__(self) -> tuple[np.ndarray, np.ndarray]:
        return self._batches._next()  # pylint: disable=protected-access
