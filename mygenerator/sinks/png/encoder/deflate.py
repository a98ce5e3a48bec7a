"""The plain numpy definition of the encoder: which tokens bytes are cut into, and how these become bits.

If a byte is followed by at least three equal ones, it is a literal and those are matches of distance 1: as many of
length 258 as fit, then the rest as one match, or as literals if the rest is fewer than three. All other bytes are
literals. A block is written with the table that makes it smallest, or stored.
"""

from __future__ import annotations

import numpy as np

from mygenerator.sinks.png.encoder.code_tables import COST_BITS, END, LONGEST, MATCH, SHORTEST, SIZE, SIZE_BITS, tables

STORED_BYTES = 5
"""The bytes that a stored block has besides its content."""
_FLUSH = b"\0\0\xff\xff"


def deflate(raw: np.ndarray, final: bool) -> list[bytes]:
    """Compress each row into one deflate block that begins and ends with a whole byte.

    Parameters
    ----------
    raw : uint8 (n, M)
        M is 1 to 65,535.
    final : bool
        Whether the blocks end their streams. After other blocks an empty stored block fills up the last byte.

    Returns
    -------
    list of bytes
        One block for each row.
    """
    tokens, first = tokens_of(raw)
    sizes, kinds = choose(np.add.reduceat(tables().costs[tokens], first), raw.shape[1], final)
    counts = np.diff(first, append=len(tokens))
    pieces: list[bytes] = [b""] * len(raw)
    for kind in sorted(set(kinds.tolist())):
        rows = np.flatnonzero(kinds == kind)
        if kind == len(tables().entries):
            blocks = [_stored(raw[row], final) for row in rows]
        else:
            chosen = tokens if len(rows) == len(raw) else tokens[np.repeat(kinds == kind, counts)]
            blocks = _coded(chosen, counts[rows], sizes[rows], kind, final)
        for row, block in zip(rows.tolist(), blocks, strict=True):
            pieces[row] = block
    return pieces


def choose(costs: np.ndarray, length: int, final: bool) -> tuple[np.ndarray, np.ndarray]:
    """The smallest way to write each block.

    Parameters
    ----------
    costs : uint64 (n,)
        Sums of `Tables.costs` over a block's tokens without its end.
    length : int
        How many bytes the block holds.

    Returns
    -------
    sizes, kinds : int64 (n,), int64 (n,)
        Size in bytes, including what fills up the last byte; the table's number, or the number of tables for stored.
    """
    known = tables()
    shifts = np.arange(0, COST_BITS * len(known.entries), COST_BITS).astype(np.uint64)
    bits = (costs[:, None] >> shifts & np.uint64(2**COST_BITS - 1)).astype(np.int64)
    bits += known.header_bits + (known.entries[:, END] & SIZE)
    sizes = (bits + 7) // 8 if final else (bits + 3 + 7) // 8 + len(_FLUSH)
    sizes = np.column_stack([sizes, np.full(len(costs), STORED_BYTES + length)])
    kinds = sizes.argmin(axis=1)
    return sizes.min(axis=1), kinds


def tokens_of(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The tokens of all rows, row after row, without the ends of blocks, and where each row's tokens begin."""
    flat = raw.reshape(-1)
    equal = np.zeros(flat.size + SHORTEST - 1, bool)
    np.equal(flat[1:], flat[:-1], out=equal[1 : flat.size])
    equal[: flat.size : raw.shape[1]] = False
    three = equal[:-2] & equal[1:-1] & equal[2:]
    matched = three.copy()
    matched[1:] |= three[:-1]
    matched[2:] |= three[:-2]
    begins = np.ones(flat.size, bool)
    np.logical_and(matched[1:], matched[:-1], out=begins[1:])
    np.logical_not(begins[1:], out=begins[1:])
    places = np.flatnonzero(begins)
    lengths = np.diff(places, append=flat.size)
    if (lengths > LONGEST).any():
        places, lengths = _cut(places, lengths)
    tokens = np.where(lengths == 1, flat[places], lengths + MATCH)
    return tokens, np.searchsorted(places, np.arange(0, flat.size, raw.shape[1]))


def _cut(places: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut whatever is longer than a match into several tokens: the first stays in place, the others follow it."""
    long = np.flatnonzero(lengths > LONGEST)
    whole, left = np.divmod(lengths[long], LONGEST)
    counts = whole - 1 + np.where(left < SHORTEST, left, 1)
    number = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    whole, left, start = (np.repeat(values, counts) for values in (whole, left, places[long]))
    more_places = start + np.minimum(number, whole) * LONGEST + np.maximum(number - whole, 0)
    more_lengths = np.where(number < whole, LONGEST, np.where(left < SHORTEST, 1, left))
    lengths[long] = LONGEST
    behind = np.repeat(long + 1, counts)
    return np.insert(places, behind, more_places), np.insert(lengths, behind, more_lengths)


def _coded(tokens: np.ndarray, counts: np.ndarray, sizes: np.ndarray, kind: int, final: bool) -> list[bytes]:
    """Blocks of Huffman codes under one table.

    Every block begins with a new 32-bit word. A token is shorter than a word, so each word from a block's first token
    to its last contains the beginning of a token. The tokens that begin in a word are added up, as they share no bits;
    the part beyond the word goes to the next one.
    """
    known = tables()
    entries, header, header_bits = known.entries[kind], known.headers[kind], known.header_bits[kind]
    words = sizes // 4 + 2 + len(header)
    base = np.cumsum(words) - words
    packed = entries[tokens]
    starts, ends = _bit_places((packed & SIZE).astype(np.int64), np.cumsum(counts) - counts, 32 * base + header_bits)
    values = (packed >> SIZE_BITS).astype(np.uint64) << (starts & 31).astype(np.uint64)
    word = starts >> 5
    heads = np.concatenate([[0], np.flatnonzero(word[1:] != word[:-1]) + 1])
    out = np.zeros(int(words.sum()), "<u4")
    _put(out, word[heads], np.add.reduceat(values, heads))
    _put(out, ends >> 5, np.uint64(entries[END] >> SIZE_BITS) << (ends & 31).astype(np.uint64))
    out[base[:, None] + np.arange(len(header))] |= header
    out[base] |= np.uint32(final)
    data, first_byte = out.view(np.uint8), 4 * base
    if not final:
        data[first_byte + sizes - 1] = data[first_byte + sizes - 2] = 0xFF
    return [data[start : start + size].tobytes() for start, size in zip(first_byte, sizes, strict=True)]


def _bit_places(bits: np.ndarray, first: np.ndarray, begins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each token begins, and where each block's tokens end.

    `bits` has the tokens' lengths, `first` the number of each block's first token, `begins` the place of that token.
    """
    ends = begins + np.add.reduceat(bits, first)
    steps = np.empty(len(bits), np.int64)
    steps[0] = begins[0]
    steps[1:] = bits[:-1]
    steps[first[1:]] += begins[1:] - ends[:-1]
    return np.cumsum(steps, out=steps), ends


def _put(out: np.ndarray, words: np.ndarray, values: np.ndarray) -> None:
    """Set the bits of 64-bit values, each beginning at its own word."""
    out[words] |= values.astype(np.uint32)
    out[words + 1] |= (values >> np.uint64(32)).astype(np.uint32)


def _stored(raw: np.ndarray, final: bool) -> bytes:
    length = len(raw)
    return bytes([final]) + length.to_bytes(2, "little") + (length ^ 0xFFFF).to_bytes(2, "little") + raw.tobytes()
