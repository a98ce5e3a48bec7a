"""The compiled twin of `transform.noise.sprinkled`."""

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.rng_numba import block
from mygenerator.twins import jit

_SHIFT = 23

_Limits = types.Array(types.int64, 1, "C", readonly=True)
_Index = types.Array(types.int64, 1, "C", readonly=True)


@jit(types.void(types.Array(types.uint8, 2, "C"), _Index, types.uint64, types.uint64, _Limits))
def sprinkle(strips, index, key_0, key_1, limits):
    """Put dots into `strips` (N, H * W)."""
    # The search begins at the first limit that a number of these highest 8 bits can reach.
    begins = np.empty(256, np.int64)
    limit = 0
    for high in range(256):
        while limit < len(limits) and limits[limit] <= high << _SHIFT:
            limit += 1
        begins[high] = limit
    for row in range(len(strips)):
        sample = np.uint64(index[row])
        place, number = -1, 0
        while place < strips.shape[1] - 1:
            words = block(
                sample & np.uint64(0xFFFFFFFF), sample >> np.uint64(32), np.uint64(number), np.uint64(0), key_0, key_1
            )
            number += 1
            for word in words:
                chance = np.int64(word >> np.uint64(1))
                skip = begins[chance >> _SHIFT]
                while skip < len(limits) and limits[skip] <= chance:
                    skip += 1
                if skip == len(limits):
                    place += skip
                    continue
                place += skip + 1
                if place < strips.shape[1]:
                    strips[row, place] = 255 if word & np.uint64(1) else 0
