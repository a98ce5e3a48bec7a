"""`mygenerator doctor`: what is here, and whether the package works."""

from __future__ import annotations

import sys

from mygenerator.cli.common import Command
from mygenerator.cli.common import main as run_command


def doctor(*, json: bool = False) -> int:
    """Examine everything and print it; 1 where the package cannot work here."""
    from mygenerator.inspection.doctor import examine

    found = examine()
    print(found.to_json() if json else found)
    return 1 if found.faults else 0


COMMAND = Command(
    "mygenerator doctor",
    doctor,
    "what is here and whether it works: versions, folders, configuration, digits, cache, speed of a small run.",
    {"json": "everything as JSON"},
    [
        ("mygenerator doctor", "to be read, or to be put into a bug report"),
        ("mygenerator doctor --json > doctor.json", "for a program to read"),
    ],
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
