"""A pipe, a socket or a device in place of a file is refused at once by what it is; waiting for it might never end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mygenerator.cli.main import main
from mygenerator.config import config_load
from mygenerator.glyphs import load_glyphs
from mygenerator.recipes import Recipe
from mygenerator.util_image import image_read
from tests.brought.cases import Case, check, each, refused
from tests.brought.made_pairs import half, pair

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")

NO_FILE = "a pipe, a socket or a device"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Ends a test that waits."""

    def waited(number, frame):
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, waited)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "no-file")
    return folder / "no-file"


def sock(folder: Path) -> Path:
    os.chdir(folder)  # the name of a socket has to be short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("no-file")
    return folder / "no-file"


def device(folder: Path) -> Path:
    return Path("/dev/zero")


def link(folder: Path) -> Path:
    (folder / "link").symlink_to(pipe(folder))
    return folder / "link"


def by_recipe(text: str) -> Callable[[Path], object]:
    def read(path: Path) -> object:
        return Recipe.from_yaml(f"seed: 1\n{text.format(path)}").dataset()

    return read


def configured(path: Path) -> object:
    Path("my.yaml").write_text(f"datasets: {{mine: {{path: '{path}'}}}}")
    return load_glyphs("mine", config_load(Path("my.yaml")))


STEPS = "\nsteps: [{{text_to_image: {{glyphs: {}, image_width: 90}}}}]"
READERS: dict[str, Callable[[Path], object]] = {
    "glyphs": load_glyphs,
    "a part of glyphs": lambda path: load_glyphs(f"{path}:test"),
    "a configured source": configured,
    "glyphs of a recipe": by_recipe("text: {{pattern: '[0-9]', count: 2}}" + STEPS.replace("{}", "'{0}'")),
    "labels of a recipe": by_recipe("text: {{file: '{0}'}}" + STEPS.replace("{}", "optdigits")),
    "the configuration": config_load,
    "an image": image_read,
}
BROUGHT = [
    Case(f"{what} is {make.__name__}", "shell", (read, make), refused(NO_FILE))
    for what, read in READERS.items()
    for make in (pipe, sock, device, link)
]


@each(BROUGHT)
def test_what_is_no_file_is_refused_at_once_by_what_it_is(tmp_path, case, monkeypatch):
    monkeypatch.chdir(tmp_path)
    read, make = case.bring
    path = make(tmp_path)
    check(case, lambda: read(path))


@pytest.mark.parametrize("command", ["show", "validate-phone-sequence"])
def test_a_folder_whose_table_is_a_pipe_is_not_waited_for(tmp_path, command, capsys):
    folder = tmp_path / "made"
    folder.mkdir()
    for name in ("meta.csv", "recipe.json", "manifest.json"):
        os.mkfifo(folder / name)
    words = [command, str(folder)] if command == "show" else [command, "--input_path", str(folder)]
    assert main(words) in (1, 2)
    said = capsys.readouterr()
    assert NO_FILE in said.out + said.err


def test_pipes_beside_an_idx_pair_are_passed_over(tmp_path):
    folder = pair(tmp_path / "d", *half("test"))
    os.mkfifo(folder / "log")
    assert len(load_glyphs(folder)) > 90


@pytest.mark.parametrize("given", ["/dev/stdin", "/dev/fd/0", "/dev/null"])
def test_a_configuration_comes_from_standard_input_or_is_empty(tmp_path, given):
    text = "current_dataset: mine\ndatasets: {mine: {path: x}}"
    right = "optdigits" if given == os.devnull else "mine"
    code = "import sys; from mygenerator.config import config_load; print(config_load(sys.argv[1])['current_dataset'])"
    found = subprocess.run(
        [sys.executable, "-c", code, given], input=text, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert found.stdout.strip() == right
