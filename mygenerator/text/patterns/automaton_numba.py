"""The compiled twin of `automaton.Automaton.codes`."""

# pylint: disable=consider-using-enumerate  # a kernel counts

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.twins import jit

_Words = types.Array(types.uint64, 1, "C", readonly=True)
_Places = types.Array(types.int64, 1, "C", readonly=True)
_Codes = types.Array(types.uint32, 1, "C", readonly=True)


@jit(
    types.void(
        *(_Words, types.intp, _Places, _Codes, _Places, _Words, _Words),
        types.Array(types.uint32, 2, "C"),
    )
)
def codes(ranks, root, first_edge, low, target, before, behind, found):
    """`Automaton.codes` into `found` (N, max_length), for fewer than 2**64 strings."""
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
