"""The command `mygenerator`: finds the other commands by the names of their files, lists them and runs one.

A new command is one new file `cli_<name>.py` next to this one that defines a COMMAND; nothing else has to be edited.
"""

from __future__ import annotations

import pkgutil
import re
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import accumulate

from mygenerator import cli
from mygenerator.cli.common import COMMON_FLAGS, Command, table, version_line
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import guarded, tell
from mygenerator.errors import InputError, nearest, unknown_name

_NAME = "mygenerator"
_FILES = "cli_"
_EXAMPLES = (
    ("mygenerator generate-phone-numbers --num_images 100 --seed 7", "a data set of 100 images in ztmpp/phone/"),
    ("mygenerator show ztmpp/phone --gaps", "look at it, with its gaps"),
    ("mygenerator replay ztmpp/phone 12", "see how one of its images came about"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """The entry point of the installed command: runs the command named by the first word; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    return guarded(_NAME, words, lambda: _run(words))


def command_names() -> list[str]:
    """The names of all commands, sorted: those of the files `cli_*.py`."""
    modules = (module.name for module in pkgutil.iter_modules(cli.__path__))
    return sorted(name.removeprefix(_FILES).replace("_", "-") for name in modules if name.startswith(_FILES))


def find_command(name: str) -> Command:
    """The command of that name, with - or _ between words; InputError, with the nearest name, if there is none."""
    known = command_names()
    name = name.replace("_", "-")
    if name not in known:
        meant = " or ".join(map(repr, _meant(name, known)))
        error = unknown_name("command", name, known)
        raise InputError(error.what, allowed=error.allowed, do=f"did you mean {meant}?" if meant else None)
    return import_module(f"{cli.__name__}.{_FILES}{name.replace('-', '_')}").COMMAND


def _meant(name: str, known: Sequence[str]) -> list[str]:
    """The known commands that a name might mean: the nearest one, or those with a word or a beginning near to it."""
    if (near := nearest(name, known)) is not None:
        return [near]
    words = {command: command.split("-") for command in known}
    parts = {
        command: {*parts, *accumulate(parts, lambda before, part: f"{before}-{part}")}
        for command, parts in words.items()
    }
    part = nearest(name, sorted(set().union(*parts.values())))
    return [command for command in known if part in parts[command]]


def first_clause(command: Command) -> str:
    """What a command does, in one short line: its summary up to the first comma or colon."""
    return re.split("[,:;]", command.summary)[0].rstrip(".")


def help_text() -> str:
    """The text of `mygenerator --help`: every command and what it does."""
    commands = [(name, first_clause(find_command(name))) for name in command_names()]
    flags = [(f"--{name}", text) for name, text in COMMON_FLAGS.items()]
    width = max(len(left) for left, _ in commands + flags)
    lines = [
        f"{_NAME}: labelled images of digit strings, made from real handwritten digits.",
        "",
        "Usage",
        f"  {_NAME} COMMAND [arguments and flags]",
        f"  {_NAME} COMMAND --help",
        "",
        "Commands",
        *table(commands, width),
        "",
        "Flags",
        *table(flags, width),
        "",
        "Examples",
    ]
    for line, purpose in _EXAMPLES:
        lines += [f"  # {purpose}", f"  {line}"]
    return "\n".join(lines)


def _run(words: list[str]) -> int:
    # Users type `mygenerator --debug COMMAND` after something went wrong.
    first = next((word for word in words if word != "--debug"), "--help")
    if first in ("-h", "--help"):
        tell(help_text())
        return 0
    if first == "--version":
        tell(version_line())
        return 0
    command = find_command(first)
    words.remove(first)
    return run_command(command, words)


if __name__ == "__main__":
    sys.exit(main())
