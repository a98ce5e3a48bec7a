"""The other end of `processes.py`: a process that makes the shards that it is handed, until its pipe ends."""

from __future__ import annotations

import os
import pickle
import queue
import sys
import threading
import traceback
from typing import Any, BinaryIO

from mygenerator.errors import MyGeneratorError


def main() -> None:
    """Read a task and then shards from standard input; answer on standard output."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What user code prints must not run into the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        task = pickle.load(sys.stdin.buffer)
    except Exception as error:
        _answer(answers, "refused", f"{type(error).__name__}: {error}")
        return
    shards: queue.SimpleQueue[int] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(shards,), daemon=True).start()
    _answer(answers, "ready", None)
    while True:
        shard = shards.get()
        try:
            _answer(answers, "done", task(shard))
        except Exception as error:
            _answer(answers, "error", _portable(error))
            return


def _listen(shards: queue.SimpleQueue[int]) -> None:
    """Pass shards on; where the parent is gone, end at once, in the middle of whatever is being made."""
    try:
        while True:
            shards.put(pickle.load(sys.stdin.buffer))
    except EOFError:
        os._exit(0)


def _answer(answers: BinaryIO, kind: str, value: Any) -> None:
    answers.write(pickle.dumps((kind, value)))
    answers.flush()


def _portable(error: Exception) -> Exception:
    """The error as the parent can read it: ours as they are, the system's too, others as a text with their traceback."""
    if isinstance(error, MyGeneratorError | OSError):
        return error
    text = "".join(traceback.format_exception(error))
    return RuntimeError(f"in a worker process: {type(error).__name__}: {error}\n{text}")
