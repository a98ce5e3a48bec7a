"""ValidatePadding: checks while samples are made that gaps and margins, measured from pixels, are as promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.errors import GapError, InputError
from mygenerator.parameters import GapRange, check_spacing_range
from mygenerator.rng import Stream
from mygenerator.strip.bands import lines_alone, rows_of_lines
from mygenerator.strip.measure import column_runs, columns_of_boxes, ink_columns, measured_gaps, measured_margins
from mygenerator.strip.spacing import SIDES, Ranges
from mygenerator.transform.base import Transform


class ValidatePadding(Transform):
    """Measures the gaps of every strip from its pixels; hands strips on unchanged and never drops one.

    If boxes were recorded, the columns with ink also have to be exactly those of the boxes. If margins were drawn, they
    are measured too, and have to be within the range that they were drawn from. If texts are wrapped, this is so for
    each line, and the rows between two lines have to be pure paper.

    Parameters
    ----------
    spacing_range : (int, int)
        Smallest and largest gap allowed, in pixels.

    Raises
    ------
    GapError
        While samples are made; the message names the sample's index, the gap or the margin, what was measured and what
        is allowed.
    InputError
        From `fit`: if the range does not hold every gap that can be drawn. From `fit` and `Pipeline`: after a step that
        promises no gaps (`sizing="resize"`).
    """

    takes = ("strip",)
    keeps = ("boxes", "gaps")
    margin_ranges_: Ranges | None = None
    """Within which ranges the margins of the data set are that it was fitted on; None if none were drawn."""

    def __init__(self, spacing_range: GapRange = (1, 10)):
        self.spacing_range = spacing_range

    def check(self, ds: Dataset) -> None:
        low, high = check_spacing_range(self.spacing_range)
        drawn_low, drawn_high = ds.facts.gap_range or (low, high)
        if not low <= drawn_low <= drawn_high <= high:
            raise InputError(
                f"spacing_range is {low} to {high}, but gaps of {drawn_low} to {drawn_high} pixels are drawn",
                allowed="a range that holds all that are drawn",
            )
        self.margin_ranges_ = ds.facts.margin_ranges

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls((0, 12))]

    def follow(self, kinds: Iterable[str], before: object, without_gaps: object = None) -> None:
        super().follow(kinds, before)
        if without_gaps is not None:
            raise InputError(
                f"{self!r} cannot follow {without_gaps!r}, which promises no gaps",
                do="put it right after TextToImage, with sizing 'fill', 'equal' or 'pad'",
            )

    def run(self, batch: Batch, rng: Stream) -> Batch:
        allowed = check_spacing_range(self.spacing_range)
        if batch.boxes is not None and batch.lines is not None:
            _check_lines(batch, batch.boxes, batch.lines, allowed)
            return batch
        ink = ink_columns(batch.images, batch.paper)
        if batch.boxes is None:
            _check_measured(batch, ink, allowed)
        else:
            _check_recorded(batch, batch.boxes, allowed)
            _check_pixels(batch, ink, batch.boxes, allowed)
        if self.margin_ranges_ is not None:
            _check_margins(batch, measured_margins(ink), self.margin_ranges_)
        return batch


def _check_lines(batch: Batch, boxes: np.ndarray, lines: np.ndarray, allowed: tuple[int, int]) -> None:
    """Raise GapError if a line is not as a strip has to be, or a row that is in no line holds ink."""
    covered = rows_of_lines(boxes, lines)
    row = np.arange(batch.images.shape[1])
    there = (lines[:, :, :1] >= 0) & (row >= covered[:, :, :1]) & (row < covered[:, :, 1:])
    stray = (batch.images != batch.paper).any(axis=2) & ~there.any(axis=1)
    if stray.any():
        sample, where = (int(part[0]) for part in np.nonzero(stray))
        raise GapError(f"row {where} holds ink, but is in no line", where=_where(batch, sample), allowed="pure paper")
    for number, (rows, alone, of_line) in enumerate(lines_alone(batch.images, batch.paper, boxes, lines), start=1):
        names = np.array([f"{label}, line {number}" for label in batch.labels[rows]])
        one = batch.replace(index=batch.index[rows], labels=names, images=alone, boxes=of_line)
        _check_recorded(one, of_line, allowed)
        _check_pixels(one, ink_columns(alone, batch.paper), of_line, allowed)


def _check_margins(batch: Batch, margins: np.ndarray, ranges: Ranges) -> None:
    """Raise GapError if a margin is not within its range, or not the one that was recorded."""
    low, high = np.array(ranges).T
    recorded = margins if batch.margins is None else batch.margins
    wrong = np.argwhere((margins < low) | (margins > high) | (margins != recorded))
    if len(wrong):
        row, side = wrong[0]
        measured, noted = margins[row, side], recorded[row, side]
        what = f"the {SIDES[side]} margin measures {measured} pixels"
        raise GapError(
            what if measured == noted else f"{what}, {noted} recorded",
            where=_where(batch, row),
            allowed=f"margins of {low[side]} to {high[side]} pixels",
        )


def _check_measured(batch: Batch, ink: np.ndarray, allowed: tuple[int, int]) -> None:
    """Raise GapError if a gap between two runs of ink is not within the range."""
    low, high = allowed
    gaps, _ = measured_gaps(ink)
    wrong = np.argwhere((gaps >= 0) & ((gaps < low) | (gaps > high)))
    if len(wrong):
        row, gap = wrong[0]
        raise GapError(
            f"gap {gap + 1} measures {gaps[row, gap]} pixels", where=_where(batch, row), allowed=_span(allowed)
        )


def _check_recorded(batch: Batch, boxes: np.ndarray, allowed: tuple[int, int]) -> None:
    """Raise GapError if a gap between two boxes is not within the range."""
    low, high = allowed
    gaps = boxes[:, 1:, 0] - boxes[:, :-1, 2]
    wrong = np.argwhere((boxes[:, 1:, 0] >= 0) & ((gaps < low) | (gaps > high)))
    if len(wrong):
        row, gap = wrong[0]
        raise GapError(f"gap {gap + 1} is {gaps[row, gap]} pixels", where=_where(batch, row), allowed=_span(allowed))


def _check_pixels(batch: Batch, measured: np.ndarray, boxes: np.ndarray, allowed: tuple[int, int]) -> None:
    """Raise GapError if the columns that hold ink, bool (N, W), are not those that the boxes cover."""
    covered = columns_of_boxes(boxes, measured.shape[1])
    wrong = np.flatnonzero((measured != covered).any(axis=1))
    if wrong.size:
        row = wrong[0]
        found, recorded = (column_runs(each[row : row + 1])[1:] for each in (measured, covered))
        columns = f"ink is in columns {_shown(found)}, the recorded columns are {_shown(recorded)}"
        raise GapError(
            f"{_first_difference(found, recorded)}; {columns}",
            where=_where(batch, row),
            allowed=_span(allowed),
        )


def _first_difference(found: Sequence[np.ndarray], recorded: Sequence[np.ndarray]) -> str:
    """The first difference between two lists of runs, each as (starts, ends), in words."""
    gaps, right = ((starts[1:] - ends[:-1]).tolist() for starts, ends in (found, recorded))
    for number, (gap, expected) in enumerate(zip(gaps, right, strict=False), start=1):
        if gap != expected:
            return f"gap {number} measures {gap} pixels, but {expected} were recorded"
    if len(gaps) != len(right):
        return f"{len(gaps)} gaps are measured, but {len(right)} were recorded"
    return "the ink's outer edges are not those that were recorded"


def _shown(runs: Sequence[np.ndarray]) -> str:
    return ", ".join(f"{start}-{end - 1}" for start, end in zip(*runs, strict=True)) or "none"


def _where(batch: Batch, row: int) -> str:
    return f"sample {batch.index[row]} ({str(batch.labels[row])!r})"


def _span(allowed: tuple[int, int]) -> str:
    return f"gaps of {allowed[0]} to {allowed[1]} pixels"
