"""The command `mygenerator replay`: makes one sample of a folder again, and explains every draw."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell


def replay(
    *,
    input_path: str,
    index: int,
    output_file: str | None = None,
    scale: int = 1,
    glyphs: str | None = None,
    allow_code: bool = False,
) -> int:
    """Make the sample, print its account, write it if a file is named; returns 1 if the folder's file differs."""
    from mygenerator.cli.pictures import check_picture, write_picture
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.errors import whole_number
    from mygenerator.files import given_path
    from mygenerator.inspection.replay import replay as make_again
    from mygenerator.sinks.png import encode_png

    scale = whole_number("scale", scale, 1, 100)
    folder = given_path(input_path)
    target = None if output_file is None else given_path(output_file)
    if target is not None:
        check_picture(target, folder)
    if allow_code:
        find_code_beside(folder)
    made = make_again(folder, index, allow_code, glyphs)
    tell(made)
    if target is not None:
        large = made.image.repeat(scale, axis=0).repeat(scale, axis=1)
        write_picture(target, encode_png(large, str(target)))
        tell(f"\nwrote {target}")
    return 1 if made.difference else 0


COMMAND = Command(
    "mygenerator replay",
    replay,
    "make one sample of a folder again, explain every draw and compare its pixels with the file's.",
    {
        "input_path": "the folder of a data set or of single sequences",
        "index": "which sample or, for single sequences, which row of meta.csv; the first is 0, the last -1",
        "output_file": "write what was made to this PNG file",
        "scale": "how many times larger to write it",
        "glyphs": "the folder of its glyphs, if they are not found under the recorded name of their source",
        "allow_code": "let the recipe name classes of your own (python:...), which are then run",
    },
    [
        ("mygenerator replay ztmpp/phone 12", "how image 12 came about, and whether the file holds it"),
        ("mygenerator replay ztmpp/phone 12 --output_file twelve.png --scale 8", "the same, and a large picture of it"),
    ],
    positional=("input_path", "index"),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
