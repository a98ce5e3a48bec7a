"""Whole processes: how long they take, and the peak memory of them and all their children."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.setting import SkipError

ROOT = Path(__file__).resolve().parent.parent
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""Limits the thread pools of libraries to one thread; some heed it only if it is set before they are imported."""
_SAMPLED_EVERY_S = 0.05


def usable_cores() -> set[int]:
    """The numbers of the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return os.sched_getaffinity(0)
    return set(range(os.cpu_count() or 1))


def python(code: str, *words: str) -> list[str]:
    """The call that runs a piece of code with some arguments in a new process of this interpreter."""
    return [sys.executable, "-c", code, *words]


def run(call: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """What a process prints; if it fails, raises an error with the end of its stderr."""
    env = {**os.environ, **(environment or {})}
    done = subprocess.run(call, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(call)[:200]} exited with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def run_together(calls: Sequence[Sequence[str]], environment: Mapping[str, str] | None = None) -> None:
    """Run several processes in parallel, until the last of them has ended."""
    env = {**os.environ, **(environment or {})}
    # All are waited for below.
    started = [subprocess.Popen(call, env=env) for call in calls]  # pylint: disable=consider-using-with
    statuses = [process.wait() for process in started]
    if any(statuses):
        raise RuntimeError(f"{' '.join(calls[0])[:200]} failed")


def command(name: str) -> list[str]:
    """How to call one of the package's commands: the script next to this interpreter, or the one on the path."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise SkipError(f"the command {name} is not installed: pip install --editable .")
    return [found]


class PeakMemory:
    """The peak memory of this process's children, sampled while the block runs, in bytes (proportional set size).

    A page that several processes share is divided between them, so that the sum is what they hold together.
    """

    def __init__(self) -> None:
        if not Path("/proc/self/smaps_rollup").exists():
            raise SkipError("the system does not report how much memory a process holds (/proc/PID/smaps_rollup)")
        self.peak = 0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> PeakMemory:
        self._watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watcher.join()

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLED_EVERY_S):
            self.peak = max(self.peak, sum(_proportional_size(pid) for pid in _below(os.getpid())))


def _below(pid: int) -> list[int]:
    """All descendants of a process."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(word) for word in task.read_text(encoding="ascii").split()]
        except OSError:  # it has just ended
            continue
        for child in children:
            found += [child, *_below(child)]
    return found


def _proportional_size(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)


def timed(call: Sequence[str], environment: Mapping[str, str] | None = None) -> float:
    """The seconds of a whole process, from its start to its end."""
    start = time.perf_counter()
    run(call, environment)
    return time.perf_counter() - start
