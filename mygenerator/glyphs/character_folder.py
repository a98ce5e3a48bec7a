"""Reads folders with one sub-folder of images for each character: scans and other people's glyphs.

scans/0/anna.png  scans/0/ben.jpg  scans/7/anna.png  scans/U+002F/anna.png
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mygenerator.errors import InputError, counted
from mygenerator.files import read_file
from mygenerator.glyphs.base import fitted
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.scans import read_scans
from mygenerator.logs import logw_once
from mygenerator.util_image import image_grey, image_read
from mygenerator.util_image.earlier import READ_ANEW, read_before
from mygenerator.util_image.folders import list_label_folders

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
            If a file is not an image; it names the file.
        """
        digest = hashlib.sha256(b"folder")
        images = []
        for character, path in self.characters:
            data = _read_bytes(path)
            digest.update(b"\0".join([character.encode(), os.fsencode(path.name), b"%d" % len(data), data]))
            grey = _grey_glyph(path, data)
            before = read_before(data)
            if before is not None and not np.array_equal(image_grey(before), grey):
                digest.update(READ_ANEW)
            images.append(fitted(grey))
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
    characters = {label: _character(folder / label) for label in found.labels}
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
    if files and found.beside:
        said = found.left("")
        logw_once(f"{folder}: not all is taken: {said}; put each image into the folder of its character")
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


def _character(folder: Path) -> str:
    character = named_character(folder.name)
    if character is None:
        raise InputError(
            f"the folder's name {folder.name!r} is not a character",
            where=str(folder),
            allowed="one character, or its code point as U+002F",
        )
    return character


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
