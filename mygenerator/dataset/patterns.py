"""Strings of several patterns, mixed by weight; see text.py for those of one pattern."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Annotated, Any, Self

import numpy as np

from mygenerator.dataset.base import copy_with, root_seed
from mygenerator.dataset.labels import MAX_LABEL_LENGTH, Labels
from mygenerator.dataset.text import TextDataset
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.facts import Facts
from mygenerator.parameters import Wholes
from mygenerator.rng import Stream, check_epoch, check_seed
from mygenerator.text.patterns import Pattern
from mygenerator.text.patterns.syntax import shown
from mygenerator.text.permutation import Permutation
from mygenerator.text.turns import Turns

MAX_PATTERNS = 100
_STREAM = "text/patterns"
_WORD = 64


class PatternsNlpDataset(TextDataset):
    """Strings of several patterns, each pattern as often as its weight says; any row is made alone.

    Rows come in blocks. With weights 3 and 1, each block of four rows holds three strings of the first pattern and one
    of the second, in an order that the seed decides. All strings are different, unless `repetition` is asked for.

    Parameters
    ----------
    patterns : sequence of str
        1 to 100 patterns, as `PatternNlpDataset` takes one. No string belongs to two of them, unless `repetition` is
        asked for.
    size : int
        How many rows; without repetition, at most as many as are possible before a pattern has no strings left.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.
    weights : sequence of int, optional
        One for each pattern, at least 1; divided by what they share, up to 1,000 together. By default all are 1.
    repetition : bool
        Whether each row is drawn from all strings of its pattern, so that a string can come again.

    Raises
    ------
    InputError
        If a pattern cannot be used, two share strings, or they have too few; the message names the pattern.

    Examples
    --------
    >>> codes = PatternsNlpDataset(["[0-9]{4}", "[0-9]{5}-[0-9]{4}"], size=4000, seed=5, weights=[3, 1])
    >>> labels = codes.labels()
    >>> len(set(labels.tolist())), sum(len(label) == 4 for label in labels[:400].tolist())
    (4000, 300)
    """

    recipe_names = ("patterns",)

    def __init__(
        self,
        patterns: Annotated[Sequence[str], Labels()],
        size: int,
        seed: int | None = None,
        *,
        weights: Annotated[Sequence[int], Wholes(1)] | None = None,
        repetition: bool = False,
    ):
        if isinstance(patterns, str) or not 1 <= len(patterns) <= MAX_PATTERNS:
            what = repr(patterns) if isinstance(patterns, str) else counted(len(patterns), "pattern")
            raise InputError(f"patterns holds {what}", allowed=f"a list of 1 to {MAX_PATTERNS}")
        self.patterns = [Pattern(pattern) for pattern in patterns]
        self.weights = [1] * len(self.patterns) if weights is None else list(weights)
        if len(self.weights) != len(self.patterns):
            raise InputError(
                f"weights has {len(self.weights)}, and patterns {len(self.patterns)}", allowed="one for each pattern"
            )
        self.size, self.repetition = whole_number("size", size, 1), repetition
        for pattern in self.patterns:
            if pattern.max_length > MAX_LABEL_LENGTH:
                raise InputError(
                    f"pattern {shown(pattern.pattern)} has strings of {pattern.max_length} characters",
                    allowed=f"1 to {MAX_LABEL_LENGTH}",
                )
        self.seed, self.seed_is_fresh = root_seed(seed)
        self._stream, self._turns, self._permutations = self._decided(self.seed, self.epoch)
        if not repetition:
            self._check_room()
            _check_apart(self.patterns)
        self.stream_names = (_STREAM, *(permutation.name for permutation in self._permutations))

    @classmethod
    def examples(cls) -> list[Self]:
        return [
            cls(["[0-9]{3}", "[0-9]{7}", "[a-c]{9}"], 100, seed=1, weights=[2, 4, 1]),
            cls(["[0-9]{20}", "1|2"], 50, seed=1, repetition=True),
        ]

    def _decided(self, seed: int, epoch: int) -> tuple[Stream, Turns, list[Permutation]]:
        """What a seed and an epoch decide."""
        stream = Stream(seed, _STREAM, epoch)
        permutations = [
            Permutation(pattern.count, seed, f"{_STREAM}/{number}", epoch)
            for number, pattern in enumerate(self.patterns)
        ]
        return stream, Turns(self.weights, stream), permutations

    def _check_room(self) -> None:
        """Raise InputError if a pattern has no string left before all rows are made."""
        room = [
            pattern.count // weight * self._turns.block
            for pattern, weight in zip(self.patterns, self._turns.weights.tolist(), strict=True)
        ]
        if self.size > min(room):
            least = self.patterns[int(np.argmin(np.array(room, object)))]
            raise InputError(
                f"{self.size:,} different rows were asked for, but pattern {shown(least.pattern)} has "
                f"{counted(least.count, 'string')}, by its weight enough for {counted(min(room), 'row')}",
                allowed=f"1 to {min(room)}" if min(room) else None,
                do="allow repetition, or have fewer rows of it",
            )

    @property
    def facts(self) -> Facts:
        return replace(super().facts, unique=not self.repetition)

    def __len__(self) -> int:
        return self.size

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        index = np.arange(self.size, dtype=np.int64) if indices is None else self._checked(indices)
        sources, ranks = self._ranks(index)
        texts = np.zeros(len(index), f"<U{self.label_lengths[1]}")
        for number, rows in self._rows_of(sources):
            texts[rows] = self.patterns[number].unrank([ranks[row] for row in rows.tolist()])
        return texts

    def ranks(self, indices: Sequence[int] | np.ndarray) -> list[tuple[int, int]]:
        """The pattern of each of these rows, and the number of its string among all of that pattern, from 0."""
        sources, ranks = self._ranks(self._checked(indices))
        return list(zip(sources.tolist(), ranks, strict=True))

    def _ranks(self, index: np.ndarray) -> tuple[np.ndarray, list[int]]:
        sources, before = self._turns(index)
        ranks = [0] * len(index)
        for number, rows in self._rows_of(sources):
            found = self._drawn(number, index[rows]) if self.repetition else self._permutations[number](before[rows])
            for row, rank in zip(rows.tolist(), found.tolist(), strict=True):
                ranks[row] = rank
        return sources, ranks

    def _rows_of(self, sources: np.ndarray) -> list[tuple[int, np.ndarray]]:
        return [(number, np.flatnonzero(sources == number)) for number in np.unique(sources).tolist()]

    def _drawn(self, number: int, index: np.ndarray) -> np.ndarray:
        """A rank for each of these rows, all of the pattern's equally likely; Python integers.

        It is made from at least 64 more bits than needed, so its bias is at most 2**-64.
        """
        count = self.patterns[number].count
        words = -(-count.bit_length() // _WORD) + 1
        stream = self._stream.named(f"{_STREAM}/{number}")
        bits = np.zeros(len(index), object)
        for word in range(words):
            bits = (bits << _WORD) + stream.bits64(index, 0, word).astype(object)
        return bits * count >> _WORD * words

    @property
    def characters(self) -> str:
        return "".join(sorted({character for pattern in self.patterns for character in pattern.characters}))

    @property
    def label_lengths(self) -> tuple[int, int]:
        return min(one.min_length for one in self.patterns), max(one.max_length for one in self.patterns)

    def with_seed(self, seed: int) -> Self:
        return self._with(check_seed(seed), self.epoch, seed_is_fresh=False)

    def with_epoch(self, epoch: int, texts: bool = False) -> Self:
        checked = check_epoch(epoch)
        return self._with(self.seed, checked if texts else 0)

    def _with(self, seed: int, epoch: int, **changes: Any) -> Self:
        stream, turns, permutations = self._decided(seed, epoch)
        decided = {"_stream": stream, "_turns": turns, "_permutations": permutations}
        return copy_with(self, seed=seed, epoch=epoch, **decided, **changes)

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = {"patterns": [pattern.pattern for pattern in self.patterns]}
        if set(self.weights) != {1}:
            described["weights"] = [int(weight) for weight in self.weights]
        return {"text": {"patterns": described | ({"repetition": True} if self.repetition else {})}}

    def __repr__(self) -> str:
        values = self.describe()["text"]["patterns"]
        more = "".join(f", {name}={values[name]!r}" for name in ("weights", "repetition") if name in values)
        return f"PatternsNlpDataset({values['patterns']!r}, size={self.size}, seed={self.seed}{more})"


def _check_apart(patterns: Sequence[Pattern]) -> None:
    """Raise InputError if a string belongs to two of the patterns."""
    for one, other in combinations(patterns, 2):
        if one.max_length < other.min_length or other.max_length < one.min_length:
            continue
        if not set(one.characters) & set(other.characters):
            continue
        try:
            shared = one.count + other.count - Pattern(f"(?:{one.pattern})|(?:{other.pattern})").count
        except InputError:  # together they are too large to be counted
            shared = 1
        if shared:
            raise InputError(
                f"patterns {shown(one.pattern)} and {shown(other.pattern)} share strings, which could come twice",
                do="make them different, or allow repetition",
            )
