"""The rooms of the package, from the bottom up: nothing imports from a room above its own, a short list aside."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = "mygenerator"

ROOMS = (
    *(
        "errors",
        "logs",
        "hosts",
        "streams",
        "files",
        "owners",
        "unchanged",
        "litter",
        "beginnings",
        "twins",
        "rng",
        "rng_numba",
        "progress",
        "yaml_file",
        "csv_file",
        "parameters",
    ),
    *("batch", "facts", "config", "registry", "moved", "utils"),
    *("text", "util_image", "strip", "glyphs"),
    *("dataset", "transform", "pipeline"),
    *("sinks", "engines", "save", "calls"),
    *("recipes", "validate", "inspection", "testing", "cli", "compat", "__main__"),
)
"""Every room, lowest first: a package, or a module of its own. `docs/design.md` says what each is for."""

LATE = {
    # What users call on an object.
    ("dataset.base", "save"): "Dataset.save",
    ("pipeline.base", "recipes"): "Pipeline.from_yaml and to_yaml",
    # Names that earlier releases had in `utils` and `pipeline`.
    ("pipeline.generate", "save"): "run_generate_numbers_sequence and run_generate_phone_numbers",
    ("utils", "config"): "config_load",
    ("utils", "glyphs"): "dataset_get_path",
    ("utils", "dataset"): "dataset_build_meta_mnist",
}
"""(module, room above it) -> who calls up, by an import inside the function."""

MODULES = {
    ".".join(path.relative_to(ROOT / PACKAGE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
    if path != ROOT / PACKAGE / "__init__.py" and "data" not in path.parts and "config_files" not in path.parts
}


def room_of(module: str) -> str:
    return module.partition(".")[0]


def imports(source: str, module: str) -> Iterator[tuple[str, bool, int]]:
    """(module of ours, whether it is imported inside a function, line) for each import that is carried out."""

    def walk(node: ast.AST, inside: bool) -> Iterator[tuple[str, bool, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
                continue
            if isinstance(child, ast.Import):
                names = [alias.name for alias in child.names]
            elif isinstance(child, ast.ImportFrom):
                assert not child.level, f"{module}:{child.lineno} imports by a relative name"
                names = [f"{child.module}.{alias.name}" for alias in child.names]
            else:
                yield from walk(child, inside or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef))
                continue
            for name in names:
                if name.startswith(f"{PACKAGE}."):
                    target = name.removeprefix(f"{PACKAGE}.")
                    target = target if target in MODULES else target.rpartition(".")[0]
                    if target:
                        yield target, inside, child.lineno

    yield from walk(ast.parse(source), False)


def faults(source: str, module: str) -> list[str]:
    """What is wrong with the imports of a module."""
    found = []
    rank = ROOMS.index(room_of(module))
    for target, inside, line in imports(source, module):
        room = room_of(target)
        if ROOMS.index(room) > rank and not (inside and (module, room) in LATE):
            found.append(f"{module}:{line} imports {target}: {room} lies above {room_of(module)}")
    return found


@cache
def graph() -> dict[str, set[str]]:
    """Which modules each module imports when it is imported itself; packages stand for their `__init__`."""
    return {
        module: {target for target, inside, _ in imports(path.read_text(encoding="utf-8"), module) if not inside}
        - {module}
        for module, path in MODULES.items()
    }


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_from_no_room_above_its_own(module):
    assert faults(MODULES[module].read_text(encoding="utf-8"), module) == []


def test_every_room_has_its_place_in_the_order():
    assert {room_of(module) for module in MODULES} == set(ROOMS)


def test_no_modules_import_each_other_in_a_circle():
    left = {module: set(targets) for module, targets in graph().items()}
    while free := [module for module, targets in left.items() if not targets & left.keys()]:
        for module in free:
            del left[module]
    assert left == {}


def test_each_late_call_upwards_is_still_made():
    made = {
        (module, room_of(target))
        for module, path in MODULES.items()
        for target, inside, _ in imports(path.read_text(encoding="utf-8"), module)
        if inside
    }
    assert set(LATE) <= made


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from mygenerator.save import plan", "dataset.base"),
        ("from mygenerator.transform.base import Transform", "strip.raster"),
        ("import mygenerator.cli.main", "errors"),
        ("def f():\n    from mygenerator.recipes import Recipe", "save.job"),
        ("from mygenerator import strip", "twins"),
        ("from mygenerator.text import permutation", "rng"),
    ],
)
def test_an_import_that_is_turned_round_is_seen(source, module):
    assert len(faults(source, module)) == 1


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("def f():\n    from mygenerator.save import save", "dataset.base"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from mygenerator.save import Job", "dataset.base"),
        ("from mygenerator import __version__", "rng"),
        ("from mygenerator.strip import affine, layout", "transform.base"),
        ("import numpy as np", "errors"),
    ],
)
def test_imports_that_point_down_are_left_alone(source, module):
    assert faults(source, module) == []


def test_the_page_of_the_design_names_every_room_in_a_line_of_its_own():
    page = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    lines = [line for line in page.splitlines() if line.startswith("| `")]
    named = [room for line in lines for room in line.split("|")[1].replace("`", "").replace("/", "").split(", ")]
    assert sorted(name.strip().removesuffix(".py") for name in named) == sorted(
        {*ROOMS, "data"} - {"__main__", "rng_numba"}
    )
