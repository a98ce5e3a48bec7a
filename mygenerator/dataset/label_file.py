"""Label files: a table with a column `label`, or one label a line. What is something else is refused by what it is.

A file comes from spreadsheets, editors and other people. So every doubt about which text is the label is an error that
names the file and the row.
"""

from __future__ import annotations

import csv
import io
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mygenerator.beginnings import Kind, Sort, kind_of
from mygenerator.errors import InputError, counted, nearest
from mygenerator.files import read_file

_AS_CSV = "save it as CSV with commas, in UTF-8"
_DO = dict.fromkeys((Sort.OFFICE, Sort.DOCUMENT, Sort.UTF_16), _AS_CSV)
_NEVER_LABELS = (Sort.LEFTOVER, Sort.DOCUMENT)
"""What is not labels even if it is text."""
_OTHER_SUFFIXES = (".tsv", ".tab", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".parquet")
_DELIMITERS = {";": "';'", "\t": "tabs", "|": "'|'"}
_SECOND_FOR_PANDAS = "label.1"
_LEAVE_OUT = "leave one of them out, or rename it"
_MOST_SHOWN = 200

_SPREADSHEET = (
    (r"-?\d([.,]\d+)?[Ee]\+0*(1[1-9]|[2-9]\d|[1-9]\d\d)", "a long number that a spreadsheet has shortened"),
    (r'="[^"]*"', "a spreadsheet's formula"),
    (r"'\d+", "a number behind the apostrophe that makes it text in a spreadsheet"),
    (r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|#+)", "what a spreadsheet shows in place of a value"),
)
"""What spreadsheets make of labels, as patterns, and what each is. It is text, but the label itself is lost or changed.

The patterns are compiled when a table is read, not at start-up.
"""


@dataclass(frozen=True, eq=False)
class Place:
    """How messages call a row of labels: by its number alone, or by its line in a file.

    Attributes
    ----------
    path : str, optional
        The file.
    lines : sequence of int, optional
        The line in which each row begins, counted from 1; by default each row is a line.
    """

    path: str | None = None
    lines: Sequence[int] | None = None

    def __call__(self, row: int) -> str:
        if self.path is None:
            return f"row {row}"
        return f"{self.path}:{row + 1}" if self.lines is None else f"{self.path}, row {row} (line {self.lines[row]})"


def read_label_file(path: Path) -> tuple[dict[str, list[str]], Place]:
    """The columns of a file as a person brings it, and where its rows are.

    A file named `.csv` is a table, of which `read_table` says the rules. In addition, a label that a spreadsheet has
    changed is refused. Any other file has one label a line. Lines end at LF, CRLF or CR; all other characters belong to
    the label, such as U+0085, U+2028 and blanks.

    Raises
    ------
    InputError
        If it cannot be read, or is not such a file.
    """
    text = _text_of(path)
    if path.suffix.lower() == ".csv":
        columns, place = _table(text, str(path))
        _check_spreadsheet(columns["label"], place)
        _check_quotes(columns["label"], text, place)
        return columns, place
    if path.suffix.lower() in _OTHER_SUFFIXES:
        raise InputError(
            f"a file {path.suffix.lower()} is not read",
            where=str(path),
            allowed="a .csv with a column label, or text with one label a line",
        )
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[-1] == "":
        lines.pop()
    first = [name.strip('" ').lower() for name in re.split(r"[,;\t|]", lines[0])] if lines else []
    if len(first) > 1 and "label" in first:
        what = f"the first line is the header of a table, {_cut(repr(lines[0]))}"
        raise InputError(what, where=f"{path}:1", do="name the file .csv")
    return {"label": lines}, Place(str(path))


def read_table(path: Path) -> tuple[dict[str, list[str]], Place]:
    """The columns of a CSV file with a column `label`, and where its rows are.

    It is UTF-8 with commas, its first line names the columns, and each row has a field for each of them. Lines without
    any field are passed over, and so are columns without a name or any text.

    Raises
    ------
    InputError
        If it cannot be read, or a row has more or fewer fields, or quotes are not as CSV has them.
    """
    return _table(_text_of(path), str(path))


def _table(text: str, path: str) -> tuple[dict[str, list[str]], Place]:
    rows = _rows_of(text, path)
    line, names = next(rows, (0, []))
    if not names:
        raise InputError("the file is empty", where=path, allowed="a header with `label`, and a row for each label")
    where = f"{path}:{line}"
    check_names(names, where)
    lines = array("q")
    columns: list[list[str]] = [[] for _ in names]
    for line, row in rows:
        lines.append(line)
        if len(row) != len(names):
            raise misfit(row, names, Place(path, lines)(len(lines) - 1))
        for column, field in zip(columns, row, strict=True):
            column.append(field)
    kept = [(name, column) for name, column in zip(names, columns, strict=True) if name or any(column)]
    if (twice := repeated([name for name, _ in kept])) is not None:
        raise InputError(f"there are two columns {twice!r}", where=where, do=_LEAVE_OUT)
    return dict(kept), Place(path, lines)


def check_names(names: Sequence[str], where: str) -> None:
    """Raise InputError unless exactly one of the columns is called `label`."""
    check_one_label(names, where)
    if "label" in names:
        return
    shown = _cut(", ".join(name if name.strip() == name != "" else repr(name) for name in names)) or "none at all"
    near = nearest("label", names)
    do = f"rename {near!r} to 'label'" if near else "begin with a row that names the columns, one of them 'label'"
    if shown.startswith("sep="):
        do = f"the first line is a spreadsheet's note on what separates the fields: {_AS_CSV}, without that line"
    elif (delimiter := other_delimiter(names)) is not None:
        do = f"the fields are separated by {delimiter}, not by commas: {_AS_CSV}"
    raise InputError(f"there is no column 'label', only {shown}", where=where, do=do)


def check_one_label(names: Sequence[str], where: str) -> None:
    """Raise InputError if two columns are called `label`."""
    if names.count("label") > 1 or _SECOND_FOR_PANDAS in names:
        called = f" ({_SECOND_FOR_PANDAS!r} is what pandas calls the second)" if _SECOND_FOR_PANDAS in names else ""
        raise InputError(f"there are two columns 'label'{called}", where=where, do=_LEAVE_OUT)


def other_delimiter(names: Sequence[str]) -> str | None:
    """What separates the columns of a header in place of commas, in words; None if nothing else does.

    >>> other_delimiter(["file;label"])
    "';'"
    """
    line = ",".join(names)
    counts = {mark: line.count(mark) for mark in _DELIMITERS}
    mark = max(counts, key=lambda mark: counts[mark])
    return _DELIMITERS[mark] if counts[mark] >= max(len(names), 1) else None


def repeated(names: Sequence[str]) -> str | None:
    """The first name that is there twice; None if none is."""
    return next((name for place, name in enumerate(names) if name in names[:place]), None)


def misfit(row: Sequence[str], names: Sequence[str], where: str | None = None) -> InputError:
    """The error for a row with more or fewer fields than there are columns."""
    if len(row) < len(names):
        do = "fill in the field, or leave the row out"
    elif not any(row[len(names) :]):
        do = "take the commas at the end of the line away, or name their columns"
    else:
        first = ",".join(row) if len(names) == 1 else "1,234"
        do = f'put a field that holds a comma in quotes: "{_cut(first)}"'
    return InputError(f"{counted(len(row), 'field')} for {counted(len(names), 'column')}", where=where, do=do)


def _text_of(path: Path) -> str:
    """The text of a file in UTF-8; InputError if it cannot be read, or is something else."""
    try:
        data = read_file(path)
    except OSError as error:
        do = "labels themselves are given as a list" if isinstance(error, FileNotFoundError) else None
        raise InputError(f"the label file cannot be read: {error.strerror}", where=str(path), do=do) from None
    kind = kind_of(data)
    if kind is not None and kind.sort in _NEVER_LABELS:
        raise _not_labels(kind, path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if kind is not None and kind.sort is not Sort.TEXT:
            raise _not_labels(kind, path) from None
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        raise InputError(
            f"the label file is not readable text: the byte 0x{data[error.start]:02x} is not UTF-8",
            where=f"{path}:{line}",
            do="save it in UTF-8",
        ) from None
    if "\0" in text:
        if kind is not None and kind.sort is not Sort.TEXT:
            raise _not_labels(kind, path)
        line = len(re.findall(r"\r\n|\r|\n", text[: text.index("\0")])) + 1
        raise InputError(
            "the label file holds the character NUL", where=f"{path}:{line}", allowed="text in UTF-8, not in UTF-16"
        )
    return text


def _not_labels(kind: Kind, path: Path) -> InputError:
    do = _DO.get(kind.sort, kind.do)
    return InputError(f"the label file is {kind.text}, not text in UTF-8", where=str(path), do=do)


def _rows_of(text: str, path: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that have a field, each with the line in which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"this is not CSV: {csv_fault(error)}", where=f"{path}:{line}") from None


def csv_fault(error: csv.Error) -> str:
    """What Python's strict reader of CSV complains of, in words for who made the file."""
    reason = str(error)
    if "unexpected end" in reason:
        return "a quote is opened and never closed"
    if "expected after" in reason:
        return "a closing quote is not followed by a comma; a quote inside a field has to be doubled"
    return reason


def _check_quotes(labels: Sequence[str], text: str, place: Place) -> None:
    """Raise InputError for a quote in a label that is not in quotes: Python's reader takes it as it is.

    A blank before the opening quote does that: it makes the quotes a part of the label.
    """
    quoted = [row for row, label in enumerate(labels) if '"' in label]
    if not quoted or place.lines is None:
        return
    lines = list(io.StringIO(text, newline=""))
    for row in quoted:
        label = labels[row].replace('"', '""')
        first = place.lines[row]
        last = place.lines[row + 1] if row + 1 < len(labels) else len(lines) + 1
        if f'"{label}"' not in "".join(lines[first - 1 : last - 1]):
            raise InputError(
                f"the label {_cut(repr(labels[row]))} holds a quote, but is not in quotes itself",
                where=place(row),
                do="take blanks before the opening quote away, or put it in quotes and double those inside",
            )


def _check_spreadsheet(labels: Sequence[str], place: Place) -> None:
    """Raise InputError for a label that is not what was typed, but what a spreadsheet made of it."""
    for row, label in enumerate(labels):
        if label[:1] in "=#'" or "+" in label:
            for pattern, what in _SPREADSHEET:
                if re.fullmatch(pattern, label):
                    raise InputError(
                        f"the label {_cut(repr(label))} is {what}",
                        where=place(row),
                        do="format the column as text, fill it in again and save it; if this is the label, write it "
                        "into a file .txt with one label a line",
                    )


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."
