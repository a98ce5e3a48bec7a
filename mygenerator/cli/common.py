"""What all commands share: flags from a function's signature, and help.

python-fire calls the functions. By itself it would evaluate arguments (`00` becomes 0) and report an unknown flag only
after the function has run. So flags are read and checked here first, and values reach the function as text or as
exactly the type that it declares. Nothing heavy is imported until the flags are known to be right.
"""

from __future__ import annotations

import functools
import inspect
import re
import reprlib
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from mygenerator import __version__
from mygenerator.cli.guard import guarded, tell
from mygenerator.errors import InputError, nearest

_HELP_COLUMNS = 110
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
COMMON_FLAGS = {
    "help": "show this text (also -h)",
    "version": "show the version of mygenerator",
    "debug": "log everything, and show the traceback of an error",
}
"""The flags that every command has besides its own."""


@dataclass(frozen=True)
class Command:
    """One command: a function whose keyword parameters are the flags.

    Attributes
    ----------
    name : str
        As typed by the user.
    function : callable
        Parameters annotated `int`, `str`, `bool`, or one of these `| None`; returns the exit status, or None for 0.
    summary : str
        What it does, in a sentence or two; the list of all commands shows it up to the first comma or colon.
    flags : dict of str to str
        What each parameter means.
    examples : list of (str, str)
        A command line, and what it is for.
    positional : tuple of str
        The parameters that can also be given without a flag, in this order: `("recipe",)` makes `run x.yaml` the same
        as `run --recipe x.yaml`.
    goes_on : bool
        Whether the same command, run again after it was stopped, goes on from there.
    """

    name: str
    function: Callable[..., int | None]
    summary: str
    flags: dict[str, str]
    examples: list[tuple[str, str]]
    positional: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The function's parameters by name, in order."""
        return inspect.signature(self.function).parameters

    @property
    def kinds(self) -> dict[str, type]:
        """The type of each flag's value: int, str or bool."""
        hints = get_type_hints(self.function)
        return {
            name: next((kind for kind in get_args(hints[name]) if kind is not NoneType), hints[name])
            for name in self.parameters
        }

    @property
    def usage(self) -> str:
        """The line that shows how it is called."""
        words = [
            name.upper() if self.parameters[name].default is inspect.Parameter.empty else f"[{name.upper()}]"
            for name in self.positional
        ]
        return " ".join([self.name, *words, "[--flag value | --flag=value ...]"])

    def shown(self, name: str) -> str:
        """What messages call a parameter: `--seed`, or `RECIPE` if it can be given without a flag."""
        return name.upper() if name in self.positional else f"--{name}"

    def help_text(self) -> str:
        """The text of `--help`."""
        words = [(name.upper(), f"{self._explained(name)}; also as --{name}") for name in self.positional]
        flags = [
            (_usage(name, kind), self._explained(name))
            for name, kind in self.kinds.items()
            if name not in self.positional
        ]
        flags += [(f"--{name}", text) for name, text in COMMON_FLAGS.items()]
        width = max(len(left) for left, _ in words + flags)
        lines = [f"{self.name}: {self.summary}", "", "Usage", f"  {self.usage}", ""]
        if words:
            lines += ["Arguments", *table(words, width), ""]
        lines += ["Flags (with - or _ between words)", *table(flags, width), "", "Examples"]
        for line, purpose in self.examples:
            lines += [f"  # {purpose}", f"  {line}"]
        statuses = "0 success, 1 what was checked has faults, 2 the command could not run, 130 stopped by Ctrl-C"
        lines += ["", f"Exit status: {statuses}."]
        return "\n".join(lines)

    def _explained(self, name: str) -> str:
        text, default = self.flags[name], self.parameters[name].default
        if default is inspect.Parameter.empty:
            return text if name in self.positional else f"{text} (required)"
        return text if default in (None, False, "default") else f"{text} (default {default})"


