"""Glyphs and boxes in, pixels out: the plain numpy definition of every strip, integers only, whole batches at once.

Each output pixel is a weighted mean of source pixels, columns first, then rows, rounded to 8 bits after each pass; the
weights are whole numbers out of 256. Where a glyph shrinks they are areas, where it grows they are linear between
pixel centres. What is computed here is the definition that any faster twin has to match to the byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from mygenerator.layout import natural_lefts

MIN_INK = 16
"""Every column of a glyph's box holds a pixel at least this far from paper: faint ones are lifted to it."""

_UNIT = 256
_BLAS_WORK = 200_000
"""Multiplications in one call of the matrix product: above some 260,000 OpenBLAS wakes its threads, which costs these
small products several times what they save."""
_CHUNK_PIXELS = 4_000_000
"""Strips are made in chunks of about this many pixels, so that intermediate arrays stay small."""


@lru_cache(maxsize=65536)
def tap_weights(source: int, target: int) -> np.ndarray:
    """How `target` pixels are mixed from `source` pixels along one axis: uint16 (source, target), columns sum to 256.

    Shrinking: each source pixel's overlap with the output pixel. Growing: linear between the two nearest source
    centres, the first and last pixel repeated outside. Rounded down to 256ths, the rest to the largest remainders.

    >>> tap_weights(4, 2).tolist()
    [[128, 0], [128, 0], [0, 128], [0, 128]]
    >>> tap_weights(2, 4).tolist()
    [[256, 192, 64, 0], [0, 64, 192, 256]]
    """
    pixel = np.arange(source, dtype=np.int64)[:, None]
    out = np.arange(target, dtype=np.int64)[None, :]
    if target >= source:
        # In units of 1 / (2 * target) source pixels; the tent around the output pixel's centre.
        centre = np.clip((2 * out + 1) * source, target, (2 * source - 1) * target)
        exact = np.maximum(2 * target - np.abs((2 * pixel + 1) * target - centre), 0)
        total = 2 * target
    else:
        # In units of 1 / target source pixels.
        low, high = out * source, (out + 1) * source
        exact = np.clip(np.minimum((pixel + 1) * target, high) - np.maximum(pixel * target, low), 0, None)
        total = source
    weights, remainder = np.divmod(exact * _UNIT, total)
    rank = np.argsort(np.argsort(-remainder, axis=0, kind="stable"), axis=0, kind="stable")
    weights += rank < _UNIT - weights.sum(axis=0)
    weights.flags.writeable = False
    return weights.astype(np.uint16)


