"""How files appear in the output folder whole: written in a run's hidden corner of it, then renamed into place.

Every write of a save goes through here, and the error is made here if the disk refuses one.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from mygenerator.errors import SaveError
from mygenerator.hosts import this_host
from mygenerator.save.alive import ALIVE_NAME, SignOfLife, is_alive
from mygenerator.save.durable import sync_file, sync_path

CORNER_PREFIX = ".attempt-"
"""How the name of every corner begins."""

_ATTEMPT = re.compile(re.escape(CORNER_PREFIX) + r"(?P<host>[0-9a-f]{8})-(?P<pid>\d{1,9})-\d+")
_FOREIGN_ATTEMPT_S = 3600
_WRITES = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_NO_ROOM = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}

_attempt_numbers = count()
_temporary_numbers = count()
_live_attempts: set[str] = set()


class Corner:
    """One run's hidden corner of the folder, where files are written before they are renamed into place.

    Several processes of one run share it, on one host or several. Its name holds the host and the process, so that the
    next run can remove what a dead one left, and only that.
    """

    def __init__(self, path: Path):
        self.path = path
        # One name serves all files that are written one after the other; made once, because there are many.
        self._next = os.fspath(self.temporary())

    def move_to(self, folder: Path) -> None:
        """Follow the folder that it is in, which is now called `folder`."""
        self.path = folder / self.path.name
        self._next = os.fspath(self.temporary())

    def write(self, target: str | Path, data: bytes, sync: bool = False) -> None:
        """Write a file whole: a reader finds all of `data` under `target`, or what was there before.

        With `sync`, that is so after a loss of power too, and when this returns, `data` is on the disk.

        Raises
        ------
        SaveError
            If the system refuses; the error names `target`.
        """
        try:
            write_bytes(self._next, data, sync)
            os.replace(self._next, target)
            if sync:
                sync_path(Path(target).parent)
        except OSError as error:
            raise write_error(error, target) from error

    def create(self, target: Path, data: bytes, sync: bool = False) -> bool:
        """Like `write`, but only if there is nothing under `target`; returns whether it was written."""
        try:
            write_bytes(self._next, data, sync)
            is_new = _link_new(self._next, target)
            if sync:
                sync_path(target.parent)
            return is_new
        except OSError as error:
            raise write_error(error, target) from error

    def now(self) -> float:
        """The time by the clock of the disk, which other hosts share."""
        path = self.path / ALIVE_NAME
        with save_errors(path):
            os.utime(path)
            return path.stat().st_mtime

    def temporary(self) -> Path:
        """A new name in the corner, for this process alone and one of its threads: an engine can have several."""
        return self.path / f"{this_host()}-{os.getpid()}-{next(_temporary_numbers)}"


@contextmanager
def attempt(folder: Path, rescue: Callable[[Path, Corner], None] | None = None) -> Iterator[Corner]:
    """A corner for one run in `folder`, gone when the run ends; what dead runs left there is removed first.

    Before the corner of a dead run is removed, `rescue` is called with it and the new one.
    """
    # Named before it is made: a thread that sweeps meanwhile has to know that it is alive.
    name = f"{CORNER_PREFIX}{this_host()}-{os.getpid()}-{next(_attempt_numbers)}"
    _live_attempts.add(name)
    path, sign = folder / name, None
    corner = Corner(path)
    try:
        with save_errors(folder):
            # A dead process of the same number might have left it, and the system might have refused to remove it.
            shutil.rmtree(path, ignore_errors=True)
            path.mkdir()
            # Age is judged by the clock of the disk, which other hosts share.
            _sweep(folder, path.stat().st_mtime, rescue and (lambda ended: rescue(ended, corner)))
            sign = SignOfLife(path)
        yield corner
    finally:
        if sign is not None:
            sign.close()
        shutil.rmtree(corner.path, ignore_errors=True)
        _live_attempts.discard(name)


@contextmanager
def save_errors(where: Path) -> Iterator[None]:
    """Turn the system's errors in writing to `where` into SaveErrors."""
    try:
        yield
    except OSError as error:
        raise write_error(error, where) from error


def write_error(error: OSError, where: str | Path) -> SaveError:
    """What to tell a user whose file `where` could not be written."""
    first = "make room on that disk; " if error.errno in _NO_ROOM else ""
    return SaveError(
        f"writing failed: {error.strerror or error}",
        where=str(where),
        do=f"{first}what is finished stays, and the same call goes on from there",
    )


def write_bytes(name: str, data: bytes, sync: bool = False) -> None:
    """Write a file, new or not, without any of Python's buffers in between; `sync` waits until it is on the disk."""
    file = os.open(name, _WRITES, 0o666)
    try:
        written = os.write(file, data)
        while written < len(data):
            written += os.write(file, memoryview(data)[written:])
        if sync:
            sync_file(file)
    finally:
        os.close(file)


def _link_new(temporary: str, target: Path) -> bool:
    """Give a finished file its final name, unless that name is taken; returns whether it was free."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: claim the name first, then fill it at once.
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        os.replace(temporary, target)
    else:
        os.unlink(temporary)
    return True


def _sweep(folder: Path, now: float, rescue: Callable[[Path], None] | None) -> None:
    """Remove the corners of dead attempts: those of processes that are gone from this host, or long untouched."""
    for name in os.listdir(folder):
        match = _ATTEMPT.fullmatch(name)
        if match is not None and name not in _live_attempts and _is_dead(folder / name, match, now):
            if rescue is not None:
                rescue(folder / name)
            shutil.rmtree(folder / name, ignore_errors=True)


def _is_dead(path: Path, match: re.Match[str], now: float) -> bool:
    if (lives := is_alive(path, now)) is not None:
        return not lives
    # Of an earlier release, or just being made. On Windows, the signal that shows whether a process runs would end
    # it, so age decides there.
    if match["host"] == this_host() and os.name != "nt":
        return int(match["pid"]) == os.getpid() or not _is_running(int(match["pid"]))
    try:
        return now - path.stat().st_mtime > _FOREIGN_ATTEMPT_S
    except FileNotFoundError:
        return False


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
