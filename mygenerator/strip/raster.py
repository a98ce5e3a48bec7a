"""Glyphs and boxes in, pixels out: the plain numpy definition of every strip, integers only, whole batches at once.

Each output pixel is a weighted mean of source pixels, columns first, then rows, rounded to 8 bits after each pass; the
weights are whole numbers out of 256. If a glyph shrinks, they are areas; if it grows, they are linear between pixel
centres. This is the definition that any faster twin has to match to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mygenerator import twins
from mygenerator.strip import raster_one
from mygenerator.strip.ink import GLYPH_INK, MIN_INK
from mygenerator.strip.layout import natural_lefts

_UNIT = 256
_TWIN = "mygenerator.strip.raster_numba"
_NS_A_PIXEL = 7
MOST_TWIN_PX = 2**15 - 1
"""The largest side of glyphs that twins draw: their ink boxes are held in 16 bits."""
_CHUNK_PIXELS = 4_000_000
"""Strips are made in chunks of about this many pixels, so that intermediate arrays stay small."""


@lru_cache(maxsize=4096)
def taps(source: int, target: int) -> tuple[np.ndarray, np.ndarray]:
    """Which of `source` pixels along one axis make up each of `target` pixels, and with what weights.

    Shrinking: each source pixel's overlap with the output pixel. Growing: linear between the two nearest source
    centres, with the first and last pixels repeated outside. In 256ths, rounded down; what is then missing from 256
    goes to the largest remainders, and among equal ones to the first.

    Returns
    -------
    pixels : intp (T, target)
        The source pixels of each output pixel, ascending. T is at most 2 if the axis grows.
    weights : uint16 (T, target)
        0 to 256; each column's sum is 256.

    Examples
    --------
    >>> pixels, weights = taps(2, 4)
    >>> pixels.tolist(), weights.tolist()
    ([[0, 0, 0, 0], [1, 1, 1, 1]], [[256, 192, 64, 0], [0, 64, 192, 256]])
    """
    out = np.arange(target, dtype=np.int64)
    if target >= source:
        # In units of 1 / (2 * target) source pixels; the tent around the output pixel's centre.
        count, total = min(2, source), 2 * target
        centre = np.clip((2 * out + 1) * source, target, (2 * source - 1) * target)
        pixels = _window((centre - target) // total, count, source)
        exact = np.maximum(total - np.abs((2 * pixels + 1) * target - centre), 0)
    else:
        # In units of 1 / target source pixels.
        count, total = min(-(-source // target) + 1, source), source
        low, high = out * source, (out + 1) * source
        pixels = _window(low // target, count, source)
        exact = np.maximum(np.minimum((pixels + 1) * target, high) - np.maximum(pixels * target, low), 0)
    weights, remainder = np.divmod(exact * _UNIT, total)
    rank = np.argsort(np.argsort(-remainder, axis=0, kind="stable"), axis=0, kind="stable")
    weights = (weights + (rank < _UNIT - weights.sum(axis=0))).astype(np.uint16)
    pixels.flags.writeable = weights.flags.writeable = False
    return pixels, weights


def _window(first: np.ndarray, count: int, source: int) -> np.ndarray:
    """For each output pixel, `count` source pixels from `first` on, or the last ones there are: (count, target)."""
    return (np.minimum(first, source - count) + np.arange(count)[:, None]).astype(np.intp)


def render(
    images: np.ndarray,
    ink: np.ndarray,
    ids: np.ndarray,
    boxes: np.ndarray,
    size: tuple[int, int],
    paper: int = 0,
) -> np.ndarray:
    """Draw glyphs into their boxes.

    Parameters
    ----------
    images : uint8 (K, h, w)
        Glyphs, white ink on black.
    ink : int (K, 4)
        Each glyph's ink box, which is the part that is drawn.
    ids : int (N, L)
        The glyph in each place; -1 for none.
    boxes : int (N, L, 4)
        Where it goes (`layout.place`); a strip's boxes do not overlap and are ordered from left to right.
    size : (int, int)
        Height and width of the strips.
    paper : int
        0 for white ink on black, 255 for black on white.

    Returns
    -------
    uint8 (N, height, width)
        Pure paper outside the boxes. Inside each box every column has a pixel at least MIN_INK away from paper: a
        fainter column is lifted to that at one pixel, where the source column under its middle is brightest, unless
        that source column has no ink.
    """
    (canvas_height, canvas_width), (height, width) = images.shape[1:], size
    twin = twins.load(_TWIN, _NS_A_PIXEL * len(ids) * height * width)
    if twin is not None and max(canvas_height, canvas_width) <= MOST_TWIN_PX:
        strips = np.empty((len(ids), height, width), np.uint8)
        glyphs = np.ascontiguousarray(images).reshape(-1)
        twin.render(glyphs, canvas_height, canvas_width, *_places_for_twin(ink, ids, boxes), paper, strips)
        return strips
    if len(ids) == 1:
        chosen, targets = (part[0][ids[0] >= 0] for part in (ids, boxes))
        return render_one(images, ink[chosen].tolist(), chosen.tolist(), targets.tolist(), size, paper)[None]
    strips = np.zeros((len(ids), height, width), np.uint8)
    largest = max(height * width, canvas_height * max(width, ids.shape[1] * canvas_width))
    for rows in _chunks(len(ids), largest):
        _draw(strips[rows], _listed(images, ink, ids[rows], boxes[rows]))
    return np.bitwise_xor(strips, np.uint8(paper), out=strips)


def render_one(
    images: np.ndarray,
    ink: Sequence[Sequence[int]],
    ids: Sequence[int],
    boxes: Sequence[Sequence[int]],
    size: tuple[int, int],
    paper: int = 0,
) -> np.ndarray:
    """What `render` draws for one strip, from lists: uint8 (height, width).

    Parameters
    ----------
    images : see `render`
    ink : L lists of four integers
        The ink box of each glyph on its canvas.
    ids : L integers
        The glyph in each place.
    boxes : L lists of four integers
        Where each glyph goes.
    size, paper : see `render`
    """
    strip = raster_one.render(images, ink, ids, boxes, size, taps)
    return np.bitwise_xor(strip, np.uint8(paper), out=strip)


def _places_for_twin(ink: np.ndarray, ids: np.ndarray, boxes: np.ndarray) -> tuple[np.ndarray, ...]:
    """The arrays in the types that the twin reads."""
    arrays = zip((ink, ids, boxes), (np.int16, np.int64, np.int32), strict=True)
    return tuple(np.ascontiguousarray(array, dtype) for array, dtype in arrays)


def render_resized(
    images: np.ndarray,
    ids: np.ndarray,
    gaps: np.ndarray,
    size: tuple[int, int],
    paper: int = 0,
    margins: np.ndarray | None = None,
) -> np.ndarray:
    """Put whole cells side by side with `gaps` (N, L - 1) between them and resize each strip, gaps and all, to `size`.

    `margins` (N, 2) are to the left and right of the cells before the strip is resized; 0 by default. The other
    parameters and the result are those of `render`, but ink can touch and faint columns are not lifted.
    """
    height, width = size
    strips = np.empty((len(ids), height, width), np.uint8)
    valid = ids >= 0
    if margins is None:
        margins = np.zeros((len(ids), 2), np.int64)
    lefts, totals = natural_lefts(np.where(valid[:, 1:], gaps, 0), valid, images.shape[2], margins)
    if (twin := twins.load(_TWIN, _NS_A_PIXEL * strips.size)) is not None:
        places = (np.ascontiguousarray(each, np.int64) for each in (ids, lefts))
        cells = np.ascontiguousarray(images)
        twin.render_resized(cells.reshape(-1), *cells.shape[1:], *places, totals, paper, strips)
        return strips
    largest = max(images.shape[1], height) * max(width, int(totals.max(initial=1)))
    for rows in _chunks(len(ids), largest):
        for total, _, chosen in _groups(totals[rows], totals[rows]):
            which = rows.start + chosen
            natural = _natural(images, ids[which], lefts[which], total)
            across = _mix(natural, width)
            strips[which] = _mix(across.transpose(2, 1, 0), height).transpose(1, 0, 2)
    return np.bitwise_xor(strips, np.uint8(paper), out=strips)


def _natural(images: np.ndarray, ids: np.ndarray, lefts: np.ndarray, total: int) -> np.ndarray:
    """Whole cells side by side, column after column: uint8 (total, N, cell height)."""
    cell_height, cell_width = images.shape[1:]
    natural = np.zeros((total, len(ids), cell_height), np.uint8)
    sample, position = np.nonzero(ids >= 0)
    columns = lefts[sample, position] + np.arange(cell_width)[:, None]
    natural[columns, sample] = images[ids[sample, position]].transpose(2, 0, 1)
    return natural


@dataclass(frozen=True)
class _Listed:
    """The P glyphs of some strips in one list, and the Q columns of their boxes in another, box after box."""

    images: np.ndarray
    sample: np.ndarray
    """Which strip each glyph is in: (P,)."""
    glyph: np.ndarray
    """Which of the images it is: (P,)."""
    source: np.ndarray
    """Its ink box: int64 (P, 4)."""
    target: np.ndarray
    """Its box in the strip: int64 (P, 4)."""
    first: np.ndarray
    """Where its columns begin in the list of columns: (P,)."""
    owner: np.ndarray
    """Which glyph each column belongs to: (Q,)."""
    inner: np.ndarray
    """How many columns of its box are before it: (Q,)."""


def _listed(images: np.ndarray, ink: np.ndarray, ids: np.ndarray, boxes: np.ndarray) -> _Listed:
    sample, position = np.nonzero(ids >= 0)
    glyph, target = ids[sample, position], boxes[sample, position].astype(np.int64)
    widths = target[:, 2] - target[:, 0]
    first, owner = np.cumsum(widths) - widths, np.repeat(np.arange(len(glyph)), widths)
    inner = np.arange(len(owner)) - first[owner]
    return _Listed(images, sample, glyph, ink[glyph].astype(np.int64), target, first, owner, inner)


def _draw(strips: np.ndarray, listed: _Listed) -> None:
    """Fill the boxes of the listed glyphs in `strips` (N, height, width)."""
    _, height, width = strips.shape
    flat, source, target, owner = strips.reshape(-1), listed.source, listed.target, listed.owner
    columns = _scale_columns(listed)
    start = ((listed.sample * height + target[:, 1]) * width + target[:, 0])[owner] + listed.inner
    heights = (side[:, 3] - side[:, 1] for side in (source, target))
    for tall, high, chosen in _groups(*(side[owner] for side in heights)):
        mixed = _mix(columns[:tall, chosen], high)
        faint = np.flatnonzero(mixed.max(axis=0) < MIN_INK)
        if faint.size:
            row, level = _brightest(listed, chosen[faint])
            inked = level >= GLYPH_INK
            mixed[((2 * row + 1) * high // (2 * tall))[inked], faint[inked]] = MIN_INK
        flat[start[chosen] + width * np.arange(high)[:, None]] = mixed


def _scale_columns(listed: _Listed) -> np.ndarray:
    """The first pass: every glyph's ink scaled to its box's width, as columns (tallest ink, Q), the ink's top at 0."""
    source, target = listed.source, listed.target
    canvas_height, canvas_width = listed.images.shape[1:]
    tallest = int((source[:, 3] - source[:, 1]).max(initial=1))
    columns = np.empty((tallest, len(listed.owner)), np.uint8)
    flat = listed.images.reshape(-1)
    # Rows below a short glyph's ink are read from whatever is there; the second pass never uses them.
    rows = np.minimum(source[:, 1] + np.arange(tallest)[:, None], canvas_height - 1)
    corner = (listed.glyph * canvas_height + rows) * canvas_width + source[:, 0]
    for wide, across, chosen in _groups(*(side[:, 2] - side[:, 0] for side in (source, target))):
        mixed = _mix(flat[corner[:, chosen] + np.arange(wide)[:, None, None]], across)
        columns[:, listed.first[chosen] + np.arange(across)[:, None]] = mixed.transpose(1, 0, 2)
    return columns


