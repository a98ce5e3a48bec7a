"""A program that runs every command in the working folder, one after the other, and writes their exit statuses.

`python every_command.py TREE` runs all, and `python every_command.py TREE 3` the one with that number alone, as the
process of that command. TREE is the folder of the package that is tested. Before each command it does what the
environment variable CONDITION says, as Python code: `no_home()`, for example.
"""

import json
import os
import sys
from contextlib import suppress
from importlib import import_module

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

MADE = os.fsdecode("made é日".encode())
"""A name that no narrow console can show, as this Python reads it from the disk."""

END = b"\x00== the end of this command\n"
"""What is written between the outputs of two commands."""

LINES = [
    (["generate-phone-numbers", "--num_images", "4", "--seed", "1", "--output_path", MADE], 0),
    (
        ["generate-phone-numbers", "--num_images=6", "--seed=1", "--shard_size=2", "--workers=2", "--output_path=team"],
        0,
    ),
    (["generate-phone-numbers", "--num_images=6", "--seed=2", "--dry_run"], 0),
    (["generate-numbers-sequence", "--sequence", "0123", "--seed", "2", "--output_path", "sequences"], 0),
    (["validate-phone-sequence", "--input_path", MADE], 0),
    (["validate-phone-sequence", "--input_path", MADE, "--json"], 0),
    (["validate-phone-numbers", "--input_path", MADE], 0),
    (["validate-phone-sequence", "--input_path", MADE, "--image_width", "99"], 1),
    (["validate-phone-sequence", "--input_path", "nowhere"], 2),
    (["show", MADE, "--output_file", "sheet.png"], 0),
    (["replay", MADE, "1", "--output_file", "one.png"], 0),
    (["show", MADE, "--html", "page.html"], 0),
    (["info", MADE], 0),
    (["convert", MADE, "--format", "npy", "--output_path", "arrays"], 0),
    (["verify", MADE], 0),
    (["repair", MADE], 0),
    (["run", "meter_readings", "--count", "3", "--seed", "3", "--output_path", "meters"], 0),
    (["glyphs"], 0),
    (["glyphs", "--show", "optdigits", "--output_file", "glyphs.png"], 0),
    (["completion", "bash"], 0),
    (["doctor"], 0),
    (["--help"], 0),
    (["--version"], 0),
    (["no-such-command"], 2),
    (["show", "--no_such_flag"], 2),
]


def commands() -> list[tuple[list[str], int]]:
    """Every command line with its exit status, and the help of each command that the program itself knows."""
    from mygenerator.cli.main import command_names

    return LINES + [([name, "--help"], 0) for name in command_names()]


def close(*numbers: int) -> None:
    """Close standard streams as a program does that Python is part of."""
    for number in numbers:
        setattr(sys, ("stdin", "stdout", "stderr")[number], None)
        with suppress(OSError):
            os.close(number)


def no_home() -> None:
    """Take the home folder and the password entry away."""
    import pwd

    def unknown(*_):
        raise KeyError

    pwd.getpwuid = unknown
    for name in ("HOME", "MYGENERATOR_HOME"):
        os.environ.pop(name, None)


def no_threads() -> None:
    """Refuse every thread, as a system does that allows a user only few."""
    import threading

    def refused(*_):
        raise RuntimeError("can't start new thread")

    threading.Thread.start = refused


def run(words: list[str], alone: bool) -> int:
    """The status of one command."""
    exec(os.environ.get("CONDITION", ""))
    from mygenerator.cli.main import main
    from mygenerator.inspection import doctor

    doctor._SPEED_IMAGES = 60
    if not alone or not words[0].startswith(("generate", "validate")):
        return main(list(words))
    # The three commands that are installed under their own names.
    sys.argv = words
    return import_module(f"mygenerator.cli.cli_{words[0].replace('-', '_')}").main()


def run_all() -> None:
    """Run them all, and write their statuses into a file."""
    statuses = []
    for words, _ in commands():
        statuses.append(run(words, alone=False))
        with suppress(OSError, ValueError, AttributeError):
            sys.stdout.flush()
            os.write(1, END)
    with open("statuses.json", "w", encoding="ascii") as file:
        json.dump(statuses, file)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(run(commands()[int(sys.argv[2])][0], alone=True))
    run_all()
