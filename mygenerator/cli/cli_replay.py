"""`mygenerator replay`: one sample of a folder made anew, with every draw explained."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command


def replay(
    *,
    input_path: str,
    index: int,
    output_file: str | None = None,
    scale: int = 1,
    glyphs: str | None = None,
    allow_code: bool = False,
) -> int:
    """Make the sample, print its account, write it where that is asked for; 1 where the file differs."""
    from pathlib import Path

    from mygenerator.cli.pictures import check_picture, write_picture
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.errors import whole_number
    from mygenerator.inspection.replay import replay as make_again
    from mygenerator.sinks.png import encode_png

    scale = whole_number("scale", scale, 1, 100)
    folder = Path(input_path)
    if output_file is not None:
        check_picture(Path(output_file), folder)
    if allow_code:
        find_code_beside(folder)
    made = make_again(folder, index, allow_code, glyphs)
    print(made)
    if output_file is not None:
        large = made.image.repeat(scale, axis=0).repeat(scale, axis=1)
        write_picture(Path(output_file), encode_png(large, output_file))
        print(f"\nwrote {output_file}")
    return 1 if made.difference else 0


COMMAND = Command(
    "mygenerator replay",
    replay,
    "one sample of a folder made anew, with every draw explained and its pixels compared with the file's.",
    {
        "input_path": "the folder: of a data set, or of single sequences",
        "index": "which sample; of single sequences, which row of meta.csv. The first is 0, the last -1",
        "output_file": "write what was made to this PNG file",
        "scale": "by how much that is enlarged",
        "glyphs": "the folder of its glyphs, where the recorded name of their source does not lead there",
        "allow_code": "let the recipe name classes of your own (python:...), which are run",
    },
    [
        ("mygenerator replay ztmpp/phone 12", "how image 12 came about, and whether the file holds it"),
        ("mygenerator replay ztmpp/phone 12 --output_file twelve.png --scale 8", "and a large picture of it"),
    ],
    positional=("input_path", "index"),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
