"""The command `mygenerator run`: makes a data set from a recipe - a file, a shipped recipe, or a folder's own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.generation_flags import GENERATION_FLAGS, SAVING_FLAGS, say_what_is_used
from mygenerator.cli.saving import print_forecast, run_and_tell
from mygenerator.cli.user_code import find_code_beside
from mygenerator.errors import InputError, counted

if TYPE_CHECKING:
    from mygenerator.recipes import Recipe


# Every flag is a parameter.
def run(  # pylint: disable=too-many-locals
    *,
    recipe: str,
    count: int | None = None,
    seed: int | None = None,
    output_path: str | None = None,
    glyphs: str | None = None,
    format: str | None = None,
    workers: int | None = None,
    engine: str | None = None,
    shard_size: int | None = None,
    overwrite: bool = False,
    sync: bool = True,
    trust: bool = False,
    wait: bool = False,
    allow_large: bool = False,
    allow_code: bool = False,
    dry_run: bool = False,
) -> None:
    """Check the whole recipe, and save its data set unless this is a dry run."""
    from mygenerator.files import given_path
    from mygenerator.recipes import Recipe, glyph_sets

    if allow_code:
        find_code_beside(given_path(recipe))
    read = Recipe.read(recipe, allow_code)
    options: dict[str, Any] = {
        "output_path": output_path or _usual_folder(recipe, read),
        "count": count,
        "glyphs": glyphs,
        "format": format,
        "workers": workers,
        "engine": engine,
        "shard_size": shard_size,
        "overwrite": overwrite,
        "sync": sync,
        "trust": trust,
        "wait": wait,
        "allow_large": allow_large,
    }
    job = read.plan(seed=seed, **options)
    used = glyph_sets(job.ds)
    say_what_is_used(f"{counted(job.count, 'image')} from {recipe}", used, job.ds.seed, job.folder.path)
    if dry_run:
        print_forecast(job)
        return
    if any(one.folder is None for one in used):
        # All is checked: now glyphs can be stored, so that later runs and other processes open them from the cache.
        job = read.plan(seed=job.ds.seed, keep_glyphs=True, **options)
    run_and_tell(job)


def _usual_folder(recipe: str, read: Recipe) -> str:
    """The folder to save to if no flag names one."""
    import os
    from pathlib import Path

    if read.is_recorded:
        raise InputError(
            "the recipe of a folder does not say where to save to",
            where=recipe,
            do="give --output_path: another folder, or the same one to go on there",
        )
    if "path" not in read.save_options:
        return f"ztmpp/{Path(recipe).stem}/"
    # The recipe holds the full path; relative to the working folder it is easier to read.
    below = read.save_options["path"].is_relative_to(Path.cwd())
    return os.path.relpath(read.save_options["path"]) if below else str(read.save_options["path"])


COMMAND = Command(
    "mygenerator run",
    run,
    "make a data set from a recipe: a YAML file, or the folder of a data set that is to be made again.",
    {
        "recipe": "a YAML file; the name of a recipe that is shipped, such as meter_readings or phone_numbers_jp; or a "
        "folder that was saved, whose recipe.json is run again",
        "count": "how many images, in place of the recipe's number",
        "seed": GENERATION_FLAGS["seed"],
        "output_path": "the folder to write to, in place of the recipe's; by default ztmpp/NAME/",
        "glyphs": "the source or folder that every step takes in place of the glyphs that it names",
        "format": f"the format of the images, in place of the recipe's: {GENERATION_FLAGS['format']}",
        "engine": GENERATION_FLAGS["engine"],
        **SAVING_FLAGS,
        "allow_code": "let the recipe name classes of your own (python:package.module.Class), which are then run",
        "dry_run": GENERATION_FLAGS["dry_run"],
    },
    [
        ("mygenerator run meter_readings --count 100", "100 meter readings, from a recipe that is shipped"),
        ("mygenerator run recipe.yaml --seed 7 --output_path train", "a recipe of your own"),
        ("mygenerator run ztmpp/phone --output_path again", "the same images as in ztmpp/phone, made again"),
    ],
    positional=("recipe",),
    goes_on=True,
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
