"""The recipe: everything that decides what a folder holds, written before the first image.

Two runs whose recipes have the same identity make the same bytes; what is not in it (path, workers, engine, time of
day) decides nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from mygenerator import __version__
from mygenerator.dataset import Dataset
from mygenerator.errors import FolderConflictError
from mygenerator.rng import STREAM_VERSION
from mygenerator.sinks import Sink

RECIPE_NAME = "recipe.json"
RECIPE_VERSION = 1

_IDENTITY = ("recipe_version", "stream_version", "seed", "text", "images", "steps", "save")
_LIBRARIES = {"numpy": "numpy", "cv2": "opencv-python-headless", "phonenumbers": "phonenumbers"}


def make_recipe(ds: Dataset, sink: Sink, count: int, shard_size: int) -> dict[str, Any]:
    """The recipe of saving `count` samples of `ds`, as plain JSON values."""
    recipe = {
        "recipe_version": RECIPE_VERSION,
        "stream_version": STREAM_VERSION,
        "seed": ds.seed,
        "count": count,
        **ds.describe(),
        "save": {**sink.describe(), "shard_size": shard_size},
        "versions": library_versions(),
    }
    # Through JSON and back, so that what is compared is what was written (tuples, numpy's numbers).
    return json.loads(json.dumps(recipe, default=_plain))


def recipe_text(recipe: dict[str, Any]) -> bytes:
    """The recipe as it is written to recipe.json."""
    return (json.dumps(recipe, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def read_recipe(folder: Path) -> dict[str, Any] | None:
    """The recipe of a folder, None where it has none; FolderConflictError where the file is no recipe."""
    try:
        recipe = json.loads((folder / RECIPE_NAME).read_bytes())
        if not isinstance(recipe, dict) or "recipe_version" not in recipe or not isinstance(recipe.get("count"), int):
            raise ValueError("it has no recipe_version or no count")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise FolderConflictError(
            f"this is no recipe of ours ({error})", where=str(folder / RECIPE_NAME), do="choose another folder"
        ) from None
    return recipe


def differences(recorded: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """What differs between the identities of two recipes, each as `name: recorded value, now asked value`."""
    old, new = (dict(_flatten({key: recipe.get(key) for key in _IDENTITY})) for recipe in (recorded, asked))
    return [
        f"{name}: {_shown(old, name)} there, {_shown(new, name)} now"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def library_versions() -> dict[str, str]:
    """The versions of this package and of the libraries in use that decide bytes; those not loaded are left out."""
    versions = {"mygenerator": __version__}
    for module, package in _LIBRARIES.items():
        if module in sys.modules:
            # The module's own word is at hand; asking the package's metadata costs milliseconds.
            versions[package] = getattr(sys.modules[module], "__version__", None) or metadata.version(package)
    return versions


def _flatten(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for inner in value:
            yield from _flatten(inner, name)
    elif value is not None:
        yield name, value


def _shown(values: dict[str, Any], name: str) -> str:
    return json.dumps(values[name], ensure_ascii=False) if name in values else "nothing"


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    return str(value)
