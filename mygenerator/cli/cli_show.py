"""The command `mygenerator show`: a picture, or a page, of a folder's images or of what a recipe would make."""

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
_PICTURE_IMAGES, _SCALE = 24, 2


def show(
    *,
    input_path: str = "ztmpp/phone/",
    output_file: str | None = None,
    html: str | None = None,
    num_images: int | None = None,
    columns: int | None = None,
    scale: int = _SCALE,
    gaps: bool = False,
    allow_code: bool = False,
) -> None:
    """Draw the sheet and write it, by default next to what is shown; or write the page."""
    from mygenerator.cli.pictures import check_page, check_picture, write_page, write_picture

    source = given_path(input_path)
    _check_source(source)
    data_set = source if source.is_dir() else source.parent if source.name == _RECORDED else None
    if html is not None:
        _check_alone(output_file, columns, scale, gaps)
        target = given_path(html)
        check_page(target, data_set)
        write_page(target, _page(source, num_images, allow_code))
        tell(target)
        return
    num_images = _PICTURE_IMAGES if num_images is None else num_images
    target = given_path(output_file) if output_file else _beside(source)
    check_picture(target, data_set)
    if source.is_dir():
        from mygenerator.inspection.sheets import sheet_of_folder

        data = sheet_of_folder(source, num_images, columns, scale, gaps)
    else:
        data = _sheet_of_recipe(source, num_images, columns, scale, gaps, allow_code)
    write_picture(target, data)
    tell(target)


def _check_alone(output_file: str | None, columns: int | None, scale: int, gaps: bool) -> None:
    """Raise InputError if a flag is given that says how a picture is drawn, with --html."""
    from mygenerator.errors import InputError

    given = {"output_file": output_file is not None, "columns": columns is not None, "scale": scale != _SCALE}
    for name, is_given in {**given, "gaps": gaps}.items():
        if is_given:
            raise InputError(
                f"--{name} is about a picture, and --html asks for a page",
                allowed="--html, --num_images and --allow_code together",
                do=f"leave --{name} out: on the page, zoom, boxes and gaps are switched by hand",
            )


def _page(source: Path, num_images: int | None, allow_code: bool) -> bytes:
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.inspection.page import page_of_folder, page_of_recipe
    from mygenerator.progress import progress_bar

    if allow_code:
        find_code_beside(source)
    if source.is_dir():
        return page_of_folder(source, num_images, allow_code, progress_bar("images verified"))
    return page_of_recipe(source, num_images, allow_code)


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
    "show images of a folder or a recipe in one picture, or on a page for the browser with boxes, gaps and histograms.",
    {
        "input_path": "a folder of images; or a recipe (a file, or the name of a shipped one), whose first samples are "
        "made, shown and not kept",
        "output_file": "the picture to write; by default ..._sheet.png next to the folder or the recipe",
        "html": "write this page (.html) instead of a picture: samples with boxes and gaps, filters, histograms, the "
        "recipe, and what verify says; one file under 5 MB that loads nothing. Of a large folder, evenly chosen "
        "samples are counted and shown, and some of its files are verified; the page says how many",
        "num_images": "how many images at most, by default 24 in a picture and 200 on a page: from a folder, and on a "
        "page, evenly chosen ones; in a picture of a recipe, the first ones",
        "columns": "how many images side by side; by default as many as fit into 1,800 pixels",
        "scale": "how many times larger to draw each image",
        "gaps": "draw each gap as a band with its width in pixels, as recorded or, if nothing is recorded, as measured",
        "allow_code": "let a recipe name classes of your own (python:...), which are then run",
    },
    [
        ("mygenerator show ztmpp/phone", "write ztmpp/phone_sheet.png"),
        ("mygenerator show ztmpp/phone --gaps --num_images 6 --columns 1 --scale 4", "a few of them, large"),
        ("mygenerator show recipe.yaml --gaps --output_file look.png", "what a recipe would make"),
        ("mygenerator show ztmpp/phone --html phone.html", "a page to open in a browser"),
    ],
    positional=("input_path",),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
