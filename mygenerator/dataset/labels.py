"""What a label is: one rule for every table, list and file that labels are read from."""

from __future__ import annotations

import datetime
import json
import numbers
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.dataset.label_file import Place, check_names, read_label_file
from mygenerator.errors import InputError
from mygenerator.files import given_path

MAX_LABEL_LENGTH = 1000
_AS_TEXT = "write it as text, and read tables with dtype=str"
FILL_IN = "fill it in, or leave the row out"


@dataclass(frozen=True)
class Labels:
    """Marks a list of labels in an annotation, see `mygenerator.parameters`; with `missing`, some may be missing."""

    missing: bool = False

    def check(self, name: str, value: object) -> None:
        """Raise InputError if `value` is not a list of labels."""
        if not isinstance(value, list | tuple):
            raise InputError(f"{name} is {value!r}", allowed="a list of text", do=as_a_list(name, value))
        rows = rows_with_labels(value) if self.missing else range(len(value))
        check_labels([value[row] for row in rows], lambda row: f"{name}, row {rows[row]}")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        kind, least = (["string", "null"], 0) if self.missing else ("string", 1)
        label = {"type": kind, "minLength": least, "maxLength": MAX_LABEL_LENGTH}
        return {"type": "array", "items": label, "minItems": 1}


def as_a_list(name: str, value: object) -> str | None:
    """How labels that were given as one text are written as a list; None if it is not clear which they are."""
    if not isinstance(value, str) or not value.strip():
        return None
    if re.fullmatch(r"(-\d+\s+)+-\d+", value.strip()):
        return "put a blank after each dash, and each label in quotes"
    parts = [part.strip() for part in re.split("[,;]", value)]
    if len(parts) == 1 and re.fullmatch(r"[\d\s]+", value):
        parts = value.split()
    listed = ", ".join(json.dumps(part, ensure_ascii=False) for part in parts)
    return f"write {name}: [{listed}]" if len(parts) < 10 else None


@dataclass(frozen=True)
class Lengths:
    """Marks the lengths that strings of a pattern can have, in an annotation; `Pattern` checks them."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError if `value` is not a list."""
        if not isinstance(value, list | tuple):
            raise InputError(f"{name} is {value!r}", allowed="a list of whole numbers")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": MAX_LABEL_LENGTH}, "minItems": 1}


def read_labels(
    meta: Any, rows: Callable[[Sequence[Any]], Sequence[int]] | None = None
) -> tuple[list[str], Any, Place]:
    """The labels of a table, a list or a file, its columns, and where its rows are.

    Parameters
    ----------
    meta : pandas.DataFrame, mapping of columns, sequence of str, or path
        As `NlpDataset` takes it.
    rows : callable, optional
        Labels as they were given -> the rows that are taken; by default all.

    Returns
    -------
    labels : list of str
    columns : pandas.DataFrame, dict of lists, or None
        A copy of the caller's table: later changes to that table do not reach the data set. None if the labels are all
        that there is.
    place : Place
        Row -> how messages call it.

    Raises
    ------
    InputError
        If there is no column `label`, or two, no row, or a label that is not text of 1 to MAX_LABEL_LENGTH characters;
        the message names the row, or the file and its line.
    """
    given: list[Any]
    columns: Any = None
    place, where = Place(), None
    if isinstance(meta, str | Path):
        columns, place = read_label_file(given_path(meta))
        given, where = columns["label"], str(meta)
    elif hasattr(meta, "columns"):
        if not hasattr(meta, "iloc"):
            raise InputError(f"a table of type {type(meta).__name__}", allowed="a pandas.DataFrame, or a dict of lists")
        check_names(list(map(str, meta.columns)), "the table")
        given, columns = list(meta["label"]), meta.copy()
    elif isinstance(meta, Mapping):
        check_names(list(map(str, meta)), "the table")
        columns = {name: _listed(f"a column {name!r}", column) for name, column in meta.items()}
        given = columns["label"]
        _check_lengths(columns)
    else:
        given = _listed("labels", meta)
    if rows is not None and len(taken := rows(given)) < len(given):
        given, place = [given[row] for row in taken], place.of_rows(taken)
        columns = _rows_of(columns, taken)
    labels = check_labels(given, place, where)
    return labels, None if isinstance(columns, dict) and len(columns) == 1 else columns, place


def rows_with_labels(labels: Sequence[Any]) -> list[int]:
    """The rows whose label is not missing: neither None, NaN or pandas' NA, nor empty."""
    return [
        row for row, label in enumerate(labels) if not (label == "" if isinstance(label, str) else _is_missing(label))
    ]


