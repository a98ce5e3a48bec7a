"""From scans and pictures of glyphs to MNIST's form: white ink on black, paper exactly black.

Comes between reading images (character_folder.py, GlyphSet.from_images) and ingest.py. Most scans are plain: dark ink
on even white paper, or the opposite. They are read by a few comparisons. In all others, paper and ink are told apart by
what they are: paper varies slowly from place to place, ink is thin. A scan that does not show clearly which is which is
not used, and the reason is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mygenerator.strip.ink import GLYPH_INK

FAINT, MARKS = "too faint", "faint marks"
UNCLEAR, EDGE = "unclear paper", "joined to an edge"
MOSTLY_INK, ALL_SIDES, LINE, NO_STROKE = "mostly ink", "touches all sides", "line across", "no stroke"
FAULTS = {
    FAINT: "ink hardly stands out from the paper",
    MARKS: "marks that are too faint to be ink for sure lie beside it",
    UNCLEAR: "paper and ink cannot be told apart",
    EDGE: "ink touches a line or a dark edge along a side of the image",
    MOSTLY_INK: "more than half of the image is ink",
    ALL_SIDES: "ink touches all four sides of the image",
    LINE: "a line runs through the image from the left side to the right",
    NO_STROKE: "the ink is a blot, not a stroke",
}
"""Why a scan is kept out: a short name, and what it means."""

_EVEN = 24
"""Even paper differs from its median by at most this many levels: three times the noise of a cheap scanner."""
_STRONG, _STRONG_SHARE = 160, 0.2
"""In a plain scan at least this share of the ink has at least this level."""
_MOST_INK, _MOST_PLAIN_INK = 0.5, 0.42
"""The largest share of an image that can be ink."""
_MOST_TOUCHING = 0.25
"""The largest share of an image's border that ink can cover if the border is to show the paper."""
_THICKEST = 0.6
"""The largest width of a stroke, as a share of the longer side of the ink's box; one of 1,000 MNIST digits has 0.55."""
_CHUNK_PIXELS = 4_000_000


@dataclass(frozen=True)
class Scans:
    """What was read from some scans.

    Attributes
    ----------
    images : list of uint8 arrays (h, w)
        White ink on black; where there is a fault, the scan as it was given.
    faults : list of str
        Why each scan cannot be used; "" if it can.
    plain : bool
        Whether all were plain, and none has a fault.
    """

    images: list[np.ndarray]
    faults: list[str]
    plain: bool

    @property
    def mark(self) -> bytes:
        """What the digest of a source's content has to cover besides its files.

        Earlier releases read all scans by the plain stretch and kept none out: what they stored for the same files is
        right only if all scans are plain.
        """
        return b"" if self.plain else b" found by place"


def read_scans(images: Sequence[np.ndarray], codes: np.ndarray) -> Scans:
    """Find paper and ink in each scan.

    In a plain scan, the levels from the paper's to 0 (dark ink) or 255 (light ink) are stretched to 0 to 255, in
    integers. In all others, the paper's level is found for each place, lines along the edges are taken off, and ink is
    stretched to its own strongest level.

    Parameters
    ----------
    images : sequence of uint8 arrays (h, w)
        Grey, of any sizes.
    codes : uint32 array (K,)
        Code points of the characters that they show: letters and digits consist of strokes, a full stop does not.
    """
    glyphs = list(images)
    faults = [""] * len(images)
    plain = True
    for places, stack in _stacks(images):
        read, easy = _plain(stack)
        for row in np.flatnonzero(~easy).tolist():
            plain = False
            read[row], faults[places[row]] = _from_uneven(stack[row])
        for row, fault in _odd_shapes(read, [chr(code).isalnum() for code in codes[places].tolist()]):
            plain = False
            faults[places[row]] = faults[places[row]] or fault
        for place, glyph in zip(places, read, strict=True):
            if not faults[place]:
                glyphs[place] = glyph
    return Scans(glyphs, faults, plain)


