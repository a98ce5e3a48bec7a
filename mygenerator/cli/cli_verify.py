"""The command `mygenerator verify`: whether a folder is as it was saved, to the byte."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell


def verify(
    *,
    input_path: str,
    sample: int = 20,
    all: bool = False,
    glyphs: str | None = None,
    allow_code: bool = False,
) -> int:
    """Read every file, make samples again and print what differs; returns 1 if something does."""
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.files import given_path
    from mygenerator.inspection.verify import verify_folder
    from mygenerator.progress import progress_bar

    if allow_code:
        find_code_beside(given_path(input_path))
    report = verify_folder(input_path, None if all else sample, allow_code, glyphs, progress_bar("images"))
    tell(report)
    return 0 if report.ok else 1


COMMAND = Command(
    "mygenerator verify",
    verify,
    "compare a folder with its own records: every file by its hash, and samples with what the recipe makes.",
    {
        "input_path": "the folder of a data set",
        "sample": "how many samples, evenly spread, are made again and compared pixel for pixel; 0 for none",
        "all": "make all samples again",
        "glyphs": "the folder of its glyphs, if they are not found under the recorded name of their source",
        "allow_code": "let the recipe name classes of your own (python:...), which are then run",
    },
    [
        ("mygenerator verify ztmpp/phone", "every file read, 20 samples made again"),
        ("mygenerator verify ztmpp/phone --all", "every sample made again too"),
    ],
    positional=("input_path",),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
