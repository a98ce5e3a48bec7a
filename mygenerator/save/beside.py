"""Overwriting: the new data set is made beside the old one, and takes its place at once when it is whole and synced.

Beside a folder `out` it is made in `.out.next`, in the same file system. Then the two folders change places: a reader
finds the old data set or the new one under `out`. Files that are of neither are handed from the one to the other. What
a run that was killed has left in `.out.next` is gone on with by the same command, and removed by any other that
overwrites.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from mygenerator.errors import FolderConflictError, InputError, SaveError
from mygenerator.save.corner import CORNER_PREFIX, Corner, save_errors
from mygenerator.save.durable import sync_path
from mygenerator.save.exchange import can_exchange, exchange
from mygenerator.save.lock import LOCK_NAME, Claim, at_work, check_held, give_up
from mygenerator.save.output_folder import MANIFEST_NAME, SHARDS_NAME, OutputFolder, not_plain, read_manifest
from mygenerator.save.recipe_file import RECIPE_NAME, read_recipe
from mygenerator.sinks import sink_class

_RECORDS = (RECIPE_NAME, MANIFEST_NAME, SHARDS_NAME, LOCK_NAME)


def next_folder(folder: Path) -> Path:
    """Where the data set is made that is to take the place of the one in a folder."""
    real = folder.resolve()
    return real.with_name(f".{real.name}.next")


def can_be_beside(folder: Path) -> bool:
    """Whether a data set can be made beside that in a folder, and take its place at once.

    Not if the folder is a mount point, or the working folder of this process or above it, which it then would no longer
    be; nor if the folder that it is in cannot be written to. What stands beside already is no obstacle.

    Raises
    ------
    FolderConflictError
        If what is beside it is no folder of this user's.
    """
    real, beside = folder.resolve(), next_folder(folder)
    if not real.name or os.path.ismount(real) or not os.access(real.parent, os.W_OK | os.X_OK):
        return False
    if hasattr(os, "geteuid") and real.stat().st_uid != os.geteuid():
        return False  # the new folder could not be the same user's
    with suppress(OSError):
        if Path.cwd().is_relative_to(real):
            return False
    if os.path.lexists(beside):
        _check_ours(beside)
    try:
        return can_exchange(real)
    except OSError:
        return False


def _check_ours(beside: Path) -> None:
    """Raise FolderConflictError for what another user could have put there to have files elsewhere overwritten."""
    facts = os.lstat(beside)
    if not beside.is_dir() or beside.is_symlink() or (hasattr(os, "geteuid") and facts.st_uid != os.geteuid()):
        raise FolderConflictError(
            "this name is needed while a data set is replaced, and what has it is no folder of this user's",
            where=str(beside),
            do="remove it",
        )


def hand_back(folder: Path) -> None:
    """Put back what is of no data set, and what a run that was killed at that moment left in the folder beside."""
    beside = next_folder(folder)
    if os.path.lexists(beside):
        _check_ours(beside)
        whole = OutputFolder(beside)
        own = finished_names(whole) or _names_so_far(whole)
        for name in others_in(beside, own) if own is not None else ():
            _hand_over(beside / name, folder / name)


def drop_next(folder: Path, clear: Callable[[OutputFolder], None]) -> None:
    """Remove what a stopped run left beside a folder; `clear` removes a data set as its records list it."""
    beside = next_folder(folder)
    if not os.path.lexists(beside):
        return
    # Of another user, or of a format that is not known here: whoever needs the name is told.
    with suppress(FolderConflictError):
        _check_ours(beside)
        clear(OutputFolder(beside))
        for corner in beside.glob(f"{CORNER_PREFIX}*"):
            shutil.rmtree(corner, ignore_errors=True)
        (beside / LOCK_NAME).unlink(missing_ok=True)
        with suppress(OSError):  # something came in that is not ours
            beside.rmdir()


def take_place(
    folder: Path, own: set[str], corner: Corner, claim: Claim, clear: Callable[[OutputFolder], None]
) -> None:
    """Let the data set that stands beside a folder take its place, and remove the one that was there.

    Parameters
    ----------
    folder : Path
    own : set of str
        The names of the files of the data set that was there.
    corner : Corner
        That of the run that holds the folder.
    claim : Claim
        What the run holds it for.
    clear : callable
        Removes the data set in a folder, as its records list it.

    Raises
    ------
    SaveError
        If the folders cannot change places; both are as they were.
    """
    real, beside = folder.resolve(), next_folder(folder)
    # From the first moment on, the folder is held where it will be.
    with at_work(beside, claim) as new_corner, save_errors(real):
        others = list(others_in(real, own))
        for name in others:
            # Under the new folder's name before it is there, so that nobody misses it. Folders cannot be linked.
            with suppress(OSError):
                os.link(real / name, beside / name, follow_symlinks=False)
        shutil.copystat(real, beside)
        check_held(real, corner)
        if not exchange(real, beside):
            raise SaveError(
                f"the new data set is whole, but cannot take the place of {real}",
                where=str(beside),
                do="choose another folder, or remove the old one and move this one there",
            )
        corner.move_to(beside)
        new_corner.move_to(real)
        sync_path(real.parent)
        for name in others:
            _hand_over(beside / name, real / name)
        clear(OutputFolder(beside))
        give_up(corner)
        # Those of runs that were waiting when the folder changed its place: they begin again in the new one.
        for waiting in beside.glob(f"{CORNER_PREFIX}*"):
            shutil.rmtree(waiting, ignore_errors=True)
        with suppress(OSError):  # something came in that is not ours
            beside.rmdir()


def finished_names(folder: OutputFolder) -> set[str] | None:
    """The names of all files of a finished data set, records too.

    None if it is not finished, a list of it is damaged, or one names what is no file of the folder.
    """
    listed: set[str] = set()
    rows = 0
    try:
        manifest = read_manifest(folder.path)
        if manifest is None:
            return None
        header, shards = manifest
        for shard in shards:
            listed.update(name for name, _, _ in shard.files)
            rows += shard.rows
    except SaveError:
        return None
    joined = header.get("joined")
    if isinstance(joined, list) and joined:
        listed.add(joined[0])
    return listed.union(_RECORDS) if rows == header["count"] and not_plain(listed) is None else None


def others_in(folder: Path, own: set[str]) -> Iterator[str]:
    """The names in a folder but those of its data set, which are given, and of the runs that make one."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name not in own and not entry.name.startswith(CORNER_PREFIX):
                yield entry.name


def _names_so_far(folder: OutputFolder) -> set[str] | None:
    """The names of the files of a data set that is being made or removed; None if a list is damaged."""
    try:
        names = {*_RECORDS, *folder.names()}
    except SaveError:
        return None
    recorded = read_recipe(folder.path)
    joined = None
    with suppress(InputError):
        joined = None if recorded is None else sink_class(recorded["save"].get("format")).joined
    return names | ({joined} if joined else set())


def _hand_over(source: Path, target: Path) -> None:
    """Move what is of no data set, if it is not there already; what else has that name stays."""
    if not os.path.lexists(target):
        os.rename(source, target)
    elif not source.is_dir() and os.path.samestat(os.lstat(source), os.lstat(target)):
        source.unlink()
