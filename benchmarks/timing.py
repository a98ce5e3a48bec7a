"""Contenders take turns, so that whatever else the machine does affects all of them; the results, with their spread."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.goals import GOALS

_TURN_S = 0.1


def nothing() -> None:
    """The preparation of a turn that needs none."""


@dataclass(frozen=True)
class Contender:
    """Something that takes turns with others.

    Parameters
    ----------
    name : str
    turn : callable
        Does the work once. Returns None if it is timed from outside, else the seconds by a clock of its own.
    units : int
        How many images (or whatever the case counts) a turn makes.
    prepare : callable
        Run before each turn, and not timed.
    """

    name: str
    turn: Callable[[], float | None]
    units: int = 1
    prepare: Callable[[], None] = nothing

    def seconds(self, calls: int = 1) -> float:
        """How long `calls` turns take together."""
        total = 0.0
        for _ in range(calls):
            self.prepare()
            start = time.perf_counter()
            own = self.turn()
            total += time.perf_counter() - start if own is None else own
        return total


@dataclass(frozen=True)
class Timing:
    """The seconds per unit of one contender: in its very first turn (cold), and in each round after."""

    name: str
    unit: str
    cold: float
    rounds: list[float]

    @property
    def median(self) -> float:
        """The median of the rounds."""
        return statistics.median(self.rounds)


@dataclass(frozen=True)
class Figure:
    """A result of a case: an amount, or a ratio, which also has the ratio of neighbouring turns, round by round."""

    name: str
    value: float
    rounds: list[float] = field(default_factory=list)

    @property
    def paired(self) -> float | None:
        """The median of the rounds' own values."""
        return statistics.median(self.rounds) if self.rounds else None


@dataclass
class Result:
    """All results of one case; `notes` says how it was set up, `skipped` what could not be run, and why."""

    case: str
    notes: str = ""
    timings: list[Timing] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def timing(self, name: str) -> Timing | None:
        """The timing of the contender of that name."""
        return next((one for one in self.timings if one.name == name), None)

    def ratio(self, name: str, above: str, below: str) -> None:
        """Add the ratio of two contenders as a figure, if both ran."""
        first, second = self.timing(above), self.timing(below)
        if first is not None and second is not None:
            rounds = [one / other for one, other in zip(first.rounds, second.rounds, strict=True)]
            self.figures.append(Figure(name, first.median / second.median, rounds))

    def amount(self, name: str, value: float) -> None:
        """Add an amount as a figure."""
        self.figures.append(Figure(name, value))

    def to_json(self) -> dict[str, Any]:
        """Everything as plain values; times are in seconds per unit."""
        return {
            "case": self.case,
            "notes": self.notes,
            "timings": [
                {**asdict(one), "median": one.median, "quartiles": quartiles(one.rounds)} for one in self.timings
            ],
            "figures": [self._figure_to_json(one) for one in self.figures],
            "skipped": self.skipped,
        }

    def _figure_to_json(self, figure: Figure) -> dict[str, Any]:
        goal = GOALS.get((self.case, figure.name))
        facts: dict[str, Any] = {**asdict(figure), "paired": figure.paired, "quartiles": quartiles(figure.rounds)}
        if goal is not None:
            facts |= {**asdict(goal), "reached": goal.verdict(figure.value)}
        return facts


def quartiles(values: Sequence[float]) -> list[float]:
    """The first and the third quartile; for fewer than four values, the smallest and the largest."""
    if not values:
        return []
    if len(values) < 4:
        return [min(values), max(values)]
    low, _, high = statistics.quantiles(values, n=4, method="inclusive")
    return [low, high]


def take_turns(
    contenders: Sequence[Contender], rounds: int, unit: str = "image", least_s: float = _TURN_S
) -> list[Timing]:
    """Run contenders in turn: A B C, A B C, ...

    Parameters
    ----------
    contenders : sequence of Contender
    rounds : int
        How many turns each has, after a first one that is reported separately.
    unit : str
        What is counted.
    least_s : float
        A turn is repeated until it takes about this many seconds; 0 for no repetition.

    Returns
    -------
    list of Timing
        In the order of the contenders.
    """
    cold = [one.seconds() / one.units for one in contenders]
    calls = [1] * len(contenders)
    if least_s > 0:
        calls = [max(1, round(least_s / max(one.seconds(), 1e-7))) for one in contenders]
    seconds: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for place, one in enumerate(contenders):
            seconds[place].append(one.seconds(calls[place]) / calls[place] / one.units)
    return [Timing(one.name, unit, first, times) for one, first, times in zip(contenders, cold, seconds, strict=True)]
