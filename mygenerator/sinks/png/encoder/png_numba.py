"""The compiled twin of the encoder: whole files, one image after another, 64 pixels or one token at a time."""

# A kernel is one nest of loops: all that it reads and decides is in one place.
# pylint: disable=too-many-locals,too-many-positional-arguments,too-many-arguments
# The operations of `words` are called with fewer arguments than they are defined with.
# pylint: disable=no-value-for-parameter

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numba import types

from mygenerator.sinks.png.encoder.checksums_numba import adler, crc_table, put_big, put_crc
from mygenerator.sinks.png.encoder.code_tables import COST_BITS, END, LONGEST, MATCH, SHORTEST, SIZE, SIZE_BITS
from mygenerator.sinks.png.encoder.deflate import STORED_BYTES
from mygenerator.sinks.png.encoder.words import BLOCK, SUMMED, copy, put_word, same_as_before
from mygenerator.twins import jit

_CHUNK_EXTRA = 12
"""The bytes that a chunk has besides its data: length, kind, checksum."""

_ONE, _TWO, _THREE = np.uint64(1), np.uint64(2), np.uint64(3)
_BYTE = np.uint64(0xFF)
_SIZE_BITS, _SIZE = np.uint64(SIZE_BITS), np.uint64(SIZE)
_SEVEN, _EIGHTS = np.uint64(7), np.uint64(56)
_SHORTEST, _MATCH, _LONGEST, _END = np.uint64(SHORTEST), np.uint64(MATCH), np.uint64(LONGEST), np.uint64(END)

_whole, _u64 = types.intp, types.uint64
_Read, _Bytes = types.Array(types.uint8, 1, "C", readonly=True), types.Array(types.uint8, 1, "C")
_Images, _Ends = types.Array(types.uint8, 3, "C", readonly=True), types.Array(types.int64, 1, "C")
_Places = types.Array(types.uint16, 1, "C")
_Words = types.Array(types.uint64, 1, "C", readonly=True)
_Entries = types.Array(types.uint32, 1, "C", readonly=True)
_AllEntries = types.Array(types.uint32, 2, "C", readonly=True)
_Counts = types.Array(types.int64, 1, "C", readonly=True)
_Scratch = types.Tuple((_Bytes, _Places, _Words, _Entries))
_Put = types.Tuple((_whole, _u64, _u64, _u64))
_Tables = types.Tuple((_AllEntries, _Words, _AllEntries, _Counts))


def scratch(length: int, block: int) -> tuple[np.ndarray, ...]:
    """The buffers of `encode`, for images of `length` bytes with their filters, cut into blocks of `block`."""
    # Bytes before the first one are read too, and zeros follow the last.
    raw = np.zeros(BLOCK + length + SUMMED + BLOCK, np.uint8)
    return (raw, np.empty(min(length, block) + 2 * BLOCK, np.uint16), _places_of_bits(), crc_table())


@lru_cache(maxsize=1)
def _places_of_bits() -> np.ndarray:
    """For each byte, the places of its set bits, and their number.

    Returns
    -------
    uint64 (768,)
        Three words per byte: the first four places and the next four, 16 bits each; the number.
    """
    bits = (np.arange(256)[:, None] >> np.arange(8) & 1).astype(bool)
    places = np.zeros((256, 12), np.uint16)
    places[:, 8] = bits.sum(axis=1)
    rows, found = np.nonzero(bits)
    places[rows, (np.cumsum(bits, axis=1) - 1)[rows, found]] = found
    return places.view("<u8").reshape(-1)


