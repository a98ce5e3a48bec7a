"""What some commands have in common: the generating ones their flags and the line that says what is used, those that
draw pictures for people how they are written, those that read recipes where a user's own code is found.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mygenerator.cli.common import say
from mygenerator.errors import InputError

if TYPE_CHECKING:
    from mygenerator.glyphs import GlyphSet

GENERATION_FLAGS = {
    "min_spacing": "smallest gap between glyphs in pixels, 1 to 50",
    "max_spacing": "largest gap between glyphs in pixels, 1 to 50",
    "image_width": "width of the image in pixels",
    "output_path": "the folder to write to",
    "seed": "0 to 18446744073709551615; the same seed gives the same bytes; by default a fresh one, which is recorded",
    "glyphs": "optdigits, a public set such as mnist:test (downloaded on first use), a source of the configuration "
    "file, or a folder; by default the configuration's",
    "sizing": "fill, equal, pad or resize: how the glyphs come to fill the width",
    "image_height": "height of the image in pixels, 8 to 128",
    "invert": "white on black in place of black on white",
    "config_file": "the configuration file; by default config.yaml in the home folder, written on first use",
    "dry_run": "say what would be made, and how large, and make nothing",
}


def say_what_is_used(what: str, glyph_sets: Sequence[GlyphSet], seed: int, folder: Path) -> None:
    """One line on stderr: what is made, of which digits, with which seed, where."""
    digits = "".join(f", digits {glyphs.source} ({len(glyphs):,} usable)" for glyphs in dict.fromkeys(glyph_sets))
    say(f"{what}{digits}, seed {seed}, to {folder}")


def check_picture(target: Path, data_set: Path | None) -> None:
    """Raise InputError where a picture for people cannot go: no PNG, no such folder, or a data set's own folder."""
    folder = Path(os.path.abspath(target)).parent
    if target.suffix.lower() != ".png":
        raise InputError(f"a picture with the ending {target.suffix!r}", where=str(target), allowed=".png")
    if data_set is not None and folder == Path(os.path.abspath(data_set)):
        raise InputError(
            "a picture inside the folder would be taken for one of its images",
            where=str(target),
            do="write it somewhere else; a sheet lies beside the folder where you name no file",
        )
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))


def write_picture(target: Path, data: bytes) -> None:
    """Write a picture whole."""
    from mygenerator.utils import write_atomically

    try:
        write_atomically(target, data)
    except OSError as error:
        raise InputError(f"the picture cannot be written: {error.strerror}", where=str(target)) from None


def find_code_beside(path: Path) -> None:
    """Let Python find the user's modules in a folder, or beside a recipe, and then in the working folder.

    A data set's folder holds no code: who makes it again stands where the code is.
    """
    for folder in (path if path.is_dir() else path.parent, Path.cwd()):
        sys.path.append(os.path.abspath(folder))
