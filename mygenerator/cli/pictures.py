"""Pictures that commands draw for people: where they can go, and how they are written."""

from __future__ import annotations

import os
from pathlib import Path

from mygenerator.errors import InputError


def check_picture(target: Path, data_set: Path | None) -> None:
    """Raise InputError if a picture cannot go there: not a .png, no such folder, or a data set's own folder."""
    folder = Path(os.path.abspath(target)).parent
    if target.suffix.lower() != ".png":
        raise InputError(f"the picture's extension is {target.suffix!r}", where=str(target), allowed=".png")
    if data_set is not None and folder == Path(os.path.abspath(data_set)):
        raise InputError(
            "a picture inside the folder would be taken for one of its images",
            where=str(target),
            do="write it somewhere else; by default a sheet goes next to the folder",
        )
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))


def write_picture(target: Path, data: bytes) -> None:
    """Write a picture in one piece."""
    from mygenerator.files import write_atomically

    try:
        write_atomically(target, data)
    except OSError as error:
        raise InputError(f"the picture cannot be written: {error.strerror}", where=str(target)) from None
