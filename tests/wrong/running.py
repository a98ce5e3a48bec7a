"""Laying out a wrong input, running its command line here or as a process, and seeing what that has changed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from mygenerator.cli import main as front
from mygenerator.cli.common import main as run_command
from mygenerator.errors import InputError
from tests.glyphs.mirrors import Mirrors
from tests.wrong.entries import SERVER, Content, Link, Wrong

FRONT = "mygenerator"

ALWAYS_LEFT = ("home", "home/config.yaml")
"""A first use may write the configuration of the home folder; no cache of glyphs."""


def prepared(wrong: Wrong, folder: Path, server: Mirrors) -> tuple[list[str], list[str]]:
    """The words of the command line and those of the message, when all files are in place."""

    def addressed(text: str) -> str:
        return text.replace(SERVER, f"http://127.0.0.1:{server.server.server_port}")

    server.files = {name: _data(content) for name, content in wrong.served.items()}
    for name, content in wrong.files.items():
        _write(folder / name, addressed(content) if isinstance(content, str) else content, name.endswith("/"))
    return shlex.split(addressed(wrong.line)), [addressed(word) for word in wrong.words]


def _write(path: Path, content: Content, is_folder: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if is_folder:
        path.mkdir(exist_ok=True)
    elif isinstance(content, Link):
        path.symlink_to(content.to)
    else:
        path.write_bytes(_data(content))


def _data(content: Content) -> bytes:
    assert not isinstance(content, Link)
    if isinstance(content, str):
        return content.encode()
    return content if isinstance(content, bytes) else content()


def name_of(words: list[str]) -> str:
    """What the message begins with: the command's name, with `mygenerator` before those that stand behind it."""
    if words[0] != FRONT:
        return words[0]
    try:
        return front.find_command(words[1]).name
    except InputError:
        return FRONT


def run_here(words: list[str]) -> int:
    """The exit status of a command line, in this process."""
    return front.main(words[1:]) if words[0] == FRONT else run_command(front.find_command(words[0]), words[1:])


def tree(folder: Path) -> dict[str, object]:
    """Every name below a folder, with sizes and times of the files."""
    found: dict[str, object] = {}
    for path in folder.rglob("*"):
        state = path.lstat()
        found[str(path.relative_to(folder))] = path.is_dir() or (state.st_size, state.st_mtime_ns)
    return found


def changes(before: dict[str, object], after: dict[str, object], allowed: tuple[str, ...]) -> list[str]:
    """The names that have come, gone or changed, but for those that may."""
    names = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    return [name for name in names if not any(re.fullmatch(pattern, name) for pattern in (*ALWAYS_LEFT, *allowed))]


def process(words: list[str], before: tuple[str, ...] = (), **options: Any) -> subprocess.Popen:
    """A command line as a process."""
    if words[0] == FRONT:
        command = ["-m", FRONT, *words[1:]]
    else:
        command = ["-m", f"mygenerator.cli.cli_{words[0].replace('-', '_')}", *words[1:]]
    return subprocess.Popen([*before, sys.executable, *command], **options)


def start(words: list[str], before: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """Exit status, stdout and stderr of a command line as a process."""
    with process(words, before, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as started:
        out, err = started.communicate(timeout=120)
    return started.returncode, out.decode(), err.decode(errors="backslashreplace")
