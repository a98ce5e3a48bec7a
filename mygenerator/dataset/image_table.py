"""Tables of images: which label and which file each row has, and what is said of a row whose image cannot be read.

For ImageDataset. As with labels, every doubt is an error that names the row and says what to do.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.csv_file import other_delimiter, separated_by
from mygenerator.dataset.label_file import check_one_label
from mygenerator.dataset.labels import FILL_IN, check_labels, fault_of_type
from mygenerator.errors import InputError, nearest
from mygenerator.files import given_path, not_there
from mygenerator.util_image.kinds import is_image_name

if TYPE_CHECKING:
    import pandas

_MEANT = frozenset(
    ("uri", "url", "path", "file", "filename", "filepath", "image", "imagename", "imagepath", "imagefile", "img", "src")
)
"""What other tables call the column of files: in small letters, without blanks, `_`, `-` and a plural's s."""


@dataclass(frozen=True)
class ImageTable:
    """The labels and files of a table.

    Attributes
    ----------
    labels : list of str
        One for each row; empty text if the table has none.
    files : list of str
        The full path of each row's image; empty if the table has no column `uri`, or it is not to be read.
    uris : list of str
        The cells of the column `uri`, as written.
    base : Path
        The folder that they start from.
    given : Path or None
        That folder, as it was given.
    instead : str or None
        The column that is meant by `uri`, if there is no `uri`.
    """

    labels: list[str]
    files: list[str]
    uris: list[str]
    base: Path
    given: Path | None
    instead: str | None

    def error(self, row: int, error: InputError) -> InputError:
        """An error of reading a row's image, with the row and what to do."""
        found = os.path.exists(self.files[row])
        if not found and (known := not_there(self.files[row])) is not None:
            return InputError(known.what, where=f"{_row(row)}, {known.where}", do=known.do)
        do = error.do if found else self._advice(self.uris[row]) or error.do
        where = f"{_row(row)}, {error.where or self.files[row]}"
        return InputError(error.what, where=where, allowed=error.allowed, do=do)

    def _advice(self, uri: str) -> str | None:
        """What to do about a file that is not there."""
        if os.sep == "/" and PureWindowsPath(uri).drive:
            return "this is a path of Windows; give its path on this computer, with / between folders"
        if uri != uri.strip() and self._is_there(uri.strip()):
            return f"take the blanks at its ends away: {uri.strip()!r} is there"
        if os.sep == "/" and "\\" in uri:
            slashed = uri.replace("\\", "/")
            return f"write / in place of \\{f': {slashed!r} is there' if self._is_there(slashed) else ''}"
        if (other := _same_in_other_letters(self.base / uri)) is not None:
            return f"{other!r} is there, with other capitals or accents"
        return None if os.path.isabs(uri) else self._where_it_starts(uri)

    def _where_it_starts(self, uri: str) -> str:
        if self.given is None:
            return f"it starts from the working folder, {self.base}; path=FOLDER lets it start elsewhere"
        starts = f"it starts from the folder {self.given}"
        if not self.base.is_dir():
            does_not = "is not a folder" if self.base.exists() else "does not exist"
            starts = f"it starts from path={str(self.given)!r}, which {does_not}"
        return f"{starts}; leave path= out: {uri!r} is there" if os.path.exists(uri) else starts

    def _is_there(self, uri: str) -> bool:
        return bool(uri) and os.path.exists(self.base / uri)


def read_image_table(meta: Any, path: str | Path | None, has_function: bool) -> ImageTable:
    """The labels of a table, and its files if they are to be read.

    Parameters
    ----------
    meta : pandas.DataFrame
        With a column `label`, `uri` or both.
    path : str or Path, optional
        The folder that each `uri` starts from; by default the working folder.
    has_function : bool
        Whether a function makes the images: then `uri` is not looked at.

    Raises
    ------
    InputError
        If the table has neither column, one of them twice, or no rows, or if a cell cannot be a label or a file's name.
    """
    if not hasattr(meta, "columns") or not hasattr(meta, "iloc"):
        do = "write pandas.DataFrame(meta)" if hasattr(meta, "__iter__") else None
        if isinstance(meta, str | os.PathLike):
            do = "read it first, as in pandas.read_csv(FILE, dtype=str, keep_default_na=False)"
        raise InputError(f"meta is of type {type(meta).__name__}", allowed="a pandas.DataFrame", do=do)
    names = list(map(str, meta.columns))
    instead = None if "uri" in meta.columns else _instead_of_uri(meta, names)
    _check_columns(list(meta.columns), names, instead)
    if len(meta) == 0:
        raise InputError("meta has no rows", allowed="at least one row")
    check_one_label(names, "meta")
    labels = [""] * len(meta)
    if "label" in meta.columns:
        labels = check_labels(_column(meta, "label"), _row, shortest=0)
    given = None if path is None else given_path(path)
    base = (given or Path()).absolute()
    uris = [] if has_function or "uri" not in meta.columns else _texts(_column(meta, "uri"))
    files = [_file_of(uri, base, given is not None, row) for row, uri in enumerate(uris)]
    return ImageTable(labels, files, uris, base, given, instead)


