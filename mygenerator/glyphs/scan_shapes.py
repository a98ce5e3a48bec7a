"""What a scan of a character looks like: a stroke, with paper around it, and nothing else.

Used by scans.py and uneven_scans.py. All glyphs of one size are measured at once, as bool or uint8 arrays (K, h, w).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from mygenerator.glyphs.reasons import ALL_SIDES, EDGE, LINE, MARKS, MOSTLY_INK, NO_STROKE
from mygenerator.strip.ink import GLYPH_INK

MOST_WEAK = 0.08
"""Ink below _FIRM is the soft edge of firmer ink, except for this share; in MNIST's test digits up to 0.063."""
_FIRM = 128
_MOST_INK = 0.5
_THICKEST = 0.6
"""The largest width of a stroke, as a share of the longer side of the ink's box; one of 1,000 MNIST digits has 0.55."""
_SHEET, _SHEET_EDGES = 0.72, 0.93
"""A sheet covers more than these shares of the smallest rectangle around it and of that rectangle's edges; digits of
MNIST cover up to 0.85 of the edges."""
_CORNER = 4
"""A corner of the image that is ink this far along both sides is a fold or a dark corner; in pixels of MNIST's size."""


def unit_of(shape: tuple[int, ...]) -> int:
    """The width in pixels of what is one pixel wide in MNIST's size."""
    return max(1, round(min(shape) / 28))


def odd_shapes(glyphs: np.ndarray, strokes: Sequence[bool]) -> Iterator[tuple[int, str]]:
    """The glyphs that do not look like a character, and why: (row, reason)."""
    ink = glyphs >= GLYPH_INK
    odd = {
        MOSTLY_INK: ink.sum(axis=(1, 2)) > ink[0].size * _MOST_INK,
        ALL_SIDES: on_all_sides(ink),
        LINE: has_line_across(ink),
        EDGE: _in_a_corner(ink),
        MARKS: weak_share(glyphs, ink) > MOST_WEAK,
        NO_STROKE: strokes & ((_thickness(ink) > _THICKEST) | _is_sheet(ink)),
    }
    for reason, rows in odd.items():
        for row in np.flatnonzero(rows).tolist():
            yield row, reason


def has_line_across(ink: np.ndarray) -> np.ndarray:
    """Whether a row of the image is ink from side to side, or nearly so: bool (K,)."""
    return np.asarray(((ink.mean(axis=2) > 0.9) & ink[:, :, 0] & ink[:, :, -1]).any(axis=1))


def is_cropped(glyph: np.ndarray) -> bool:
    """Whether a glyph seems to be cut out without any paper around it."""
    ink = glyph >= GLYPH_INK
    return bool(on_all_sides(ink[None])[0]) and 0.1 < ink.mean() < _MOST_INK


def _in_a_corner(ink: np.ndarray) -> np.ndarray:
    """Whether a corner of the image is dark along both of its sides: bool (K,)."""
    wide = _CORNER * unit_of(ink.shape[1:])
    turned = (ink, ink[:, ::-1], ink[:, :, ::-1], ink[:, ::-1, ::-1])
    return np.any([each[:, 0, :wide].all(axis=1) & each[:, :wide, 0].all(axis=1) for each in turned], axis=0)


def weak_share(glyphs: np.ndarray, ink: np.ndarray) -> np.ndarray:
    """The share of the ink that is weak and not beside firm ink: float (K,)."""
    import cv2

    count, height, width = ink.shape
    unit = unit_of((height, width))
    column = np.zeros((count, height + unit, width), np.uint8)  # so that no image reaches the next
    column[:, :height] = glyphs >= _FIRM
    near = cv2.dilate(column.reshape(-1, width), np.ones((2 * unit + 1, 2 * unit + 1), np.uint8))
    beside = near.reshape(column.shape)[:, :height] == 0
    return np.asarray((ink & beside).sum(axis=(1, 2)) / np.maximum(ink.sum(axis=(1, 2)), 1))


def _is_sheet(ink: np.ndarray) -> np.ndarray:
    """Whether the ink is nearly a rectangle, and no long and narrow one: bool (K,)."""
    import cv2

    found = np.zeros(len(ink), bool)
    columns, rows = np.asarray(ink.any(axis=1)), np.asarray(ink.any(axis=2))
    wide, high = (lines.shape[1] - lines.argmax(1) - lines[:, ::-1].argmax(1) for lines in (columns, rows))
    area, aspect = ink.sum(axis=(1, 2)), np.minimum(wide, high) / np.maximum(np.maximum(wide, high), 1)
    full = area / np.maximum(wide * high, 1)
    # The upright box around a sheet that is turned is less full, and nearer to a square.
    likely = (area >= 16) & (((full > 0.5) & (aspect > 0.4)) | ((full > 0.4) & (aspect > 0.8)))
    for row in np.flatnonzero(likely).tolist():
        middle, size, angle = cv2.minAreaRect(cv2.findNonZero(ink[row].astype(np.uint8)))
        shorter, longer = sorted(side + 1 for side in size)  # from the middle of a pixel to the middle of another
        if shorter < 0.6 * longer or area[row] <= _SHEET * shorter * longer:
            continue
        corners = cv2.boxPoints((middle, [max(side * 0.9, 1) for side in size], angle))
        steps = np.linspace(0, 1, 10)[:, None, None]
        points = np.rint(corners * (1 - steps) + np.roll(corners, 1, axis=0) * steps).astype(int).reshape(-1, 2)
        x, y = np.clip(points, 0, np.array(ink.shape[:0:-1]) - 1).T
        found[row] = ink[row][y, x].mean() > _SHEET_EDGES
    return found


def _thickness(ink: np.ndarray) -> np.ndarray:
    """The widest stroke of each glyph, as a share of the longer side of its ink's box: float (K,)."""
    import cv2

    count, height, width = ink.shape
    column = np.zeros((count, height + 2, width + 2), np.uint8)  # so that ink ends at the sides of the image
    column[:, 1:-1, 1:-1] = ink
    away = cv2.distanceTransform(column.reshape(-1, width + 2), cv2.DIST_L2, 3)
    widest = 2 * away.reshape(count, -1).max(axis=1) - 1
    lengths = []
    for inked in (np.asarray(ink.any(axis=1)), np.asarray(ink.any(axis=2))):
        lengths.append(inked.shape[1] - inked.argmax(axis=1) - inked[:, ::-1].argmax(axis=1))
    return np.asarray(widest / np.maximum(*lengths))


def on_all_sides(ink: np.ndarray) -> np.ndarray:
    """Whether there is ink on each side of an image: bool (K, h, w) -> bool (K,)."""
    return np.all([side.any(axis=1) for side in (ink[:, 0], ink[:, -1], ink[:, :, 0], ink[:, :, -1])], axis=0)