@jit(_whole(_Read, _whole, _whole, _Places, _Words))
def _cut(raw, start, length, places, bits):
    """Write where each literal and each run of matches begins, and where the last ends; returns how many there are.

    As in `deflate.tokens_of`, but runs are not cut into matches yet.
    """
    count, at = 0, 0
    three_before = matched_before = np.uint64(0)
    # There is no byte before the first.
    same = same_as_before(raw, start) & ~_ONE
    if length < BLOCK:
        same &= (_ONE << np.uint64(length)) - _ONE
    while at < length:
        after, left = np.uint64(0), length - at - BLOCK
        if left > 0:
            after = same_as_before(raw, start + at + BLOCK)
            if left < BLOCK:
                after &= (_ONE << np.uint64(left)) - _ONE
        three = same & (same >> _ONE | after << np.uint64(63))
        three &= same >> np.uint64(2) | after << np.uint64(62)
        matched = three | three << _ONE | three_before >> np.uint64(63)
        matched |= three << np.uint64(2) | three_before >> np.uint64(62)
        begins = ~(matched & (matched << _ONE | matched_before >> np.uint64(63)))
        if left < 0:
            begins &= (_ONE << np.uint64(BLOCK + left)) - _ONE
        place = np.uint64(at) * np.uint64(0x0001000100010001)
        for byte in range(8):
            which = np.uint64(3) * (begins >> np.uint64(8 * byte) & _BYTE)
            put_word(places, count, bits[which] + place)
            put_word(places, count + 4, bits[which + _ONE] + place)
            count += np.int64(bits[which + np.uint64(2)])
            place += np.uint64(0x0008000800080008)
        three_before, matched_before, same = three, matched, after
        at += BLOCK
    places[count] = places[count + 1] = places[count + 2] = length
    return count


@jit(inline="always")
def _put_bits(out, at, kept, used):
    """Write the whole bytes of the kept bits; returns where the next byte goes, and the bits still kept."""
    put_word(out, at, kept)
    return at + np.int64(used >> np.uint64(3)), kept >> (used & _EIGHTS), used & _SEVEN


@jit(_Put(_u64, _u64, _Entries, _Words, _Bytes, _whole, _u64, _u64))
def _put_run(value, length, entries, costs, out, at, kept, used):
    """Write one token, or several for a run that is longer than a match; returns what `_put_tokens` does."""
    cost = np.uint64(0)
    while length:
        token, step = value, _ONE
        if length >= _SHORTEST:
            step = min(length, _LONGEST)
            token = _MATCH + step
        entry = np.uint64(entries[token])
        at, kept, used = _put_bits(out, at, kept | entry >> _SIZE_BITS << used, used + (entry & _SIZE))
        cost += costs[token]
        length -= step
    return at, kept, used, cost


@jit(_Put(_Read, _whole, _Places, _whole, _Entries, _Words, _Bytes, _whole, _u64, _u64))
def _put_tokens(raw, start, places, count, entries, costs, out, at, kept, used):
    """Write the tokens of a block; returns what `_put_bits` does, and the sum of their costs."""
    cost = np.uint64(0)
    begin, first = np.uint64(start), np.uint64(places[0])
    # Unsigned, so that numba need not check whether an index counts from the end.
    number, all_tokens = np.uint64(0), np.uint64(count)
    while number < all_tokens:
        second, third = np.uint64(places[number + _ONE]), np.uint64(places[number + _TWO])
        fourth = np.uint64(places[number + _THREE])
        one, two, three = second - first, third - second, fourth - third
        # Three tokens and the kept bits fit into a word. Beyond the last token, lengths are 0.
        if max(one, two - _ONE, three - _ONE) <= _LONGEST - _ONE:
            # Read whether needed or not: a processor cannot predict which tokens are matches.
            value, next_value, last_value = raw[begin + first], raw[begin + second], raw[begin + third]
            one = np.uint64(value) if one == _ONE else _MATCH + one
            two = np.uint64(next_value) if two == _ONE else _MATCH + two
            three = np.uint64(last_value) if three == _ONE else _MATCH + three
            cost += costs[one] + costs[two] + costs[three]
            one, two, three = np.uint64(entries[one]), np.uint64(entries[two]), np.uint64(entries[three])
            bits = two >> _SIZE_BITS | three >> _SIZE_BITS << (two & _SIZE)
            bits = one >> _SIZE_BITS | bits << (one & _SIZE)
            at, kept, used = _put_bits(out, at, kept | bits << used, used + (one + two + three & _SIZE))
            number += _THREE
            first = fourth
        else:
            value = raw[begin + first]
            at, kept, used, more = _put_run(np.uint64(value), one, entries, costs, out, at, kept, used)
            cost += more
            number += _ONE
            first = second
    return at, kept, used, cost


