"""What a reader types, in order and in one folder: the example's script, then the pages; every example of --help."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.cli.main import command_names, find_command, help_text
from tests.docs.plans import skip_with_older_plans
from tools.code_blocks import DOCS, ROOT, run_in_process

PAGES = [ROOT / "README.md", DOCS / "howto" / "commands.md", DOCS / "howto" / "validation.md", DOCS / "tutorial.md"]
MUCH = "--num_images 60000"
NETWORK = "--download"


@pytest.fixture
def typed(tmp_path):
    """Types a line at a shell in a folder of one's own, whose home folder is there too."""
    folder = tmp_path / "here"
    folder.mkdir()
    scripts = Path(sys.executable).parent
    environment = os.environ | {
        "HOME": str(tmp_path),
        "MYGENERATOR_HOME": str(tmp_path / "home"),
        "PATH": os.pathsep.join([str(scripts), os.environ["PATH"]]),
    }

    def at_the_shell(line):
        done = subprocess.run(
            ["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}{done.stdout}"

    at_the_shell.folder, at_the_shell.home = folder, tmp_path
    return at_the_shell


def lines_of_the_example():
    """The commands of run_example.sh."""
    return re.findall(r"^run (.+)$", (ROOT / "run_example.sh").read_text(encoding="utf-8"), re.M)


def test_after_the_example_all_first_pages_can_be_typed_in_the_same_folder(typed):
    skip_with_older_plans()
    lines = lines_of_the_example()
    assert len(lines) >= 4
    for line in lines:
        typed(line)
    for page in PAGES:
        done = run_in_process(page, typed.folder, home=str(typed.home / "home"))
        assert done.returncode == 0, f"{page}\n{done.stderr}"


def prepare(typed):
    """What the examples of --help name and a reader has: digits, scans, images, a recipe, folders for completion."""
    folder = typed.folder
    for place in ("path/to/mnist", "path/to/scans"):
        for digit in "0123456789":
            (folder / place / digit).mkdir(parents=True)
            stroke = np.zeros((28, 28), np.uint8)
            stroke[4:24, 8 + int(digit) : 14 + int(digit)] = 255
            cv2.imwrite(str(folder / place / digit / "a.png"), stroke)
    (folder / "recipe.yaml").write_text(
        "text: {phone: {region: JP, count: 20}}\nsteps: [{text_to_image: {spacing_range: [3, 8], image_width: 300}}]\n"
    )
    typed("mygenerator run recipe.yaml --output_path made")
    (folder / "images").mkdir()
    for path in (folder / "made").glob("*.png"):
        shutil.copy(path, folder / "images")
    for place in (".zfunc", ".local/share/bash-completion/completions", ".config/fish/completions"):
        (typed.home / place).mkdir(parents=True)


def examples():
    """Every example of --help, in the order in which the commands are listed."""
    commands = [line for name in command_names() for line, _ in find_command(name).examples]
    return re.findall("^  (mygenerator .+)$", help_text().partition("\nExamples\n")[2], re.M) + commands


def test_every_example_of_help_can_be_typed_after_the_others(typed):
    prepare(typed)
    lines = [line for line in examples() if NETWORK not in line and MUCH not in line]
    assert len(lines) >= 20
    for line in lines:
        typed(line)


@pytest.mark.deep
def test_the_example_that_makes_many_can_be_typed(typed):
    (line,) = [line for line in examples() if MUCH in line]
    typed(line)
