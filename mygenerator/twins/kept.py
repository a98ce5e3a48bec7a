"""Where compiled kernels are kept between processes, and whether they are still what was compiled.

    <folder>/twins-<hash of all sources>/<module>-<Python's version>     the seal of a module: a hash of its files
    <folder>/twins-<hash of all sources>/...                             numba's files

numba believes every file that it finds. One that a full disk or a power failure has damaged ends in any error at all,
or in machine code that does something else. So what was compiled is sealed, and what is not as it was sealed, or was
never sealed, is removed and compiled again.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

from mygenerator.errors import counted
from mygenerator.files import home_if_known, write_atomically
from mygenerator.logs import log, logw
from mygenerator.owners import is_ours_alone

_FOLDER = "twins-"
_PACKAGE, _TWIN = f"{__name__.partition('.')[0]}.", "_numba"
_VERSION = f"-{sys.version_info.major}.{sys.version_info.minor}"
_NUMBA_VARIABLE = "NUMBA_CACHE_DIR"


class _State:
    """What was found out in this process."""

    in_memory = False
    begun: ClassVar[set[str]] = set()
    sealed: ClassVar[set[str]] = set()


def kernel_folder() -> Path | None:
    """The folder that numba is to keep kernels in; None if there is none, and they are compiled in every process."""
    return None if _State.in_memory else _first_folder()


def is_kept(name: str) -> bool:
    """Whether the kernels of a module are kept; those that are not as they were sealed are removed first."""
    folder = kernel_folder()
    if folder is None:
        return False
    _check(folder)
    return (folder / f"{name}{_VERSION}").is_file()


def folder_for(name: str) -> Path | None:
    """The folder that numba is to keep the kernels of a module in; None as for `kernel_folder`.

    When it is asked for first, what is there without a seal is removed: a process that was killed while it compiled has
    left it, or one that compiles the same at this moment.
    """
    folder = kernel_folder()
    if folder is not None and name not in _State.begun:
        _State.begun.add(name)
        if not is_kept(name):
            _remove(_files(folder, name))
    return kernel_folder()


def seal() -> None:
    """Record what the kernels are that this process has loaded or compiled."""
    folder = kernel_folder()
    if folder is None:
        return
    twins = {name for name in list(sys.modules) if name.startswith(_PACKAGE) and name.endswith(_TWIN)}
    for name in twins - _State.sealed:
        _State.sealed.add(name)
        mark, digest = folder / f"{name}{_VERSION}", _hash_of_files(folder, name)
        with suppress(OSError):
            if _files(folder, name) and _content(mark) != digest:
                write_atomically(mark, digest)


@contextmanager
def in_memory() -> Iterator[None]:
    """Within this context, compile without what is kept, and keep nothing."""
    before, _State.in_memory = _State.in_memory, True
    try:
        yield
    finally:
        _State.in_memory = before


def discard(why: str) -> None:
    """Remove all kernels that are kept, and say so; later processes compile them again."""
    folder = kernel_folder()
    if folder is not None:
        _say_compiled_again(folder, why)
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.mkdir()


@cache
def _check(folder: Path) -> None:
    """Remove the kernels that are not as they were sealed, once in each process."""
    changed = [
        mark
        for mark in sorted(folder.glob(f"*{_VERSION}"))
        if _content(mark) != _hash_of_files(folder, mark.name.removesuffix(_VERSION))
    ]
    if not changed:
        return
    # A damaged file, or another process that compiles the same at this moment: then it is compiled once more.
    _say_compiled_again(folder, f"those of {counted(len(changed), 'module')} have changed")
    for mark in changed:
        _remove([*_files(folder, mark.name.removesuffix(_VERSION)), mark])


def _remove(paths: Iterable[Path]) -> None:
    """Remove files and folders; if one stays, nothing that is kept is used any more."""
    try:
        for path in paths:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        give_up(error)


def _say_compiled_again(folder: Path, why: str) -> None:
    logw(f"the compiled kernels in {folder} are not as they were kept ({why}): they are compiled again")


def give_up(error: OSError) -> None:
    """From now on, compile in memory: the folder cannot be used."""
    _State.in_memory = True
    log(f"compiled kernels cannot be kept ({error.strerror or error}): they are compiled anew in every process")


@cache
def _first_folder() -> Path | None:
    """The first folder that can be written: numba's own if it is named, next to this package, below the home folder.

    It is named after a hash of all kernels: numba itself sees only changes to a kernel's own file, not to what it calls
    from others.
    """
    here, digest = Path(__file__).parent, sha256()
    # All that goes into a kernel: the kernels, what they call, and the constants of their definitions.
    package = here.parent
    sources = {*here.glob("*.py"), *package.rglob("*_numba.py"), *package.glob("sinks/png/encoder/*.py")}
    for path in sorted(sources):
        digest.update(path.read_bytes())
    name, beside, named = _FOLDER + digest.hexdigest()[:16], here / "__pycache__", os.environ.get(_NUMBA_VARIABLE)
    home = home_if_known()
    for parent in (named and Path(named).absolute(), beside, home and home / "cache"):
        if not parent:
            continue
        with suppress(OSError):
            folder = parent / name
            if not folder.exists() and parent == beside:
                for older in parent.glob(f"{_FOLDER}*"):
                    shutil.rmtree(older, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            if os.access(folder, os.W_OK) and _is_safe(folder):
                return folder
    log("there is no writable folder to keep compiled kernels in: they are compiled anew in every process")
    return None


def _is_safe(folder: Path) -> bool:
    """Whether nobody else can have put something there: numba's files are pickles and machine code, which are run."""
    if is_ours_alone(folder) and all(map(is_ours_alone, folder.iterdir())):
        return True
    log(f"others can write to {folder}: no compiled kernels are taken from there or kept there")
    return False


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _files(folder: Path, name: str) -> list[Path]:
    """numba's files of a module for this Python: called after its last name, in a folder for each folder of sources."""
    return sorted(folder.glob(f"*/{name.rpartition('.')[2]}.*.py{_VERSION[1:].replace('.', '')}*.nb[ic]"))


def _hash_of_files(folder: Path, name: str) -> bytes:
    """A hash of these files, names and contents, as ASCII digits."""
    digest = sha256()
    for path in _files(folder, name):
        digest.update(path.name.encode() + sha256(_content(path)).digest())
    return digest.hexdigest().encode("ascii")
