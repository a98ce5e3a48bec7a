"""All the strings of a regular pattern, numbered: rank -> string, vectorised over rows.

A text data set permutes its row numbers (`permutation.Permutation`) and unranks them here, so its rows are unique and
uniform over the pattern's strings, and can be made in any order.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mygenerator.errors import InputError, whole_number
from mygenerator.text.patterns.construction import build
from mygenerator.text.patterns.syntax import parse, shown, string_lengths
from mygenerator.text.permutation import indices_below

MAX_LENGTH = 1_000
"""The longest string that a pattern can have, in characters."""

__all__ = ["MAX_LENGTH", "Pattern"]


class Pattern:
    r"""The distinct strings of a regular pattern, in the order of their code points (that of Python's `sorted`).

    A pattern can have literals, `\d` (0 to 9), a backslash before punctuation, classes such as `[0-9a-f]`, groups
    `(...)` and `(?:...)`, alternatives `|`, repetition `?`, `{m}` and `{m,n}`, and `^` and `$` at the ends. They mean
    what they mean to `re.fullmatch` under `re.ASCII`. A string that a pattern matches in several ways counts once.

    Parameters
    ----------
    pattern : str
    lengths : iterable of int, optional
        Only strings of these lengths (1 to 1,000 characters); None allows all lengths.

    Attributes
    ----------
    pattern : str
        As it was given.
    lengths : tuple of int or None
        Sorted.
    count : int
        How many strings there are; can be above 2**64.
    characters : str
        Every character that occurs in a string, sorted.
    min_length, max_length : int
        The lengths of the shortest and the longest string, in characters.
    automaton : Automaton
        The tables that say which characters can follow each other.

    Raises
    ------
    InputError
        If the pattern is not of this kind (the message gives the character and what to write instead), has no
        strings, has the empty string or one longer than 1,000 characters, or is too large to count within a second.

    Examples
    --------
    >>> postal = Pattern("[0-9]{3}-?[0-9]{4}")
    >>> postal.count, postal.unrank([0, 19_999_999]).tolist()
    (20000000, ['000-0000', '9999999'])
    """

    def __init__(self, pattern: str, lengths: Iterable[int] | None = None):
        if not isinstance(pattern, str):
            raise InputError(f"pattern is {pattern!r}", allowed="text, such as '[0-9]{3}-[0-9]{4}'")
        self.pattern = pattern
        self.lengths = None if lengths is None else _checked_lengths(lengths)
        tree = parse(pattern)
        shortest, longest = string_lengths(tree)
        if longest > MAX_LENGTH:
            raise InputError(
                f"pattern {shown(pattern)} has strings of {longest} characters",
                allowed=f"up to {MAX_LENGTH} characters",
            )
        if shortest == 0 and self.lengths is None:
            raise InputError(
                f"pattern {shown(pattern)} allows the empty string",
                allowed="strings of at least 1 character",
                do="make at least one part required, or give the lengths",
            )
        automaton = build(pattern, tree, self.lengths or range(shortest, longest + 1))
        if automaton is None:
            raise InputError(
                f"pattern {shown(pattern)} has no string of lengths {', '.join(map(str, self.lengths or ()))}",
                do=f"its strings have {shortest} to {longest} characters",
            )
        self.automaton = automaton
        self.count = automaton.count
        self.characters = automaton.characters
        self.min_length, self.max_length = automaton.min_length, automaton.max_length

    def unrank(self, ranks: ArrayLike) -> np.ndarray:
        """The strings with the given ranks.

        Parameters
        ----------
        ranks : array (N,) of integers in [0, count)

        Returns
        -------
        array (N,) of dtype <U{max_length}

        Raises
        ------
        IndexError
            If a rank is not in [0, count).
        InputError
            If the ranks are not integers.
        """
        codes = self.automaton.codes(indices_below(self.count, ranks).astype(self.automaton.before.dtype))
        return codes.reshape(-1).view(f"<U{self.max_length}")

    def matches(self, text: str) -> bool:
        """Whether the whole text is one of the pattern's strings."""
        return isinstance(text, str) and self.automaton.accepts(text)

    def __repr__(self) -> str:
        lengths = "" if self.lengths is None else f", lengths={self.lengths}"
        return f"Pattern({self.pattern!r}{lengths})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pattern):
            return NotImplemented
        return (self.pattern, self.lengths) == (other.pattern, other.lengths)

    def __hash__(self) -> int:
        return hash((self.pattern, self.lengths))

    def __reduce__(self) -> tuple:
        # The tables take a few milliseconds to make again, so they are not sent to workers.
        return Pattern, (self.pattern, self.lengths)


def _checked_lengths(lengths: Iterable[int]) -> tuple[int, ...]:
    if not isinstance(lengths, Iterable) or isinstance(lengths, (str, bytes)):
        raise InputError(f"lengths is {lengths!r}", allowed="a list of whole numbers")
    checked = sorted({whole_number("a length", length, 1, MAX_LENGTH) for length in lengths})
    if not checked:
        raise InputError("lengths is empty", allowed="a list of whole numbers", do="leave it out to allow every length")
    return tuple(checked)
