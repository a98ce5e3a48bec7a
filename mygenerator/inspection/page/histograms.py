"""What a page counts: characters, lengths, gaps and glyphs of the samples that it is shown, one after the other.

Memory is bounded, whatever a table holds: at most so many different values are kept, and the rest is counted together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mygenerator.inspection.chosen import Row

MOST_BARS = 48
_MOST_VALUES = 200_000
"""How many different values are told apart."""


@dataclass
class Counts:
    """How often each value was seen; `rest` counts those that came after too many different ones."""

    counter: Counter = field(default_factory=Counter)
    rest: int = 0

    def add(self, values: Iterable[Any]) -> None:
        """Count these values."""
        for value in values:
            if value in self.counter or len(self.counter) < _MOST_VALUES:
                self.counter[value] += 1
            else:
                self.rest += 1

    @property
    def total(self) -> int:
        """How many values were counted."""
        return self.counter.total() + self.rest

    def bars(self) -> list[tuple[str, int]]:
        """A bar for each value, in order; of very many values, those seen most often, and one for the others."""
        most = self.counter.most_common(MOST_BARS)
        bars = sorted((str(value), count) for value, count in most)
        other = self.total - sum(count for _, count in bars)
        return bars + ([("others", other)] if other else [])

    def numbered_bars(self, low: int | None = None, high: int | None = None) -> list[tuple[str, int]]:
        """A bar for each whole number or, of a wide range, for numbers that follow each other; `rest` has none."""
        if not self.counter:
            return []
        low = min(self.counter) if low is None else low
        high = max(self.counter) if high is None else high
        step = -(-(high - low + 1) // MOST_BARS)
        sums = Counter[int]()
        for value, count in self.counter.items():
            sums[(value - low) // step] += count
        starts = ((number, low + number * step) for number in range((high - low) // step + 1))
        return [
            (str(start) if step == 1 else f"{start:,} to {min(start + step - 1, high):,}", sums[number])
            for number, start in starts
        ]


class Histograms:
    """The counts of all rows that were added."""

    def __init__(self) -> None:
        self.rows = 0
        self._characters, self._lengths, self._gaps, self._margins = Counts(), Counts(), Counts(), Counts()
        self._glyphs: dict[str, Counts] = {}

    def add(self, row: Row) -> None:
        """Count one more row."""
        self.rows += 1
        self._characters.add(row.label)
        if row.label:
            self._lengths.add([len(row.label)])
        self._gaps.add(gaps_in_lines(row))
        self._margins.add(row.margins or ())
        for source, glyph in row.glyphs or ():
            self._glyphs.setdefault(source if len(self._glyphs) < MOST_BARS else "others", Counts()).add([glyph])

    @property
    def has_gaps(self) -> bool:
        """Whether any gap was recorded."""
        return self._gaps.total > 0

    def plain(self, measured_gaps: Iterable[int] = ()) -> list[dict[str, Any]]:
        """Title, axis and bars of each histogram, as JSON can hold them; gaps that were measured if none is recorded.

        A histogram without bars comes with a note that says why.
        """
        measured = Counts()
        measured.add(measured_gaps)
        by_measure = not self.has_gaps and measured.total > 0
        gaps = measured if by_measure else self._gaps
        drawn = [
            _histogram("Characters", "character", self._characters.bars(), "no labels are recorded"),
            _histogram(
                "Gaps",
                "width in pixels",
                gaps.numbered_bars(),
                "no gaps are recorded",
                "measured in the samples shown" if by_measure else _mean(gaps),
            ),
            _histogram("Lengths", "characters in a label", self._lengths.numbered_bars(), "no labels are recorded"),
        ]
        if self._margins.total:
            drawn.append(_histogram("Margins", "width in pixels", self._margins.numbered_bars(), ""))
        for source, counts in self._glyphs.items():
            most = max(counts.counter.values())
            told = f"{len(counts.counter):,} different, each up to {most:,} times"
            title = f"Glyphs of {source or 'an unnamed source'}"
            drawn.append(_histogram(title, "row in the source's files", counts.numbered_bars(low=0), "", told))
        if not self._glyphs:
            drawn.append(_histogram("Glyphs", "", [], "no glyphs are recorded"))
        drawn.append(_histogram("Writers", "", [], "no source of glyphs here records who wrote them"))
        return drawn


def gaps_in_lines(row: Row) -> list[int]:
    """The gaps between two glyphs of one line: where a line ends, -1 is recorded."""
    if row.gaps is None:
        return []
    ends = {line[1] - 1 for line in row.lines or ()}
    return [gap for place, gap in enumerate(row.gaps) if place not in ends]


def _mean(counts: Counts) -> str:
    total = counts.counter.total()
    if not total:
        return ""
    return f"{sum(value * count for value, count in counts.counter.items()) / total:.2f} on average"


def _histogram(title: str, axis: str, bars: list[tuple[str, int]], missing: str, told: str = "") -> dict[str, Any]:
    return {"title": title, "axis": axis, "bars": bars, "note": told if bars else missing}
