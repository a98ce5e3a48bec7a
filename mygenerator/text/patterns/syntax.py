"""Parses the text of a regular pattern into a tree; the first step of `patterns.Pattern`.

Only patterns with finitely many strings are accepted: literals, classes, groups, alternatives and bounded repetition.
What is accepted means what it means to `re.fullmatch` under `re.ASCII`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from mygenerator.errors import InputError

Ranges = tuple[tuple[int, int], ...]
"""Sorted, disjoint ranges of code points, both ends included."""

_MAX_NESTING = 50

_DIGIT = (ord("0"), ord("9"))
_COUNTS = re.compile(r"\{([0-9]{1,9})(?:,([0-9]{1,9}))?\}")
_OPEN_COUNTS = re.compile(r"\{([0-9]*),([0-9]*)\}")
_SPECIAL = frozenset(".^$*+?{}[]|()\\")

_WHAT_INSTEAD = {
    ".": r"write the characters that are allowed here, as in [0-9], or \. for a full stop",
    "^": r"it is allowed only at the very beginning; write \^ for the character itself",
    "$": r"it is allowed only at the very end; write \$ for the character itself",
    "]": r"write \] for the character itself",
    "}": r"write \} for the character itself",
    "{": r"write {2} or {2,5} after what is repeated, or \{ for the character itself",
    "*": r"give a maximum, as in {0,9}, or write \* for the character itself",
    "+": r"give a maximum, as in {1,9}, or write \+ for the character itself",
}
_ESCAPE_INSTEAD = {
    "D": "write the characters that are allowed here, as in [a-z]",
    "w": "write [0-9A-Za-z_]",
    "W": "write the characters that are allowed here, as in [-/]",
    "s": "write a space as it is",
    "S": "write the characters that are allowed here, as in [a-z]",
    "b": "leave it out: a pattern always matches the whole text",
    "B": "leave it out: a pattern always matches the whole text",
    "A": "leave it out: a pattern always matches the whole text",
    "Z": "leave it out: a pattern always matches the whole text",
}


@dataclass(frozen=True)
class CharacterClass:
    """One character from the given ranges."""

    ranges: Ranges


@dataclass(frozen=True)
class Concatenation:
    """One part after the other; no parts means the empty string."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Alternation:
    """One of the options."""

    options: tuple[Node, ...]


@dataclass(frozen=True)
class Repetition:
    """The part, `low` to `high` times; at least one of the part's strings is not empty."""

    part: Node
    low: int
    high: int


Node = CharacterClass | Concatenation | Alternation | Repetition

_EMPTY = Concatenation(())


def string_lengths(node: Node) -> tuple[int, int]:
    """The lengths of the node's shortest and longest strings, in characters."""
    match node:
        case CharacterClass():
            return 1, 1
        case Concatenation(parts):
            spans = [string_lengths(part) for part in parts]
            return sum(low for low, _ in spans), sum(high for _, high in spans)
        case Alternation(options):
            spans = [string_lengths(option) for option in options]
            return min(low for low, _ in spans), max(high for _, high in spans)
        case Repetition(part, fewest, most):
            low, high = string_lengths(part)
            return low * fewest, high * most


def parse(pattern: str) -> Node:
    """The tree of a pattern.

    Raises
    ------
    InputError
        If the pattern is not in the subset; it gives the character (counted from 1) and what to write instead.
    """
    return _Parser(pattern).whole()


def shown(pattern: str) -> str:
    """The pattern for a message: its repr, cut short if it is long."""
    return repr(pattern if len(pattern) <= 60 else pattern[:57] + "...")


