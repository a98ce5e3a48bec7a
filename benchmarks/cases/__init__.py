"""The cases: each is one function from a Setting to a Result, with its competitors."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.setting import Setting
from benchmarks.timing import Result

_MODULES = ("memory", "single", "files", "start", "growing", "reading")
_FOUND: dict[str, Case] = {}


@dataclass(frozen=True)
class Case:
    """A case: its function, and whether all that it does is limited to one processor."""

    run: Callable[[Setting], Result]
    one_core: bool

    @property
    def title(self) -> str:
        """The first line of its function's docstring."""
        return (self.run.__doc__ or "").partition("\n")[0]


def case(one_core: bool) -> Callable[[Callable[[Setting], Result]], Callable[[Setting], Result]]:
    """Make a function a case of the same name."""

    def keep(function: Callable[[Setting], Result]) -> Callable[[Setting], Result]:
        _FOUND[function.__name__] = Case(function, one_core)
        return function

    return keep


def all_cases() -> dict[str, Case]:
    """Every case by its name, in the order of the report."""
    for name in _MODULES:
        importlib.import_module(f"{__name__}.{name}")
    return _FOUND
