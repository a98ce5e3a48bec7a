"""The compiled twin of `permutation.Permutation`."""

# pylint: disable=consider-using-enumerate  # a kernel counts

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.rng_numba import block
from mygenerator.twins import jit

_CHUNK = 512

_Values = types.Array(types.uint64, 1, "C")


@jit(types.void(_Values, types.uint64, types.uint64, types.uint64, types.intp))
def feistel(values, side, key_0, key_1, rounds):
    """`Permutation._feistel` in place, for a side of at most 2**32."""
    left, right, drawn = np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64), np.empty(_CHUNK, np.uint64)
    for start in range(0, len(values), _CHUNK):
        count = min(_CHUNK, len(values) - start)
        for place in range(count):
            left[place], right[place] = values[start + place] // side, values[start + place] % side
        for number in range(rounds):
            # In a loop without the division, so that several blocks are made at once.
            for place in range(count):
                words = block(right[place], np.uint64(0), np.uint64(number), np.uint64(0), key_0, key_1)
                drawn[place] = words[0] | (words[1] << np.uint64(32))
            for place in range(count):
                left[place], right[place] = right[place], (left[place] + drawn[place] % side) % side
        for place in range(count):
            values[start + place] = left[place] * side + right[place]
