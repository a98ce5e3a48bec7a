"""The deterministic automaton of a pattern as tables; it unranks whole arrays of rows to code points and matches texts.

`construction.build` makes it; `patterns.Pattern` is its public interface.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mygenerator import twins

END_STATE = 0
END_CODE = 0
_NS_A_CODE = 40
_NOWHERE = -1
"""Means that there is no state."""


@dataclass(frozen=True)
class Automaton:
    """Edges sorted by state and, within a state, by character; `first_edge` (states + 1,) says where each begins.

    If a string can end in a state, that state has an edge with the character code 0 to a state that leads to itself by
    code 0. So the strings of the automaton are those of the pattern padded with zeros, as numpy stores text, and
    the end of a string is not a special case.

    `before` counts the strings of the state that come before the edge's, `behind` those from its target on: uint64, or
    Python integers (dtype object) if the count is 2**64 or more.
    """

    count: int
    min_length: int
    max_length: int
    root: int
    first_edge: np.ndarray
    low: np.ndarray
    high: np.ndarray
    target: np.ndarray
    before: np.ndarray
    behind: np.ndarray

    def codes(self, ranks: np.ndarray) -> np.ndarray:
        """The code points of the strings with the given ranks.

        Parameters
        ----------
        ranks : array (N,) in [0, count), of the dtype of `before`

        Returns
        -------
        uint32 array (N, max_length), C-contiguous, padded with zeros
        """
        if len(ranks) == 1:
            return np.array([self._codes_of(ranks.item())], "<u4")
        if self.before.dtype == np.uint64:
            twin = twins.load("mygenerator.text.patterns.automaton_numba", _NS_A_CODE * len(ranks) * self.max_length)
            if twin is not None:
                found = np.empty((len(ranks), self.max_length), np.uint32)
                twin.codes(ranks, self.root, *self._tables, found)
                return found.astype("<u4", copy=False)
        codes = np.empty((self.max_length, len(ranks)), "<u4")
        state = np.full(len(ranks), self.root, np.intp)
        for position in range(self.max_length):
            edge = self._edge_of(state, ranks)
            ranks = ranks - self.before[edge]
            behind = self.behind[edge]
            codes[position] = self.low[edge] + ranks // behind
            ranks = ranks % behind
            state = self.target[edge]
        return np.ascontiguousarray(codes.T)

    def _codes_of(self, rank: int) -> list[int]:
        """The code points of one string: `codes` in Python's integers, which one rank goes through faster."""
        first_edge, low, target, before, behind = self._lists
        state, found = self.root, []
        for _ in range(self.max_length):
            edge = bisect_right(before, rank, first_edge[state], first_edge[state + 1]) - 1
            more, rank = divmod(rank - before[edge], behind[edge])
            found.append(low[edge] + more)
            state = target[edge]
        return found

    @cached_property
    def _lists(self) -> tuple[list[int], ...]:
        """The tables as Python's integers."""
        return tuple(table.tolist() for table in (self.first_edge, self.low, self.target, self.before, self.behind))

    @cached_property
    def _tables(self) -> tuple[np.ndarray, ...]:
        """The tables that the twin reads, in its types."""
        tables = (self.first_edge, self.low, self.target, self.before, self.behind)
        dtypes = (np.int64, np.uint32, np.int64, np.uint64, np.uint64)
        return tuple(np.ascontiguousarray(table, dtype) for table, dtype in zip(tables, dtypes, strict=True))

    def _edge_of(self, state: np.ndarray, ranks: np.ndarray) -> np.ndarray:
        """The last edge of each row's state with `before` <= rank: a binary search in all rows at once."""
        lowest, highest = self.first_edge[state], self.first_edge[state + 1] - 1
        for _ in range(int((highest - lowest).max(initial=0)).bit_length()):
            middle = (lowest + highest + 1) >> 1
            right = self.before[middle] <= ranks
            lowest, highest = np.where(right, middle, lowest), np.where(right, highest, middle - 1)
        return lowest

    def accepts(self, text: str) -> bool:
        """Whether the text is one of the strings."""
        state = self.root
        for character in text:
            after = self.after(state, character)
            if after is None:
                return False
            state = after
        return self.can_end(state)

    def after(self, state: int, character: str) -> int | None:
        """The state to which a character leads from a state; None if no string goes on with it there."""
        moves = self._moves
        after = moves.get((state, character))
        if after is None:
            after = moves[state, character] = self._move(state, ord(character))
        return None if after == _NOWHERE else after

    def can_end(self, state: int) -> bool:
        """Whether a string can end in a state."""
        return bool(self.low[self.first_edge[state]] == END_CODE)

    @cached_property
    def _moves(self) -> dict[tuple[int, str], int]:
        """A cache of the states that characters lead to: one pattern's texts need only a few."""
        return {}

    def _move(self, state: int, code: int) -> int:
        first = self.first_edge[state]
        edge = bisect_right(self.low, code, first, self.first_edge[state + 1]) - 1
        return _NOWHERE if code == END_CODE or edge < first or code > self.high[edge] else int(self.target[edge])

    @property
    def characters(self) -> str:
        """All characters that occur in a string, sorted."""
        spans = set(zip(self.low.tolist(), self.high.tolist(), strict=True)) - {(END_CODE, END_CODE)}
        return "".join(map(chr, sorted({code for low, high in spans for code in range(low, high + 1)})))
