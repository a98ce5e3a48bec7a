"""How often each label of a table comes: numbers of a column, or a list of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.errors import InputError, counted, unknown_name

if TYPE_CHECKING:
    from mygenerator.dataset.text import NlpDataset

_NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?")
_MOST = 1e15


@dataclass(frozen=True)
class Weights:
    """Marks a list of weights in an annotation, see `mygenerator.parameters`."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError if `value` is not a list; `label_weights` checks what it holds."""
        if not isinstance(value, list | tuple):
            raise InputError(f"{name} is {value!r}", allowed="a column's name, or a list of numbers")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": {"type": "number", "minimum": 0}, "minItems": 1}


def label_weights(texts: NlpDataset, weights: str | Sequence[float]) -> np.ndarray:
    """The weight of each label: float64 (N,), 0 or more, at least one of them above 0.

    Parameters
    ----------
    texts : NlpDataset
    weights : str or sequence of float
        A column of its table, or a number for each label. In a file a number is written as `12` or `0.25`.

    Raises
    ------
    InputError
        If there is no such column, or a weight is not such a number; the message names the row.
    """
    if isinstance(weights, str):
        columns = [str(name) for name in texts.meta.columns if name != "label"]
        if weights not in columns:
            raise unknown_name("column of weights", weights, columns or ["none at all"])
        called, values = f"{weights} is", list(texts.meta[weights])
    else:
        called, values = "a weight is", list(weights)
    if len(values) != len(texts):
        raise InputError(
            f"weights has {counted(len(values), 'number')}, and there are {counted(len(texts), 'label')}",
            allowed="one for each label",
        )
    found = np.array([_number(value) for value in values])
    wrong = np.flatnonzero(np.isnan(found))
    if wrong.size:
        row = int(wrong[0])
        raise InputError(
            f"{called} {values[row]!r}", where=texts.row_name(row), allowed="0 or more, such as 12 or 0.25"
        )
    if not found.any():
        raise InputError("all weights are 0", allowed="at least one above 0")
    return found


def _number(value: Any) -> float:
    """A weight as a number; nan if it is none."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else float("nan")
    if isinstance(value, bool | np.bool_) or not hasattr(value, "__float__"):
        return float("nan")
    return float(value) if 0 <= float(value) <= _MOST else float("nan")
