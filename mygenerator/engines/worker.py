"""The other end of `processes.py`: a process that makes the shards that it is given, until its pipe ends."""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO

from mygenerator.streams import fill_missing_streams

GREETING = b"a worker of mygenerator is here\n"
"""Our first line on standard output; whatever the interpreter prints while it starts comes before it."""


_PARENT_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG`, of Linux."""


def main() -> None:
    """Read a task and then shards from standard input; answer on standard output."""
    _end_with_parent()
    # The parent can be without standard error: then the next file that is opened would take its place.
    fill_missing_streams()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What user code prints must not run into the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        _work(answers)
    finally:
        # At once: an orderly end would wait for the thread that reads standard input, and abort.
        sys.stderr.flush()
        os._exit(1)


def _end_with_parent() -> None:
    """Have the system end this process when its parent ends, where it can: one that is stopped reads no pipe."""
    if sys.platform == "linux":
        with suppress(AttributeError, OSError, TypeError):
            ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _work(answers: BinaryIO) -> None:
    # What there is to warn of, the parent has said.
    logging.getLogger("mygenerator").addHandler(logging.NullHandler())
    answers.write(b"\n" + GREETING)
    try:
        task = pickle.load(sys.stdin.buffer)
    # A user's own class can raise anything when it is rebuilt, and so can its module when it is imported.
    except Exception as error:  # pylint: disable=broad-exception-caught
        _answer(answers, "refused", f"{type(error).__name__}: {error}")
        return
    next_shard = _listening()
    _answer(answers, "ready", None)
    while True:
        shard = next_shard()
        try:
            result = task(shard)
        # The parent raises every error of the task.
        except Exception as error:  # pylint: disable=broad-exception-caught
            _answer(answers, "error", "".join(traceback.format_exception(error)))
            answers.write(_pickled(error))
            answers.flush()
            return
        _answer(answers, "done", result)


def _listening() -> Callable[[], int]:
    """A function that waits for the next shard, while a thread looks whether the parent is still there."""
    shards: queue.SimpleQueue[int] = queue.SimpleQueue()
    try:
        threading.Thread(target=_listen, args=(shards,), daemon=True).start()
    except RuntimeError:
        # The system allows no more threads. If the parent ends, that is only seen after the shard.
        return lambda: pickle.load(sys.stdin.buffer)
    return shards.get


def _listen(shards: queue.SimpleQueue[int]) -> None:
    """Pass shards on; if the parent is gone, end at once, in the middle of whatever is being made."""
    try:
        while True:
            shards.put(pickle.load(sys.stdin.buffer))
    finally:
        os._exit(0)


def _answer(answers: BinaryIO, kind: str, value: Any) -> None:
    answers.write(pickle.dumps((kind, value)))
    answers.flush()


def _pickled(error: Exception) -> bytes:
    try:
        return pickle.dumps(error)
    # A user's own exception can raise anything when it is pickled.
    except Exception:  # pylint: disable=broad-exception-caught
        return pickle.dumps(None)
