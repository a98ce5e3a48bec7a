"""The command `mygenerator show`: draws a contact sheet of a folder's images, or of the first samples of a recipe."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell
from mygenerator.files import given_path

_RECIPE_ENDINGS = (".yaml", ".yml", ".json")
_RECORDED = "recipe.json"
"""The name of the recipe in a data set's folder."""


def show(
    *,
    input_path: str = "ztmpp/phone/",
    output_file: str | None = None,
    num_images: int = 24,
    columns: int | None = None,
    scale: int = 2,
    gaps: bool = False,
    allow_code: bool = False,
) -> None:
    """Draw the sheet and write it, by default next to what is shown."""
    from mygenerator.cli.pictures import check_picture, write_picture

    source = given_path(input_path)
    _check_source(source)
    data_set = source if source.is_dir() else source.parent if source.name == _RECORDED else None
    target = given_path(output_file) if output_file else _beside(source)
    check_picture(target, data_set)
    if source.is_dir():
        from mygenerator.inspection.sheets import sheet_of_folder

        data = sheet_of_folder(source, num_images, columns, scale, gaps)
    else:
        data = _sheet_of_recipe(source, num_images, columns, scale, gaps, allow_code)
    write_picture(target, data)
    tell(target)


def _check_source(source: Path) -> None:
    """Raise InputError if the source is not a folder, a recipe's file or a recipe that comes with the package."""
    from mygenerator.errors import InputError, did_you_mean

    if source.is_dir() or (source.is_file() and source.suffix.lower() in _RECIPE_ENDINGS):
        return
    from mygenerator.recipes import shipped_recipes

    shipped = list(shipped_recipes())
    if str(source) not in shipped:
        what = "this is neither a folder nor a recipe" if source.exists() else "there is no such folder or recipe"
        allowed = ["a folder of images", f"a recipe ({', '.join(_RECIPE_ENDINGS)})", *shipped]
        raise InputError(what, where=str(source), allowed=", ".join(allowed), do=did_you_mean(str(source), shipped))


def _sheet_of_recipe(
    path: Path, num_images: int, columns: int | None, scale: int, gaps: bool, allow_code: bool
) -> bytes:
    from mygenerator.cli.guard import say
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.errors import counted, whole_number
    from mygenerator.inspection.sheets import sheet_of_batch
    from mygenerator.recipes import Recipe

    num_images = whole_number("num_images", num_images, 1)
    if allow_code:
        find_code_beside(path)
    recipe = Recipe.read(path, allow_code)
    # If a recipe does not say how many samples it makes, as many are made as the sheet shows.
    count = num_images if recipe.count is None and recipe.source.needs_count else None
    ds = recipe.dataset(count=count, keep_glyphs=False)
    shown = min(num_images, len(ds))
    say(f"the first {counted(shown, 'sample')} of {len(ds):,} from {path}, seed {ds.seed}")
    return sheet_of_batch(ds.batch(range(shown)), columns, scale, gaps)


def _beside(source: Path) -> Path:
    """The file of a sheet that no flag names: next to a folder or a recipe, but never inside a data set's folder."""
    if not source.is_dir() and source.name != _RECORDED:
        return source.with_name(f"{source.stem}_sheet.png")
    folder = Path(os.path.abspath(source if source.is_dir() else source.parent))
    return folder.parent / f"{folder.name}{'' if source.is_dir() else '_recipe'}_sheet.png"


COMMAND = Command(
    "mygenerator show",
    show,
    "show some images of a folder or a recipe in one picture, with their names, labels and, if you like, gaps.",
    {
        "input_path": "a folder of images; or a recipe (a file, or the name of a shipped one), whose first samples are "
        "made, shown and not kept",
        "output_file": "the picture to write; by default ..._sheet.png next to the folder or the recipe",
        "num_images": "how many images at most: from a folder, evenly chosen ones; from a recipe, the first ones",
        "columns": "how many images side by side; by default as many as fit into 1,800 pixels",
        "scale": "how many times larger to draw each image",
        "gaps": "draw each gap as a band with its width in pixels, as recorded or, if nothing is recorded, as measured",
        "allow_code": "let a recipe name classes of your own (python:...), which are then run",
    },
    [
        ("mygenerator show ztmpp/phone", "write ztmpp/phone_sheet.png"),
        ("mygenerator show ztmpp/phone --gaps --num_images 6 --columns 1 --scale 4", "a few of them, large"),
        ("mygenerator show recipe.yaml --gaps --output_file look.png", "what a recipe would make"),
    ],
    positional=("input_path",),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
