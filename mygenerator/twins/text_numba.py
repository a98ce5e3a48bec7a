"""The compiled twins of what turns row numbers into text: `permutation.Permutation` and `patterns.automaton`."""

# pylint: disable=consider-using-enumerate  # a kernel counts

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.twins import jit
from mygenerator.twins.rng_numba import block

_CHUNK = 512

_Words = types.Array(types.uint64, 1, "C", readonly=True)
_Values = types.Array(types.uint64, 1, "C")
_Places = types.Array(types.int64, 1, "C", readonly=True)
_Codes = types.Array(types.uint32, 1, "C", readonly=True)


@jit(types.void(_Values, types.uint64, types.uint64, types.uint64, types.intp))
def feistel(values, side, key_0, key_1, rounds):
    """`Permutation._feistel` in place, for a side of at most 2**32."""
    left, right, drawn = np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64)
    for start in range(0, len(values), _CHUNK):
        count = min(_CHUNK, len(values) - start)
        for place in range(count):
            left[place], right[place] = values[start + place] // side, values[start + place] % side
        for number in range(rounds):
            # Apart from the division, so that several blocks are made at once.
            for place in range(count):
                words = block(right[place], np.uint64(0), np.uint64(number), np.uint64(0), key_0, key_1)
                drawn[place] = words[0] | (words[1] << np.uint64(32))
            for place in range(count):
                left[place], right[place] = right[place], (left[place] + drawn[place] % side) % side
        for place in range(count):
            values[start + place] = left[place] * side + right[place]


@jit(
    types.void(
        *(_Words, types.intp, _Places, _Codes, _Places, _Words, _Words),
        types.Array(types.uint32, 2, "C"),
    )
)
def codes(ranks, root, first_edge, low, target, before, behind, found):
    """`Automaton.codes` into `found` (N, max_length), for less than 2**64 strings."""
    for row in range(len(ranks)):
        state, rank = root, ranks[row]
        for position in range(found.shape[1]):
            lowest, highest = first_edge[state], first_edge[state + 1] - 1
            while lowest < highest:
                middle = (lowest + highest + 1) >> 1
                if before[middle] <= rank:
                    lowest = middle
                else:
                    highest = middle - 1
            rank -= before[lowest]
            if behind[lowest] == 1:
                found[row, position] = low[lowest] + np.uint32(rank)
                rank = np.uint64(0)
            else:
                found[row, position] = low[lowest] + np.uint32(rank // behind[lowest])
                rank %= behind[lowest]
            state = target[lowest]