def main(command: Command, argv: Sequence[str] | None = None) -> int:
    """Run a command with the words of its command line; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    # With this flag nothing is kept.
    goes_on = command.goes_on and not any(_split(word)[0] == "dry_run" for word in words)
    return guarded(command.name, words, lambda: _run(command, words), goes_on)


def _run(command: Command, words: Sequence[str]) -> int:
    if any(word in ("-h", "--help") for word in words):
        tell(command.help_text())
        return 0
    if "--version" in words:
        tell(version_line())
        return 0
    values = read_flags(command, [word for word in words if word != "--debug"])
    with _talking("--debug" in words):
        return _call(command, values) or 0


def version_line() -> str:
    """What `--version` prints."""
    return f"mygenerator {__version__}"


def read_flags(command: Command, words: Sequence[str]) -> dict[str, str]:
    """The text given for each parameter; InputError for unknown or repeated ones, extra words and missing values."""
    kinds = command.kinds
    values: dict[str, str] = {}
    plain: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, text = _split(word)
        if not name:
            if len(plain) == len(command.positional) or word == "--" or _is_short_flag(word):
                raise _unexpected_word(command, word)
            plain.append(word)
            continue
        if name not in kinds and name.startswith("no") and kinds.get(name[2:].lstrip("_")) is bool and not equals:
            name, equals, text = name[2:].lstrip("_"), "=", "false"
        if name not in kinds:
            raise _unknown_flag(command, name)
        if name in values:
            raise InputError(f"flag --{name} is given twice", do="give it once")
        if not equals:
            text = "true" if kinds[name] is bool else _next_value(rest, name)
        values[name] = text
    for name, word in zip(command.positional, plain, strict=False):
        if name in values:
            raise InputError(f"{command.shown(name)} is given twice, as {word!r} and by --{name}", do="give it once")
        values[name] = word
    for name, parameter in command.parameters.items():
        if parameter.default is inspect.Parameter.empty and name not in values:
            what = "" if name in command.positional else "flag "
            raise InputError(f"{what}{command.shown(name)} is missing", do=_see_help(command))
    return values


def _unexpected_word(command: Command, word: str) -> InputError:
    allowed = ", ".join(f"--{name}" for name in command.kinds)
    if command.positional:
        allowed = f"{' '.join(map(command.shown, command.positional))} and flags ({allowed})"
    return InputError(f"unexpected argument {word!r}", allowed=allowed, do=_see_help(command))


def _unknown_flag(command: Command, name: str) -> InputError:
    if name in COMMON_FLAGS:
        return InputError(f"flag --{name} takes no value", do=f"write only --{name}")
    near = nearest(name, (*command.kinds, *COMMON_FLAGS))
    if near is None:
        allowed = ", ".join(f"--{name}" for name in command.kinds)
        return InputError(f"unknown flag '--{name}'", allowed=allowed, do=_see_help(command))
    return InputError(f"unknown flag '--{name}'", do=f"did you mean '--{near}'?")


def _call(command: Command, values: dict[str, str]) -> int | None:
    """Pass the values to python-fire, each with the function that converts it to the type in the signature."""
    import fire
    from fire.decorators import SetParseFns

    status: list[int | None] = []

    @SetParseFns(**{name: _parser(name, command.shown(name), kind) for name, kind in command.kinds.items()})
    @functools.wraps(command.function)
    def call(*positional: Any, **named: Any) -> None:
        # Fire prints what a function returns, which the exit status must not be.
        status.append(command.function(*positional, **named))

    fire.Fire(call, command=[f"--{name}={text}" for name, text in values.items()], name=command.name)
    return status[0]


def _parser(name: str, shown: str, kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if kind is str:
            if not text and name != "sequence":
                raise InputError(f"{shown} is ''", do=f"give it a value, or leave {shown} out")
            return text
        if kind is bool:
            if text.lower() in _TRUE + _FALSE:
                return text.lower() in _TRUE
            raise InputError(f"{shown} is {text!r}", allowed="true or false")
        # int() itself would take 1_0 and the digits of other scripts, and raise for more than 4,300 digits.
        if re.fullmatch("[-+]?[0-9]{1,100}", text):
            return int(text)
        raise InputError(f"{shown} is {reprlib.repr(text)}", allowed="a whole number, such as 10")

    return parse


def _split(word: str) -> tuple[str, str, str]:
    """A word as (flag with underscores, "=" or "", value); the flag is empty if the word is not a flag."""
    if not word.startswith("--") or len(word) == 2:
        return "", "", ""
    name, equals, text = word[2:].partition("=")
    return name.replace("-", "_"), equals, text


def _is_short_flag(word: str) -> bool:
    """Whether a word looks like `-n`, which no command has; `-1` is a number."""
    return len(word) > 1 and word[0] == "-" and not word[1:].isdigit()


def table(rows: Sequence[tuple[str, str]], width: int) -> list[str]:
    """Lines of help: what is typed, and its meaning next to it in a column that begins after `width` characters."""
    lines = []
    for left, text in rows:
        first, *more = textwrap.wrap(text, _HELP_COLUMNS - width - 4)
        lines += [f"  {left:<{width}}  {first}", *(" " * (width + 4) + line for line in more)]
    return lines


def _next_value(rest: Iterator[str], name: str) -> str:
    text = next(rest, None)
    if text is None or text.startswith("--"):
        raise InputError(f"flag --{name} has no value", do=f"write --{name} VALUE or --{name}=VALUE")
    return text


def _usage(name: str, kind: type) -> str:
    return f"--{name}" if kind is bool else f"--{name} {'N' if kind is int else 'TEXT'}"


def _see_help(command: Command) -> str:
    return f"see {command.name} --help"


@contextmanager
def _talking(debug: bool) -> Iterator[None]:
    """Send the package's warnings to stderr; with --debug, everything."""
    import logging

    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger = logging.getLogger("mygenerator")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if debug else logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
