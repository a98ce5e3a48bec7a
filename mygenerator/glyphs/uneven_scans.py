"""Reads a scan whose paper is not plain: grey, unevenly lit, noisy, with lines along its edges, with faint ink.

Used by scans.py. Ink is what is thin: morphological closing with a square that is wider than any stroke leaves the
paper behind it (J. Serra, "Image Analysis and Mathematical Morphology", 1982). That is done for dark and for light ink.
For the right one, paper varies less than ink stands out; for the wrong one, as much, because what it takes for paper
has strokes in it. Ink is then found by Otsu's threshold (N. Otsu, IEEE Trans. SMC 9(1), 1979) and stretched to its own
strongest level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mygenerator.glyphs.reasons import EDGE, FAINT, MARKS, UNCLEAR
from mygenerator.glyphs.scan_shapes import DIGITS, has_hole, unit_of
from mygenerator.strip.ink import GLYPH_INK

_STROKE_SHARE = 0.45
"""Ink is narrower than this share of the image's shorter side."""
_ROUGHEST = 0.48
"""The most that paper varies, as a share of how far ink stands out from it."""
_SMOOTHER = 0.5
"""Paper read rightly varies at most this much of what it does if ink is taken for paper."""
_LEAST_CONTRAST, _LEAST_OVER_NOISE = 20, 6
"""Ink stands out by at least this many levels, and by this many deviations of the paper's noise."""
_GLARE, _GLARE_CONTRAST = 254, 24
"""The level that a camera shows where light is so bright that ink may have faded; if paper varies by so many levels."""
_SMALLEST = 8
"""The shorter side of the smallest image that shows what is thin, in pixels."""
_OUTER = 5
"""Lines along an edge are in the outer fifth of the image."""
_LINE_SHARE = 0.8
_OTHER_SIDE, _MOST_OTHER_SIDE = 0.35, 0.02
"""How much of the image can be lighter than the paper of dark ink, or darker than that of light ink, by such a share of
the ink's level: if more is, it is a third thing beside paper and ink."""


@dataclass(frozen=True)
class _Reading:
    """A scan read as ink of one kind on paper whose level was found for each place.

    Attributes
    ----------
    dark : bool
        Whether ink is darker than paper.
    ink : float32 (h, w)
        How far each pixel is from its paper, towards ink; in shares of white if ink is dark.
    noise : float
        The deviation of `ink` where there is paper.
    strong : float
        The level of strong ink.
    roughness : float
        How much the paper varies, as a share of `strong`.
    """

    dark: bool
    ink: np.ndarray
    noise: float
    strong: float
    roughness: float


def from_uneven(image: np.ndarray, character: str) -> tuple[np.ndarray, str]:
    """The glyph of a scan that is not plain, and why it cannot be used ("" if it can).

    Parameters
    ----------
    image : uint8 array (h, w)
    character : str
        What it is said to show: a digit has no box of its own.
    """
    nothing = np.zeros_like(image)
    if min(image.shape) < _SMALLEST:
        return nothing, UNCLEAR
    readings = sorted((_against(image, dark) for dark in (True, False)), key=lambda one: one.roughness)
    best, other = readings
    if best.dark and best.roughness * best.strong > _GLARE_CONTRAST and _has_glare(image):
        return nothing, UNCLEAR
    if best.strong < max(_LEAST_CONTRAST, _LEAST_OVER_NOISE * best.noise):
        return nothing, FAINT
    if best.roughness > _ROUGHEST or best.roughness > _SMOOTHER * other.roughness:
        return nothing, UNCLEAR
    return _stretched(best, character)


def _has_glare(image: np.ndarray) -> bool:
    """Whether there is a spot of glare inside the image."""
    share, outside = (
        np.mean(image >= _GLARE),
        np.mean(np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]]) >= _GLARE),
    )
    return bool(0.01 < share < 0.35 and outside < 0.05)


