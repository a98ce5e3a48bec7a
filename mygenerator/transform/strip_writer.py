"""What the steps that write strips have in common: size, gaps, and what can be promised about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import numpy as np

from mygenerator.errors import InputError, counted
from mygenerator.facts import Facts
from mygenerator.parameters import Whole, check_spacing_range
from mygenerator.rng import Stream
from mygenerator.strip import layout
from mygenerator.strip.layout import Align, Sizing
from mygenerator.strip.spacing import Gaps, Spacing, Where
from mygenerator.strip.strip import Strip
from mygenerator.strip.wrap import MIN_LINE_PX, WrappedStrip

Width = Annotated[int, Whole(1, 1_000_000)]  # the widest that a PNG file is written
Height = Annotated[int, Whole(MIN_LINE_PX, 128)]
Lines = Annotated[int, Whole(1, 16)]
LineGap = Annotated[int, Whole(1, 100)]


class StripWriter:
    """What is known of strips from the parameters of the step that writes them; to be mixed into a Transform."""

    gives = "strip"
    gap_parameter: ClassVar[str]
    """The name of its parameter for the range of gaps."""
    width_parameter: ClassVar[str]
    """The name of its parameter for the width of the strip."""
    sizing: Sizing
    image_height: int
    align: Align
    invert: bool
    spacing: Spacing
    where: Where
    wrap: int
    line_gap: int

    @property
    def strip(self) -> Strip | WrappedStrip:
        """What it writes by: size, gaps, sizing, alignment, colours and lines."""
        gap_range, width = getattr(self, self.gap_parameter), getattr(self, self.width_parameter)
        drawn, lines = (self.spacing, self.where), (self.wrap, self.line_gap)
        given = (*drawn, width, self.image_height, self.sizing, self.align, self.invert, *lines)
        try:
            return _strip(tuple(gap_range) if isinstance(gap_range, list) else gap_range, *given)
        except TypeError:  # a range that has no hash, such as an array
            return _strip.__wrapped__(gap_range, *given)

    def gap_stream(self, name: str) -> str:
        """The stream that gaps are drawn from if the step has this name."""
        return name

    def drawn_spaces(self, rng: Stream, index: np.ndarray, glyphs: int) -> tuple[np.ndarray, np.ndarray | None]:
        """The gaps and margins that are drawn for some samples of up to so many glyphs; see `Gaps.draw`."""
        return self.strip.spaces.draw(rng.named(self.gap_stream(rng.step)), index, glyphs)

    def check_room(self, lengths: tuple[int, int], extent: layout.GlyphExtent) -> None:
        """Raise InputError unless strips of `lengths` glyphs (fewest, most) always fit, whatever is drawn."""
        strip = self.strip
        if isinstance(strip, WrappedStrip):
            strip.check_room(lengths, extent, self.width_parameter)
            return
        (height, width), gap_range = strip.size, (strip.spaces.low, strip.spaces.high)
        layout.check_feasible(strip.sizing, width, height, gap_range, lengths, extent, self.width_parameter, self.where)

    def describe(self) -> dict[str, Any]:
        """The parameters as they are written in a recipe, defaults too, but for the newest."""
        # Recipes without them are those of earlier releases, whose folders can be gone on with.
        described: dict[str, Any] = super().describe()  # type: ignore[misc]  # pylint: disable=no-member
        plain = {"spacing": "uniform", "where": "between", "wrap": 1}
        if self.wrap == 1:
            plain["line_gap"] = self.line_gap
        return {name: value for name, value in described.items() if name not in plain or value != plain[name]}

    def made(
        self,
        images: np.ndarray,
        ink: np.ndarray,
        ids: np.ndarray,
        index: np.ndarray,
        tall: np.ndarray,
        rng: Stream,
        maps: np.ndarray | None = None,
        *,
        widest: int,
    ) -> dict[str, Any]:
        """Strips as `Strip.make` makes them; `widest` is that of the usable glyphs, by which `pad` breaks lines."""
        strip, given = self.strip, (images, ink, ids, index, tall, rng, maps)
        return strip.make(*given, widest) if isinstance(strip, WrappedStrip) else strip.make(*given)

    def strip_facts(self, before: Facts, exact: bool | None) -> Facts:
        """The facts after it; `exact` says whether the gaps between the glyphs it is given can be measured."""
        strip, spaces = self.strip, self.strip.spaces
        return replace(
            before,
            kind="strip",
            image_shape=strip.size,
            paper=0 if self.invert else 255,
            boxes=True,
            # If whole strips are resized, gaps are too.
            gaps=False if self.sizing == "resize" else exact,
            gap_range=(spaces.low, spaces.high),
            most_lines=self.wrap if self.wrap > 1 else None,
            line_gap=self.line_gap if self.wrap > 1 else None,
            margin_ranges=spaces.margin_ranges(self.sizing, self.align, strip.size[1]),
            one_gap=True if spaces.is_one else None,
            extent=None,
        )


@lru_cache(maxsize=256)
def _strip(
    gap_range: Sequence[int],
    spacing: Any,
    where: Any,
    width: int,
    height: int,
    sizing: str,
    align: str,
    invert: bool,
    wrap: int,
    line_gap: int,
) -> Strip | WrappedStrip:
    """What a step with these parameters writes by; kept, because every sample that is made alone asks for it."""
    # Python's integers: products of numpy's small ones overflow.
    spaces, height = Gaps(*check_spacing_range(gap_range), spacing, where), int(height)
    if wrap == 1:
        return Strip(spaces, (height, int(width)), sizing, align, bool(invert))
    wrap, line_gap = int(wrap), int(line_gap)
    if sizing == "resize" or where == "edges":
        if sizing == "resize":
            what, do = "sizing 'resize' squeezes any text into one line", "choose sizing 'fill', 'equal' or 'pad'"
        else:
            what, do = "where 'edges' draws the margins of one line", "choose where 'between'"
        raise InputError(f"{what}, and texts are wrapped to up to {wrap} lines", do=f"{do}, or leave wrap out")
    high = (height - (wrap - 1) * line_gap) // wrap
    if high < MIN_LINE_PX:
        fewer = (height + line_gap) // (MIN_LINE_PX + line_gap)
        raise InputError(
            f"image_height {height} has no room for {wrap} lines of {MIN_LINE_PX} pixels or more, {line_gap} apart",
            allowed=f"{wrap * MIN_LINE_PX + (wrap - 1) * line_gap} pixels or more",
            do=f"or wrap to at most {counted(fewer, 'line')}, or set lines less far apart (line_gap)",
        )
    return WrappedStrip(Strip(spaces, (high, int(width)), sizing, align, bool(invert)), height, wrap, line_gap)
