"""The compiled twin of `raster`: strips of glyphs, glyph after glyph, 32 pixels at once.

A glyph's ink is transposed so that its columns are contiguous in memory. The columns are mixed and transposed back, and
the rows are mixed into a strip with spare room at the end of its lines, which is copied out after its last glyph. What
is written too far to the right is paper, which the next glyph overwrites.
"""

# A kernel is one nest of loops: all that it reads and decides is in one place.
# pylint: disable=too-many-branches,too-many-locals,too-many-positional-arguments
# The operations of `vectors` are called with fewer arguments than they are defined with.
# pylint: disable=no-value-for-parameter

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.strip.ink import GLYPH_INK, MIN_INK
from mygenerator.twins import jit
from mygenerator.twins.vectors import (
    LANES,
    add_weighted,
    at_least,
    first_lanes,
    flipped,
    halves,
    larger,
    load,
    means,
    prefetch,
    store,
    transpose,
    zeros,
)

_BLOCK = 16
_CACHE_LINE = 64
_SLOTS = 256
_KEPT_WEIGHTS = 1 << 20
_ALL = 0xFFFFFFFF

_whole = types.intp
_Pixels = types.Array(types.uint8, 1, "C", readonly=True)
_Bytes = types.Array(types.uint8, 1, "C")
_Firsts, _Weights = types.Array(types.int32, 1, "C"), types.Array(types.uint16, 1, "C")
_Keys = types.Array(types.int64, 2, "C")
_Ink = types.Array(types.int16, 2, "C", readonly=True)
_Ids = types.Array(types.int64, 2, "C", readonly=True)
_Boxes = types.Array(types.int32, 3, "C", readonly=True)
_Totals, _Strips = types.Array(types.int64, 1, "C", readonly=True), types.Array(types.uint8, 3, "C")
_AllFirsts, _AllWeights = types.Array(types.int32, 2, "C"), types.Array(types.uint16, 2, "C")


