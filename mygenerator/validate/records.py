"""What a folder says about its images, read in streams: recipe, manifest (or sealed shards), rows of meta.csv.

Everything here is a claim by which the images are judged; a fault in the claims themselves becomes a finding.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from mygenerator.beginnings import LOOK_BYTES, Sort, kind_of
from mygenerator.csv_file import csv_fault, cut, long_fields, misfit, other_delimiter, repeated
from mygenerator.errors import InputError
from mygenerator.files import open_file, open_table, read_record
from mygenerator.save.output_folder import OutputFolder, Shard
from mygenerator.sinks.image_files.table import TRUTH_COLUMNS, sixth_column
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.validate.report import Findings
from mygenerator.validate.settings import SETTING_NAMES, Settings, settings_of_row

REPEATED = f"it is in {META_NAME} more than once"

_ENCODING = "utf-8-sig"
"""For tables that were saved by a spreadsheet too."""
_NO_SETTINGS = Settings()
_SCAN = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
"""`json.loads` without its search for white space before and after."""
_INT, _LIST, _TWO, _FOUR = {int}, {list}, {2}, {4}


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that a manifest or a sealed shard lists, with its size in bytes and its xxh3-128."""

    name: str
    size: int
    digest: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of meta.csv; None for what it does not say. `fault` says what is wrong with the row itself."""

    name: str
    label: str | None = None
    gaps: list[int] | None = None
    boxes: list[list[int]] | None = None
    settings: Settings = _NO_SETTINGS
    fault: str = ""
    margins: list[int] | None = None
    lines: list[list[int]] | None = None


def sealed_shards(folder: OutputFolder, findings: Findings) -> Iterator[Shard]:
    """The sealed shards of an unfinished folder, in order."""
    for path in sorted(folder.shards.glob("*.json")):
        try:
            yield Shard.from_json(read_record(path))
        except (OSError, ValueError) as error:
            findings.add(
                f"{folder.shards.name}/{path.name}", "unreadable", f"this is not the record of a shard ({error})"
            )


def rows_of_parts(folder: OutputFolder, findings: Findings) -> Iterator[Row]:
    """The rows of meta.csv that the sealed shards of an unfinished folder hold."""
    for path in sorted(folder.shards.glob("*.part")):
        # A part is written before its shard is sealed, and its files get their names after it.
        if path.with_suffix(".json").exists():
            yield from _rows(path, f"{folder.shards.name}/{path.name}", False, findings)


def rows_of_meta(folder: Path, findings: Findings) -> Iterator[Row]:
    """The rows of a folder's meta.csv."""
    yield from _rows(folder / META_NAME, META_NAME, True, findings)


def meta_columns(folder: Path) -> list[str]:
    """The columns of a folder's meta.csv; empty if it cannot be read (reading its rows reports why)."""
    try:
        with long_fields(), open_table(folder / META_NAME, _ENCODING) as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _rows(path: Path, called: str, has_head: bool, findings: Findings) -> Iterator[Row]:
    """The rows of a table; without a header its columns are told by how many fields row 1 has, and by the sixth."""
    try:
        with long_fields(), open_table(path, _ENCODING) as file:
            reader = csv.reader(file, strict=True)
            first = next(reader, [])
            header = first if has_head else _columns_of(first)
            faults = list(_faults_of_header(header))
            if "file_name" not in header:
                # Nothing can be known from it, so what is wrong is said once.
                findings.add(called, "unreadable", f"it cannot be read as a table ({_what_else(path) or faults[0]})")
                return
            for fault in faults:
                findings.add(called, "meta", fault)
            columns = _Columns(header, called)
            for values in reader if has_head else chain([first], reader):
                if values:
                    yield columns.row(values, reader.line_num)
    except UnicodeDecodeError:
        reason = _what_else(path) or "it is not text in UTF-8"
        findings.add(called, "unreadable", f"it cannot be read as a table ({reason})")
    except OSError as error:
        findings.add(called, "unreadable", f"it cannot be read as a table ({error.strerror or error})")
    except csv.Error as error:
        findings.add(called, "unreadable", f"it cannot be read as a table ({csv_fault(error)})")


def _columns_of(fields: list[str]) -> list[str]:
    """The columns of a row that is in a table without a header."""
    return [*TRUTH_COLUMNS, *map(sixth_column, fields[len(TRUTH_COLUMNS) :])][: len(fields)]


def _what_else(path: Path) -> str | None:
    """What a file is that is no table, in words; None if its first bytes do not tell."""
    with suppress(OSError), open_file(path) as file:
        kind = kind_of(file.read(LOOK_BYTES))
        return None if kind is None or kind.sort is Sort.TEXT else f"it is {kind.text}"
    return None


