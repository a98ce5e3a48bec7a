"""What all commands share: flags from a function's signature, help, messages, exit statuses.

python-fire does the calling. It would evaluate arguments (`00` becomes 0) and complain of an unknown flag only after
the function has run; so flags are read and checked here first, and values reach the function as text or as exactly the
type that it declares. Nothing heavy is imported until the flags are known to be right.
"""

from __future__ import annotations

import functools
import inspect
import os
import sys
import textwrap
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args, get_type_hints

from mygenerator import __version__
from mygenerator.errors import InputError, MyGeneratorError, nearest

COULD_NOT_RUN = 2
INTERRUPTED = 130

_HELP_COLUMNS = 110
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")
_COMMON_FLAGS = {
    "help": "this text (also -h)",
    "version": "the version of mygenerator",
    "debug": "with an error, show the traceback; log everything",
}


@dataclass(frozen=True)
class Command:
    """One command: a function whose keyword parameters are the flags.

    Attributes
    ----------
    name : str
        As it is typed.
    function : callable
        Parameters annotated `int`, `str`, `bool`, or one of these `| None`; returns the exit status, or None for 0.
    summary : str
        What it does, in a sentence or two.
    flags : dict of str to str
        What each parameter means.
    examples : list of (str, str)
        A command line, and what it is for.
    """

    name: str
    function: Callable[..., int | None]
    summary: str
    flags: dict[str, str]
    examples: list[tuple[str, str]]

    @property
    def kinds(self) -> dict[str, type]:
        """The type of each flag's value: int, str or bool."""
        hints = get_type_hints(self.function)
        return {
            name: next((kind for kind in get_args(hints[name]) if kind is not NoneType), hints[name])
            for name in inspect.signature(self.function).parameters
        }

    def help_text(self) -> str:
        """The text of `--help`."""
        lines = [f"{self.name}: {self.summary}", "", "Usage", f"  {self.name} [--flag value | --flag=value ...]", ""]
        lines.append("Flags (with - or _ between words)")
        parameters = inspect.signature(self.function).parameters
        rows = [(_usage(name, kind), self._explained(parameters[name])) for name, kind in self.kinds.items()]
        rows += [(f"--{name}", text) for name, text in _COMMON_FLAGS.items()]
        width = max(len(flag) for flag, _ in rows)
        for flag, text in rows:
            first, *more = textwrap.wrap(text, _HELP_COLUMNS - width - 4)
            lines += [f"  {flag:<{width}}  {first}", *(" " * (width + 4) + line for line in more)]
        lines += ["", "Examples"]
        for line, purpose in self.examples:
            lines += [f"  # {purpose}", f"  {line}"]
        lines += ["", "Exit status: 0 done (validation: all good), 1 validation found faults, 2 it could not run."]
        return "\n".join(lines)

    def _explained(self, parameter: inspect.Parameter) -> str:
        text, default = self.flags[parameter.name], parameter.default
        if default is inspect.Parameter.empty:
            return f"{text} (required)"
        return text if default in (None, False, "default") else f"{text} (default {default})"


