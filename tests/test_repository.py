"""The repository as a whole: its scripts and workflows, what setup.py promises, and what the package may not do."""

import ast
import doctest
import importlib
import os
import re
import runpy
import shutil
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SCRIPTS = ["run_example.sh", "run_tests.sh", ".ci/run", "tools/build_docs.sh", "benchmarks/profile.sh"]
WORKFLOWS = ["CI_build_release.yml", "CI_test_deep.yml"]
PACKAGE_FILES = sorted((ROOT / "mygenerator").rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))

GLOBAL = {"tests/compat/conftest.py"}
"""Tests that look at the users' own generators, to see that nothing draws from them."""
RANDOM = {
    "random",
    "secrets",
    "uuid",
    "os.urandom",
    "os.getrandom",
    "numpy.random",
    "scipy.stats",
    "skimage.util.random_noise",
    "sklearn.utils.check_random_state",
    "cv2.randn",
    "cv2.randu",
    "cv2.randShuffle",
    "cv2.setRNGSeed",
}
# A time of day is a seed in disguise and may stand in nothing that is saved; time.monotonic measures as well.
TIME_OF_DAY = {
    "time.time",
    "time.time_ns",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
}
EXECUTES_WHAT_IT_READS = {
    "pickle.load",
    "pickle.loads",
    "pickle.Unpickler",
    "cloudpickle",
    "dill",
    "joblib",
    "marshal",
    "shelve",
    "pandas.read_pickle",
    "yaml.load",
    "yaml.load_all",
    "yaml.full_load",
    "yaml.unsafe_load",
    "yaml.Loader",
    "yaml.FullLoader",
    "yaml.UnsafeLoader",
}

with_bash = pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted_names(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """(node, full dotted name) of everything that a module imports or reaches through what it imported.

    `np.random.rand` counts as numpy.random.rand after `import numpy as np`; so do `getattr(np, "random")` and
    `import_module("numpy.random")`.
    """
    full_name_of: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                full_name_of[alias.asname or top] = alias.name if alias.asname else top
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            for alias in node.names:
                full_name_of[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node, f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if name := _resolve(node, full_name_of):
            yield node, name


def _resolve(node: ast.AST, full_name_of: dict[str, str]) -> str | None:
    """The full name that an expression stands for, where it begins with something imported."""
    match node:
        case ast.Name(id=name):
            return full_name_of.get(name)
        case (
            ast.Attribute(value=owner, attr=name)
            | ast.Call(func=ast.Name(id="getattr"), args=[owner, ast.Constant(value=str(name)), *_])
        ):
            owner_name = _resolve(owner, full_name_of)
            return owner_name and f"{owner_name}.{name}"
        case ast.Call(
            func=ast.Name(id="__import__" | "import_module") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return name
    return None


def harmless_nodes(tree: ast.AST) -> set[ast.AST]:
    """What may stand although its name is forbidden, as written in the patterns below.

    `time.time() - path.stat().st_mtime` is how old a file is, no seed; `pickle.load(process.stdout)` and
    `pickle.load(sys.stdin.buffer)` read what our own processes write to each other, `pickle.loads(pickle.dumps(value))`
    what this process has just made: nothing from disk.
    """

    def is_harmless(node: ast.AST) -> bool:
        match node:
            case ast.BinOp(left=ast.Call(), op=ast.Sub(), right=ast.Attribute(attr="st_mtime")):
                return True
            case ast.Call(args=[source]):
                function, read = ast.unparse(node.func), ast.unparse(source)
                return (function == "pickle.load" and read.endswith(("sys.stdin.buffer", "process.stdout"))) or (
                    function == "pickle.loads" and read.startswith("pickle.dumps(")
                )
        return False

    return {inner for node in ast.walk(tree) if is_harmless(node) for inner in ast.walk(node)}


def uses(source: str, forbidden: set[str]) -> list[str]:
    """'line: name' for each use of a forbidden name, or of something inside it."""
    tree = ast.parse(source)
    harmless = harmless_nodes(tree)
    found = {
        (node.lineno, name)  # type: ignore[attr-defined]
        for node, name in dotted_names(tree)
        if node not in harmless and any(f"{name}.".startswith(f"{bad}.") for bad in forbidden)
    }
    return [f"{line}: {name}" for line, name in sorted(found)]


def setup_arguments() -> dict:
    """What setup.py hands to setuptools, which need not be installed."""
    arguments: dict = {}
    stand_in = types.ModuleType("setuptools")
    stand_in.setup = arguments.update  # type: ignore[attr-defined]
    stand_in.find_packages = lambda **_: []  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "setuptools", stand_in)
        runpy.run_path(str(ROOT / "setup.py"))
    return arguments


def run_lines(workflow: dict) -> str:
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return "\n".join(step.get("run", "") for step in steps)


# What the package may not do


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "import numpy.random",
        "import numpy as np\nnp.random.rand(3)",
        "from numpy import random as r",
        "from numpy.random import default_rng",
        "def f():\n    import numpy as np\n    return getattr(np, 'random')",
        "import os\nseed = os.urandom(8)",
        "from os import urandom",
        "import uuid",
        "import importlib\nimportlib.import_module('secrets')",
        "import cv2\ncv2.randu(image, 0, 255)",
        "import time\nseed = time.time_ns()",
        "from time import time\nseed = int(time() * 1000)",
        "from datetime import datetime\nseed = datetime.now()",
    ],
)
def test_the_lint_sees_a_source_of_randomness(source):
    assert uses(source, RANDOM | TIME_OF_DAY)


