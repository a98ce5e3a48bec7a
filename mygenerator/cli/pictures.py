"""Pictures that commands draw for people: where they may go, and how they are written."""

from __future__ import annotations

import os
from pathlib import Path

from mygenerator.errors import InputError


def check_picture(target: Path, data_set: Path | None) -> None:
    """Raise InputError where a picture for people cannot go: no PNG, no such folder, or a data set's own folder."""
    folder = Path(os.path.abspath(target)).parent
    if target.suffix.lower() != ".png":
        raise InputError(f"a picture with the ending {target.suffix!r}", where=str(target), allowed=".png")
    if data_set is not None and folder == Path(os.path.abspath(data_set)):
        raise InputError(
            "a picture inside the folder would be taken for one of its images",
            where=str(target),
            do="write it somewhere else; a sheet lies beside the folder where you name no file",
        )
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))


def write_picture(target: Path, data: bytes) -> None:
    """Write a picture whole."""
    from mygenerator.files import write_atomically

    try:
        write_atomically(target, data)
    except OSError as error:
        raise InputError(f"the picture cannot be written: {error.strerror}", where=str(target)) from None
