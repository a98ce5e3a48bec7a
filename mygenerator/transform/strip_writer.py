"""What the steps that write strips have in common: size, gaps, and what can be promised about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Annotated, Any, ClassVar

import numpy as np

from mygenerator.facts import Facts
from mygenerator.parameters import Whole, check_spacing_range
from mygenerator.rng import Stream
from mygenerator.strip import layout
from mygenerator.strip.layout import Align, Sizing
from mygenerator.strip.spacing import Gaps, Spacing, Where
from mygenerator.strip.strip import Strip

Width = Annotated[int, Whole(1, 1_000_000)]  # the widest that a PNG file is written
Height = Annotated[int, Whole(8, 128)]


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

    @property
    def strip(self) -> Strip:
        """The Strip that it writes by: size, gaps, sizing, alignment and colours."""
        gap_range, width = getattr(self, self.gap_parameter), getattr(self, self.width_parameter)
        given = (self.spacing, self.where, width, self.image_height, self.sizing, self.align, self.invert)
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
        (height, width), gap_range = strip.size, (strip.spaces.low, strip.spaces.high)
        layout.check_feasible(strip.sizing, width, height, gap_range, lengths, extent, self.width_parameter, self.where)

    def describe(self) -> dict[str, Any]:
        """The parameters as they are written in a recipe, defaults too, but for the two newest."""
        # Recipes without them are those of earlier releases, whose folders can be gone on with.
        described: dict[str, Any] = super().describe()  # type: ignore[misc]  # pylint: disable=no-member
        for name, default in (("spacing", "uniform"), ("where", "between")):
            if described[name] == default:
                del described[name]
        return described

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
            margin_ranges=spaces.margin_ranges(self.sizing, self.align, strip.size[1]),
            one_gap=True if spaces.is_one else None,
            extent=None,
        )


@lru_cache(maxsize=256)
def _strip(
    gap_range: Sequence[int], spacing: Any, where: Any, width: int, height: int, sizing: str, align: str, invert: bool
) -> Strip:
    """The Strip of a step with these parameters; kept, because every sample that is made alone asks for it."""
    # Python's integers: products of numpy's small ones overflow.
    spaces = Gaps(*check_spacing_range(gap_range), spacing, where)
    return Strip(spaces, (int(height), int(width)), sizing, align, bool(invert))
