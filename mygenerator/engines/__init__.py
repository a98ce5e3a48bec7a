"""Engines, which run the shards of a job: the one that is named, or the one that suits the job.

An engine is a module here, or one that another package announces. Its name comes from its class: `process` for
ProcessEngine.
"""

from __future__ import annotations

import inspect
import os

from mygenerator.engines.base import Engine, running
from mygenerator.engines.serial import SerialEngine
from mygenerator.errors import InputError

SERIAL_SAMPLES = 5_000
"""Jobs up to this size run in one process, whatever a sample costs."""
SERIAL_STRIPS = 30_000
"""The same for strips that only this package's code makes: while two workers start and load what is compiled (0.6 s),
one process makes 15,000 to 20,000 of them."""

__all__ = ["Engine", "SerialEngine", "choose_engine", "named_engine", "running"]


def choose_engine(
    workers: int | None, samples: int, shards: int, strips: bool = False, name: str | None = None
) -> Engine:
    """The engine for a job: the one that is named, or else one with as many workers as were asked for or suit the job.

    Parameters
    ----------
    workers : int, optional
    samples, shards : int
        What there is to make.
    strips : bool
        Whether the samples are strips that only this package's code makes.
    name : str, optional
        Which engine; see `named_engine`.

    Raises
    ------
    InputError
        See `named_engine`.
    """
    if name is not None:
        return named_engine(name, workers)
    asked_for = workers is not None
    if workers is None:
        workers = 1 if samples <= (SERIAL_STRIPS if strips else SERIAL_SAMPLES) else usable_processors()
    workers = min(workers, shards)
    if workers <= 1:
        return SerialEngine()
    # Small jobs must not wait for what only this engine imports.
    from mygenerator.engines.processes import ProcessEngine

    return ProcessEngine(workers, fall_back=not asked_for)


def named_engine(name: str, workers: int | None = None) -> Engine:
    """The engine of that name.

    Parameters
    ----------
    name : str
        "serial", "process", or the name of an engine of your own.
    workers : int, optional
        Handed to an engine whose constructor has a parameter of that name; by default the number of processors that
        this process may use.

    Raises
    ------
    InputError
        If there is none of that name (with the nearest), or for `workers` of an engine that has none.

    Examples
    --------
    >>> named_engine("process", 3).workers
    3
    """
    # Few jobs name their engine: the others do not pay for the search.
    from mygenerator.registry import find

    kind = find("engine", name)
    if "workers" in inspect.signature(kind).parameters:
        return kind(workers=usable_processors() if workers is None else workers)
    if workers is not None:
        raise InputError(f"the engine {name!r} has no workers", do="leave workers out, or name another engine")
    return kind()


def usable_processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
