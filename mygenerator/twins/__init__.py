"""Compiled twins of plain numpy definitions: when one is worth importing, and how it is compiled.

A definition says what the bytes are; its twin makes the same bytes faster, and a caller cannot tell which one ran.
Importing numba and the kernels takes longer than most small jobs. So the work done is added up, and the twins are
imported once it has cost as much as importing them does (the ski rental problem). Where numba is missing, switched off
or broken, the definitions do all the work, and one line says so.

A twin is next to its definition, in a module of the same name with `_numba` appended. This package chooses between
them, keeps what is compiled (kept.py), and has the vectors that kernels are written with.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from types import ModuleType
from typing import Any, ClassVar, Literal, get_args

from mygenerator.errors import choice
from mygenerator.logs import logw
from mygenerator.twins import kept

Choice = Literal["auto", "numpy", "numba"]
VARIABLE = "MYGENERATOR_TWINS"
"""The environment variable that overrides the choice: `numpy` (never compiled), `numba` (at once), `auto`."""

LOAD_NS = 500_000_000
"""How long importing numba and all cached kernels takes, in nanoseconds; measured, as all such numbers are."""
COMPILE_NS = 4_000_000_000
"""How much work makes it worth compiling kernels that are not cached yet, in nanoseconds: a third of what compiling
takes, because it is done once for all later jobs."""


class _State:
    """The work this process has done, and what it was told to choose."""

    work_ns = 0.0
    forced: Choice | None = None
    missing = False
    loaded: ClassVar[dict[str, ModuleType]] = {}
    """The twins that were imported to their end: Python shows a module while another thread is still importing it."""
    importing = RLock()


def expect(work_ns: float) -> None:
    """Announce a job, with about how long the definitions would take for it, in nanoseconds."""
    _State.work_ns += work_ns


def load(name: str, work_ns: float) -> ModuleType | None:
    """The twin if the work so far repays its import; None means to use the definition.

    Parameters
    ----------
    name : str
        The full name of the twin's module.
    work_ns : float
        About how long the definition would take for this call, in nanoseconds.
    """
    # A shortcut, because a twin that is loaded is asked for millions of times.
    if is_loaded(name):
        return _State.loaded[name]
    _State.work_ns += work_ns
    wanted = chosen()
    if wanted == "numpy" or _State.missing:
        return None
    # What another module has brought costs nothing more.
    to_pay = wanted == "auto" and name not in sys.modules
    if to_pay and _State.work_ns < LOAD_NS:
        return None
    is_kept = kept.is_kept(name)
    if to_pay and not is_kept and _State.work_ns < COMPILE_NS:
        return None
    try:
        return _imported(name)
    except Exception as error:  # pylint: disable=broad-exception-caught
        # numba is missing or of an incompatible version; whatever it raises, the definition can be used instead.
        if wanted == "numba" and not isinstance(error, ImportError):
            raise
        _State.missing = True
        why = str(error).strip() or repr(error)
        logw(f"numba cannot be used ({why}): numpy makes the same images, more slowly")
        return None


def is_loaded(name: str) -> bool:
    """Whether `load` gives the twin at no cost."""
    return name in _State.loaded and chosen() != "numpy"


def _imported(name: str) -> ModuleType:
    """The module, whole: one thread at a time, because one global setting tells numba where to keep kernels."""
    with _State.importing:
        if name not in _State.loaded:
            try:
                module = importlib.import_module(name)
            except ImportError:
                raise
            except Exception as error:  # pylint: disable=broad-exception-caught
                # numba raises anything for a file of its own that is damaged: then it can do without them.
                with kept.in_memory():
                    module = importlib.import_module(name)
                kept.discard(f"{type(error).__name__}: {error}")
            kept.seal()
            _State.loaded[name] = module
    return _State.loaded[name]


def chosen() -> Choice:
    """The choice in force: that of `forced`, else of the environment variable, else `auto` (by the work)."""
    if _State.forced is not None:
        return _State.forced
    named = os.environ.get(VARIABLE)
    return choice(VARIABLE, named, get_args(Choice)) if named else "auto"  # type: ignore[return-value]


@contextmanager
def forced(which: Choice) -> Iterator[None]:
    """Force the choice for all calls within the context.

    >>> with forced("numpy"):
    ...     load("mygenerator.strip.raster_numba", 1e12) is None
    True
    """
    before, _State.forced = _State.forced, which
    try:
        yield
    finally:
        _State.forced = before


def jit(*signature: Any, **options: Any) -> Callable[[Callable], Any]:
    """numba's `njit`, its results kept on disk if a folder can be written, else compiled in memory with a log line.

    The interpreter's lock is released, so that a caller's threads run in parallel.

    Raises
    ------
    ImportError
        If numba is told to compile nothing (`NUMBA_DISABLE_JIT=1`): kernels cannot run as Python.
    """
    import numba

    # numba makes these names when it is imported, so type checkers do not know them.
    config: Any = numba.config
    njit: Any = numba.njit
    options = {"nogil": True, "boundscheck": False, **options}
    if config.DISABLE_JIT:  # pylint: disable=no-member
        raise ImportError("NUMBA_DISABLE_JIT is set")

    def compiled(function: Callable) -> Any:
        folder, before = kept.folder_for(function.__module__), config.CACHE_DIR
        if folder is None:
            return njit(*signature, **options)(function)
        try:
            config.CACHE_DIR = str(folder)
            return njit(*signature, cache=True, **options)(function)
        except OSError as error:
            # The disk is full, or the folder went away.
            kept.give_up(error)
            return njit(*signature, **options)(function)
        finally:
            config.CACHE_DIR = before

    return compiled
