"""The compiled twin of `Strip.make_one`: draws, layout and pixels of one strip by one call.

It adds nothing to the kernels that it calls. What it saves is Python's way from one to the next, which takes longer
than the strip itself.
"""

# A kernel is one nest of loops: all that it reads and decides is in one place.
# pylint: disable=too-many-arguments,too-many-locals,too-many-positional-arguments

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.rng_numba import block
from mygenerator.strip.layout_numba import place
from mygenerator.strip.raster_numba import render
from mygenerator.twins import jit

_whole, _word = types.intp, types.uint64
_Pixels = types.Array(types.uint8, 1, "C", readonly=True)
_Ink = types.Array(types.int16, 2, "C", readonly=True)
_Ranges = types.Array(types.int64, 2, "C", readonly=True)
_Tall = types.Array(types.boolean, 2, "C", readonly=True)
_Ids = types.Array(types.int64, 2, "C")
_Boxes, _Gaps = (types.Array(types.int32, dimensions, "C") for dimensions in (3, 2))
_Strips = types.Array(types.uint8, 3, "C")
_Key = types.UniTuple(_word, 2)


@jit(_whole(_word, _word, _whole, _whole, _Key, _whole), inline="always")
def _below(low_half, high_half, position, number, key, end):
    """A whole number from 0 to end - 1, as `Stream.integers` draws it."""
    first = block(low_half, high_half, _word(position), _word(number), key[0], key[1])[0]
    return _whole((first * _word(end)) >> _word(32))


@jit(
    types.boolean(
        *(_Pixels, _whole, _whole, _Ink, _Ranges, _Tall, _word, _word, types.UniTuple(_Key, 2)),
        *(_whole, _whole, _whole, _whole, _whole, types.uint8, _Strips, _Boxes, _Gaps, _Ids),
    )
)
def make_one(
    images,
    canvas_height,
    canvas_width,
    ink,
    ranges,
    tall,
    low_half,
    high_half,
    keys,
    smallest,
    largest,
    sizing,
    align,
    align_number,
    paper,
    strips,
    boxes,
    gaps,
    ids,
):
    """One strip into `strips` (1, height, width), `boxes`, `gaps` and `ids`; False if a glyph does not fit on it.

    `images` are flat. `keys` are those of the stream of the glyphs and of the stream of the gaps. `sizing` and `align`
    are numbered as in `layout_numba.place`, and `align_number` is the number of the draw for align `random`.
    """
    height, width = strips.shape[1:]
    glyphs = len(ranges)
    sides = np.empty((1, glyphs, 4), np.int64)
    for number in range(glyphs):
        glyph = ranges[number, 0] + _below(low_half, high_half, number, 0, keys[0], ranges[number, 1])
        ids[0, number] = glyph
        for side in range(4):
            sides[0, number, side] = ink[glyph, side]
    drawn = np.empty((1, glyphs - 1), np.int64)
    for number in range(glyphs - 1):
        drawn[0, number] = smallest + _below(low_half, high_half, number, 0, keys[1], largest - smallest + 1)
    bits = np.zeros(1, np.int64)
    if align == 3:
        bits[0] = _below(low_half, high_half, 0, align_number, keys[1], 1 << 32)
    margins = np.zeros((1, 2), np.int64)
    place(sizing, sides, drawn, margins, canvas_height, height, width, tall, align, bits, boxes, gaps)
    for number in range(glyphs):
        left, top, right, bottom = boxes[0, number]
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            return False
    render(images, canvas_height, canvas_width, ink, ids, boxes, paper, strips)
    return True
