"""Scans that stand on plain black, white or grey: crops that were padded, and cut-outs that were pasted.

Used by scans.py. Programs that prepare images for training pad crops to squares, or paste what a mask cuts out on plain
black or white. The level of paper then changes where no ink is. A rectangle of paper is read by itself; in a cut-out of
any other shape, the paper along the ink must not have become ink.
"""

from __future__ import annotations

import numpy as np

from mygenerator.glyphs.scan_shapes import FIRM, counts_of, unit_of
from mygenerator.strip.ink import GLYPH_INK

_PLAIN, _PLAIN_GREY, _PLAIN_BORDER = 6, 2, 0.6
"""A plain ground has one level: within 6 levels of black or white, within 2 of grey, on this share of the border."""
_NARROWEST = 8
"""The shorter side of the narrowest padded crop that is looked into, in pixels of MNIST's size."""
_FULL_SIDE = 0.95
"""A rectangle of paper covers at least this share of each of its sides."""
_EVEN = 24
"""A rectangle whose levels differ by less is ink."""
_LEAST_UNLIKE, _WITHOUT_HOLES = 0.99, frozenset("12357")
"""If this share of a rectangle differs from the ground, nothing shows through it; in these digits, nothing can."""
_SEEN, _SEEN_SHARE = 12, 0.15
"""What differs from the ground by more levels, and by more of the strongest difference, is not ground."""
_FAR, _CORE = 0.25, 0.75
"""Shares of the strongest difference from the ground: less is no rim, more is certainly ink."""
_MOST_RIM, _MOST_RIM_SMALL = 0.2, 0.45
"""The largest share of the ink that can be such a rim; the second in MNIST's size, where a soft edge can be as wide."""
_LEAST_THICK = 0.15
"""The least share of the ink that is more than a pixel of MNIST's size from paper, if there is a rim around strokes."""
_MOST_BURIED = 0.1
"""The most that is neither ink nor ground, and not beside ground, as a share of the ink."""
_LEAST_MIDDLE = 0.6
"""The middle of strokes is at least this share of the strongest difference."""