def _check_columns(columns: Sequence[Any], names: Sequence[str], instead: str | None) -> None:
    """Raise InputError if neither `label` nor `uri` is there, or what is meant by `label` is called otherwise."""
    meant = [name for name in names if name.strip("\ufeff ").casefold() == "label"]
    if "label" not in columns and meant:  # without labels, all would be empty
        raise InputError(f"meta has a column {meant[0]!r}, but none 'label'", do=f"rename {meant[0]!r} to 'label'")
    if "label" in columns or "uri" in columns:
        return
    near = nearest("label", names)
    do = f"rename {near!r} to 'label'" if near else f"rename {instead!r} to 'uri'" if instead else None
    if (delimiter := other_delimiter(names)) is not None:
        do = separated_by(delimiter)
    raise InputError(f"meta has the columns {list(columns)}", allowed="a table with `label`, `uri` or both", do=do)


def _instead_of_uri(meta: pandas.DataFrame, names: Sequence[str]) -> str | None:
    """The column that holds image files under another name, by that name or by what is in its first row."""
    for name in names:
        if re.sub(r"[\s_\ufeff-]", "", name).casefold().removesuffix("s") in _MEANT:
            return name
    for place, name in enumerate(names):
        first = meta.iloc[0, place] if len(meta) else None
        if isinstance(first, str) and is_image_name(first):
            return name
    return None


def _column(meta: pandas.DataFrame, name: str) -> list:
    """A column as a list; InputError if the table has it twice or a file's name is missing."""
    column = meta[name]
    if column.ndim != 1:
        raise InputError(f"meta has two columns {name!r}", do="leave one of them out")
    missing = np.flatnonzero(column.isna())
    if missing.size and name != "label":  # what is wrong with a label, the rule for labels says
        raise InputError(f"there is no {name}", where=_row(missing[0]), do=FILL_IN)
    return list(column)


def _texts(uris: list) -> list[str]:
    """The cells of the column `uri` as text; InputError, which names the row, if one of them names no file."""
    for row, uri in enumerate(uris):
        if isinstance(uri, str):
            if not uri.strip():
                raise InputError(f"uri is {uri!r}", where=_row(row), allowed="the path of an image", do=FILL_IN)
        elif not isinstance(uri, os.PathLike):
            shown, reason, do = fault_of_type(uri)
            if isinstance(uri, np.ndarray):
                shown, do = "an array", "give images that are in memory with get_image_fn, a function index -> image"
            what = f"uri {shown} is of type {type(uri).__name__}{reason}"
            raise InputError(what, where=_row(row), allowed="text: the path of an image", do=do)
    return [str(os.fspath(uri)) for uri in uris]


def _file_of(uri: str, base: Path, is_given: bool, row: int) -> str:
    """The image file of a row; in a folder that is given, a name can begin with `~` as with any other character."""
    if is_given and (uri.startswith("./") or (uri.startswith("~") and uri[1:2] not in ("", "/", os.sep))):
        return str(base / uri)
    return str(base / given_path(uri, _row(row)))


def _row(row: int) -> str:
    return f"meta, row {row}"


def _same_in_other_letters(path: Path) -> str | None:
    """A file beside `path` whose name is the same in other capitals, or with accents stored otherwise."""
    try:
        names = os.listdir(path.parent)
    except OSError:
        return None
    wanted = _folded(path.name)
    return next((name for name in sorted(names) if _folded(name) == wanted and name != path.name), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
