"""Strips: glyphs set side by side with gaps between; what the steps share that write them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np

from mygenerator import affine, layout, raster
from mygenerator.batch import codes_of
from mygenerator.layout import Align, Sizing
from mygenerator.parameters import Whole, check_spacing_range
from mygenerator.rng import Stream

Width = Annotated[int, Whole(1, 1_000_000)]  # the widest that a PNG file is written
Height = Annotated[int, Whole(8, 128)]

_ALIGN_DRAW = 1
_DIGITS = (ord("0"), ord("9"))


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


@dataclass(frozen=True)
class Strip:
    """How glyphs become a strip.

    Attributes
    ----------
    gap_range : (int, int)
        Smallest and largest gap in pixels.
    size : (int, int)
        Height and width of the strip in pixels.
    sizing, align : str
    invert : bool
        White on black in place of black on white.
    """

    gap_range: tuple[int, int]
    size: tuple[int, int]
    sizing: str
    align: str
    invert: bool

    def nothing(self) -> dict[str, Any]:
        """The fields of a Batch of no strips."""
        boxes, gaps = np.empty((0, 0, 4), np.int32), np.empty((0, 0), np.int32)
        images = np.empty((0, *self.size), np.uint8)
        return {"kind": "strip", "images": images, "paper": 0 if self.invert else 255, "boxes": boxes, "gaps": gaps}

    def make(
        self,
        images: np.ndarray,
        ink: np.ndarray,
        ids: np.ndarray,
        index: np.ndarray,
        tall: np.ndarray,
        rng: Stream,
        maps: np.ndarray | None = None,
    ) -> dict[str, Any]:
        """Draw the gaps, lay the glyphs out and render them.

        Parameters
        ----------
        images : uint8 (K, h, w)
            White ink on black.
        ink : int (K, 4)
            Each one's ink box.
        ids : int (N, L)
            Which image stands where, -1 after a sample's last.
        index : int64 (N,)
            The samples' indices.
        tall : bool (N, L)
            Which glyphs `equal` stretches from top to bottom.
        rng : Stream
            What the gaps are drawn from.
        maps : int32 (K, 2, 2), optional
            The affine maps that the glyphs are drawn under (`Batch.maps`); not with `resize`.

        Returns
        -------
        dict
            The fields of a Batch of strips: kind, images, paper, boxes, gaps.
        """
        low, high = self.gap_range
        drawn = rng.integers(index[:, None], np.arange(max(ids.shape[1] - 1, 0)), low=low, high=high)
        align_bits = rng.bits32(index, 0, _ALIGN_DRAW).astype(np.int64) if self.align == "random" else None
        outline = None if maps is None else affine.outlines(images, ink, maps)
        sides = ink if outline is None else affine.layout_boxes(ink, outline)
        boxes, gaps = layout.place(
            self.sizing,
            np.where(ids[:, :, None] >= 0, sides[ids], -1),
            drawn,
            images.shape[1:],
            self.size,
            tall,
            self.align,
            align_bits,
        )
        paper = 0 if self.invert else 255
        if self.sizing == "resize":
            strips = raster.render_resized(images, ids, drawn, self.size, paper)
        elif maps is None or outline is None:
            strips = raster.render(images, ink, ids, boxes, self.size, paper)
        else:
            strips = affine.render(images, ink, maps, outline, ids, boxes, self.size, paper)
        return {
            "kind": "strip",
            "images": strips,
            "paper": paper,
            "boxes": boxes,
            "gaps": gaps,
        }


def digits_of(labels: np.ndarray) -> np.ndarray:
    """Which characters of the labels are digits: bool (N, L)."""
    codes = codes_of(labels)
    return (codes >= _DIGITS[0]) & (codes <= _DIGITS[1])
