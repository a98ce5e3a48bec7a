"""moved: modules under their earlier names are the modules of today."""

import importlib
import subprocess
import sys

import pytest

from mygenerator.moved import NEW_NAMES


@pytest.mark.parametrize("old", NEW_NAMES)
def test_the_earlier_name_of_a_module_is_the_module_itself(old):
    new = importlib.import_module(f"mygenerator.{NEW_NAMES[old]}")
    assert importlib.import_module(f"mygenerator.{old}") is new
    assert new.__name__ == f"mygenerator.{NEW_NAMES[old]}"
    assert new.__spec__.name == new.__name__


def test_every_way_to_write_the_import_works_in_a_fresh_process():
    code = (
        "import mygenerator.sheet; from mygenerator.phone import phone_plan; from mygenerator import layout; "
        "from mygenerator.patterns.syntax import parse; "
        "print(mygenerator.sheet.__name__, phone_plan.__module__, layout.__name__, parse.__module__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        "mygenerator.inspection.sheets",
        "mygenerator.text.numbering_plan",
        "mygenerator.strip.layout",
        "mygenerator.text.patterns.syntax",
    ]


def test_a_module_that_never_was_is_still_not_found():
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("mygenerator.sheets")
