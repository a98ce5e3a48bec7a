"""Strip: glyphs put side by side with gaps between them; where they go, then their pixels."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from mygenerator import twins
from mygenerator.batch import codes_of
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.strip import affine, layout, layout_one, raster
from mygenerator.strip.spacing import Gaps, margins_of

_ALIGN_DRAW = 1
_TWIN = "mygenerator.strip.strip_numba"
_NS_A_STRIP = 100_000
_DIGITS = (ord("0"), ord("9"))


@dataclass(frozen=True)
class Draws:
    """What is drawn for N strips of up to L glyphs.

    Attributes
    ----------
    gaps : int64 (N, L - 1)
    margins : int64 (N, 2) or None
    align_bits : int64 (N,) or None
        32 random bits for each strip, for align `random`.
    """

    gaps: np.ndarray
    margins: np.ndarray | None = None
    align_bits: np.ndarray | None = None


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

    @property
    def paper(self) -> int:
        """The grey level of the background."""
        return 0 if self.invert else 255

    def nothing(self) -> dict[str, Any]:
        """The fields of a Batch without strips."""
        boxes, gaps = np.empty((0, 0, 4), np.int32), np.empty((0, 0), np.int32)
        images = np.empty((0, *self.size), np.uint8)
        margins = np.empty((0, 2), np.int32) if self.spaces.has_margins else None
        return {
            "kind": "strip",
            "images": images,
            "paper": self.paper,
            "boxes": boxes,
            "gaps": gaps,
            "margins": margins,
        }

    def align_bits(self, rng: Stream, index: np.ndarray, place: int | np.ndarray) -> np.ndarray | None:
        """The random bits for align `random`; the lines of a strip are at places 0, 1, ..."""
        return rng.bits32(index, place, _ALIGN_DRAW).astype(np.int64) if self.align == "random" else None

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
        drawn = Draws(*self.spaces.draw(rng, index, ids.shape[1]), self.align_bits(rng, index, 0))
        return self.made(images, ink, ids, index, tall, drawn, maps)

    def made(
        self,
        images: np.ndarray,
        ink: np.ndarray,
        ids: np.ndarray,
        index: np.ndarray,
        tall: np.ndarray,
        drawn: Draws,
        maps: np.ndarray | None = None,
    ) -> dict[str, Any]:
        """What `make` makes of what was drawn."""
        gaps_drawn, edges = drawn.gaps, drawn.margins
        outline = None if maps is None else affine.outlines(images, ink, maps)
        sides = ink if outline is None else affine.layout_boxes(ink, outline)
        boxes, gaps = layout.place(
            self.sizing,
            np.where(ids[:, :, None] >= 0, sides[ids], -1),
            gaps_drawn,
            images.shape[1:],
            self.size,
            tall,
            self.align,
            drawn.align_bits,
            edges,
        )
        self._check_places(ids, boxes, index)
        paper = self.paper
        if self.sizing == "resize":
            strips = raster.render_resized(images, ids, gaps_drawn, self.size, paper, edges)
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
        self,
        images: np.ndarray,
        ink: np.ndarray,
        ranges: list[tuple[int, int]],
        index: int,
        tall: list[bool],
        streams: tuple[Stream, Stream],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Choose a glyph for each place of one sample, and make what `make` makes, without maps and with plain gaps.

        It goes by ways that pay for one sample; the draws, pixels, boxes and gaps are the same.

        Parameters
        ----------
        images, ink : see `make`
        ranges : L pairs of integers
            The first image of those to choose from, and how many they are, in each place.
        index : int
            The sample's index.
        tall : L bool
        streams : (Stream, Stream)
            What glyphs and gaps are drawn from.

        Returns
        -------
        strip : uint8 (H, W)
        boxes : int32 (L, 4)
        gaps : int32 (L - 1,)
        ids : int64 (L,)
            The image in each place.
        """
        if self.sizing != "resize" and max(images.shape[1:]) <= raster.MOST_TWIN_PX:
            twin = twins.load(_TWIN, _NS_A_STRIP)
            if twin is not None:
                return self._made_by(twin, images, ink, ranges, index, tall, streams)
        for_glyphs, for_gaps = streams
        ids = _drawn(for_glyphs.bits_of_one(index, len(ranges)), ranges)
        spans = [(self.spaces.low, self.spaces.high - self.spaces.low + 1)] * (len(ids) - 1)
        drawn = _drawn(for_gaps.bits_of_one(index, len(spans)), spans)
        align_bits = int(for_gaps.bits32(index, 0, _ALIGN_DRAW)) if self.align == "random" else None
        sides = ink[ids].tolist()
        canvas = images.shape[1], images.shape[2]
        boxes, gaps = layout_one.place(self.sizing, sides, drawn, canvas, self.size, tall, self.align, align_bits)
        height, width = self.size
        if not all(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height for x0, y0, x1, y1 in boxes):
            self._check_places(np.array([ids]), np.array([boxes]), np.array([index]))
        if self.sizing == "resize":
            between = np.array([drawn], np.int64)
            strip = raster.render_resized(images, np.array([ids]), between, self.size, self.paper)[0]
        else:
            strip = raster.render_one(images, sides, ids, boxes, self.size, self.paper)
        return strip, np.array(boxes, np.int32), np.array(gaps, np.int32), np.array(ids)

    def _made_by(
        self,
        twin: ModuleType,
        images: np.ndarray,
        ink: np.ndarray,
        ranges: list[tuple[int, int]],
        index: int,
        tall: list[bool],
        streams: tuple[Stream, Stream],
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """`make_one` by its twin."""
        count = len(ranges)
        strips, boxes = np.empty((1, *self.size), np.uint8), np.empty((1, count, 4), np.int32)
        gaps, ids = np.empty((1, count - 1), np.int32), np.empty((1, count), np.int64)
        is_inside = twin.make_one(
            np.ascontiguousarray(images).reshape(-1),
            images.shape[1],
            images.shape[2],
            np.ascontiguousarray(ink, np.int16),
            np.array(ranges),
            np.array([tall]),
            index & 0xFFFFFFFF,
            index >> 32 & 0xFFFFFFFF,
            (streams[0].key, streams[1].key),
            self.spaces.low,
            self.spaces.high,
            layout.SIZINGS.index(self.sizing),
            layout.ALIGNS.index(self.align),
            _ALIGN_DRAW,
            self.paper,
            strips,
            boxes,
            gaps,
            ids,
        )
        if not is_inside:
            self._check_places(ids, boxes, np.array([index]))
        return strips[0], boxes[0], gaps[0], ids[0]

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


def _drawn(bits: list[int], spans: list[tuple[int, int]]) -> list[int]:
    """A whole number of each span (start, count), as `Stream.integers` draws it from 32 random bits."""
    return [start + (each * count >> 32) for (start, count), each in zip(spans, bits, strict=True)]


def digits_of(labels: np.ndarray) -> np.ndarray:
    """Which characters of the labels are digits: bool (N, L)."""
    codes = codes_of(labels)
    return (codes >= _DIGITS[0]) & (codes <= _DIGITS[1])
