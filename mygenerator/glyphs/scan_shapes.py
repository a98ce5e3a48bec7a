"""What a scan of a character looks like: a stroke, with paper around it, and nothing else.

Used by scans.py and uneven_scans.py. All glyphs of one size are measured at once, as bool or uint8 arrays (K, h, w).
"""

from __future__ import annotations

import math

import numpy as np

from mygenerator.glyphs.reasons import ALL_SIDES, EDGE, LINE, MARKS, MORE, MOSTLY_INK
from mygenerator.strip.ink import GLYPH_INK

_MOST_WEAK = 0.08
"""Ink below FIRM is the soft edge of firmer ink, except for this share; in MNIST's test digits up to 0.063."""
FIRM = 128
_CORE, _MOST_BELOW_CORE = 0.75, 0.2
"""At most this share of the ink is below that share of the strongest; one of 1,000 MNIST digits has more."""
_MOST_INK = 0.5
_THICKEST = 0.6
"""The largest width of a stroke, as a share of the longer side of the ink's box; one of 1,000 MNIST digits has 0.55."""
_SHEET, _SHEET_EDGES = 0.72, 0.93
"""A sheet covers more than these shares of the smallest rectangle around it and of that rectangle's edges; digits of
MNIST cover up to 0.85 of the edges."""
_FRAME_SIZE, _FRAME_SIDE = 0.7, 0.85
"""A frame takes up this share of the image's width and height, and ink is along this share of each of its sides."""
_UNFRAMED = frozenset("ACDEFHIJKLMNOPRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""Letters that do not look like something in a frame, however they are drawn."""
_MOST_CROSSINGS = {
    **{"0": 5.9, "1": 3.9, "2": 6.1, "3": 5.0, "4": 5.4},
    **{"5": 5.2, "6": 6.5, "7": 4.7, "8": 5.8, "9": 5.7},
}
"""The most of `_crossings` that a digit has: just more than nearly all of MNIST's 70,000 digits, and than a 0 with a
slash by a fine pen."""
_CORNER = 4
"""A corner of the image that is ink this far along both sides is a fold or a dark corner; in pixels of MNIST's size."""


DIGITS = "0123456789"


def unit_of(shape: tuple[int, ...]) -> int:
    """The width in pixels of what is one pixel wide in MNIST's size."""
    return max(1, round(min(shape) / 28))


def counts_of(found: np.ndarray) -> np.ndarray:
    """How many pixels of each image are True: bool (K, h, w) -> int64 (K,)."""
    return (
        found.view(np.uint8)
        .reshape(len(found), math.prod(found.shape[1:]))
        .sum(axis=1, dtype=np.uint32)
        .astype(np.int64)
    )


def odd_outlines(glyphs: np.ndarray, codes: np.ndarray) -> list[str]:
    """Why each glyph is more than the character of its code with paper around it; "" if it is not."""
    if len(glyphs) == 0:
        return []
    ink = glyphs >= GLYPH_INK
    odd = {
        MOSTLY_INK: counts_of(ink) > ink[0].size * _MOST_INK,
        ALL_SIDES: _on_all_sides(ink),
        LINE: _has_line_across(ink),
        EDGE: _in_a_corner(ink),
        MORE: _is_framed(ink, codes) | _has_more_strokes(ink, codes),
        MARKS: (_weak_share(glyphs, ink, FIRM) > _MOST_WEAK) | _has_two_strengths(glyphs, ink),
    }
    reasons = [""] * len(glyphs)
    for reason, rows in odd.items():
        for row in np.flatnonzero(rows).tolist():
            reasons[row] = reasons[row] or reason
    return reasons


def are_blots(glyphs: np.ndarray) -> np.ndarray:
    """Whether each glyph is a blot, or a sheet of paper that was taken for ink: bool (K,)."""
    ink = glyphs >= GLYPH_INK
    area = counts_of(ink)
    wide, high = _extents(ink)
    longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
    found = np.zeros(len(glyphs), bool)
    # Nothing thinner holds a circle of that width.
    thick = np.flatnonzero(area >= 0.7 * (_THICKEST * longer) ** 2)
    found[thick] = _thickness(ink[thick]) > _THICKEST * longer[thick]
    full, aspect = area / np.maximum(wide * high, 1), shorter / np.maximum(longer, 1)
    # The upright box around a sheet that is turned is less full, and nearer to a square.
    likely = ~found & (area >= 16) & (((full > 0.5) & (aspect > 0.4)) | ((full > 0.4) & (aspect > 0.8)))
    for row in np.flatnonzero(likely).tolist():
        found[row] = _is_sheet(ink[row], int(area[row]))
    return found


def _has_more_strokes(ink: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Whether each digit has more strokes than that digit: bool (K,). Other characters can have any number.

    It stands in a box or a circle, say, or something is joined to it. A 1 with a hole in it is the paper around a 1.
    """
    found = np.zeros(len(ink), bool)
    texts = [chr(code) for code in codes.tolist()]
    digits = np.flatnonzero([text in DIGITS for text in texts])
    if digits.size:
        most = np.array([_MOST_CROSSINGS[texts[row]] for row in digits.tolist()])
        many = np.array([4 if texts[row] == "0" else 3 for row in digits.tolist()])  # a 0 can have a slash in it
        found[digits] = _crossings(ink[digits], many) > most
    for row in np.flatnonzero([text == "1" for text in texts]).tolist():
        found[row] = found[row] or has_hole(ink[row])
    return found


def _crossings(ink: np.ndarray, many: np.ndarray) -> np.ndarray:
    """How often rows and columns cross strokes: float (K,), from 2 for a straight line.

    The mean number of runs of ink in a row that has ink, plus that in a column, plus four times the share of these rows
    that have `many` runs or more: few rows of a digit have three, and most rows of a digit in a box.
    """
    step = unit_of(ink.shape[1:])  # as many rows and columns as an image of MNIST's size has
    rows_of, columns_of = ink[:, ::step], ink[:, :, ::step].transpose(0, 2, 1)
    runs = [
        each[:, :, 0] + np.add.reduce(each[:, :, 1:] > each[:, :, :-1], axis=2, dtype=np.uint8)
        for each in (rows_of, np.ascontiguousarray(columns_of))
    ]
    inked = [np.maximum(np.count_nonzero(each, axis=1), 1) for each in runs]
    rows, columns = (each.sum(axis=1) / count for each, count in zip(runs, inked, strict=True))
    return np.asarray(rows + columns + 4 * np.count_nonzero(runs[0] >= many[:, None], axis=1) / inked[0])


def has_hole(ink: np.ndarray) -> bool:
    """Whether there is paper inside the ink, more than four pixels of MNIST's size: bool (h, w)."""
    import cv2

    unit = unit_of(ink.shape)
    paper = np.pad(~ink, 1, constant_values=True).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(paper, connectivity=4)
    return bool((stats[1:count, cv2.CC_STAT_AREA] > 4 * unit * unit).sum() > 1)


def _has_line_across(ink: np.ndarray) -> np.ndarray:
    """Whether a row of the image is ink from side to side, or nearly so: bool (K,)."""
    ends = ink[:, :, 0] & ink[:, :, -1]
    found = ends.any(axis=1)
    found[found] = ((ink[found].mean(axis=2) > 0.9) & ends[found]).any(axis=1)
    return found


def is_cropped(glyph: np.ndarray) -> bool:
    """Whether a glyph seems to be cut out without any paper around it."""
    ink = glyph >= GLYPH_INK
    return bool(_on_all_sides(ink[None])[0]) and 0.1 < ink.mean() < _MOST_INK


def _in_a_corner(ink: np.ndarray) -> np.ndarray:
    """Whether a corner of the image is dark along both of its sides: bool (K,)."""
    wide = _CORNER * unit_of(ink.shape[1:])
    turned = (ink, ink[:, ::-1], ink[:, :, ::-1], ink[:, ::-1, ::-1])
    return np.any([each[:, 0, :wide].all(axis=1) & each[:, :wide, 0].all(axis=1) for each in turned], axis=0)


def _is_framed(ink: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Whether a letter stands in a frame that takes up most of the image: bool (K,).

    For digits, `_has_more_strokes` finds it. A B can look like a frame, and many characters of other scripts have one.
    """
    height, width = ink.shape[1:]
    wide, high = _extents(ink)
    letters = np.array([chr(code) in _UNFRAMED for code in codes.tolist()], bool)
    found = letters & ink.any(axis=(1, 2)) & (wide >= _FRAME_SIZE * width) & (high >= _FRAME_SIZE * height)
    deep = 2 * unit_of((height, width))
    for row in np.flatnonzero(found).tolist():
        rows, columns = (np.flatnonzero(ink[row].any(axis=axis)) for axis in (1, 0))
        box = ink[row, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        sides = [box[:deep].any(axis=0), box[-deep:].any(axis=0), box[:, :deep].any(axis=1), box[:, -deep:].any(axis=1)]
        above, left = (size // 4 for size in box.shape)
        middle = box[above : box.shape[0] - above, left : box.shape[1] - left]
        found[row] = middle.any() and min(side.mean() for side in sides) >= _FRAME_SIDE
    return found


def _has_two_strengths(glyphs: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """Whether much of the ink is weaker than the rest, as what shines through from the back: bool (K,)."""
    if unit_of(ink.shape[1:]) == 1:  # a soft edge can be most of a thin stroke
        return np.zeros(len(ink), bool)
    core = _CORE * glyphs.max(axis=(1, 2), keepdims=True, initial=0)
    return _weak_share(glyphs, ink, core) > _MOST_BELOW_CORE


def _weak_share(glyphs: np.ndarray, ink: np.ndarray, firm: np.ndarray | int) -> np.ndarray:
    """The share of the ink that is weaker than `firm` and not beside such ink: float (K,)."""
    import cv2

    count, height, width = ink.shape
    unit = unit_of((height, width))
    column = np.zeros((count, height + unit, width), np.uint8)  # so that no image reaches the next
    column[:, :height] = glyphs >= firm
    near = cv2.dilate(column.reshape(-1, width), np.ones((2 * unit + 1, 2 * unit + 1), np.uint8))
    beside = near.reshape(column.shape)[:, :height] == 0
    return np.asarray(counts_of(ink & beside) / np.maximum(counts_of(ink), 1))


def _is_sheet(ink: np.ndarray, area: int) -> bool:
    """Whether the ink is nearly a rectangle, and no long and narrow one; bool (h, w), its ink in pixels."""
    import cv2

    rows = np.flatnonzero(ink.any(axis=1))
    inked = ink[rows]
    # The ends of the rows have the same hull as all the ink.
    ends = np.stack([inked.argmax(axis=1), ink.shape[1] - 1 - inked[:, ::-1].argmax(axis=1)])
    points = np.stack([ends, np.broadcast_to(rows, ends.shape)], axis=-1).reshape(-1, 1, 2).astype(np.int32)
    middle, size, angle = cv2.minAreaRect(points)
    shorter, longer = sorted(side + 1 for side in size)  # from the middle of a pixel to the middle of another
    if shorter < 0.6 * longer or area <= _SHEET * shorter * longer:
        return False
    corners = cv2.boxPoints((middle, [max(side * 0.9, 1) for side in size], angle))
    steps = np.linspace(0, 1, 10)[:, None, None]
    edges = np.rint(corners * (1 - steps) + np.roll(corners, 1, axis=0) * steps).astype(int).reshape(-1, 2)
    x, y = np.clip(edges, 0, np.array(ink.shape[::-1]) - 1).T
    return bool(ink[y, x].mean() > _SHEET_EDGES)


def _extents(ink: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The width and height of the ink's box in each image, in pixels: int64 (K,) each."""
    columns, rows = np.asarray(ink.any(axis=1)), np.asarray(ink.any(axis=2))
    wide, high = (lines.shape[1] - lines.argmax(1) - lines[:, ::-1].argmax(1) for lines in (columns, rows))
    return wide, high


def _thickness(ink: np.ndarray) -> np.ndarray:
    """The width of the widest stroke of each glyph, in pixels: float (K,)."""
    import cv2

    count, height, width = ink.shape
    if not count:
        return np.empty(0)
    column = np.zeros((count, height + 2, width + 2), np.uint8)  # so that ink ends at the sides of the image
    column[:, 1:-1, 1:-1] = ink
    away = cv2.distanceTransform(column.reshape(-1, width + 2), cv2.DIST_L2, 3)
    return np.asarray(2 * away.reshape(count, -1).max(axis=1) - 1)


def _on_all_sides(ink: np.ndarray) -> np.ndarray:
    """Whether there is ink on each side of an image: bool (K, h, w) -> bool (K,)."""
    return np.all([side.any(axis=1) for side in (ink[:, 0], ink[:, -1], ink[:, :, 0], ink[:, :, -1])], axis=0)
