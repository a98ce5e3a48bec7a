"""A saved folder in another format: made again from its recipe, or read where that cannot be done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mygenerator.errors import InputError
from mygenerator.logs import log
from mygenerator.recipes.recipe import Recipe
from mygenerator.save import Job, SavedDataset, plan
from mygenerator.save.saved import SavedFolder
from mygenerator.sinks import sink_class


def plan_conversion(
    folder: Path,
    format: str,
    output_path: str | Path,
    allow_code: bool = False,
    glyphs: str | None = None,
    *,
    shard_size: int | None = None,
    **options: Any,
) -> Job:
    """The job of saving a folder's samples in another format, checked, with nothing written yet.

    They are made again from the recipe, so that no loss of the first format is handed on. Images of a user's own, of
    which a recipe holds only hashes, are read from the folder instead.

    Parameters
    ----------
    folder : Path
    format : str
    output_path : str or Path
    allow_code : bool
        Whether the recipe may name classes of a user's own.
    glyphs : str, optional
        Where its glyphs are, if they are not found under the source's name.
    shard_size : int, optional
        By default what suits the format, whatever the folder has.
    **options
        See `mygenerator.save.save`.

    Raises
    ------
    MyGeneratorError
        If it cannot be converted, before anything is written: also if images would have to be read from a lossy format.
    """
    saved, kind = SavedFolder(folder), sink_class(format)
    options |= {"format": format, "shard_size": kind.shard_rows if shard_size is None else shard_size}
    if "images" in saved.recipe:
        if saved.sink.lossy:
            raise InputError(
                f"the images cannot be made again, and {saved.sink.format} has changed their levels",
                where=str(folder),
                do=f"run the program that made them again, with format {format!r}",
            )
        log(f"{folder} holds images of a user's own, which are read from it")
        return plan(SavedDataset(folder), output_path, saved.recipe["save"].get("prefix", "img"), **options)
    return Recipe.read(folder, allow_code).plan(output_path, count=len(saved), glyphs=glyphs, **options)
