"""Strip: glyphs put side by side with gaps between them; where they go, then their pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from mygenerator.batch import codes_of
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.strip import affine, layout, layout_one, raster
from mygenerator.strip.spacing import Gaps, margins_of

_ALIGN_DRAW = 1
_DIGITS = (ord("0"), ord("9"))


@dataclass(frozen=True)
class Strip:
    """How glyphs become a strip.

    Attributes
    ----------
    spaces : Gaps
        How gaps and margins are drawn.
    size : (int, int)
        Height and width of the strip in pixels.
    sizing, align : str
    invert : bool
        White on black instead of black on white.
    """

    spaces: Gaps
    size: tuple[int, int]
    sizing: str
    align: str
    invert: bool

    def nothing(self) -> dict[str, Any]:
        """The fields of a Batch without strips."""
        boxes, gaps = np.empty((0, 0, 4), np.int32), np.empty((0, 0), np.int32)
        images = np.empty((0, *self.size), np.uint8)
        margins = np.empty((0, 2), np.int32) if self.spaces.has_margins else None
        paper = 0 if self.invert else 255
        return {"kind": "strip", "images": images, "paper": paper, "boxes": boxes, "gaps": gaps, "margins": margins}

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
        """Draw the gaps and margins, lay the glyphs out and render them.

        Parameters
        ----------
        images : uint8 (K, h, w)
            White ink on black.
        ink : int (K, 4)
            The ink box of each image.
        ids : int (N, L)
            The image in each place, -1 after a sample's last.
        index : int64 (N,)
            The samples' indices.
        tall : bool (N, L)
            Which glyphs `equal` stretches from top to bottom.
        rng : Stream
            The stream of the step's own name, from which the gaps are drawn.
        maps : int32 (K, 2, 2), optional
            The affine maps that the glyphs are drawn under (`Batch.maps`); not with `resize`.

        Returns
        -------
        dict
            The fields of a Batch of strips: kind, images, paper, boxes, gaps, margins.
        """
        drawn, edges = self.spaces.draw(rng, index, ids.shape[1])
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
            edges,
        )
        self._check_places(ids, boxes, index)
        paper = 0 if self.invert else 255
        if self.sizing == "resize":
            strips = raster.render_resized(images, ids, drawn, self.size, paper, edges)
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
            # Measured, as gaps are: `pad` adds what is left over, and `resize` scales them.
            "margins": None if edges is None else margins_of(boxes, self.size[1]),
        }

    def make_one(
        self, images: np.ndarray, ink: np.ndarray, ids: list[int], index: int, tall: list[bool], rng: Stream
    ) -> tuple[np.ndarray, list[list[int]], list[int]]:
        """What `make` makes of one sample without maps, by ways that pay for one: the same pixels, boxes and gaps.

        Parameters
        ----------
        images, ink, rng : see `make`
        ids : L integers
            The image in each place, none of them -1.
        index : int
            The sample's index.
        tall : L bool

        Returns
        -------
        strip : uint8 (H, W)
        boxes : L lists of four integers
        gaps : L - 1 integers
        """
        low, spans = self.spaces.low, self.spaces.high - self.spaces.low + 1
        drawn = [low + (bits * spans >> 32) for bits in rng.bits_of_one(index, len(ids) - 1)]
        align_bits = int(rng.bits32(index, 0, _ALIGN_DRAW)) if self.align == "random" else None
        sides = ink[ids].tolist()
        canvas = images.shape[1], images.shape[2]
        boxes, gaps = layout_one.place(self.sizing, sides, drawn, canvas, self.size, tall, self.align, align_bits)
        height, width = self.size
        if not all(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height for x0, y0, x1, y1 in boxes):
            self._check_places(np.array([ids]), np.array([boxes]), np.array([index]))
        paper = 0 if self.invert else 255
        if self.sizing == "resize":
            strip = raster.render_resized(images, np.array([ids]), np.array([drawn], np.int64), self.size, paper)[0]
        else:
            strip = raster.render_one(images, sides, ids, boxes, self.size, paper)
        return strip, boxes, gaps

    def _check_places(self, ids: np.ndarray, boxes: np.ndarray, index: np.ndarray) -> None:
        """Raise InputError if a glyph does not lie on its strip: pixels elsewhere would be written.

        Facts that are right rule this out before anything is made; a user's own step or data set can state wrong ones.
        """
        if not boxes.size:
            return
        height, width = self.size
        # One sample is often made alone, and then numpy's calls take five times as long as a plain loop.
        if len(boxes) == 1 and all(
            glyph < 0 or (0 <= left < right <= width and 0 <= top < bottom <= height)
            for glyph, (left, top, right, bottom) in zip(ids[0].tolist(), boxes[0].tolist(), strict=True)
        ):
            return
        x0, y0, x1, y1 = (boxes[:, :, side] for side in range(4))
        inside = (x0 >= 0) & (y0 >= 0) & (x0 < x1) & (y0 < y1) & (x1 <= width) & (y1 <= height)
        outside = ~inside & (ids >= 0)
        if outside.any():
            row, place = (int(part[0]) for part in np.nonzero(outside))
            raise InputError(
                f"glyph {place + 1} does not fit on a strip of {width} x {height} pixels: its box would be "
                f"{boxes[row, place].tolist()}",
                where=f"sample {index[row]}",
                do="state larger labels or glyphs in the facts of your own steps and data sets (label_lengths, reach), "
                "so that this is found before anything is made",
            )


def digits_of(labels: np.ndarray) -> np.ndarray:
    """Which characters of the labels are digits: bool (N, L)."""
    codes = codes_of(labels)
    return (codes >= _DIGITS[0]) & (codes <= _DIGITS[1])
