"""Dataset: an immutable, lazy node that can make the Batch of any of its rows; the base of roots and transformed sets.

Nothing is computed until rows are asked for, and sample i is a function of (recipe, seed, i) alone.
"""

from __future__ import annotations

import copy
import hashlib
import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError, whole_number
from mygenerator.facts import Facts
from mygenerator.logs import log
from mygenerator.rng import check_epoch, check_seed, fresh_seed
from mygenerator.strip import affine

if TYPE_CHECKING:
    import pandas

    from mygenerator.save import SaveReport

BATCH_SIZE = 1000


# What all data sets can be asked has one home.
class Dataset:  # pylint: disable=too-many-public-methods
    """Rows of metadata and a way to make the samples of any rows.

    A subclass sets `seed` and writes `facts`, `__len__`, `_make` (the Batch of the rows asked for), `labels`, `meta`,
    `get_meta_row`, `with_seed` and `describe`; everything else is built from these.
    """

    seed: int
    """Decides every draw; 0 to 2**64 - 1."""
    seed_is_fresh: bool = False
    """Whether the seed came from the system, because nobody gave one."""
    epoch: int = 0
    """The training epoch that it is drawn for; see `with_epoch`."""
    stream_names: tuple[str, ...] = ()
    """The names of the streams of random numbers that it draws from; no two steps share a stream."""
    recipe_names: ClassVar[tuple[str, ...]] = ()
    """The names under which a recipe can begin with it; empty if none can."""

    @classmethod
    def examples(cls) -> list[Self]:
        """Some data sets of this class for the contract tests; at least one if recipes can name the class."""
        return []

    @property
    def facts(self) -> Facts:
        """What is known of its samples before any is made."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """The kind of its samples, one of `batch.KINDS`."""
        return self.facts.kind

    @property
    def taken_from(self) -> Path | None:
        """The folder whose sub-folders are the labels, for a data set that lists one: nothing can be saved in it."""
        return None

    @property
    def root(self) -> Dataset:
        """The data set at the beginning, before all steps."""
        return self

    def __len__(self) -> int:
        raise NotImplementedError

    def _make(self, index: np.ndarray) -> Batch:
        """The Batch of these rows: int64 (N,), each within the data set; its glyphs can still have maps."""
        raise NotImplementedError

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        """The labels of these rows (default: all rows), as a str array (N,), without making an image."""
        raise NotImplementedError

    @property
    def meta(self) -> pandas.DataFrame:
        """A copy of the caller's table, or a table of the labels if there was none; made on request."""
        raise NotImplementedError

    def get_meta_row(self, index: int) -> pandas.Series:
        """Row `index` of `meta`, without making the whole table."""
        raise NotImplementedError

    def with_seed(self, seed: int) -> Dataset:
        """The same data set drawn with another seed."""
        raise NotImplementedError

    def with_epoch(self, epoch: int, texts: bool = False) -> Dataset:
        """The same data set drawn anew for a training epoch: other glyphs, gaps and distortions for the same rows.

        Parameters
        ----------
        epoch : int
            0 to 2**32 - 1. Epoch 0 is the data set as it was made. Sample i depends on the epoch as it does on the
            seed, so any epoch can be drawn alone, by any process.
        texts : bool
            Whether random texts are drawn anew too. By default they stay those of epoch 0, so that sample i has the
            same label in every epoch.

        Raises
        ------
        InputError
            If the epoch is not a whole number in this range.

        Examples
        --------
        >>> from mygenerator import NlpDataset, TextToImage
        >>> ds = TextToImage(image_width=120).fit_transform(NlpDataset(["007", "42"], seed=1))
        >>> later = ds.with_epoch(1)
        >>> later[0].label, bool((later[0].image == ds[0].image).all())
        ('007', False)
        """
        epoch = check_epoch(epoch)
        return copy_with(self, epoch=epoch if texts else 0)

    def describe(self) -> dict[str, Any]:
        """Where the rows come from and what is done to them: this data set's part of the recipe."""
        raise NotImplementedError

    def check_sources(self, count: int) -> None:
        """Raise InputError if one of the first `count` samples comes from a file that cannot be used.

        For what shows before any sample is made; `save` asks. By default nothing does.
        """

    @property
    def unsaved_columns(self) -> tuple[str, ...]:
        """The columns of the caller's table that a saved folder does not hold; by default none."""
        return ()

    @property
    def step_names(self) -> tuple[str, ...]:
        """The names of the steps that were applied, first to last."""
        return ()

    def batch(self, indices: Sequence[int] | np.ndarray) -> Batch:
        """The samples of these rows, in this order, as one Batch; negative indices count from the end."""
        return settled(self, self._make(self._checked(indices)))

    def samples_alone(self, index: np.ndarray) -> Batch:
        """The Batch of these rows, int64 (N,), which can lie outside the data set: `transform_sample` takes any."""
        return settled(self, self._make(index))

    def batches(self, size: int = BATCH_SIZE) -> Iterator[Batch]:
        """All samples in order, as Batches of `size` (the last one can be smaller)."""
        size = whole_number("the batch size", size, 1)
        for start in range(0, len(self), size):
            yield settled(self, self._make(np.arange(start, min(start + size, len(self)), dtype=np.int64)))

    def to_numpy(self, progress: Callable[[int, int], None] | None = None) -> tuple[np.ndarray, np.ndarray]:
        """All samples of a data set of strips in memory, as arrays to train a model with.

        Parameters
        ----------
        progress : callable, optional
            `progress(done, total)` in samples. By default a bar is drawn if standard error is a terminal.

        Returns
        -------
        images : uint8 (N, H, W)
        labels : str array (N,)

        Raises
        ------
        InputError
            If the data set does not hold strips or, before anything is made, if there is too little memory.

        Examples
        --------
        >>> from mygenerator import NlpDataset, TextToImage
        >>> images, labels = TextToImage(image_width=120).fit_transform(NlpDataset(["007", "42"], seed=1)).to_numpy()
        >>> images.shape, images.dtype, labels.tolist()
        ((2, 28, 120), dtype('uint8'), ['007', '42'])
        """
        # Imported here, because no other method needs it.
        from mygenerator.dataset.in_memory import to_numpy

        return to_numpy(self, progress)

    def __getitem__(self, index: int) -> Sample:
        """Sample `index` with its truth."""
        return self._one(self._row(index))

    def _one(self, row: int) -> Sample:
        """The sample of a row, which is in the data set; the same as a Batch of this row holds."""
        return settled(self, self._make(np.array([row], np.int64))).sample(0)

    def __getitems__(self, indices: Sequence[int]) -> list[Sample]:
        """The samples of these rows, made as one batch: PyTorch's loaders call this method if it is there."""
        batch = self.batch(indices)
        return [batch.sample(row) for row in range(len(batch))]

    def __iter__(self) -> Iterator[Sample]:
        for batch in self.batches():
            for row in range(len(batch)):
                yield batch.sample(row)

    def get_image_only(self, index: int) -> Any:
        """The image of sample `index` (for a text data set: its text)."""
        sample = self[index]
        return sample.label if self.kind == "text" else sample.image

    def get_sample(self, index: int) -> tuple[Any, pandas.Series]:
        """The image (or text) of sample `index`, and its row of the caller's table, with that table's columns only."""
        if type(self).get_image_only is not Dataset.get_image_only:
            return self.get_image_only(index), self.get_meta_row(index)
        sample = self[index]
        image = sample.label if self.kind == "text" else sample.image
        return image, self._meta_row(sample.index, sample.label)

    def _meta_row(self, row: int, label: str | None) -> pandas.Series:  # pylint: disable=unused-argument
        """`get_meta_row` of a row within the data set; `label` is its label here, if it is known."""
        return self.get_meta_row(row)

    def save(
        self, path: str | Path, prefix: str = "img", suffix: str | None = None, nrows: int = -1, **options: Any
    ) -> SaveReport:
        """Make every sample and write it to a folder; see `mygenerator.save.save` for the options."""
        # Saving is a layer above data sets and imports them.
        from mygenerator.save import save

        return save(self, path, prefix, suffix, nrows, **options)

    def __deepcopy__(self, memo: dict) -> Self:
        # Nodes never change, so a copy of a step that refers to one can share it.
        return self

    def _row(self, index: int) -> int:
        """The row that `index` means, counted from the end if it is negative; IndexError if it is outside."""
        if isinstance(index, bool | np.bool_) or not hasattr(index, "__index__"):
            raise TypeError(f"a data set takes one whole number, got {index!r}; batch() takes several rows")
        row = operator.index(index)
        if not -len(self) <= row < len(self):
            raise IndexError(f"index {row} is outside a data set of {len(self)} samples")
        return row % len(self)

    def _checked(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """The indices as int64 (N,), negative ones counted from the end; IndexError if one is outside."""
        asked = np.asarray(indices)
        if asked.shape == (1,) and asked.dtype.kind in "iu":
            return np.array([self._row(asked.item())], np.int64)
        if asked.size == 0:
            return np.empty(0, np.int64)
        if asked.ndim != 1 or not np.issubdtype(asked.dtype, np.integer):
            raise InputError(
                f"indices of shape {asked.shape} and type {asked.dtype}", allowed="a flat sequence of whole numbers"
            )
        outside = (asked < -len(self)) | (asked >= len(self))
        if outside.any():
            raise IndexError(f"index {asked[outside][0]} is outside a data set of {len(self)} samples")
        return asked.astype(np.int64) % len(self)


def settled(ds: Dataset, batch: Batch) -> Batch:
    """A Batch of a data set with its glyphs drawn under their maps, all on canvases of one size."""
    if batch.maps is None or batch.ink is None or ds.facts.extent is None:
        return batch
    extent = ds.facts.extent.settled()
    images, ink = affine.settled(batch.images, batch.ink, batch.maps, (extent.canvas_height, extent.canvas_width))
    return batch.replace(images=images, ink=ink, maps=None)


def free_name(name: str, taken: Sequence[str]) -> str:
    """`name`, or the first of `name_2`, `name_3`, ... that is not taken."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}_{number}"
    return free


def root_seed(seed: int | None) -> tuple[int, bool]:
    """The seed of a root data set, as given or a fresh one, which is logged; and whether it is fresh."""
    if seed is not None:
        return check_seed(seed), False
    fresh = fresh_seed()
    log(f"seed {fresh} was taken from the system")
    return fresh, True


def labels_of(ds: Dataset, count: int | None = None) -> Iterator[str]:
    """The first `count` labels (default: all), some at a time: an array of all has room for the longest in each row."""
    end = len(ds) if count is None else count
    for start in range(0, end, BATCH_SIZE):
        yield from ds.labels(np.arange(start, min(start + BATCH_SIZE, end))).tolist()


def texts_digest(texts: Iterable[str]) -> str:
    """SHA-256 of a list of texts, each with its length before it, so that no two lists give the same bytes."""
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(4, "little") + data)
    return digest.hexdigest()


def copy_with(dataset: Any, **changes: Any) -> Any:
    """A shallow copy of a data set with some attributes changed: nodes themselves never change."""
    clone = copy.copy(dataset)
    clone.__dict__.update(changes)
    return clone
