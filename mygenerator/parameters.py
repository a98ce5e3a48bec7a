"""Parameters of steps and sources: what a constructor's annotations allow, checked and described in one place.

`fit` checks a step's parameters by them, recipes check their values, and the JSON schema of recipes is made from them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import numpy as np

from mygenerator.errors import InputError, choice, whole_number
from mygenerator.rng import MAX_EPOCH, MAX_SEED

MAX_GAP_PX = 10_000


@dataclass(frozen=True)
class Whole:
    """Marks a whole number from `low` to `high` (None: no limit), as in `Annotated[int, Whole(8, 128)]`."""

    low: int
    high: int | None = None

    def check(self, name: str, value: object) -> None:
        """Raise InputError unless `value` is such a number."""
        whole_number(name, value, self.low, self.high)

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "integer", "minimum": self.low} | ({} if self.high is None else {"maximum": self.high})


@dataclass(frozen=True)
class Wholes:
    """Marks a list of whole numbers from `low` on, as in `Annotated[Sequence[int], Wholes(1)]`."""

    low: int

    def check(self, name: str, value: object) -> None:
        """Raise InputError unless `value` is such a list."""
        if not isinstance(value, list | tuple) or not value:
            raise InputError(f"{name} is {value!r}", allowed="a list of whole numbers")
        for number in value:
            whole_number(f"one of {name}", number, self.low)

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": Whole(self.low).schema(), "minItems": 1}


@dataclass(frozen=True)
class Gaps:
    """Marks a pair (smallest, largest) of gaps in pixels."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError unless `value` is such a pair."""
        check_spacing_range(value, name)

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        gap = Whole(0, MAX_GAP_PX).schema()
        return {"type": "array", "items": gap, "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class Real:
    """Marks a number from `low` to `high`, as in `Annotated[float, Real(0, 0.5)]`."""

    low: float
    high: float

    def check(self, name: str, value: object) -> None:
        """Raise InputError unless `value` is such a number."""
        check_value(name, value, float)
        if not self.low <= value <= self.high:  # type: ignore[operator]
            raise InputError(f"{name} is {value!r}", allowed=f"numbers from {self.low:g} to {self.high:g}")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        # Python holds Annotated[float, Real(0, 1)] and Real(0.0, 1.0) for one, and gives whichever was written first.
        return {"type": "number", "minimum": float(self.low), "maximum": float(self.high)}


@dataclass(frozen=True)
class Span:
    """Marks a pair (smallest, largest) of numbers from `low` to `high`: `Annotated[Sequence[float], Span(0, 2)]`."""

    low: float
    high: float

    def check(self, name: str, value: Any) -> None:
        """Raise InputError unless `value` is such a pair."""
        try:
            smallest, largest = value
        except (TypeError, ValueError):
            raise InputError(f"{name} is {value!r}", allowed="two numbers, (smallest, largest)") from None
        for which, number in _named(smallest, largest):
            Real(self.low, self.high).check(f"the {which} {name}", number)
        if smallest > largest:
            raise InputError(
                f"the smallest {name}, {smallest}, is above the largest, {largest}", allowed="smallest <= largest"
            )

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        number = Real(self.low, self.high).schema()
        return {"type": "array", "items": number, "minItems": 2, "maxItems": 2}


@dataclass(frozen=True)
class WholeSpan:
    """Marks a pair (smallest, largest) of whole numbers: `Annotated[Sequence[int], WholeSpan(0, 10)]`."""

    low: int
    high: int

    def check(self, name: str, value: Any) -> None:
        """Raise InputError unless `value` is such a pair."""
        Span(self.low, self.high).check(name, value)
        for which, number in _named(*value):
            whole_number(f"the {which} {name}", number, self.low, self.high)

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": Whole(self.low, self.high).schema(), "minItems": 2, "maxItems": 2}


GapRange = Annotated[Sequence[int], Gaps()]
Seed = Annotated[int, Whole(0, MAX_SEED)]
Epoch = Annotated[int, Whole(0, MAX_EPOCH)]

_PLAIN = {str: ("string", "text"), bool: ("boolean", "True or False"), int: ("integer", "a whole number")}


def check_spacing_range(spacing_range: Any, name: str = "spacing_range") -> tuple[int, int]:
    """Return a range of gaps as (low, high); raise InputError unless it is two whole numbers, 0 <= low <= high."""
    try:
        low, high = spacing_range
    except (TypeError, ValueError):
        raise InputError(f"{name} is {spacing_range!r}", allowed="two whole numbers, (smallest, largest)") from None
    low, high = (whole_number(f"the {which} gap", gap, 0, MAX_GAP_PX) for which, gap in _named(low, high))
    if low > high:
        raise InputError(f"the smallest gap, {low}, is above the largest, {high}", allowed="smallest <= largest")
    return low, high


def _named(low: Any, high: Any) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return ("smallest", low), ("largest", high)


def parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """The constructor's parameters by name, with their annotations evaluated; old names (`cls._aliases`) are left out.

    If an annotation cannot be evaluated (it names what is imported for type checkers only), any value is allowed.
    """
    return dict(_parameters_of(cls))


@lru_cache(maxsize=256)
def _parameters_of(cls: type) -> dict[str, inspect.Parameter]:
    """`parameters_of`, found once for each class."""
    try:
        # `from __future__ import annotations` leaves annotations as text; get_type_hints evaluates them.
        hints = get_type_hints(cls.__init__, include_extras=True)  # type: ignore[misc]
    except (NameError, TypeError):
        hints = {}
    old = getattr(cls, "_aliases", {})
    return {
        name: parameter.replace(annotation=hints.get(name, Any))
        for name, parameter in inspect.signature(cls).parameters.items()
        if name not in old and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def wrong_parameters(cls: type, values: Mapping[str, Any]) -> dict[str, InputError]:
    """The error for each value that its annotation does not allow, by the parameter's name."""
    wrong = {}
    for name, parameter in parameters_of(cls).items():
        if name in values:
            try:
                check_value(name, values[name], parameter.annotation)
            except InputError as error:
                wrong[name] = error
    return wrong


def plain_value(value: Any) -> Any:
    """A parameter with numpy's numbers and arrays as Python's, so that a recipe and a repr say 280, not np.int64(280).

    >>> plain_value((np.int64(3), np.array([1, 2])))
    (3, [1, 2])
    """
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return type(value)(plain_value(part) for part in value) if type(value) in (tuple, list) else value


def check_value(name: str, value: Any, annotation: Any) -> None:
    """Raise InputError if an annotation does not allow a value.

    The annotation can be `bool`, `int`, `float`, `str`, `Literal`, a union, None, another class, or `Annotated` with a
    mark of this module; any other annotation allows every value.

    Examples
    --------
    >>> check_value("image_height", 7, Annotated[int, Whole(8, 128)])
    Traceback (most recent call last):
    ...
    mygenerator.errors.InputError: image_height is 7; allowed: whole numbers from 8 to 128
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        marks = [mark for mark in inner[1:] if hasattr(mark, "check")]
        for mark in marks:
            mark.check(name, value)
        if not marks:
            check_value(name, value, inner[0])
    elif origin is Literal:
        _check_literal(name, value, inner)
    elif origin in (Union, UnionType):
        _check_union(name, value, inner)
    elif annotation is bool or annotation is str:
        if not isinstance(value, (bool, np.bool_) if annotation is bool else str):
            raise InputError(f"{name} is {value!r}", allowed=_PLAIN[annotation][1])
    elif annotation is int:
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise InputError(f"{name} is {value!r}", allowed=_PLAIN[int][1])
    elif annotation is float:
        if isinstance(value, bool | np.ndarray) or not hasattr(value, "__float__") or not isfinite(value):
            raise InputError(f"{name} is {value!r}", allowed="a number")
    elif annotation is not Any and isinstance(annotation, type) and not isinstance(value, annotation):
        raise InputError(f"{name} is {value!r}", allowed=annotation.__name__)


def _check_literal(name: str, value: Any, allowed: tuple[Any, ...]) -> None:
    if all(isinstance(word, str) for word in allowed):
        choice(name, value, allowed)
    elif not any(type(value) is type(one) and value == one for one in allowed):
        raise InputError(f"{name} is {value!r}", allowed=", ".join(map(repr, allowed)))


def _check_union(name: str, value: Any, members: tuple[Any, ...]) -> None:
    """Raise the members' errors if no member allows the value."""
    if value is None and NoneType in members:
        return
    errors: list[InputError] = []
    for member in (one for one in members if one is not NoneType):
        try:
            check_value(name, value, member)
        except InputError as error:
            errors.append(error)
        else:
            return
    if len(errors) == 1:
        raise errors[0]
    allowed = dict.fromkeys(error.allowed for error in errors if error.allowed)
    raise InputError(f"{name} is {value!r}", allowed="; or ".join(allowed))


def schema_of(annotation: Any) -> dict[str, Any]:
    """The JSON schema of what an annotation allows; {} if JSON schema cannot express it.

    Examples
    --------
    >>> schema_of(Literal["fill", "pad"] | None)
    {'anyOf': [{'enum': ['fill', 'pad']}, {'type': 'null'}]}
    """
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        mark = next((mark for mark in inner[1:] if hasattr(mark, "schema")), None)
        return schema_of(inner[0]) if mark is None else mark.schema()
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, UnionType):
        # A member that YAML cannot hold (a GlyphSet) is left out.
        parts = [part for part in map(schema_of, inner) if part]
        return parts[0] if len(parts) == 1 else {"anyOf": parts} if parts else {}
    if annotation is NoneType:
        return {"type": "null"}
    if annotation is float:
        return {"type": "number"}
    return {"type": _PLAIN[annotation][0]} if annotation in _PLAIN else {}
