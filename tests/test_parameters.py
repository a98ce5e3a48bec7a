"""Annotations of constructors: what they allow, what a value that is not allowed is told, their JSON schema."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import jsonschema
import numpy as np
import pytest

from mygenerator.errors import InputError
from mygenerator.parameters import (
    GapRange,
    Real,
    Seed,
    Span,
    Whole,
    check_value,
    parameters_of,
    schema_of,
    wrong_parameters,
)

if TYPE_CHECKING:
    import decimal

Small = Annotated[int, Whole(8, 128)]
Word = Literal["fill", "pad"]
Angles = Annotated[Sequence[float], Span(-45, 45)]
Share = Annotated[float, Real(0, 0.5)]

CASES = [
    (bool, [True, False, np.True_], [1, "true", None]),
    (int, [0, -3, np.int8(7)], [True, 1.0, "1", None]),
    (float, [0.5, 2, np.float32(1)], [True, "1", None, float("nan"), float("inf")]),
    (str, ["", "a"], [1, None, b"a"]),
    (Small, [8, 128, np.int64(9)], [7, 129, True, 8.0, "8", None]),
    (Small | None, [None, 8], [7, "x"]),
    (Word, ["fill", "pad"], ["fil", 1, None]),
    (Word | None, [None, "pad"], ["x"]),
    (GapRange, [(0, 0), [3, 8], np.array([3, 8])], [(8, 3), (1,), (1, 2, 3), 5, "38", (-1, 3), (1.5, 2), None]),
    (Angles, [(-45, 45), [0.5, 0.5], np.array([1, 2])], [(0, 46), (2, 1), (1,), (0, "1"), (True, 2), 5, None]),
    (Share, [0, 0.5, np.float32(0.25)], [-0.1, 0.6, True, "0.1", float("nan"), None]),
    (Seed, [0, 2**64 - 1], [-1, 2**64]),
    (Any, [1, None, object()], []),
    (int | str, [1, "a"], [None, 1.5]),
    (dict, [{}], [[], None]),
    (Literal[0, 90], [0, 90], [45, "0", True, 0.0]),
    (Annotated[int, "in pixels"], [1], ["1", None]),
]


@pytest.mark.parametrize(("annotation", "good", "bad"), CASES, ids=[str(case[0]) for case in CASES])
def test_an_annotation_allows_what_it_says_and_nothing_else(annotation, good, bad):
    for value in good:
        check_value("it", value, annotation)
    for value in bad:
        with pytest.raises(InputError):
            check_value("it", value, annotation)


@pytest.mark.parametrize(
    ("annotation", "value", "message"),
    [
        (Small, 7, "height is 7; allowed: whole numbers from 8 to 128"),
        (Word, "fil", "unknown height 'fil'; allowed: fill, pad; did you mean 'fill'?"),
        (bool, 1, "height is 1; allowed: True or False"),
        (GapRange, 5, r"height is 5; allowed: two whole numbers, \(smallest, largest\)"),
        (GapRange, (8, 3), "the smallest gap, 8, is above the largest, 3; allowed: smallest <= largest"),
        (Angles, 5, r"height is 5; allowed: two numbers, \(smallest, largest\)"),
        (Angles, (0, 46), "the largest height is 46; allowed: numbers from -45 to 45"),
        (Angles, (2, 1), "the smallest height, 2, is above the largest, 1; allowed: smallest <= largest"),
        (Share, 0.6, "height is 0.6; allowed: numbers from 0 to 0.5"),
        (Small | None, "x", "height is 'x'; allowed: whole numbers from 8 to 128"),
        (int | str, 1.5, "height is 1.5; allowed: a whole number; or text"),
        (Literal[0, 90], 45, "height is 45; allowed: 0, 90"),
        (float, np.zeros(2), r"height is array\(\[0., 0.\]\); allowed: a number"),
    ],
)
def test_the_message_names_the_parameter_and_what_is_allowed(annotation, value, message):
    with pytest.raises(InputError, match=f"^{message}$".replace("?$", r"\?$")):
        check_value("height", value, annotation)


@pytest.mark.parametrize("annotation", [case[0] for case in CASES], ids=[str(case[0]) for case in CASES])
def test_the_schema_allows_what_the_check_allows(annotation):
    schema = schema_of(annotation)
    good, bad = next((good, bad) for one, good, bad in CASES if one is annotation)
    plain = (type(None), bool, int, float, str, list, dict)
    for value in good:
        if isinstance(value, plain):
            jsonschema.validate(value, schema)
    for value in bad:
        finite = not isinstance(value, float) or np.isfinite(value)
        # JSON knows no difference between 1.0 and 1, and a schema cannot compare two numbers of a list.
        if schema and isinstance(value, plain) and finite and not isinstance(value, float):
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(value, schema)


class Plain:
    def __init__(self, most=20, *, least: Small = 8):
        self.most, self.least = most, least


class Unreadable:
    """Its annotation stands for type checkers only."""

    def __init__(self, number: "decimal.Decimal | None" = None, size: int = 3):
        self.number, self.size = number, size


class Renamed:
    _aliases = {"old": "new"}  # noqa: RUF012

    def __init__(self, new: int = 1, old: int = 2, **rest):
        self.new = new


def test_parameters_are_those_of_the_constructor_without_old_names():
    assert list(parameters_of(Plain)) == ["most", "least"]
    assert list(parameters_of(Renamed)) == ["new"]
    assert parameters_of(Plain)["most"].annotation is Any
    assert parameters_of(Unreadable)["size"].annotation is Any
    assert parameters_of(object) == {}


def test_every_wrong_parameter_is_found_at_once():
    wrong = wrong_parameters(Plain, {"most": object(), "least": 3})
    assert list(wrong) == ["least"]
    assert wrong_parameters(Plain, {"most": 1, "least": 8}) == {}
