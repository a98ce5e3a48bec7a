"""The compiled twin of `affine`: outlines of glyphs under a map, and their pixels, 16 samples at once."""

# A kernel is one nest of loops: all that it reads and decides is in one place.
# pylint: disable=too-many-branches,too-many-locals,too-many-positional-arguments
# The operations of `vectors` are called with fewer arguments than they are defined with.
# pylint: disable=no-value-for-parameter,too-many-function-args

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.strip.ink import GLYPH_INK, MIN_INK
from mygenerator.strip.raster_numba import copy_out, padded
from mygenerator.twins import jit
from mygenerator.twins.vectors import (
    HALF_LANES,
    LANES,
    at_least,
    between_pixels,
    first_lanes,
    highest_bit,
    larger,
    load,
    lowest_bit,
    store,
    zeros,
)

_BORDER = 2

_whole = types.intp
_Pixels = types.Array(types.uint8, 1, "C", readonly=True)
_Bytes = types.Array(types.uint8, 1, "C")
_Ink = types.Array(types.int16, 2, "C", readonly=True)
_Maps = types.Array(types.int32, 3, "C", readonly=True)
_Outlines, _Ids = (types.Array(types.int64, 2, "C", readonly=True) for _ in range(2))
_Boxes = types.Array(types.int32, 3, "C", readonly=True)
_Walk = types.Array(types.int64, 1, "C")


@jit(types.void(_Pixels, _whole, _whole, _Bytes, _whole))
def _stage(images, start, width, staged, stride):
    """Copy the glyph whose first pixel is at `start` into the middle of its blank border."""
    height = (len(staged) - LANES) // stride - 2 * _BORDER
    for row in range(height):
        source, target = start + row * width, (row + _BORDER) * stride + _BORDER
        if source + padded(width) <= len(images):
            for along in range(0, width, LANES):
                store(staged, target + along, first_lanes(load(images, source + along), width - along))
        else:
            for along in range(width):
                staged[target + along] = images[source + along]


@jit(types.void(_Bytes, _whole, _whole, _Ink, _Maps, _Walk))
def _outline(staged, stride, glyph, ink, maps, corners):
    """The outline of one staged glyph under its map, into `corners`."""
    x0, y0, x1, y1 = ink[glyph, 0], ink[glyph, 1], ink[glyph, 2], ink[glyph, 3]
    m00, m01 = np.int64(maps[glyph, 0, 0]), np.int64(maps[glyph, 0, 1])
    m10, m11 = np.int64(maps[glyph, 1, 0]), np.int64(maps[glyph, 1, 1])
    found = False
    low_x = low_y = high_x = high_y = 0
    for row in range(y0, y1):
        first, last = -1, -1
        line = (row + _BORDER) * stride + _BORDER + x0
        for along in range(0, x1 - x0, LANES):
            inked = at_least(first_lanes(load(staged, line + along), x1 - x0 - along), np.uint8(GLYPH_INK))
            if inked:
                if first < 0:
                    first = along + lowest_bit(inked)
                last = along + highest_bit(inked) + 1
        if first < 0:
            continue
        left, right = 2 * (x0 + first) - (x0 + x1), 2 * (x0 + last) - (x0 + x1)
        top = 2 * row - (y0 + y1)
        bottom = top + 2
        left_x, right_x = min(m00 * left, m00 * right), max(m00 * left, m00 * right)
        left_y, right_y = min(m10 * left, m10 * right), max(m10 * left, m10 * right)
        row_low_x, row_high_x = left_x + min(m01 * top, m01 * bottom), right_x + max(m01 * top, m01 * bottom)
        row_low_y, row_high_y = left_y + min(m11 * top, m11 * bottom), right_y + max(m11 * top, m11 * bottom)
        if found:
            low_x, high_x = min(low_x, row_low_x), max(high_x, row_high_x)
            low_y, high_y = min(low_y, row_low_y), max(high_y, row_high_y)
        else:
            low_x, high_x, low_y, high_y, found = row_low_x, row_high_x, row_low_y, row_high_y, True
    if not found:
        across, down = x1 - x0, y1 - y0
        high_x, high_y = abs(m00) * across + abs(m01) * down, abs(m10) * across + abs(m11) * down
        low_x, low_y = -high_x, -high_y
    corners[0], corners[1], corners[2], corners[3] = low_x, low_y, high_x, high_y


