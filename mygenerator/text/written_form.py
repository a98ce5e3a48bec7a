"""The pattern of a plan's numbers as they are written, where that is not one prefix before all of them.

In Argentina the mobile number 9 261 7828819 is written 0261 15-782-8819. In Lebanon a number that begins with 3 gets a
0 before it, and the others get nothing. Google's metadata has a list of formats for each telephone code, and the
leading digits of a number choose one of them. Here the numbers of a plan are divided by their format, and the pattern
of what each format writes is put together: digits only, or with what stands between the groups of digits.

Used by `numbering_plan`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from mygenerator.errors import InputError
from mygenerator.text.pattern_text import DIGITS, escaped, grouped, optional
from mygenerator.text.patterns import Pattern
from mygenerator.text.patterns.automaton import Automaton

_FIRST_GROUP = re.compile(r"\\\d")
_TOKENS = re.compile(r"\\(\d)|(.)")
_BETWEEN = re.compile("[^0-9]+")
_LEADING = re.compile("^[^0-9]+")

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
        The pattern of what is written before the number's digit at that place, counted from 0.
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
        return sum(len(text.replace("\\", "")) for _, text in self.inserted) - self.dropped


_AS_IT_IS = _Form(None, (), 0)
"""For numbers that no format takes."""


@dataclass(frozen=True)
class Style:
    """How numbers are written.

    Attributes
    ----------
    separator : str or None
        What stands between the groups of digits; None for what the formats have there.
    code : str
        The telephone code with its plus sign, for numbers as other countries write them; empty for those as the region
        itself does.
    """

    separator: str | None = ""
    code: str = ""

    @property
    def begins(self) -> str:
        """What is written before the number's groups."""
        return self.code and self.code + (" " if self.separator is None else self.separator)

    def of(self, written: str) -> str:
        """A number that is written with everything that the formats have, in this style."""
        if self.separator is None:
            return written
        return ("+" if self.code else "") + self.between(written, is_first=True)

    def between(self, text: str, is_first: bool) -> str:
        """What a format writes between groups of digits, or, if it is the first, before all of them, in this style."""
        if self.separator is None:
            return text
        return _BETWEEN.sub(self.separator, _LEADING.sub("", text) if is_first else text)


def written_pattern(
    pattern: str,
    lengths: Iterable[int],
    formats: Sequence[Any],
    style: Style = Style(),
    is_right: Callable[[str, tuple[int, ...]], bool] = lambda option, lengths: True,
) -> tuple[str, tuple[int, ...]] | None:
    """The pattern of the written numbers, and the lengths that these can have.

    Parameters
    ----------
    pattern : str
        The pattern of the numbers themselves, without any prefix.
    lengths : iterable of int
        The numbers of digits that they can have.
    formats : sequence of phonenumbers.NumberFormat
        Those of the telephone code, in their order.
    style : Style
    is_right : callable
        (pattern, lengths) of the numbers that one format writes -> whether they are wanted. If not, it is asked again
        for those of each first digit.

    Returns
    -------
    (str, tuple of int), or None
        None if one of the formats is of a kind that is not known here, or no number is wanted.
    """
    options: dict[str, None] = {}
    written_lengths: set[int] = set()
    before = escaped(style.begins)
    alike = _lengths_alike(pattern, lengths, formats, style)
    if alike is None:
        return None
    for known, together in alike:
        numbers = Pattern(pattern, together).automaton
        for index, form in enumerate([*known, _AS_IT_IS]):
            longer = len(style.begins) + form.added_length()
            option_lengths = tuple(length + longer for length in together)
            every = _written(form, known[:index], numbers)
            parts = [every]
            if every is not None and not is_right(before + every, option_lengths):
                parts = [_written(form, known[:index], numbers, digit) for digit in DIGITS]
                parts = [part for part in parts if part is not None and is_right(before + part, option_lengths)]
            for part in parts:
                if part is not None:
                    options[part] = None
                    written_lengths.update(option_lengths)
    if not options:
        return None
    whole = "|".join(options)
    return f"{before}(?:{whole})" if before else whole, tuple(sorted(written_lengths))


