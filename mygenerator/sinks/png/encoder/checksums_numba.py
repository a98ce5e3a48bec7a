"""The compiled twins of the checksums in a PNG file: CRC-32 of a chunk, Adler-32 of the rows.

zlib's own, called from Python for one image after another, would take three times as long.
"""

# The operations of `words` are called with fewer arguments than they are defined with.
# pylint: disable=no-value-for-parameter

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import types

from mygenerator.sinks.png.encoder.words import SUMMED, sums, word
from mygenerator.twins import jit

_CHECK = 65_521
"""The modulus of Adler-32."""
_SLICES = 16
"""How many bytes the CRC takes in a step."""
_BYTE, _LOW = np.uint64(0xFF), np.uint64(0xFFFFFFFF)

_whole = types.intp
_Read, _Bytes = types.Array(types.uint8, 1, "C", readonly=True), types.Array(types.uint8, 1, "C")
_Table = types.Array(types.uint32, 1, "C", readonly=True)


@lru_cache(maxsize=1)
def crc_table() -> np.ndarray:
    """The CRC of each byte followed by 0 to 15 zeros: uint32 (4096,)."""
    crcs = np.zeros((_SLICES, 256), np.uint32)
    crcs[0] = np.arange(256)
    for _ in range(8):
        crcs[0] = np.where(crcs[0] & 1, crcs[0] >> 1 ^ np.uint32(0xEDB88320), crcs[0] >> 1)
    for zeros in range(1, _SLICES):
        crcs[zeros] = crcs[0][crcs[zeros - 1] & 0xFF] ^ crcs[zeros - 1] >> 8
    return crcs.reshape(-1)


@jit(inline="always")
def put_big(out, at, value):
    """Write the low 32 bits of a uint64, highest byte first."""
    for byte in range(4):
        out[at + byte] = np.uint8(value >> np.uint64(24 - 8 * byte) & _BYTE)


@jit(types.void(_Bytes, _whole, _whole, _Table))
def put_crc(out, start, end, crcs):
    """Write the CRC-32 of bytes after them."""
    crc, at = _LOW, start
    while at + _SLICES <= end:
        first, second = word(out, at), word(out, at + 8)
        # Whatever does not depend on the previous step is looked up first.
        rest = np.uint64(0)
        for byte in range(8):
            rest ^= np.uint64(crcs[np.uint64((7 - byte) * 256) + (second >> np.uint64(8 * byte) & _BYTE)])
        for byte in range(4, 8):
            rest ^= np.uint64(crcs[np.uint64((15 - byte) * 256) + (first >> np.uint64(8 * byte) & _BYTE)])
        first ^= crc
        crc = np.uint64(0)
        for byte in range(4):
            crc ^= np.uint64(crcs[np.uint64((15 - byte) * 256) + (first >> np.uint64(8 * byte) & _BYTE)])
        crc ^= rest
        at += _SLICES
    while at < end:
        crc = crc >> np.uint64(8) ^ np.uint64(crcs[(crc ^ np.uint64(out[at])) & _BYTE])
        at += 1
    put_big(out, end, crc ^ _LOW)


@jit(types.uint64(_Read, _whole, _whole))
def adler(raw, start, length):
    """The Adler-32 of bytes that are followed by zeros."""
    low, high, check = np.uint64(1), np.uint64(0), np.uint64(_CHECK)
    padded = -(-length // SUMMED) * SUMMED
    for at in range(start, start + padded, SUMMED):
        both = sums(raw, at)
        high = (high + np.uint64(SUMMED) * low + (both >> np.uint64(32))) % check
        low = (low + (both & _LOW)) % check
    # Each zero after the image's bytes added the low half to the high one; this is undone.
    high = (high + (check - low) * np.uint64(padded - length)) % check
    return high << np.uint64(16) | low
