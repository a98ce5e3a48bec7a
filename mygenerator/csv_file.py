"""CSV as this package reads it everywhere: strictly, with fields as long as it can write them.

Python's csv module is lenient: it takes what follows a closing quote into the field, cuts a row that is too long, and
lets the last of two columns of one name win. Each of these makes a wrong label without a word.
"""

from __future__ import annotations

import csv
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mygenerator.errors import InputError, counted
from mygenerator.files import open_table

MAX_FIELD = 2**24
"""The longest field, in characters: 1,000 glyphs, each with its source's name of 16,000 characters."""

AS_CSV = "save it as CSV with commas, in UTF-8"
LEAVE_OUT = "leave one of them out, or rename it"
DELIMITERS = {";": "';'", "\t": "tabs", "|": "'|'"}
"""What other programs separate fields by, and its name in words."""
_MOST_SHOWN = 200


class _Limit:
    """The csv module's limit, which is one for the whole process, and how many tables are being read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._before = 0

    def change(self, readers: int) -> None:
        """Count some readers more or fewer: the first raises the limit, the last puts it back."""
        with self._lock:
            if self._readers == 0:
                self._before = csv.field_size_limit()
            self._readers += readers
            csv.field_size_limit(max(self._before, MAX_FIELD) if self._readers else self._before)


_LIMIT = _Limit()


@contextmanager
def long_fields() -> Iterator[None]:
    """Let the csv module read fields of up to `MAX_FIELD` characters, here and in what is called.

    By default it refuses more than 131,072, which boxes and glyphs of a long label exceed. Several threads, and several
    generators in turn, can be in it at once.

    >>> with long_fields():
    ...     csv.field_size_limit() >= MAX_FIELD
    True
    """
    _LIMIT.change(+1)
    try:
        yield
    finally:
        _LIMIT.change(-1)


def strict_rows(lines: Iterable[str], path: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that have a field, each with the line in which it begins, counted from 1.

    Parameters
    ----------
    lines : iterable of str
        As a file opened with `newline=""` has them.
    path : str
        The file, for messages.

    Raises
    ------
    InputError
        If quotes are not as CSV has them, or a field is longer than `MAX_FIELD`; it names the file and the line.
    """
    last = ""

    def remembered() -> Iterator[str]:
        nonlocal last
        for line in lines:
            last = line
            yield line

    begins = 1
    with long_fields():
        reader = csv.reader(remembered(), strict=True)
        try:
            for row in reader:
                if row:
                    yield begins, row
                begins = reader.line_num + 1
        except csv.Error as error:
            do = separated_by(mark) if (mark := _behind_a_quote(last)) and "expected after" in str(error) else None
            raise InputError(f"this is not CSV: {csv_fault(error)}", where=f"{path}:{begins}", do=do) from None


def table_rows(path: Path, columns: Sequence[str] = ()) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a header, read one by one.

    Parameters
    ----------
    path : Path
    columns : sequence of str
        Those that the table has to have.

    Raises
    ------
    InputError
        As `strict_rows` says; also if the file is not UTF-8, a column is missing or there twice, or a row has more or
        fewer fields than the header.
    OSError
        If the file cannot be read.
    """
    with open_table(path, "utf-8-sig") as file:
        try:
            rows = strict_rows(file, str(path))
            first, names = next(rows, (1, []))
            if (twice := repeated(names)) is not None:
                raise InputError(f"there are two columns {twice!r}", where=f"{path}:{first}", do=LEAVE_OUT)
            if lacking := [name for name in columns if name not in names]:
                other = other_delimiter(names)
                raise InputError(
                    f"it lacks the columns {', '.join(lacking)}",
                    where=f"{path}:{first}",
                    do=None if other is None else separated_by(other),
                )
            for line, row in rows:
                if len(row) != len(names):
                    raise misfit(row, names, f"{path}:{line}")
                yield dict(zip(names, row, strict=True))
        except UnicodeDecodeError as error:
            raise InputError(f"this is not text in UTF-8 ({error.reason})", where=str(path)) from None


def csv_fault(error: csv.Error) -> str:
    """What Python's strict reader of CSV complains of, in words for who made the file."""
    reason = str(error)
    if "unexpected end" in reason:
        return "a quote is opened and never closed"
    if "expected after" in reason:
        return "a closing quote is not followed by a comma; a quote inside a field has to be doubled"
    if "field limit" in reason:
        return f"a field of more than {MAX_FIELD:,} characters"
    return reason


def other_delimiter(names: Sequence[str]) -> str | None:
    """What separates the columns of a header in place of commas, in words; None if nothing else does.

    >>> other_delimiter(["file;label"])
    "';'"
    """
    line = ",".join(names)
    counts = {mark: line.count(mark) for mark in DELIMITERS}
    mark = max(counts, key=lambda mark: counts[mark])
    return DELIMITERS[mark] if counts[mark] >= max(len(names), 1) else None


def separated_by(delimiter: str) -> str:
    """What to do about a table whose fields are separated otherwise; `delimiter` is in words."""
    return f"the fields are separated by {delimiter}, not by commas: {AS_CSV}"


def repeated(names: Sequence[str]) -> str | None:
    """The first name that is there twice; None if none is."""
    return next((name for place, name in enumerate(names) if name in names[:place]), None)


def misfit(row: Sequence[str], names: Sequence[str], where: str | None = None) -> InputError:
    """The error for a row with more or fewer fields than there are columns."""
    other = next((called for mark, called in DELIMITERS.items() if mark in ",".join(row)), None)
    if len(row) < len(names):
        do = "fill in the field, or leave the row out"
    elif not any(row[len(names) :]):
        do = "take the commas at the end of the line away, or name their columns"
    elif len(names) == 1 and other is not None:
        do = separated_by(other)
    else:
        first = ",".join(row) if len(names) == 1 else "1,234"
        do = f'put a field that holds a comma in quotes: "{cut(first)}"'
    return InputError(f"{counted(len(row), 'field')} for {counted(len(names), 'column')}", where=where, do=do)


def cut(text: str) -> str:
    """A text for a message, cut short if it is long."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _behind_a_quote(line: str) -> str | None:
    """What stands, in place of a comma, between quoted fields of a line, in words."""
    found = re.search(f'"([{"".join(DELIMITERS)}])', line)
    return DELIMITERS[found[1]] if found else None