def main(command: Command, argv: Sequence[str] | None = None) -> int:
    """Run a command with the words of its command line; returns the exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    try:
        if any(word in ("-h", "--help") for word in words):
            print(command.help_text())
            return 0
        if "--version" in words:
            print(f"mygenerator {__version__}")
            return 0
        values = read_flags(command, [word for word in words if word != "--debug"])
        with _talking(debug):
            return _call(command, values) or 0
    except KeyboardInterrupt:
        print(f"\n{command.name}: stopped; what is finished stays, run the same again to go on", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has left; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (MyGeneratorError, OSError) as error:
        # An OSError is what no layer foresaw: a message all the same, and not the status of faults that were found.
        if debug:
            traceback.print_exc()
        print(f"{command.name}: {error}", file=sys.stderr)
        return COULD_NOT_RUN


def read_flags(command: Command, words: Sequence[str]) -> dict[str, str]:
    """The text given for each flag; InputError for an unknown or repeated one, a stray word or a missing value."""
    kinds = command.kinds
    values: dict[str, str] = {}
    rest = iter(words)
    for word in rest:
        name, equals, text = _split(word)
        if not name:
            raise InputError(f"stray word {word!r}", allowed=_listed(kinds), do=_see_help(command))
        if name not in kinds and name.startswith("no") and kinds.get(name[2:].lstrip("_")) is bool and not equals:
            name, equals, text = name[2:].lstrip("_"), "=", "false"
        if name not in kinds:
            raise _unknown_flag(command, name)
        if name in values:
            raise InputError(f"flag --{name} is given twice", do="give it once")
        if not equals:
            text = "true" if kinds[name] is bool else _next_value(rest, name)
        values[name] = text
    for name, parameter in inspect.signature(command.function).parameters.items():
        if parameter.default is inspect.Parameter.empty and name not in values:
            raise InputError(f"flag --{name} is missing", do=_see_help(command))
    return values


def _unknown_flag(command: Command, name: str) -> InputError:
    if name in _COMMON_FLAGS:
        return InputError(f"flag --{name} takes no value", do=f"write --{name} alone")
    near = nearest(name, (*command.kinds, *_COMMON_FLAGS))
    if near is None:
        return InputError(f"unknown flag '--{name}'", allowed=_listed(command.kinds), do=_see_help(command))
    return InputError(f"unknown flag '--{name}'", do=f"did you mean '--{near}'?")


def progress_bar(unit: str) -> Callable[[int, int], None] | None:
    """A function (done, total) that draws a progress bar on a terminal; None where stderr is none."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    drawn = tqdm(unit=f" {unit}", unit_scale=True, leave=False, dynamic_ncols=True)

    def show(done: int, total: int) -> None:
        drawn.total = total
        drawn.update(done - drawn.n)
        if done >= total:
            drawn.close()

    return show


def say(text: str) -> None:
    """Talk, on stderr: results alone go to stdout."""
    print(text, file=sys.stderr)


def _call(command: Command, values: dict[str, str]) -> int | None:
    """Hand the values to python-fire, each with the function that makes it what the signature declares."""
    import fire
    from fire.decorators import SetParseFns

    status: list[int | None] = []

    @SetParseFns(**{name: _parser(name, kind) for name, kind in command.kinds.items()})
    @functools.wraps(command.function)
    def call(*positional: Any, **named: Any) -> None:
        # Fire prints what a function returns; the exit status is not for the reader.
        status.append(command.function(*positional, **named))

    fire.Fire(call, command=[f"--{name}={text}" for name, text in values.items()], name=command.name)
    return status[0]


def _parser(name: str, kind: type) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if kind is str:
            if not text and name != "sequence":
                raise InputError(f"--{name} is ''", do=f"give it a value, or leave --{name} out")
            return text
        if kind is bool:
            if text.lower() in _TRUE + _FALSE:
                return text.lower() in _TRUE
            raise InputError(f"--{name} is {text!r}", allowed="true or false")
        # int() itself would take 1_0 and the digits of other scripts.
        if text.isascii() and text.removeprefix("-").removeprefix("+").isdigit():
            return int(text)
        raise InputError(f"--{name} is {text!r}", allowed="a whole number, such as 10")

    return parse


def _split(word: str) -> tuple[str, str, str]:
    """A word as (flag with underscores, "=" or "", value); an empty flag where the word is none."""
    if not word.startswith("--") or len(word) == 2:
        return "", "", ""
    name, equals, text = word[2:].partition("=")
    return name.replace("-", "_"), equals, text


def _next_value(rest: Iterator[str], name: str) -> str:
    text = next(rest, None)
    if text is None or text.startswith("--"):
        raise InputError(f"flag --{name} has no value", do=f"write --{name} VALUE or --{name}=VALUE")
    return text


def _usage(name: str, kind: type) -> str:
    return f"--{name}" if kind is bool else f"--{name} {'N' if kind is int else 'TEXT'}"


def _see_help(command: Command) -> str:
    return f"see {command.name} --help"


def _listed(kinds: dict[str, type]) -> str:
    return ", ".join(f"--{name}" for name in kinds)


@contextmanager
def _talking(debug: bool) -> Iterator[None]:
    """Warnings of the package go to stderr; with --debug everything does."""
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
