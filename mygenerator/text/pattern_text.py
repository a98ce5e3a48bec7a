"""The text of patterns that are put together from parts: options, what may be left out, characters for themselves.

Used by `written_form`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

DIGITS = "0123456789"
_SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")


def grouped(options: Iterable[tuple[str, str | None]]) -> str | None:
    """A pattern of options (digit or nothing, pattern of what comes after it); None if nothing is left of them.

    Digits with the same pattern after them become one class.
    """
    firsts: dict[str, str] = {}
    for digit, after in options:
        if after is not None:
            firsts[after] = firsts.get(after, "") + digit
    whole = [_class(digits) + after for after, digits in firsts.items()]
    return None if not whole else _shorter(whole[0]) if len(whole) == 1 else f"(?:{'|'.join(whole)})"


def escaped(text: str) -> str:
    """The pattern of a text."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def _class(digits: str) -> str:
    if len(digits) < 2:
        return digits
    if digits == DIGITS:
        return r"\d"
    runs = digits
    for low in range(10):
        for high in range(9, low + 1, -1):
            run = DIGITS[low : high + 1]
            if run in runs:
                runs = runs.replace(run, f"{low}-{high}")
    return f"[{runs}]"


def _shorter(pattern: str) -> str:
    r"""`\d\d{3}` and `\d\d` at the beginning as `\d{4}` and `\d{2}`."""
    found = re.match(r"\\d\\d(?:\{(\d+)(?:,(\d+))?\}|(\?))?", pattern)
    if found is None:
        return pattern
    low, high, maybe = found.groups()
    times = "1,2" if maybe else f"{int(low or 1) + 1}" + (f",{int(high) + 1}" if high else "")
    return rf"\d{{{times}}}{pattern[found.end() :]}"


def optional(pattern: str) -> str:
    r"""What may be left out: `\d{1,4}` as `\d{0,4}`."""
    found = re.fullmatch(r"\\d(?:\{1,(\d+)\})?", pattern)
    if found is None:
        return f"(?:{pattern})?"
    return rf"\d{{0,{found[1]}}}" if found[1] else r"\d?"