def _faults_of_header(header: list[str]) -> Iterator[str]:
    """What is wrong with the names of a table's columns."""
    for needed in TRUTH_COLUMNS[:2]:
        if needed not in header:
            delimiter = other_delimiter(header)
            reason = "" if delimiter is None else f": its fields are separated by {delimiter}, not by commas"
            yield f"there is no column {needed!r} among {cut(', '.join(header)) or 'none'}{reason}"
    if (twice := repeated(header)) is not None:
        yield f"there are two columns {twice!r}, of which the last was taken"


class _Columns:
    """The places of a table's columns, found once for all of its rows."""

    def __init__(self, header: list[str], called: str):
        self._header, self._called = header, called
        # If several columns have the same name, the last counts.
        places = {name: place for place, name in enumerate(header)}
        self._name, self._label = places["file_name"], places.get("label")
        self._gaps, self._boxes, self._margins = places.get("gaps"), places.get("boxes"), places.get("margins")
        self._lines = places.get("lines")
        self._has_settings = not places.keys().isdisjoint(SETTING_NAMES)

    def row(self, values: list[str], line: int) -> Row:
        """The row with these fields."""
        try:
            if len(values) != len(self._header):
                raise misfit(values, self._header)
            return Row(
                values[self._name],
                None if self._label is None else values[self._label],
                None if self._gaps is None else _numbers(values[self._gaps], "gaps", _are_numbers),
                None if self._boxes is None else _numbers(values[self._boxes], "boxes", _are_boxes),
                settings_of_row(dict(zip(self._header, values, strict=True))) if self._has_settings else _NO_SETTINGS,
                margins=self._if_there(values, self._margins, "margins", _are_two),
                lines=self._if_there(values, self._lines, "lines", _are_lines),
            )
        except InputError as error:
            name = dict(zip(self._header, values, strict=False)).get("file_name", "")
            return Row(name, fault=f"{self._called}, line {line}: {error}")

    def _if_there(self, values: list[str], place: int | None, column: str, fits: Callable[[list], bool]) -> Any:
        # Empty in the row of a single sequence whose margins were not drawn, or that was not wrapped.
        text = "" if place is None else values[place]
        return _numbers(text, column, fits) if text else None


def _numbers(text: str, column: str, fits: Callable[[list], bool]) -> Any:
    """A column's JSON list; InputError if it is not a list, or does not fit."""
    try:
        values, end = _SCAN(text, 0)
    except (StopIteration, ValueError, RecursionError):
        end = -1
    if end != len(text):
        # Not JSON, or with white space around it.
        values = _loaded(text)
    if not isinstance(values, list) or not fits(values):
        raise InputError(f"{column} is {text[:40]!r}", allowed="a JSON list such as [3, 5] or [[x0, y0, x1, y1], ...]")
    return values


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _are_numbers(values: list) -> bool:
    return not values or (set(map(type, values)) == _INT and -(2**31) < min(values) <= max(values) < 2**31)


def _are_two(values: list) -> bool:
    return len(values) == 2 and _are_numbers(values)


def _are_boxes(values: list) -> bool:
    return _are_lists(values, _FOUR)


def _are_lines(values: list) -> bool:
    return bool(values) and _are_lists(values, _TWO)


def _are_lists(values: list, lengths: set[int]) -> bool:
    fit = not values or (set(map(type, values)) == _LIST and set(map(len, values)) == lengths)
    return fit and _are_numbers(list(chain.from_iterable(values)))


def joined(
    listed: Iterator[Listed], rows: Iterator[Row], findings: Findings
) -> Iterator[tuple[Listed | None, Row | None]]:
    """Both streams joined by name, whatever their order; None for a side that has nothing of that name.

    In a valid folder both are in the same order, and only a few wait for their partner.
    """
    waiting_files: dict[str, Listed] = {}
    waiting_rows: dict[str, Row] = {}
    for file, row in zip_longest(listed, rows):
        if file is not None:
            waiting_files[file.name] = file
        if row is not None:
            if row.name in waiting_rows:
                findings.add(row.name, "meta", REPEATED)
            waiting_rows[row.name] = row
        for side in (file, row):
            if side is not None and side.name in waiting_files and side.name in waiting_rows:
                yield waiting_files.pop(side.name), waiting_rows.pop(side.name)
    yield from ((file, None) for file in waiting_files.values())
    yield from ((None, row) for row in waiting_rows.values())