class _Parser:
    """Recursive descent; `at` is the index of the next character."""

    def __init__(self, pattern: str):
        self.pattern = pattern
        self.at = 0
        self.depth = 0

    def whole(self) -> Node:
        """The tree of the whole pattern."""
        if self.pattern.startswith("^"):
            self.at = 1
        node = self._alternation()
        if self._peek() == "$" and self.at == len(self.pattern) - 1:
            self.at += 1
        if self.at < len(self.pattern):
            unexpected = self._peek()
            if unexpected == ")":
                self._refuse("a ) without its (", r"write \) for the character itself")
            self._refuse(f"an unexpected {unexpected!r}", _WHAT_INSTEAD[unexpected])
        return node

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _take(self, within: str) -> str:
        """The next character; if there is none, the error says what the pattern ends within."""
        character = self._peek()
        if not character:
            self._refuse(f"the pattern ends within {within}", "finish it", at=self.at - 1)
        self.at += 1
        return character

    def _refuse(self, what: str, do: str, at: int | None = None) -> NoReturn:
        number = (self.at if at is None else at) + 1
        raise InputError(what, where=f"character {number} of pattern {shown(self.pattern)}", do=do)

    def _alternation(self) -> Node:
        options = [self._concatenation()]
        while self._peek() == "|":
            self.at += 1
            options.append(self._concatenation())
        return options[0] if len(options) == 1 else Alternation(tuple(options))

    def _concatenation(self) -> Node:
        parts = []
        while self._peek() not in ("", "|", ")", "^", "$"):
            parts.append(self._repetition())
        return parts[0] if len(parts) == 1 else Concatenation(tuple(parts))

    def _repetition(self) -> Node:
        part = self._atom()
        end = self.at
        low, high = self._counts()
        if self.at > end and self._peek() in ("?", "*", "+", "{"):
            self._refuse("a second repetition of the same part", "put the part with the first one into a group (...)")
        return _repeat(part, low, high)

    def _counts(self) -> tuple[int, int]:
        """How often the part before is repeated; (1, 1), and nothing is consumed, if the pattern does not say."""
        if self._peek() == "?":
            self.at += 1
            return 0, 1
        if self._peek() in ("*", "+"):
            self._refuse(f"{self._peek()} repeats without bound", _WHAT_INSTEAD[self._peek()])
        found = _COUNTS.match(self.pattern, self.at)
        if not found:
            self._refuse_open_counts()
            return 1, 1
        low = int(found[1])
        high = low if found[2] is None else int(found[2])
        if low > high:
            self._refuse(f"{found[0]} has its numbers the wrong way round", f"write {{{high},{low}}}")
        self.at = found.end()
        return low, high

    def _refuse_open_counts(self) -> None:
        found = _OPEN_COUNTS.match(self.pattern, self.at)
        if found and found[1]:
            self._refuse(f"{found[0]} repeats without bound", f"give a maximum, as in {{{found[1]},9}}")
        if found:
            self._refuse(f"{found[0]} has no lower number", f"write {{0,{found[2] or 9}}}")

    def _atom(self) -> Node:
        start, character = self.at, self._take("a part")
        if character == "(":
            return self._group(start)
        if character == "[":
            return CharacterClass(self._character_class())
        if character == "\\":
            return CharacterClass((self._escape(),))
        if character in ("?", "*", "+"):
            self._refuse(f"nothing for {character} to repeat", rf"write \{character} for the character itself", start)
        if character in _SPECIAL:
            self._refuse(f"an unexpected {character!r}", _WHAT_INSTEAD[character], start)
        return CharacterClass((self._code(character, start),))

    def _group(self, start: int) -> Node:
        if self.pattern.startswith("?:", self.at):
            self.at += 2
        elif self._peek() == "?":
            self._refuse("a group of a special kind (look-around, name, flag)", "write a plain group (...)", start)
        self.depth += 1
        if self.depth > _MAX_NESTING:
            self._refuse(f"groups more than {_MAX_NESTING} deep", "leave out groups that group nothing", start)
        node = self._alternation()
        self.depth -= 1
        if not self._peek():
            self._refuse("a ( without its )", r"close it, or write \( for the character itself", start)
        if self._peek() != ")":
            self._refuse(f"an unexpected {self._peek()!r}", _WHAT_INSTEAD[self._peek()])
        self.at += 1
        return node

    def _escape(self) -> tuple[int, int]:
        """The range that an escape means; its backslash has been consumed."""
        start = self.at - 1
        character = self._take("an escape")
        if character == "d":
            return _DIGIT
        if character.isdecimal():
            self._refuse(f"\\{character} refers back to a group", "write the part again", start)
        if character.isalnum():
            do = _ESCAPE_INSTEAD.get(character, r"write the character itself, without \, or \d for a digit")
            self._refuse(f"unknown escape \\{character}", do, start)
        return self._code(character, start)

    def _character_class(self) -> Ranges:
        """The ranges of a class; its opening bracket has been consumed."""
        if self._peek() == "^":
            self._refuse("a negated class", "write the characters that are allowed here, as in [0-9]")
        if self._peek() == "]":
            self._refuse("an empty class", r"write the characters that are allowed, or \] for the character itself")
        ranges = []
        while self._peek() != "]":
            low, high = self._class_member()
            if self._peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                at = self.at
                self.at += 1
                other, end = self._class_member()
                if low != high or other != end or low > end:
                    self._refuse("a range that does not run upwards from a character", "write it as in [0-9a-f]", at)
                high = end
                self._check_printable(low, high, at)
            ranges.append((low, high))
        self._take("a class")
        return _merged(ranges)

    def _class_member(self) -> tuple[int, int]:
        start, character = self.at, self._take("a class [...]")
        return self._escape() if character == "\\" else self._code(character, start)

    def _code(self, character: str, at: int) -> tuple[int, int]:
        code = ord(character)
        self._check_printable(code, code, at)
        return code, code

    def _check_printable(self, low: int, high: int, at: int) -> None:
        # A label goes into CSV and JSON: no line ends, no surrogates, and no NUL, which ends a numpy string.
        for code in range(low, high + 1):
            if not chr(code).isprintable():
                self._refuse(f"{chr(code)!r} is not allowed in a label", "leave it out", at)


def _repeat(part: Node, low: int, high: int) -> Node:
    # Without this, nested repetitions of the empty string could cause endless work without a single character.
    if high == 0 or string_lengths(part)[1] == 0:
        return _EMPTY
    return part if (low, high) == (1, 1) else Repetition(part, low, high)


def _merged(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)
