"""The README says what is so: its code runs, its flags are the commands' flags, its pictures are there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from mygenerator.cli.cli_generate_numbers_sequence import COMMAND as SEQUENCE
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_validate_phone_sequence import COMMAND as VALIDATE
from mygenerator.cli.common import main, read_flags

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = {command.name: command for command in (SEQUENCE, PHONE, VALIDATE)}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_example_runs_and_saves_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    exec(compile(code, "README.md", "exec"), {})
    assert "(28, 200)" in capsys.readouterr().out
    assert len(list((tmp_path / "ztmpp" / "codes").glob("img_*.png"))) == 1000


def test_the_command_lines_run_in_order_in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = [line for line in "".join(blocks("console")).splitlines() if line.split()[0] in COMMANDS]
    assert len(lines) == 3
    for line in lines:
        name, *words = shlex.split(line)
        assert main(COMMANDS[name], words) == 0


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


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/design.md"])
def test_every_link_to_a_file_leads_to_one(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert all(((ROOT / document).parent / link).exists() for link in links)
