"""The command `validate-phone-sequence`: checks a folder of images by their pixels."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell
from mygenerator.progress import progress_bar


def validate_phone_sequence(
    *,
    input_path: str = "ztmpp/phone/",
    min_spacing: int | None = None,
    max_spacing: int | None = None,
    image_width: int | None = None,
    json: bool = False,
    config_file: str = "default",
) -> int:
    """Check the folder and print the report; the exit status says whether it is good."""
    from mygenerator.config import config_load
    from mygenerator.validate import validate_folder

    if config_file != "default":
        config_load(config_file)
    report = validate_folder(
        input_path,
        spacing_range=(min_spacing, max_spacing),
        image_width=image_width,
        progress=progress_bar("images"),
    )
    tell(report.to_json() if json else report)
    return report.exit_code


COMMAND = Command(
    "validate-phone-sequence",
    validate_phone_sequence,
    "check a folder of images by their pixels: sizes, paper, gaps, labels, files and their hashes.",
    {
        "input_path": "the folder",
        "min_spacing": "smallest gap allowed in pixels; by default what the folder records",
        "max_spacing": "largest gap allowed in pixels; by default what the folder records",
        "image_width": "width that every image must have; by default what the folder records",
        "json": "print the whole report as JSON",
        "config_file": "a configuration file, which is checked as by other commands; it does not affect the validation",
    },
    [
        ("validate-phone-sequence --input_path ztmpp/phone/", "by what the folder records about itself"),
        (
            "validate-phone-sequence --input_path images --min_spacing 3 --max_spacing 8 --image_width 300",
            "images of unknown origin",
        ),
        ("validate-phone-sequence --input_path train --json > report.json", "for a program to read"),
    ],
)


def main() -> int:
    """The entry point of the installed command."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