@jit(types.Tuple((_whole, _u64))(_Read, _whole, _Places, _whole, types.boolean, _whole, _Tables, _Bytes, _whole))
def _put_coded(raw, start, places, count, final, kind, tables, out, at):
    """Write a block under one table; returns its end and the sum of its tokens' costs."""
    all_entries, costs, headers, header_bits = tables
    entries, begin = all_entries[kind], at
    for number in range(headers.shape[1]):
        put_word(out, at + 4 * number, np.uint64(headers[kind, number]))
    out[begin] |= np.uint8(final)
    at += header_bits[kind] >> 3
    used = np.uint64(header_bits[kind] & 7)
    kept = np.uint64(out[at])
    at, kept, used, cost = _put_tokens(raw, start, places, count, entries, costs, out, at, kept, used)
    end = np.uint64(entries[_END])
    kept |= end >> _SIZE_BITS << used
    used += end & _SIZE
    put_word(out, at, kept)
    if final:
        return at + np.int64(used + _SEVEN >> np.uint64(3)), cost
    # An empty stored block: its three bits, padding to a whole byte, its length and the inverted length.
    at += np.int64(used + np.uint64(3) + _SEVEN >> np.uint64(3))
    put_word(out, at, np.uint64(0xFFFF0000))
    return at + 4, cost


@jit(_whole(_Bytes, _whole, _whole, types.boolean, _Bytes, _whole))
def _put_stored(raw, start, length, final, out, at):
    """Write a stored block; returns its end."""
    out[at] = np.uint8(final)
    for number in range(2):
        out[at + 1 + number] = length >> 8 * number & 255
        out[at + 3 + number] = ~length >> 8 * number & 255
    copy(out, at + STORED_BYTES, raw, start, length)
    return at + STORED_BYTES + length


@jit(_whole(_u64, _whole, types.boolean, _Tables))
def _chosen(cost, length, final, tables):
    """`deflate.choose` for one block: its table."""
    entries, _, _, header_bits = tables
    best, best_size = len(entries), length + STORED_BYTES
    for number in range(len(entries) - 1, -1, -1):
        field = cost >> np.uint64(COST_BITS * number) & np.uint64(2**COST_BITS - 1)
        bits = np.int64(field) + header_bits[number] + np.int64(entries[number, END] & SIZE)
        size = (bits + 7) >> 3 if final else ((bits + 10) >> 3) + 4
        if size <= best_size:
            best, best_size = number, size
    return best


@jit(types.void(_Images, _Scratch, types.UniTuple(_Read, 3), _Tables, _whole, _Bytes, _Ends))
def encode(images, scratch_arrays, frame, tables, block, out, ends):
    """Write the files of images one after another.

    Parameters
    ----------
    images : uint8 (N, H, W)
    scratch_arrays : tuple
        From `scratch`.
    frame : three uint8 arrays
        The beginning of a file, the beginning of its compressed data, and its end.
    tables : tuple
        The arrays of `Tables`, in their order.
    block : int
        The most bytes in a block.
    out : uint8 (bytes,)
        Where the files go; it also has room for one block that is twice as long as when stored.
    ends : int64 (at least N + 1,)
        Filled with the end of each file, from item 1 on.
    """
    raw, places, bits, crcs = scratch_arrays
    head, stream_head, tail = frame
    count, height, width = images.shape
    flat, length, at, guess = images.reshape(-1), height * (width + 1), 0, 0
    for image in range(count):
        for row in range(height):
            copy(raw, BLOCK + row * (width + 1) + 1, flat, (image * height + row) * width, width)
        copy(out, at, head, 0, len(head))
        at += len(head)
        data = at + _CHUNK_EXTRA - 4
        for number in range(4):
            out[at + 4 + number] = b"IDAT"[number]
        copy(out, data, stream_head, 0, len(stream_head))
        end = data + len(stream_head)
        for begin in range(0, length, block):
            size, start = min(block, length - begin), BLOCK + begin
            final = begin + size == length
            tokens = _cut(raw, start, size, places, bits)
            # Neighbours are usually alike: a block is written like the one before, and again if that was not the best.
            written, cost = _put_coded(raw, start, places, tokens, final, guess, tables, out, end)
            best = _chosen(cost, size, final, tables)
            if best == len(tables[0]):
                written = _put_stored(raw, start, size, final, out, end)
            elif best != guess:
                guess = best
                written, _ = _put_coded(raw, start, places, tokens, final, guess, tables, out, end)
            end = written
        put_big(out, end, adler(raw, BLOCK, length))
        end += 4
        put_big(out, at, np.uint64(end - data))
        put_crc(out, at + 4, end, crcs)
        at = end + 4
        copy(out, at, tail, 0, len(tail))
        at += len(tail)
        ends[image + 1] = at
