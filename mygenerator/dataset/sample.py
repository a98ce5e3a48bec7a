"""A data set of one sample over and over: what `transform_sample` runs a step on."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset.base import Dataset, root_seed
from mygenerator.dataset.text import NlpDataset
from mygenerator.errors import InputError


def alone(sample: Any, takes: tuple[str, ...], seed: int | None) -> Dataset:
    """A data set of that one sample, of a kind that the step takes; its samples of any index are this one.

    Parameters
    ----------
    sample : str, uint8 (H, W) or object
        Text, an image (dark on white paper where it has to be a strip), or anything else.
    takes : tuple of str
        The kinds that the step accepts.
    seed : int, optional

    Raises
    ------
    InputError
        Where it cannot be a sample of any of these kinds.
    """
    if takes == ("text",):
        return _OneText([sample], seed)
    if "object" in takes:
        return _OneObject(sample, seed)
    if not (isinstance(sample, np.ndarray) and sample.dtype == np.uint8 and sample.ndim == 2 and sample.size):
        raise InputError(f"a sample of type {type(sample).__name__}", allowed="an image, uint8 (H, W)")
    return _OneStrip(sample, seed)


class _OneText(NlpDataset):
    def _make(self, index: np.ndarray) -> Batch:
        return Batch("text", index, np.repeat(self._labels, len(index)))


# Nobody holds it: it is made, run on and forgotten, so it has no table, no labels and no recipe.
class _OneObject(Dataset):  # pylint: disable=abstract-method
    kind = "object"

    def __init__(self, sample: Any, seed: int | None):
        self.sample = sample
        self.seed, self.seed_is_fresh = root_seed(seed)

    def __len__(self) -> int:
        return 1

    def _make(self, index: np.ndarray) -> Batch:
        return Batch(self.kind, index, np.full(len(index), ""), [self.sample] * len(index))


class _OneStrip(_OneObject):  # pylint: disable=abstract-method
    kind = "strip"
    promises_gaps = True

    def __init__(self, sample: np.ndarray, seed: int | None):
        super().__init__(sample, seed)
        self.image_shape = sample.shape

    def _make(self, index: np.ndarray) -> Batch:
        return super()._make(index).replace(images=np.stack([self.sample] * len(index)))
