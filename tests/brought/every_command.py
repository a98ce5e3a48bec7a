"""A program that runs every command in the working folder, one after the other, and writes their exit statuses.

`python every_command.py TREE`: TREE is the folder of the package that is tested. Before each command it does what the
environment variable CONDITION says, as Python code: `close(2)`, for example.
"""

import json
import os
import sys
from contextlib import suppress

if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])

MADE = os.fsdecode("made é日".encode())
"""A name that no narrow console can show, as this Python reads it from the disk."""

COMMANDS = [
    (["generate-phone-numbers", "--num_images", "4", "--seed", "1", "--output_path", MADE], 0),
    (
        ["generate-phone-numbers", "--num_images=6", "--seed=1", "--shard_size=2", "--workers=2", "--output_path=team"],
        0,
    ),
    (["generate-numbers-sequence", "--sequence", "0123", "--seed", "2", "--output_path", "sequences"], 0),
    (["validate-phone-sequence", "--input_path", MADE], 0),
    (["validate-phone-sequence", "--input_path", MADE, "--image_width", "99"], 1),
    (["validate-phone-sequence", "--input_path", "nowhere"], 2),
    (["show", MADE, "--output_file", "sheet.png"], 0),
    (["replay", MADE, "1", "--output_file", "one.png"], 0),
    (["run", "meter_readings", "--count", "3", "--seed", "3", "--output_path", "meters"], 0),
    (["glyphs"], 0),
    (["glyphs", "--show", "optdigits", "--output_file", "glyphs.png"], 0),
    (["completion", "bash"], 0),
    (["doctor"], 0),
    (["--help"], 0),
    (["generate-phone-numbers", "--help"], 0),
    (["--version"], 0),
    (["no-such-command"], 2),
    (["show", "--no_such_flag"], 2),
]


def close(*numbers: int) -> None:
    """Close standard streams as a shell does with `2>&-`."""
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


def main() -> None:
    """Run them all."""
    statuses = []
    for words, _ in COMMANDS:
        exec(os.environ.get("CONDITION", ""))
        from mygenerator.cli.main import main as run
        from mygenerator.inspection import doctor

        doctor._SPEED_IMAGES = 60
        statuses.append(run(list(words)))
    with open("statuses.json", "w", encoding="ascii") as file:
        json.dump(statuses, file)


if __name__ == "__main__":
    main()
