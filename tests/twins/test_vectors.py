"""Every vector operation against its plain definition, on all that a lane can hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

numba = pytest.importorskip("numba")

from mygenerator.twins import vectors  # noqa: E402

BYTES = arrays(np.uint8, 400)
OFFSET = st.integers(0, 60)


@numba.njit
def weighted(values, first, second, left, right, into):
    sums = vectors.add_weighted(vectors.halves(), vectors.load(values, first), left)
    sums = vectors.add_weighted(sums, vectors.load(values, second), right)
    vectors.store(into, 7, vectors.means(sums))


@given(values=BYTES, first=OFFSET, second=OFFSET, left=st.integers(0, 256))
def test_weighted_bytes_are_rounded_means(values, first, second, left):
    into = np.full(50, 3, np.uint8)
    weighted(values, first, second, np.uint16(left), np.uint16(256 - left), into)
    pair = (values[at : at + 32].astype(int) for at in (first, second))
    expected = sum(weight * part for weight, part in zip((left, 256 - left), pair, strict=True))
    assert into[7:39].tolist() == ((expected + 128) >> 8).tolist()
    assert (into[:7] == 3).all()
    assert (into[39:] == 3).all()


@numba.njit
def compared(values, first, second, into):
    vectors.store(into, 0, vectors.larger(vectors.load(values, first), vectors.load(values, second)))
    vectors.store(into, 32, vectors.zeros())
    vectors.store(into, 64, vectors.flipped(vectors.load(values, first), np.uint8(255)))


@given(values=BYTES, first=OFFSET, second=OFFSET)
def test_the_larger_byte_of_each_lane_is_kept_and_bytes_are_flipped(values, first, second):
    into = np.full(96, 9, np.uint8)
    compared(values, first, second, into)
    assert (into[:32] == np.maximum(values[first : first + 32], values[second : second + 32])).all()
    assert not into[32:64].any()
    assert (into[64:] == 255 - values[first : first + 32]).all()


@numba.njit
def inked(values, offset, level):
    return vectors.at_least(vectors.load(values, offset), level)


@given(values=BYTES, offset=OFFSET, level=st.integers(0, 255))
def test_lanes_of_enough_ink_are_bits(values, offset, level):
    expected = sum(1 << lane for lane in range(32) if values[offset + lane] >= level)
    assert inked(values, offset, np.uint8(level)) == expected


@numba.njit
def first(values, offset, count, into):
    vectors.store(into, 0, vectors.first_lanes(vectors.load(values, offset), count))


@given(values=BYTES, offset=OFFSET, count=st.integers(-5, 50))
def test_only_the_first_lanes_are_kept(values, offset, count):
    into = np.full(32, 9, np.uint8)
    first(values, offset, count, into)
    assert into.tolist() == [values[offset + lane] if lane < count else 0 for lane in range(32)]


@numba.njit
def turned(source, start, stride, target, target_start, target_stride):
    vectors.transpose(source, start, stride, target, target_start, target_stride)


@given(values=BYTES, start=OFFSET, stride=st.integers(0, 20), target_stride=st.integers(16, 20))
def test_a_block_is_turned(values, start, stride, target_stride):
    target = np.zeros(400, np.uint8)
    turned(values, start, stride, target, 5, target_stride)
    for row in range(16):
        for column in range(16):
            assert target[5 + target_stride * column + row] == values[start + stride * row + column]


@numba.njit
def ends(bits):
    return vectors.lowest_bit(bits), vectors.highest_bit(bits)


@given(bits=st.integers(0, 2**32 - 1))
def test_the_first_and_the_last_bit_are_found(bits):
    expected = ((bits & -bits).bit_length() - 1, bits.bit_length() - 1) if bits else (32, -1)
    assert ends(np.uint32(bits)) == expected


@numba.njit
def sampled(pixels, stride, high, wide, line, into):
    x, y, step_x, step_y = line
    vectors.store(into, 0, vectors.between_pixels(pixels, stride, high, wide, x, y, step_x, step_y))


@settings(max_examples=200)
@given(
    image=arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9))),
    start=st.tuples(*[st.integers(-5 * 65536, 12 * 65536)] * 2),
    step=st.tuples(*[st.integers(-70_000, 70_000)] * 2),
)
def test_samples_between_pixels_weigh_the_four_around_them(image, start, step):
    high, wide = image.shape
    staged = np.pad(image, ((2, 2), (2, 5)))
    into = np.zeros(16, np.uint8)
    line = tuple(map(np.int32, (*start, *step)))
    sampled(staged.ravel(), np.int32(staged.shape[1]), np.int32(high), np.int32(wide), line, into)

    def pixel(row: int, column: int) -> int:
        return int(image[row, column]) if 0 <= row < high and 0 <= column < wide else 0

    for lane in range(16):
        x, y = (begin + lane * along for begin, along in zip(start, step, strict=True))
        column, row, part_x, part_y = x >> 16, y >> 16, (x >> 8) & 255, (y >> 8) & 255
        above, below = (
            (pixel(line, column) * (256 - part_x) + pixel(line, column + 1) * part_x + 128) >> 8
            for line in (row, row + 1)
        )
        assert into[lane] == (above * (256 - part_y) + below * part_y + 128) >> 8
