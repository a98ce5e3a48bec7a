"""The engine of large jobs: worker processes that take shards, write and seal them, and answer with a few bytes.

Workers are plain child processes that are handed the task through a pipe: the user's script is not run again in them,
no lock or shared memory can be left behind, and the end of the pipe is the end of the worker.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from mygenerator.engines.base import Engine
from mygenerator.engines.serial import SerialEngine
from mygenerator.errors import InputError, MyGeneratorError, SaveError
from mygenerator.utils import logw

_MOST_DEATHS = 3
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ProcessEngine(Engine):
    """Runs shards in `workers` processes.

    A worker that dies is replaced and its shard made again; a shard that its third worker dies of ends the run.

    Parameters
    ----------
    workers : int
    fall_back : bool
        Whether a task that cannot be handed to another process (a function of an interactive session) is run in this
        one, with a warning, in place of an error.
    """

    def __init__(self, workers: int, fall_back: bool = False):
        self.workers, self.fall_back = workers, fall_back

    def run(self, task: Callable[[int], int], shards: Sequence[int]) -> Iterator[int]:
        try:
            payload = pickle.dumps(task)
        except Exception as error:
            yield from self._alone(f"it cannot be pickled ({error})", task, shards)
            return
        waiting, deaths = deque(shards), dict.fromkeys(shards, 0)
        answers: queue.SimpleQueue[tuple[_Worker, str, Any]] = queue.SimpleQueue()
        team = [_Worker(payload, answers) for _ in range(min(self.workers, len(shards)))]
        left = len(shards)
        try:
            while left:
                worker, answer, value = answers.get()
                if answer == "done":
                    left -= 1
                    yield value
                elif answer == "refused":
                    # No worker can have begun: all were handed the same bytes.
                    _end(team)
                    yield from self._alone(value, task, shards)
                    return
                elif answer == "error":
                    raise value
                elif answer == "died":
                    team.remove(worker)
                    if worker.shard is not None:
                        deaths[worker.shard] += 1
                        if deaths[worker.shard] >= _MOST_DEATHS:
                            raise _gave_up(worker)
                        waiting.append(worker.shard)
                    elif not worker.ready:
                        raise _gave_up(worker)
                    team.append(_Worker(payload, answers))
                if answer in ("ready", "done"):
                    worker.take(waiting.popleft() if waiting else None)
        finally:
            _end(team)

    def _alone(self, why: str, task: Callable[[int], int], shards: Sequence[int]) -> Iterator[int]:
        """The whole run in this process, or the error that says why it cannot go to others."""
        if not self.fall_back:
            raise InputError(
                f"this data set cannot be handed to worker processes: {why}",
                do="use workers=1, or define your functions and classes in a module that can be imported",
            )
        logw(f"one process is used, because the data set cannot be handed to others: {why}")
        yield from SerialEngine().run(task, shards)


class _Worker:
    """One child process, and the thread that listens to it."""

    def __init__(self, payload: bytes, answers: queue.SimpleQueue):
        # The paths go by the command line: they are needed before anything of ours can be imported.
        code = f"import sys; sys.path[:] = {sys.path!r}; from mygenerator.engines.worker import main; main()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **dict.fromkeys(_ONE_THREAD, "1")},
            # Ctrl-C is for the parent alone; the workers end with it.
            start_new_session=True,
        )
        self.shard: int | None = None
        self.ready = False
        self._payload = payload
        self._answers = answers
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def take(self, shard: int | None) -> None:
        """Hand the worker a shard; None: there is no more."""
        self.shard = shard
        if shard is not None:
            self._send(pickle.dumps(shard))

    def _send(self, data: bytes) -> None:
        try:
            self._process.stdin.write(data)  # type: ignore[union-attr]
            self._process.stdin.flush()  # type: ignore[union-attr]
        except OSError:
            # It died; its listener says so.
            pass

    def _listen(self) -> None:
        self._send(self._payload)
        try:
            while True:
                answer, value = pickle.load(self._process.stdout)  # type: ignore[arg-type]
                self.ready = True
                self._answers.put((self, answer, value))
        except (EOFError, OSError, pickle.UnpicklingError):
            self._answers.put((self, "died", None))

    def status(self) -> str:
        """How the process ended."""
        code = self._process.wait()
        return f"signal {-code}" if code < 0 else f"exit status {code}"

    def end(self) -> None:
        """End the process now."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()  # type: ignore[union-attr]
            except OSError:
                pass


def _gave_up(worker: _Worker) -> MyGeneratorError:
    what = "at its start" if worker.shard is None else f"{_MOST_DEATHS} times while making shard {worker.shard}"
    return SaveError(
        f"a worker process ended {what} (the last with {worker.status()})",
        do="look for its message above, or for too little memory; workers=1 shows the error itself",
    )


def _end(team: list[_Worker]) -> None:
    for worker in team:
        worker.end()