def _mix(pixels: np.ndarray, target: int) -> np.ndarray:
    """Weighted means along the first axis: uint8 (source, ...) to uint8 (target, ...), rounded half up."""
    if len(pixels) == target:
        return np.array(pixels)
    places, weights = taps(len(pixels), target)
    # 16 bits are enough: weights sum to 256, so no sum exceeds 255 * 256 + 128.
    sums = np.full((target, *pixels.shape[1:]), _UNIT // 2, np.uint16)
    for place, weight in zip(places, weights, strict=True):
        sums += pixels[place] * weight.reshape(-1, *[1] * (pixels.ndim - 1))
    return (sums >> 8).astype(np.uint8)


def _brightest(listed: _Listed, column: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ink row, from the top of the ink, where the source column under each box column is brightest; its level."""
    owner = listed.owner[column]
    source, target = listed.source[owner], listed.target[owner]
    wide, across = source[:, 2] - source[:, 0], target[:, 2] - target[:, 0]
    x = source[:, 0] + (2 * listed.inner[column] + 1) * wide // (2 * across)
    lines = listed.images[listed.glyph[owner], :, x].astype(np.int64)
    row = np.arange(lines.shape[1])
    inside = (row >= source[:, 1:2]) & (row < source[:, 3:4])
    seen = np.where(inside, lines, -1)
    return seen.argmax(axis=1) - source[:, 1], seen.max(axis=1)


def _groups(first: np.ndarray, second: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Each distinct pair (first, second) of non-negative numbers, with the positions where it is, ascending."""
    base = int(second.max(initial=0)) + 1
    keys = first * base + second
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(ordered)], strict=True):
        yield *divmod(int(ordered[start]), base), order[start:end]


def _chunks(count: int, pixels_each: int) -> Iterator[slice]:
    """Slices over `count` strips, each of about _CHUNK_PIXELS pixels and at least one strip."""
    step = max(1, _CHUNK_PIXELS // max(pixels_each, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))
