"""Engines: who runs the shards of a job, and which engine a job gains by."""

from __future__ import annotations

import os

from mygenerator.engines.base import Engine
from mygenerator.engines.processes import ProcessEngine
from mygenerator.engines.serial import SerialEngine

SERIAL_SAMPLES = 20_000
"""Jobs up to this size are done before worker processes have paid for their start."""

__all__ = ["Engine", "ProcessEngine", "SerialEngine", "choose_engine"]


def choose_engine(workers: int | None, samples: int, shards: int) -> Engine:
    """The engine for a job: as many `workers` as were asked for, or (None) as many as it gains by."""
    asked_for = workers is not None
    if workers is None:
        workers = 1 if samples <= SERIAL_SAMPLES else usable_processors()
    workers = min(workers, shards)
    return SerialEngine() if workers <= 1 else ProcessEngine(workers, fall_back=not asked_for)


def usable_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
