"""A situation that people report, as data: what they bring, and what is right.

Each file `test_*.py` in this folder has a table of `Case`s for one kind of thing that people bring: scans, tables,
folders, consoles. All inputs are made by the tests themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from mygenerator.errors import InputError


@dataclass(frozen=True)
class Refused:
    """The right answer is an InputError whose message has all of these patterns in it."""

    patterns: tuple[str, ...]


def refused(*patterns: str) -> Refused:
    """An InputError whose message matches each of these regular expressions somewhere."""
    return Refused(patterns)


@dataclass(frozen=True)
class Case:
    """One situation.

    Attributes
    ----------
    situation : str
        What is brought, in a few words; the name of the test.
    source : str
        Who or what makes such inputs: "spreadsheet export", "flatbed scanner", "phone photo", "Mac", ...
    bring : callable
        Makes the input; its arguments are those of the test that goes through the table.
    right : object
        The right value, or `refused(...)`.
    """

    situation: str
    source: str
    bring: Callable[..., Any]
    right: Any


def each(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """Run a test with each `case`, named by source and situation."""
    return pytest.mark.parametrize("case", cases, ids=[f"{case.source}: {case.situation}" for case in cases])


def check(case: Case, use: Callable[[], Any]) -> None:
    """Check that `use()` returns the right value or, if the case is to be refused, raises the right error."""
    if not isinstance(case.right, Refused):
        assert use() == case.right
        return
    with pytest.raises(InputError) as caught:
        use()
    for pattern in case.right.patterns:
        assert re.search(pattern, str(caught.value)), f"{pattern!r} is not in {caught.value}"
