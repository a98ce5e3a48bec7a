"""How each token of a deflate stream is written, under each of the code tables that the encoder chooses from.

A token is a byte (0 to 255), a match of distance 1 (253 + its length, 3 to 258) or the end of a block (`END`). There
are two trained tables, for dark ink on light paper and for the reverse, and the fixed one of RFC 1951.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from mygenerator.sinks.png.encoder.trained import TRAINED

SHORTEST, LONGEST = 3, 258
"""The lengths that a match can have."""
MATCH = 253
"""The token of a match, minus its length."""
END = MATCH + LONGEST + 1
"""The token that ends a block."""
SIZE_BITS = 6
"""The width of the field in `Tables.entries` that holds how many bits a token has."""
SIZE = (1 << SIZE_BITS) - 1
COST_BITS = 21
"""The width of a field in `Tables.costs`; the number of bits of 65,535 tokens fits into it under any table."""

_MOST_CODE_BITS = 15
_FIXED_LENGTHS = (8,) * 144 + (9,) * 112 + (7,) * 24 + (8,) * 8


@dataclass(frozen=True)
class Tables:
    """The code tables, as arrays that the definition and its twin read.

    Attributes
    ----------
    entries : uint32 (K, END + 1)
        How a token is written: the number of its bits in the low SIZE_BITS, and above it those bits, the first lowest.
    costs : uint64 (END + 1,)
        The numbers of bits under all K tables, each in a field of COST_BITS, so that one sum counts them all.
    headers : uint32 (K, words)
        The bits that begin a block, the first lowest; the bit for the last block is not set yet.
    header_bits : int64 (K,)
    """

    entries: np.ndarray
    costs: np.ndarray
    headers: np.ndarray
    header_bits: np.ndarray


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables; among equally short results, the first table is chosen."""
    # A block of type 1 begins with the three bits 0 1 0: not the last, and the type, low bit first.
    headers = [(int(table.header, 16), table.header_bits) for table in TRAINED] + [(0b010, 3)]
    lengths = [[int(digit, 16) for digit in table.lengths] for table in TRAINED] + [list(_FIXED_LENGTHS)]
    distance_bits = [1] * len(TRAINED) + [5]
    entries = np.array([_entries(*pair) for pair in zip(lengths, distance_bits, strict=True)], np.uint32)
    shifts = np.arange(0, COST_BITS * len(entries), COST_BITS).astype(np.uint64)
    fields = (entries & SIZE).astype(np.uint64) << shifts[:, None]
    words = max(bits for _, bits in headers) // 32 + 1
    made = Tables(
        entries,
        fields.sum(axis=0, dtype=np.uint64),
        np.array([np.frombuffer(bits.to_bytes(4 * words, "little"), "<u4") for bits, _ in headers], np.uint32),
        np.array([count for _, count in headers], np.int64),
    )
    for array in vars(made).values():
        array.flags.writeable = False
    return made


def length_symbols() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How RFC 1951 writes match lengths from SHORTEST to LONGEST.

    Returns
    -------
    symbols, extra_bits, extra : int64 (256,)
        The symbol, 257 to 285; how many bits follow its code; their value.
    """
    widths = np.repeat([0, 0, 1, 2, 3, 4, 5], 4)
    starts = SHORTEST + np.concatenate([[0], np.cumsum(1 << widths)[:-1]])
    lengths = np.arange(SHORTEST, LONGEST + 1)
    which = np.searchsorted(starts, lengths, "right") - 1
    symbols, extra_bits, extra = 257 + which, widths[which], lengths - starts[which]
    # The longest has a symbol of its own.
    symbols[-1], extra_bits[-1], extra[-1] = 285, 0, 0
    return symbols, extra_bits, extra


def _entries(lengths: list[int], distance_bits: int) -> np.ndarray:
    codes, bits = _codes(lengths), np.array(lengths)
    symbols, extra_bits, extra = length_symbols()
    # Under each of our tables, distance 1 is the first distance code, all zeros.
    matches = (codes[symbols] | extra << bits[symbols]) << SIZE_BITS | (bits[symbols] + extra_bits + distance_bits)
    literals = codes[:256] << SIZE_BITS | bits[:256]
    return np.concatenate([literals, matches, [codes[256] << SIZE_BITS | bits[256]]])


def _codes(lengths: list[int]) -> np.ndarray:
    """The canonical prefix code of these lengths, with its bits reversed: deflate writes a code's highest bit first."""
    codes, code = np.zeros(len(lengths), np.int64), 0
    for bits in range(1, _MOST_CODE_BITS + 1):
        for symbol in (symbol for symbol, length in enumerate(lengths) if length == bits):
            codes[symbol] = int(f"{code:0{bits}b}"[::-1], 2)
            code += 1
        code <<= 1
    return codes
