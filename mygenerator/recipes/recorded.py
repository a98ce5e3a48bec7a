"""What a folder's recipe.json says, as a recipe that makes the same again.

It holds only a hash of the labels of a list or a file: they are taken from the folder's table and checked by the hash.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mygenerator.dataset.base import texts_digest
from mygenerator.dataset.label_file import read_table
from mygenerator.errors import InputError, short_hash
from mygenerator.registry import CODE_PREFIX, find
from mygenerator.rng import STREAM_VERSION
from mygenerator.save.output_folder import MANIFEST_NAME
from mygenerator.save.recipe_file import EPOCH, EPOCH_TEXTS, RECIPE_VERSION, SAVED_LABELS, full_name, is_ours
from mygenerator.save.saved import SavedFolder
from mygenerator.sinks import ImageFileSink, sink_class
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.yaml_file import Marked, read_text

RECORDED_SUFFIX = ".json"
_MAX_BYTES = 10_000_000
_IN_YAML = "write your own in YAML: a file named recipe.yaml or the like; what is valid JSON can be in it as it is"


def recorded_tree(path: Path) -> tuple[Marked, dict[str, Any]]:
    """The tree of a recorded recipe, without lines, and the versions that it was made with.

    Raises
    ------
    InputError
        If mygenerator did not write the file, or its version differs, or it lacks what is needed to make the same.
    """
    where = str(path)
    text = read_text(path, "recipe", _MAX_BYTES)
    try:
        recipe = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        what = f"this is not a recipe that mygenerator wrote ({getattr(error, 'msg', error)})"
        raise InputError(what, where=f"{where}{line}", do=_IN_YAML) from None
    lacks = "stream_version" if is_ours(recipe) else "recipe_version, seed, count or save"
    if not is_ours(recipe) or lacks not in recipe:
        raise InputError(f"this is not a recipe that mygenerator wrote: it lacks {lacks}", where=where, do=_IN_YAML)
    _check_versions(recipe, where)
    epoch = {key: recipe[key] for key in (EPOCH, EPOCH_TEXTS) if key in recipe}
    tree = {
        "seed": recipe["seed"],
        **epoch,
        **_source(recipe, path),
        "steps": _steps(recipe, where),
        "save": _save_options(recipe["save"]),
    }
    return _marked({key: value for key, value in tree.items() if value != []}), recipe.get("versions", {})


def _save_options(save: dict[str, Any]) -> dict[str, Any]:
    """What a recipe can say of saving: without what the format decides by itself, such as the quality of JPEG."""
    try:
        described = sink_class(save.get("format", ""))(save.get("prefix", "")).describe()
    except InputError:  # said where the whole recipe is checked
        return save
    return {key: value for key, value in save.items() if key in ("format", "prefix") or key not in described}


def _check_versions(recipe: dict[str, Any], where: str) -> None:
    for name, ours, meaning in (
        ("recipe_version", RECIPE_VERSION, "recipes are written in another way"),
        ("stream_version", STREAM_VERSION, "the same seed gives other images"),
    ):
        if recipe.get(name) != ours:
            raise InputError(
                f"{name} is {recipe.get(name)!r}, this release makes {ours}: {meaning}",
                where=where,
                do=f"use the release of mygenerator that made it ({_made_by(recipe)})",
            )


def _made_by(recipe: dict[str, Any]) -> str:
    versions = recipe.get("versions")
    return str(versions.get("mygenerator", "unknown")) if isinstance(versions, dict) else "unknown"


def _source(recipe: dict[str, Any], path: Path) -> dict[str, Any]:
    """The section `text`, with the recipe's count."""
    text = recipe.get("text")
    if not isinstance(text, dict) or len(text) != 1:
        what = "only hashes of its images, not where they are" if "images" in recipe else "no text"
        raise InputError(f"the recipe holds {what}", where=str(path), do="write a recipe in YAML that names them")
    ((kind, values),) = text.items()
    if kind == "labels" and isinstance(values, dict):
        return {"text": {"labels": _labels(values, recipe, path)}}
    return {"text": {_named("text", kind, _mapping(recipe, "code").get("source")): values, "count": recipe["count"]}}


