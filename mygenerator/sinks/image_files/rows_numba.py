"""The compiled twin of the rows of meta.csv: byte after byte into one buffer."""

# A kernel is one nest of loops.
# pylint: disable=too-many-positional-arguments,too-many-arguments

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.twins import jit

_MARKS = 40
"""More than all commas, quotes and brackets of a row that belong to no item of a list."""

_Codes, _Bytes = types.Array(types.uint32, 2, "C", readonly=True), types.Array(types.uint8, 1, "C")
_Lengths, _Source = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.uint8, 1, "C", readonly=True)
_Numbers, _Boxes = types.Array(types.int64, 2, "C", readonly=True), types.Array(types.int64, 3, "C", readonly=True)

_COMMA, _SPACE, _QUOTE, _OPEN, _CLOSE, _END = (np.uint8(ord(mark)) for mark in ', "[]\n')
_ZERO, _TEN = np.int64(ord("0")), np.uint64(10)


def rows(
    names: np.ndarray,
    labels: np.ndarray,
    lengths: np.ndarray,
    gaps: np.ndarray,
    boxes: np.ndarray,
    glyphs: np.ndarray,
    margins: np.ndarray,
    source: np.ndarray,
) -> bytes:
    """The rows; codes are uint32 (N, w), all else int64; `margins` are (N, 2), or (N, 0) if there are none.

    `source` comes before each glyph's number.
    """
    # A number and the comma, space and brackets around it.
    wide = [len(str(array.max(initial=0))) + 4 for array in (gaps, boxes, glyphs, margins)]
    count, longest = glyphs.shape
    item = wide[0] + 4 * wide[1] + wide[2] + len(source)
    row = names.shape[1] + labels.shape[1] + _MARKS + longest * item + 2 * wide[3]
    out = np.empty(count * row, np.uint8)
    return out[: write(names, labels, lengths, gaps, boxes, glyphs, margins, source, out)].tobytes()


@jit(types.intp(_Bytes, types.intp, types.int64), inline="always")
def _number(out: np.ndarray, at: int, value: int) -> int:
    rest, digits = np.uint64(value), 1
    while rest >= _TEN:
        rest //= _TEN
        digits += 1
    rest = np.uint64(value)
    for place in range(at + digits - 1, at - 1, -1):
        out[place] = np.uint8(_ZERO + np.int64(rest % _TEN))
        rest //= _TEN
    return at + digits


@jit(types.intp(_Bytes, types.intp, types.uint8, types.uint8), inline="always")
def _two(out: np.ndarray, at: int, first: int, second: int) -> int:
    out[at], out[at + 1] = first, second
    return at + 2


@jit(types.intp(_Bytes, types.intp, _Codes, types.intp), inline="always")
def _text(out: np.ndarray, at: int, codes: np.ndarray, row: int) -> int:
    for place in range(codes.shape[1]):
        code = codes[row, place]
        if code == 0:
            break
        out[at] = np.uint8(code)
        at += 1
    out[at] = _COMMA
    return at + 1


@jit(types.intp(_Codes, _Codes, _Lengths, _Numbers, _Boxes, _Numbers, _Numbers, _Source, _Bytes))
def write(
    names: np.ndarray,
    labels: np.ndarray,
    lengths: np.ndarray,
    gaps: np.ndarray,
    boxes: np.ndarray,
    glyphs: np.ndarray,
    margins: np.ndarray,
    source: np.ndarray,
    out: np.ndarray,
) -> int:
    """Write the rows; returns how many bytes they take."""
    at = 0
    for row, length in enumerate(lengths):
        at = _text(out, at, names, row)
        at = _text(out, at, labels, row)
        if length > 2:
            out[at] = _QUOTE
            at += 1
        out[at] = _OPEN
        at += 1
        for place in range(length - 1):
            if place > 0:
                at = _two(out, at, _COMMA, _SPACE)
            at = _number(out, at, gaps[row, place])
        out[at] = _CLOSE
        at += 1
        if length > 2:
            out[at] = _QUOTE
            at += 1
        at = _two(out, at, _COMMA, _QUOTE)
        out[at] = _OPEN
        at += 1
        for place in range(length):
            if place > 0:
                at = _two(out, at, _COMMA, _SPACE)
            out[at] = _OPEN
            at = _number(out, at + 1, boxes[row, place, 0])
            for side in range(1, 4):
                at = _two(out, at, _COMMA, _SPACE)
                at = _number(out, at, boxes[row, place, side])
            out[at] = _CLOSE
            at += 1
        at = _two(out, at, _CLOSE, _QUOTE)
        at = _two(out, at, _COMMA, _QUOTE)
        out[at] = _OPEN
        at += 1
        for place in range(length):
            if place > 0:
                at = _two(out, at, _COMMA, _SPACE)
            for byte in source:
                out[at] = byte
                at += 1
            at = _number(out, at, glyphs[row, place])
            out[at] = _CLOSE
            at += 1
        at = _two(out, at, _CLOSE, _QUOTE)
        if margins.shape[1] == 2:
            at = _two(out, at, _COMMA, _QUOTE)
            out[at] = _OPEN
            at = _number(out, at + 1, margins[row, 0])
            at = _two(out, at, _COMMA, _SPACE)
            at = _number(out, at, margins[row, 1])
            at = _two(out, at, _CLOSE, _QUOTE)
        out[at] = _END
        at += 1
    return at
