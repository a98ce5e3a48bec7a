"""A saved folder as a data set: any sample at once, with label and truth as they were saved."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.dataset import Dataset
from mygenerator.dataset.base import copy_with, texts_digest
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.rng import check_seed
from mygenerator.save.saved import SavedFolder

if TYPE_CHECKING:
    import pandas


class SavedDataset(Dataset):
    """What a folder holds that was saved, in any format; samples are read when they are asked for.

    Nothing is drawn or made again. Steps can follow, and what follows is drawn with the seed of the recipe, or another
    (`with_seed`).

    Parameters
    ----------
    path : str or Path
        A finished folder.

    Attributes
    ----------
    folder : SavedFolder
        What it is read from.

    Raises
    ------
    InputError
        If there is no such folder, it was not saved by mygenerator or is not finished, or its format is not installed.
    SaveError
        If its manifest is damaged.

    Examples
    --------
    >>> import tempfile
    >>> from mygenerator import PatternNlpDataset, TextToImage
    >>> codes = PatternNlpDataset("[0-9]{3}", size=10, seed=1)
    >>> with tempfile.TemporaryDirectory() as path:
    ...     _ = TextToImage(image_width=100).fit_transform(codes).save(path, format="webdataset")
    ...     ds = SavedDataset(path)
    ...     print(len(ds), ds[7].image.shape, ds[7].label == codes[7].label)
    10 (28, 100) True
    """

    def __init__(self, path: str | Path):
        self.folder = SavedFolder(path)
        if not self.folder.is_finished:
            raise InputError(
                "the folder is not finished",
                where=str(path),
                do="run the command that began it again: it goes on where it stopped",
            )
        self.seed = self.folder.recipe["seed"]

    @cached_property
    def facts(self) -> Facts:
        recorded = Facts.of_claims(self.folder.recipe.get("facts", {}))
        return recorded.after_loss() if self.folder.sink.lossy else recorded

    @property
    def taken_from(self) -> Path:
        return self.folder.path.absolute()

    def __len__(self) -> int:
        return len(self.folder)

    def _make(self, index: np.ndarray) -> Batch:
        return _batch_of(self.facts, self.folder.read(index.tolist()), index)

    def _one(self, row: int) -> Sample:
        return self.folder.read([row])[0]

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        if indices is None:
            return self._labels.copy()
        return np.array(self.folder.labels(self._checked(indices).tolist()), dtype=str)

    @cached_property
    def _labels(self) -> np.ndarray:
        """All labels; kept, because every shard is read for them."""
        return np.array(self.folder.labels(range(len(self))), dtype=str)

    @property
    def meta(self) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame({"label": self._labels.tolist()}, dtype=object)

    def get_meta_row(self, index: int) -> pandas.Series:
        row = self._row(index)
        return self._meta_row(row, str(self.labels([row])[0]))

    def _meta_row(self, row: int, label: str | None) -> pandas.Series:
        import pandas

        return pandas.Series({"label": label}, name=row, dtype=object)

    def with_seed(self, seed: int) -> SavedDataset:
        return copy_with(self, seed=check_seed(seed))

    def describe(self) -> dict[str, Any]:
        # By content, because a folder can be moved.
        pixels = texts_digest(shard.pixels for shard in self.folder.listed())
        return {
            "images": {
                "count": len(self),
                "labels_sha256": texts_digest(self._labels.tolist()),
                "pixels_sha256": pixels,
            }
        }

    def __repr__(self) -> str:
        return f"mygenerator.open({str(self.folder.path)!r})"


def open(path: str | Path) -> SavedDataset:  # pylint: disable=redefined-builtin
    """A saved folder as a data set, whatever its format: `mygenerator.open`.

    Parameters
    ----------
    path : str or Path
        A finished folder.

    Returns
    -------
    SavedDataset
        Any sample is read at once; labels and truth are as they were saved.

    Raises
    ------
    InputError
        As `SavedDataset` does.

    Examples
    --------
    >>> import tempfile
    >>> import mygenerator
    >>> codes = mygenerator.PatternNlpDataset("[0-9]{3}", size=4, seed=1)
    >>> with tempfile.TemporaryDirectory() as path:
    ...     _ = mygenerator.TextToImage(image_width=100).fit_transform(codes).save(path)
    ...     [sample.label for sample in mygenerator.open(path)] == codes.labels().tolist()
    True
    """
    return SavedDataset(path)


def _batch_of(facts: Facts, samples: Sequence[Sample], index: np.ndarray) -> Batch:
    """Samples that were read as a Batch."""
    labels = np.array([sample.label for sample in samples], dtype=str)
    images: Any = [sample.image for sample in samples]
    if facts.kind == "strip":
        images = np.stack(images) if images else np.empty((0, *(facts.image_shape or (0, 0))), np.uint8)
    batch = Batch(facts.kind, index, labels, images, paper=255 if facts.paper is None else facts.paper)
    if not samples or any(sample.boxes is None for sample in samples):
        return batch
    truth = {name: _padded([getattr(sample, name) for sample in samples]) for name in ("boxes", "gaps", "glyphs")}
    if samples[0].margins is not None:
        truth["margins"] = _padded([sample.margins for sample in samples])
    if samples[0].lines is not None:
        truth["lines"] = _padded([sample.lines for sample in samples], facts.most_lines or 0)
    return batch.replace(**truth, glyph_source=samples[0].glyph_source)


def _padded(arrays: Sequence[Any], least: int = 0) -> np.ndarray:
    """Arrays (L, ...) of any L as one, (N, K, ...), -1 in missing places; K is the largest L, or `least`."""
    longest = max(least, *map(len, arrays))
    padded = np.full((len(arrays), longest, *arrays[0].shape[1:]), -1, arrays[0].dtype)
    for row, array in enumerate(arrays):
        padded[row, : len(array)] = array
    return padded