def _against(image: np.ndarray, dark: bool) -> _Reading:
    """Read a scan as dark or as light ink: whatever is thin is ink, the paper lies behind it."""
    import cv2

    side = min(image.shape)
    unit = unit_of(image.shape)
    level = image if dark else 255 - image
    soft = cv2.blur(level, (2 * unit + 1, 2 * unit + 1))
    reach = int(_STROKE_SHARE * side) // 2 * 2 + 1
    paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.blur(paper, (reach // 2, reach // 2))
    ink = paper.astype(np.float32) - level
    if dark:  # the same ink takes the same share of any light
        ink *= 255 / np.maximum(paper, 64).astype(np.float32)
    limit, _ = cv2.threshold(np.clip(ink, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_OTSU)
    inked = ink > limit
    bare = ink[cv2.dilate(inked.astype(np.uint8), np.ones((2 * unit + 1, 2 * unit + 1), np.uint8)) == 0]
    strong = _share(ink[inked], 0.6)
    low, high = _share(paper, 0.02), _share(paper, 0.98)
    noise = float(bare.std()) if bare.size else 0.0
    return _Reading(dark, ink, noise, strong, (high - low) / max(strong, 1.0))


def _share(levels: np.ndarray, share: float) -> float:
    """The level that this share of all levels is below; 0 if there are none."""
    place = int(share * levels.size)
    return float(np.partition(levels, place, axis=None)[place]) if levels.size else 0.0


def _stretched(reading: _Reading, character: str) -> tuple[np.ndarray, str]:
    """The glyph of a reading without lines along the edges, and why it cannot be used ("" if it can)."""

    ink = reading.ink
    seen = ink > max(4 * reading.noise, 0.2 * reading.strong)
    inner = _inside_lines(seen, character)
    nothing = np.zeros(ink.shape, np.uint8)
    if _is_unclear(reading, inner):
        return nothing, UNCLEAR
    rims, joined = _rims(seen, inner)
    window = seen[inner] & ~rims
    if joined or not window.any():
        return nothing, EDGE if joined else ""
    strong = _share(ink[inner][window], 0.7)
    if strong < max(_LEAST_CONTRAST, _LEAST_OVER_NOISE * reading.noise):
        return nothing, FAINT
    low, high = max(0.2 * strong, 3 * reading.noise), 0.95 * strong
    glyph = nothing.copy()
    glyph[inner] = np.where(rims, 0, np.clip((ink[inner] - low) * (255 / (high - low)), 0, 255)).astype(np.uint8)
    was_cut = window.shape != ink.shape
    if character == "0" and was_cut and not has_hole(glyph >= GLYPH_INK):  # what was cut off was the 0
        return nothing, EDGE
    return (nothing, MARKS) if _has_marks(glyph[inner], window) else (glyph, "")


def _is_unclear(reading: _Reading, inner: tuple[slice, slice]) -> bool:
    """Whether nothing is left inside lines, or light paper was taken for lines, or there is a third thing."""
    sizes = reading.ink.shape
    nothing_left = any(part.start >= part.stop for part in inner)
    all_round = all(part.start > 0 and part.stop < size for part, size in zip(inner, sizes, strict=True))
    third = (reading.ink < -_OTHER_SIDE * reading.strong).mean() > _MOST_OTHER_SIDE
    return bool(nothing_left or (all_round and not reading.dark) or third)


def _has_marks(glyph: np.ndarray, seen: np.ndarray) -> bool:
    """Whether much is seen that did not become ink, and is not beside it."""
    import cv2

    unit = unit_of(glyph.shape)
    inked = (glyph >= GLYPH_INK).astype(np.uint8)
    near = cv2.dilate(inked, np.ones((2 * unit + 1, 2 * unit + 1), np.uint8))
    left = np.count_nonzero(seen & (near == 0))
    return bool(left > max(0.08 * np.count_nonzero(inked), 2 * unit * unit))


def _rims(seen: np.ndarray, inner: tuple[slice, slice]) -> tuple[np.ndarray, bool]:
    """The soft rims of lines that were cut off, bool of the shape of `inner`, and whether ink reaches such a line."""
    import cv2

    window, unit = seen[inner], unit_of(seen.shape)
    rims, edges = np.zeros(window.shape, bool), np.zeros(window.shape, bool)
    for axis, (part, size) in enumerate(zip(inner, seen.shape, strict=True)):
        for is_cut, line, edge in ((part.start > 0, slice(0, unit), 0), (part.stop < size, slice(-unit, None), -1)):
            if is_cut:
                np.moveaxis(rims, axis, 0)[line] = True
                np.moveaxis(edges, axis, 0)[edge] = True
    if not rims.any():
        return rims, False
    _, parts = cv2.connectedComponents(window.astype(np.uint8), connectivity=8)
    beyond = np.unique(parts[~rims & window])
    joined = bool(np.isin(parts[edges & window], beyond).any())
    return rims & window & ~np.isin(parts, beyond), joined


def _inside_lines(seen: np.ndarray, character: str) -> tuple[slice, slice]:
    """The part of an image inside the lines along its edges.

    A line runs from side to side of the image. That of a box can end before, but only a digit has no such strokes.
    """
    near = unit_of(seen.shape)
    ends: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for lines in (seen, seen.T):
        size = len(lines)
        outer = max(1, size // _OUTER)
        whole = lines.mean(axis=1) > _LINE_SHARE
        reaching = lines[:, : near + 1].any(axis=1) & lines[:, -near - 1 :].any(axis=1)
        for must_reach, is_line in ((False, whole), (True, whole & reaching)):
            first, last = np.flatnonzero(is_line[:outer]), np.flatnonzero(is_line[-outer:])
            start = int(first[-1]) + 1 if first.size else 0
            stop = size - outer + int(last[0]) if last.size else size
            ends[must_reach].append((start, max(start, stop)))
    is_box = all(start > 0 and stop < size for (start, stop), size in zip(ends[False], seen.shape, strict=True))
    found = ends[not (is_box and character in DIGITS)]
    return slice(*found[0]), slice(*found[1])
