"""The command `mygenerator repair`: makes again what is missing or wrong in a folder."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell


def repair(*, input_path: str, glyphs: str | None = None, allow_code: bool = False) -> None:
    """Repair the folder, and print how much was made again."""
    from mygenerator.cli.user_code import find_code_beside
    from mygenerator.errors import counted
    from mygenerator.files import given_path
    from mygenerator.inspection.repair import repair_folder
    from mygenerator.progress import progress_bar

    if allow_code:
        find_code_beside(given_path(input_path))
    report = repair_folder(input_path, allow_code, glyphs, progress_bar("images"))
    tell(f"{counted(report.count, 'image')} in {report.path}, {report.made:,} of them made again")


COMMAND = Command(
    "mygenerator repair",
    repair,
    "make again what is missing or wrong in a folder, and touch nothing else.",
    {
        "input_path": "the folder of a data set, finished or not",
        "glyphs": "the folder of its glyphs, if they are not found under the recorded name of their source",
        "allow_code": "let the recipe name classes of your own (python:...), which are then run",
    },
    [("mygenerator repair ztmpp/phone", "read every file, and make again the shards of those that are wrong")],
    positional=("input_path",),
    goes_on=True,
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
