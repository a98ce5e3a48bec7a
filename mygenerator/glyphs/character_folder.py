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

from mygenerator.errors import InputError
from mygenerator.glyphs.base import fitted
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.scans import read_scans
from mygenerator.util_image import image_grey, image_read

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
            images.append(_grey_glyph(path, data))
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
    Hidden files and folders are ignored, as are files next to the sub-folders (a licence, a note).

    Raises
    ------
    InputError
        If the name of a sub-folder is not a character, or anything in a sub-folder is not a file.
    """
    found = []
    for below in folder.iterdir():
        if below.name.startswith(".") or not below.is_dir():
            continue
        character = _character(below)
        for path in below.iterdir():
            if path.name.startswith("."):
                continue
            if not path.is_file():
                raise InputError("a folder of a character holds image files only", where=str(path))
            found.append((character, path))
    found.sort(key=lambda one: one[1].relative_to(folder).as_posix())
    return FolderSource(name, folder, tuple(found)) if found else None


def named_character(name: str) -> str | None:
    """The character that a folder's name means; None if it does not name a character.

    >>> named_character("7"), named_character("U+002F"), named_character("scans")
    ('7', '/', None)
    """
    name = unicodedata.normalize("NFC", name)  # macOS stores names decomposed: two code points for one é
    if len(name) == 1:
        return name
    code = _CODE_POINT.fullmatch(name)
    number = int(code[1], 16) if code else -1
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
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"the glyph image cannot be read ({error.strerror})", where=str(path)) from error


def _grey_glyph(path: Path, data: bytes) -> np.ndarray:
    try:
        image = image_read(data)
    except InputError as error:
        do = "remove the file, or hide it with a leading dot"
        raise InputError(error.what, where=str(path), allowed=error.allowed, do=do) from error
    return fitted(image_grey(image))
