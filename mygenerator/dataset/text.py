"""Data sets of text: a table's labels, the strings of a pattern. The roots of every pipeline.

If a class has a method `from_<name>`, recipes make it with that method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.dataset.base import Dataset, copy_with, root_seed, texts_digest
from mygenerator.dataset.label_file import Place
from mygenerator.dataset.labels import MAX_LABEL_LENGTH, Labels, Lengths, read_labels
from mygenerator.dataset.packed import PackedTexts
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.facts import Facts
from mygenerator.files import given_path
from mygenerator.parameters import Whole
from mygenerator.rng import check_epoch, check_seed
from mygenerator.text.patterns import Pattern
from mygenerator.text.patterns.syntax import shown
from mygenerator.text.permutation import Permutation

if TYPE_CHECKING:
    import pandas

MAX_LABELS = 1_000_000
"""The most labels that a repeated list can make."""

_MOST_SHOWN = 60

PERMUTATION_STREAM = "text/permutation"
"""The name of the stream that shuffles a pattern's strings."""

Count = Annotated[int, Whole(1)]


class TextDataset(Dataset):
    """What all data sets of text share: their Batches hold labels alone."""

    @cached_property
    def facts(self) -> Facts:
        """What the labels can hold, found once, because a list can be long."""
        return Facts("text", characters=self.characters, label_lengths=self.label_lengths)

    @property
    def characters(self) -> str:
        """Every character that a label can hold, sorted."""
        raise NotImplementedError

    @property
    def label_lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and of the longest label that can occur."""
        raise NotImplementedError

    def place_of(self, characters: str) -> str | None:  # pylint: disable=unused-argument
        """The first label with one of these characters, and its row or line, for messages; None if nothing says it."""
        return None

    @property
    def meta(self) -> pandas.DataFrame:
        import pandas

        return pandas.DataFrame({"label": self.labels().tolist()}, dtype=object)

    def get_meta_row(self, index: int) -> pandas.Series:
        row = self._row(index)
        return _label_alone(row, self.get_text_only(row))

    def _meta_row(self, row: int, label: str | None) -> pandas.Series:
        own = type(self).get_meta_row is TextDataset.get_meta_row
        return _label_alone(row, label) if own and label is not None else self.get_meta_row(row)

    def get_text_only(self, index: int) -> str:
        """The text of sample `index`."""
        return self[index].label

    def _make(self, index: np.ndarray) -> Batch:
        return Batch("text", index, self.labels(index))

    def _one(self, row: int) -> Sample:
        return Sample(row, str(self.labels(np.array([row]))[0]))


class NlpDataset(TextDataset):
    """Texts from a table, a list or a file.

    Parameters
    ----------
    meta : pandas.DataFrame, mapping of columns, sequence of str, or path
        A table with a column `label`; or the labels themselves, in an order; or a file in UTF-8: `.csv` with commas, a
        header and a column `label`, any other with one label a line. A line ends at LF, CRLF or CR. Labels are text
        of 1 to 1,000 characters, blanks included. A number is refused, because it has lost its leading zeros. In a
        `.csv` so is what a spreadsheet makes of a label: `1.23457E+11`, `1.00E+05`, `="007"`, `'007`, `#N/A`, `#WERT!`.
    seed : int, optional
        0 to 2**64 - 1, for the draws of the steps that follow; a fresh one by default.

    Raises
    ------
    InputError
        If there is no column `label`, or two, no row, a row with more or fewer fields than the header, or a label that
        is not such a text; the message names the row or the file's line.

    Notes
    -----
    The labels take as much memory as their characters. `labels()` of all rows makes an array in which each label takes
    the room of the longest: if one is very long, ask for some rows at a time.

    Examples
    --------
    >>> texts = NlpDataset(["007", "42"], seed=1)
    >>> len(texts), texts.get_text_only(0), texts.label_lengths, texts.characters
    (2, '007', (2, 3), '0247')
    """

    recipe_names: ClassVar[tuple[str, ...]] = ("labels", "file")

    def __init__(
        self, meta: pandas.DataFrame | Mapping[str, Sequence] | Sequence[str] | str | Path, seed: int | None = None
    ):
        labels, self._given, self._place = self._read(meta)
        self._labels = PackedTexts(labels)
        self.seed, self.seed_is_fresh = root_seed(seed)

    def _read(self, meta: Any) -> tuple[list[str], Any, Place]:
        return read_labels(meta)

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(["007", "42", "a b", "日本"] * 3, seed=1), cls({"label": ["7"], "note": ["x"]}, seed=1)]

    @classmethod
    def from_labels(
        cls,
        labels: Annotated[Sequence[str], Labels()],
        count: Count | None = None,
        repeat: Count = 1,
        seed: int | None = None,
    ) -> Self:
        """The first `count` (default: all) labels of a list that is gone through `repeat` times."""
        if len(labels) * repeat > MAX_LABELS:
            raise InputError(
                f"repeat is {repeat}, which makes {len(labels) * repeat:,} labels", allowed=f"up to {MAX_LABELS:,}"
            )
        return cls(_first(list(labels) * repeat, count), seed)

    @classmethod
    def from_file(cls, path: str | Path, count: Count | None = None, seed: int | None = None) -> Self:
        """The first `count` (default: all) labels of a file, as the constructor reads it."""
        return cls(given_path(path), seed)._cut(count)

    def _cut(self, count: int | None) -> Self:
        """The first `count` rows of a list or of a file's table; None: all."""
        if count is None:
            return self
        labels = PackedTexts(_first(list(self._labels), count))
        columns = self._given and {name: column[:count] for name, column in self._given.items()}
        return copy_with(self, _labels=labels, _given=columns)

    def __len__(self) -> int:
        return len(self._labels)

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        return self._labels.take(np.arange(len(self)) if indices is None else self._checked(indices))

    @property
    def characters(self) -> str:
        return self._labels.characters

    @property
    def label_lengths(self) -> tuple[int, int]:
        return self._labels.lengths

    def place_of(self, characters: str) -> str | None:
        row = self._labels.first_with(characters)
        if row is None or (len(self) == 1 and self._place.path is None):
            return None
        return f"{self._place(row)}, label {self.get_text_only(row)[:_MOST_SHOWN]!r}"

    def row_name(self, row: int) -> str:
        """How messages call a row: by its number, or by its line in the file."""
        return self._place(row)

    @property
    def unsaved_columns(self) -> tuple[str, ...]:
        """The other columns of its table: a saved folder holds labels and what was drawn, not these."""
        return tuple(str(name) for name in self._given if name != "label") if self._given is not None else ()

    @property
    def meta(self) -> pandas.DataFrame:
        return self._table.copy()

    @cached_property
    def _table(self) -> pandas.DataFrame:
        if hasattr(self._given, "columns"):
            return self._given
        import pandas

        return pandas.DataFrame({"label": list(self._labels)} if self._given is None else self._given, dtype=object)

    def get_meta_row(self, index: int) -> pandas.Series:
        return self._table.iloc[self._row(index)]

    def with_seed(self, seed: int) -> NlpDataset:
        return copy_with(self, seed=check_seed(seed), seed_is_fresh=False)

    def describe(self) -> dict[str, Any]:
        return {"text": {"labels": {"count": len(self), "sha256": texts_digest(self._labels)}}}

    def __repr__(self) -> str:
        if len(self) <= 20:
            return f"{type(self).__name__}({list(self._labels)!r}, seed={self.seed})"
        return f"{type(self).__name__}(<{len(self)} labels>, seed={self.seed})"


