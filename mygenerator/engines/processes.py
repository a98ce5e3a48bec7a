"""The engine for large jobs: worker processes that take shards, write and seal them, and answer with a few bytes.

Workers are plain child processes that get the task through a pipe: they do not run the user's script again, no lock or
shared memory can be left behind, and a worker ends when its pipe does.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import Counter, deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from types import FunctionType
from typing import IO, Any

from mygenerator.engines.base import Engine
from mygenerator.engines.serial import SerialEngine
from mygenerator.engines.worker import GREETING
from mygenerator.errors import InputError, SaveError, counted
from mygenerator.logs import logw

_MOST_DEATHS = 3
_LAST_WORDS_S = 5.0
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
)
"""When libraries are imported, these say how many threads to use: one, because workers already use every processor."""


class ProcessEngine(Engine):
    """Runs shards in `workers` processes.

    A worker that dies is replaced and its shard is made again. If a third worker dies of the same shard, the run ends.
    Where no worker can begin (the system starts no process or thread, or Python is part of another program), this
    process does the work, with a warning.

    Parameters
    ----------
    workers : int
    fall_back : bool
        Whether a task that cannot be handed to another process (a function of an interactive session) is run in this
        one, with a warning, instead of raising an error.
    """

    def __init__(self, workers: int, fall_back: bool = False):
        self.workers, self.fall_back = workers, fall_back

    def run(self, task: Callable[[int], int], shards: Sequence[int]) -> Generator[int, None, None]:
        try:
            payload = _pickled(task)
        # A user's own class can raise anything when it is pickled.
        except Exception as error:  # pylint: disable=broad-exception-caught
            yield from self._alone(f"{type(error).__name__}: {error}", task, shards)
            return
        team = _Team(payload, self.workers, shards)
        try:
            yield from team.results()
        except _RefusedError as refusal:
            team.end()
            yield from self._alone(str(refusal), task, team.left)
        except _NoWorkerError as reason:
            team.end()
            logw(f"this process does the work, because no other can: {reason}")
            yield from SerialEngine().run(task, team.left)
        finally:
            team.end()

    def _alone(self, why: str, task: Callable[[int], int], shards: Sequence[int]) -> Generator[int, None, None]:
        """The whole run in this process, or the error that says why it cannot go to others."""
        if not self.fall_back:
            raise InputError(
                f"this data set cannot be handed to worker processes: {why}",
                do="use workers=1, or define your functions and classes in a module that can be imported",
            )
        logw(f"one process is used, because the data set cannot be handed to others: {why}")
        yield from SerialEngine().run(task, shards)


class _Pickler(pickle.Pickler):
    """Refuses at once what is defined in the user's script, which workers do not run."""

    def reducer_override(self, obj: Any, /) -> Any:
        """Refuse a class or function of the script; everything else is pickled as usual."""
        if isinstance(obj, type | FunctionType) and obj.__module__ == "__main__":
            raise pickle.PicklingError(f"{obj.__qualname__} is defined in the script itself, which workers do not run")
        return NotImplemented


def _pickled(task: object) -> bytes:
    payload = io.BytesIO()
    _Pickler(payload).dump(task)
    return payload.getvalue()


class _RefusedError(Exception):
    """A worker could not read the task."""


class _NoWorkerError(Exception):
    """There is no worker, and none can begin."""


