"""Builds the automaton of a pattern from its tree, and counts the strings from every state on.

The positions of the pattern's characters are the states of a non-deterministic automaton, as in V. M. Glushkov, "The
abstract theory of automata", Russian Math. Surveys 16, 1961; sets of them (Python integers as bit masks) are the states
of the deterministic one. It is unrolled over the depth, since the strings are finite in length. Then, from the end
backwards, equal states are joined, dead ones dropped and the strings from each state on counted.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from mygenerator.errors import InputError
from mygenerator.text.patterns.automaton import END_CODE, END_STATE, Automaton
from mygenerator.text.patterns.syntax import Alternation, CharacterClass, Concatenation, Node, Ranges, Repetition, shown

MAX_POSITIONS = 5_000
"""How many characters a pattern can have once its repetitions are written out."""
MAX_STEPS = 1_000_000
"""How much work building can be, about half a second: a step is a position in a set, or a range in a state."""
_STATE_STEPS = 4
"""The cost of a state besides its ranges."""

_END = 1
"""The set of the one position that follows a whole string."""

_Edge = tuple[int, int, int]
"""The lowest and the highest code point, and the state (or set of positions) to which they lead."""


def build(pattern: str, tree: Node, lengths: Sequence[int]) -> Automaton | None:
    """The automaton of the tree's strings of the given lengths, or None if it has no such string.

    Parameters
    ----------
    pattern : str
        For messages.
    tree : Node
    lengths : whole numbers, sorted

    Raises
    ------
    InputError
        If the pattern goes beyond MAX_POSITIONS or MAX_STEPS.
    """
    positions = _Positions(pattern)
    start = positions.enter(tree, _END)
    levels = _Subsets(pattern, positions).levels(start, lengths[-1])
    return _joined(levels, start, lengths)


class _Positions:
    """The positions of a pattern: which characters each takes, and which positions follow it."""

    def __init__(self, pattern: str):
        self.pattern = pattern
        self.followers = [0]
        self.takers: dict[Ranges, int] = {}

    def enter(self, node: Node, then: int) -> int:
        """The positions where the node's strings begin, if the positions `then` come after it.

        Works from the back, so that what follows a position is known when it is made: finite patterns have no loops.
        """
        match node:
            case CharacterClass(ranges):
                return self.add(ranges, then)
            case Concatenation(parts):
                for part in reversed(parts):
                    then = self.enter(part, then)
                return then
            case Alternation(options):
                first = 0
                for option in options:
                    first |= self.enter(option, then)
                return first
            case Repetition(part, low, high):
                leave = then
                for _ in range(high - low):
                    then = self.enter(part, then) | leave
                for _ in range(low):
                    then = self.enter(part, then)
                return then

    def add(self, ranges: Ranges, then: int) -> int:
        """A new position, as a set of one."""
        if len(self.followers) > MAX_POSITIONS:
            raise InputError(
                f"pattern {shown(self.pattern)} has more than {MAX_POSITIONS:,} characters, repetitions written out",
                do="make it shorter, or give the labels themselves",
            )
        position = 1 << len(self.followers)
        self.followers.append(then)
        self.takers[ranges] = self.takers.get(ranges, 0) | position
        return position


class _Subsets:
    """The subset construction, one depth after another."""

    def __init__(self, pattern: str, positions: _Positions):
        self.pattern = pattern
        self.followers = positions.followers
        self.segments = _segments(positions.takers)
        self.followers_of: dict[int, int] = {}
        self.steps = 0

    def levels(self, start: int, max_length: int) -> list[dict[int, list[_Edge]]]:
        """For every depth, the sets that are reached there and the edges from them to sets one level deeper."""
        levels: list[dict[int, list[_Edge]]] = [{start: []}]
        for depth in range(max_length):
            deeper: dict[int, list[_Edge]] = {}
            for subset, edges in levels[depth].items():
                edges.extend(self.edges(subset))
                deeper.update((reached, []) for _, _, reached in edges)
            if not deeper:
                break
            levels.append(deeper)
        return levels

    def edges(self, subset: int) -> list[_Edge]:
        """The edges that lead from a set of positions, sorted by character."""
        self.count_steps(_STATE_STEPS + len(self.segments))
        found = ((low, high, subset & takers) for low, high, takers in self.segments)
        return [(low, high, self.after(taken)) for low, high, taken in found if taken]

    def after(self, taken: int) -> int:
        """The positions that follow any of those taken."""
        if taken not in self.followers_of:
            self.count_steps(taken.bit_count())
            after = 0
            left = taken
            while left:
                position = left.bit_length() - 1
                after |= self.followers[position]
                left ^= 1 << position
            self.followers_of[taken] = after
        return self.followers_of[taken]

    def count_steps(self, steps: int) -> None:
        """Refuse the pattern once it is too much work."""
        self.steps += steps
        if self.steps > MAX_STEPS:
            raise InputError(
                f"pattern {shown(self.pattern)} takes more than {MAX_STEPS:,} steps to count its strings",
                do="use fewer options and repetitions that can begin alike, or give the labels themselves",
            )


def _segments(takers: dict[Ranges, int]) -> list[_Edge]:
    """The characters cut into ranges that a position takes whole or not at all, each with the positions taking it."""
    bounds = sorted({bound for ranges in takers for low, high in ranges for bound in (low, high + 1)})
    masks = dict.fromkeys(bounds, 0)
    for ranges, positions in takers.items():
        for low, high in ranges:
            for bound in bounds[bisect_right(bounds, low) - 1 : bisect_right(bounds, high)]:
                masks[bound] |= positions
    return [(low, end - 1, masks[low]) for low, end in pairwise(bounds) if masks[low]]


def _joined(levels: list[dict[int, list[_Edge]]], start: int, lengths: Sequence[int]) -> Automaton | None:
    """The automaton of the levels, built from the deepest up: states with equal edges become one."""
    states: dict[tuple[_Edge, ...], int] = {((END_CODE, END_CODE, END_STATE),): END_STATE}
    counts = [1]
    ends = []
    deeper: dict[int, int] = {}
    for depth in reversed(range(len(levels))):
        here: dict[int, int] = {}
        for subset, edges in levels[depth].items():
            can_end = bool(subset & _END) and depth in lengths
            live = _live_edges(edges, deeper, can_end)
            if live and live not in states:
                states[live] = len(states)
                counts.append(sum((high - low + 1) * counts[target] for low, high, target in live))
            if live:
                here[subset] = states[live]
            if can_end:
                ends.append(depth)
        deeper = here
    if start not in deeper:
        return None
    return _tables(list(states), counts, deeper[start], ends)


def _live_edges(edges: list[_Edge], states: dict[int, int], can_end: bool) -> tuple[_Edge, ...]:
    """The edges to sets that lead to an end; neighbouring edges to the same state are joined."""
    live: list[_Edge] = [(END_CODE, END_CODE, END_STATE)] if can_end else []
    for low, high, subset in edges:
        target = states.get(subset)
        if target is None:
            continue
        if live and live[-1][1] + 1 == low and live[-1][2] == target:
            low = live.pop()[0]
        live.append((low, high, target))
    return tuple(live)


def _tables(states: list[tuple[_Edge, ...]], counts: list[int], root: int, ends: list[int]) -> Automaton:
    before: list[int] = []
    for edges in states:
        passed = 0
        for low, high, target in edges:
            before.append(passed)
            passed += (high - low + 1) * counts[target]
    low_codes, high_codes, targets = zip(*(edge for edges in states for edge in edges), strict=True)
    count_type = np.uint64 if counts[root] < 2**64 else object
    return Automaton(
        count=counts[root],
        min_length=min(ends),
        max_length=max(ends),
        root=root,
        first_edge=np.cumsum([0, *map(len, states)]),
        low=np.array(low_codes, np.uint64),
        high=np.array(high_codes, np.uint64),
        target=np.array(targets, np.intp),
        before=np.array(before, count_type),
        behind=np.array([counts[target] for target in targets], count_type),
    )