class PatternNlpDataset(TextDataset):
    """Different strings of a pattern, in an order that the seed decides; any row is made alone, and none is stored.

    Parameters
    ----------
    pattern : str or Pattern
        A regular pattern of bounded length: characters, classes `[0-9a-f]`, `\\d`, groups, `|`, `?`, `{m}`, `{m,n}`.
    size : int
        How many rows, at most as many as the pattern has strings.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.

    Raises
    ------
    InputError
        If the pattern cannot be used, or has fewer strings than `size`.

    Examples
    --------
    >>> codes = PatternNlpDataset("[0-3]{3}", size=64, seed=5)
    >>> len(set(codes.labels().tolist()))
    64
    """

    recipe_names = ("pattern",)
    stream_names = (PERMUTATION_STREAM,)

    def __init__(self, pattern: str | Pattern, size: int, seed: int | None = None):
        pattern = pattern if isinstance(pattern, Pattern) else Pattern(pattern)
        self.pattern, self.size = pattern, whole_number("size", size, 1)
        if self.size > pattern.count:
            raise InputError(
                f"{self.size:,} different rows were asked for, but the pattern {shown(pattern.pattern)} has "
                f"{counted(pattern.count, 'string')}",
                allowed=f"1 to {pattern.count}",
                do="write [0-9] where any digit may stand" if pattern.count == 1 else None,
            )
        if pattern.max_length > MAX_LABEL_LENGTH:
            raise InputError(
                f"pattern {shown(pattern.pattern)} has strings of {pattern.max_length} characters",
                allowed=f"1 to {MAX_LABEL_LENGTH}",
            )
        self.seed, self.seed_is_fresh = root_seed(seed)
        self._permutation = Permutation(pattern.count, self.seed, PERMUTATION_STREAM)

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls("[0-9]{7}", 100, seed=1), cls("(a|ab)(c|bc)?", 5, seed=1)]

    @classmethod
    def from_pattern(
        cls,
        pattern: str,
        count: Count,
        lengths: Annotated[Sequence[int], Lengths()] | None = None,
        seed: int | None = None,
    ) -> Self:
        """`count` different strings of a pattern, only of these lengths if they are given."""
        return cls(Pattern(pattern, lengths), count, seed)

    def __len__(self) -> int:
        return self.size

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        index = np.arange(self.size, dtype=np.int64) if indices is None else self._checked(indices)
        return self.pattern.unrank(self._permutation(index))

    def ranks(self, indices: Sequence[int] | np.ndarray) -> list[int]:
        """The numbers of these rows' strings among all strings of the pattern, counted from 0 in their order."""
        return [int(rank) for rank in self._permutation(self._checked(indices))]

    @property
    def characters(self) -> str:
        return self.pattern.characters

    @property
    def label_lengths(self) -> tuple[int, int]:
        return self.pattern.min_length, self.pattern.max_length

    @cached_property
    def facts(self) -> Facts:
        return replace(super().facts, unique=True)

    def with_seed(self, seed: int) -> PatternNlpDataset:
        seed = check_seed(seed)
        permutation = Permutation(self.pattern.count, seed, PERMUTATION_STREAM, self.epoch)
        return copy_with(self, seed=seed, seed_is_fresh=False, _permutation=permutation)

    def with_epoch(self, epoch: int, texts: bool = False) -> PatternNlpDataset:
        checked = check_epoch(epoch)
        own = checked if texts else 0
        permutation = Permutation(self.pattern.count, self.seed, PERMUTATION_STREAM, own)
        return copy_with(self, epoch=own, _permutation=permutation)

    def describe(self) -> dict[str, Any]:
        lengths = {} if self.pattern.lengths is None else {"lengths": list(self.pattern.lengths)}
        return {"text": {"pattern": {"pattern": self.pattern.pattern, **lengths}}}

    def __repr__(self) -> str:
        pattern = self.pattern.pattern if self.pattern.lengths is None else self.pattern
        return f"PatternNlpDataset({pattern!r}, size={self.size}, seed={self.seed})"


def _label_alone(row: int, label: str) -> pandas.Series:
    """A row of a table that has no column but the labels."""
    import pandas

    values = np.empty(1, object)
    values[0] = label
    return pandas.Series(values, index=_label_column(), name=row, dtype=object)


@cache
def _label_column() -> pandas.Index:
    import pandas

    return pandas.DataFrame({"label": ["0"]}, dtype=object).columns


def _first(values: Sequence, count: int | None) -> Sequence:
    """The first `count` of some values; InputError if there are fewer."""
    if count is None:
        return values
    if whole_number("count", count, 1) > len(values):
        raise InputError(
            f"count is {count}, but there are {counted(len(values), 'label')}", allowed=f"1 to {len(values)}"
        )
    return values[:count]
