"""Label files: a table with a column `label`, or one label a line. What is something else is refused by what it is.

A file comes from spreadsheets, editors and other people. So every doubt about which text is the label is an error that
names the file and the row.
"""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mygenerator.beginnings import Kind, Sort, kind_of
from mygenerator.csv_file import AS_CSV as _AS_CSV
from mygenerator.csv_file import (
    DELIMITERS,
    LEAVE_OUT,
    cut,
    misfit,
    other_delimiter,
    repeated,
    separated_by,
    strict_rows,
)
from mygenerator.dataset.spreadsheet import check_spreadsheet, say_doubtful
from mygenerator.errors import InputError, nearest
from mygenerator.files import not_there, read_file

_SAVE_ANEW = (Sort.OFFICE, Sort.DOCUMENT, Sort.OTHER_TEXT)
"""What another program can save as labels."""
_AS_LINES = "save it as plain text in UTF-8, with one label a line"
_OR_AS_CSV = "or, if it is a table, as CSV with commas and a name that ends with .csv"
_NEVER_LABELS = (Sort.LEFTOVER, Sort.DOCUMENT)
"""What is not labels even if it is text."""
_OTHER_SUFFIXES = (
    *(".tsv", ".tab", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".parquet", ".yaml", ".yml", ".toml", ".ini", ".xml"),
    *(".html", ".htm", ".rtf", ".py"),
)
_LABEL_NAMES = ("label", "labels")
_COLUMN_NAMES = frozenset(
    (
        *("text", "texts", "string", "number", "numbers", "value", "values", "code", "codes", "digits"),
        *("sequence", "sequences"),
    )
)
"""What else a column of labels is called: the header of a file of lines, if no other line has a letter."""
_SECOND_FOR_PANDAS = "label.1"


@dataclass(frozen=True, eq=False)
class Place:
    """How messages call a row of labels: by its number alone, or by its line in a file.

    Attributes
    ----------
    path : str, optional
        The file.
    lines : sequence of int, optional
        The line in which each row begins, counted from 1; by default each row is a line.
    rows : sequence of int, optional
        If only some rows of what was given are taken: which they are.
    """

    path: str | None = None
    lines: Sequence[int] | None = None
    rows: Sequence[int] | None = None

    def of_rows(self, rows: Sequence[int]) -> Place:
        """How messages call the rows of a table that holds only these."""
        return replace(self, rows=rows)

    def __call__(self, row: int) -> str:
        row = row if self.rows is None else self.rows[row]
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
        check_spreadsheet(columns["label"], place)
        say_doubtful(columns["label"], place)
        _check_quotes(columns["label"], text, place)
        _check_delimiters(columns, text, place)
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
        what = f"the first line is the header of a table, {cut(repr(lines[0]))}"
        delimiter = other_delimiter(lines[0].split(","))
        as_csv = "name the file .csv" if delimiter is None else f"{separated_by(delimiter)}, and name the file .csv"
        raise InputError(what, where=f"{path}:1", do=as_csv)
    if len(first) == 1 and len(lines) > 1 and _is_header(first[0], lines[1:]):
        raise InputError(
            f"the first line is {lines[0]!r}, as the header of a table with one column",
            where=f"{path}:1",
            do="name the file .csv, or remove that line",
        )
    return {"label": lines}, Place(str(path))


def _is_header(name: str, rest: Sequence[str]) -> bool:
    """Whether the first line of a file of lines, in lower case, is the name of a column and no label."""
    if name in _COLUMN_NAMES:
        return not any(letter.isalpha() for line in rest for letter in line)
    return name in _LABEL_NAMES


def read_table(path: Path) -> tuple[dict[str, list[str]], Place]:
    """The columns of a CSV file with a column `label`, and where its rows are.

    It is UTF-8 with commas, its first line names the columns, and each row has a field for each of them. Lines without
    any field are passed over, and so are columns without a name or any text.

    Raises
    ------
    InputError
        If it cannot be read, or a row has more or fewer fields, or quotes are not as CSV has them.
    """
    return _table(_text_of(path, "the table"), str(path))


