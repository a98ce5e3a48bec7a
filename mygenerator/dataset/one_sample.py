"""A data set of one sample over and over: what `transform_sample` runs a step on."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset.base import Dataset, root_seed
from mygenerator.dataset.text import NlpDataset
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.strip.extent import extent_of
from mygenerator.strip.ink import ink_boxes


def alone(sample: Any, takes: tuple[str, ...], seed: int | None) -> Dataset:
    """A data set of that one sample, of a kind that the step takes; every index gives this sample.

    Parameters
    ----------
    sample : str, uint8 (H, W), list of uint8 (h, w), or object
        Text, an image (dark on white paper if it has to be a strip), glyphs (light ink on black, all of one size), or
        anything else.
    takes : tuple of str
        The kinds that the step accepts.
    seed : int, optional

    Raises
    ------
    InputError
        If it cannot be a sample of any of these kinds.
    """
    if takes == ("text",):
        return _OneText([sample], seed)
    if "object" in takes:
        return _OneObject(sample, seed)
    if takes == ("glyphs",):
        return _SomeGlyphs(sample, seed)
    if not (isinstance(sample, np.ndarray) and sample.dtype == np.uint8 and sample.ndim == 2 and sample.size):
        raise InputError(f"a sample of type {type(sample).__name__}", allowed="an image, uint8 (H, W)")
    return _OneStrip(sample, seed)


class _OneText(NlpDataset):
    def _make(self, index: np.ndarray) -> Batch:
        return Batch("text", index, self._labels.take(np.zeros(len(index), np.int64)))


# It is made, used once and forgotten, so it has no table, no labels and no recipe.
class _OneObject(Dataset):  # pylint: disable=abstract-method
    facts = Facts("object")

    def __init__(self, sample: Any, seed: int | None):
        self.sample = sample
        self.seed, self.seed_is_fresh = root_seed(seed)

    def __len__(self) -> int:
        return 1

    def _make(self, index: np.ndarray) -> Batch:
        return Batch(self.kind, index, np.full(len(index), ""), [self.sample] * len(index))


class _SomeGlyphs(_OneObject):  # pylint: disable=abstract-method
    def __init__(self, sample: Any, seed: int | None):
        glyphs = list(sample) if isinstance(sample, list | tuple | np.ndarray) else []
        fits = all(isinstance(one, np.ndarray) and one.dtype == np.uint8 and one.ndim == 2 for one in glyphs)
        if not glyphs or not fits or len({one.shape for one in glyphs}) > 1 or not all(one.any() for one in glyphs):
            raise InputError(
                f"a sample of type {type(sample).__name__}", allowed="glyphs: a list of uint8 (h, w), all of one size"
            )
        stack = np.stack(glyphs)
        height, width = stack.shape[1:]
        ink = ink_boxes(stack, np.array([[0, 0, width, height]] * len(stack)))
        super().__init__((stack, ink), seed)
        self.facts = Facts("glyphs", gaps=True, extent=extent_of(ink, (height, width)))

    def _make(self, index: np.ndarray) -> Batch:
        stack, ink = (np.concatenate([part] * len(index)) for part in self.sample)
        splits = np.arange(len(index) + 1) * len(self.sample[0])
        return Batch(self.kind, index, np.full(len(index), ""), stack, splits=splits, ink=ink)


class _OneStrip(_OneObject):  # pylint: disable=abstract-method
    def __init__(self, sample: np.ndarray, seed: int | None):
        super().__init__(sample, seed)
        self.facts = Facts("strip", sample.shape)

    def _make(self, index: np.ndarray) -> Batch:
        return super()._make(index).replace(images=np.stack([self.sample] * len(index)))
