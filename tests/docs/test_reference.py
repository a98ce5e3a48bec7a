"""The reference leaves nothing out: every public name, every module that a user or a contributor may import."""

from __future__ import annotations

import pkgutil
import re

import pytest

import mygenerator
from tools.code_blocks import DOCS

REFERENCE = DOCS / "reference"
COMMANDS_AND_FILES = {"__main__", "cli", "data"}


def documented_modules() -> set[str]:
    text = "".join(page.read_text(encoding="utf-8") for page in REFERENCE.glob("*.md"))
    return set(re.findall(r"automodule:: mygenerator\.(\w+)", text))


@pytest.mark.parametrize("name", sorted(set(mygenerator.__all__) - {"__version__"}))
def test_a_name_at_the_top_of_the_package_is_in_the_table(name):
    home = getattr(mygenerator, name).__module__.split(".")[1]
    assert f"   ~mygenerator.{home}.{name}\n" in (REFERENCE / "index.md").read_text(encoding="utf-8")


def test_every_module_has_its_place():
    modules = {module.name for module in pkgutil.iter_modules(mygenerator.__path__)}
    modules = {name for name in modules if not name.endswith("_numba")}
    assert documented_modules() == modules - COMMANDS_AND_FILES


def test_every_module_stands_under_its_own_heading():
    for page in REFERENCE.glob("*.md"):
        pairs = re.findall(r"^## (\S+)\n\n```\{eval-rst\}\n\.\. automodule:: (\S+)\n", page.read_text(), re.M)
        assert all(heading == module for heading, module in pairs)
        assert page.name == "index.md" or pairs
