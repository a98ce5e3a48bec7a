"""`mygenerator doctor`: what is installed, and whether the package works."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell


def doctor(*, json: bool = False) -> int:
    """Examine everything and print the result; returns 1 if the package cannot work here."""
    from mygenerator.inspection.doctor import examine

    found = examine()
    tell(found.to_json() if json else found)
    return 1 if found.faults else 0


COMMAND = Command(
    "mygenerator doctor",
    doctor,
    "show what is installed and whether it works: versions, folders, configuration, digits, cache, speed of a small "
    "run.",
    {"json": "print everything as JSON"},
    [
        ("mygenerator doctor", "to read, or to put into a bug report"),
        ("mygenerator doctor --json > doctor.json", "for a program to read"),
    ],
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
