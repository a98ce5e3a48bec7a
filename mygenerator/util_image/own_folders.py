"""Which folders hold what this package saved: such a folder is no label of an `images:` folder and no character.

The names of the files that say so; the rooms that write them take the names from here.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from mygenerator.errors import InputError
from mygenerator.files import open_file

RECIPE_NAME = "recipe.json"
MANIFEST_NAME = "manifest.json"
META_NAME = "meta.csv"

_MARKS = {RECIPE_NAME: b'"recipe_version"', MANIFEST_NAME: b'"shards": [', META_NAME: b"file_name,label"}
"""What the beginning of each file holds: people have files of these names too."""
_LOOK_BYTES = 4096


def check_not_saved(folder: str | Path, names: set[str]) -> None:
    """Raise InputError if a folder, which holds files of these names, is a data set that was saved, or begun."""
    for name, mark in _MARKS.items():
        if name not in names:
            continue
        with suppress(OSError), open_file(Path(folder) / name) as file:
            if mark in file.read(_LOOK_BYTES):
                raise InputError(
                    f"this folder holds images that mygenerator saved (it has their {name}), so its name is not taken "
                    "for what they show",
                    where=str(folder),
                    do="move it elsewhere, or hide it with a leading dot; to use its images, give its meta.csv as a "
                    "table, or remove the file",
                )
