"""README and docs say what is so: every block of code is run, every picture is what the page's code makes."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from tests.docs.plans import skip_with_older_plans
from tools.code_blocks import DOCS, blocks_of, named, pages, pictures_of, run_in_process
from tools.make_pictures import FLOW, LETTERS, PICTURES, SCREENSHOT, flow, made_by

PAGES = [page for page in pages() if blocks_of(page)]
SHOW_NUMBERS = {
    "docs/gallery.md",
    "docs/howto/augment.md",
    "docs/howto/own_pattern.md",
    "docs/howto/own_transform.md",
    "docs/howto/resume.md",
    "docs/tutorial.md",
}
"""Pages that show phone numbers of a seed, which are those of today's numbering plans."""


def pixels_differ(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two pictures differ, by more than the letters of another release of OpenCV make."""
    if cv2.__version__.partition(".")[0] == LETTERS:
        return not np.array_equal(first, second)
    if first.shape != second.shape:
        return not np.allclose(first.shape, second.shape, rtol=0.3)  # wider letters make wider columns
    return bool((np.abs(first.astype(int) - second) > 40).mean() > 0.03)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_code_of_a_page_does_what_the_page_says_and_shows(page, tmp_path):
    if named(page) in SHOW_NUMBERS:
        skip_with_older_plans()
    folder = tmp_path / "empty"
    folder.mkdir()
    done = run_in_process(page, folder, home=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr
    for name in made_by(page):
        made, shown = (cv2.imread(str(place / name)) for place in (folder, PICTURES))
        assert not pixels_differ(made, shown), f"{name} is not what is shown: run python -m tools.make_pictures"


@pytest.mark.deep
@pytest.mark.parametrize("page", PAGES, ids=named)
def test_the_commands_of_a_page_do_the_same_in_processes_of_their_own(page, tmp_path):
    folder = tmp_path / "empty"
    folder.mkdir()
    done = run_in_process(page, folder, "processes", home=str(tmp_path / "home"))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("file", sorted((DOCS / "examples").glob("*.py")), ids=named)
def test_the_examples_in_a_file_of_the_docs_run(file):
    done = subprocess.run([sys.executable, "-m", "doctest", file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_is_not_run_is_known_and_says_why():
    blocks = [block for page in PAGES for block in blocks_of(page) if block.not_run]
    assert [(named(block.page), block.not_run) for block in blocks] == [
        ("README.md", "both are run on every change, from a clean checkout"),
        ("CONTRIBUTING.md", "all are run on every change, but the one with --deep every week"),
        ("docs/howto/formats.md", "the tests have them already"),
        ("docs/howto/formats.md", "datasets is not among what the everyday tests install"),
        ("docs/howto/formats.md", "TensorFlow is not among what the everyday tests install"),
        ("docs/howto/formats.md", "kraken is not among what the tests install"),
        ("docs/howto/own_digits.md", "needs MNIST's files, which are not part of this project"),
        ("docs/howto/own_digits.md", "downloads from the internet"),
        ("docs/tutorial.md", "makes an environment and installs into it"),
    ]


@pytest.mark.parametrize("page", pages(), ids=named)
def test_no_code_is_hidden_from_being_run(page):
    text = page.read_text(encoding="utf-8")
    outside = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    drawings = page == DOCS / "design.md" or page.parent == DOCS / "explanation"
    assert drawings or not re.search(r"\n\n    ", outside), "an indented block"
    directives = {
        line.split("::")[0]
        for block in re.findall(r"^```\{eval-rst\}\n(.*?)^```$", text, re.M | re.S)
        for line in block.splitlines()
        if line.startswith("..")
    }
    assert directives <= {".. automodule", ".. autosummary"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_block_that_is_a_file_is_used_by_one_that_runs(page):
    blocks = blocks_of(page)
    for place, block in enumerate(blocks):
        if block.file_name and block.language != "yaml":
            name = block.file_name.removesuffix(".py") if block.file_name != "pyproject.toml" else "pip install"
            assert any(name in later.text for later in blocks[place + 1 :] if not later.not_run), block.file_name


def test_every_picture_is_made_by_one_page_and_shown():
    makers = [name for page in pages() for name in made_by(page)]
    shown = {name for page in pages() for name in pictures_of(page)}
    there = {path.name for path in PICTURES.iterdir()}
    assert sorted(makers) == sorted(there - {FLOW, SCREENSHOT})
    assert shown == there


def test_the_picture_of_the_flow_is_what_the_code_draws():
    assert (PICTURES / FLOW).read_text(encoding="utf-8") == flow()
    assert ElementTree.fromstring(flow()).tag.endswith("svg")


@pytest.mark.parametrize("page", pages(), ids=named)
def test_every_link_to_a_file_leads_to_one(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_of_the_docs_is_in_the_contents():
    listed = set()
    for page in DOCS.rglob("*.md"):
        for block in re.findall(r"^```\{toctree\}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
            listed |= {page.parent / f"{line}.md" for line in block.splitlines() if line and not line.startswith(":")}
    assert listed == set(DOCS.rglob("*.md")) - {DOCS / "index.md"}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("```python\nprint(1)\n```\n\n```output\n2\n```\n", "is not what was printed"),
        ("```python\nraise ValueError('no')\n```\n", "ValueError: no"),
        ("```console\nfalse\n```\n", "exited with 1, not 0"),
        ("```console\nmygenerator run nothing.yaml\n```\n", "exited with 2, not 0"),
        ("<!-- exit status 1 -->\n```console\ntrue\n```\n", "exited with 0, not 1"),
        ("```yaml\ntext: {phone: JP}\nstep: []\n```\n", "unknown key 'step'"),
        ("<!-- refused -->\n```yaml\ntext: {phone: JP}\n```\n", "is not refused"),
        ("```yaml\ncurrent_dataset: nobody\n```\n", "nobody"),
        ("```toml\n[project\n```\n", "TOMLDecodeError"),
        ("```perl\nprint 1\n```\n", "unknown language 'perl'"),
        ("<!-- skip -->\n```python\n1 / 0\n```\n", "unknown mark 'skip'"),
        ("text\n  ```python\n  1 / 0\n  ```\n", "one is indented"),
    ],
)
def test_a_page_that_says_what_is_not_so_is_found_out(source, words, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(source)
    (tmp_path / "empty").mkdir()
    done = run_in_process(page, tmp_path / "empty", home=str(tmp_path / "home"))
    assert done.returncode != 0
    assert words in done.stderr
