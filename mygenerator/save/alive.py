"""Whether a run that writes somewhere still lives, wherever it runs.

A run locks a file for as long as it lives; the system gives the lock up when the process ends, whatever number it has
in whatever container. Between hosts, and on file systems without locks, the time of the file tells: a run sets it again
and again.
"""

from __future__ import annotations

import json
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from mygenerator.files import open_file
from mygenerator.hosts import this_boot

ALIVE_NAME = "alive"
"""The file in the corner of a run that says that the run lives."""
_BEAT_S = 20.0
_SILENT_S = 300.0
"""After so long without a beat, a run on another host counts as dead: its host can be busy, and the disk slow."""
_MOST_BYTES = 4096


class SignOfLife:
    """Says that this process is at work in a corner, until it is closed or the process ends.

    Raises
    ------
    OSError
        If the file cannot be written.
    """

    def __init__(self, corner: Path):
        import platform

        path, unlocked = corner / ALIVE_NAME, corner / f"{ALIVE_NAME}.new"
        said = {
            "process": os.getpid(),
            "host": platform.node(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
            "boot": this_boot(),
        }
        unlocked.write_text(json.dumps(said), encoding="utf-8")
        # Windows renames no file that is open; there is no lock there either.
        self._file = None if os.name == "nt" else open(unlocked, "r+b")  # noqa: SIM115  # pylint: disable=consider-using-with
        if self._file is not None:
            _lock(self._file.fileno())
        # Whoever finds it finds it locked.
        os.replace(unlocked, path)
        self._ended = threading.Event()
        # Where no thread can be started, the lock alone speaks for the run.
        with suppress(RuntimeError):
            threading.Thread(target=_beat, args=(path, self._ended), name="sign of life", daemon=True).start()

    def close(self) -> None:
        """Say so no longer."""
        self._ended.set()
        if self._file is not None:
            self._file.close()


def _beat(path: Path, ended: threading.Event) -> None:
    while not ended.wait(_BEAT_S):
        with suppress(OSError):
            os.utime(path)


def is_alive(corner: Path, now: float) -> bool | None:
    """Whether the run in a corner lives; None if it never said so, or is gone by now.

    Parameters
    ----------
    corner : Path
    now : float
        The time by the clock of the disk.
    """
    try:
        with open(corner / ALIVE_NAME, "r+b") as file:
            is_locked = _is_locked(file.fileno())
            beat = os.fstat(file.fileno()).st_mtime
    except OSError:
        return None
    if is_locked is False and who_is(corner).get("boot") == this_boot() != "":
        return False
    return is_locked is True or now - beat < _SILENT_S


def who_is(corner: Path) -> dict[str, Any]:
    """What the run in a corner says of itself: process, host, since, boot; empty if it says nothing."""
    try:
        with open_file(corner / ALIVE_NAME) as file:
            said = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _lock(file: int) -> None:
    """Lock an open file, where that can be done; those who ask whether it is locked hold it for a moment only."""
    with suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX)


def _is_locked(file: int) -> bool | None:
    """Whether a run holds the lock of a file that is open here too; None where nothing can be locked."""
    try:
        import fcntl

        # Shared, so that two that ask at once do not take each other for a run.
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):
        return None
    return False
