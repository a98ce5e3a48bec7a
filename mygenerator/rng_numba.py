"""The compiled twin of `rng.philox4x32`."""

# pylint: disable=consider-using-enumerate  # a kernel counts

from __future__ import annotations

import numpy as np
from numba import types

from mygenerator.rng import _LOW, _MULTIPLIER_0, _MULTIPLIER_1, _ROUNDS, _SHIFT, _WEYL_0, _WEYL_1
from mygenerator.twins import jit

_Words = types.Array(types.uint64, 1, "C", readonly=True)
_Blocks = types.Array(types.uint64, 2, "C")


@jit(inline="always")
def block(c0, c1, c2, c3, k0, k1):
    """The four words of one block, as `rng.philox4x32` defines them."""
    for _ in range(_ROUNDS):
        product_0, product_1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
        c0, c2 = (product_1 >> _SHIFT) ^ c1 ^ k0, (product_0 >> _SHIFT) ^ c3 ^ k1
        c1, c3 = product_1 & _LOW, product_0 & _LOW
        k0, k1 = (k0 + np.uint64(_WEYL_0)) & _LOW, (k1 + np.uint64(_WEYL_1)) & _LOW
    return c0, c1, c2, c3


@jit(types.void(_Words, _Words, _Words, _Words, types.uint64, types.uint64, _Blocks))
def philox4x32(first, second, third, fourth, key_0, key_1, words):
    """Blocks of four words, (4, n), for n counters and one key; all are numbers below 2**32."""
    for place in range(len(first)):
        made = block(first[place], second[place], third[place], fourth[place], key_0, key_1)
        words[0, place], words[1, place], words[2, place], words[3, place] = made
