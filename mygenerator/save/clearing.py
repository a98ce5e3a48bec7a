"""Removing a data set from its folder: only the files that its records list."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from mygenerator.errors import FolderConflictError, InputError, SaveError
from mygenerator.logs import logw
from mygenerator.save.output_folder import OutputFolder, not_plain
from mygenerator.save.recipe_file import RECIPE_NAME, read_recipe
from mygenerator.sinks import Sink, sink_class

_SINCE_ALL_IS_LISTED = "facts"
"""A recipe.json with this entry is of a release in which no file gets its name before a list names it."""


def clear(folder: OutputFolder, next_sink: Sink) -> None:
    """Remove a data set: the files that its lists name, then the lists, the recipe last. If killed, the next goes on.

    Nothing else is removed, except in an unfinished folder of an older release, which gave a file its name before
    anything listed it.
    """
    recorded = read_recipe(folder.path)
    if recorded is None:
        return
    sink = recorded_sink(folder, recorded, next_sink)
    is_sound = check_lists(folder)
    lists_all = is_sound and (folder.manifest.exists() or folder.former.exists())
    if folder.manifest.exists():
        folder.shards.mkdir(exist_ok=True)
        os.replace(folder.manifest, folder.former)
    with suppress(SaveError):  # for a damaged list, which was reported
        for name in folder.names():
            (folder.path / name).unlink(missing_ok=True)
    if not lists_all and _SINCE_ALL_IS_LISTED not in recorded:
        for index in range(recorded["count"]):
            (folder.path / sink.file_name(index)).unlink(missing_ok=True)
    elif not is_sound:
        logw(f"a list of files in {folder.path} is damaged: files that it alone named stay")
    if sink.joined is not None:
        (folder.path / sink.joined).unlink(missing_ok=True)
    folder.remove_shards()
    (folder.path / RECIPE_NAME).unlink(missing_ok=True)


def check_lists(folder: OutputFolder) -> bool:
    """Whether all lists of files can be read; FolderConflictError if they name what is not a file of the folder."""
    try:
        wrong = not_plain(folder.names())
        if wrong is not None:
            raise FolderConflictError(
                f"its lists name {wrong!r}, which is not a file of the folder",
                where=str(folder.path),
                do="choose another folder",
            )
    except SaveError:
        return False
    return True


def recorded_sink(folder: OutputFolder, recorded: dict[str, Any], next_sink: Sink) -> Sink:
    """The format that a folder was saved in, often also the next one's; FolderConflictError if it is not known."""
    saved = recorded["save"]
    try:
        kind = type(next_sink) if saved.get("format") == next_sink.format else sink_class(saved.get("format"))
        return kind(saved.get("prefix", ""))
    except InputError as error:
        raise FolderConflictError(
            f"the folder holds a data set whose files are not known ({error})",
            where=str(folder.path),
            do="choose another folder",
        ) from None
