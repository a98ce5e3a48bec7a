"""Where a user says that glyphs are: a folder or a file, and after a colon which part of it (`mnist:test`)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from mygenerator.errors import InputError
from mygenerator.files import given_path

_PART = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Place:
    """What was found at a path.

    Parameters
    ----------
    path : Path
        A folder or a file that is there, links resolved: a link that is changed to point elsewhere is another source.
    part : str, optional
        What was written after the colon.
    """

    path: Path
    part: str | None = None


@dataclass(frozen=True)
class Asked:
    """What a user wants from a folder.

    Parameters
    ----------
    folder : Path
    shown : str
        What the user calls it, for messages.
    name : str, optional
        The source's name, if it has one of its own.
    part : str, optional
        What the user wrote after the colon.
    transposed : bool, optional
        What the configuration says.
    file : Path, optional
        A file of the pair that is wanted.
    called : str, optional
        What a source without a name of its own is called; by default as the folder is.
    """

    folder: Path
    shown: str
    name: str | None = None
    part: str | None = None
    transposed: bool | None = None
    file: Path | None = None
    called: str | None = None

    def named(self, ending: str, folder: str) -> str:
        """The name of the source: its own, or what its place is called and the ending for the part.

        Raises
        ------
        InputError
            If the place's name is not UTF-8: the tables of data sets name their sources.
        """
        name = self.name or f"{self.called or folder}{ending}"
        check_source_name(name, repr(self.shown))
        return name


def check_source_name(name: str, where: str) -> None:
    """Raise InputError if data sets cannot record the name of a source."""
    try:
        name.encode()
    except UnicodeEncodeError:
        raise InputError(
            f"the name {name!r} is not UTF-8, so the table of a data set cannot name these glyphs",
            where=where,
            do="rename it",
        ) from None


def find_place(path: str | os.PathLike) -> Place | None:
    """The folder or file at a path, without or with a part after a colon; None if nothing is there.

    A folder or file whose own name ends like a part (`mnist:test`) goes before a part of another one. A Windows drive
    is not taken for the name of a folder.

    Raises
    ------
    InputError
        If no path can be written like that.
    """
    text = os.fspath(path)
    if not text:
        return None
    if os.path.exists(full := full_path(text)):
        return Place(full)
    whole, part = split_part(text)
    if part is not None and os.path.exists(full := full_path(whole)):
        return Place(full, part)
    return None


def full_path(path: str | os.PathLike) -> Path:
    """The absolute path, `~` and links resolved, whether something is there or not."""
    return Path(os.path.realpath(given_path(path, "the glyph source")))


def split_part(text: str) -> tuple[str, str | None]:
    """What is written before the last colon, and the part after it; the text and None if it has no part.

    >>> split_part("data/mnist:test"), split_part("data/mnist")
    (('data/mnist', 'test'), ('data/mnist', None))
    """
    drive, rest = os.path.splitdrive(text)
    before, _, part = rest.rpartition(":")
    return (drive + before, part) if before and _PART.fullmatch(part) else (text, None)


def is_glyph_place(path: str | os.PathLike) -> bool:
    """Whether a folder or file is at a path, which can end with a part after a colon."""
    try:
        return find_place(path) is not None
    except InputError:
        return False


def without_part(path: str) -> Path:
    """The folder or file at a path as it is written, without the part after a colon."""
    return Path(path if os.path.exists(path) else split_part(path)[0])


def why_refused(path: Path) -> str:
    """Why the system does not say whether something is at a path; empty if it does."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as error:  # a name that is too long, a folder above that may not be entered
        return error.strerror or str(error)
    return ""
