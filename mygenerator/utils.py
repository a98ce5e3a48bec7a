"""Small things that every layer needs: talking through the log, the home folder, writing a file whole.

Stands at the bottom of the package beside errors.py; imports nothing above that.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

from mygenerator.errors import InputError

_logger = logging.getLogger("mygenerator")
# A library says nothing until the application (here: the commands) gives the logger a handler.
_logger.addHandler(logging.NullHandler())


def log(message: object) -> None:
    """Log what a user may want to know, at level INFO of the logger "mygenerator"."""
    _logger.info("%s", message, stacklevel=2)


def log2(message: object) -> None:
    """Log what helps to find a fault, at level DEBUG of the logger "mygenerator"."""
    _logger.debug("%s", message, stacklevel=2)


def logw(message: object) -> None:
    """Log what a user should look at, at level WARNING of the logger "mygenerator"."""
    _logger.warning("%s", message, stacklevel=2)


def home_folder() -> Path:
    """The folder of configuration and cache: `MYGENERATOR_HOME`, or `~/.mygenerator` where that is not set.

    Returns
    -------
    Path
        Absolute; the folder need not exist.

    Raises
    ------
    InputError
        Where the variable is not set and the system knows no home folder either.
    """
    try:
        return Path(os.environ.get("MYGENERATOR_HOME") or "~/.mygenerator").expanduser().absolute()
    except RuntimeError as error:
        raise InputError("there is no home folder", do="set MYGENERATOR_HOME to a folder") from error


def temporary_beside(path: Path) -> Path:
    """A free name beside `path`, hidden by a leading dot, that no other process or thread takes."""
    attempt = f"{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}"
    return path.with_name(f".{path.name}.{attempt}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader finds the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        In a folder that exists; a file of that name is replaced.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        Where the folder cannot be written or is full; nothing is left behind then.
    """
    temporary = temporary_beside(path)
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
