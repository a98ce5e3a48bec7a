"""The README says what is so: its flags are the commands' flags. Its code is run with that of the docs (docs/)."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mygenerator.cli.cli_generate_numbers_sequence import COMMAND as SEQUENCE
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_validate_phone_sequence import COMMAND as VALIDATE
from mygenerator.cli.common import read_flags

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {command.name: command for command in (SEQUENCE, PHONE, VALIDATE)}


@pytest.mark.parametrize(("command", "column"), [(SEQUENCE, 2), (PHONE, 3)])
def test_the_table_of_flags_is_that_of_the_command(command, column):
    rows = [line.split("|") for line in README.splitlines() if line.startswith("| `--")]
    flags = [re.findall(r"--(\w+)", row[1]) for row in rows]
    assert {flag for row in flags for flag in row} == set(SEQUENCE.kinds) | set(PHONE.kinds)
    for row, names in zip(rows, flags, strict=True):
        if not set(names) <= set(command.kinds):
            assert not row[column].strip()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda command: command.name)
def test_every_example_of_help_is_a_line_that_the_command_takes(command):
    for line, _ in command.examples:
        name, *words = shlex.split(line.partition(" > ")[0])
        assert name == command.name
        read_flags(command, words)
