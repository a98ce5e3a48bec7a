"""How wide the gaps and margins of a strip are: what is drawn, from which streams, and within which ranges.

It comes before `layout.py`, which puts the glyphs where these widths leave room for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from mygenerator.rng import Stream

Spacing = Literal["uniform", "fixed"]
Where = Literal["between", "edges"]
SIDES = ("left", "right")

# The smallest and the largest left margin, and the smallest and the largest right one, in pixels.
Ranges = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Gaps:
    """How the gaps and margins of a strip are drawn.

    Attributes
    ----------
    low, high : int
        Smallest and largest width in pixels, of gaps and of the margins that are drawn.
    spacing : {"uniform", "fixed"}
        Whether each width is drawn by itself, or one for the whole strip.
    where : {"between", "edges"}
        Whether only the gaps between glyphs are drawn, or both margins too.
    """

    low: int
    high: int
    spacing: str = "uniform"
    where: str = "between"

    @property
    def has_margins(self) -> bool:
        """Whether margins are drawn."""
        return self.where == "edges"

    @property
    def is_one(self) -> bool:
        """Whether one width is drawn for the whole strip."""
        return self.spacing == "fixed"

    def stream_names(self, name: str) -> tuple[str, ...]:
        """The streams that a step called `name` draws from: its own first, then those of other than plain gaps."""
        if self.is_one:
            return name, f"{name}/gap"
        return (name, f"{name}/margins") if self.has_margins else (name,)

    def draw(self, rng: Stream, index: np.ndarray, glyphs: int) -> tuple[np.ndarray, np.ndarray | None]:
        """The widths for some samples, each a function of its index alone.

        Parameters
        ----------
        rng : Stream
            That of the step's own name.
        index : int64 (N,)
        glyphs : int
            The number L of glyphs in the longest label.

        Returns
        -------
        gaps : int64 (N, max(L - 1, 0))
        margins : int64 (N, 2) or None
            Left and right; None if none are drawn.
        """
        between, names = max(glyphs - 1, 0), self.stream_names(rng.step)
        if self.is_one:
            one = rng.named(names[1]).integers(index, 0, low=self.low, high=self.high)[:, None]
            return np.repeat(one, between, axis=1), np.repeat(one, 2, axis=1) if self.has_margins else None
        gaps = rng.integers(index[:, None], np.arange(between), low=self.low, high=self.high)
        if not self.has_margins:
            return gaps, None
        return gaps, rng.named(names[1]).integers(index[:, None], np.arange(2), low=self.low, high=self.high)

    def margin_ranges(self, sizing: str, align: str, width: int) -> Ranges | None:
        """Within which ranges the margins of a strip of `width` pixels are; None if none are drawn.

        They are those of the draw, but under `pad` a side that takes what is left over can be wider.

        >>> Gaps(2, 9, where="edges").margin_ranges("pad", "left", 300)
        ((2, 9), (2, 300))
        """
        if not self.has_margins:
            return None
        wider = {"left": (False, True), "right": (True, False)}.get(align, (True, True))
        left, right = ((self.low, width if sizing == "pad" and is_wider else self.high) for is_wider in wider)
        return left, right


def widths_drawn(glyphs: int, where: str) -> int:
    """How many gaps a strip of so many glyphs has, with both margins if they are drawn.

    >>> widths_drawn(5, "between"), widths_drawn(5, "edges")
    (4, 6)
    """
    return glyphs + (1 if where == "edges" else -1)


def margins_of(boxes: np.ndarray, width: int) -> np.ndarray:
    """The columns to the left of the first box and to the right of the last: int32 (N, 2).

    Parameters
    ----------
    boxes : int32 (N, L, 4)
        L is at least 1; -1 in missing places.
    width : int
        The strip's, in pixels.
    """
    return np.stack([boxes[:, 0, 0], width - boxes[:, :, 2].max(axis=1)], axis=1).astype(np.int32)
