"""Where every glyph of a strip goes: random draws in, pixel boxes out, in integers only and for whole batches.

It works with sizes and gaps, not pixels; `raster.py` fills the boxes.
"""

from __future__ import annotations

from types import ModuleType
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from mygenerator import twins
from mygenerator.errors import InputError, counted
from mygenerator.strip import layout_one
from mygenerator.strip.extent import MIN_GLYPH_PX as MIN_GLYPH_PX
from mygenerator.strip.extent import GlyphExtent as GlyphExtent
from mygenerator.strip.spacing import widths_drawn

Sizing = Literal["fill", "equal", "pad", "resize"]
Align = Literal["left", "center", "right", "random"]
SIZINGS: tuple[Sizing, ...] = get_args(Sizing)
ALIGNS: tuple[Align, ...] = get_args(Align)
MAX_GLYPH_PX = 200
"""The widest average width in a strip to which `fill` and `equal` stretch glyphs."""
_NS_A_GLYPH = 400


def width_limits(
    sizing: str, spacing_range: tuple[int, int], lengths: tuple[int, int], widest: int, where: str = "between"
) -> tuple[int, int | None]:
    """The smallest and the largest strip width (None: no limit) that can hold every draw.

    Parameters
    ----------
    sizing : one of SIZINGS
    spacing_range : (int, int)
        Smallest and largest gap in pixels.
    lengths : (int, int)
        The number of glyphs in the shortest and the longest label.
    widest : int
        Ink width in pixels of the widest usable glyph (for `pad`).
    where : {"between", "edges"}
        Whether margins are drawn too, from the same range.
    """
    shortest, longest = lengths
    fewest, most = (spacing_range[1] * widths_drawn(glyphs, where) for glyphs in lengths)
    if sizing == "resize":
        return 1, None
    if sizing == "pad":
        return most + longest * widest, None
    return most + longest * MIN_GLYPH_PX, fewest + shortest * MAX_GLYPH_PX


def check_feasible(
    sizing: str,
    width: int,
    height: int,
    spacing_range: tuple[int, int],
    lengths: tuple[int, int],
    extent: GlyphExtent,
    width_name: str = "image_width",
    where: str = "between",
) -> None:
    """Raise InputError unless every strip that could be drawn fits, so that none is redrawn or rejected later.

    Parameters
    ----------
    width, height : int
        The strip's, in pixels.
    spacing_range, lengths : see `width_limits`
    extent : GlyphExtent
    width_name : str
        What messages call the width.
    where : see `width_limits`
    """
    smallest, largest = width_limits(sizing, spacing_range, lengths, extent.widest, where)
    count = span_of_lengths(lengths)
    drawn = "gaps and margins" if where == "edges" else "gaps"
    what = f"with {drawn} of up to {spacing_range[1]} pixels and sizing {sizing!r}"
    if largest is not None and largest < smallest:
        raise InputError(
            f"no image width suits labels of {count} {what}: the longest need at least {smallest} pixels, "
            f"the shortest can be stretched to at most {largest}",
            do="split the labels by length, or use sizing 'pad'",
        )
    if width < smallest or (largest is not None and width > largest):
        span = f"{smallest} to {largest} pixels" if largest is not None else f"{smallest} pixels or more"
        raise InputError(f"{width_name} {width} cannot hold {count} {what}", allowed=span)
    if sizing == "pad" and (least := least_height(extent)) > height:
        raise InputError(
            f"image_height {height} would cut off glyphs, which sizing 'pad' leaves at their own size",
            allowed=f"{least} pixels or more",
        )


def span_of_lengths(lengths: tuple[int, int]) -> str:
    """The lengths of labels, from the shortest to the longest, in words."""
    count = counted(lengths[1], "character")
    return count if lengths[0] == lengths[1] else f"{lengths[0]} to {count}"


def least_height(extent: GlyphExtent) -> int:
    """The lowest strip in pixels that cuts no glyph off under `pad`."""
    return max(extent.canvas_height - 2 * extent.top, 2 * extent.bottom - extent.canvas_height - 1)


