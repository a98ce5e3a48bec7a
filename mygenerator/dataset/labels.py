"""Labels as a user gives them - a table, a list, a file - read and checked."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.errors import InputError, nearest
from mygenerator.files import given_path

MAX_LABEL_LENGTH = 1000


@dataclass(frozen=True)
class Labels:
    """Marks a list of labels in an annotation, see `mygenerator.parameters`."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError if `value` is not a list of labels."""
        if not isinstance(value, list | tuple):
            raise InputError(f"{name} is {value!r}", allowed="a list of text")
        _checked(list(value), lambda row: f"{name}, row {row}")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        label = {"type": "string", "minLength": 1, "maxLength": MAX_LABEL_LENGTH}
        return {"type": "array", "items": label, "minItems": 1}


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


def read_labels(meta: Any) -> tuple[np.ndarray, Any]:
    """The labels of a table, a list or a file, and all its columns.

    Parameters
    ----------
    meta : pandas.DataFrame, mapping of columns, sequence of str, or path
        As `NlpDataset` takes it.

    Returns
    -------
    labels : read-only str array (N,)
    columns : pandas.DataFrame or dict of lists
        A copy of the caller's table: later changes to that table do not reach the data set.

    Raises
    ------
    InputError
        If there is no column `label`, no row, or a label that is not text of 1 to MAX_LABEL_LENGTH characters; the
        message names the row, or the file and its line.
    """
    if isinstance(meta, str | Path):
        columns, place = _read_file(given_path(meta))
        return _checked(columns["label"], place, str(meta)), columns
    if hasattr(meta, "columns") or isinstance(meta, Mapping):
        names = [str(name) for name in (meta.columns if hasattr(meta, "columns") else meta)]
        _check_columns(names, "the table")
        columns = meta.copy() if hasattr(meta, "columns") else {name: list(column) for name, column in meta.items()}
        return _checked(list(columns["label"]), _row_name), columns
    if isinstance(meta, bytes | bytearray) or not hasattr(meta, "__iter__"):
        raise InputError(f"labels of type {type(meta).__name__}", allowed="a table, a list of str, or a file's path")
    labels = list(meta)
    return _checked(labels, _row_name), {"label": labels}


def _read_file(path: Path) -> tuple[dict[str, list], Callable[[int], str]]:
    """The columns of a file, and a function that names the place of a row in it."""
    try:
        if path.is_char_device() or path.is_block_device() or path.is_fifo():
            raise InputError("this is a device or a pipe, not a label file", where=str(path))  # it might never end
        with open(path, encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() != ".csv":
                return {"label": file.read().splitlines()}, lambda row: f"{path}:{row + 1}"
            reader = csv.DictReader(file)
            names = [name for name in reader.fieldnames or () if name is not None]
            _check_columns(names, f"{path}:1")
            rows = list(reader)
            # A row that is too short has None for its missing fields.
            return {name: [row[name] for row in rows] for name in names}, lambda row: f"{path}, row {row}"
    except OSError as error:
        raise InputError(f"the label file cannot be read: {error.strerror}", where=str(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"the label file is not readable text: {error}", where=str(path)) from None


def _row_name(row: int) -> str:
    return f"row {row}"


def _check_columns(names: Sequence[str], where: str) -> None:
    if "label" not in names:
        near = nearest("label", names)
        raise InputError(
            f"there is no column 'label', only {', '.join(names) or 'none at all'}",
            where=where,
            do=f"rename {near!r} to 'label'" if near else None,
        )


def _checked(labels: list, place: Callable[[int], str], where: str | None = None) -> np.ndarray:
    if not labels:
        raise InputError("there are no labels", where=where, allowed="at least one row")
    for row, label in enumerate(labels):
        if not isinstance(label, str):
            raise InputError(
                f"label {label!r} is of type {type(label).__name__}",
                where=place(row),
                allowed="text",
                do="read the table with dtype=str, so that leading zeros survive",
            )
        if not 1 <= len(label) <= MAX_LABEL_LENGTH or "\0" in label:
            raise InputError(
                f"label {label[:20]!r} of {len(label)} characters",
                where=place(row),
                allowed=f"1 to {MAX_LABEL_LENGTH} characters, none of them NUL",
            )
    array = np.array(labels, dtype=str)
    array.flags.writeable = False
    return array
