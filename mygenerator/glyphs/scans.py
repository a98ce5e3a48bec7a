"""From scans and pictures of glyphs to MNIST's form: white ink on black, paper exactly black.

Comes between reading images (character_folder.py, GlyphSet.from_images) and ingest.py. Most scans are plain: dark ink
on even white paper, or the opposite. They are read here, many at once; all others by uneven_scans.py. A scan that does
not show clearly what is paper and what is ink, or whose ink does not look like a character (scan_shapes.py), is not
used, and the reason is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mygenerator.glyphs.pasted import are_cut_out, grounds_of, inside_padding
from mygenerator.glyphs.reasons import ALL_SIDES, EMPTY, MORE, NO_STROKE, PASTED, UNCLEAR
from mygenerator.glyphs.scan_shapes import are_blots, counts_of, is_cropped, odd_outlines
from mygenerator.glyphs.uneven_scans import from_uneven
from mygenerator.strip.ink import GLYPH_INK

_EVEN = 24
"""Even paper differs from its median by at most this many levels: three times the noise of a cheap scanner."""
_STRONG, _STRONG_SHARE = 160, 0.2
"""In a plain scan at least this share of the ink has at least this level."""
_MOST_PLAIN_INK = 0.42
"""The largest share of an image that is ink in a plain scan."""
_MOST_TOUCHING = 0.25
"""The largest share of an image's border that ink can cover if the border is to show the paper."""
_DOTS = "\u0660\u06f0"
"""Digits that are a dot: the zeros of Arabic and Persian."""
_LEFT = 0.85
"""If a scan is read once more and less than this share of the ink is left, lines around it were taken off."""
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
        grounds = grounds_of(stack)
        read, why, easy = _read(stack, codes[places], grounds)
        plain = plain and easy
        for row, window in inside_padding(stack, grounds, codes[places]).items():
            plain = False
            crop, (why[row],), _ = _read(stack[row : row + 1, *window], codes[places[row : row + 1]])
            read[row] = 0
            read[row][window] = crop[0]
        for place, glyph, fault in zip(places, read, why, strict=True):
            faults[place] = fault
            if not fault:
                glyphs[place] = glyph
    return Scans(glyphs, faults, plain)


def _read(
    stack: np.ndarray, codes: np.ndarray, grounds: np.ndarray | None = None
) -> tuple[np.ndarray, list[str], bool]:
    """The glyphs of scans of one size, uint8 (K, h, w), why each cannot be used, and whether all are plain."""
    glyphs, easy, joined = _plain(stack, codes)
    faults = [""] * len(stack)
    hard = np.flatnonzero(~easy)
    for row in hard.tolist():
        cropped, ink = is_cropped(glyphs[row]), np.count_nonzero(glyphs[row] >= GLYPH_INK)
        glyphs[row], fault = from_uneven(stack[row], chr(codes[row]))
        faults[row] = ALL_SIDES if fault == UNCLEAR and cropped else fault
        if joined[row] and np.count_nonzero(glyphs[row] >= GLYPH_INK) > _LEFT * ink:  # no line was taken off
            faults[row] = faults[row] or MORE
    if grounds is not None:
        for row in np.flatnonzero(are_cut_out(stack, grounds, glyphs)).tolist():
            faults[row] = faults[row] or PASTED
    for row, fault in zip(hard.tolist(), odd_outlines(glyphs[hard], codes[hard]), strict=True):
        faults[row] = faults[row] or fault
    strokes = np.flatnonzero([chr(code).isalnum() and chr(code) not in _DOTS for code in codes.tolist()])
    for row in strokes[are_blots(glyphs[strokes])].tolist():
        faults[row] = NO_STROKE if faults[row] in ("", MORE) else faults[row]
    plain = bool(easy.all()) and not any(faults)
    for row in np.flatnonzero(counts_of(glyphs >= GLYPH_INK) == 0).tolist():
        faults[row] = faults[row] or EMPTY
    return glyphs, faults, plain


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


def _plain(stack: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Plain scans as glyphs, uint8 (K, h, w), which are plain, and which only have more strokes, bool (K,) each."""
    borders = _borders(stack)
    middle = np.sort(borders, axis=1)[:, borders.shape[1] // 2].astype(np.int16)
    low, high = (np.clip(middle + far, 0, 255).astype(np.uint8)[:, None, None] for far in (-_EVEN, _EVEN))
    darker, lighter = counts_of(stack < low), counts_of(stack > high)
    stray = stack[0].size // 500
    dark_ink, light_ink = (darker > stray) & (lighter <= stray), (lighter > stray) & (darker <= stray)
    # 255 - level, where ink is dark
    glyphs = stack ^ (dark_ink * np.uint8(255))[:, None, None]
    borders = borders ^ (dark_ink * np.uint8(255))[:, None]
    paper = _paper_of(borders, np.where(dark_ink, 255 - middle, middle))
    glyphs = _stretched(glyphs, paper)

    inked = glyphs >= GLYPH_INK
    ink, strong = counts_of(inked), counts_of(glyphs >= _STRONG)
    faint = darker + lighter - ink
    plain = (
        (dark_ink | light_ink)
        & (paper < 128)
        & ((borders.astype(np.int16) - paper[:, None] > _EVEN).mean(axis=1) <= _MOST_TOUCHING)
        & ~_has_line(borders, paper, stack.shape[1:])
        & (ink <= stack[0].size * _MOST_PLAIN_INK)
        & (strong >= ink * _STRONG_SHARE)
        & (faint <= ink * 1.5)
    )
    maybe, joined = np.flatnonzero(plain), np.zeros(len(stack), bool)
    outlines = odd_outlines(glyphs[maybe], codes[maybe])
    plain[maybe], joined[maybe] = [not fault for fault in outlines], [fault == MORE for fault in outlines]
    blank = (darker == 0) & (lighter == 0) & (np.ptp(stack, axis=(1, 2)) <= 8)
    return glyphs, plain | blank, joined


def _stretched(glyphs: np.ndarray, paper: np.ndarray) -> np.ndarray:
    """(level - paper) * 255 // (255 - paper), and 0 below paper: uint8 (K, h, w)."""
    glyphs = glyphs.copy()
    for row in np.flatnonzero(paper).tolist():
        levels = np.arange(256)
        table = np.maximum(levels - paper[row], 0) * 255 // max(255 - paper[row], 1)
        glyphs[row] = table.astype(np.uint8)[glyphs[row]]
    return glyphs


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
