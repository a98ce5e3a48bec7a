"""`raster.render` for one strip: two products of matrices for each glyph, which is faster than lists of all columns.

It makes the same bytes as the definition in raster.py: weights and pixels are whole numbers whose sums stay below
2**24, so float32 holds them exactly, in whatever order a library adds them up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from mygenerator.strip.ink import GLYPH_INK, MIN_INK

Taps = Callable[[int, int], tuple[np.ndarray, np.ndarray]]
_UNIT, _HALF = np.float32(1 / 256), np.float32(128)


def render(  # pylint: disable=too-many-locals
    images: np.ndarray,
    ink: Sequence[Sequence[int]],
    ids: Sequence[int],
    boxes: Sequence[Sequence[int]],
    size: tuple[int, int],
    taps: Taps,
) -> np.ndarray:
    """One strip, white ink on black: uint8 (height, width).

    Parameters
    ----------
    images : uint8 (K, h, w)
    ids : the image of each glyph
    ink, boxes : four integers for each glyph
        Where its ink is on its canvas, and where it goes.
    size : (int, int)
        Height and width of the strip.
    taps : `raster.taps`
    """
    height, width = size
    cells = images[ids].astype(np.float32)
    across = np.zeros((images.shape[1], width), np.float32)
    places = [(*source, *target) for source, target in zip(ink, boxes, strict=True)]
    for cell, (x0, y0, x1, y1, left, _, right, _) in zip(cells, places, strict=True):
        across[: y1 - y0, left:right] = cell[y0:y1, x0:x1].dot(_by_column(taps, x1 - x0, right - left))
    _to_levels(across)
    np.floor(across, out=across)
    pixels = np.zeros((height, width), np.float32)
    for _, y0, _, y1, left, top, right, bottom in places:
        pixels[top:bottom, left:right] = _by_row(taps, y1 - y0, bottom - top).dot(across[: y1 - y0, left:right])
    _to_levels(pixels)
    strip = pixels.astype(np.uint8)
    brightest = strip.max(axis=0)
    if np.count_nonzero(brightest >= MIN_INK) < sum(right - left for *_, left, _, right, _ in places):
        for number, place in zip(ids, places, strict=True):
            _lift(strip, images[number], place, brightest.tolist())
    return strip


def _to_levels(sums: np.ndarray) -> None:
    """Sums of pixels times weights to grey levels and a fraction, so that dropping the fraction rounds half up."""
    sums += _HALF
    sums *= _UNIT


def _lift(strip: np.ndarray, image: np.ndarray, place: Sequence[int], brightest: list[int]) -> None:
    """Lift the faint columns of a box, as `raster.render` says."""
    x0, y0, x1, y1, left, top, right, bottom = place
    for column in range(left, right):
        if brightest[column] < MIN_INK:
            line = image[y0:y1, x0 + (2 * (column - left) + 1) * (x1 - x0) // (2 * (right - left))]
            row = int(line.argmax())
            if line[row] >= GLYPH_INK:
                strip[top + (2 * row + 1) * (bottom - top) // (2 * (y1 - y0)), column] = MIN_INK


@lru_cache(maxsize=1024)
def _by_column(taps: Taps, source: int, target: int) -> np.ndarray:
    """The weights of `taps` as a matrix: float32 (source, target)."""
    matrix = np.zeros((source, target), np.float32)
    for pixels, weights in zip(*taps(source, target), strict=True):
        matrix[pixels, np.arange(target)] += weights
    return matrix


@lru_cache(maxsize=1024)
def _by_row(taps: Taps, source: int, target: int) -> np.ndarray:
    return np.ascontiguousarray(_by_column(taps, source, target).T)