def _table(text: str, path: str) -> tuple[dict[str, list[str]], Place]:
    rows = strict_rows(io.StringIO(text, newline=""), path)
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
        raise InputError(f"there are two columns {twice!r}", where=where, do=LEAVE_OUT)
    return dict(kept), Place(path, lines)


def check_names(names: Sequence[str], where: str) -> None:
    """Raise InputError unless exactly one of the columns is called `label`."""
    check_one_label(names, where)
    if "label" in names:
        return
    shown = cut(", ".join(name if name.strip() == name != "" else repr(name) for name in names)) or "none at all"
    near = nearest("label", names)
    do = f"rename {near!r} to 'label'" if near else "begin with a row that names the columns, one of them 'label'"
    if shown.startswith("sep="):
        do = f"the first line is a spreadsheet's note on what separates the fields: {_AS_CSV}, without that line"
    elif (delimiter := other_delimiter(names)) is not None:
        do = separated_by(delimiter)
    raise InputError(f"there is no column 'label', only {shown}", where=where, do=do)


def check_one_label(names: Sequence[str], where: str) -> None:
    """Raise InputError if two columns are called `label`."""
    if names.count("label") > 1 or _SECOND_FOR_PANDAS in names:
        called = f" ({_SECOND_FOR_PANDAS!r} is what pandas calls the second)" if _SECOND_FOR_PANDAS in names else ""
        raise InputError(f"there are two columns 'label'{called}", where=where, do=LEAVE_OUT)


def _text_of(path: Path, called: str = "the label file") -> str:
    """The text of a file in UTF-8; InputError if it cannot be read, or is something else."""
    try:
        data = read_file(path)
    except OSError as error:
        if not path.exists() and (known := not_there(path)) is not None:
            raise known from None
        do = None
        if isinstance(error, FileNotFoundError):
            plain = path.name == str(path) and not path.suffix
            do = f"labels themselves are given as a list{f': [{str(path)!r}]' if plain else ''}"
        raise InputError(f"{called} cannot be read: {error.strerror}", where=str(path), do=do) from None
    kind = kind_of(data)
    if kind is not None and kind.sort in _NEVER_LABELS:
        raise _not_labels(kind, path, called)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if kind is not None and kind.sort is not Sort.TEXT:
            raise _not_labels(kind, path, called) from None
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        raise InputError(
            f"{called} is not readable text: the byte 0x{data[error.start]:02x} is not UTF-8",
            where=f"{path}:{line}",
            do="save it in UTF-8",
        ) from None
    if "\0" in text:
        if kind is not None and kind.sort is not Sort.TEXT:
            raise _not_labels(kind, path, called)
        line = len(re.findall(r"\r\n|\r|\n", text[: text.index("\0")])) + 1
        raise InputError(
            f"{called} holds the character NUL",
            where=f"{path}:{line}",
            allowed="text in UTF-8, not in UTF-16 or UTF-32",
        )
    return text


def _not_labels(kind: Kind, path: Path, called: str) -> InputError:
    do = kind.do
    if kind.sort in _SAVE_ANEW:
        is_table = path.suffix.lower() == ".csv"
        do = _AS_CSV if is_table else f"{_AS_LINES}, {_OR_AS_CSV}"
    return InputError(f"{called} is {kind.text}, not text in UTF-8", where=str(path), do=do)


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
                f"the label {cut(repr(labels[row]))} holds a quote, but is not in quotes itself",
                where=place(row),
                do="take blanks before the opening quote away, or put it in quotes and double those inside",
            )


def _check_delimiters(columns: Mapping[str, Sequence[str]], text: str, place: Place) -> None:
    """Raise InputError if each label of the only column holds what separates fields elsewhere, and none is in quotes.

    Such a table has one name in its header and several fields in its rows.
    """
    labels = columns["label"]
    if len(columns) > 1 or not labels or '"' in text:
        return
    for mark, called in DELIMITERS.items():
        if all(mark in label for label in labels):
            raise InputError(
                f"the label {cut(repr(labels[0]))} holds {called}, and so do all others",
                where=place(0),
                do=f"if fields are separated by {called}, {_AS_CSV}; if it belongs to the labels, put them in quotes",
            )
