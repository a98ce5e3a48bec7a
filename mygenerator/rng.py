"""The one source of randomness: Philox4x32-10, a counter-based generator, vectorised.

A draw is a pure function of (seed, step name, epoch), the key, and (sample, position, number), the counter. So any
sample can be drawn alone, in any order, by any process. Nothing else in the package draws random numbers.

Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011, doi:10.1145/2063384.2063405.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import struct
from collections.abc import Sequence
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from mygenerator import twins
from mygenerator.errors import whole_number

STREAM_VERSION = 1
"""Changes when a release has to change what a seed gives; it is stored in every recipe and is part of every key."""

MAX_SEED = 2**64 - 1
MAX_EPOCH = 2**32 - 1

_MULTIPLIER_0, _MULTIPLIER_1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL_0, _WEYL_1 = 0x9E3779B9, 0xBB67AE85
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_ROUNDS = 10
_NS_A_BLOCK = 100
_FEW = 64
"""Up to so many blocks, a row of them in one of Python's long integers is faster than numpy's arrays."""
_LANE = 64
_CONSTANTS = 0xD2511F53, 0xCD9E8D57
_KEY_STEPS = [(number * _WEYL_0, number * _WEYL_1) for number in range(_ROUNDS)]


def philox4x32(counter: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike], key: tuple[int, int]) -> tuple:
    """Philox4x32-10 on whole arrays of counters.

    Parameters
    ----------
    counter : four arrays of integers in [0, 2**32), broadcast against each other
    key : two integers in [0, 2**32)

    Returns
    -------
    tuple of four uint64 arrays of the broadcast shape, each value in [0, 2**32)
    """
    if (few := _few_blocks(counter, key)) is not None:
        return few
    words = [np.asarray(word).astype(np.uint64) for word in counter]
    shape = np.broadcast_shapes(*(word.shape for word in words))
    c0, c1, c2, c3 = (np.broadcast_to(word, shape) for word in words)
    key_0, key_1 = key
    if (twin := twins.load("mygenerator.rng_numba", _NS_A_BLOCK * c0.size)) is not None:
        blocks = np.empty((4, c0.size), np.uint64)
        twin.philox4x32(*(word.ravel() for word in (c0, c1, c2, c3)), key_0, key_1, blocks)
        return tuple(blocks.reshape(4, *shape))
    for _ in range(_ROUNDS):
        product_0, product_1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0, c2 = (
            (product_1 >> _SHIFT) ^ c1 ^ np.uint64(key_0),
            (product_0 >> _SHIFT) ^ c3 ^ np.uint64(key_1),
        )
        c1, c3 = product_1 & _LOW, product_0 & _LOW
        key_0, key_1 = (key_0 + _WEYL_0) & 0xFFFFFFFF, (key_1 + _WEYL_1) & 0xFFFFFFFF
    return c0, c1, c2, c3


def _few_blocks(counter: Sequence[ArrayLike], key: tuple[int, int]) -> tuple | None:
    """`philox4x32` of a few counters, without arrays in between; None if they are not few."""
    words = [np.asarray(word) for word in counter]
    shape = np.broadcast(*words).shape
    count = math.prod(shape)
    # Whatever is as large as the result is in its order; anything in between is left to numpy.
    if not 1 <= count <= _FEW or not all(word.size in (1, count) for word in words):
        return None
    ones = _lanes(count)[0]
    rows = [word.item() * ones if word.size == 1 else _row_of(word) for word in words]
    blocks = philox_row(rows, round_keys(key), count)
    return tuple(_words_of(row, count).reshape(shape) for row in blocks)


def philox_row(counter: Sequence[int], keys: Sequence[tuple[int, int]], count: int) -> tuple[int, int, int, int]:
    """`philox4x32` of a row of counters that are packed into long integers, one in each lane of 64 bits.

    A lane holds the product of a word and a constant, so one multiplication of long integers does those of all lanes.

    Parameters
    ----------
    counter : four integers
        Each word of all counters, the first in the lowest lane.
    keys : what `round_keys` gives
    count : int
        How many lanes there are.

    Returns
    -------
    tuple of four integers
        The words of all blocks, packed like the counters.
    """
    ones, low = _lanes(count)
    c0, c1, c2, c3 = counter
    by_0, by_1 = _CONSTANTS
    for key_0, key_1 in keys:
        product_0, product_1 = c0 * by_0, c2 * by_1
        c0 = (product_1 >> 32 & low) ^ c1 ^ key_0 * ones
        c2 = (product_0 >> 32 & low) ^ c3 ^ key_1 * ones
        c1, c3 = product_1 & low, product_0 & low
    return c0, c1, c2, c3


def philox_block(counter: tuple[int, int, int, int], keys: Sequence[tuple[int, int]]) -> tuple[int, int, int, int]:
    """`philox_row` of one counter, which needs no lanes."""
    c0, c1, c2, c3 = counter
    by_0, by_1 = _CONSTANTS
    for key_0, key_1 in keys:
        product_0, product_1 = c0 * by_0, c2 * by_1
        c0, c2 = (product_1 >> 32) ^ c1 ^ key_0, (product_0 >> 32) ^ c3 ^ key_1
        c1, c3 = product_1 & 0xFFFFFFFF, product_0 & 0xFFFFFFFF
    return c0, c1, c2, c3


@lru_cache(maxsize=_FEW + 1)
def _lanes(count: int) -> tuple[int, int]:
    """For so many lanes, a 1 in each, and the lower 32 bits of each."""
    ones = sum(1 << _LANE * lane for lane in range(count))
    return ones, 0xFFFFFFFF * ones


@lru_cache(maxsize=_FEW + 1)
def _counting(count: int) -> int:
    """0, 1, 2, ... in the lanes of a row."""
    return sum(lane << _LANE * lane for lane in range(count))


def _row_of(words: np.ndarray) -> int:
    """An array of words as a row."""
    return int.from_bytes(words.astype("<u8").tobytes(), "little")


def _words_of(row: int, count: int) -> np.ndarray:
    """A row as an array of words, uint64 (count,)."""
    return np.frombuffer(bytearray(row.to_bytes(count * 8, "little")), "<u8").astype(np.uint64, copy=False)


@lru_cache(maxsize=256)
def round_keys(key: tuple[int, int]) -> list[tuple[int, int]]:
    """The two key words of each round of `philox_row`."""
    return _round_keys(*key)


def _round_keys(key_0: int, key_1: int) -> list[tuple[int, int]]:
    return [(key_0 + by_0 & 0xFFFFFFFF, key_1 + by_1 & 0xFFFFFFFF) for by_0, by_1 in _KEY_STEPS]


def stream_key(seed: int, step: str, epoch: int = 0) -> tuple[int, int]:
    """The two key words of a stream: the first 64 bits of SHA-256 over (STREAM_VERSION, seed, epoch, step name).

    The version and the epoch are packed as 32-bit, the seed as a 64-bit little-endian integer; the name follows as
    UTF-8. The head has a fixed size, so no two streams share an encoding.
    """
    return _key(check_seed(seed), step, check_epoch(epoch))


def _key(seed: int, step: str, epoch: int) -> tuple[int, int]:
    head = struct.pack("<IQI", STREAM_VERSION, seed, epoch)
    return struct.unpack("<II", hashlib.sha256(head + step.encode("utf-8")).digest()[:8])


def check_seed(seed: object) -> int:
    """Return the seed as int; raise InputError unless it is a whole number from 0 to 2**64 - 1."""
    return whole_number("seed", seed, 0, MAX_SEED)


def check_epoch(epoch: object) -> int:
    """Return the epoch as int; raise InputError unless it is a whole number from 0 to 2**32 - 1."""
    return whole_number("epoch", epoch, 0, MAX_EPOCH)


def fresh_seed() -> int:
    """A new seed from the operating system, used if the user gave none; the caller logs and records it."""
    return secrets.randbits(64)


class Stream:
    """The draws of one step: every method takes (sample, position, number) and broadcasts them.

    Parameters
    ----------
    seed : int
        0 to 2**64 - 1.
    step : str
        The step's name in the recipe; different names give independent draws.
    epoch : int
        The training epoch, 0 to 2**32 - 1; other epochs give independent draws.

    Examples
    --------
    >>> gaps = Stream(7, "combine_images_horizontally").integers([[0], [1]], [0, 1, 2], 0, low=3, high=8)
    >>> gaps.shape, int(gaps.min()) >= 3, int(gaps.max()) <= 8
    ((2, 3), True, True)
    """

    def __init__(self, seed: int, step: str, epoch: int = 0):
        self.seed, self.step, self.epoch = check_seed(seed), step, check_epoch(epoch)
        self._named: dict[str, Stream] = {}

    @cached_property
    def key(self) -> tuple[int, int]:
        """What `stream_key` gives; made when it is first drawn from, because some streams only name others."""
        return _key(self.seed, self.step, self.epoch)

    @cached_property
    def _keys(self) -> list[tuple[int, int]]:
        return _round_keys(*self.key)

    def named(self, step: str) -> Stream:
        """The stream of the same seed and epoch under another name; made once."""
        stream = self._named.get(step)
        if stream is None:
            # Seed and epoch were checked when this stream was made.
            stream = self._named[step] = object.__new__(type(self))
            stream.__dict__.update(seed=self.seed, step=step, epoch=self.epoch, _named={})
        return stream

    def bits_of_one(self, sample: int, count: int) -> list[int]:
        """32 random bits for positions 0 to count - 1 of one sample: `bits32` as Python's integers, which is faster.

        >>> Stream(7, "gaps").bits_of_one(5, 3) == Stream(7, "gaps").bits32(5, np.arange(3)).tolist()
        True
        """
        if not 1 <= count <= _FEW:
            return self.bits32(sample, np.arange(count)).tolist()
        sample &= 2**64 - 1
        ones = _lanes(count)[0]
        row = ((sample & 0xFFFFFFFF) * ones, (sample >> 32) * ones, _counting(count), 0)
        return list(struct.unpack(f"<{count}Q", philox_row(row, self._keys, count)[0].to_bytes(count * 8, "little")))

    def blocks(self, sample: ArrayLike, position: ArrayLike, number: ArrayLike = 0) -> tuple:
        """The four words of 32 random bits of each (sample, position, number): four uint64 arrays."""
        sample = np.asarray(sample).astype(np.uint64)
        return philox4x32((sample & _LOW, sample >> _SHIFT, position, number), self.key)

    def bits32(self, sample: ArrayLike, position: ArrayLike, number: ArrayLike = 0) -> np.ndarray:
        """32 random bits for each (sample, position, number): uint64 values in [0, 2**32)."""
        return self.blocks(sample, position, number)[0]

    def bits64(self, sample: ArrayLike, position: ArrayLike, number: ArrayLike = 0) -> np.ndarray:
        """64 random bits for each (sample, position, number): uint64."""
        low, high, _, _ = self.blocks(sample, position, number)
        return (high << _SHIFT) | low

    def integers(
        self, sample: ArrayLike, position: ArrayLike, number: ArrayLike = 0, *, low: ArrayLike, high: ArrayLike
    ) -> np.ndarray:
        """Uniform integers from low to high, both included, as int64; `low` and `high` can be arrays.

        By multiply-shift of 32 bits: the probability of a value has a relative error below (high - low + 1) / 2**32
        (D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019, without the rejection,
        so that every draw costs one block and is random-access). Spans above 2**32 raise ValueError.
        """
        low, high = np.asarray(low, np.int64), np.asarray(high, np.int64)
        span = high - low + 1
        spans = span.ravel().tolist() if span.size <= _FEW else (int(span.min()), int(span.max()))
        if spans and (min(spans) < 1 or max(spans) > 2**32):
            raise ValueError(f"a range must hold 1 to 2**32 integers, got spans from {min(spans)} to {max(spans)}")
        return low + ((self.bits32(sample, position, number) * span.astype(np.uint64)) >> _SHIFT).astype(np.int64)

    def uniform(self, sample: ArrayLike, position: ArrayLike, number: ArrayLike = 0) -> np.ndarray:
        """Uniform float64 in [0, 1), made from 53 random bits, the same on every machine."""
        return (self.bits64(sample, position, number) >> np.uint64(11)).astype(np.float64) * 2.0**-53