class _Team:
    """The workers of one run, the shards that wait for one, and how many workers have died of each shard."""

    def __init__(self, payload: bytes, size: int, shards: Sequence[int]):
        self._payload, self._size = payload, size
        self._waiting = deque(shards)
        self._undone = dict.fromkeys(shards)
        self._deaths: Counter[int | None] = Counter()
        self._workers: list[_Worker] = []
        self._answers: queue.SimpleQueue[tuple[_Worker, str, Any]] = queue.SimpleQueue()

    @property
    def left(self) -> list[int]:
        """The shards that are not done."""
        return list(self._undone)

    def results(self) -> Generator[int, None, None]:
        """The result of each shard as it comes."""
        while self._undone:
            self._fill()
            worker, answer, value = self._answers.get()
            if answer == "refused":
                raise _RefusedError(value)
            if answer == "error":
                raise value
            if answer == "died":
                self._bury(worker)
            else:
                worker.ready = True
            if answer == "done" and worker.shard is not None:
                del self._undone[worker.shard]
                worker.shard = None
            self._hand_out()
            if answer == "done":
                yield value

    def end(self) -> None:
        """End all workers now."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _fill(self) -> None:
        """Start the workers that are missing, as many as the system allows; _NoWorkerError if it allows none."""
        while len(self._workers) < min(self._size, len(self._undone)):
            try:
                self._workers.append(_Worker(self._payload, self._answers))
            except _NoWorkerError as reason:
                if not self._workers:
                    raise
                logw(f"{counted(len(self._workers), 'worker')} of {self._size} can be started: {reason}")
                self._size = len(self._workers)

    def _hand_out(self) -> None:
        for worker in self._workers:
            if self._waiting and worker.ready and worker.shard is None:
                worker.take(self._waiting.popleft())

    def _bury(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        how = worker.last_words()
        self._deaths[worker.shard] += 1
        if self._deaths[worker.shard] >= _MOST_DEATHS:
            if worker.shard is None:
                # Those that did begin go on.
                self._size = len(self._workers)
                if self._workers:
                    return
                raise _NoWorkerError(f"{_MOST_DEATHS} processes ended before they could begin (the last with {how})")
            raise SaveError(
                f"{_MOST_DEATHS} worker processes ended while making shard {worker.shard} (the last with {how})",
                do="look for its message above, or for too little memory; workers=1 shows the error itself",
            )
        if worker.shard is not None:
            self._waiting.appendleft(worker.shard)


class _Worker:
    """One child process, and the thread that listens to it."""

    def __init__(self, payload: bytes, answers: queue.SimpleQueue):
        # The paths go on the command line: they are needed before this package can be imported.
        code = f"import sys; sys.path[:] = {sys.path!r}; from mygenerator.engines.worker import main; main()"
        try:
            # `end` ends it: it lives longer than any block here.
            self._process = subprocess.Popen(  # pylint: disable=consider-using-with
                [*_interpreter(), "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
                # Ctrl-C is for the parent alone; the workers end with it.
                start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except (OSError, ValueError) as error:
            raise _NoWorkerError(f"no process can be started ({error})") from error
        self.shard: int | None = None
        self.ready = False
        self._payload = payload
        self._answers = answers
        self._listener = threading.Thread(target=self._listen, daemon=True)
        try:
            self._listener.start()
        except RuntimeError as error:
            self._process.kill()
            self._process.wait()
            self._close_pipes()
            raise _NoWorkerError(f"no thread can be started ({error})") from error

    @property
    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout

    def take(self, shard: int) -> None:
        """Hand the worker a shard."""
        self.shard = shard
        self._send(pickle.dumps(shard))

    def _send(self, data: bytes) -> None:
        # If it has died, its listener says so.
        with suppress(OSError):
            self._pipes[0].write(data)
            self._pipes[0].flush()

    def _listen(self) -> None:
        """Pass on what the worker answers; if its pipe ends, or holds something that is not an answer, it has died."""
        self._send(self._payload)
        try:
            while self._pipes[1].readline() not in (GREETING, b""):
                # Something printed a line while the interpreter started, for example a sitecustomize module.
                pass
            while True:
                answer, value = pickle.load(self._process.stdout)  # type: ignore[arg-type]
                self._answers.put((self, answer, self._error(value) if answer == "error" else value))
        # Nothing may end this thread without a word: the run would wait for ever.
        except Exception:  # pylint: disable=broad-exception-caught
            self._answers.put((self, "died", None))

    def _error(self, text: str) -> Exception:
        """The task's own error, which follows its traceback's text; a RuntimeError if it cannot be rebuilt here."""
        try:
            error = pickle.load(self._process.stdout)  # type: ignore[arg-type]
            error.add_note(f"In a worker process:\n{text}")
        # A user's own exception can raise anything when it is rebuilt.
        except Exception:  # pylint: disable=broad-exception-caught
            return RuntimeError(f"in a worker process: {text}")
        return error

    def last_words(self) -> str:
        """How this process ended; if it runs but no longer answers, it is ended now."""
        # Its pipe can close a moment before the system knows how it ended.
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS_S)
        self.end()
        code = self._process.returncode
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    def end(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in self._pipes:
            # Closing sends what is left in the buffer, and nobody reads it.
            with suppress(OSError):
                pipe.close()


def _interpreter() -> list[str]:
    """The command of this Python with the options that decide what it can import and how it writes names of files.

    Raises
    ------
    _NoWorkerError
        If the program is not Python, but has it inside.
    """
    # A frozen program would run itself again instead of our code, and so on without end.
    if not sys.executable or getattr(sys, "frozen", False):
        raise _NoWorkerError("the program that runs is not Python itself, but has it inside")
    flags = sys.flags
    options = {"-I": flags.isolated, "-E": flags.ignore_environment and not flags.isolated, "-S": flags.no_site}
    return [sys.executable, *(name for name, given in options.items() if given), "-X", f"utf8={flags.utf8_mode}"]
