"""The command `mygenerator info`: what a saved folder is."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell


def info(*, input_path: str, json: bool = False) -> None:
    """Print what a folder holds, by its records alone."""
    from json import dumps

    from mygenerator.inspection.about import about_folder

    about = about_folder(input_path)
    tell(dumps(about.plain(), ensure_ascii=False, indent=2) if json else about)


COMMAND = Command(
    "mygenerator info",
    info,
    "say what a saved folder is: format, how many images, sizes, facts and recipe; no image is read.",
    {"input_path": "the folder of a data set, finished or not", "json": "print it as JSON, for a program to read"},
    [
        ("mygenerator info ztmpp/phone", "what is in the folder, and how it was made"),
        ("mygenerator info ztmpp/phone --json", "the same for a program"),
    ],
    positional=("input_path",),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
