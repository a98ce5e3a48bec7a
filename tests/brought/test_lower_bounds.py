"""Environments with old packages: what setup.py allows works together, and is what the run with the lowest installs."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml

from tests.brought.cases import Case, each
from tools import lowest_bounds

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools" / "lowest_bounds.py"

with_bash = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")


def said_by_setup() -> list[str]:
    """What setup.py hands to setuptools as needed, by the package and by its tests."""
    given: dict = {}
    stand_in = types.ModuleType("setuptools")
    stand_in.setup = given.update  # type: ignore[attr-defined]
    stand_in.find_packages = lambda **_: []  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "setuptools", stand_in)
        runpy.run_path(str(ROOT / "setup.py"))
    return given["install_requires"] + given["extras_require"]["test"]


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


# The newest release of each that installs beside what setup.py allows, and does not work there.
TOO_OLD = [
    Case("opencv built for numpy 1", "old lock file", lambda: ("opencv-python-headless", "4.10.0.82"), "not allowed"),
    Case("pandas built for numpy 1", "old lock file", lambda: ("pandas", "2.2.1"), "not allowed"),
    Case("scikit-image built for numpy 1", "old lock file", lambda: ("scikit-image", "0.22.0"), "not allowed"),
    Case("numba that refuses numpy 2", "old lock file", lambda: ("numba", "0.59.1"), "not allowed"),
    Case("numpy without numpy.strings", "old lock file", lambda: ("numpy", "1.26.4"), "not allowed"),
    Case("fire that needs the module pipes", "Python 3.13", lambda: ("fire", "0.6.0"), "not allowed"),
    Case("xxhash that was withdrawn", "old lock file", lambda: ("xxhash", "3.4.0"), "not allowed"),
    Case("PyYAML whose source does not build", "a machine without a wheel", lambda: ("PyYAML", "6.0"), "not allowed"),
    Case("scikit-learn built for numpy 1", "old test setup", lambda: ("scikit-learn", "1.4.1"), "not allowed"),
    Case("shtab without fish", "old lock file", lambda: ("shtab", "1.8.2"), "not allowed"),
    Case("shtab that completes no folders", "old lock file", lambda: ("shtab", "1.9.0"), "not allowed"),
    Case("the first opencv for numpy 2", "cautious site", lambda: ("opencv-python-headless", "4.10.0.84"), "allowed"),
    Case("phonenumbers of 2022", "cautious site", lambda: ("phonenumbers", "8.13"), "allowed"),
    Case("the first pandas for numpy 2", "cautious site", lambda: ("pandas", "2.2.2"), "allowed"),
    Case("scikit-image that needs a home folder", "container", lambda: ("scikit-image", "0.24.0"), "not allowed"),
    Case("scikit-image that needs no home folder", "container", lambda: ("scikit-image", "0.25.0"), "allowed"),
    Case("the first numpy 2", "cautious site", lambda: ("numpy", "2.0"), "allowed"),
]


@each(TOO_OLD)
def test_what_does_not_work_beside_numpy_2_is_not_allowed_and_what_does_is(case):
    name, version = case.bring()
    allowed = numbers(version) >= numbers(lowest_bounds.lowest(said_by_setup())[name])
    assert ("allowed" if allowed else "not allowed") == case.right


@pytest.mark.parametrize("line", said_by_setup())
def test_every_package_has_a_lower_bound_that_the_run_with_the_lowest_installs(line):
    name, _, rest = line.partition(">=")
    version = rest.partition(",")[0]
    assert lowest_bounds.lowest([line]) == {name: version}


def test_the_constraints_for_pip_are_all_bounds_of_setup():
    done = subprocess.run([sys.executable, TOOL], capture_output=True, text=True, check=True)
    wanted = [f"{re.split('[>=,]', line)[0]}=={re.split('>=|,', line)[1]}" for line in said_by_setup()]
    assert done.stdout.split() == wanted
    assert len(wanted) >= 20


@pytest.mark.parametrize(
    "line", ["numpy", "numpy==2.0", "numpy<3", "numpy>2.0", "numpy~=2.0", 'x>=1; sys_platform=="a"']
)
def test_a_requirement_without_a_plain_lower_bound_is_an_error(line):
    with pytest.raises(ValueError, match="has no lower bound"):
        lowest_bounds.lowest([line])


def test_a_package_that_is_newer_older_or_missing_is_told(monkeypatch):
    there = {"numpy": "2.0.0", "pandas": "2.2.3"}

    def version(name):
        if name not in there:
            raise lowest_bounds.metadata.PackageNotFoundError(name)
        return there[name]

    monkeypatch.setattr(lowest_bounds.metadata, "version", version)
    wanted = {"numpy": "2.0", "pandas": "2.2.2", "tqdm": "4.66"}
    assert lowest_bounds.differing(wanted) == ["pandas: 2.2.3, lowest 2.2.2", "tqdm: not installed, lowest 4.66"]
    assert lowest_bounds.differing({"numpy": "2.0"}) == []


def test_the_run_with_the_lowest_is_part_of_every_change():
    script = (ROOT / "run_tests.sh").read_text(encoding="utf-8")
    assert re.search(r'tools/lowest_bounds.py >"\$bounds"', script)
    assert '--constraint "$bounds" --editable ".[test]"' in script
    assert "tools/lowest_bounds.py --check" in script
    assert "run_tests.sh --lowest" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    workflow = yaml.safe_load((ROOT / ".github/workflows/CI_build_release.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["lowest"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash run_tests.sh --lowest"]
    (python,) = (step["with"]["python-version"] for step in job["steps"] if "setup-python" in step.get("uses", ""))
    assert f'python_requires=">={python}"' in (ROOT / "setup.py").read_text(encoding="utf-8")
    assert "lowest" in workflow["jobs"]["publish"]["needs"]


@with_bash
def test_two_kinds_of_run_at_once_are_refused_before_anything_is_made(tmp_path):
    environment = os.environ | {"VENV": str(tmp_path / "venv")}
    done = subprocess.run(
        ["bash", ROOT / "run_tests.sh", "--deep", "--lowest"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "two runs" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []
