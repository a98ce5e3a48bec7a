"""The recipe: everything that decides what a folder holds, written before the first image.

Two runs whose recipes have the same identity make the same bytes. What is not in it (path, workers, engine, time of
day) changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from mygenerator import __version__
from mygenerator.dataset import Dataset
from mygenerator.dataset.base import labels_of, texts_digest
from mygenerator.errors import FolderConflictError, InputError, SaveError, short_hash
from mygenerator.files import read_record
from mygenerator.rng import MAX_SEED, STREAM_VERSION
from mygenerator.save.output_folder import read_manifest
from mygenerator.sinks import Sink
from mygenerator.sinks.png import ENCODER
from mygenerator.transform.transformed import given_up, nodes_of
from mygenerator.util_image.own_folders import RECIPE_NAME

RECIPE_VERSION = 1
_MARK, _HEAD = b'"recipe_version"', 200
"""What every recipe.json has among its first bytes."""
SAVED_LABELS = "saved_labels_sha256"
"""The key of the hash of the first `count` labels, if more were given: the rest are written nowhere."""

EPOCH, EPOCH_TEXTS = "epoch", "epoch_texts"
"""The keys for the training epoch, if it is not 0, and for whether texts were drawn anew for it too."""

READ_OTHERWISE = (
    "another sha256 means that files were changed, or that an earlier release read them otherwise: scans, images that "
    "EXIF turns, transparency, 16 bits"
)
"""What to know about a hash of files that differs."""

_IDENTITY = ("recipe_version", "stream_version", "seed", EPOCH, EPOCH_TEXTS, "text", "images", "steps", "code", "save")


def make_recipe(ds: Dataset, sink: Sink, count: int, shard_size: int) -> dict[str, Any]:
    """The recipe of saving `count` samples of `ds`, as plain JSON values."""
    described, code, lost = ds.describe(), _code_of(ds), given_up(ds)
    # A user's own step can colour strips.
    of_files = sink.versions(grey=ds.kind == "strip", others=ds.kind != "strip" or bool(code))
    recipe = {
        "recipe_version": RECIPE_VERSION,
        "stream_version": STREAM_VERSION,
        "seed": ds.seed,
        "count": count,
        **described,
        "save": {**sink.describe(), "shard_size": shard_size},
        "facts": ds.facts.claims() | ({"given_up": lost} if lost else {}),
        "versions": library_versions(described, ds.facts.libraries) | of_files,
    }
    if code:
        recipe["code"] = code
    if ds.epoch:
        recipe |= {EPOCH: ds.epoch} | ({EPOCH_TEXTS: True} if ds.root.epoch else {})
    if "labels" in described.get("text", ()) and count < len(ds):
        recipe[SAVED_LABELS] = texts_digest(labels_of(ds.root, count))
    # Through JSON and back, so that what is compared is what was written (tuples, numpy's numbers).
    return json.loads(json.dumps(recipe, default=_in_json))


def recipe_text(recipe: dict[str, Any]) -> bytes:
    """The recipe as it is written to recipe.json."""
    # A pattern can hold half of a surrogate pair, which is not UTF-8: as an escape it survives.
    return (json.dumps(recipe, indent=2, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")


def read_recipe(folder: Path) -> dict[str, Any] | None:
    """The recipe of a folder, None if it has none.

    Of one that was torn, what the manifest holds of it; None if there is no manifest either.

    Raises
    ------
    FolderConflictError
        If the file is no recipe of mygenerator, or cannot be read.
    """
    data = b""
    try:
        data = read_record(folder / RECIPE_NAME)
        recipe = json.loads(data)
        if not is_ours(recipe):
            raise ValueError("it lacks recipe_version, seed, count or save, or one of them has a wrong value")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        if not isinstance(error, OSError) and _was_ours(data):
            return _recipe_in_manifest(folder)
        refused = isinstance(error, OSError) and error.strerror
        what = f"it cannot be read ({refused})" if refused else f"this is not a recipe that mygenerator wrote ({error})"
        raise FolderConflictError(what, where=str(folder / RECIPE_NAME), do="choose another folder") from None
    return recipe


def is_recipe_torn(folder: Path) -> bool:
    """Whether a folder has a recipe.json that is empty or broken, as after a loss of power."""
    try:
        data = read_record(folder / RECIPE_NAME)
        return not is_ours(json.loads(data)) and _was_ours(data)
    except (ValueError, RecursionError):
        return _was_ours(data)
    except OSError:
        return False


def _was_ours(data: bytes) -> bool:
    """Whether a file that is no recipe looks like one that was torn or changed."""
    # Empty also if files cannot be linked: the name is claimed first, and that run was killed before it filled it.
    return not data.strip(b"\0") or (data.startswith(b"{\n") and _MARK in data[:_HEAD])


def _recipe_in_manifest(folder: Path) -> dict[str, Any] | None:
    """The recipe that the manifest of a finished folder holds."""
    with suppress(SaveError, ValueError):
        manifest = read_manifest(folder)
        recipe = json.loads(manifest[0]["recipe"]) if manifest is not None and "recipe" in manifest[0] else None
        return recipe if is_ours(recipe) else None
    return None


def same_bytes_key(recipe: dict[str, Any]) -> str:
    """A hash that two recipes share if they make the same files: their identities and counts are equal."""
    decides = {key: recipe.get(key) for key in (*_IDENTITY, "count")}
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()


def differences(recorded: dict[str, Any], asked: dict[str, Any]) -> list[str]:
    """What differs between the identities of two recipes, each as `name: recorded value, now asked value`."""
    old, new = (dict(_flatten({key: recipe.get(key) for key in _IDENTITY})) for recipe in (recorded, asked))
    return [
        f"{name}: {_shown(old, name)} there, {_shown(new, name)} now"
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]


def library_versions(described: dict[str, Any], leaned_on: Sequence[str]) -> dict[str, str]:
    """The versions of this package and of the libraries that have a part in the pixels of a data set."""
    numbers = ["phonenumbers"] if "phone" in described.get("text", ()) else []
    names = ["numpy", *leaned_on, *numbers]
    return {"mygenerator": __version__} | {name: _version_of(name) for name in names}


def _version_of(name: str) -> str:
    version = getattr(import_module(name), "__version__", None)
    if version is None:
        raise InputError(
            f"the module {name!r}, which a step names in `libraries`, does not say its version",
            allowed="a module with __version__",
        )
    return str(version)


def version_changes(recorded: Any, recipe: dict[str, Any], leaned_on: Sequence[str]) -> str:
    """Which libraries had other versions when a folder was begun, and what follows from that; empty if none had.

    Parameters
    ----------
    recorded : dict
        The versions in the folder's recipe; anything but a dict says nothing.
    recipe : dict
        The recipe now.
    leaned_on : sequence of str
        The `libraries` of the data set.
    """
    before, now = recorded if isinstance(recorded, dict) else {}, recipe["versions"]
    # The recipe holds all that was taken from phonenumbers.
    others = [name for name in now if name != "phonenumbers" and before.get(name, now[name]) != now[name]]
    changes = [f"{name} {before[name]} (here {now[name]})" for name in others]
    # Folders of older releases: OpenCV encoded their files.
    if ENCODER in now and ENCODER not in before and "cv2" in before:
        changes.append(f"PNG files by cv2 {before['cv2']} (here by {ENCODER} {now[ENCODER]})")
    if not changes:
        return ""
    told = ", ".join(changes)
    if leaning := [name for name in others if name in leaned_on]:
        return f"{told}: the pixels might differ, because a step depends on {', '.join(leaning)}"
    return f"{told}: the pixels are the same, but the bytes of the files might differ"


def full_name(cls: type) -> str:
    """Where a class is defined, as recipes record it."""
    return f"{cls.__module__}.{cls.__qualname__}"


def _code_of(ds: Dataset) -> dict[str, Any]:
    """Where the classes of other packages are, those of steps by the step's name: another class makes other pixels."""
    steps = {node.name: full_name(type(node.transform)) for node in nodes_of(ds) if _is_foreign(node.transform)}
    source = {"source": full_name(type(ds.root))} if _is_foreign(ds.root) else {}
    return source | ({"steps": steps} if steps else {})


def _is_foreign(thing: object) -> bool:
    return type(thing).__module__.partition(".")[0] != "mygenerator"


def is_ours(recipe: Any) -> bool:
    """Whether the content of a recipe.json has what every recipe of mygenerator has."""
    return (
        isinstance(recipe, dict)
        and "recipe_version" in recipe
        and isinstance(recipe.get("seed"), int)
        and 0 <= recipe["seed"] <= MAX_SEED
        and isinstance(recipe.get("count"), int)
        and recipe["count"] > 0
        and isinstance(recipe.get("save"), dict)
    )


def _flatten(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its dotted name; for a list of steps, their kinds in order, then what each holds, by place."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flatten(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
        yield name, [key for inner in value for key in inner]
        for place, inner in enumerate(value, start=1):
            yield from _flatten(inner, f"{name}.{place}")
    elif value is not None:
        yield name, value


def _shown(values: dict[str, Any], name: str) -> str:
    if name not in values:
        return "nothing"
    value = values[name]
    is_hash = name.endswith("sha256") and isinstance(value, str)
    return json.dumps(short_hash(value) if is_hash else value, ensure_ascii=False)


def _in_json(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    # A function by its name: its address in memory is not part of a recipe.
    return getattr(value, "__qualname__", None) or str(value)
