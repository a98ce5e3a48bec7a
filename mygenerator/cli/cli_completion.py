"""`mygenerator completion`: the script with which a shell completes commands, their arguments and their flags."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from mygenerator.cli.common import COMMON_FLAGS, Command
from mygenerator.cli.common import main as run_command
from mygenerator.cli.guard import tell
from mygenerator.errors import InputError, choice

if TYPE_CHECKING:
    from argparse import ArgumentParser

_SHELLS = ("bash", "zsh", "fish")


def completion(*, shell: str) -> None:
    """Print the script."""
    try:
        import shtab
    except ImportError:
        raise InputError("the package shtab is not installed", do="pip install shtab") from None

    known = [name for name in _SHELLS if name in shtab.SUPPORTED_SHELLS]
    tell(shtab.complete(whole_parser(), choice("shell", shell, known)))


def whole_parser() -> ArgumentParser:
    """Every command with its arguments and flags as one argparse parser, which is what shtab reads."""
    import argparse

    from mygenerator.cli.main import command_names, find_command, first_clause

    parser = argparse.ArgumentParser("mygenerator", add_help=False)
    _add_common_flags(parser)
    commands = parser.add_subparsers()
    for name in command_names():
        command = find_command(name)
        _add_parameters(commands.add_parser(name, help=_for_argparse(first_clause(command)), add_help=False), command)
    return parser


def _add_common_flags(parser: ArgumentParser) -> None:
    for name, text in COMMON_FLAGS.items():
        parser.add_argument(f"--{name}", action="store_true", help=_for_argparse(text))


def _add_parameters(parser: ArgumentParser, command: Command) -> None:
    for name, kind in command.kinds.items():
        text = _for_argparse(command.flags[name])
        if kind is bool:
            parser.add_argument(f"--{name}", action="store_true", help=text)
        else:
            _complete_values(parser.add_argument(f"--{name}", help=text), name)
    for name in command.positional:
        text = _for_argparse(command.flags[name])
        _complete_values(parser.add_argument(f"{name}_word", nargs="?", help=text), name)
    _add_common_flags(parser)


def _complete_values(argument: Any, name: str) -> None:
    """Say what completes a parameter: a shell's name, a file, a folder, or nothing."""
    import shtab

    if name == "shell":
        argument.choices = _SHELLS
    elif name.endswith("_file") or name in ("recipe", "input_path", "glyphs"):
        argument.complete = shtab.FILE
    elif name.endswith("_path"):
        argument.complete = shtab.DIRECTORY


def _for_argparse(text: str) -> str:
    """Help text for argparse, which takes a single percent sign for a format."""
    return text.replace("%", "%%")


COMMAND = Command(
    "mygenerator completion",
    completion,
    "print the script with which a shell completes commands and flags, for you to source.",
    {"shell": "bash, zsh or fish"},
    [
        ("mygenerator completion bash > ~/.local/share/bash-completion/completions/mygenerator", "for bash"),
        (
            "mygenerator completion zsh > ~/.zfunc/_mygenerator",
            'for zsh, with ~/.zfunc in fpath; for this shell only: eval "$(mygenerator completion zsh)"',
        ),
        ("mygenerator completion fish > ~/.config/fish/completions/mygenerator.fish", "for fish"),
    ],
    positional=("shell",),
)


def main() -> int:
    """The entry point."""
    return run_command(COMMAND)


if __name__ == "__main__":
    sys.exit(main())
