"""Wrapped strips: digits in several lines where a width cannot hold them, each line a strip by itself.

It decides which glyph is in which line, hands the lines to `Strip`, and sets what comes back one below the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from mygenerator.errors import InputError, counted
from mygenerator.rng import Stream
from mygenerator.strip.extent import GlyphExtent
from mygenerator.strip.layout import least_height, span_of_lengths, width_limits
from mygenerator.strip.spacing import Gaps
from mygenerator.strip.strip import Draws, Strip

MIN_LINE_PX = 8
"""The lowest line, as of any strip."""

Widths = list[tuple[int, int | None]]
"""Ranges of widths in pixels, ascending, both ends included; None: no limit."""


@dataclass(frozen=True)
class WrappedStrip:
    """How glyphs become a strip of up to some lines.

    Attributes
    ----------
    line : Strip
        How the glyphs of one line become that line.
    height : int
        Of the whole image, in pixels.
    most : int
        The most lines that an image has room for, 2 or more.
    gap : int
        Blank rows between two lines.
    """

    line: Strip
    height: int
    most: int
    gap: int

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the image in pixels."""
        return self.height, self.line.size[1]

    @property
    def spaces(self) -> Gaps:
        """How gaps are drawn."""
        return self.line.spaces

    def check_room(self, lengths: tuple[int, int], extent: GlyphExtent, width_name: str) -> None:
        """Raise InputError unless every line of `lengths` glyphs (fewest, most) always fits, whatever is drawn.

        Parameters
        ----------
        lengths : (int, int)
            All lengths from the first to the second can occur.
        extent : GlyphExtent
        width_name : str
            What messages call the width.
        """
        sizing, high, width = self.line.sizing, self.spaces.high, self.size[1]
        held = widths_that_hold(sizing, high, lengths, extent.widest, self.most)
        what = f"with gaps of up to {high} pixels and sizing {sizing!r}"
        if not held:
            raise InputError(
                f"no image width suits labels of {span_of_lengths(lengths)} in up to {self.most} lines {what}",
                do="allow more lines, split the labels by length, or use sizing 'pad'",
            )
        if not any(low <= width and (most is None or width <= most) for low, most in held):
            raise InputError(
                f"{width_name} {width} cannot hold {span_of_lengths(lengths)} in up to {self.most} lines {what}",
                allowed=_nearest(held, width),
            )
        if sizing == "pad" and (least := least_height(extent)) > self.line.size[0]:
            raise InputError(
                f"image_height {self.height} would cut off glyphs, which sizing 'pad' leaves at their own size: a line "
                f"is {self.line.size[0]} pixels high",
                allowed=f"{self.most * least + (self.most - 1) * self.gap} pixels or more",
                do="or wrap to fewer lines",
            )

    def nothing(self) -> dict[str, Any]:
        """The fields of a Batch without strips."""
        made = self.line.nothing()
        return made | {"images": np.empty((0, *self.size), np.uint8), "lines": np.empty((0, self.most, 2), np.int32)}

    def make(
        self,
        images: np.ndarray,
        ink: np.ndarray,
        ids: np.ndarray,
        index: np.ndarray,
        tall: np.ndarray,
        rng: Stream,
        maps: np.ndarray | None = None,
        widest: int = 0,
    ) -> dict[str, Any]:
        """Draw the gaps, break the glyphs into lines, lay each line out and render it.

        Parameters
        ----------
        images, ink, ids, index, tall, rng, maps : see `Strip.make`
        widest : int
            Ink width in pixels of the widest usable glyph, by which `pad` breaks lines.

        Returns
        -------
        dict
            The fields of a Batch of strips: kind, images, paper, boxes, gaps, margins, lines.
        """
        if not index.size:
            return self.nothing()
        lines = self._lines((ids >= 0).sum(axis=1), index, widest)
        sample, number = np.nonzero(lines[:, :, 0] >= 0)
        first, end = lines[sample, number].T
        # Where the glyphs of each line are among those of its sample, (M, C); -1 after its last.
        place = first[:, None] + np.arange(int((end - first).max(initial=0)))
        place = np.where(place < end[:, None], place, -1)
        gaps = self.spaces.draw(rng, index, ids.shape[1])[0]
        drawn = Draws(
            gaps[sample[:, None], np.maximum(place[:, 1:], 1) - 1] if place.shape[1] > 1 else gaps[sample, :0],
            align_bits=self.line.align_bits(rng, index[sample], number),
        )
        of_line = np.where(place >= 0, ids[sample[:, None], place], -1)
        made = self.line.made(images, ink, of_line, index[sample], tall[sample[:, None], place], drawn, maps)
        tops = self._tops((lines[:, :, 0] >= 0).sum(axis=1))
        return {
            **made,
            "images": self._one_below_the_other(made["images"], tops, sample, number),
            **_of_samples(made, ids.shape, place, sample, tops[sample, number]),
            "lines": lines,
        }

    def _lines(self, lengths: np.ndarray, index: np.ndarray, widest: int) -> np.ndarray:
        """The first glyph of each line and the one after its last, for samples of `lengths` glyphs: int32 (N, K, 2)."""
        held = glyphs_a_line(self.line.sizing, self.size[1], self.spaces.high, widest)
        count = -(-lengths // max(held, 1))
        if held < 1 or (count > self.most).any():
            # Facts that are right rule this out before anything is made; a user's own step can state wrong ones.
            row = int(np.argmax(count))
            raise InputError(
                f"{counted(int(lengths[row]), 'glyph')} do not fit into {self.most} lines of {self.size[1]} pixels",
                where=f"sample {index[row]}",
                do="state larger labels or glyphs in the facts of your own steps and data sets (label_lengths, reach), "
                "so that this is found before anything is made",
            )
        return broken(lengths, count, self.most)

    def _tops(self, count: np.ndarray) -> np.ndarray:
        """The first row of each line for images of `count` lines: int64 (N, K), of no meaning for missing lines."""
        high = self.line.size[0]
        block = count * high + (count - 1) * self.gap
        return (self.height - block)[:, None] // 2 + np.arange(self.most) * (high + self.gap)

    def _one_below_the_other(
        self, made: np.ndarray, tops: np.ndarray, sample: np.ndarray, number: np.ndarray
    ) -> np.ndarray:
        """The images of N samples from those of their lines, uint8 (M, h, W); each line is `number` of its `sample`."""
        whole = np.full((len(tops), *self.size), self.line.paper, np.uint8)
        top = tops[sample, number]
        for each in np.unique(top).tolist():
            here = top == each
            whole[sample[here], each : each + self.line.size[0]] = made[here]
        return whole


def glyphs_a_line(sizing: str, width: int, high: int, widest: int) -> int:
    """How many glyphs a line holds, whatever gaps are drawn.

    Parameters
    ----------
    sizing : {"fill", "equal", "pad"}
    width, high : int
        The line's width and the largest gap, in pixels.
    widest : int
        Ink width in pixels of the widest usable glyph (for `pad`).

    Examples
    --------
    >>> glyphs_a_line("pad", 100, 10, 20), glyphs_a_line("pad", 109, 10, 20), glyphs_a_line("pad", 110, 10, 20)
    (3, 3, 4)
    """
    return (width + high) // (width_limits(sizing, (0, high), (1, 1), widest)[0] + high)


def broken(lengths: np.ndarray, count: np.ndarray, most: int) -> np.ndarray:
    """Labels of `lengths` glyphs in `count` lines each, as even as they can be, the first ones the longer.

    Parameters
    ----------
    lengths, count : int (N,)
        `count` is at most `most`, and at most the length.
    most : int

    Returns
    -------
    int32 (N, most, 2)
        For each line its first glyph and the one after its last; -1 for missing lines.

    Examples
    --------
    >>> broken(np.array([11, 3]), np.array([3, 1]), 3).tolist()
    [[[0, 4], [4, 8], [8, 11]], [[0, 3], [-1, -1], [-1, -1]]]
    """
    line, count, lengths = np.arange(most + 1), count[:, None], lengths[:, None]
    least, longer = lengths // count, lengths % count
    starts = line * least + np.minimum(line, longer)
    there = line[:-1] < count
    return np.where(there[:, :, None], np.stack([starts[:, :-1], starts[:, 1:]], axis=2), -1).astype(np.int32)


def widths_that_hold(sizing: str, high: int, lengths: tuple[int, int], widest: int, most: int) -> Widths:
    """All widths in which every label of `lengths` glyphs (fewest, most) fits into `most` lines, whatever is drawn.

    How many glyphs a line holds, and so how short the shortest line is, changes from width to width. Short lines limit
    a width under `fill` and `equal`: the ranges can leave gaps.

    Parameters
    ----------
    sizing, high, widest : see `glyphs_a_line`
    lengths : (int, int)
    most : int

    Examples
    --------
    >>> widths_that_hold("fill", 10, (8, 11), 20, 3)
    [(38, 1670)]
    >>> widths_that_hold("fill", 300, (3, 3), 20, 2)
    [(606, 1200)]
    """
    shortest, longest = lengths
    labels = np.arange(shortest, longest + 1)
    ranges: Widths = []
    for held in range(-(-longest // most), longest + 1):
        low = width_limits(sizing, (0, high), (held, held), widest)[0]
        least = int((labels // -(-labels // held)).min())
        limit = width_limits(sizing, (0, high), (least, least), widest)[1]
        if held < longest:
            before_next = width_limits(sizing, (0, high), (held + 1, held + 1), widest)[0] - 1
            limit = before_next if limit is None else min(limit, before_next)
        if limit is None or low <= limit:
            if ranges and ranges[-1][1] == low - 1:
                low = ranges.pop()[0]
            ranges.append((low, limit))
    return ranges


def _nearest(ranges: Widths, width: int) -> str:
    """The possible widths that are nearest to one that is not."""
    below = [(low, high) for low, high in ranges if high is not None and high < width]
    above = [(low, high) for low, high in ranges if low > width]
    spans = [*below[-1:], *above[:1]]
    return " or ".join(
        f"{low} to {high} pixels" if high is not None else f"{low} pixels or more" for low, high in spans
    )


def _of_samples(
    made: dict[str, Any], shape: Sequence[int], place: np.ndarray, sample: np.ndarray, top: np.ndarray
) -> dict[str, np.ndarray]:
    """Boxes and gaps of N samples of up to L glyphs, from those of their lines; a gap is -1 where a line ends."""
    count, longest = shape
    boxes = np.full((count, longest, 4), -1, np.int32)
    gaps = np.full((count, max(longest - 1, 0)), -1, np.int32)
    line, glyph = np.nonzero(place >= 0)
    down = np.stack([np.zeros_like(top), top], axis=1)
    boxes[sample[line], place[line, glyph]] = made["boxes"][line, glyph] + np.tile(down, 2)[line]
    line, glyph = np.nonzero(place[:, 1:] >= 0)
    gaps[sample[line], place[line, glyph]] = made["gaps"][line, glyph]
    return {"boxes": boxes, "gaps": gaps}
