"""Overwriting where the folder cannot be exchanged for another: the new data set is made in a hidden folder of it.

.mygenerator-next      the new data set while it is made; a run that was stopped goes on with it
.mygenerator-arriving  the same when it is whole, while its files take the places of the old ones

The manifest of the old one goes first and that of the new one comes last, so nobody finds files of both in a folder
that calls itself complete. Once it arrives, whoever holds the folder next goes on with that.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.save.corner import save_errors
from mygenerator.save.durable import sync_all, sync_path
from mygenerator.save.output_folder import OutputFolder, read_manifest
from mygenerator.save.recipe_file import RECIPE_NAME

_NEXT, _ARRIVING = ".mygenerator-next", ".mygenerator-arriving"


def inside_folder(folder: Path) -> Path:
    """Where the data set is made that is to take the place of the one in a folder."""
    return folder / _NEXT


def is_arriving(folder: Path) -> bool:
    """Whether the files of a new data set are taking the places of an old one's, or a run was killed meanwhile."""
    return (folder / _ARRIVING).is_dir()


def arriving_or_there(folder: Path) -> Path:
    """The folder whose recipe says what a folder holds, or is about to hold."""
    arriving = folder / _ARRIVING
    return arriving if (arriving / RECIPE_NAME).exists() else folder


def check_inside(folder: Path) -> None:
    """Raise FolderConflictError if a name that is needed leads elsewhere."""
    for path in (folder / _NEXT, folder / _ARRIVING):
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
            raise FolderConflictError(
                "this name is needed while a data set is replaced, and what has it is no folder",
                where=str(path),
                do="remove it",
            )


def remove_inside(folder: Path) -> None:
    """Remove what a run that was stopped had made; OSError if the system refuses."""
    if os.path.lexists(folder / _NEXT):
        check_inside(folder)
        shutil.rmtree(folder / _NEXT)


def begin_to_arrive(folder: Path, sync: bool) -> None:
    """From now on, the whole data set in the hidden folder is the one that the folder is to hold."""
    with save_errors(folder):
        os.rename(folder / _NEXT, folder / _ARRIVING)
        if sync:
            sync_path(folder)


def arrive(folder: Path, clear: Callable[[OutputFolder], None], sync: bool) -> None:
    """Remove the old data set and move the one that arrives into the folder, or go on with that.

    Parameters
    ----------
    folder : Path
    clear : callable
        Removes the data set in a folder, as its records list it.
    sync : bool
        Whether to wait until the files are on the disk before the manifest says that they are there.

    Raises
    ------
    SaveError
        If the system refuses, or a file that came meanwhile is in the way; the next run goes on from there.
    """
    check_inside(folder)
    there, arriving = OutputFolder(folder), OutputFolder(folder / _ARRIVING)
    recipe = arriving.path / RECIPE_NAME
    with save_errors(folder):
        if recipe.exists():
            if (folder / RECIPE_NAME).exists():
                clear(there)
            manifest = read_manifest(arriving.path)
            joined = None if manifest is None else manifest[0].get("joined")
            for name in chain(arriving.names(), joined[:1] if joined else []):
                if (arriving.path / name).exists():
                    _move(arriving.path / name, folder / name)
            _move(recipe, folder / RECIPE_NAME)
        if arriving.manifest.exists():
            if sync:
                sync_all(folder, arriving.names())
            _move(arriving.manifest, there.manifest)
            if sync:
                sync_path(folder)
        shutil.rmtree(arriving.path)


def _move(path: Path, target: Path) -> None:
    if os.path.lexists(target):
        raise SaveError(
            "it is in the way of a file of the new data set, and is not of the old one",
            where=str(target),
            do="move it elsewhere and run the same again",
        )
    os.rename(path, target)