@jit(inline="always")
def padded(length):
    """`length` rounded up to whole vectors."""
    return -(-length // LANES) * LANES


@jit(inline="always")
def _tap_count(source, target):
    """How many source pixels make up an output pixel, as in `raster.taps`."""
    return min(2, source) if target >= source else min(-(-source // target) + 1, source)


@jit(types.void(_whole, _whole, _Firsts, _Weights))
def _weigh(source, target, firsts, weights):
    """`raster.taps`: the first source pixel of each output pixel, and its weights one after the other."""
    count = _tap_count(source, target)
    remainders = np.empty(count, np.int64)
    for out in range(target):
        missing = 256
        if target >= source:
            total = 2 * target
            centre = min(max((2 * out + 1) * source, target), (2 * source - 1) * target)
            firsts[out] = first = min((centre - target) // total, source - count)
        else:
            total = source
            low, high = out * source, (out + 1) * source
            firsts[out] = first = min(low // target, source - count)
        for tap in range(count):
            pixel = first + tap
            if target >= source:
                exact = 256 * max(total - abs((2 * pixel + 1) * target - centre), 0)
            else:
                exact = 256 * max(min((pixel + 1) * target, high) - max(pixel * target, low), 0)
            weights[count * out + tap] = exact // total
            remainders[tap] = exact % total
            missing -= exact // total
        for _ in range(missing):
            best = 0
            for tap in range(1, count):
                if remainders[tap] > remainders[best]:
                    best = tap
            weights[count * out + best] += np.uint16(1)
            remainders[best] = -1


@jit(_whole(_whole, _whole, _Keys, _AllFirsts, _AllWeights))
def _known(source, target, keys, firsts, weights):
    """The slot that holds the weights of this pair of sizes; they are made now if it held those of another pair."""
    slot = (31 * source + target) % len(keys)
    if keys[slot, 0] != source or keys[slot, 1] != target:
        keys[slot, 0], keys[slot, 1] = source, target
        _weigh(source, target, firsts[slot], weights[slot])
    return slot


@jit(types.void(_Pixels, _whole, _whole, _Bytes, _whole, _whole, _whole, _Firsts, _Weights))
def _mix(lines, source, length, mixed, start, stride, target, firsts, weights):
    """Weighted means of `source` lines of `length` bytes; the `target` results begin at `start`, `stride` apart."""
    count = _tap_count(source, target)
    if count == 2 and length == LANES:
        # The common case: most glyphs are that small, and grow.
        for out in range(target):
            first = firsts[out] * LANES
            sums = add_weighted(halves(), load(lines, first), weights[2 * out])
            sums = add_weighted(sums, load(lines, first + LANES), weights[2 * out + 1])
            store(mixed, start + out * stride, means(sums))
        return
    for out in range(target):
        first, weight = firsts[out] * length, count * out
        for along in range(0, length, LANES):
            sums = add_weighted(halves(), load(lines, first + along), weights[weight])
            if count > 1:
                sums = add_weighted(sums, load(lines, first + length + along), weights[weight + 1])
            for tap in range(2, count):
                sums = add_weighted(sums, load(lines, first + tap * length + along), weights[weight + tap])
            store(mixed, start + out * stride + along, means(sums))


@jit(types.void(_Pixels, _whole, _whole, _whole, _whole, _Bytes, _whole))
def _turn(source, start, stride, rows, columns, target, length):
    """Columns of `source` as lines of `length` bytes in `target`; in whole blocks, so a little more than asked for."""
    for column in range(0, columns, _BLOCK):
        for row in range(0, rows, _BLOCK):
            transpose(source, start + row * stride + column, stride, target, column * length + row, length)


@jit(
    types.void(
        *(_Pixels, _whole, _whole, types.UniTuple(_whole, 4), _Bytes, _whole, _whole),
        *(types.UniTuple(_Bytes, 3), types.Tuple((_Keys, _AllFirsts, _AllWeights))),
    )
)
def _scale(source, start, step, box, strip, corner, stride, scratch, memory):
    """Scale pixels of `source` into a box of `strip`; `box` holds the width and height of the source, then of the box.

    `scratch` comes from `_scratch`, `memory` from `_memory`.
    """
    columns, mixed, lines = scratch
    keys, firsts, weights = memory
    wide, tall, across, high = box
    length, room = padded(tall), padded(across)
    _turn(source, start, step, tall, wide, columns, length)
    slot = _known(wide, across, keys, firsts, weights)
    _mix(columns, wide, length, mixed, 0, length, across, firsts[slot], weights[slot])
    for along in range(across * length, room * length, LANES):
        store(mixed, along, zeros())
    _turn(mixed, 0, length, room, tall, lines, room)
    slot = _known(tall, high, keys, firsts, weights)
    _mix(lines, tall, room, strip, corner, stride, high, firsts[slot], weights[slot])


@jit(types.void(_Pixels, _Ink, _whole, _whole, _Bytes, _whole, _whole, _whole, _whole))
def _lift(images, ink, glyph, canvas, strip, start, stride, across, high):
    """Lift every column fainter than MIN_INK in a box with its corner at `start`, as `raster.render` defines.

    `canvas` holds a glyph's height and width, 2**32 times the first plus the second.
    """
    canvas_height, canvas_width = canvas >> 32, canvas & _ALL
    x0, y0 = ink[glyph, 0], ink[glyph, 1]
    wide, tall = ink[glyph, 2] - x0, ink[glyph, 3] - y0
    for along in range(0, across, LANES):
        most = zeros()
        for row in range(high):
            most = larger(most, load(strip, start + row * stride + along))
        enough = at_least(most, np.uint8(MIN_INK))
        if enough == _ALL:
            continue
        for inner in range(along, min(along + LANES, across)):
            if (enough >> (inner - along)) & 1:
                continue
            column = x0 + (2 * inner + 1) * wide // (2 * across)
            brightest, level = 0, -1
            for row in range(tall):
                value = np.int64(images[(glyph * canvas_height + y0 + row) * canvas_width + column])
                if value > level:
                    brightest, level = row, value
            if level >= GLYPH_INK:
                strip[start + (2 * brightest + 1) * high // (2 * tall) * stride + inner] = MIN_INK


@jit(inline="always")
def _scratch(tall, wide, across):
    """The buffers that `_scale` needs for pixels of at most tall x wide that become at most `across` wide."""
    columns = np.zeros(padded(wide) * padded(tall), np.uint8)
    return columns, np.zeros(padded(across) * padded(tall), np.uint8), np.zeros(padded(tall) * padded(across), np.uint8)


@jit(inline="always")
def _memory(side):
    """Room for the weights of many pairs of sizes, each at most `side`: area weights are at most source + 2 target."""
    slots = max(1, min(_SLOTS, _KEPT_WEIGHTS // side))
    keys = np.zeros((slots, 2), np.int64)
    return keys, np.empty((slots, side), np.int32), np.empty((slots, 3 * side), np.uint16)


@jit(types.void(_Pixels, _whole, _Bytes, _whole, _whole, _whole, types.uint8))
def copy_out(strip, stride, flat, start, height, width, paper):
    """Write the lines of a strip one after another from `start` of `flat` on, black on white if `paper` is 255."""
    for row in range(height):
        source, target = row * stride, start + row * width
        if width < LANES:
            for along in range(width):
                flat[target + along] = strip[source + along] ^ paper
            continue
        for along in range(0, width - LANES, LANES):
            store(flat, target + along, flipped(load(strip, source + along), paper))
        # The last vector ends where the line does, and writes some pixels a second time.
        store(flat, target + width - LANES, flipped(load(strip, source + width - LANES), paper))


@jit(types.void(_Pixels, _whole, _whole, _Ink, _Ids, _Boxes, types.uint8, _Strips))
def render(images, canvas_height, canvas_width, ink, ids, boxes, paper, strips):
    """`raster.render` into `strips` (N, height, width), with the images flat; boxes are ordered from left to right."""
    height, width = strips.shape[1:]
    side = max(canvas_height, canvas_width)
    for sample in range(len(ids)):
        for place in range(ids.shape[1]):
            if ids[sample, place] >= 0:
                side = max(side, boxes[sample, place, 2] - boxes[sample, place, 0])
    side = max(side, height)
    stride, cell = width + LANES, canvas_height * canvas_width
    strip = np.zeros(padded(height * stride + LANES), np.uint8)
    scratch = _scratch(canvas_height, canvas_width, side)
    # Blocks are read beyond a glyph's ink, which is outside the array if no further glyph follows.
    beyond = _BLOCK * canvas_width + LANES
    last = np.zeros(cell + beyond, np.uint8)
    memory = _memory(side)
    flat = strips.reshape(strips.size)
    for sample in range(len(ids)):
        for along in range(0, len(strip) - LANES + 1, LANES):
            store(strip, along, zeros())
        for place in range(ids.shape[1]):
            glyph = ids[sample, place]
            if place + 1 < ids.shape[1] and ids[sample, place + 1] >= 0:
                # Glyphs are scattered over a large array: the next one is fetched while this one is drawn.
                for along in range(0, cell, _CACHE_LINE):
                    prefetch(images, ids[sample, place + 1] * cell + along)
            if glyph < 0:
                continue
            x0, y0 = ink[glyph, 0], ink[glyph, 1]
            wide, tall = ink[glyph, 2] - x0, ink[glyph, 3] - y0
            left, top = boxes[sample, place, 0], boxes[sample, place, 1]
            across, high = boxes[sample, place, 2] - left, boxes[sample, place, 3] - top
            corner = top * stride + left
            source, start = images, glyph * cell
            if start + cell + beyond > len(images):
                last[:cell] = images[start : start + cell]
                source, start = last, 0
            start += y0 * canvas_width + x0
            if across == wide and high == tall:
                for row in range(high):
                    for along in range(0, across, LANES):
                        values = first_lanes(load(source, start + row * canvas_width + along), across - along)
                        store(strip, corner + row * stride + along, values)
            else:
                box = wide, tall, across, high
                _scale(source, start, canvas_width, box, strip, corner, stride, scratch, memory)
            if across < wide or high < tall:
                _lift(images, ink, glyph, (canvas_height << 32) + canvas_width, strip, corner, stride, across, high)
        copy_out(strip, stride, flat, sample * height * width, height, width, paper)


@jit(types.void(_Pixels, _whole, _whole, _Ids, _Ids, _Totals, types.uint8, _Strips))
def render_resized(images, canvas_height, canvas_width, ids, lefts, totals, paper, strips):
    """`raster.render_resized` into `strips`, with the images flat and the cells' places (`layout.natural_lefts`)."""
    height, width = strips.shape[1:]
    widest = 1
    for sample in range(len(ids)):
        widest = max(widest, totals[sample])
    cell, step, stride = canvas_height * canvas_width, padded(widest) + LANES, padded(width)
    natural = np.zeros((canvas_height + _BLOCK) * step, np.uint8)
    strip = np.zeros(height * stride, np.uint8)
    side = max(widest, width, canvas_height, height)
    scratch = _scratch(canvas_height, widest, width)
    memory = _memory(side)
    flat = strips.reshape(strips.size)
    for sample in range(len(ids)):
        natural[:] = 0
        for place in range(ids.shape[1]):
            if ids[sample, place] < 0:
                continue
            for row in range(canvas_height):
                source, target = ids[sample, place] * cell + row * canvas_width, row * step + lefts[sample, place]
                for along in range(canvas_width):
                    natural[target + along] = images[source + along]
        box = totals[sample], canvas_height, width, height
        _scale(natural, 0, step, box, strip, 0, stride, scratch, memory)
        copy_out(strip, stride, flat, sample * height * width, height, width, paper)
