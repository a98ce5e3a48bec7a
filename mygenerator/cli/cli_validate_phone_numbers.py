"""The command `validate-phone-numbers`: another name of `validate-phone-sequence`."""

from __future__ import annotations

import sys
from dataclasses import replace

from mygenerator.cli.cli_validate_phone_sequence import COMMAND as FULL_COMMAND
from mygenerator.cli.common import main as run_command

_NAME = "validate-phone-numbers"

COMMAND = replace(
    FULL_COMMAND,
    name=_NAME,
    summary=f"the same as {FULL_COMMAND.name}: {FULL_COMMAND.summary}",
    examples=[(line.replace(FULL_COMMAND.name, _NAME), purpose) for line, purpose in FULL_COMMAND.examples],
)


def main() -> int:
    """The entry point of the installed command."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
