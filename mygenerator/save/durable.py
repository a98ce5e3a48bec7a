"""What is said to be saved is on the disk, and not only in the memory that the system writes out later.

A folder is synced in this order: the recipe before anything is made; all files that the manifest names before the
manifest; then the manifest. So after a loss of power, a folder with a manifest has all that the manifest names. A
folder without one is gone on with from its sealed shards, whose files are judged by their hashes: after a loss of power
a file can have its name and not its content.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

_NOT_SUPPORTED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP}
_MAC_FULL_SYNC = 51
"""`F_FULLFSYNC`: there, fsync alone leaves the data in the disk's own memory."""


def sync_all(folder: Path, names: Iterable[str]) -> None:
    """Wait until all files of a folder are on the disk, and the folder itself.

    Where the system can sync a whole file system at once, it does: a sync of every file would take milliseconds each.

    Parameters
    ----------
    folder : Path
    names : iterable of str
        The names of its files; used where a file system cannot be synced at once. One that is gone is passed over.

    Raises
    ------
    OSError
        If the disk refuses what was written to it.
    """
    if _is_file_system_synced(folder):
        return
    for name in names:
        with suppress(FileNotFoundError):
            sync_path(folder / name)
    sync_path(folder)


def sync_path(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk; OSError if the disk refuses."""
    try:
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except PermissionError:
        # Windows opens no folders; there, the names in them are kept by the system's journal.
        if os.name == "nt":
            return
        raise
    try:
        sync_file(opened)
    finally:
        os.close(opened)


def sync_file(opened: int) -> None:
    """Wait until an open file is on the disk; OSError if the disk refuses."""
    try:
        if sys.platform == "darwin":
            import fcntl

            with suppress(OSError):  # a file system that cannot; then fsync does what can be done
                fcntl.fcntl(opened, _MAC_FULL_SYNC)
                return
        os.fsync(opened)
    except OSError as error:
        # Some file systems, of networks above all, sync neither folders nor files that were opened to read.
        if error.errno not in _NOT_SUPPORTED | ({errno.EBADF, errno.EACCES} if os.name == "nt" else set()):
            raise


def _is_file_system_synced(folder: Path) -> bool:
    """Sync the file system of a folder; False where that cannot be done."""
    syncfs = _syncfs()
    if syncfs is None:
        return False
    opened = os.open(folder, os.O_RDONLY)
    try:
        if syncfs(opened) == 0:
            return True
        number = ctypes.get_errno()
    finally:
        os.close(opened)
    if number in _NOT_SUPPORTED:
        return False
    raise OSError(number, os.strerror(number), str(folder))


@cache
def _syncfs() -> Callable[[int], int] | None:
    """Linux's `syncfs`, which waits for all that any process has written to a file system; None elsewhere."""
    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (AttributeError, OSError, TypeError):
        return None
    function.argtypes, function.restype = [ctypes.c_int], ctypes.c_int
    return function
