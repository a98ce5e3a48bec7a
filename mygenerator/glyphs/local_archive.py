"""An archive that lies on this machine and is given in place of a folder: `--glyphs mnist.zip`.

    <home>/downloads/<archive>-<path>/unpacked-<state>/    what it holds; the state is size, times and inode

It is unpacked once, by archive.py, and again when the file has changed.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from mygenerator.beginnings import ARCHIVE_ENDINGS
from mygenerator.errors import InputError
from mygenerator.glyphs.archive import unpack
from mygenerator.glyphs.cache import file_state
from mygenerator.glyphs.download import downloads_folder, locked
from mygenerator.glyphs.sources import as_file_name, inner_folder


def archive_name(archive: Path) -> str:
    """What an archive is called: its name without the ending.

    >>> archive_name(Path("their/mnist.tar.gz"))
    'mnist'
    """
    ending = next((one for one in ARCHIVE_ENDINGS if archive.name.lower().endswith(one)), "")
    return archive.name[: len(archive.name) - len(ending)] or archive.name


def unpacked(archive: Path) -> Path:
    """The folder with the content of an archive, which is unpacked if that was not done before.

    If the archive's only entry is a folder, this is that folder.

    Raises
    ------
    InputError
        If it cannot be unpacked, see `unpack`, or if there is no place to unpack it to.
    """
    place = downloads_folder() / f"{as_file_name(archive_name(archive))}-{_digest(str(archive))[:8]}"
    folder = place / f"unpacked-{_digest(repr(file_state(archive)))[:16]}"
    if not folder.is_dir():
        try:
            with locked(place, archive.name):
                if not folder.is_dir():
                    for old in place.glob("unpacked-*"):
                        shutil.rmtree(old, ignore_errors=True)
                    unpack(archive, folder)
        except InputError as error:
            if error.where != str(place):
                raise
            reason = getattr(error.__cause__, "strerror", None) or error.what
            raise InputError(
                f"the archive cannot be unpacked into {place} ({reason})",
                where=str(archive),
                do="unpack it yourself and give the folder, or set MYGENERATOR_HOME to a folder that can be written",
            ) from error
    return inner_folder(folder)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