def _stacks(images: Sequence[np.ndarray]) -> Iterator[tuple[list[int], np.ndarray]]:
    """Images of one size, stacked, with their places."""
    by_shape: dict[tuple[int, ...], list[int]] = {}
    for place, image in enumerate(images):
        by_shape.setdefault(image.shape, []).append(place)
    for (height, width), places in by_shape.items():
        many = max(1, _CHUNK_PIXELS // (height * width))
        for start in range(0, len(places), many):
            chunk = places[start : start + many]
            yield chunk, np.stack([images[place] for place in chunk])


def _borders(stack: np.ndarray) -> np.ndarray:
    """The outermost pixels of each image: (K, 2 w + 2 h), top, bottom, left, right."""
    return np.concatenate([stack[:, 0], stack[:, -1], stack[:, :, 0], stack[:, :, -1]], axis=1)


def _plain(stack: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Plain scans as glyphs, uint8 (K, h, w), and which of them are plain, bool (K,)."""
    borders = _borders(stack)
    middle = np.sort(borders, axis=1)[:, borders.shape[1] // 2].astype(np.int16)
    above = stack - middle[:, None, None]
    darker, lighter = (above < -_EVEN).sum(axis=(1, 2)), (above > _EVEN).sum(axis=(1, 2))
    stray = stack[0].size // 500
    dark_ink, light_ink = (darker > stray) & (lighter <= stray), (lighter > stray) & (darker <= stray)
    turned = np.where(dark_ink[:, None, None], 255 - stack, stack)
    borders = np.where(dark_ink[:, None], 255 - borders, borders)
    paper = _paper_of(borders, np.where(dark_ink, 255 - middle, middle))
    levels = np.maximum(turned.astype(np.int32) - paper[:, None, None], 0)
    glyphs = (levels * 255 // np.maximum(255 - paper, 1)[:, None, None]).astype(np.uint8)

    ink, strong = (glyphs >= GLYPH_INK).sum(axis=(1, 2)), (glyphs >= _STRONG).sum(axis=(1, 2))
    weak = darker + lighter - ink
    touching = (borders.astype(np.int16) - paper[:, None] > _EVEN).mean(axis=1)
    plain = (
        (dark_ink | light_ink)
        & (paper < 128)
        & (touching <= _MOST_TOUCHING)
        & ~_has_line(borders, paper, stack.shape[1:])
        & (ink <= stack[0].size * _MOST_PLAIN_INK)
        & (strong >= ink * _STRONG_SHARE)
        & (weak <= ink * 1.5)
        & ~_on_all_sides(glyphs >= GLYPH_INK)
    )
    return glyphs, plain | ((darker == 0) & (lighter == 0) & (np.ptp(stack, axis=(1, 2)) <= 8))


def _paper_of(borders: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The median of each border's pixels that can be paper, those below 128, rounded down: int32 (K,)."""
    paper = np.median(borders, axis=1).astype(np.int32)
    mixed = np.flatnonzero((borders >= 128).any(axis=1) & (middle < 128))
    for row in mixed.tolist():
        paper[row] = int(np.median(borders[row][borders[row] < 128]))
    return paper


def _has_line(borders: np.ndarray, paper: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Whether a whole side of each image is unlike paper, nearly from corner to corner: bool (K,)."""
    height, width = shape
    unlike = np.abs(borders.astype(np.int16) - paper[:, None]) > _EVEN
    sides = np.split(unlike, [width, 2 * width, 2 * width + height], axis=1)
    return np.any([side.mean(axis=1) > 0.8 for side in sides], axis=0)


def _odd_shapes(glyphs: np.ndarray, strokes: Sequence[bool]) -> Iterator[tuple[int, str]]:
    """The glyphs that do not look like a character, and why: (row, reason)."""
    ink = glyphs >= GLYPH_INK
    odd = {
        MOSTLY_INK: ink.sum(axis=(1, 2)) > ink[0].size * _MOST_INK,
        ALL_SIDES: _on_all_sides(ink),
        LINE: _has_line_across(ink),
        NO_STROKE: strokes & (_thickness(ink) > _THICKEST),
    }
    for reason, rows in odd.items():
        for row in np.flatnonzero(rows).tolist():
            yield row, reason


def _has_line_across(ink: np.ndarray) -> np.ndarray:
    """Whether a row of the image is ink from side to side, or nearly so: bool (K,)."""
    return np.asarray(((ink.mean(axis=2) > 0.9) & ink[:, :, 0] & ink[:, :, -1]).any(axis=1))


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


def _on_all_sides(ink: np.ndarray) -> np.ndarray:
    """Whether there is ink on each side of an image: bool (K, h, w) -> bool (K,)."""
    return np.all([side.any(axis=1) for side in (ink[:, 0], ink[:, -1], ink[:, :, 0], ink[:, :, -1])], axis=0)


@dataclass(frozen=True)
class _Reading:
    """A scan read as ink of one kind on paper whose level was found for each place.

    Attributes
    ----------
    ink : float32 (h, w)
        How far each pixel is from its paper, towards ink; in shares of white if ink is dark.
    noise : float
        The deviation of `ink` where there is paper.
    strong : float
        The level of strong ink.
    roughness : float
        How much the paper varies, as a share of `strong`.
    """

    ink: np.ndarray
    noise: float
    strong: float
    roughness: float


_STROKE_SHARE = 0.45
"""Ink is narrower than this share of the image's shorter side."""
_ROUGHEST, _CLEARLY_SMOOTHER = 0.48, 0.5
_LEAST_CONTRAST, _LEAST_OVER_NOISE = 20, 5


def _from_uneven(image: np.ndarray) -> tuple[np.ndarray, str]:
    """The glyph of a scan that is not plain, and why it cannot be used ("" if it can)."""
    nothing = np.zeros_like(image)
    if min(image.shape) < 8:
        return nothing, UNCLEAR
    readings = sorted((_against(image, dark) for dark in (True, False)), key=lambda one: one.roughness)
    best, other = readings
    if best.strong < max(_LEAST_CONTRAST, _LEAST_OVER_NOISE * best.noise):
        return nothing, FAINT
    if best.roughness > _ROUGHEST or best.roughness > _CLEARLY_SMOOTHER * other.roughness:
        return nothing, UNCLEAR
    return _stretched(best)


def _against(image: np.ndarray, dark: bool) -> _Reading:
    """Read a scan as dark or as light ink: whatever is thin is ink, the paper lies behind it."""
    import cv2

    side = min(image.shape)
    unit = _unit(image.shape)
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
    return _Reading(ink, noise, strong, (high - low) / max(strong, 1.0))


def _share(levels: np.ndarray, share: float) -> float:
    """The level that this share of all levels is below; 0 if there are none."""
    place = int(share * levels.size)
    return float(np.partition(levels, place, axis=None)[place]) if levels.size else 0.0


def _unit(shape: tuple[int, ...]) -> int:
    """The width in pixels of what is one pixel wide in MNIST's size."""
    return max(1, round(min(shape) / 28))


def _stretched(reading: _Reading) -> tuple[np.ndarray, str]:
    """The glyph of a reading without lines along the edges, and why it cannot be used ("" if it can)."""
    import cv2

    ink, unit = reading.ink, _unit(reading.ink.shape)
    seen = ink > max(4 * reading.noise, 0.2 * reading.strong)
    inner = _inside_lines(seen)
    window = seen[inner]
    nothing = np.zeros(ink.shape, np.uint8)
    if window.size == 0:
        return nothing, UNCLEAR
    cut = [inner[0].start > 0, inner[0].stop < ink.shape[0], inner[1].start > 0, inner[1].stop < ink.shape[1]]
    for side, edge in zip(cut, (window[0], window[-1], window[:, 0], window[:, -1]), strict=True):
        if side and edge.any():
            return nothing, EDGE
    if not window.any():
        return nothing, ""
    strong = _share(ink[inner][window], 0.7)
    if strong < max(_LEAST_CONTRAST, _LEAST_OVER_NOISE * reading.noise):
        return nothing, FAINT
    low, high = max(0.2 * strong, 3 * reading.noise), 0.95 * strong
    glyph = nothing.copy()
    glyph[inner] = np.clip((ink[inner] - low) * (255 / (high - low)), 0, 255).astype(np.uint8)
    inked = (glyph >= GLYPH_INK).astype(np.uint8)
    near = cv2.dilate(inked, np.ones((2 * unit + 1, 2 * unit + 1), np.uint8))
    left = int((window & (near[inner] == 0)).sum())
    if left > max(0.08 * int(inked.sum()), 2 * unit * unit):
        return nothing, MARKS
    return glyph, ""


def _inside_lines(seen: np.ndarray) -> tuple[slice, slice]:
    """The part of an image inside the lines along its edges."""
    slices = []
    for lines in (seen.mean(axis=1), seen.mean(axis=0)):
        outer = max(1, len(lines) // 5)
        first, last = np.flatnonzero(lines[:outer] > 0.8), np.flatnonzero(lines[-outer:] > 0.8)
        start = int(first[-1]) + 1 if first.size else 0
        stop = len(lines) - outer + int(last[0]) if last.size else len(lines)
        slices.append(slice(start, max(start, stop)))
    return slices[0], slices[1]
