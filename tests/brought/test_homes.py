"""The home folder of the package: where it is, and what is done without one that can be used."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mygenerator.config import config_load
from mygenerator.files import home_folder, home_if_known
from mygenerator.glyphs import load_glyphs
from tests.brought.cases import Case, check, each, refused
from tests.brought.permissions import as_any_user
from tools.code_blocks import ROOT

HOMES = [
    Case("unset", "desktop", None, lambda home: home / ".mygenerator"),
    Case("empty", "shell script", "", lambda home: home / ".mygenerator"),
    Case("relative", "shell", "here", lambda home: home.parent / "here"),
    Case("below the user's", "shell", "~/mine", lambda home: home / "mine"),
    Case("of nobody", "typing", "~nobody-here/x", refused("MYGENERATOR_HOME", "nobody-here", "to a folder")),
    Case("an address", "cloud", "s3://bucket/home", refused("MYGENERATOR_HOME", "is an address", "to a folder")),
]


@each(HOMES)
def test_the_variable_of_the_home_folder(case, home, monkeypatch):
    monkeypatch.delenv("MYGENERATOR_HOME")
    if case.bring is not None:
        monkeypatch.setenv("MYGENERATOR_HOME", case.bring)
    right = case.right(home) if callable(case.right) else case.right
    check(Case(case.situation, case.source, case.bring, right), home_folder)


def test_without_any_home_folder_one_line_says_what_is_not_kept(monkeypatch, caplog):
    monkeypatch.delenv("MYGENERATOR_HOME")
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)
    with caplog.at_level(logging.WARNING, "mygenerator"):
        from mygenerator.files import _warn_of_no_home

        _warn_of_no_home.cache_clear()
        assert home_if_known() is None
        assert config_load()["current_dataset"] == "optdigits"
        assert len(load_glyphs("optdigits")) == 1790
    assert caplog.text.count("there is no home folder") == 1


# A folder that may not be entered


def _closed(folder: Path) -> dict[str, str]:
    folder.mkdir()
    (folder / "config.yaml").write_text("current_dataset: mnist\n")
    folder.chmod(0)
    return {"MYGENERATOR_HOME": str(folder)}


def _below_a_closed_one(folder: Path) -> dict[str, str]:
    (folder / "above").mkdir(parents=True)
    folder.chmod(0)
    return {"MYGENERATOR_HOME": str(folder / "above" / "mine")}


def _of_another_user(folder: Path) -> dict[str, str]:
    """What containers do that run as another user than the one they were built for."""
    folder.mkdir()
    folder.chmod(0)
    return {"HOME": str(folder), "MYGENERATOR_HOME": ""}


CLOSED = [
    Case("mode 000", "chmod", _closed, ""),
    Case("in a folder of mode 000", "cluster", _below_a_closed_one, "/above/mine"),
    Case("that of another user", "container", _of_another_user, "/.mygenerator"),
]

NOT_SAID: dict[str, int] = {}
COMMANDS = [
    ("generate-phone-numbers --num_images 2 --seed 1 --output_path out", 0, {"stderr": 1}),
    ("validate-phone-sequence --input_path out", 0, NOT_SAID),
    ("glyphs", 0, {"stdout": 6, "stderr": 1}),
    ("doctor", 0, {"stdout": 1, "stderr": 1}),
    ("generate-phone-numbers --num_images 2 --glyphs mnist", 2, {"stderr": 2}),
    ("replay out 1 --output_file one.png", 0, {"stderr": 1}),
]

RUN = """import sys
from mygenerator.cli.main import main
from mygenerator.inspection import doctor
doctor._SPEED_IMAGES = 60
sys.exit(main())"""


@each(CLOSED)
def test_a_home_folder_that_may_not_be_entered_is_told_as_such_and_done_without(case, tmp_path):
    before, closed = as_any_user(), tmp_path / "closed"
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | case.bring(closed)
    told = f"the home folder {closed}{case.right} cannot be entered (Permission denied)".replace(" ", "")
    try:
        for line, status, said in COMMANDS:
            command = [*before, sys.executable, "-c", RUN, *line.split()]
            done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == status, done.stderr
            # Long lines are folded, within paths too.
            streams = {"stdout": "".join(done.stdout.split()), "stderr": "".join(done.stderr.split())}
            assert {name: text.count(told) for name, text in streams.items() if told in text} == said, line
            assert "cannotbewritten" not in streams["stderr"]
    finally:
        closed.chmod(0o755)


@pytest.fixture
def closed(tmp_path) -> Iterator[Path]:
    """A folder that may not be entered."""
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0)
    yield folder
    folder.chmod(0o755)


PLACES = [
    Case("a configuration", "cluster", "glyphs --config_file {}/c.yaml", "the configuration file cannot be read"),
    Case("digits", "cluster", "generate-phone-numbers --glyphs {}/digits", "the glyph source cannot be read"),
    Case("digits of a configuration", "cluster", "glyphs --config_file c.yaml", "cannot be used: it cannot be read"),
    Case("a saved folder", "cluster", "replay {} 0", "it cannot be read"),
    Case("a folder within", "cluster", "replay {}/out 0", "'{}/out'"),
    Case("a folder to look at", "cluster", "show {}/out", "'{}/out'"),
    Case("a folder to judge", "cluster", "validate-phone-sequence --input_path {}", "the folder cannot be read"),
    Case("a recipe", "cluster", "run {}/r.yaml", "the recipe cannot be read"),
    Case("the folder to write to", "cluster", "generate-phone-numbers --output_path {}/x", "'{}/x'"),
]


@each(PLACES)
def test_whatever_may_not_be_entered_is_told_as_such(case, closed, tmp_path):
    before = as_any_user()
    (tmp_path / "c.yaml").write_text(f"datasets: {{mine: {{kind: folder, path: {closed}/digits}}}}\n")
    words = case.bring.format(closed).split()
    done = subprocess.run(
        [*before, sys.executable, "-m", "mygenerator", *words],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (0 if words[-1] == "c.yaml" else 2)
    said = " ".join((done.stdout + done.stderr).split())
    assert case.right.format(closed) in said
    assert "Permission denied" in said
    assert "Traceback" not in said
