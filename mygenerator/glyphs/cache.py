"""Cache of ingested glyph sources under the home folder: memory-mapped, and found without reading the source.

    <home>/cache/glyphs/<content>-v2/     the arrays of one content, see GlyphSet.store
    <home>/cache/glyphs/<source>.json     pointer: the state of a source's files, the content they hold, and what a
                                          user should know of how they were read

Both are put in place by renaming, so any number of processes can make them at the same moment. If the disk cannot be
written, the glyphs stay in memory.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from mygenerator.errors import InputError, MyGeneratorError
from mygenerator.files import home_if_known, read_record, temporary_beside, write_atomically
from mygenerator.glyphs.base import GlyphSet, stored_files
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.logs import log2, logw, logw_once
from mygenerator.unchanged import TICK_NS, State, Unchanged, file_clock, state_of, states_of

FORMAT_VERSION = 2
"""Changes when the file format of a stored set changes, or what ingest makes of the same content."""

_LEFT_OVER_SECONDS = 3600


class Source(Protocol):
    """A glyph source on disk, as idx.py and character_folder.py find it."""

    @property
    def key(self) -> str:
        """Kind, name and path: the same for the same source, whether its files have changed or not."""

    @property
    def files(self) -> list[Path]:
        """All files that the source is made of, in a fixed order."""

    def read(self) -> RawGlyphs:
        """Read all files."""


def load_cached(source: Source, keep: bool = True) -> GlyphSet:
    """The glyphs of a source: from the cache if its files are unchanged, else read, ingested and stored there.

    Parameters
    ----------
    source : Source
    keep : bool
        False writes nothing: a set that is not in the cache is returned in memory.

    Raises
    ------
    InputError
        If the source cannot be read or has no usable glyph.
    """
    glyphs = _load(source, keep)
    for note in glyphs.notes:
        logw_once(note)
    return glyphs


def _load(source: Source, keep: bool) -> GlyphSet:
    cache = _cache_folder()
    if cache is None:
        return _read_alone(source)
    # Taken before the source is read, so that a change in the meantime is noticed the next time.
    stamp = _stamp(source)
    pointer = cache / f"{_digest([FORMAT_VERSION, source.key])}.json"
    glyphs = _followed(pointer, stamp, cache)
    if glyphs is not None:
        return glyphs
    known = (str(pointer), stamp)
    glyphs = _unwritable.get(known, source.files)
    if glyphs is not None:
        return glyphs
    states = states_of(source.files)
    glyphs = _read_before.get(known)
    if glyphs is None:
        raw = source.read()
        glyphs = _open(cache / _folder_name(raw.content), raw.source, raw.licence, raw.notes)
        glyphs = glyphs or GlyphSet.from_raw(raw)
    if not keep:
        _read_before[known] = glyphs
        _without_pointer.add(glyphs.content)
        return glyphs
    if glyphs.folder is None:
        glyphs = _keep(glyphs, cache / _folder_name(glyphs.content))
    if glyphs.folder is not None:
        _point(pointer, stamp, glyphs)
    else:
        _unwritable.keep(known, states, glyphs)
    _without_pointer.discard(glyphs.content)
    return glyphs


def _read_alone(source: Source) -> GlyphSet:
    """The glyphs of a source where there is no cache: read once in a process, until its files change."""
    glyphs = _unwritable.get(source.key, source.files)
    if glyphs is None:
        states = states_of(source.files)
        glyphs = GlyphSet.from_raw(source.read())
        _unwritable.keep(source.key, states, glyphs)
    return glyphs


_unwritable: Unchanged[GlyphSet] = Unchanged()
"""Sets that cannot be stored on disk."""


def is_kept(glyphs: GlyphSet) -> bool:
    """Whether the next start finds the set in the cache without reading its source.

    False if it is in memory only, or if it was opened with `keep=False` from a source that the cache did not know: then
    open the source again with `keep=True`, which does not read it a second time.
    """
    return glyphs.folder is not None and glyphs.content not in _without_pointer


_read_before: WeakValueDictionary[tuple[str, str], GlyphSet] = WeakValueDictionary()
"""Sets that were read with `keep=False`, by pointer and stamp, as long as somebody holds them."""

_without_pointer: set[str] = set()
"""The contents of sets that were read with `keep=False`, so that no pointer leads to them yet."""


def cached_content(content: str, source: str, licence: str) -> GlyphSet | None:
    """The set with that content, whatever it was read from, under the caller's name for it; None if there is none."""
    cache = _cache_folder()
    glyphs = None if cache is None else _open(cache / _folder_name(content), source, licence)
    return glyphs if glyphs is not None and glyphs.content == content else None


def _cache_folder() -> Path | None:
    home = home_if_known()
    return None if home is None else home / "cache" / "glyphs"


