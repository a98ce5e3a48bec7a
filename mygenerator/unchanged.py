"""What was read from files, kept in this process for as long as none of the files changes.

A call in a loop asks the system for the state of its files, which takes microseconds, and reads none of them again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
State = tuple[int, int, int, int]

TICK_NS = 12_000_000
"""Longer than one step of the clock of local file systems, which is 1 to 10 ms."""
_MOST = 16


def state_of(facts: os.stat_result) -> State:
    """Size, modification time, inode and change time of a file: a change of its content changes one of them.

    Programs can set the modification time back, and a corrected file often has the same size. The change time is set by
    the system alone. Where a file system gives new inodes with every mount, a file counts as changed after each.
    """
    return facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_ctime_ns


def states_of(paths: Sequence[str | os.PathLike], folders: bool = False) -> tuple[State, ...] | None:
    """The states of files; None if one cannot be found, or is no file, so that nothing says when it changes.

    With `folders`, folders have a state too, which changes when something is put into them or taken out.
    """
    states = []
    try:
        for path in paths:
            facts = os.stat(path)
            if not (stat.S_ISREG(facts.st_mode) or (folders and stat.S_ISDIR(facts.st_mode))):
                return None
            states.append(state_of(facts))
    except (OSError, ValueError):
        return None
    return tuple(states)


def file_clock() -> int:
    """The time that a file would get that was changed now: that of a new pipe, for which nothing is written."""
    ends = os.pipe()
    try:
        return os.fstat(ends[0]).st_ctime_ns
    finally:
        for end in ends:
            os.close(end)


class Unchanged(Generic[T]):
    """The latest results of reading files, each with the states that the files had before they were read.

    Examples
    --------
    >>> read = Unchanged()
    >>> read.get("settings", [__file__]) is None
    True
    """

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[tuple[State, ...], T]] = {}

    def get(self, key: Hashable, paths: Sequence[str | os.PathLike], folders: bool = False) -> T | None:
        """What was kept under the key, if the files are as they were then; None if not."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and kept[0] == states_of(paths, folders) else None

    def keep(self, key: Hashable, states: tuple[State, ...] | None, value: T) -> None:
        """Keep a value that was read from files.

        Parameters
        ----------
        key : hashable
        states : tuple of State or None
            What `states_of` gave before the files were read. None keeps nothing. Nor is anything kept if a file was
            changed in this tick of the clock: were it changed again in the same tick, its state would be the same.
        value : object
            Whoever gets it must not change it.
        """
        if states is None or (states and file_clock() - max(state[-1] for state in states) < TICK_NS):
            return
        if len(self._kept) >= _MOST and key not in self._kept:
            self._kept.clear()
        self._kept[key] = states, value

    def forget(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()
