"""`python -m mygenerator.cli.cli_show`: a contact sheet of a folder's images."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command


def show(
    *,
    input_path: str = "ztmpp/phone/",
    output_file: str | None = None,
    num_images: int = 24,
    columns: int = 3,
    scale: int = 2,
) -> None:
    """Draw the sheet and write it, by default beside the folder."""
    from pathlib import Path

    from mygenerator.errors import InputError
    from mygenerator.sheet import sheet_of_folder
    from mygenerator.utils import write_atomically

    folder = Path(input_path)
    target = Path(output_file) if output_file else Path(f"{folder.absolute()}_sheet.png")
    if target.absolute().parent == folder.absolute():
        raise InputError(
            "a sheet inside the folder would be taken for one of its images",
            where=str(target),
            do="write it somewhere else; by default it lies beside the folder",
        )
    if not target.absolute().parent.is_dir():
        raise InputError("there is no such folder", where=str(target.absolute().parent))
    data = sheet_of_folder(folder, num_images, columns, scale)
    try:
        write_atomically(target, data)
    except OSError as error:
        raise InputError(f"the sheet cannot be written: {error.strerror}", where=str(target)) from None
    print(target)


COMMAND = Command(
    "python -m mygenerator.cli.cli_show",
    show,
    "some images of a folder on one picture, with their names and labels.",
    {
        "input_path": "the folder",
        "output_file": "the picture to write; by default FOLDER_sheet.png beside the folder",
        "num_images": "how many at most, evenly chosen",
        "columns": "how many side by side",
        "scale": "by how much each is enlarged",
    },
    [("python -m mygenerator.cli.cli_show --input_path ztmpp/phone/", "writes ztmpp/phone_sheet.png")],
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
