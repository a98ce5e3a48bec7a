"""Repair: what is missing or wrong in a saved folder is made again, and nothing else is touched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mygenerator.errors import FolderConflictError, InputError
from mygenerator.files import given_path, read_record
from mygenerator.inspection.verify import held_recipe
from mygenerator.logs import logw
from mygenerator.recipes import Recipe
from mygenerator.save import SaveReport, run
from mygenerator.save.lock import Claim, at_work
from mygenerator.save.recipe_file import RECIPE_NAME, read_recipe


def repair_folder(
    folder: str | Path,
    allow_code: bool = False,
    glyphs: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> SaveReport:
    """Make again what is missing or wrong in a folder, finished or not.

    It is the same as running the recipe of the folder into the folder once more: every file is read, and a shard with
    a file that is gone or changed is made again. The recipe and the manifest mend each other.

    Parameters
    ----------
    folder : str or Path
    allow_code, glyphs : see `mygenerator.inspection.replay.replay`
    progress : callable, optional
        `progress(done, total)` in samples.

    Returns
    -------
    SaveReport
        `made` says how many samples were made again.

    Raises
    ------
    InputError
        If there is no recipe, neither in recipe.json nor in the manifest, or what the samples are made from is not
        there.
    SaveError
        If writing fails.
    """
    path = given_path(folder)
    if not path.is_dir():
        raise InputError("there is no such folder", where=str(path))
    _mend_recipe(path)
    try:
        recipe = Recipe.read(path, allow_code)
    except InputError as error:
        recorded = read_recipe(path) or {}
        if "labels" not in recorded.get("text", ()):
            raise
        raise InputError(
            f"its text is a list of labels, which meta.csv alone holds, and it is damaged ({error.what})",
            where=str(path),
            do="run the command that made the folder again: with the list, all is made again",
        ) from None
    return run(recipe.plan(path, glyphs=glyphs), progress)


def _mend_recipe(path: Path) -> None:
    """Put the manifest's recipe in the place of one that is gone or was changed."""
    recorded = held_recipe(path)
    try:
        found = read_record(path / RECIPE_NAME)
    except OSError:
        found = None
    if recorded is None or found == recorded:
        if found is None:
            raise InputError(f"there is no {RECIPE_NAME}", where=str(path), allowed="a folder that was saved")
        try:
            usable = read_recipe(path) is not None
        except FolderConflictError:
            usable = False
        if not usable:
            raise InputError(
                f"{RECIPE_NAME} is damaged, and no manifest holds its text",
                where=str(path),
                do="run the command that made the folder again",
            )
        return
    logw(f"{path / RECIPE_NAME} is {'gone' if found is None else 'changed'}: it is mended from the manifest")
    with at_work(path, Claim("repair", alone=True)) as corner:
        corner.write(path / RECIPE_NAME, recorded, sync=True)
