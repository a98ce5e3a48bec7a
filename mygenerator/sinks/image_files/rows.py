"""Rows of meta.csv, a batch at a time: its texts, gaps, boxes and glyphs become the bytes that json and csv would make.

One look-up turns thousands of numbers to text, and one mask puts them in place; nothing here is done for each sample.
What is not plain (labels that have to be quoted or are not ASCII) is left to the csv module.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from mygenerator import twins
from mygenerator.batch import Batch, codes_of

_TWIN = "mygenerator.sinks.image_files.rows_numba"
_NS_A_NUMBER = 50
_DIGITS = 4
_FIRST, _LAST = 0x20, 0x7E
"""The code points that are written to a row as they are, except the two that have a meaning in CSV."""

_Part = tuple[np.ndarray, np.ndarray]
"""Bytes, uint8 (N, w), and which of them belong to the row, bool of a shape that fits."""


def truth_rows(names: Sequence[str], batch: Batch) -> bytes | None:
    """The rows of a batch with its truth; None if the csv module has to write them.

    Parameters
    ----------
    names : sequence of N str
        The file of each sample.
    batch : Batch
        N samples.

    Returns
    -------
    bytes or None
        N lines in UTF-8: file_name, label, gaps, boxes, glyphs, and margins if the batch has them.
    """
    truth = _plain_truth(batch)
    texts = [_plain_codes(np.asarray(column)) for column in (names, batch.labels)]
    source = _field_start(batch.glyph_source)
    if truth is None or texts[0] is None or texts[1] is None or source is None:
        return None
    lengths, gaps, boxes, glyphs, margins = truth
    numbers = gaps.size + boxes.size + glyphs.size + margins.size
    twin = twins.load(_TWIN, _NS_A_NUMBER * numbers)
    if twin is None:
        return _by_definition((texts[0], texts[1]), lengths, gaps, boxes, glyphs, source, margins)
    numbers_of = (wide(array) for array in (gaps, boxes, glyphs, margins))
    return twin.rows(texts[0], texts[1], lengths, *numbers_of, source)


def wide(array: np.ndarray) -> np.ndarray:
    """The same whole numbers as int64, one after the other."""
    return np.ascontiguousarray(array, np.int64)


def _plain_truth(batch: Batch) -> tuple[np.ndarray, ...] | None:
    """lengths (N,), gaps, boxes, glyphs and margins, (N, 2) or (N, 0), of a batch.

    None if one is missing (margins need not be there), a number in use is negative, or texts are wrapped.
    """
    if batch.gaps is None or batch.boxes is None or batch.glyphs is None or not batch.index.size:
        return None
    if batch.lines is not None:
        return None
    gaps, boxes, glyphs, lengths = batch.gaps, batch.boxes, batch.glyphs, batch.lengths
    count, longest = glyphs.shape
    margins = np.zeros((count, 0), np.int32) if batch.margins is None else batch.margins
    if boxes.shape != (count, longest, 4) or gaps.shape != (count, longest - 1) or lengths.min() < 1:
        return None
    if batch.margins is not None and margins.shape != (count, 2):
        return None
    if not all(array.dtype.kind == "i" for array in (gaps, boxes, glyphs, margins)):
        return None
    there = np.arange(longest) < lengths[:, None]
    plain = (
        bool(((glyphs >= 0) == there).all())
        and bool(((gaps >= 0) | ~there[:, 1:]).all())
        and bool(((boxes >= 0) | ~there[:, :, None]).all())
        and bool((margins >= 0).all())
    )
    return (lengths, gaps, boxes, glyphs, margins) if plain else None


def _plain_codes(texts: np.ndarray) -> np.ndarray | None:
    """The code points of texts, uint32 (N, w); None unless CSV holds them all as they are."""
    if texts.dtype.kind != "U" or not texts.dtype.itemsize:
        return None
    codes = codes_of(texts)
    plain = (codes >= _FIRST) & (codes <= _LAST) & (codes != ord('"')) & (codes != ord(","))
    end = codes == 0
    # A NUL inside a text does not end it.
    whole = bool((plain | end).all()) and not (end[:, :-1] & ~end[:, 1:]).any()
    return codes if whole else None


@lru_cache(maxsize=8)
def _field_start(source: str) -> np.ndarray | None:
    """What comes before each glyph's number, as csv quotes it; None if it is not UTF-8."""
    text = f"[{json.dumps(source, ensure_ascii=False)}, "
    try:
        return np.frombuffer(text.replace('"', '""').encode("utf-8"), np.uint8)
    except UnicodeEncodeError:
        return None