def _lengths_alike(
    pattern: str, lengths: Iterable[int], formats: Sequence[Any], style: Style
) -> list[tuple[list[_Form], list[int]]] | None:
    """The forms of the numbers of each length; neighbouring lengths with the same forms together.

    Together they share most of their pattern's text. None if one of the formats is of a kind that is not known here.
    """
    found: list[tuple[list[_Form], list[int]]] = []
    last: list[Any] = []
    for length in sorted(lengths):
        try:
            numbers = Pattern(pattern, [length]).automaton
        except InputError:
            continue  # the plan names a length that its pattern does not have
        forms: list[_Form] = []
        same = []
        for number, each in enumerate(formats):
            if re.fullmatch(each.pattern, "0" * length):
                try:
                    form = _form(each, length, style)
                except InputError:
                    return None
                if form is None:
                    return None
                if _written(form, forms, numbers) is not None:  # else it writes other types of numbers
                    forms.append(form)
                    same.append((number, form.inserted, form.dropped))
        if found and same == last:
            found[-1][1].append(length)
        else:
            found.append((forms, [length]))
        last = same
    return found


def _form(each: Any, length: int, style: Style) -> _Form | None:
    """The form of a format; None unless its groups are in order and leave nothing out but at the front."""
    template = each.format
    if each.national_prefix_formatting_rule and not style.code:  # it replaces the first group, called \1 in it
        rule = each.national_prefix_formatting_rule
        template = _FIRST_GROUP.sub(lambda group: rule.replace(r"\1", group[0]), template, count=1)
    groups = re.fullmatch(each.pattern, "0" * length)
    tokens = _TOKENS.findall(template)
    spans = [groups.span(int(group)) if group else text for group, text in tokens] if groups else []
    places = [span for span in spans if not isinstance(span, str)]
    if not places or places[-1][1] != length or any(before[1] != after[0] for before, after in pairwise(places)):
        return None
    inserted: dict[int, str] = {}
    pending = ""
    for span in spans:
        if isinstance(span, str):
            pending += span
            continue
        if text := style.between(pending, is_first=span == places[0]):
            inserted[span[0]] = escaped(text)
        pending = ""
    if style.between(pending, is_first=False):
        return None
    leading = each.leading_digits_pattern  # the last of them is the one that decides
    automaton = Pattern(leading[-1]).automaton if leading else None
    return _Form(automaton, tuple(inserted.items()), places[0][0])


def _written(form: _Form, earlier: Sequence[_Form], numbers: Automaton, first: str = DIGITS) -> str | None:
    """The pattern of what `form` writes for those of the numbers that no earlier form takes; None if there are none.

    Only for numbers whose first digit is among `first`.
    """
    inserted = dict(form.inserted)
    tried = [each.leading for each in (*earlier, form)]

    @cache
    def plain(state: int) -> str:
        """The digits from a state of the numbers on, as they are."""
        rest = grouped((digit, plain(after)) for digit, after in _moves(numbers, state))
        return rest or "" if rest is None or not numbers.can_end(state) else optional(rest)

    @cache
    def rewritten(place: int, state: int, leading: tuple[int, ...]) -> str | None:
        *before, own = leading
        if own == _FAILED or _MATCHED in before:
            return None
        if own == _MATCHED and set(before) <= {_FAILED} and place >= max(form.last_change, first != DIGITS):
            return plain(state)
        written = [
            (digit if place >= form.dropped else "", rewritten(place + 1, after, _step(tried, leading, digit)))
            for digit, after in _moves(numbers, state)
            if place or digit in first
        ]
        rest = grouped(written)
        if own == _MATCHED and numbers.can_end(state):  # what no leading pattern has taken by now, none takes
            return "" if rest is None else optional(rest)
        return None if rest is None else inserted.get(place, "") + rest

    return rewritten(0, numbers.root, tuple(_MATCHED if leading is None else leading.root for leading in tried))


def _moves(automaton: Automaton, state: int) -> list[tuple[str, int]]:
    """The digits that can follow, each with the state to which it leads."""
    moves = [(digit, automaton.after(state, digit)) for digit in DIGITS]
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
