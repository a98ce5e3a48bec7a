"""Two folders change places at once: a reader finds the one or the other under a name, never nothing."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

_AT_FDCWD = -100
_EXCHANGE = 2
"""`RENAME_EXCHANGE` of Linux, and `RENAME_SWAP` of macOS."""
_NOT_POSSIBLE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBUSY, errno.EXDEV, errno.EPERM}


def exchange(one: Path, other: Path) -> bool:
    """Let two folders of one file system change places; False where that cannot be done, and then nothing is changed.

    Raises
    ------
    OSError
        If the system refuses for another reason.
    """
    function = _function()
    if function is None:
        return False
    if function(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_POSSIBLE:
        return False
    raise OSError(number, os.strerror(number), str(one))


def can_exchange(folder: Path) -> bool:
    """Whether folders within a folder can change places; two empty ones are made there to see it, and removed."""
    one, other = (folder / f".exchange-{number}" for number in range(2))
    try:
        for each in (one, other):
            each.mkdir(exist_ok=True)
        return exchange(one, other)
    finally:
        for each in (one, other):
            each.rmdir()


@cache
def _function() -> Callable[[bytes, bytes], int] | None:
    """The system's call; None where there is none."""
    try:
        system = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "darwin":
            swap = system.renamex_np
            swap.argtypes = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_uint]
            return lambda one, other: swap(one, other, _EXCHANGE)
        rename = system.renameat2
        rename.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
        return lambda one, other: rename(_AT_FDCWD, one, _AT_FDCWD, other, _EXCHANGE)
    except (AttributeError, OSError, TypeError):
        return None
