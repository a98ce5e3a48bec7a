"""Many texts in memory that follows their characters: all of these in one row, and where each text begins.

numpy's own text arrays give every text the room of the longest. One label of 1,000 characters among 300,000 would take
1.2 GB that way; here it takes its 1,000 characters.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

_UNITS = ((0xFF, "u1", "latin-1"), (0xFFFF, "<u2", "utf-16-le"), (0x10FFFF, "<u4", "utf-32-le"))
"""The largest code point, the type of a code unit and the encoding: always one unit for a character.

Only encoding has one unit for a character in each of them. UTF-16 is not decoded: two halves of a surrogate pair that
come to stand side by side would become one character.
"""
_AT_ONCE = 10_000
_MOST_ROOM = 2
"""Texts are kept as an array of one width too, which is the fastest to take from, if this many times as many characters
have room in it as there are."""


class PackedTexts:
    """Texts that do not change, packed.

    Parameters
    ----------
    texts : sequence of str

    Examples
    --------
    >>> packed = PackedTexts(["007", "42", "1é"])
    >>> len(packed), packed.take(np.array([2, 0])).tolist(), packed.characters, packed.lengths
    (3, ['1é', '007'], '01247é', (2, 3))
    """

    def __init__(self, texts: Sequence[str]):
        joined = "".join(texts)
        largest = 0x7F if joined.isascii() else ord(max(joined))
        unit, encoding = next((unit, encoding) for most, unit, encoding in _UNITS if largest <= most)
        # A label can hold half of a surrogate pair, which only files refuse.
        self._codes = np.frombuffer(joined.encode(encoding, "surrogatepass" if unit != "u1" else "strict"), unit)
        self._starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=self._starts[1:])
        is_even = len(texts) * self.lengths[1] <= _MOST_ROOM * len(joined)
        self._array = np.array(texts, dtype=str) if is_even else None

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _AT_ONCE):
            if self._array is not None:
                yield from self._array[start : start + _AT_ONCE].tolist()
                continue
            ends = self._starts[start : start + _AT_ONCE + 1]
            codes = self._codes[ends[0] : ends[-1]].astype("<u4")
            text = codes.tobytes().decode("utf-32-le", "surrogatepass")
            places = (ends - ends[0]).tolist()
            yield from (text[low:high] for low, high in pairwise(places))

    def take(self, index: np.ndarray) -> np.ndarray:
        """These texts as a new str array (N,).

        Parameters
        ----------
        index : int64 (N,)
            0 to len - 1.
        """
        if self._array is not None:
            return self._array[index]
        starts = self._starts[index]
        lengths = self._starts[index + 1] - starts
        width = int(lengths.max(initial=1))
        place = np.arange(width)
        # The array's memory is an array of code points, 0 after a text's end.
        codes = np.zeros((len(index), width), np.uint32)
        if lengths.min(initial=width) == width:
            codes[:] = self._codes[starts[:, None] + place]
        else:
            inside = place < lengths[:, None]
            codes[inside] = self._codes[(starts[:, None] + place)[inside]]
        return codes.view(f"U{width}").reshape(len(index))

    @property
    def characters(self) -> str:
        """Every character that occurs, sorted."""
        return "".join(map(chr, np.unique(self._codes).tolist()))

    @property
    def lengths(self) -> tuple[int, int]:
        """The lengths of the shortest and of the longest text."""
        lengths = np.diff(self._starts)
        return int(lengths.min()), int(lengths.max())

    def first_with(self, characters: str) -> int | None:
        """The first text that holds one of these characters; None if none does."""
        places = np.flatnonzero(np.isin(self._codes, [ord(character) for character in characters]))
        return int(np.searchsorted(self._starts, places[0], side="right")) - 1 if places.size else None
