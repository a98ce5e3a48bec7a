"""The home folder, and writing files in one piece."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

from mygenerator.errors import InputError


def home_folder() -> Path:
    """The folder of the configuration and the cache: `MYGENERATOR_HOME`, or `~/.mygenerator` if that is not set.

    Returns
    -------
    Path
        Absolute; the folder need not exist.

    Raises
    ------
    InputError
        If the variable is not set and the system does not know the user's home folder either.
    """
    try:
        return Path(os.environ.get("MYGENERATOR_HOME") or "~/.mygenerator").expanduser().absolute()
    except RuntimeError as error:
        raise InputError("there is no home folder", do="set MYGENERATOR_HOME to a folder") from error


def temporary_beside(path: Path) -> Path:
    """A free name next to `path`, hidden by a leading dot, that no other process or thread uses."""
    attempt = f"{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}"
    return path.with_name(f".{path.name}.{attempt}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader finds the old file or the new one, never part of one.

    Parameters
    ----------
    path : Path
        The folder must exist; a file of that name is replaced.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        If the folder cannot be written or is full; nothing is left behind.
    """
    temporary = temporary_beside(path)
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
