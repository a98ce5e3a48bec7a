"""The digits that callers give, as text: one rule for all functions that take digits."""

from __future__ import annotations

import operator
from collections.abc import Iterable

from mygenerator.errors import InputError

_ALLOWED = "digits from 0 to 9: a string such as '007', or whole numbers such as [0, 0, 7]"


def digits_text(digits: str | Iterable[int]) -> str:
    """The digits as text.

    Parameters
    ----------
    digits : str or iterable of int
        At least one digit; whole numbers of any kind, also numpy's. It is gone through once.

    Raises
    ------
    InputError
        If it holds anything else, or nothing.

    Examples
    --------
    >>> digits_text("007"), digits_text([0, 0, 7]), digits_text(range(3))
    ('007', '007', '012')
    """
    wrong: list[object]
    if isinstance(digits, str):
        text, wrong = digits, [character for character in digits if not "0" <= character <= "9"]
    else:
        try:
            given = list(digits)
        except TypeError:
            raise InputError(f"digits is {digits!r}", allowed=_ALLOWED) from None
        wrong = [one for one in given if not is_digit(one)]
        text = "" if wrong else "".join(str(operator.index(one)) for one in given)
    if wrong:
        raise InputError(f"digits holds {wrong[0]!r}", allowed=_ALLOWED)
    if not text:
        raise InputError("digits holds nothing", allowed=_ALLOWED)
    return text


def is_digit(value: object) -> bool:
    """Whether a value is a whole number from 0 to 9, of whatever type; True and False are not."""
    try:
        return not isinstance(value, bool) and 0 <= operator.index(value) <= 9  # type: ignore[arg-type]
    except TypeError:
        return False
