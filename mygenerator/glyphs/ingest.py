"""Ingest: the one place where images from any source become usable glyphs.

A reader (idx, folder, arrays) passes in RawGlyphs, in which ink and paper are told apart already (scans.py). Specks are
removed here, broken glyphs are kept out and counted, and the rest is sorted by character. GlyphSet (base.py) holds the
result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mygenerator.errors import InputError
from mygenerator.glyphs.reasons import BLANK_COLUMN, EMPTY, IN_PIECES
from mygenerator.strip.ink import GLYPH_INK as INK

MAX_SIDE = 128
"""The largest height and width of a glyph image, in pixels."""

SPECK_SHARE = 50
"""A connected part of at most 1/50 of a glyph's ink is a speck.

Even a small dot of an i or an umlaut is more than 1/30 of its letter's ink, while what scanning and thresholding left
next to MNIST's digits is one or two pixels in a hundred.
"""

_CANVAS_FOR_ONE_PIXEL_EDGE = 28
_CHUNK_PIXELS = 4_000_000


@dataclass(frozen=True)
class RawGlyphs:
    """What a reader found in a source.

    Parameters
    ----------
    source, licence : str
        The source's name, and the terms under which its glyphs may be used.
    content : str
        sha256, in hex, of what was read.
    images : uint8 array (K, h, w), or sequence of uint8 arrays (h, w)
        White ink on black, each side 1 to MAX_SIDE.
    codes : uint32 array (K,)
        Code point of each glyph's character.
    rows : int64 array (K,)
        Row of each glyph in the source's own files.
    canvas : (height, width), optional
        The smallest size of the canvas, in pixels.
    faults : sequence of str, optional
        Why each image is not a glyph, "" if it is one; such an image can be anything.
    names : sequence of str, optional
        The file of each image, if each has its own.
    notes : tuple of str
        What a user should know of how the source was read; said whenever it is opened.
    """

    source: str
    licence: str
    content: str
    images: np.ndarray | Sequence[np.ndarray]
    codes: np.ndarray
    rows: np.ndarray
    canvas: tuple[int, int] = (1, 1)
    faults: Sequence[str] = ()
    names: Sequence[str] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """All images of a source on one canvas, and what is wrong with each.

    Attributes
    ----------
    images : uint8 array (K, h, w)
        White ink on black, without specks; blank where the reader found a fault.
    boxes : int16 array (K, 4)
    reasons : str array (K,)
        Why each is kept out; "" if it can be used.
    cleaned : bool array (K,)
        Whether specks were removed.
    """

    images: np.ndarray
    boxes: np.ndarray
    reasons: np.ndarray
    cleaned: np.ndarray


@dataclass(frozen=True)
class CleanGlyphs:
    """The result of ingest; the arrays mean what they mean in GlyphSet."""

    characters: str
    starts: np.ndarray
    images: np.ndarray
    boxes: np.ndarray
    rows: np.ndarray
    kept_out: dict[str, int]
    cleaned: int
    lost: dict[str, dict[str, int]]


def ingest(raw: RawGlyphs) -> CleanGlyphs:
    """Centre glyphs on one canvas, remove specks, keep out broken glyphs and sort the rest by character.

    Raises
    ------
    InputError
        If no usable glyph is left.
    """
    judged = judge(raw)
    usable = judged.reasons == ""
    counts = _counts(judged.reasons)
    if not usable.any():
        raise InputError(
            f"none of {len(usable)} glyphs can be used ({in_words(counts)})",
            where=raw.source,
            do="look at them with mygenerator glyphs --show",
        )

    kept = np.flatnonzero(usable)
    kept = kept[np.lexsort((raw.rows[kept], raw.codes[kept]))]
    codes, starts = np.unique(raw.codes[kept], return_index=True)
    lost = np.setdiff1d(raw.codes, codes)
    return CleanGlyphs(
        characters="".join(map(chr, codes)),
        starts=np.append(starts, len(kept)).astype(np.int64),
        images=judged.images[kept],
        boxes=judged.boxes[kept],
        rows=raw.rows[kept].astype(np.int64),
        kept_out={reason: counts.pop(reason, 0) for reason in (EMPTY, BLANK_COLUMN, IN_PIECES)} | counts,
        cleaned=int((judged.cleaned & usable).sum()),
        lost={chr(code): _counts(judged.reasons[raw.codes == code]) for code in lost.tolist()},
    )


def judge(raw: RawGlyphs) -> Judged:
    """Centre glyphs on one canvas, remove specks, and find out which cannot be used.

    A glyph is kept out if its reader found a fault, if it has no ink ("empty") or has a column without ink inside its
    ink box ("blank column"); a digit also if its ink is in more than one 8-connected part ("in pieces"). Each has one
    reason.
    """
    reasons = np.array(raw.faults or [""] * len(raw.images), dtype=f"U{max(map(len, (BLANK_COLUMN, *raw.faults)))}")
    sound = np.flatnonzero(reasons == "")
    images = _on_one_canvas(raw.images, sound, raw.canvas)
    parts = np.zeros(len(images), np.int64)
    has_specks = np.zeros(len(images), bool)
    boxes = np.zeros((len(images), 4), np.int16)
    blank_column = np.zeros(len(images), bool)
    for rows in _chunks(sound, images[0].size):
        chunk = images[rows]
        parts[rows], has_specks[rows] = _clean(chunk)
        images[rows] = chunk
        boxes[rows], blank_column[rows] = _ink_boxes(chunk)
    digit = (raw.codes >= ord("0")) & (raw.codes <= ord("9"))
    is_sound = reasons == ""
    for reason, found in ((EMPTY, parts == 0), (BLANK_COLUMN, blank_column), (IN_PIECES, digit & (parts > 1))):
        reasons[is_sound & found & (reasons == "")] = reason
    return Judged(images, boxes, reasons, has_specks)


@dataclass(frozen=True)
class KeptOut:
    """The images of a source that are not used.

    Attributes
    ----------
    images : list of uint8 arrays (h, w)
        As a person would look at them: scans as they were given, other glyphs black on white.
    characters : list of str
        What each is said to show.
    rows : list of int
        Row of each in the source's own files.
    names : list of str
        The file of each; "" if it has none of its own.
    reasons : list of str
        Why each is kept out, a key of REASONS.
    """

    images: list[np.ndarray]
    characters: list[str]
    rows: list[int]
    names: list[str]
    reasons: list[str]


def kept_out_of(raw: RawGlyphs) -> KeptOut:
    """The images of a source that are not used."""
    judged = judge(raw)
    out = np.flatnonzero(judged.reasons != "")
    names = raw.names or [""] * len(judged.reasons)
    as_given = raw.faults or [""] * len(judged.reasons)
    return KeptOut(
        images=[raw.images[row] if as_given[row] else 255 - judged.images[row] for row in out.tolist()],
        characters=[chr(code) for code in raw.codes[out].tolist()],
        rows=raw.rows[out].tolist(),
        names=[names[row] for row in out.tolist()],
        reasons=judged.reasons[out].tolist(),
    )


def _counts(reasons: np.ndarray) -> dict[str, int]:
    names, counts = np.unique(reasons[reasons != ""], return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def in_words(counts: Mapping[str, int]) -> str:
    """Reasons and how many glyphs each keeps out, as text.

    >>> in_words({"empty": 0, "in pieces": 7})
    'in pieces: 7'
    """
    return ", ".join(f"{reason}: {count:,}" for reason, count in counts.items() if count)


def _on_one_canvas(
    images: np.ndarray | Sequence[np.ndarray], sound: np.ndarray, at_least: tuple[int, int]
) -> np.ndarray:
    """A new uint8 array (K, h, w) with each sound image in the middle, the others blank.

    If the middle is between pixels, the image is half a pixel up or left.
    """
    height, width = (max([at_least[axis], *(images[row].shape[axis] for row in sound.tolist())]) for axis in (0, 1))
    canvas = np.zeros((len(images), height, width), np.uint8)
    for row in sound.tolist():
        target, image = canvas[row], images[row]
        top, left = (height - image.shape[0]) // 2, (width - image.shape[1]) // 2
        target[top : top + image.shape[0], left : left + image.shape[1]] = image
    return canvas


def _chunks(rows: np.ndarray, pixels: int) -> Iterator[np.ndarray | slice]:
    """The rows in parts of about _CHUNK_PIXELS; as slices if they follow each other, so that nothing is copied."""
    step = max(1, _CHUNK_PIXELS // pixels)
    for start in range(0, len(rows), step):
        chunk = rows[start : start + step]
        yield slice(chunk[0], chunk[-1] + 1) if chunk[-1] - chunk[0] == len(chunk) - 1 else chunk


def _clean(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Remove specks and stray faint pixels in place; return each glyph's number of parts and whether it had specks.

    All glyphs are put below each other in one tall image, with blank rows between them, so that one call labels and
    one call dilates them all.
    """
    import cv2

    count, height, width = images.shape
    edge = max(1, max(height, width) // _CANVAS_FOR_ONE_PIXEL_EDGE)
    column = np.zeros((count, height + edge, width), np.uint8)
    column[:, :height] = images >= INK
    _, labels, stats, _ = cv2.connectedComponentsWithStats(column.reshape(-1, width), connectivity=8)

    areas = stats[1:, cv2.CC_STAT_AREA]
    glyph: np.ndarray = stats[1:, cv2.CC_STAT_TOP] // (height + edge)
    ink, largest = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(ink, glyph, areas)
    np.maximum.at(largest, glyph, areas)
    speck: np.ndarray = (areas * SPECK_SHARE <= ink[glyph]) & (areas < largest[glyph])

    stays = np.append(False, ~speck)[labels].astype(np.uint8)  # label 0 is what is not ink
    # Faint pixels stay if they can be the soft edge of ink that stays; a speck's halo and distant dirt are removed.
    near = cv2.dilate(stays, np.ones((2 * edge + 1, 2 * edge + 1), np.uint8)).reshape(column.shape)[:, :height] > 0
    stays = stays.reshape(column.shape)[:, :height] > 0
    images[~(stays | (near & (images < INK)))] = 0
    return np.bincount(glyph[~speck], minlength=count), np.bincount(glyph[speck], minlength=count) > 0


def _ink_boxes(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ink boxes, int16 (K, 4) as x0, y0, x1, y1 with exclusive ends, and whether any column inside has no ink."""
    ink = np.asarray(images >= INK)
    columns, rows = np.asarray(ink.any(axis=1)), np.asarray(ink.any(axis=2))
    x0, y0 = columns.argmax(axis=1), rows.argmax(axis=1)
    x1, y1 = columns.shape[1] - columns[:, ::-1].argmax(axis=1), rows.shape[1] - rows[:, ::-1].argmax(axis=1)
    boxes = np.stack([x0, y0, x1, y1], axis=1).astype(np.int16)
    ink_columns = columns.sum(axis=1)
    return boxes, (ink_columns > 0) & (ink_columns < x1 - x0)