def _folder_name(content: str) -> str:
    return f"{content[:32]}-v{FORMAT_VERSION}"


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def file_state(path: Path) -> State:
    """The state of a file, see `unchanged.state_of`.

    Raises
    ------
    InputError
        If the file cannot be found.
    """
    try:
        return state_of(path.stat())
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=str(path)) from error


def _stamp(source: Source) -> str:
    """A digest of the state of a source's files."""
    states = [(str(path), *file_state(path)) for path in source.files]
    _let_the_clock_move(max((state[-1] for state in states), default=0))
    return _digest(states)


def _let_the_clock_move(changed: int) -> None:
    """Wait if the newest file was changed within this tick of the clock that stamps files, in nanoseconds.

    Were it changed again in the same tick, after it was read, its state would be the same. Where clocks differ, as on
    a network share, a time ahead of ours is not waited for.
    """
    age = file_clock() - changed
    if 0 <= age < TICK_NS:
        time.sleep((TICK_NS - age) / 1e9)


def _followed(pointer: Path, stamp: str, cache: Path) -> GlyphSet | None:
    """`_follow`, which opens the files of a set once: until the source, the pointer or one of these files changes."""
    key = str(pointer), stamp
    glyphs = _open_before.get(key, _files_behind.get(str(pointer), ()))
    if glyphs is not None:
        return glyphs
    states = states_of([pointer])
    glyphs = _follow(pointer, stamp, cache)
    if glyphs is not None and glyphs.folder is not None and states is not None:
        files = (pointer, *stored_files(glyphs.folder))
        behind = states_of(files)
        # The pointer is still the one that was followed, and a set's files are never changed, only replaced.
        if behind is not None and behind[:1] == states:
            _files_behind[str(pointer)] = files
            _open_before.keep(key, behind, glyphs)
    return glyphs


_open_before: Unchanged[GlyphSet] = Unchanged()
_files_behind: dict[str, tuple[Path, ...]] = {}
"""The pointer and the files of a set, by pointer."""


def _follow(pointer: Path, stamp: str, cache: Path) -> GlyphSet | None:
    """The set that a pointer names; None if there is none or the source has changed since."""
    try:
        facts = json.loads(read_record(pointer))
        if facts["stamp"] != stamp:
            return None
        folder, source, licence = cache / _folder_name(facts["content"]), facts["source"], facts["licence"]
        notes = tuple(map(str, facts["notes"]))  # a pointer of an earlier release has none: the source is read anew
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return _open(folder, source, licence, notes)


def _point(pointer: Path, stamp: str, glyphs: GlyphSet) -> None:
    facts = {"stamp": stamp, "content": glyphs.content, "source": glyphs.source, "licence": glyphs.licence}
    text = json.dumps({**facts, "notes": glyphs.notes})
    try:
        write_atomically(pointer, text.encode())
    except OSError as error:
        _warn_once(str(pointer.parent), error.strerror)


def _open(folder: Path, source: str, licence: str, notes: tuple[str, ...] = ()) -> GlyphSet | None:
    try:
        return GlyphSet.open(folder, source, licence, notes)
    except MyGeneratorError as error:
        log2(error)
        return None


def _keep(glyphs: GlyphSet, folder: Path) -> GlyphSet:
    """Store a set as `folder` and return it mapped from there, or as it is if that fails."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = temporary_beside(folder)
        temporary.mkdir()
        _sweep(folder.parent, now=temporary.stat().st_mtime)
        try:
            glyphs.store(temporary)
            _move(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        _warn_once(str(folder.parent), error.strerror or str(error))
        return glyphs
    return _open(folder, glyphs.source, glyphs.licence, glyphs.notes) or glyphs


def _move(temporary: Path, folder: Path) -> None:
    """Rename a finished set to its place, unless another process was first; a damaged set there is replaced."""
    while True:
        try:
            os.rename(temporary, folder)
            return
        except OSError:
            if not folder.is_dir():
                raise
        if _open(folder, "", "") is not None:
            return
        damaged = temporary_beside(folder)
        with suppress(FileNotFoundError):  # another process moves it away at the same moment
            os.rename(folder, damaged)
        shutil.rmtree(damaged, ignore_errors=True)


def _sweep(cache: Path, now: float) -> None:
    """Remove what dead processes left behind: writing a set never takes an hour. `now` is by the disk's clock."""
    for path in cache.glob(".*"):
        with suppress(OSError):
            if now - path.stat().st_mtime < _LEFT_OVER_SECONDS:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@functools.cache
def _warn_once(folder: str, reason: str) -> None:
    logw(f"the glyph cache {folder} cannot be written ({reason}); the glyphs are read anew in every run")
