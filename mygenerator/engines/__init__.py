"""Engines: who runs the shards of a job, and which engine a job gains by."""

from __future__ import annotations

import os

from mygenerator.engines.base import Engine
from mygenerator.engines.serial import SerialEngine

SERIAL_SAMPLES = 5_000
"""Jobs up to this size are one process's: while two workers start (0.2 s) it makes about 1,000 images."""

__all__ = ["Engine", "SerialEngine", "choose_engine"]


def choose_engine(workers: int | None, samples: int, shards: int) -> Engine:
    """The engine for a job: as many `workers` as were asked for, or (None) as many as it gains by."""
    asked_for = workers is not None
    if workers is None:
        workers = 1 if samples <= SERIAL_SAMPLES else usable_processors()
    workers = min(workers, shards)
    if workers <= 1:
        return SerialEngine()
    # Small jobs must not wait for what only this engine imports.
    from mygenerator.engines.processes import ProcessEngine

    return ProcessEngine(workers, fall_back=not asked_for)


def usable_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
