"""Reads folders with one sub-folder of images for each character: scans and other people's glyphs.

scans/0/anna.png  scans/0/ben.jpg  scans/7/anna.png  scans/U+002F/anna.png
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mygenerator.errors import InputError, counted
from mygenerator.files import read_file
from mygenerator.glyphs.base import fitted
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.parts import TEST, TRAIN, words_of
from mygenerator.glyphs.scans import read_scans
from mygenerator.litter import is_litter
from mygenerator.logs import logw_once
from mygenerator.util_image import image_grey, image_read
from mygenerator.util_image.earlier import READ_ANEW, read_before
from mygenerator.util_image.folders import list_label_folders

_MOST_SHOWN = 10
_CODE_POINT = re.compile(r"[Uu]\+?([0-9A-Fa-f]{4,6})")


@dataclass(frozen=True)
class FolderSource:
    """A folder of characters: a glyph source.

    Parameters
    ----------
    name : str
    folder : Path
    characters : tuple of (str, Path)
        The character that each image file shows, and the file, sorted by path; a glyph's row is its place in this
        order.
    licence : str
    """

    name: str
    folder: Path
    characters: tuple[tuple[str, Path], ...]
    licence: str = ""

    @property
    def key(self) -> str:
        """The key by which the cache finds the source."""
        return f"folder {self.name} {self.folder}"

    @property
    def files(self) -> list[Path]:
        """The files that the source is made of."""
        return [path for _, path in self.characters]

    def read(self) -> RawGlyphs:
        """Read every image: colour becomes grey, large ones are shrunk, dark on light becomes light on dark.

        Raises
        ------
        InputError
            If files are not images; it names the files.
        """
        digest = hashlib.sha256(b"folder")
        images = []
        faults = []
        for character, path in self.characters:
            try:
                data = _read_bytes(path)
                digest.update(b"\0".join([character.encode(), os.fsencode(path.name), b"%d" % len(data), data]))
                grey = _grey_glyph(path, data)
            except InputError as error:
                faults.append((path.relative_to(self.folder).as_posix(), error))
                continue
            before = read_before(data)
            if before is not None and not np.array_equal(image_grey(before), grey):
                digest.update(READ_ANEW)
            images.append(fitted(grey))
        self._raise(faults)
        codes = np.array([ord(character) for character, _ in self.characters], np.uint32)
        scans = read_scans(images, codes)
        digest.update(scans.mark)
        return RawGlyphs(
            source=self.name,
            licence=self.licence,
            content=digest.hexdigest(),
            images=scans.images,
            codes=codes,
            rows=np.arange(len(images)),
            faults=scans.faults,
            names=[path.relative_to(self.folder).as_posix() for _, path in self.characters],
        )

    def _raise(self, faults: Sequence[tuple[str, InputError]]) -> None:
        """Raise InputError for the files that cannot be read, if there are any: for all at once."""
        if len(faults) == 1:
            raise faults[0][1]
        if faults:
            shown = "; ".join(f"{name}: {error.what}" for name, error in faults[:_MOST_SHOWN])
            more = f"; and {len(faults) - _MOST_SHOWN:,} more" if len(faults) > _MOST_SHOWN else ""
            raise InputError(
                f"{len(faults):,} of {counted(len(self.characters), 'file')} cannot be read as images: {shown}{more}",
                where=str(self.folder),
                do="save those that show a character as PNG or JPEG; remove the others, or hide them with a leading "
                "dot",
            )


def find_characters(folder: Path, name: str) -> FolderSource | None:
    """The images of a folder of characters; None if it has no sub-folder with a file in it.

    A sub-folder has its character as its name, or U+002F or u002f if the file system does not allow that character.
    Passed over are hidden files and folders, what systems leave behind (`Thumbs.db`, `@eaDir`, ...) and files next to
    the sub-folders (a licence, a note); if these are images, a log message counts them.

    Raises
    ------
    InputError
        If the name of a sub-folder is not a character, or a sub-folder holds a folder with images, a link that leads
        nowhere, or anything else that is not a file.
    """
    found = list_label_folders(folder, lambda name: True)
    characters = _characters(folder, list(found.labels))
    if found.folders:
        raise InputError(
            f"a folder of a character holds image files only, but this folder below it holds "
            f"{counted(len(found.below), 'file')}",
            where=str(folder / found.folders[0]),
            do="move them up into the character's folder, or hide this folder with a leading dot",
        )
    files = [
        (character, folder / label / file) for label, character in characters.items() for file in found.labels[label]
    ]
    files.sort(key=lambda one: f"{one[1].parent.name}/{one[1].name}")
    if files and (left := found.left("")):
        advice = "; put each image into the folder of its character" if found.beside else ""
        logw_once(f"{folder}: not all is taken: {left}{advice}")
    return FolderSource(name, folder, tuple(files)) if files else None


def named_character(name: str) -> str | None:
    """The character that a folder's name means; None if it does not name a character.

    >>> named_character("7"), named_character("U+002F"), named_character("scans")
    ('7', '/', None)
    """
    name = unicodedata.normalize("NFC", name)  # macOS stores names decomposed: two code points for one é
    code = _CODE_POINT.fullmatch(name)
    number = ord(name) if len(name) == 1 else int(code[1], 16) if code else -1
    # Surrogates are halves of UTF-16 characters, which a label cannot hold.
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        return None
    return chr(number)


def _characters(folder: Path, names: list[str]) -> dict[str, str]:
    """The character of each sub-folder's name; InputError, for all at once, if some are not characters."""
    characters = {name: named_character(name) for name in names}
    others = sorted(name for name, character in characters.items() if character is None)
    if not others:
        return {name: character for name, character in characters.items() if character is not None}
    inner = [folder / name for name in others if _holds_characters(folder / name)]
    do = None
    if inner:
        do = (
            f"to use the characters in it, give {inner[0]}"
            if len(inner) == 1
            else f"give one of the folders in it, such as {inner[0]}"
        )
    what = f"the folder's name {others[0]!r} is not a character"
    if len(others) > 1:
        more = f" and {len(others) - _MOST_SHOWN:,} more" if len(others) > _MOST_SHOWN else ""
        shown = ", ".join(map(repr, others[:_MOST_SHOWN])) + more
        what = f"the names of {len(others):,} folders are not characters: {shown}"
    where = folder / others[0] if len(others) == 1 else folder
    raise InputError(what, where=str(where), allowed="one character, or its code point as U+002F", do=do)


def _holds_characters(folder: Path) -> bool:
    """Whether a folder has sub-folders, and all are called as characters are, or as parts for training and test."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in entries if entry.is_dir() and not is_litter(entry.name)]
    except OSError:
        return False
    are_parts = bool(names) and all({TRAIN, TEST} & set(words_of(name)) for name in names)
    return are_parts or (bool(names) and all(named_character(name) is not None for name in names))


def _read_bytes(path: Path) -> bytes:
    try:
        return read_file(path)
    except OSError as error:
        raise InputError(f"the glyph image cannot be read ({error.strerror})", where=str(path)) from error


def _grey_glyph(path: Path, data: bytes) -> np.ndarray:
    try:
        image = image_read(data)
    except InputError as error:
        advice = "remove the file, or hide it with a leading dot"
        do = f"{error.do}, or {advice}" if error.do else advice
        raise InputError(error.what, where=str(path), allowed=error.allowed, do=do) from error
    return image_grey(image)
