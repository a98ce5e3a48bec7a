"""The home folder, reading and writing files in one piece, and what systems leave behind in folders."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

from mygenerator.errors import InputError

_READS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
"""Without waiting: opening a pipe that nobody writes to would never end."""

_LEFT_BEHIND = frozenset(
    (
        # Windows
        *("thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini"),
        *("$recycle.bin", "system volume information"),
        # macOS; on other systems the carriage return at the end of Icon can become another character
        *("__macosx", "icon\r", "icon\uf00d", "network trash folder", "temporary items"),
        # NAS boxes
        *("@eadir", "@tmp", "@recycle", "@recently-snapshot", "#recycle", "#snapshot", "~snapshot"),
        # file systems
        *("lost+found", "found.000"),
    )
)


def is_litter(name: str) -> bool:
    """Whether a file or folder of that name is hidden, or was left behind by a system and belongs to no data.

    This is the only list of what is passed over without a word, wherever the package lists a folder or an archive.

    Parameters
    ----------
    name : str
        The last part of a path. Upper and lower case are the same.

    Examples
    --------
    >>> [name for name in ("7", "#", "._7.png", "Thumbs.db", "@eaDir", "7.png") if is_litter(name)]
    ['._7.png', 'Thumbs.db', '@eaDir']
    """
    return name.startswith(".") or name.casefold() in _LEFT_BEHIND


def read_file(path: str | os.PathLike) -> bytes:
    """The bytes of a file.

    Raises
    ------
    OSError
        If it cannot be read; `strerror` says why. A folder, a pipe, a socket or a device is not read: it might never
        end.
    ValueError
        If no file can have this name.
    """
    file = os.open(path, _READS)
    try:
        facts = os.fstat(file)
        if stat.S_ISDIR(facts.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(errno.EINVAL, "it is a pipe, a socket or a device, not a file")
        # One more than expected, to see that the file ends there.
        data = os.read(file, facts.st_size + 1)
        if len(data) != facts.st_size:
            with open(file, "rb", closefd=False) as rest:
                data += rest.read()
        return data
    finally:
        os.close(file)


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
