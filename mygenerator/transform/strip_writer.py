"""What the steps that write strips have in common: their size, their gaps, and what can be promised of both."""

from __future__ import annotations

from typing import Annotated, ClassVar

from mygenerator.parameters import Whole, check_spacing_range
from mygenerator.strip import layout
from mygenerator.strip.layout import Align, Sizing
from mygenerator.strip.strip import Strip

Width = Annotated[int, Whole(1, 1_000_000)]  # the widest that a PNG file is written
Height = Annotated[int, Whole(8, 128)]


class StripWriter:
    """What a step that writes strips says of them, from its parameters; to be mixed into a Transform."""

    gives = "strip"
    gap_parameter: ClassVar[str]
    """What it calls the range of its gaps."""
    width_parameter: ClassVar[str]
    """What it calls the width of the strip."""
    sizing: Sizing
    image_height: int
    align: Align
    invert: bool

    @property
    def strip(self) -> Strip:
        """How it writes."""
        # Python's integers: products of numpy's small ones overflow.
        size = (int(self.image_height), int(getattr(self, self.width_parameter)))
        gap_range = check_spacing_range(getattr(self, self.gap_parameter))
        return Strip(gap_range, size, self.sizing, self.align, bool(self.invert))

    def check_room(self, lengths: tuple[int, int], extent: layout.GlyphExtent) -> None:
        """Raise InputError unless every strip of so many glyphs, at least and at most, fits, whatever is drawn."""
        strip = self.strip
        height, width = strip.size
        layout.check_feasible(strip.sizing, width, height, strip.gap_range, lengths, extent, self.width_parameter)

    def keeps_gaps(self, promised: bool) -> bool:
        """See Transform: where whole strips are resized, gaps are too."""
        del promised
        return self.sizing != "resize"

    def gap_range_after(self, gap_range: tuple[int, int] | None) -> tuple[int, int] | None:
        """See Transform: its own range."""
        del gap_range
        return self.strip.gap_range if self.sizing != "resize" else None

    def keeps_boxes(self, recorded: bool) -> bool:
        """See Transform: it records them itself."""
        del recorded
        return True

    def shape_after(self, shape: tuple[int, int] | None) -> tuple[int, int]:
        """See Transform: its own size."""
        del shape
        return self.strip.size
