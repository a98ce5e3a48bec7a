"""Compiled twins of plain numpy definitions: when one is worth importing, and how it is compiled.

A definition says what the bytes are; its twin makes the same bytes faster, and a caller cannot tell which one ran.
Importing numba and the kernels takes longer than most small jobs. So the work done is added up, and the twins are
imported once it has cost as much as importing them does (the ski rental problem).

A twin is next to its definition, in a module of the same name with `_numba` appended. This package chooses between
them, and has the vectors that kernels are written with.
"""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any, ClassVar, Literal, get_args

from mygenerator.errors import choice
from mygenerator.files import home_folder
from mygenerator.logs import log, logw

Choice = Literal["auto", "numpy", "numba"]
VARIABLE = "MYGENERATOR_TWINS"
"""The environment variable that overrides the choice: `numpy` (never compiled), `numba` (at once), `auto`."""

LOAD_NS = 500_000_000
"""How long importing numba and all cached kernels takes, in nanoseconds; measured, as all such numbers are."""
COMPILE_NS = 4_000_000_000
"""How much work makes it worth compiling kernels that are not cached yet, in nanoseconds: a third of what compiling
takes, because it is done once for all later jobs."""

_FOLDER = "twins-"


class _State:
    """The work this process has done, and what it was told to choose."""

    work_ns = 0.0
    forced: Choice | None = None
    missing = False
    in_memory = False
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
    if name in _State.loaded and chosen() != "numpy":
        return _State.loaded[name]
    _State.work_ns += work_ns
    wanted = chosen()
    if wanted == "numpy" or _State.missing:
        return None
    # What another module has brought costs nothing more.
    to_pay = wanted == "auto" and name not in sys.modules
    if to_pay and (_State.work_ns < LOAD_NS or _State.work_ns < _price(name)):
        return None
    try:
        module = _imported(name)
    except Exception as error:  # pylint: disable=broad-exception-caught
        # numba is missing or of an incompatible version; whatever it raises, the definition can be used instead.
        if wanted == "numba" and not isinstance(error, ImportError):
            raise
        _State.missing = True
        logw(f"numba cannot be used ({str(error).strip() or error!r}): numpy makes the same images, more slowly")
        return None
    if (mark := _mark(name)) is not None:
        with suppress(OSError):
            mark.touch()
    return module


def _imported(name: str) -> ModuleType:
    """The module, whole: one thread at a time, because one global setting tells numba where to keep kernels."""
    with _State.importing:
        module = _State.loaded[name] = importlib.import_module(name)
    return module


def chosen() -> Choice:
    """The choice in force: that of `forced`, else of the environment variable, else `auto` (by the work)."""
    if _State.forced is not None:
        return _State.forced
    return choice(VARIABLE, os.environ.get(VARIABLE) or "auto", get_args(Choice))  # type: ignore[return-value]


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
    """numba's `njit`, its results cached on disk if a folder can be written, else compiled in memory with a log line.

    The interpreter's lock is released, so that a caller's threads run in parallel. The cache folder is named after a
    hash of all kernels: numba itself sees only changes to a kernel's own file, not to what it calls from others.
    """
    import numba

    # numba makes these names when it is imported, so type checkers do not know them.
    config: Any = numba.config
    njit: Any = numba.njit
    options = {"nogil": True, "boundscheck": False, **options}

    def compiled(function: Callable) -> Any:
        folder, before = _cache_folder(), config.CACHE_DIR
        if folder is None and not before:
            return njit(*signature, **options)(function)
        try:
            config.CACHE_DIR = before or str(folder)
            return njit(*signature, cache=True, **options)(function)
        finally:
            config.CACHE_DIR = before

    return compiled


@cache
def _cache_folder() -> Path | None:
    """The folder where compiled kernels are cached: next to this package or below the home folder; None if neither."""
    here, digest = Path(__file__).parent, sha256()
    # All that goes into a kernel: the kernels, what they call, and the constants of their definitions.
    package = here.parent
    sources = {*here.glob("*.py"), *package.rglob("*_numba.py"), *package.glob("sinks/png/encoder/*.py")}
    for path in sorted(sources):
        digest.update(path.read_bytes())
    name, beside = _FOLDER + digest.hexdigest()[:16], here / "__pycache__"
    for parent in (beside, home_folder() / "cache"):
        with suppress(OSError):
            folder = parent / name
            if not folder.exists() and parent == beside:
                for older in parent.glob(f"{_FOLDER}*"):
                    shutil.rmtree(older, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK):
                return folder
    log("there is no writable folder to keep compiled kernels in: they are compiled anew in every process")
    return None


def _mark(name: str) -> Path | None:
    """The file that shows that the kernels of a module have been compiled and cached."""
    folder = _cache_folder()
    return None if folder is None else folder / f"{name}-{sys.version_info.major}.{sys.version_info.minor}"


def _price(name: str) -> float:
    mark = _mark(name)
    return LOAD_NS if mark is not None and mark.exists() else COMPILE_NS
