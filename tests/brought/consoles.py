"""Consoles and hosts that people have, as conditions under which every command is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.brought.cases import Case
from tests.brought.every_command import END, commands
from tests.brought.permissions import as_any_user
from tools.code_blocks import ROOT

PROGRAM = Path(__file__).with_name("every_command.py")
LINES = commands()
NAMES = [" ".join(words).encode("ascii", "replace").decode() for words, _ in LINES]


@dataclass(frozen=True)
class Condition:
    """What is different from an everyday console.

    Attributes
    ----------
    environment : dict of str to str
        Variables; an empty value takes one away.
    options : tuple of str
        Options of Python.
    code : str
        Code that the program runs before each command.
    before : callable
        Gives the words in front of the command; it can skip the test.
    output : str or None
        The encoding of standard output; None if nothing comes out.
    differing : tuple of str
        The commands that tell of it on standard output.
    said : str
        A pattern of the lines on standard error that an everyday console does not show.
    errors : bool
        Whether anything comes out of standard error.
    read_only : bool
        Whether the home folder cannot be written to.
    """

    environment: dict[str, str] = field(default_factory=dict)
    options: tuple[str, ...] = ()
    code: str = ""
    before: Callable[[], tuple[str, ...]] = tuple
    output: str | None = "utf-8"
    differing: tuple[str, ...] = ()
    said: str = "(?!)"
    errors: bool = True
    read_only: bool = False


@dataclass(frozen=True)
class Ran:
    """What came of all commands."""

    statuses: list[int]
    outputs: list[bytes]
    errors: str
    files: dict[bytes, bytes]


class Finished(NamedTuple):
    """What came of one command."""

    status: int
    output: bytes
    errors: str


def run_every_command(work: Path, condition: Condition, *, alone: bool = False) -> Ran:
    """Run every command in the new folder `work`, in one process or each in its own.

    The home folder is `home` next to it, empty at first. To compare outputs, use the same path: long lines are folded.
    """
    environment = _afresh(work, condition)
    command = [*condition.before(), sys.executable, *condition.options, PROGRAM, ROOT]
    statuses, outputs, errors = [], [], []
    for number in range(len(LINES)) if alone else [None]:
        done = subprocess.run(
            [*command, *([] if number is None else [str(number)])],
            cwd=work,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )
        statuses.append(done.returncode)
        outputs.append(done.stdout)
        errors.append(done.stderr.decode("utf-8", "replace"))
    if not alone:
        assert statuses == [0], errors
        statuses = json.loads((work / "statuses.json").read_text(encoding="ascii"))
        (work / "statuses.json").unlink()
        outputs = outputs[0].split(END)[:-1]
    return Ran(statuses, outputs, "".join(errors), files_in(work))


def files_in(work: Path) -> dict[bytes, bytes]:
    """All files below a folder, by their paths."""
    return {os.fsencode(path.relative_to(work)): path.read_bytes() for path in work.rglob("*") if path.is_file()}


def _afresh(work: Path, condition: Condition) -> dict[str, str]:
    """Empty the folder and the home folder next to it; returns the environment of the commands."""
    for folder in (work, work.parent / "home"):
        if folder.exists():
            folder.chmod(0o755)
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
    if condition.read_only:
        (work.parent / "home").chmod(0o555)
    given = {"MYGENERATOR_HOME": str(work.parent / "home"), "CONDITION": condition.code}
    # Empty: not those of whoever runs the tests.
    given |= {"MYGENERATOR_TWINS": "", "PYTHONUNBUFFERED": ""}
    return {name: value for name, value in (os.environ | given | condition.environment).items() if value}


def run_at_once(work: Path, befores: Sequence[tuple[str, ...]], numbers: Sequence[int]) -> list[list[Finished]]:
    """Run commands one after the other in the new folder `work`, each at once behind all `befores`."""
    environment = _afresh(work, Condition())
    finished = []
    for number in numbers:
        started = [
            subprocess.Popen(
                [*before, sys.executable, PROGRAM, ROOT, str(number)],
                cwd=work,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for before in befores
        ]
        ended = [(*process.communicate(timeout=300), process.returncode) for process in started]
        finished.append([Finished(status, out, err.decode("utf-8", "replace")) for out, err, status in ended])
    return finished


def check_same(ran: Ran, usual: Ran, condition: Condition) -> None:
    """Check the statuses of all commands, and that they wrote and said what they do on an everyday console."""
    assert dict(zip(NAMES, ran.statuses, strict=True)) == {
        name: status for name, (_, status) in zip(NAMES, LINES, strict=True)
    }
    assert ran.files == usual.files
    if condition.output is None:
        assert b"".join(ran.outputs) == b""
    else:
        for name, (words, _), found, right in zip(NAMES, LINES, ran.outputs, usual.outputs, strict=True):
            if words[0] not in condition.differing:
                lines = steady(found.decode(condition.output, "surrogateescape")).splitlines()
                assert lines == _shown(steady(right.decode()), condition.output).splitlines(), name
    assert "Traceback" not in ran.errors
    if not condition.errors:
        assert ran.errors == ""
    elif condition.output == "utf-8":
        usually = steady(usual.errors).splitlines()
        for line in steady(ran.errors).splitlines():
            assert line in usually or re.search(condition.said, line), line
        assert set(usually) <= set(steady(ran.errors).splitlines())


def _shown(text: str, encoding: str) -> str:
    """A text as it is read back from a console of that encoding."""
    return text.encode(encoding, "backslashreplace").decode(encoding)


def steady(text: str) -> str:
    """Without the speed that was measured, the room on the disk, and what says that another test compiles meanwhile."""
    text = re.sub(r"(?m)^the compiled kernels in .*: they are compiled again\n?", "", text)
    return re.sub(r"(?m)^speed.*|[\d,]+ MB are free", lambda found: re.sub(r"[\d,]+", "N", found[0]), text)


def closed(words: str) -> Callable[[], tuple[str, ...]]:
    """What runs a command with standard streams closed as a shell closes them: `2>&-`."""
    return lambda: ("bash", "-c", f'exec "$@" {words}', "bash")


_NO_NUMBA = "numba cannot be used"
_NO_HOME = "there is no home folder"
_NOT_WRITTEN = "cannot be (written|kept)"

CONDITIONS = [
    Case("standard error is closed (2>&-)", "service", Condition(before=closed("2>&-"), errors=False), None),
    Case("standard output is closed (>&-)", "service", Condition(before=closed(">&-"), output=None), None),
    Case(
        "no standard stream at all",
        "pythonw",
        Condition(code="close(0, 1, 2)", output=None, errors=False),
        None,
    ),
    Case("cp1252", "Windows console", Condition({"PYTHONIOENCODING": "cp1252"}, output="cp1252"), None),
    Case("ASCII", "old terminal", Condition({"PYTHONIOENCODING": "ascii"}, output="ascii"), None),
    Case(
        "the locale C, without UTF-8 mode",
        "cron",
        Condition({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
        None,
    ),
    Case(
        "no home folder and no password entry",
        "container",
        Condition(code="no_home()", differing=("doctor", "glyphs"), said=_NO_HOME),
        None,
    ),
    Case(
        "a home folder that cannot be made",
        "container",
        Condition({"MYGENERATOR_HOME": f"{PROGRAM}/x"}, differing=("doctor", "glyphs"), said=_NOT_WRITTEN),
        None,
    ),
    Case(
        "a read-only home folder",
        "container",
        Condition(read_only=True, before=as_any_user, differing=("doctor",), said=_NOT_WRITTEN),
        None,
    ),
    Case(
        "no numba",
        "slim install",
        Condition({"MYGENERATOR_TWINS": "numba"}, code="sys.modules['numba'] = None", said=_NO_NUMBA),
        None,
    ),
    Case(
        "numba told to compile nothing",
        "debugging",
        Condition({"MYGENERATOR_TWINS": "numba", "NUMBA_DISABLE_JIT": "1"}, said=_NO_NUMBA),
        None,
    ),
    Case("python -I", "packaged application", Condition(options=("-I",)), None),
    Case("python -W error", "strict test run", Condition(options=("-W", "error")), None),
    Case("python -OO", "embedded Python", Condition(options=("-OO",)), None),
    Case(
        "sys.executable is empty",
        "embedded Python",
        Condition(code="sys.executable = ''", said="this process does the work"),
        None,
    ),
    Case("no thread can be started", "cluster login node", Condition(code="no_threads()", said="does the work"), None),
]