def grounds_of(stack: np.ndarray) -> np.ndarray:
    """The level along most of the border of each image if that is plain, and -1 if it is not: int16 (K,)."""
    borders = np.concatenate([stack[:, 0], stack[:, -1], stack[:, :, 0], stack[:, :, -1]], axis=1)
    middle = np.partition(borders, borders.shape[1] // 2, axis=1)[:, borders.shape[1] // 2].astype(np.int16)
    grounds = np.where(middle <= _PLAIN, 0, np.where(middle >= 255 - _PLAIN, 255, middle))
    near = np.where((grounds == 0) | (grounds == 255), _PLAIN, _PLAIN_GREY)
    plain = (np.abs(borders - grounds[:, None]) <= near[:, None]).mean(axis=1) >= _PLAIN_BORDER
    return np.where(plain, grounds, -1).astype(np.int16)


def inside_padding(stack: np.ndarray, grounds: np.ndarray, codes: np.ndarray) -> dict[int, tuple[slice, slice]]:
    """The rectangles of paper that were padded, without their soft rim, by the row of the image in the stack.

    A bold character can be a rectangle too, with the ground showing through it: a 0, say, but not a 7.
    """
    height, width = stack.shape[1:]
    unit = unit_of((height, width))
    rows = np.flatnonzero(grounds >= 0)
    unlike = _from_ground(stack, grounds, rows) > _PLAIN
    high, wide = (np.count_nonzero(unlike.any(axis=axis), axis=1) for axis in (2, 1))
    likely = (counts_of(unlike) > 0.8 * wide * high) & (np.minimum(wide, high) >= _NARROWEST * unit)
    found = {}
    for at in np.flatnonzero(likely & ((wide < width) | (high < height))).tolist():
        window = _rectangle(unlike[at], unit)
        if window is None or np.ptp(np.percentile(stack[rows[at]][window], (1, 99))) <= _EVEN:
            continue
        if unlike[at][window].mean() > _LEAST_UNLIKE or chr(codes[rows[at]]) in _WITHOUT_HOLES:
            found[int(rows[at])] = window
    return found


def _rectangle(unlike: np.ndarray, rim: int) -> tuple[slice, slice] | None:
    """The inside of a rectangle, bool (h, w), without a rim of that width; None if it is no rectangle."""
    rows, columns = (np.flatnonzero(unlike.any(axis=axis)) for axis in (1, 0))
    for soft in range(rim + 1):  # what is soft is not unlike the ground everywhere
        top, bottom, left, right = rows[0] + soft, rows[-1] - soft, columns[0] + soft, columns[-1] - soft
        box = unlike[top : bottom + 1, left : right + 1]
        if min(side.mean() for side in (box[0], box[-1], box[:, 0], box[:, -1])) >= _FULL_SIDE:
            return slice(int(top) + rim, int(bottom) + 1 - rim), slice(int(left) + rim, int(right) + 1 - rim)
    return None


def are_cut_out(stack: np.ndarray, grounds: np.ndarray, glyphs: np.ndarray) -> np.ndarray:
    """Whether paper around the ink of a scan became ink, or ink within it became paper: bool (K,).

    Parameters
    ----------
    stack : uint8 array (K, h, w)
        Scans.
    grounds : int array (K,)
        What `grounds_of` found.
    glyphs : uint8 array (K, h, w)
        What was read from them, white ink on black.
    """
    found = np.zeros(len(stack), bool)
    rows = np.flatnonzero((grounds == 0) | (grounds == 255))
    step = max(1, unit_of(stack.shape[1:]) // 2)  # two pixels for one of MNIST's size show as much as more
    far, glyphs = _from_ground(stack, grounds, rows)[:, ::step, ::step], glyphs[rows, ::step, ::step]
    if len(rows) == 0:
        return found
    strong = far.max(axis=(1, 2)).astype(np.float64)  # not less than the level that is used below, and found at once
    for at in np.flatnonzero(_is_ringed(far, glyphs, strong) | _is_hollow(far, glyphs, strong)).tolist():
        seen = far[at][far[at] > _SEEN]
        one = far[at : at + 1], glyphs[at : at + 1], np.percentile(seen, [98])
        found[rows[at]] = _is_ringed(*one)[0] or _is_hollow(*one)[0]
    return found


def _from_ground(stack: np.ndarray, grounds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """How far each pixel is from the plain level around it: uint8 (len(rows), h, w)."""
    level, ground = stack[rows], grounds[rows].astype(np.uint8)[:, None, None]
    return np.maximum(level, ground) - np.minimum(level, ground)


def _is_ringed(far: np.ndarray, glyphs: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """Whether ink has a rim as weak as paper and wider than a soft edge: bool (K,)."""
    import cv2

    count, height, width = far.shape
    unit = unit_of((height, width))
    firm = _stacked(far >= _CORE * strong[:, None, None], unit)
    near = cv2.dilate(firm, np.ones((2 * unit + 1, 2 * unit + 1), np.uint8)).reshape(count, -1, width)[:, :height]
    ink = glyphs >= GLYPH_INK
    deep = cv2.erode(_stacked(ink, unit), np.ones((2 * unit + 1, 2 * unit + 1), np.uint8), borderValue=0)
    thick = deep.reshape(count, -1, width).sum(axis=(1, 2)) > _LEAST_THICK * counts_of(ink)
    rim = ink & (near == 0) & (far >= _FAR * strong[:, None, None])
    return thick & np.asarray(counts_of(rim) > (_MOST_RIM if unit > 1 else _MOST_RIM_SMALL) * counts_of(ink))


def _is_hollow(far: np.ndarray, glyphs: np.ndarray, strong: np.ndarray) -> np.ndarray:
    """Whether the middle of what stands out is not ink, and much weaker than the rest: bool (K,)."""
    import cv2

    count, height, width = far.shape
    unit = unit_of((height, width))
    seen = np.maximum(_SEEN, _SEEN_SHARE * strong)[:, None, None]
    inside = cv2.distanceTransform(_stacked(far > seen, 1), cv2.DIST_L2, 3)
    around = _around(glyphs >= GLYPH_INK)
    deep = around & (inside > max(3, 2 * unit)).reshape(count, -1, width)[:, :height]
    buried = counts_of(deep & (glyphs < GLYPH_INK)) > _MOST_BURIED * counts_of(glyphs >= GLYPH_INK)
    if unit == 1:
        return np.asarray(buried)
    middle = (inside >= cv2.dilate(inside, np.ones((3, 3), np.uint8))) & (inside >= 1.5)
    middle = middle.reshape(count, -1, width)[:, :height] & around
    weak, inked = (counts_of(middle & each) for each in (far < _LEAST_MIDDLE * strong[:, None, None], glyphs >= FIRM))
    return np.asarray(buried | ((2 * weak > counts_of(middle)) & (2 * inked < counts_of(middle))))


def _around(ink: np.ndarray) -> np.ndarray:
    """The box around the ink of each image, not what lies beside it: bool (K, h, w)."""
    lines = []
    for axis in (2, 1):
        found = np.asarray(ink.any(axis=axis))
        before, after = np.logical_or.accumulate(found, axis=1), np.logical_or.accumulate(found[:, ::-1], axis=1)
        lines.append(before & after[:, ::-1])
    return np.asarray(lines[0][:, :, None] & lines[1][:, None, :])


def _stacked(found: np.ndarray, gap: int) -> np.ndarray:
    """Images below each other with `gap` blank rows between them, so that none reaches the next: uint8."""
    count, height, width = found.shape
    column = np.zeros((count, height + gap, width), np.uint8)
    column[:, :height] = found
    return column.reshape(-1, width)
