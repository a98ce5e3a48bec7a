"""rng.py: Philox on the vectors that Random123 publishes, and what a stream promises about its draws."""

import hashlib
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from mygenerator import rng
from mygenerator.errors import InputError
from mygenerator.rng import Stream, check_seed, fresh_seed, philox4x32, stream_key

ONES = 0xFFFFFFFF
# kat_vectors of Random123 1.14: philox 4x32, 10 rounds (counter, key, result).
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES, ONES, ONES, ONES), (ONES, ONES), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
# SHA-256 of `fixed_draws` by STREAM_VERSION. A new value here means that every seed gives something else: raise
# STREAM_VERSION with it, and say so in the changelog.
HASH_OF_VERSION = {1: "c6d58eadd2c2eb718e84879114141feb8f043676f2100e6e1bd40541db8204cf"}
FAMILY_WISE = 1e-4


def fixed_draws() -> bytes:
    stream, trained = Stream(7, "text_to_image"), Stream(2**64 - 1, "größe", epoch=3)
    samples, positions = np.array([[0], [1], [2**32], [10**12]], np.int64), np.arange(5)
    draws = [
        stream.bits32(samples, positions, 1),
        stream.bits64(samples, positions, 2),
        stream.integers(samples, positions, 3, low=-5, high=[0, 1, 9, 99, 2**32 - 6]),
        stream.uniform(samples, positions, 4),
        trained.bits64(samples, positions),
    ]
    return b"".join(np.ascontiguousarray(draw, draw.dtype.newbyteorder("<")).tobytes() for draw in draws)


@pytest.mark.parametrize(("counter", "key", "expected"), KNOWN_ANSWERS)
def test_philox_gives_the_published_vectors(counter, key, expected):
    assert tuple(int(word) for word in philox4x32(counter, key)) == expected


def test_philox_broadcasts_its_counter_words():
    words = philox4x32((np.zeros((2, 1), int), 0, np.arange(3), 0), (0, 0))
    assert [word.shape for word in words] == [(2, 3)] * 4
    assert [int(word[1, 0]) for word in words] == list(KNOWN_ANSWERS[0][2])


def test_a_stream_key_is_the_first_64_bits_of_sha256_over_version_seed_epoch_and_step():
    packed = (1).to_bytes(4, "little") + (7).to_bytes(8, "little") + (2).to_bytes(4, "little") + b"rotate"
    expected = struct.unpack("<II", hashlib.sha256(packed).digest()[:8])
    assert rng.STREAM_VERSION == 1
    assert stream_key(7, "rotate", epoch=2) == expected


def test_seed_epoch_and_step_each_change_the_key():
    keys = [stream_key(*each) for each in [(7, "a"), (8, "a"), (7, "b"), (7, "a", 1), (2**64 - 1, "a")]]
    assert len(set(keys)) == len(keys)


def test_the_draws_of_this_stream_version_are_what_they_always_were():
    assert hashlib.sha256(fixed_draws()).hexdigest() == HASH_OF_VERSION[rng.STREAM_VERSION]


@pytest.mark.parametrize("seed", [-1, 2**64, 1.0, "7", None, True])
def test_a_seed_that_is_no_whole_number_of_64_bits_is_an_error(seed):
    with pytest.raises(InputError, match=r"seed is .*18446744073709551615"):
        check_seed(seed)


def test_a_fresh_seed_is_a_seed():
    assert check_seed(fresh_seed()) >= 0


@given(
    st.lists(st.tuples(st.integers(0, 2**63 - 1), st.integers(0, 1000), st.integers(0, 1000)), min_size=1, max_size=9),
    st.integers(0, 2**64 - 1),
)
def test_a_draw_depends_on_its_sample_position_and_number_alone(places, seed):
    stream = Stream(seed, "step")
    sample, position, number = np.array(places).T
    for draw in (stream.bits32, stream.bits64, stream.uniform):
        assert draw(sample, position, number).tolist() == [draw(*place).item() for place in places]
    together = stream.integers(sample, position, number, low=3, high=8)
    assert together.tolist() == [stream.integers(*place, low=3, high=8).item() for place in places]


def test_samples_that_differ_above_32_bits_only_draw_differently():
    first, second = Stream(7, "step").bits64([5, 5 + 2**32], 0)
    assert first != second


def test_integers_reach_both_bounds_and_no_further():
    drawn = Stream(7, "step").integers(np.arange(2000), 0, low=-2, high=3)
    assert drawn.dtype == np.int64
    assert sorted(set(drawn.tolist())) == [-2, -1, 0, 1, 2, 3]


def test_integers_take_a_range_for_every_draw():
    low, high = np.array([0, 10, -7]), np.array([0, 12, -7])
    drawn = Stream(7, "step").integers(np.arange(500)[:, None], np.arange(3), low=low, high=high)
    assert (drawn.min(axis=0) == low).all()
    assert (drawn.max(axis=0) == high).all()


def test_integers_span_up_to_all_of_32_bits():
    drawn = Stream(7, "step").integers(np.arange(1000), 0, low=0, high=2**32 - 1)
    assert (drawn == Stream(7, "step").bits32(np.arange(1000), 0)).all()


@pytest.mark.parametrize(("low", "high"), [(1, 0), (0, 2**32)])
def test_an_empty_range_and_one_above_32_bits_are_errors(low, high):
    with pytest.raises(ValueError, match="1 to 2\\*\\*32 integers"):
        Stream(7, "step").integers(0, 0, low=low, high=high)


def test_integers_are_uniform_and_neighbours_are_independent():
    # 4 ways to be neighbours (sample, position, number, seed) and the values themselves.
    alpha = FAMILY_WISE / 5
    index = np.arange(40_000)
    stream = Stream(7, "step")
    drawn = stream.integers(index, 0, 0, low=0, high=9)
    assert chisquare(np.bincount(drawn, minlength=10)).pvalue > alpha
    neighbours = [
        stream.integers(index + 1, 0, 0, low=0, high=9),
        stream.integers(index, 1, 0, low=0, high=9),
        stream.integers(index, 0, 1, low=0, high=9),
        Stream(8, "step").integers(index, 0, 0, low=0, high=9),
    ]
    for other in neighbours:
        assert chisquare(np.bincount(10 * drawn + other, minlength=100)).pvalue > alpha


def test_uniform_lies_from_0_to_below_1_and_fills_it_evenly():
    drawn = Stream(7, "step").uniform(np.arange(40_000), 0)
    assert drawn.dtype == np.float64
    assert drawn.min() >= 0
    assert drawn.max() < 1
    assert chisquare(np.histogram(drawn, bins=50, range=(0, 1))[0]).pvalue > FAMILY_WISE


def test_uniform_is_the_upper_53_bits_of_bits64():
    stream = Stream(7, "step")
    exact = [int(bits) // 2**11 / 2**53 for bits in stream.bits64(np.arange(100), 0)]
    assert stream.uniform(np.arange(100), 0).tolist() == exact