@pytest.mark.parametrize(
    "source",
    [
        "from mygenerator import rng\nrng.Stream(1, 'text')",
        "import time\ntime.monotonic()",
        "import time\nage = time.time() - path.stat().st_mtime",
        "random = 3\nrandom.bit_length()",
        "import os\nos.path.join('random', 'secrets')",
        "import randomness_of_nothing",
    ],
)
def test_the_lint_leaves_alone_what_draws_nothing(source):
    assert uses(source, RANDOM | TIME_OF_DAY) == []


@pytest.mark.parametrize("path", [path for path in PACKAGE_FILES if named(path) != "mygenerator/rng.py"], ids=named)
def test_nothing_but_rng_draws_random_numbers(path):
    assert uses(path.read_text(encoding="utf-8"), RANDOM | TIME_OF_DAY) == []


@pytest.mark.parametrize("path", [path for path in TEST_FILES if named(path) not in GLOBAL], ids=named)
def test_tests_draw_through_hypothesis_or_rng_alone(path):
    assert uses(path.read_text(encoding="utf-8"), RANDOM - {"scipy.stats"}) == []


def test_rng_asks_the_system_for_nothing_but_a_fresh_seed():
    source = (ROOT / "mygenerator" / "rng.py").read_text(encoding="utf-8")
    assert {use.partition(": ")[2] for use in uses(source, RANDOM | TIME_OF_DAY)} == {"secrets", "secrets.randbits"}


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("import pickle\npickle.load(open('cache'))", True),
        ("from pickle import load\nload(file)", True),
        ("import yaml\nyaml.load(text, yaml.SafeLoader)", True),
        ("import yaml\nyaml.safe_load(text)", False),
        ("import pickle, sys\npickle.load(sys.stdin.buffer)", False),
    ],
)
def test_the_lint_sees_what_would_run_code_from_disk(source, seen):
    assert bool(uses(source, EXECUTES_WHAT_IT_READS)) == seen


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=named)
def test_nothing_read_from_disk_can_run_code(path):
    source = path.read_text(encoding="utf-8")
    assert uses(source, EXECUTES_WHAT_IT_READS) == []
    assert not re.search(r"allow_pickle\s*=\s*(?!False)", source)


def test_importing_the_package_stays_cheap():
    heavy = ["pandas", "numba", "skimage", "pyarrow", "scipy", "sklearn", "tqdm"]
    code = f"import sys, mygenerator; print(*(name for name in {heavy} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize("path", PACKAGE_FILES, ids=named)
