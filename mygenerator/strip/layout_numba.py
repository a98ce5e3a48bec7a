"""The compiled twin of `layout.place`, for all sizings that lay glyphs out one by one."""

# A kernel is one nest of loops: all that it reads and decides is in one place.
# pylint: disable=too-many-branches,too-many-locals,too-many-positional-arguments

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.strip.layout import MIN_GLYPH_PX
from mygenerator.twins import jit

FILL, EQUAL, PAD = range(3)

_whole = types.intp
_Ints = types.Array(types.int64, 1, "C")
_Ink, _Given = (types.Array(types.int64, dimensions, "C", readonly=True) for dimensions in (3, 2))
_Tall = types.Array(types.boolean, 2, "C", readonly=True)
_Slack = types.Array(types.int64, 1, "C", readonly=True)
_Boxes, _Gaps = (types.Array(types.int32, dimensions, "C") for dimensions in (3, 2))


@jit(types.void(_Ink, _whole, _whole, _Ints, _Ints))
def _apportion(ink, sample, room, widths, remainders):
    """`layout._apportion` for one strip, into `widths`."""
    glyphs = ink.shape[1]
    for number in range(glyphs):
        # -1: the glyph still takes part in the sharing.
        widths[number] = -1 if ink[sample, number, 2] >= 0 else 0
    while True:
        to_share, total = room, 0
        for number in range(glyphs):
            if widths[number] < 0:
                total += ink[sample, number, 2] - ink[sample, number, 0]
            else:
                to_share -= widths[number]
        total = max(total, 1)
        below = False
        for number in range(glyphs):
            quota = (ink[sample, number, 2] - ink[sample, number, 0]) * to_share
            remainders[number] = quota if widths[number] < 0 else -1
        for number in range(glyphs):
            if remainders[number] >= 0 and remainders[number] // total < MIN_GLYPH_PX:
                widths[number] = MIN_GLYPH_PX
                below = True
        if not below:
            break
    left_over = to_share
    for number in range(glyphs):
        if widths[number] < 0:
            widths[number] = remainders[number] // total
            left_over -= widths[number]
            remainders[number] %= total
    for _ in range(left_over):
        best = -1
        for number in range(glyphs):
            if remainders[number] >= 0 and (best < 0 or remainders[number] > remainders[best]):
                best = number
        if best < 0:
            break
        widths[best] += 1
        remainders[best] = -1


@jit(types.UniTuple(types.int64, 2)(_Ink, _whole, _whole, _whole, _whole))
def _filled_scale(ink, sample, room, canvas_height, height):
    """The factor by which `fill` scales the rows of one strip: numerator and denominator."""
    natural, tallest = 0, 1
    for number in range(ink.shape[1]):
        if ink[sample, number, 2] >= 0:
            natural += ink[sample, number, 2] - ink[sample, number, 0]
            tallest = max(
                tallest, canvas_height - 2 * ink[sample, number, 1], 2 * ink[sample, number, 3] - canvas_height
            )
    if room * tallest <= natural * height:
        return room, natural
    return height, tallest


@jit(_whole(_whole, _whole, _whole, _whole, _whole), inline="always")
def _scaled(edge, numerator, denominator, canvas_height, height):
    """A row edge scaled about the cell's middle, rounded half up."""
    return (height * denominator + (2 * edge - canvas_height) * numerator + denominator) // (2 * denominator)


@jit(types.void(_whole, _Ink, _Given, _Given, _whole, _whole, _whole, _Tall, _whole, _Slack, _Boxes, _Gaps))
def place(sizing, ink, gaps, margins, canvas_height, height, width, tall, align, bits, boxes, kept):
    """`layout.place` into `boxes` and `kept`; `align` is 0 for left, 1 center, 2 right, 3 random by `bits`."""
    samples, glyphs = ink.shape[:2]
    widths, remainders = np.empty(glyphs, np.int64), np.empty(glyphs, np.int64)
    for sample in range(samples):
        room, count = width - margins[sample, 0] - margins[sample, 1], 0
        for number in range(glyphs):
            count += ink[sample, number, 2] >= 0
            if number and ink[sample, number, 2] >= 0:
                room -= gaps[sample, number - 1]
        if sizing == FILL:
            _apportion(ink, sample, room, widths, remainders)
            numerator, denominator = _filled_scale(ink, sample, room, canvas_height, height)
        else:
            numerator, denominator = height, canvas_height
            for number in range(glyphs):
                widths[number] = 0
                if ink[sample, number, 2] >= 0:
                    if sizing == EQUAL:
                        widths[number] = (number + 1) * room // count - number * room // count
                    else:
                        widths[number] = ink[sample, number, 2] - ink[sample, number, 0]
        slack = room
        for number in range(glyphs):
            slack -= widths[number]
        left = ((slack + 1) * bits[sample]) >> 32 if align == 3 else (0, slack // 2, slack)[align]
        left += margins[sample, 0]
        for number in range(glyphs):
            if ink[sample, number, 2] < 0:
                for side in range(4):
                    boxes[sample, number, side] = -1
                if number:
                    kept[sample, number - 1] = -1
                continue
            if number:
                kept[sample, number - 1] = gaps[sample, number - 1]
                left += gaps[sample, number - 1]
            top, bottom = ink[sample, number, 1], ink[sample, number, 3]
            if sizing == PAD:
                top, bottom = top + (height - canvas_height) // 2, bottom + (height - canvas_height) // 2
            elif sizing == EQUAL and tall[sample, number]:
                top, bottom = 0, height
            else:
                top = min(max(_scaled(top, numerator, denominator, canvas_height, height), 0), height - 1)
                bottom = _scaled(bottom, numerator, denominator, canvas_height, height)
                bottom = min(max(bottom, top + 1), height)
            boxes[sample, number, 0], boxes[sample, number, 1] = left, top
            left += widths[number]
            boxes[sample, number, 2], boxes[sample, number, 3] = left, bottom