def render(images: np.ndarray, ink: np.ndarray, ids: np.ndarray, boxes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Draw glyphs into their boxes.

    Parameters
    ----------
    images : uint8 (K, h, w)
        Glyphs, white ink on black.
    ink : int (K, 4)
        Each glyph's ink box: what is drawn of it.
    ids : int (N, L)
        Which glyph goes where; -1 for none.
    boxes : int (N, L, 4)
        Where it goes (`layout.place`); boxes of a strip do not overlap.
    size : (int, int)
        Height and width of the strips.

    Returns
    -------
    uint8 (N, height, width)
        White ink on black; pure 0 outside the boxes, and inside each box a pixel of at least MIN_INK in every column.
    """
    height, width = size
    strips = np.empty((len(ids), height, width), np.uint8)
    for rows in _chunks(len(ids), height * width):
        strips[rows] = _render_chunk(images, ink, ids[rows], boxes[rows], size)
    return strips


def render_resized(
    images: np.ndarray, ids: np.ndarray, gaps: np.ndarray, size: tuple[int, int]
) -> np.ndarray:
    """Set whole cells side by side with `gaps` (N, L - 1) between them and resize each strip, gaps and all, to `size`.

    Parameters and result are those of `render`; ink may touch, faint columns are not lifted.
    """
    height, width = size
    cell_height, cell_width = images.shape[1:]
    strips = np.empty((len(ids), height, width), np.uint8)
    for rows in _chunks(len(ids), cell_height * (ids.shape[1] * cell_width + int(gaps.sum(axis=1).max(initial=0)))):
        valid = ids[rows] >= 0
        lefts, totals = natural_lefts(np.where(valid[:, 1:], gaps[rows], 0), valid, cell_width)
        natural = np.zeros((len(valid), cell_height, int(totals.max(initial=1))), np.uint8)
        sample, position = np.nonzero(valid)
        columns = lefts[sample, position][:, None] + np.arange(cell_width)
        natural[sample[:, None], :, columns] = images[ids[rows][sample, position]].transpose(0, 2, 1)
        across = np.empty((len(valid), cell_height, width), np.uint8)
        for total, chosen in _groups(totals):
            across[chosen] = _mix(natural[chosen, :, :total], tap_weights(total, width))
        down = _mix(across.transpose(0, 2, 1), tap_weights(cell_height, height))
        strips[rows] = down.transpose(0, 2, 1)
    return strips


def _render_chunk(
    images: np.ndarray, ink: np.ndarray, ids: np.ndarray, boxes: np.ndarray, size: tuple[int, int]
) -> np.ndarray:
    height, width = size
    sample, position = np.nonzero(ids >= 0)
    glyph = ids[sample, position]
    source, target = ink[glyph].astype(np.int64), boxes[sample, position].astype(np.int64)
    # All ink columns of the chunk stand in one list; glyph p owns those from first[p] on.
    widths = target[:, 2] - target[:, 0]
    first = np.cumsum(widths) - widths
    columns = _scale_columns(images, glyph, source, widths, first)
    owner = np.repeat(np.arange(len(glyph)), widths)
    x = target[owner, 0] + np.arange(len(owner)) - first[owner]
    upright = np.zeros((len(ids), width, height), np.uint8)
    flat = upright.reshape(-1)
    start = ((sample[owner] * width) + x) * height + target[owner, 1]
    ink_height, box_height = (source[:, 3] - source[:, 1])[owner], (target[:, 3] - target[:, 1])[owner]
    darkest = np.empty(len(owner), np.uint8)
    for key, chosen in _groups(ink_height * (height + 1) + box_height):
        tall, high = divmod(key, height + 1)
        mixed = _mix(columns[chosen, :tall], tap_weights(tall, high))
        flat[start[chosen][:, None] + np.arange(high)] = mixed
        darkest[chosen] = mixed.max(axis=1)
    faint = np.flatnonzero(darkest < MIN_INK)
    if faint.size:
        of = owner[faint]
        row = _strongest_row(images, glyph[of], source[of], faint - first[of], widths[of])
        flat[start[faint] + (2 * row + 1) * box_height[faint] // (2 * ink_height[faint])] = MIN_INK
    return upright.transpose(0, 2, 1)


def _scale_columns(
    images: np.ndarray, glyph: np.ndarray, source: np.ndarray, widths: np.ndarray, first: np.ndarray
) -> np.ndarray:
    """The first pass: every glyph's ink scaled to its width, as columns (Q, tallest ink) with the ink's top at 0."""
    canvas_height, canvas_width = images.shape[1:]
    ink_width = source[:, 2] - source[:, 0]
    tallest = int((source[:, 3] - source[:, 1]).max(initial=1))
    columns = np.empty((int(widths.sum()), tallest), np.uint8)
    flat = images.reshape(-1)
    # Rows below a short glyph's ink are read from whatever stands there; the second pass never uses them.
    rows = np.minimum(source[:, 1][:, None] + np.arange(tallest), canvas_height - 1)
    corner = (glyph.astype(np.int64)[:, None] * canvas_height + rows) * canvas_width + source[:, :1]
    widest = int(widths.max(initial=0)) + 1
    for key, chosen in _groups(ink_width * widest + widths):
        wide, across = divmod(key, widest)
        pixels = flat[corner[chosen][:, :, None] + np.arange(wide)]
        mixed = _mix(pixels, tap_weights(wide, across))
        columns[first[chosen][:, None] + np.arange(across)] = mixed.transpose(0, 2, 1)
    return columns


def _mix(pixels: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted means along the last axis: uint8 (..., source) with weights (source, target) to uint8 (..., target).

    Done in float32, where it is whole-number arithmetic all the same: no sum exceeds 255 * 256 + 128 < 2**24, so each
    product and partial sum is exact in whatever order the library adds them.
    """
    source, target = weights.shape
    if source == target:
        return pixels
    rows, weights = pixels.reshape(-1, source).astype(np.float32), weights.astype(np.float32)
    sums = np.empty((len(rows), target), np.float32)
    block = max(1, _BLAS_WORK // (source * target))
    whole = len(rows) // block * block
    np.matmul(
        rows[:whole].reshape(-1, block, source), weights, out=sums[:whole].reshape(-1, block, target)
    )
    np.matmul(rows[whole:], weights, out=sums[whole:])
    sums += np.float32(_UNIT // 2)
    sums *= np.float32(1 / _UNIT)
    return sums.astype(np.uint8).reshape(*pixels.shape[:-1], target)


def _strongest_row(
    images: np.ndarray, glyph: np.ndarray, source: np.ndarray, column: np.ndarray, width: np.ndarray
) -> np.ndarray:
    """The ink row, from its top, where the source column under the middle of an output column is strongest."""
    x = source[:, 0] + (2 * column + 1) * (source[:, 2] - source[:, 0]) // (2 * width)
    lines = images[glyph, :, x].astype(np.int64)
    row = np.arange(images.shape[1])[None, :]
    inside = (row >= source[:, 1:2]) & (row < source[:, 3:4])
    return np.where(inside, lines, -1).argmax(axis=1) - source[:, 1]


def _groups(keys: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each distinct key with the positions that hold it, in ascending order."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.empty(0, np.int64)
    for start, end in zip(starts, np.r_[starts[1:], len(ordered)], strict=True):
        yield int(ordered[start]), order[start:end]


def _chunks(count: int, pixels_each: int) -> Iterator[slice]:
    """Slices over `count` strips, each of about _CHUNK_PIXELS pixels and of at least one strip."""
    step = max(1, _CHUNK_PIXELS // max(pixels_each, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))