def test_the_examples_of_a_module_run(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    module = importlib.import_module(name)
    # Names that are loaded when they are asked for: doctest must not load them while it lists the module.
    for lazy in getattr(module, "__all__", ()):
        getattr(module, lazy)
    result = doctest.testmod(module, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0


# What setup.py promises


def test_the_built_version_is_the_package_s():
    assert setup_arguments()["version"] == importlib.import_module("mygenerator").__version__


def test_every_command_and_its_old_name_starts_a_main():
    scripts = dict(line.split(" = ") for line in setup_arguments()["entry_points"]["console_scripts"])
    assert set(scripts) == {
        "mygenerator",
        "generate-numbers-sequence",
        "generate-phone-numbers",
        "validate-phone-numbers",
        "validate-phone-sequence",
        "cli_generate_numbers_sequence",
        "cli_generate_phone_numbers",
        "cli_validate_phone_numbers",
        "cli_validate_phone_sequence",
    }
    for target in scripts.values():
        module, _, function = target.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_what_is_shipped_beside_the_code_exists():
    arguments = setup_arguments()
    folder_of = {"mygenerator": "mygenerator"} | arguments["package_dir"]
    for package, patterns in arguments["package_data"].items():
        for pattern in patterns:
            assert list((ROOT / folder_of[package]).glob(pattern)), f"{package}: {pattern}"
    for name in arguments["license_files"]:
        assert (ROOT / name).is_file(), name


def test_the_versions_of_python_that_setup_names_are_those_that_are_tested():
    classifiers = [line.rpartition(" :: ")[2] for line in setup_arguments()["classifiers"] if "3." in line]
    workflow = yaml.safe_load((ROOT / ".github/workflows/CI_build_release.yml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == classifiers


# Scripts, workflows, configuration


@pytest.mark.parametrize("path", sorted((ROOT / "config").glob("*.yaml")), ids=named)
def test_a_configuration_is_a_yaml_mapping(path):
    assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_runs_the_script_that_a_person_runs(name):
    workflow = yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    assert "bash run_tests.sh" in run_lines(workflow)
    assert ("run_tests.sh --deep" in run_lines(workflow)) == (name == "CI_test_deep.yml")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_write_nothing_unless_a_job_says_so(name):
    workflow = yaml.safe_load((ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    granted = {job: rights for job, content in workflow["jobs"].items() if (rights := content.get("permissions"))}
    expected = {"publish": {"id-token": "write"}, "release": {"contents": "write"}}
    assert granted == (expected if name == "CI_build_release.yml" else {})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_every_action_is_held_to_a_major_version(name):
    actions = re.findall(r"uses: (\S+)", (ROOT / ".github/workflows" / name).read_text(encoding="utf-8"))
    assert actions
    assert [action for action in actions if not re.search(r"@(release/)?v\d+$", action)] == []


@with_bash
@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_sound_and_executable(name):
    done = subprocess.run(["bash", "-n", ROOT / name], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert os.access(ROOT / name, os.X_OK)
    assert "set -euo pipefail" in (ROOT / name).read_text(encoding="utf-8")


@with_bash
def test_the_part_that_the_scripts_share_is_sound():
    done = subprocess.run(["bash", "-n", ROOT / "tools/environment.sh"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@with_bash
def test_the_test_script_explains_itself_and_makes_nothing(tmp_path):
    environment = os.environ | {"VENV": str(tmp_path / "venv")}
    done = subprocess.run(
        ["bash", ROOT / "run_tests.sh", "--help"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--deep" in done.stdout
    assert list(tmp_path.iterdir()) == []


@with_bash
@pytest.mark.parametrize("name", ["run_example.sh", "run_tests.sh", "tools/build_docs.sh"])
def test_a_python_that_is_too_old_is_refused_before_anything_is_made(name, tmp_path):
    old = tmp_path / "old_python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    environment = os.environ | {"PYTHON": str(old), "VENV": str(tmp_path / "venv")}
    done = subprocess.run(["bash", ROOT / name], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "3.11" in done.stderr
    assert str(old) in done.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.skipif(not shutil.which("git") or not (ROOT / ".git").exists(), reason="not a git checkout")
@pytest.mark.parametrize("made", [".venv/bin/python", "ztmpp/phone/img_0.png", "build/lib/x", "mygenerator.egg-info/x"])
def test_what_the_scripts_leave_in_the_checkout_is_ignored(made):
    assert subprocess.run(["git", "check-ignore", "--quiet", made], cwd=ROOT, check=False).returncode == 0