def _labels(described: dict[str, Any], recipe: dict[str, Any], path: Path) -> list[str]:
    labels, called = _saved_labels(recipe, path)
    count, sha256 = described.get("count"), described.get("sha256")
    if SAVED_LABELS in recipe:
        # Only the first labels of a list were saved; the others are written nowhere.
        count, sha256 = recipe["count"], recipe[SAVED_LABELS]
    changed_by = _mapping(_mapping(recipe, "facts"), "given_up").get("labels")
    if changed_by is not None:
        raise InputError(
            f"the folder holds the labels that step {changed_by!r} made, not those that it was given",
            where=str(path),
            do="write a recipe in YAML that holds the labels",
        )
    if len(labels) != count:
        raise InputError(
            f"{called} holds {len(labels)} of the {count} labels that the recipe was made from",
            where=str(path),
            do="write a recipe in YAML that holds the labels",
        )
    if (digest := texts_digest(labels)) != sha256:
        raise InputError(
            f"the labels in {called} are not those of the recipe: sha256 {short_hash(digest)}, not "
            f"{short_hash(str(sha256))}",
            where=str(path),
        )
    return labels


def _saved_labels(recipe: dict[str, Any], path: Path) -> tuple[list[str], str]:
    """The labels that the folder of a recipe.json holds, and what to call the place that they are read from."""
    folder = path.parent
    of_ours = issubclass(sink_class(recipe["save"].get("format", "")), ImageFileSink)
    # In our own format only the table is read, and no image.
    source = META_NAME if of_ours else MANIFEST_NAME
    if not (folder / source).is_file():
        raise InputError(
            f"the recipe holds only a hash of its labels; they are taken from "
            f"{source if of_ours else f'a folder with a {source}'}, which is not there",
            where=str(path),
            do="finish the folder first, or write a recipe in YAML that holds the labels",
        )
    if of_ours:
        return read_table(folder / source)[0]["label"], source
    saved = SavedFolder(folder)
    return saved.labels(range(len(saved))), "the folder"


def _steps(recipe: dict[str, Any], where: str) -> list[Any]:
    steps = recipe.get("steps", [])
    for step in steps if isinstance(steps, list) else []:
        for kind, values in step.items() if isinstance(step, dict) else ():
            _check_in_memory(kind, values, where)
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        return steps
    classes = _mapping(_mapping(recipe, "code"), "steps")
    return [_step(step, classes) for step in steps]


def _step(step: dict[str, Any], classes: dict[str, Any]) -> dict[str, Any]:
    """A recorded step as a recipe names it; `classes` are a user's own, by the names of their steps."""
    return {
        key if key == "name" else _named("step", key, classes.get(str(step.get("name", key)))): value
        for key, value in step.items()
    }


def _check_in_memory(kind: str, values: Any, where: str) -> None:
    """Raise InputError if a parameter was a data set of images, of which only hashes are recorded."""
    for name, value in values.items() if isinstance(values, dict) else ():
        if isinstance(value, dict) and "labels_sha256" in value:
            raise InputError(
                f"{name} of {kind} was a data set of images, of which the recipe holds only hashes",
                where=where,
                do="run again the program that made it",
            )


def _mapping(values: dict[str, Any], name: str) -> dict[str, Any]:
    """The mapping under a name, empty if it is not a mapping: the file might have been changed."""
    found = values.get(name)
    return found if isinstance(found, dict) else {}


def _named(family: str, kind: str, code: Any) -> str:
    """A kind as a recipe names it: by its name if that means the recorded class, else as that class."""
    if not isinstance(code, str):
        return kind
    try:
        same = full_name(find(family, kind)) == code
    except InputError:
        same = False
    return kind if same else CODE_PREFIX + code


def _marked(value: Any) -> Marked:
    if isinstance(value, dict):
        return Marked({key: _marked(part) for key, part in value.items()})
    if isinstance(value, list):
        return Marked([_marked(part) for part in value])
    return Marked(value, is_text=isinstance(value, str))