def _by_definition(
    texts: tuple[np.ndarray, np.ndarray],
    lengths: np.ndarray,
    gaps: np.ndarray,
    boxes: np.ndarray,
    glyphs: np.ndarray,
    source: np.ndarray,
    margins: np.ndarray,
) -> bytes:
    count, longest = glyphs.shape
    there = np.arange(longest) < lengths[:, None]
    several, always = lengths[:, None] > 2, np.ones((count, 1), bool)
    parts = [
        _text(texts[0]),
        _mark(b",", always),
        _text(texts[1]),
        _mark(b",", always),
        _mark(b'"', several),
        _mark(b"[", always),
        *_list(there[:, 1:], [_digits(gaps)]),
        _mark(b"]", always),
        _mark(b'"', several),
        _mark(b',"[', always),
        *_list(there, [b"[", *_between([_digits(boxes[:, :, side]) for side in range(4)]), b"]"]),
        _mark(b']","[', always),
        *_list(there, [source.tobytes(), _digits(glyphs), b"]"]),
        _mark(b']"', always),
    ]
    if margins.shape[1]:
        parts += [_mark(b',"[', always), *_list(always.repeat(2, axis=1), [_digits(margins)]), _mark(b']"', always)]
    parts.append(_mark(b"\n", always))
    canvas = np.empty((count, sum(text.shape[1] for text, _ in parts)), np.uint8)
    kept = np.empty(canvas.shape, bool)
    at = 0
    for text, keep in parts:
        canvas[:, at : at + text.shape[1]] = text
        kept[:, at : at + text.shape[1]] = keep
        at += text.shape[1]
    return canvas[kept].tobytes()


def _text(codes: np.ndarray) -> _Part:
    return codes.astype(np.uint8), codes != 0


def _mark(text: bytes, keep: np.ndarray) -> _Part:
    return np.frombuffer(text, np.uint8)[None], keep


def _between(numbers: list[_Part]) -> list[_Part | bytes]:
    parts: list[_Part | bytes] = []
    for number in numbers:
        parts += [b", ", number] if parts else [number]
    return parts


def _list(there: np.ndarray, item: list[_Part | bytes]) -> list[_Part]:
    """The items of each row that are there, bool (N, K), with commas between; an item's numbers are (N, K, w)."""
    count, most = there.shape
    if most == 0:
        return []
    after = there & (np.arange(most) > 0)
    texts, keeps = [], []
    for part, keep in [(b", ", after), *((part, there) for part in item)]:
        text, shown = (np.frombuffer(part, np.uint8), True) if isinstance(part, bytes) else part
        shape = (count, most, text.shape[-1])
        texts.append(np.broadcast_to(text, shape))
        keeps.append(np.broadcast_to(keep[:, :, None] & shown, shape))
    return [(np.concatenate(texts, axis=2).reshape(count, -1), np.concatenate(keeps, axis=2).reshape(count, -1))]


def _digits(values: np.ndarray) -> _Part:
    """Whole numbers as right-aligned text, uint8 (..., w), and which digits are not leading zeros; -1 is anything."""
    values = np.maximum(values, 0)
    text, keep = _table()
    if values.max(initial=0) < len(text):
        width = len(str(values.max(initial=0)))
        return text[values][..., _DIGITS - width :], keep[values][..., _DIGITS - width :]
    high, low = np.divmod(values, len(text))
    first, shown = _digits(high)
    above = (high > 0)[..., None]
    return (
        np.concatenate([first, text[low]], axis=-1),
        np.concatenate([shown & above, keep[low] | above], axis=-1),
    )


@lru_cache(maxsize=1)
def _table() -> _Part:
    """The numbers of up to `_DIGITS` digits as text with leading zeros, and which digits are not such zeros."""
    number = np.arange(10**_DIGITS)[:, None]
    power = 10 ** np.arange(_DIGITS)[::-1]
    text = (number // power % 10 + ord("0")).astype(np.uint8)
    return text, (number >= power) | (power == 1)