@jit(types.void(_Pixels, _whole, _whole, _Ink, _Maps, types.Array(types.int64, 2, "C")))
def outlines(images, canvas_height, canvas_width, ink, maps, found):
    """`affine.outlines` with the images flat, into `found` (M, 4)."""
    stride = padded(canvas_width + 2 * _BORDER)
    staged = np.zeros((canvas_height + 2 * _BORDER) * stride + LANES, np.uint8)
    for glyph in range(len(ink)):
        _stage(images, glyph * canvas_height * canvas_width, canvas_width, staged, stride)
        _outline(staged, stride, glyph, ink, maps, found[glyph])


@jit(inline="always")
def _ratio(part, determinant):
    """One entry of the inverse map, rounded half up."""
    return (2 * (part << 32) + determinant) // (2 * determinant)


@jit(types.void(_whole, _Ink, _Maps, _Outlines, _whole, _whole, _Walk))
def _walk(glyph, ink, maps, outline, across, high, walk):
    """Where the box's samples are in the source: x and y of the first, steps along and down, samples per pixel."""
    m00, m01 = np.int64(maps[glyph, 0, 0]), np.int64(maps[glyph, 0, 1])
    m10, m11 = np.int64(maps[glyph, 1, 0]), np.int64(maps[glyph, 1, 1])
    determinant = m00 * m11 - m01 * m10
    i00, i01 = (
        (2 * (m11 << 32) + determinant) // (2 * determinant),
        (2 * (-m01 << 32) + determinant) // (2 * determinant),
    )
    i10, i11 = (
        (2 * (-m10 << 32) + determinant) // (2 * determinant),
        (2 * (m00 << 32) + determinant) // (2 * determinant),
    )
    wide, tall = outline[glyph, 2] - outline[glyph, 0], outline[glyph, 3] - outline[glyph, 1]
    times_x = times_y = 1
    for _ in range(2):
        # First as if one sample per pixel were enough, then with as many as are needed.
        columns, rows = across * times_x, high * times_y
        ax, ay = (i00 * wide + (columns << 16)) // (columns << 17), (i10 * wide + (columns << 16)) // (columns << 17)
        bx, by = (i01 * tall + (rows << 16)) // (rows << 17), (i11 * tall + (rows << 16)) // (rows << 17)
        if times_x == 1 and times_y == 1:
            times_x = max(1, (4 * max(abs(ax), abs(ay)) + 5 * 65536 - 1) // (5 * 65536))
            times_y = max(1, (4 * max(abs(bx), abs(by)) + 5 * 65536 - 1) // (5 * 65536))
    columns, rows = across * times_x, high * times_y
    ux, uy = outline[glyph, 0] + outline[glyph, 2], outline[glyph, 1] + outline[glyph, 3]
    x = (np.int64(ink[glyph, 0] + ink[glyph, 2]) << 15) + ((i00 * ux + i01 * uy + (1 << 17)) >> 18)
    y = (np.int64(ink[glyph, 1] + ink[glyph, 3]) << 15) + ((i10 * ux + i11 * uy + (1 << 17)) >> 18)
    walk[0] = x + (((1 - columns) * ax + (1 - rows) * bx) >> 1) - 32768
    walk[1] = y + (((1 - columns) * ay + (1 - rows) * by) >> 1) - 32768
    walk[2], walk[3], walk[4], walk[5], walk[6], walk[7] = ax, ay, bx, by, times_x, times_y


@jit(types.void(_Bytes, _whole, _whole, _whole, _Walk, _Bytes, _whole, _whole, _whole, _whole))
def _sample(staged, stride, canvas_height, canvas_width, walk, strip, corner, strip_stride, across, high):
    """Fill a box of the strip with one sample per pixel."""
    ax, ay = np.int32(walk[2]), np.int32(walk[3])
    for row in range(high):
        x, y = walk[0] + row * walk[4], walk[1] + row * walk[5]
        for along in range(0, across, HALF_LANES):
            values = between_pixels(
                staged,
                np.int32(stride),
                np.int32(canvas_height),
                np.int32(canvas_width),
                np.int32(x + along * walk[2]),
                np.int32(y + along * walk[3]),
                ax,
                ay,
            )
            store(strip, corner + row * strip_stride + along, first_lanes(values, across - along))


@jit(
    types.void(
        *(_Bytes, _whole, _whole, _whole, _Walk, _Bytes, _whole, _whole, _whole, _whole),
        types.Tuple((_Bytes, _Walk)),
    )
)
def _oversample(staged, stride, canvas_height, canvas_width, walk, strip, corner, strip_stride, across, high, scratch):
    """Fill a box of the strip; each pixel is the mean of several samples."""
    line, sums = scratch
    times_x, times_y = walk[6], walk[7]
    count = times_x * times_y
    for row in range(high):
        sums[:across] = 0
        for below in range(times_y):
            down = row * times_y + below
            x, y = walk[0] + down * walk[4], walk[1] + down * walk[5]
            for along in range(0, across * times_x, HALF_LANES):
                values = between_pixels(
                    staged,
                    np.int32(stride),
                    np.int32(canvas_height),
                    np.int32(canvas_width),
                    np.int32(x + along * walk[2]),
                    np.int32(y + along * walk[3]),
                    np.int32(walk[2]),
                    np.int32(walk[3]),
                )
                store(line, along, values)
            for column in range(across):
                for beside in range(times_x):
                    sums[column] += line[column * times_x + beside]
        for column in range(across):
            strip[corner + row * strip_stride + column] = (sums[column] + count // 2) // count


@jit(types.void(_Bytes, _whole, _whole, _whole, _whole))
def _lift(strip, corner, stride, across, high):
    """Lift every column of a box that is fainter than MIN_INK, as `affine.render` defines."""
    for along in range(0, across, LANES):
        most = zeros()
        for row in range(high):
            most = larger(most, load(strip, corner + row * stride + along))
        enough = at_least(most, np.uint8(MIN_INK))
        for inner in range(along, min(along + LANES, across)):
            if (enough >> (inner - along)) & 1:
                continue
            brightest, level = high // 2, 0
            for row in range(high):
                value = np.int64(strip[corner + row * stride + inner])
                if value > level:
                    brightest, level = row, value
            strip[corner + brightest * stride + inner] = MIN_INK


@jit(
    types.void(
        *(_Pixels, _whole, _whole, _Ink, _Maps, _Outlines, _Ids, _Boxes, types.uint8),
        types.Array(types.uint8, 3, "C"),
    )
)
def render(images, canvas_height, canvas_width, ink, maps, outline, ids, boxes, paper, strips):
    """`affine.render` into `strips` (N, height, width), with the images flat; boxes are ordered from left to right."""
    height, width = strips.shape[1:]
    stride = padded(canvas_width + 2 * _BORDER)
    staged = np.zeros((canvas_height + 2 * _BORDER) * stride + LANES, np.uint8)
    strip_stride = width + LANES
    strip = np.zeros(padded(height * strip_stride + LANES), np.uint8)
    line, sums = np.zeros(0, np.uint8), np.zeros(width, np.int64)
    walk, flat = np.empty(8, np.int64), strips.reshape(strips.size)
    for sample in range(len(ids)):
        for along in range(0, len(strip) - LANES + 1, LANES):
            store(strip, along, zeros())
        for place in range(ids.shape[1]):
            glyph = ids[sample, place]
            if glyph < 0:
                continue
            left, top = boxes[sample, place, 0], boxes[sample, place, 1]
            across, high = boxes[sample, place, 2] - left, boxes[sample, place, 3] - top
            corner = top * strip_stride + left
            _stage(images, glyph * canvas_height * canvas_width, canvas_width, staged, stride)
            _walk(glyph, ink, maps, outline, across, high, walk)
            if walk[6] * walk[7] == 1:
                _sample(staged, stride, canvas_height, canvas_width, walk, strip, corner, strip_stride, across, high)
            else:
                if len(line) < across * walk[6] + HALF_LANES:
                    line = np.zeros(across * walk[6] + HALF_LANES, np.uint8)
                _oversample(
                    *(staged, stride, canvas_height, canvas_width, walk),
                    *(strip, corner, strip_stride, across, high, (line, sums)),
                )
            _lift(strip, corner, strip_stride, across, high)
        copy_out(strip, strip_stride, flat, sample * height * width, height, width, paper)
