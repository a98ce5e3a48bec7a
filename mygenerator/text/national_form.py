"""The pattern of a region's numbers as they are written inside it, where that is not one prefix before all of them.

In Argentina the mobile number 9 261 7828819 is written 0261 15-782-8819. In Lebanon a number that begins with 3 gets a
0 before it, and the others get nothing. Google's metadata has a list of formats for each region, and the leading digits
of a number choose one of them. Here the numbers of a plan are divided by their format, and the pattern of what each
format writes is put together, digits only.

Used by `numbering_plan`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from mygenerator.errors import InputError
from mygenerator.text.patterns import Pattern
from mygenerator.text.patterns.automaton import Automaton

_DIGITS = "0123456789"
_FIRST_GROUP = re.compile(r"\\\d")
_TOKENS = re.compile(r"\\(\d)|(\d)")

_MATCHED = -1
"""Instead of a state of a leading pattern: it has matched, whatever digits follow."""
_FAILED = -2
"""Instead of a state of a leading pattern: it cannot match any more."""


@dataclass(frozen=True)
class _Form:
    """How one format writes the numbers of one length.

    Attributes
    ----------
    leading : Automaton or None
        What a number of this form begins with; None if that does not matter.
    inserted : tuple of (int, str)
        Digits that are written before the number's digit at that place, counted from 0.
    dropped : int
        How many of the number's first digits are not written.
    """

    leading: Automaton | None
    inserted: tuple[tuple[int, str], ...]
    dropped: int

    @property
    def last_change(self) -> int:
        """From this place on, the digits that are written are the number's own."""
        return max([self.dropped, *(place + 1 for place, _ in self.inserted)])

    def added_length(self) -> int:
        """How much longer the written number is."""
        return sum(len(digits) for _, digits in self.inserted) - self.dropped


_AS_IT_IS = _Form(None, (), 0)
"""For numbers that no format takes."""


def national_pattern(
    pattern: str, lengths: Iterable[int], formats: Sequence[Any]
) -> tuple[str, tuple[int, ...]] | None:
    """The pattern of the written numbers, and the lengths that these can have.

    Parameters
    ----------
    pattern : str
        The pattern of the numbers themselves, without any prefix.
    lengths : iterable of int
        The numbers of digits that they can have.
    formats : sequence of phonenumbers.NumberFormat
        The region's, in their order.

    Returns
    -------
    (str, tuple of int), or None
        None if one of the formats is of a kind that is not known here.
    """
    options: dict[str, None] = {}
    written_lengths = set()
    for length in lengths:
        try:
            numbers = Pattern(pattern, [length]).automaton
            forms = [_form(each, length) for each in formats if re.fullmatch(each.pattern, "0" * length)]
        except InputError:
            return None
        known = [form for form in forms if form is not None]
        if len(known) < len(forms):
            return None
        for index, form in enumerate([*known, _AS_IT_IS]):
            option = _written(form, known[:index], numbers)
            if option is not None:
                options[option] = None
                written_lengths.add(length + form.added_length())
    return ("|".join(options), tuple(sorted(written_lengths))) if options else None


def _form(each: Any, length: int) -> _Form | None:
    """The form of a format; None unless its groups are in order and leave nothing out but at the front."""
    template = each.format
    if each.national_prefix_formatting_rule:  # it replaces the first group, which is called \1 in it
        rule = each.national_prefix_formatting_rule
        template = _FIRST_GROUP.sub(lambda group: rule.replace(r"\1", group[0]), template, count=1)
    groups = re.fullmatch(each.pattern, "0" * length)
    tokens = _TOKENS.findall(template)
    spans = [groups.span(int(group)) if group else digit for group, digit in tokens] if groups else []
    places = [span for span in spans if not isinstance(span, str)]
    ends_late = bool(places) and places[-1][1] == length and not isinstance(spans[-1], str)
    if not ends_late or any(before[1] != after[0] for before, after in pairwise(places)):
        return None
    inserted: dict[int, str] = {}
    pending = ""
    for span in spans:
        if isinstance(span, str):
            pending += span
        elif pending:
            inserted[span[0]], pending = pending, ""
    leading = each.leading_digits_pattern  # the last of them is the one that decides
    automaton = Pattern(leading[-1]).automaton if leading else None
    return _Form(automaton, tuple(inserted.items()), places[0][0])


def _written(form: _Form, earlier: Sequence[_Form], numbers: Automaton) -> str | None:
    """The pattern of what `form` writes for those of the numbers that no earlier form takes; None if there are none."""
    inserted = dict(form.inserted)
    tried = [each.leading for each in (*earlier, form)]

    @cache
    def plain(state: int) -> str:
        """The digits from a state of the numbers on, as they are."""
        return _grouped((digit, plain(after)) for digit, after in _moves(numbers, state)) or ""

    @cache
    def rewritten(place: int, state: int, leading: tuple[int, ...]) -> str | None:
        *before, own = leading
        if own == _FAILED or _MATCHED in before:
            return None
        if own == _MATCHED and set(before) <= {_FAILED} and place >= form.last_change:
            return plain(state)
        written = [
            (digit if place >= form.dropped else "", rewritten(place + 1, after, _step(tried, leading, digit)))
            for digit, after in _moves(numbers, state)
        ]
        rest = _grouped(written)
        return None if rest is None else inserted.get(place, "") + rest

    return rewritten(0, numbers.root, tuple(_MATCHED if leading is None else leading.root for leading in tried))


def _moves(automaton: Automaton, state: int) -> list[tuple[str, int]]:
    """The digits that can follow, each with the state to which it leads."""
    moves = [(digit, automaton.after(state, digit)) for digit in _DIGITS]
    return [(digit, after) for digit, after in moves if after is not None]


def _step(automata: Sequence[Automaton | None], states: Sequence[int], digit: str) -> tuple[int, ...]:
    """The states of the leading patterns after one more digit."""
    found = []
    for automaton, state in zip(automata, states, strict=True):
        if automaton is None or state in (_MATCHED, _FAILED):
            found.append(state)
            continue
        after = automaton.after(state, digit)
        found.append(_FAILED if after is None else _MATCHED if automaton.can_end(after) else after)
    return tuple(found)


def _grouped(options: Iterable[tuple[str, str | None]]) -> str | None:
    """A pattern of options (digit or nothing, pattern of what comes after it); None if nothing is left of them.

    Digits with the same pattern after them become one class.
    """
    firsts: dict[str, str] = {}
    for digit, after in options:
        if after is not None:
            firsts[after] = firsts.get(after, "") + digit
    whole = [_class(digits) + after for after, digits in firsts.items()]
    return None if not whole else _shorter(whole[0]) if len(whole) == 1 else f"(?:{'|'.join(whole)})"


def _class(digits: str) -> str:
    if len(digits) < 2:
        return digits
    if digits == _DIGITS:
        return r"\d"
    runs = digits
    for low in range(10):
        for high in range(9, low + 1, -1):
            run = _DIGITS[low : high + 1]
            if run in runs:
                runs = runs.replace(run, f"{low}-{high}")
    return f"[{runs}]"


def _shorter(pattern: str) -> str:
    r"""`\d\d{3}` and `\d\d` at the beginning as `\d{4}` and `\d{2}`."""
    found = re.match(r"\\d\\d(?:\{(\d+)\})?", pattern)
    return rf"\d{{{int(found[1] or 1) + 1}}}{pattern[found.end() :]}" if found else pattern
