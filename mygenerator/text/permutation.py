"""A keyed shuffle of range(size) that is never stored: row -> rank, so rows are unique without remembering any.

It maps the row numbers of a text data set to the ranks for `patterns.Pattern.unrank`. The construction is a balanced
Feistel network with cycle walking; its pseudo-random function is Philox4x32-10 under the key of a stream.

Sources: M. Luby, C. Rackoff, "How to construct pseudorandom permutations from pseudorandom functions", SIAM J.
Comput. 17(2), 1988; J. Black, P. Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002 (addition modulo the
side of the domain, cycle walking).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mygenerator import twins
from mygenerator.errors import InputError, whole_number
from mygenerator.rng import check_seed, philox4x32, philox_block, round_keys, stream_key

_ROUNDS = 10
_TWIN = "mygenerator.text.permutation_numba"
_NS_AN_INDEX = 2_000
_LIMB_BITS = 32
_LIMB = 2**_LIMB_BITS - 1


class Permutation:
    """A bijection on range(size), chosen by (seed, name); each index is mapped independently of the others.

    The halves of the network are numbers below `side`, the smallest even number with side**2 >= size, so values rarely
    fall outside a large domain. The side is even because rounds on an odd side are all even permutations, which shows
    in the order of a handful of indices.

    There are ten rounds. Chi-square tests over 1,000,000 seeds, on the images of two indices or on the whole order,
    could tell six rounds, and often eight, from a uniform shuffle (sizes 3 to 17), but not ten or twelve (sizes 2 to
    64). Larger sizes need fewer rounds. This is for statistics, not for secrets.

    Parameters
    ----------
    size : int
        How many indices there are: at least 1, up to thousands of bits.
    seed : int
        0 to 2**64 - 1.
    name : str
        The name of the stream; no `rng.Stream` with the same seed should have the same name.
    epoch : int
        The training epoch, 0 to 2**32 - 1.

    Raises
    ------
    InputError
        If size or seed is out of its range.

    Examples
    --------
    >>> sorted(Permutation(5, seed=7, name="text")([0, 1, 2, 3, 4]).tolist())
    [0, 1, 2, 3, 4]
    """

    def __init__(self, size: int, seed: int, name: str, epoch: int = 0):
        self.size = whole_number("size", size, 1)
        self.seed = check_seed(seed)
        self.name = name
        self._key = stream_key(self.seed, name, epoch)
        side = math.isqrt(self.size - 1) + 1
        self._side = side + side % 2
        self._limbs = -(-(self._side - 1).bit_length() // _LIMB_BITS)

    def __call__(self, indices: ArrayLike) -> np.ndarray:
        """The images of the indices.

        Parameters
        ----------
        indices : array of integers in [0, size), of any shape

        Returns
        -------
        array of the same shape, values in [0, size)
            uint64 if size <= 2**64, Python integers (dtype object) above.

        Raises
        ------
        IndexError
            If an index is not in [0, size).
        InputError
            If the indices are not integers.
        """
        indices = indices_below(self.size, indices)
        if indices.size == 1 and not twins.is_loaded(_TWIN):
            return np.full_like(indices, self._image(indices.item()))
        images = self._feistel(indices.ravel())
        while (outside := np.flatnonzero(images >= self.size)).size:
            images[outside] = self._feistel(images[outside])
        return images.reshape(indices.shape)

    def __repr__(self) -> str:
        return f"Permutation({self.size}, seed={self.seed}, name={self.name!r})"

    def _feistel(self, values: np.ndarray) -> np.ndarray:
        if self._limbs == 1 and values.dtype == np.uint64:
            twin = twins.load(_TWIN, _NS_AN_INDEX * values.size)
            if twin is not None:
                images = values.copy()
                twin.feistel(images, self._side, *self._key, _ROUNDS)
                return images
        left, right = values // self._side, values % self._side
        for number in range(_ROUNDS):
            left, right = right, (left + self._round(right, number)) % self._side
        return left * self._side + right

    def _image(self, index: int) -> int:
        """The image of one index: `_feistel` and `_round` in Python's integers, which one index goes through faster."""
        keys, side = round_keys(self._key), self._side
        image = index
        while True:
            left, right = divmod(image, side)
            for number in range(_ROUNDS):
                words = (0, 0, number, 0)
                for limb in range(0, self._limbs, 2):
                    low, high = right >> (_LIMB_BITS * limb) & _LIMB, right >> (_LIMB_BITS * (limb + 1)) & _LIMB
                    words = philox_block((words[0] ^ low, words[1] ^ high, words[2], words[3]), keys)
                value = words[0]
                for place in range(1, self._limbs + 1):
                    if place % 4 == 0:
                        words = philox_block(words, keys)
                    value |= words[place % 4] << (_LIMB_BITS * place)
                left, right = right, (left + value % side) % side
            image = left * side + right
            if image < self.size:
                return image

    def _round(self, half: np.ndarray, number: int) -> np.ndarray:
        """A number below side for every half, from 32 more bits than needed, so its bias is at most 2**-32.

        Philox is used as a sponge: each block absorbs two limbs, and up to four words are squeezed from a block.
        `_image` does the same for one index.
        """
        words: tuple = (0, 0, number, 0)
        for limb in range(0, self._limbs, 2):
            low, high = _limb(half, limb), _limb(half, limb + 1)
            words = philox4x32((words[0] ^ low, words[1] ^ high, words[2], words[3]), self._key)
        value = words[0].astype(half.dtype)
        for place in range(1, self._limbs + 1):
            if place % 4 == 0:
                words = philox4x32(words, self._key)
            value |= words[place % 4].astype(half.dtype) << (_LIMB_BITS * place)
        return value % self._side


def indices_below(size: int, indices: ArrayLike) -> np.ndarray:
    """The indices as uint64 if size <= 2**64, as Python integers (dtype object) above; always a new array.

    Raises
    ------
    IndexError
        If an index is not in [0, size).
    InputError
        If the indices are not integers.
    """
    given = np.asarray(indices)
    if given.dtype.kind == "f" and not isinstance(indices, np.ndarray):
        # numpy turns a list with integers both below and above 2**63 into floats.
        given = np.asarray(indices, object)
    dtype = np.uint64 if size <= 2**64 else object
    if not given.size:
        return np.zeros(given.shape, dtype)
    wholes = given.dtype.kind in "iu" or (given.dtype == object and all(isinstance(each, int) for each in given.flat))
    if not wholes:
        raise InputError(f"indices are of type {given.dtype}", allowed="whole numbers")
    for extreme in (given.item(),) if given.size == 1 else (int(given.min()), int(given.max())):
        if not 0 <= extreme < size:
            raise IndexError(f"index {extreme} is out of range: there are {size}, from 0 to {size - 1}")
    return given.astype(dtype)


def _limb(half: np.ndarray, number: int) -> np.ndarray:
    return (half >> (_LIMB_BITS * number) & _LIMB).astype(np.uint64)
