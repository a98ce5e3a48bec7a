"""Engines: who runs the shards of a job, and which engine a job gains by."""

from __future__ import annotations

import os

from mygenerator.engines.base import Engine
from mygenerator.engines.serial import SerialEngine

SERIAL_SAMPLES = 5_000
"""Jobs up to this size are one process's, whatever a sample costs."""
SERIAL_STRIPS = 30_000
"""The same for strips that this package alone makes: while two workers start and load what is compiled (0.6 s), one
process makes 15,000 to 20,000 of them."""

__all__ = ["Engine", "SerialEngine", "choose_engine"]


def choose_engine(workers: int | None, samples: int, shards: int, strips: bool = False) -> Engine:
    """The engine for a job: as many `workers` as were asked for, or (None) as many as it gains by.

    Parameters
    ----------
    workers : int, optional
    samples, shards : int
        What there is to make.
    strips : bool
        Whether the samples are strips that this package alone makes.
    """
    asked_for = workers is not None
    if workers is None:
        workers = 1 if samples <= (SERIAL_STRIPS if strips else SERIAL_SAMPLES) else usable_processors()
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