def _rows_of(columns: Any, rows: Sequence[int]) -> Any:
    """Some rows of a table, which is a pandas.DataFrame, a dict of lists, or None."""
    if isinstance(columns, dict):
        return {name: [column[row] for row in rows] for name, column in columns.items()}
    return None if columns is None else columns.iloc[list(rows)]


def _listed(called: str, values: Any) -> list:
    """Some values as a list; InputError if they have no order, or are not several values at all."""
    if isinstance(values, set | frozenset):
        raise InputError(f"{called} of type {type(values).__name__}, which has no order", allowed="a list of str")
    if isinstance(values, str | bytes | bytearray | Mapping) or not hasattr(values, "__iter__"):
        allowed = (
            "a table, a list of str, or a file's path" if called == "labels" else "a list with a value for each row"
        )
        raise InputError(f"{called} of type {type(values).__name__}", allowed=allowed)
    try:
        return list(values)
    except TypeError:  # an array without dimensions
        raise InputError(f"{called} that is one value, {values!r}", allowed="a list") from None


def _check_lengths(columns: Mapping[Any, list]) -> None:
    if len(set(map(len, columns.values()))) > 1:
        held = ", ".join(f"{name!r} {len(column)}" for name, column in columns.items())
        raise InputError(f"the columns of the table hold unequal numbers of values: {held}", allowed="one for each row")


def check_labels(
    labels: Sequence[Any], place: Callable[[int], str], where: str | None = None, shortest: int = 1
) -> list[str]:
    """The labels as plain text; InputError, which names the row, if one of them is not a label.

    Parameters
    ----------
    labels : sequence
    place : callable
        Row -> how the message calls it.
    where : str, optional
        The file, for a message about the whole list.
    shortest : int
        0 for images that exist already: such an image can show no text.
    """
    if len(labels) == 0:
        raise InputError("there are no labels", where=where, allowed="at least one row")
    kinds = set(map(type, labels))
    if all(issubclass(kind, str) for kind in kinds):
        texts = list(labels) if kinds == {str} else list(map(str, labels))
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        if lengths.min() >= shortest and lengths.max() <= MAX_LABEL_LENGTH and "\0" not in "".join(texts):
            return texts
    for row, label in enumerate(labels):
        if (fault := _fault(label, shortest)) is not None:
            what, allowed, do = fault
            raise InputError(what, where=place(row), allowed=allowed, do=do)
    raise AssertionError("a label has a fault that nothing names")


def _fault(label: Any, shortest: int) -> tuple[str, str | None, str | None] | None:
    """What is wrong with a label, what is allowed, and what to do; None if it is one."""
    if isinstance(label, str):
        if shortest <= len(label) <= MAX_LABEL_LENGTH and "\0" not in label:
            return None
        allowed = f"{shortest} to {MAX_LABEL_LENGTH} characters, none of them NUL"
        return f"label {label[:20]!r} of {len(label)} characters", allowed, None if label else FILL_IN
    if _is_missing(label):
        survive = "a label 'NA' stays text if the table is read with keep_default_na=False"
        return f"the label is missing: {label}", None, f"{FILL_IN}; {survive}"
    shown, reason, do = fault_of_type(label)
    return f"label {shown} is of type {type(label).__name__}{reason}", "text", do


def fault_of_type(label: Any) -> tuple[str, str, str | None]:
    """How a value that is not text is shown, why it cannot be a label (empty, or from a colon on), and what to do."""
    shown, reason, do = repr(label), "", None
    if isinstance(label, bytes | bytearray):
        shown, do = repr(bytes(label)), 'decode it first, as in label.decode("utf-8")'
    elif isinstance(label, bool | np.bool_):
        shown, do = str(label), _AS_TEXT
    elif isinstance(label, numbers.Number):
        shown, reason, do = str(label), ": a number has lost its leading zeros", _AS_TEXT
    elif isinstance(label, datetime.date | datetime.time | datetime.timedelta | np.datetime64 | np.timedelta64):
        shown, reason, do = str(label), ": how it was written is lost", _AS_TEXT
    return shown, reason, do


def _is_missing(label: Any) -> bool:
    # Known by name: pandas is not imported to ask for its own.
    if label is None or type(label).__name__ in ("NAType", "NaTType", "MaskedConstant"):
        return True
    return isinstance(label, numbers.Number | np.datetime64 | np.timedelta64) and str(label).lower() in ("nan", "nat")
