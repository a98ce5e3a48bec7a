"""Labels of a list, a table or a file in another order than they have there: shuffled, or drawn with repetition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

import numpy as np

from mygenerator.dataset.balance import digit_balance
from mygenerator.dataset.base import copy_with, labels_of, root_seed, texts_digest
from mygenerator.dataset.labels import Labels
from mygenerator.dataset.text import MAX_LABELS, Count, NlpDataset, TextDataset
from mygenerator.dataset.weights import Weights, label_weights
from mygenerator.errors import InputError, choice, counted, whole_number
from mygenerator.facts import Facts
from mygenerator.files import given_path
from mygenerator.rng import Stream, check_epoch, check_seed
from mygenerator.text.permutation import Permutation

if TYPE_CHECKING:
    import pandas

_STREAM = "text/sampled"


class SampledNlpDataset(TextDataset):
    """Labels of a table, a list or a file in an order that the seed decides.

    Without repetition the labels are shuffled: each row of the table comes once. With repetition each row is drawn
    alone from all of them, so that a label can come again.

    Parameters
    ----------
    meta : pandas.DataFrame, mapping of columns, sequence of str, path, or NlpDataset
        As `NlpDataset` takes it; or a data set of texts that were given, such as `DropMissing` makes.
    size : int, optional
        How many rows, up to 1,000,000. Without repetition by default as many as the table has, and no more; with
        repetition it has to be given.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.
    repetition : bool
        Whether a row of the table can come again.
    weights : str or sequence of float, optional
        The column that says how often each row comes, or a number for each row: 0 or more, relative to the others. Only
        with repetition. By default all rows are equally likely.
    balance : {"digits"}, optional
        Weights that make all digits that occur equally frequent, as far as the labels allow (see
        `mygenerator.dataset.balance.digit_balance`). Only with repetition: labels with rare digits come again and
        again, so labels are not unique. A log line says how often the rarest and the commonest digit come.

    Raises
    ------
    InputError
        If the table or the weights cannot be used, the message names the row; or if `size` is too large.

    Examples
    --------
    >>> words = SampledNlpDataset(["007", "42", "90210"], seed=1)
    >>> sorted(words.labels().tolist())
    ['007', '42', '90210']
    >>> names = SampledNlpDataset({"label": ["1", "2"], "often": [9, 1]}, 1000, 1, repetition=True, weights="often")
    >>> 850 < names.labels().tolist().count("1") < 950
    True
    """

    recipe_names = ("sampled",)
    stream_names = (_STREAM,)

    def __init__(
        self,
        meta: pandas.DataFrame | Mapping[str, Sequence] | Sequence[str] | str | Path | NlpDataset,
        size: int | None = None,
        seed: int | None = None,
        *,
        repetition: bool = False,
        weights: str | Sequence[float] | None = None,
        balance: Literal["digits"] | None = None,
    ):
        self.seed, self.seed_is_fresh = root_seed(seed)
        self.given = meta if isinstance(meta, NlpDataset) else NlpDataset(meta, seed=self.seed)
        self.repetition = repetition
        if size is None and repetition:
            raise InputError("labels are drawn with repetition, and nobody says how many", do="give a count (size)")
        most = MAX_LABELS if repetition else min(len(self.given), MAX_LABELS)
        self.size = len(self.given) if size is None else whole_number("size", size, 1)
        if self.size > most:
            what = f"count is {self.size:,}, but " + (
                "no more are drawn" if repetition else f"there are {counted(len(self.given), 'label')}"
            )
            do = None if repetition else "allow repetition (repetition=True), which draws a label again"
            raise InputError(what, allowed=f"1 to {most}", do=do)
        self.balance = None if balance is None else choice("balance", balance, ("digits",))
        for name, value in (("weights", weights), ("balance", balance)):
            if value is not None and not repetition:
                raise InputError(
                    f"{name} {'are' if name == 'weights' else 'is'} given, but each label comes once",
                    do="allow repetition (repetition=True), or leave it out",
                )
        if weights is not None and balance is not None:
            raise InputError("weights and balance are both given", do="give one of them")
        self._ends = None
        if weights is not None:
            self._ends = np.cumsum(label_weights(self.given, weights))
        elif balance is not None:
            self._ends = np.cumsum(digit_balance(self.given))
        self._stream, self._permutation = self._decided(self.seed, self.epoch)

    @classmethod
    def examples(cls) -> list[Self]:
        labels = ["007", "42", "a b", "日本"]
        table = {"label": labels * 3, "often": [1, 2.5, 0] * 4}
        return [
            cls(labels * 3, seed=1),
            cls({"label": labels, "note": list("wxyz")}, 50, 1, repetition=True),
            cls(table, 40, 1, repetition=True, weights="often"),
            cls(["001", "002", "03", "1999"], 40, 1, repetition=True, balance="digits"),
        ]

    # Each is a parameter of a recipe.
    @classmethod
    def from_sampled(  # pylint: disable=too-many-arguments
        cls,
        file: str | Path | None = None,
        *,
        labels: Annotated[Sequence[str], Labels()] | None = None,
        count: Count | None = None,
        repetition: bool = False,
        weights: str | Annotated[Sequence[float], Weights()] | None = None,
        balance: Literal["digits"] | None = None,
        seed: int | None = None,
    ) -> Self:
        """`count` labels of a file, or of a list, in an order that the seed decides."""
        if (file is None) == (labels is None):
            raise InputError(
                "sampled takes a file or labels", do="give one of the two, file: codes.csv or labels: [...]"
            )
        meta = list(labels) if file is None and labels is not None else given_path(str(file))
        return cls(meta, count, seed, repetition=repetition, weights=weights, balance=balance)

    def _decided(self, seed: int, epoch: int) -> tuple[Stream, Permutation]:
        """What a seed and an epoch decide."""
        return Stream(seed, _STREAM, epoch), Permutation(len(self.given), seed, _STREAM, epoch)

    @cached_property
    def facts(self) -> Facts:
        unique = False if self.repetition else None
        return replace(super().facts, unique=unique, left_out=self.given.facts.left_out)

    def rows(self, indices: Sequence[int] | np.ndarray) -> np.ndarray:
        """The rows of the table that these samples show, int64 (N,)."""
        index = self._checked(indices)
        if not self.repetition:
            return self._permutation(index).astype(np.int64)
        if self._ends is None:
            return self._stream.integers(index, 0, low=0, high=len(self.given) - 1)
        place = self._stream.uniform(index, 0) * self._ends[-1]
        # Rounding can reach the very end, which belongs to nobody.
        last = np.searchsorted(self._ends, self._ends[-1])
        return np.minimum(np.searchsorted(self._ends, place, side="right"), last)

    def __len__(self) -> int:
        return self.size

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        return self.given.labels(self.rows(np.arange(self.size) if indices is None else indices))

    @property
    def characters(self) -> str:
        return self.given.characters

    @property
    def label_lengths(self) -> tuple[int, int]:
        return self.given.label_lengths

    def place_of(self, characters: str) -> str | None:
        return self.given.place_of(characters)

    @property
    def meta(self) -> pandas.DataFrame:
        return self.given.meta.iloc[self.rows(np.arange(self.size))]

    def get_meta_row(self, index: int) -> pandas.Series:
        return self.given.get_meta_row(int(self.rows([self._row(index)])[0]))

    def with_seed(self, seed: int) -> Self:
        return self._with(check_seed(seed), self.epoch, seed_is_fresh=False)

    def with_epoch(self, epoch: int, texts: bool = False) -> Self:
        checked = check_epoch(epoch)
        return self._with(self.seed, checked if texts else 0)

    def _with(self, seed: int, epoch: int, **changes: Any) -> Self:
        stream, permutation = self._decided(seed, epoch)
        return copy_with(self, seed=seed, epoch=epoch, _stream=stream, _permutation=permutation, **changes)

    def describe(self) -> dict[str, Any]:
        # As the list of labels that it makes: these are what a saved folder holds.
        return {"text": {"labels": {"count": len(self), "sha256": texts_digest(labels_of(self))}}}

    def __repr__(self) -> str:
        weighted = "" if self._ends is None else ", weights=..."
        if self.balance is not None:
            weighted = f", balance={self.balance!r}"
        return (
            f"SampledNlpDataset({self.given!r}, size={self.size}, seed={self.seed}, repetition={self.repetition}"
            f"{weighted})"
        )
