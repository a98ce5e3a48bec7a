"""What a place holds in which no glyphs are found, and what to do about it: messages alone, for find.py.

Images side by side, archives, tables, arrays of other programs, images that are only in iCloud, empty folders.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from mygenerator.beginnings import ARCHIVE_ENDINGS
from mygenerator.errors import InputError, counted
from mygenerator.files import DOWNLOAD_FIRST, name_in_icloud
from mygenerator.glyphs.character_folder import named_character
from mygenerator.glyphs.places import Asked
from mygenerator.litter import is_litter
from mygenerator.util_image.kinds import is_image_name

_OTHER_ARCHIVES = (".tar", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".7z", ".rar")
_TABLES = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".xlsx", ".xls", ".ods", ".json", ".jsonl")
_ARRAYS = (".npy", ".mat", ".h5", ".hdf5", ".pt", ".pth", ".pkl", ".pickle", ".pkl.gz", ".tfrecord", ".db", ".sqlite")
_SPLIT = re.compile(r"(\.(zip|7z|rar|tar|gz|tgz)\.\d{2,3}|\.[zr]\d\d|\.part\d+\.rar)$", re.IGNORECASE)
_AS_FILES = "save its images as files, each in a sub-folder named by its character"
_MOST_SHOWN = 3


def no_glyphs(asked: Asked, called: str, layouts: str, takes_images: bool) -> InputError:
    """The error for a folder in which no glyphs are found.

    Parameters
    ----------
    asked : Asked
    called : str
        What messages call the source.
    layouts : str
        What is allowed, in words.
    takes_images : bool
        Whether a folder of images would do.
    """
    folder = asked.folder
    here = sorted(path.name for path in folder.iterdir() if not is_litter(path.name))
    images = [name for name in here if is_image_name(name)]
    if images and takes_images:
        what = (
            f"{called} holds {counted(len(images), 'image')} side by side, and nothing says which characters they show"
        )
        return InputError(what, where=str(folder), allowed=layouts, do=_where_images_go(folder, images[0]))
    holds, do = _what_is_there(asked, here)
    return InputError(f"{called} holds no glyphs{holds}", where=asked.shown, allowed=layouts, do=do)


def _what_is_there(asked: Asked, here: Sequence[str]) -> tuple[str, str | None]:
    """What a folder holds instead of glyphs, in words that follow `no glyphs`; and what to do."""
    packed = [name for name in here if name.lower().endswith(ARCHIVE_ENDINGS + _OTHER_ARCHIVES)]
    if packed:
        return f" but an archive, {packed[0]}", _unpacked_first(asked, packed[0])
    if do := holds_instead(asked.folder):
        return "", do
    there = _in_icloud(asked.folder)
    if there:
        return f" but what is only in iCloud: {_shown(there)}", DOWNLOAD_FIRST
    empty = [name for name in here if named_character(name) is not None and (asked.folder / name).is_dir()]
    if empty:
        return f": no image lies in the {counted(len(empty), 'sub-folder')} named by characters ({_shown(empty)})", None
    return "", None


def _unpacked_first(asked: Asked, name: str) -> str:
    """What to do about an archive in a folder, or in another archive."""
    can_be_read = name.lower().endswith(ARCHIVE_ENDINGS)
    # Where an archive was unpacked to is nobody's business.
    if asked.shown != str(asked.folder):
        return (
            f"unpack it, and give {name}"
            if can_be_read
            else f"unpack it, then {name}, and give the folder with the digits"
        )
    return (
        f"give the archive itself: {asked.folder / name}"
        if can_be_read
        else f"unpack {name}, and give the folder with the digits"
    )


def holds_instead(folder: Path) -> str | None:
    """What to do about the data that a folder, or one in it, holds in another form; None if it holds none."""
    here = [name for name in _files_in(folder) if not is_litter(name)]
    below = [f"{name}/{inner}" for name in here for inner in _files_in(folder / name)]
    held = next((name for name in (*here, *below) if instead_of(name)), None)
    return None if held is None else f"{held} is {instead_of(held)}"


def instead_of(name: str) -> str | None:
    """What a file is, by its name, and what to do with it, if it holds data but is no source of glyphs.

    >>> instead_of("train.csv")
    'a table: save its images as files, each in a sub-folder named by its character'
    >>> instead_of("notes.txt")
    """
    if name.lower().endswith(_TABLES):
        return f"a table: {_AS_FILES}"
    if name.lower().endswith(_ARRAYS):
        return f"data of another program: {_AS_FILES}, or as an .npz with x_train (images) and y_train (labels)"
    return None


def is_part_of_split(name: str) -> bool:
    """Whether a file is, by its name, one of several that an archive was cut into.

    >>> is_part_of_split("digits.zip.001"), is_part_of_split("digits.zip")
    (True, False)
    """
    return _SPLIT.search(name) is not None


def in_archive(error: InputError, folder: Path, archive: Path) -> InputError:
    """An error about the folder that an archive was unpacked to, as one about the archive."""
    where, do = error.where, error.do
    if where is not None and Path(where).is_relative_to(folder):
        inside = Path(where).relative_to(folder).as_posix()
        where = str(archive) if inside == "." else f"{archive}/{inside}"
    if do is not None and str(folder) in do:
        do = f"unpack it; {do.replace(f'{folder}{os.sep}', '')}"
    return InputError(error.what, where=where, allowed=error.allowed, do=do)


def _where_images_go(folder: Path, image: str) -> str:
    """What to do about images that lie in the folder that was given."""
    if named_character(folder.name) is None:
        return f"put each image into a sub-folder named by its character, as in {folder / '7' / image}"
    beside = [path for path in folder.parent.iterdir() if len(path.name) == 1 and path.is_dir()]
    others = (
        "which holds those of other characters too" if len(beside) > 1 else "if this one is named by what they show"
    )
    return f"give the folder above it, {folder.parent}, {others}"


def _files_in(folder: Path) -> list[str]:
    """The names in a folder; none if it is no folder."""
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def _in_icloud(folder: Path) -> list[str]:
    """The files of a folder and its sub-folders that are only in iCloud, as paths from the folder."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not is_litter(name)]
        below = Path(place).relative_to(folder)
        found += [(below / name).as_posix() for name in map(name_in_icloud, files) if name is not None]
    return sorted(found)


def _shown(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_SHOWN]) + (", ..." if len(names) > _MOST_SHOWN else "")