def place(
    sizing: str,
    ink: np.ndarray,
    gaps: np.ndarray,
    canvas: tuple[int, int],
    size: tuple[int, int],
    tall: np.ndarray,
    align: str = "center",
    align_bits: np.ndarray | None = None,
    margins: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Decide where the glyphs of N strips go.

    Parameters
    ----------
    sizing : one of SIZINGS
    ink : int (N, L, 4)
        Each glyph's ink box on its own canvas (x0, y0, x1, y1, ends exclusive); all -1 where a label has ended.
    gaps : int (N, L - 1)
        The drawn gaps in pixels; values after a label's end do not matter.
    canvas, size : (int, int)
        Height and width of the glyphs' canvas, and of the strip.
    tall : bool (N, L)
        Which glyphs `equal` stretches to the strip's whole height (digits); others keep their place in the cell.
    align : one of ALIGNS
        For `pad`: where the glyphs are in a strip that is wider than they need.
    align_bits : int64 (N,), optional
        For `pad` with align `random`: 32 random bits for each strip.
    margins : int (N, 2), optional
        The drawn margins in pixels, left and right; 0 by default. `pad` adds what is left over, as `align` says.

    Returns
    -------
    boxes : int32 (N, L, 4)
        Where each glyph's ink box goes in the strip, -1 where a label has ended.
    gaps : int32 (N, L - 1)
        The gaps between the boxes, -1 where there is none. For every sizing but `resize` these are the gaps given.
        For `resize` they are measured, and -1 also means that two boxes share a column.
    """
    if len(ink) == 1 and ink.shape[1] and margins is None:
        return _placed_alone(
            sizing, ink[0].tolist(), gaps[0].tolist(), canvas, size, tall[0].tolist(), align, align_bits
        )
    ink = ink.astype(np.int64)
    if sizing != "resize":
        twin = twins.load("mygenerator.strip.layout_numba", _NS_A_GLYPH * ink.shape[0] * ink.shape[1])
        if twin is not None:
            return _placed(twin, sizing, ink, gaps, (canvas[0], *size), tall, align, align_bits, margins)
    valid = ink[:, :, 2] >= 0
    between = valid[:, 1:]
    gaps = np.where(between, gaps, 0).astype(np.int64)
    height, width = size
    edges = np.zeros((len(ink), 2), np.int64) if margins is None else margins
    if sizing == "resize":
        boxes = _resized_boxes(ink, valid, gaps, canvas, size, edges)
    else:
        ink_width = np.where(valid, ink[:, :, 2] - ink[:, :, 0], 0)
        room = width - gaps.sum(axis=1) - edges.sum(axis=1)
        if sizing == "fill":
            widths, rows = _apportion(ink_width, room, valid), _filled_rows(ink, ink_width, room, canvas[0], height)
        elif sizing == "equal":
            widths, rows = _equal_widths(room, valid), _equal_rows(ink, tall, valid, canvas[0], height)
        else:
            widths, rows = ink_width, ink[:, :, 1::2] + (height - canvas[0]) // 2
        first = edges[:, 0] + _left_over(room - widths.sum(axis=1), align, align_bits)
        left = first[:, None] + np.cumsum(widths, axis=1) - widths
        left[:, 1:] += np.cumsum(gaps, axis=1)
        boxes = np.stack([left, rows[:, :, 0], left + widths, rows[:, :, 1]], axis=2)
    boxes[~valid] = -1
    if sizing == "resize":
        gaps = boxes[:, 1:, 0] - boxes[:, :-1, 2]
    return boxes.astype(np.int32), np.where(between, gaps, -1).astype(np.int32)


def _placed_alone(
    sizing: str,
    ink: list[list[int]],
    gaps: list[int],
    canvas: tuple[int, int],
    size: tuple[int, int],
    tall: list[bool],
    align: str,
    align_bits: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """`place` for one strip, by layout_one.py."""
    count = sum(box[2] >= 0 for box in ink)
    bits = None if align_bits is None else int(align_bits[0])
    boxes, between = layout_one.place(sizing, ink[:count], gaps[: count - 1], canvas, size, tall[:count], align, bits)
    ended = len(ink) - count
    boxes += [[-1] * 4] * ended
    return np.array([boxes], np.int32), np.array([between + [-1] * ended], np.int32)


def _placed(
    twin: ModuleType,
    sizing: str,
    ink: np.ndarray,
    gaps: np.ndarray,
    sizes: tuple[int, int, int],
    tall: np.ndarray,
    align: str,
    align_bits: np.ndarray | None,
    margins: np.ndarray | None,
) -> tuple[np.ndarray, np.ndarray]:
    """`place` by its twin; `sizes` are the heights of the canvas and the strip, and the strip's width."""
    drawn = np.ascontiguousarray(gaps, np.int64)
    bits = np.zeros(len(ink), np.int64) if align_bits is None else np.ascontiguousarray(align_bits, np.int64)
    edges = np.zeros((len(ink), 2), np.int64) if margins is None else np.ascontiguousarray(margins, np.int64)
    boxes, kept = np.empty(ink.shape, np.int32), np.empty(drawn.shape, np.int32)
    names = {"fill": twin.FILL, "equal": twin.EQUAL, "pad": twin.PAD}
    how = ALIGNS.index(align)
    twin.place(names[sizing], ink, drawn, edges, *sizes, np.ascontiguousarray(tall), how, bits, boxes, kept)
    return boxes, kept


def _left_over(slack: np.ndarray, align: str, align_bits: np.ndarray | None) -> np.ndarray:
    """How many of the `slack` columns go to the left of the first glyph: (N,)."""
    if align == "random" and align_bits is not None:
        return ((slack + 1) * align_bits) >> 32
    return {"left": 0 * slack, "center": slack // 2, "right": slack}[align]


def natural_lefts(
    gaps: np.ndarray, valid: np.ndarray, cell_width: int, margins: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where whole cells are, side by side, before `resize` scales the strip.

    Parameters
    ----------
    gaps : int (N, L - 1), 0 after a label's end
    valid : bool (N, L)
    cell_width : int
    margins : int (N, 2)
        Left and right.

    Returns
    -------
    lefts : int64 (N, L)
        The first column of each cell.
    totals : int64 (N,)
        The width of the strip before it is resized.
    """
    lefts = np.broadcast_to(np.arange(valid.shape[1]) * cell_width, valid.shape).astype(np.int64)
    lefts += margins[:, :1]
    lefts[:, 1:] += np.cumsum(gaps, axis=1)
    return lefts, valid.sum(axis=1) * cell_width + gaps.sum(axis=1) + margins.sum(axis=1)


def _apportion(ink_width: np.ndarray, room: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Share `room` columns in proportion to the ink widths, by largest remainder, none below MIN_GLYPH_PX.

    A glyph whose share would be below the minimum gets the minimum and takes no further part; this is repeated until
    no share is below it. Between equal remainders the glyph further left wins.
    """
    pinned = ~valid
    while True:
        weight = np.where(pinned, 0, ink_width)
        to_share = room - MIN_GLYPH_PX * (pinned & valid).sum(axis=1)
        quota = weight * to_share[:, None]
        total = np.maximum(weight.sum(axis=1), 1)[:, None]
        floor = quota // total
        below = ~pinned & (floor < MIN_GLYPH_PX)
        if not below.any():
            break
        pinned |= below
    remainder = np.where(pinned, -1, quota % total)
    order = np.argsort(-remainder, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(order.shape[1])[None, :], axis=1)
    left_over = to_share - np.where(pinned, 0, floor).sum(axis=1)
    shares = np.where(pinned, MIN_GLYPH_PX, floor + (rank < left_over[:, None]))
    return np.where(valid, shares, 0)


def _half_extent(ink: np.ndarray, canvas_height: int) -> np.ndarray:
    """Twice the distance from the cell's middle to the ink's farthest row edge, at least 1: (N, L)."""
    return np.maximum(np.maximum(canvas_height - 2 * ink[:, :, 1], 2 * ink[:, :, 3] - canvas_height), 1)


def _scaled_rows(ink: np.ndarray, scale: tuple[ArrayLike, ArrayLike], canvas_height: int, height: int) -> np.ndarray:
    """The ink's rows scaled by numerator / denominator about the cell's middle, rounded half up: (N, L, 2)."""
    numerator, denominator = (np.asarray(part, np.int64) for part in scale)
    edges = 2 * ink[:, :, 1::2] - canvas_height
    rows = (height * denominator + edges * numerator + denominator) // (2 * denominator)
    top = np.clip(rows[:, :, :1], 0, height - 1)
    return np.concatenate([top, np.clip(rows[:, :, 1:], top + 1, height)], axis=2)


def _filled_rows(
    ink: np.ndarray, ink_width: np.ndarray, room: np.ndarray, canvas_height: int, height: int
) -> np.ndarray:
    """Rows for `fill`: scaled like the widths, but at most until the tallest glyph reaches the strip's height."""
    natural = ink_width.sum(axis=1)
    tallest = np.where(ink[:, :, 2] >= 0, _half_extent(ink, canvas_height), 1).max(axis=1)
    in_shape = room * tallest <= natural * height
    numerator = np.where(in_shape, room, height)[:, None, None]
    denominator = np.where(in_shape, natural, tallest)[:, None, None]
    return _scaled_rows(ink, (numerator, denominator), canvas_height, height)


def _equal_widths(room: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """`room` columns in shares that differ by at most one, with the wider shares spread evenly."""
    count = valid.sum(axis=1)[:, None]
    place_after = np.arange(1, valid.shape[1] + 1)[None, :]
    upper = place_after * room[:, None] // count
    lower = (place_after - 1) * room[:, None] // count
    return np.where(valid, upper - lower, 0)


def _equal_rows(ink: np.ndarray, tall: np.ndarray, valid: np.ndarray, canvas_height: int, height: int) -> np.ndarray:
    """Rows for `equal`: digits from top to bottom; other characters keep their place, scaled with the cell."""
    kept = _scaled_rows(ink, (height, canvas_height), canvas_height, height)
    whole = np.broadcast_to(np.array([0, height], np.int64), kept.shape)
    return np.where((tall & valid)[:, :, None], whole, kept)


def _resized_boxes(
    ink: np.ndarray,
    valid: np.ndarray,
    gaps: np.ndarray,
    canvas: tuple[int, int],
    size: tuple[int, int],
    margins: np.ndarray,
) -> np.ndarray:
    """The ink boxes after whole cells were put side by side and the strip was resized, rounded outwards."""
    (cell_height, cell_width), (height, width) = canvas, size
    lefts, totals = natural_lefts(gaps, valid, cell_width, margins)
    x0 = (lefts + ink[:, :, 0]) * width // totals[:, None]
    x1 = -(-(lefts + ink[:, :, 2]) * width // totals[:, None])
    y0 = ink[:, :, 1] * height // cell_height
    y1 = -(-ink[:, :, 3] * height // cell_height)
    return np.stack([x0, y0, x1, y1], axis=2)
