"""Every error that a user can cause, and how its message is built.

A message says what was wrong, where, what is allowed and what to do. The commands print it as one
message and exit with status 2; in Python it is an ordinary exception. Imports nothing from the package.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import Self

_MOST_NAMES = 30
_MOST_DIGITS = 20
_HASH_DIGITS = 12
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]")
"""Control characters, and those that end a line or turn the direction of writing."""


class MyGeneratorError(Exception):
    """Base of all errors that this package raises on purpose.

    Parameters
    ----------
    what : str
        What was wrong, with the value as it was given.
    where : str, optional
        The file, column, step or sample that was wrong.
    allowed : str, optional
        What would have been accepted.
    do : str, optional
        What the user can do next.
    """

    def __init__(self, what: str, *, where: str | None = None, allowed: str | None = None, do: str | None = None):
        self.what, self.where, self.allowed, self.do = what, where, allowed, do
        # A path is one line of a message, whatever is in the names of its folders.
        message = f"{printable(where, keeps='')}: {what}" if where else what
        for part in (allowed and f"allowed: {allowed}", do):
            if part:
                # Three dots say that something was cut off.
                message = f"{message if message.endswith('...') else message.rstrip('.')}; {part}"
        super().__init__(printable(message))

    def __reduce__(self) -> tuple:
        # Exceptions cross from worker processes to the parent; keyword arguments do not survive the default way.
        state = {"where": self.where, "allowed": self.allowed, "do": self.do}
        return _rebuild, (type(self), self.what, state)


class InputError(MyGeneratorError, ValueError):
    """A value that the user gave cannot be used: a parameter, a label, a file's content."""


class StepError(InputError):
    """An error in a step of a Pipeline, with the place of the step.

    Attributes
    ----------
    place : tuple of int
        The step's number, from 0, in the list of each Pipeline around it, outermost first.
    """

    place: tuple[int, ...] = ()

    @classmethod
    def at(cls, place: tuple[int, ...], error: InputError) -> Self:
        """The same error, with its place; if it has one already, that is inside a Pipeline at `place`."""
        placed = cls(error.what, where=error.where, allowed=error.allowed, do=error.do)
        placed.place = (*place, *getattr(error, "place", ()))
        return placed


class GapError(MyGeneratorError, ValueError):
    """A strip's gaps, measured from its pixels, are not what was promised."""


class FolderConflictError(MyGeneratorError):
    """The output folder holds something other than what is to be saved there."""


class SaveError(MyGeneratorError):
    """Saving could not go on: a full disk, a folder that cannot be written, workers that keep dying."""


def _rebuild(kind: type[MyGeneratorError], what: str, state: dict) -> MyGeneratorError:
    return kind(what, **state)


def printable(text: str, keeps: str = "\n\t") -> str:
    """The text with control characters as escapes, but for those in `keeps`: a name can hold what moves the cursor.

    >>> printable("a\\x1b[2J.png"), printable("a\\nb", keeps="")
    ('a\\\\x1b[2J.png', 'a\\\\nb')
    """
    if text.isprintable():
        return text
    return _CONTROL.sub(lambda found: found[0] if found[0] in keeps else _escaped(found[0]), text)


def _escaped(control: str) -> str:
    # JSON, which holds the later ones as they are, knows no \x.
    return repr(control)[1:-1] if control < " " else f"\\u{ord(control):04x}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `name`, ignoring case; None if none is near."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A question that suggests the nearest known name; None if none is near.

    >>> did_you_mean("image_widht", ["image_width", "seed"])
    "did you mean 'image_width'?"
    """
    near = nearest(name, known)
    return f"did you mean {near!r}?" if near else None


def unknown_name(kind: str, name: object, known: Sequence[str], where: str | None = None) -> InputError:
    """The error for an unknown name; it suggests the nearest known name and cuts long lists short."""
    shown = ", ".join(known) if len(known) <= _MOST_NAMES else f"{', '.join(known[:3])}, ... {known[-1]} ({len(known)})"
    return InputError(f"unknown {kind} {name!r}", where=where, allowed=shown, do=did_you_mean(str(name), known))


def counted(number: int, noun: str) -> str:
    """A number with its noun in the right form, for messages.

    >>> counted(1, "image"), counted(1200, "image")
    ('1 image', '1,200 images')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short_hash(digest: str) -> str:
    """The first 12 digits of a hash: enough to tell two of them apart in a message.

    >>> short_hash("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    '9f86d081884c...'
    """
    return f"{digest[:_HASH_DIGITS]}..." if len(digest) > _HASH_DIGITS else digest


def choice(kind: str, value: object, known: Sequence[str]) -> str:
    """Return `value` if it is one of the `known` words; raise InputError otherwise."""
    if not isinstance(value, str) or value not in known:
        raise unknown_name(kind, value, known)
    return value


def number_in_text(name: str, text: object, high: int | None = None) -> int:
    """The whole number that a text from a file says, from 0 to `high`; InputError for any other text.

    >>> number_in_text("seed", "007")
    7
    """
    # int() itself would take 1_0, blanks, the digits of other scripts, and raise for more than 4,300 digits.
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise InputError(f"{name} is {text!r}", allowed="a whole number")
    return whole_number(name, int(text), 0, high)


def whole_number(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return `value` as int if it is a whole number from `low` to `high`; raise InputError otherwise.

    Neither a bool nor text counts as a number; numpy's integers do.
    """
    span = f"whole numbers from {low} to {high}" if high is not None else f"whole numbers of at least {low}"
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise InputError(f"{name} is {value!r}", allowed=span)
    number = value.__index__()
    if number < low or (high is not None and number > high):
        raise InputError(f"{name} is {number}", allowed=span)
    return number
