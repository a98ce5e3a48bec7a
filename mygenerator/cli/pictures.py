"""Pictures and pages that commands make for people: where they can go, and how they are written."""

from __future__ import annotations

import os
from pathlib import Path

from mygenerator.errors import InputError


def check_picture(target: Path, data_set: Path | None) -> None:
    """Raise InputError if a picture cannot go there: not a .png, no such folder, or a data set's own folder."""
    if target.suffix.lower() != ".png":
        raise InputError(f"the picture's extension is {target.suffix!r}", where=str(target), allowed=".png")
    why = "a picture inside the folder would be taken for one of its images"
    _check_place(target, data_set, why, "write it somewhere else; by default a sheet goes next to the folder")


def check_page(target: Path, data_set: Path | None) -> None:
    """Raise InputError if a page cannot go there: as for a picture, and it replaces nothing but an earlier page."""
    from mygenerator.inspection.page.html import is_page

    if target.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"the page's extension is {target.suffix!r}", where=str(target), allowed=".html or .htm")
    why = "a page inside the folder would lie among the files of the data set"
    _check_place(target, data_set, why, "write it somewhere else, such as next to the folder")
    if not os.path.lexists(target):
        return
    try:
        replaceable = is_page(target)
    except OSError as error:
        raise InputError(f"the file that is there cannot be read ({error.strerror})", where=str(target)) from None
    if not replaceable:
        raise InputError(
            "a file is there that is no page of this command",
            where=str(target),
            do="choose another name, or move that file away",
        )


def _check_place(target: Path, data_set: Path | None, why: str, do: str) -> None:
    folder = Path(os.path.abspath(target)).parent
    if data_set is not None and folder == Path(os.path.abspath(data_set)):
        raise InputError(why, where=str(target), do=do)
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))


def write_picture(target: Path, data: bytes) -> None:
    """Write a picture in one piece."""
    _write(target, data, "picture")


def write_page(target: Path, data: bytes) -> None:
    """Write a page in one piece."""
    _write(target, data, "page")


def _write(target: Path, data: bytes, what: str) -> None:
    from mygenerator.files import write_atomically

    try:
        write_atomically(target, data)
    except OSError as error:
        raise InputError(f"the {what} cannot be written: {error.strerror}", where=str(target)) from None
