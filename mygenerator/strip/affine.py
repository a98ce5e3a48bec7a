"""Glyphs under an affine map: their sizes, the places of their ink, and their pixels; integers only, whole batches.

A map is a matrix of 2**-16 fixed point that acts on (x, y), x to the right and y down, about the middle of the glyph's
ink box. The pixels are made once, when the glyph is drawn into its box, however many maps were composed before.
"""

from __future__ import annotations

import numpy as np

from mygenerator import twins
from mygenerator.strip.extent import ONE
from mygenerator.strip.ink import GLYPH_INK, MIN_INK, ink_boxes

_TWIN = "mygenerator.strip.affine_numba"
_NS_A_GLYPH, _NS_A_PIXEL = 3_000, 40
_CHUNK_PIXELS = 500_000
_DENSE = 5 * ONE // 4
"""How far apart samples can be in the source, 1.25 pixels: if they are farther apart, strokes fall between them."""


def composed(maps: np.ndarray | None, step: np.ndarray) -> np.ndarray:
    """Each map followed by another one, rounded half up: int32 (M, 2, 2).

    Parameters
    ----------
    maps : int32 (M, 2, 2) or None
        None if there is no map yet.
    step : int (M, 2, 2)
        Within the limits that `extent.MapBounds` checks before anything is drawn.
    """
    if maps is None:
        return step.astype(np.int32)
    return ((step.astype(np.int64) @ maps.astype(np.int64) + ONE // 2) >> 16).astype(np.int32)


def outlines(images: np.ndarray, ink: np.ndarray, maps: np.ndarray) -> np.ndarray:
    """The bounding box of each glyph's ink under its map: that of the ink's convex hull.

    Parameters
    ----------
    images : uint8 (M, h, w)
        White ink on black.
    ink : int (M, 4)
        Ink boxes; within them, pixels of at least GLYPH_INK count.
    maps : int32 (M, 2, 2)

    Returns
    -------
    int64 (M, 4)
        Smallest x and y, largest x and y, in 2**-17 pixels from the middle of the ink box.
    """
    found = np.empty((len(ink), 4), np.int64)
    if (twin := twins.load(_TWIN, _NS_A_GLYPH * len(ink))) is not None:
        pixels, boxes, turned = _glyphs_for_twin(images, ink, maps)
        twin.outlines(pixels.reshape(-1), *pixels.shape[1:], boxes, turned, found)
        return found
    chunk = max(1, _CHUNK_PIXELS // (images.shape[1] * images.shape[2]))
    for start in range(0, len(ink), chunk):
        part = slice(start, start + chunk)
        found[part] = _outlines(images[part], ink[part].astype(np.int64), maps[part].astype(np.int64))
    return found


def _glyphs_for_twin(
    images: np.ndarray, ink: np.ndarray, maps: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The arrays in the types that the twin reads."""
    arrays = zip((images, ink, maps), (np.uint8, np.int16, np.int32), strict=True)
    pixels, boxes, turned = (np.ascontiguousarray(array, dtype) for array, dtype in arrays)
    return pixels, boxes, turned


def _outlines(images: np.ndarray, ink: np.ndarray, maps: np.ndarray) -> np.ndarray:
    _, height, width = images.shape
    column, row = np.arange(width), np.arange(height)
    within = (column >= ink[:, :1]) & (column < ink[:, 2:3])
    inked = (images >= GLYPH_INK) & within[:, None, :]
    # A row's ink is between its first and last ink pixels, so the hull can touch only these.
    first, last = inked.argmax(axis=2), width - inked[:, :, ::-1].argmax(axis=2)
    counts = inked.any(axis=2) & (row >= ink[:, 1:2]) & (row < ink[:, 3:4])
    blank = ~counts.any(axis=1)
    first[blank], last[blank] = ink[blank, :1], ink[blank, 2:3]
    counts[blank] = (row >= ink[blank, 1:2]) & (row < ink[blank, 3:4])
    across = np.stack([first, last], axis=2)[:, :, :, None] * 2 - (ink[:, 0] + ink[:, 2])[:, None, None, None]
    down = np.stack([row, row + 1], axis=1)[None, :, None, :] * 2 - (ink[:, 1] + ink[:, 3])[:, None, None, None]
    bounds = []
    for line in range(2):
        place = maps[:, line, 0, None, None, None] * across + maps[:, line, 1, None, None, None] * down
        least, most = np.iinfo(np.int64).min, np.iinfo(np.int64).max
        known = counts[:, :, None, None]
        bounds.append((np.where(known, place, most).min((1, 2, 3)), np.where(known, place, least).max((1, 2, 3))))
    return np.stack([bounds[0][0], bounds[1][0], bounds[0][1], bounds[1][1]], axis=1)


def placed_boxes(ink: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """Where the outline is on the glyph's canvas or beyond it: int64 (M, 4), rounded, sides of at least 1 pixel."""
    middle = ink.astype(np.int64)[:, :2] + ink[:, 2:]
    low, high = ((middle * ONE + outline[:, side : side + 2] + ONE) >> 17 for side in (0, 2))
    wide = np.maximum(1, (outline[:, 2:3] - outline[:, :1] + ONE) >> 17)
    return np.concatenate([low, low[:, :1] + wide, np.maximum(low[:, 1:] + 1, high[:, 1:])], axis=1)


def layout_boxes(ink: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """The boxes that `layout.place` uses as ink boxes of glyphs under maps: int64 (M, 4), from column 0 on."""
    boxes = placed_boxes(ink, outline)
    boxes[:, 2] -= boxes[:, 0]
    boxes[:, 0] = 0
    return boxes


def render(
    images: np.ndarray,
    ink: np.ndarray,
    maps: np.ndarray,
    outline: np.ndarray,
    ids: np.ndarray,
    boxes: np.ndarray,
    size: tuple[int, int],
    paper: int = 0,
) -> np.ndarray:
    """Draw glyphs under their maps into their boxes; the ink's outline is stretched onto the box.

    An output pixel is the mean of samples that are at most 1.25 source pixels apart. A sample is a weighted mean of the
    four pixels around it, weights in 256ths, columns first, rounded after each pass. Outside the canvas all is black.

    Parameters
    ----------
    images : uint8 (M, h, w)
    ink : int (M, 4)
    maps : int32 (M, 2, 2)
    outline : int64 (M, 4)
        From `outlines`.
    ids : int (N, L)
        The glyph in each place; -1 for none.
    boxes : int (N, L, 4)
        Where it goes; a strip's boxes do not overlap and are ordered from left to right.
    size : (int, int)
        Height and width of the strips.
    paper : int
        0 for white ink on black, 255 for black on white.

    Returns
    -------
    uint8 (N, height, width)
        As in `raster.render`. A column fainter than MIN_INK is lifted to it at its brightest pixel (the first of
        equals), or in the middle if the column is blank.
    """
    twin = twins.load(_TWIN, _NS_A_PIXEL * len(ids) * size[0] * size[1])
    if twin is not None and _fits_32_bits(images.shape[1:], maps, outline):
        strips = np.empty((len(ids), *size), np.uint8)
        pixels, shapes, turned = _glyphs_for_twin(images, ink, maps)
        outer = np.ascontiguousarray(outline, np.int64)
        chosen, places = np.ascontiguousarray(ids, np.int64), np.ascontiguousarray(boxes, np.int32)
        twin.render(pixels.reshape(-1), *pixels.shape[1:], shapes, turned, outer, chosen, places, paper, strips)
        return strips
    strips = np.zeros((len(ids), *size), np.uint8)
    sample, place = np.nonzero(ids >= 0)
    glyph, target = ids[sample, place], boxes[sample, place].astype(np.int64)
    walk = _walks(ink[glyph].astype(np.int64), maps[glyph], outline[glyph], target)
    _draw(strips, images, (sample, glyph, target), walk)
    return np.bitwise_xor(strips, np.uint8(paper), out=strips)


def _draw(
    strips: np.ndarray, images: np.ndarray, listed: tuple[np.ndarray, np.ndarray, np.ndarray], walk: np.ndarray
) -> None:
    """Fill the boxes of P glyphs, listed by strip, image and box, in `strips`."""
    sample, glyph, target = listed
    # Glyphs with boxes of the same size and equally many samples are drawn together.
    alike = np.stack([target[:, 2] - target[:, 0], target[:, 3] - target[:, 1], walk[:, 6], walk[:, 7]], axis=1)
    kinds, kind = np.unique(alike, axis=0, return_inverse=True)
    for number, (wide, high, times_x, times_y) in enumerate(kinds.tolist()):
        chosen = np.flatnonzero(kind.reshape(-1) == number)
        chunk = max(1, _CHUNK_PIXELS // (wide * high * times_x * times_y))
        for start in range(0, len(chosen), chunk):
            some = chosen[start : start + chunk]
            drawn = _drawn(images, glyph[some], walk[some], (wide, high))
            rows, columns = (target[some, side, None] + np.arange(length) for side, length in ((1, high), (0, wide)))
            strips[sample[some, None, None], rows[:, :, None], columns[:, None, :]] = drawn


def _fits_32_bits(canvas: tuple[int, ...], maps: np.ndarray, outline: np.ndarray) -> bool:
    """Whether all sampled places are less than 2**14 pixels away, so that the twin can count in 32 bits.

    By a bound: no entry of an inverse map is above the largest entry of all maps divided by the smallest determinant.
    """
    turned = maps.astype(np.int64)
    least = (turned[:, 0, 0] * turned[:, 1, 1] - turned[:, 0, 1] * turned[:, 1, 0]).min(initial=ONE * ONE)
    inverse = int((np.abs(turned).max(initial=ONE) << 32) // least) + 1
    return bool(max(canvas) * ONE + (inverse * int(np.abs(outline).max(initial=0)) >> 15) < 2**30)


def _walks(ink: np.ndarray, maps: np.ndarray, outline: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Where each box's samples are in the source: int64 (P, 8).

    x and y of the first sample, its steps along a row (x, y) and down a column (x, y), all in 2**-16 pixels from the
    middle of the upper left pixel, and how many samples there are in a pixel along and down.
    """
    inverse = _inverses(maps.astype(np.int64))
    (times_x, columns, ax, ay), (times_y, rows, bx, by) = (
        _strides(inverse[side::2], outline[:, side + 2] - outline[:, side], target[:, side + 2] - target[:, side])
        for side in range(2)
    )
    middle_x, middle_y = outline[:, 0] + outline[:, 2], outline[:, 1] + outline[:, 3]
    start = []
    for line, (along, below) in enumerate(((ax, bx), (ay, by))):
        centre = inverse[2 * line] * middle_x + inverse[2 * line + 1] * middle_y
        place = ((ink[:, line] + ink[:, line + 2]) << 15) + ((centre + (1 << 17)) >> 18)
        start.append(place + (((1 - columns) * along + (1 - rows) * below) >> 1) - ONE // 2)
    return np.stack([*start, ax, ay, bx, by, times_x, times_y], axis=1)


def _strides(inverse: list[np.ndarray], length: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, ...]:
    """Along one side of a box: samples per pixel, samples in all, and the steps between two samples in x and in y.

    Parameters
    ----------
    inverse : two of int64 (P,)
        Where the inverse map takes a step along this side.
    length, pixels : int64 (P,)
        The outline's length, in 2**-17 pixels, and the box's, in pixels.
    """

    def apart(count: np.ndarray) -> list[np.ndarray]:
        return [(part * length + (count << 16)) // (count << 17) for part in inverse]

    times = np.maximum(1, -(-np.max(np.abs(apart(pixels)), axis=0) // _DENSE))
    return times, times * pixels, *apart(times * pixels)


def _inverses(maps: np.ndarray) -> list[np.ndarray]:
    """The four entries of each map's inverse in 2**-16, rounded half up."""
    determinant = maps[:, 0, 0] * maps[:, 1, 1] - maps[:, 0, 1] * maps[:, 1, 0]
    adjugate = (maps[:, 1, 1], -maps[:, 0, 1], -maps[:, 1, 0], maps[:, 0, 0])
    return [(2 * (part << 32) + determinant) // (2 * determinant) for part in adjugate]


def _drawn(images: np.ndarray, glyph: np.ndarray, walk: np.ndarray, box: tuple[int, int]) -> np.ndarray:
    """The pixels of glyphs with boxes of the same size and equally many samples: uint8 (P, high, wide)."""
    wide, high = box
    times_x, times_y = walk[0, 6:].tolist()
    column, row = np.arange(wide * times_x), np.arange(high * times_y)
    x, y = (
        walk[:, line, None, None]
        + column * walk[:, 2 + line, None, None]
        + row[:, None] * walk[:, 4 + line, None, None]
        for line in range(2)
    )
    samples = samples_between(images, glyph, x, y)
    count = times_x * times_y
    sums = samples.reshape(len(glyph), high, times_y, wide, times_x).sum(axis=(2, 4), dtype=np.int64)
    pixels = (sums + count // 2) // count
    one, faint = np.nonzero(pixels.max(axis=1) < MIN_INK)
    lines = pixels[one, :, faint]
    pixels[one, np.where(lines.any(axis=1), lines.argmax(axis=1), high // 2), faint] = MIN_INK
    return pixels.astype(np.uint8)


def samples_between(images: np.ndarray, glyph: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Samples of each glyph at x and y, int64 (P, H, W) in 2**-16 pixels: weighted means of pixels, of that shape."""
    _, height, width = images.shape
    # Places outside are moved onto a border of two blank pixels.
    staged = np.pad(images[glyph], ((0, 0), (2, 2), (2, 2)))
    column, row = (np.clip(place >> 16, -2, limit) + 2 for place, limit in ((x, width), (y, height)))
    part_x, part_y = (x >> 8) & 255, (y >> 8) & 255
    which = np.arange(len(glyph))[:, None, None]
    above, below = (
        (staged[which, line, column] * (256 - part_x) + staged[which, line, column + 1] * part_x + 128) >> 8
        for line in (row, row + 1)
    )
    return (above * (256 - part_y) + below * part_y + 128) >> 8


def settled(
    images: np.ndarray, ink: np.ndarray, maps: np.ndarray, canvas: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Glyphs with their maps applied to their pixels, on a canvas about the same middle.

    Parameters
    ----------
    images : uint8 (M, h, w)
    ink : int (M, 4)
    maps : int32 (M, 2, 2)
    canvas : (int, int)
        Height and width: larger than h and w by even numbers, and large enough for every outline.

    Returns
    -------
    images : uint8 (M, height, width)
    ink : int16 (M, 4)
        Their ink boxes; as after ingest, every column inside has ink.
    """
    outline = outlines(images, ink, maps)
    down, aside = ((after - before) // 2 for before, after in zip(images.shape[1:], canvas, strict=True))
    boxes = placed_boxes(ink, outline) + np.array([aside, down, aside, down])
    drawn = render(images, ink, maps, outline, np.arange(len(ink))[:, None], boxes[:, None], canvas)
    return drawn, ink_boxes(drawn, boxes)
