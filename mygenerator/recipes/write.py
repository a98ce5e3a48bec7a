"""From a pipeline or a recipe back to YAML: short, with what differs from the defaults."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.files import given_path, write_atomically
from mygenerator.glyphs import GlyphSet, is_glyph_place, is_source_name
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.kinds import COUNT, HASH_SUFFIX, Kind, allows, step_kind_of
from mygenerator.recipes.parts import Parts, Source
from mygenerator.recipes.steps import NAME
from mygenerator.registry import CODE_PREFIX, find
from mygenerator.save.recipe_file import EPOCH, EPOCH_TEXTS
from mygenerator.transform import Transform

PathShown = Callable[[Path], str]
"""How paths are written."""


def as_given(path: Path) -> str:
    """A path as it was given: in YAML that is not in a file, paths are relative to the working folder."""
    return str(path)


def in_full(path: Path) -> str:
    """An absolute path."""
    return os.path.abspath(path)


def shown_in(file: str | Path | None) -> PathShown:
    """How paths are written in a file: those below its folder relative to it, others in full; without one, as given."""
    if file is None:
        return as_given
    folder = Path(os.path.abspath(given_path(file))).parent

    def shown(path: Path) -> str:
        path = Path(os.path.abspath(path))
        # With "./" in front, a folder is never taken for the name of a source.
        return f"./{path.relative_to(folder).as_posix()}" if path.is_relative_to(folder) else str(path)

    return shown


def recipe_content(parts: Parts, path_shown: PathShown = as_given) -> dict[str, Any]:
    """A recipe as plain values, without defaults.

    Parameters
    ----------
    parts : Parts
    path_shown : callable
        How paths are written.

    Raises
    ------
    InputError
        For what YAML cannot hold.
    """
    content: dict[str, Any] = {} if parts.seed is None else {"seed": parts.seed}
    if parts.epoch:
        content |= {EPOCH: parts.epoch} | ({EPOCH_TEXTS: True} if parts.epoch_texts else {})
    if parts.source is not None:
        content |= _source_content(parts.source, parts.count, path_shown)
    if parts.pipeline is not None:
        content |= {"steps": steps_content(parts.pipeline, path_shown, parts.hashes)}
    if parts.save:
        content["save"] = {name: _in_yaml(name, value, path_shown) for name, value in parts.save.items()}
    return content


def steps_content(
    pipeline: Pipeline,
    path_shown: PathShown = as_given,
    hashes: dict[tuple[tuple[int, ...], str], str] | None = None,
    above: tuple[int, ...] = (),
) -> list[Any]:
    """The steps of a pipeline as a recipe writes them."""
    content: list[Any] = []
    for number, (name, step) in enumerate(pipeline.entries):
        place = (*above, number)
        kind = step_kind_of(type(step), _step_name(step))
        if isinstance(step, Pipeline):
            values: dict[str, Any] = {"steps": steps_content(step, path_shown, hashes, place)}
        else:
            values = _changed(kind, step.get_params(deep=False), path_shown)
            values |= {one + HASH_SUFFIX: text for (at, one), text in (hashes or {}).items() if at == place}
        named = {} if name is None else {NAME: name}
        content.append({kind.name: values, **named} if values else {kind.name: None, **named} if named else kind.name)
    return content


def write_text(path: str | Path, text: str) -> None:
    """Write a recipe's text whole; InputError if it cannot be written."""
    try:
        write_atomically(given_path(path), text.encode("utf-8"))
    except OSError as error:
        raise InputError(f"the recipe cannot be written: {error.strerror}", where=str(path)) from None


def _source_content(source: Source, count: int | None, path_shown: PathShown) -> dict[str, Any]:
    kind = source.kind
    values = _changed(kind, source.values, path_shown)
    if kind.main is not None and kind.main not in kind.required:
        # Its main parameter is always written.
        values = {kind.main: source.values.get(kind.main, kind.parameters[kind.main].default)} | values
    counted = {} if count is None else {COUNT: count}
    if source.section == "images":
        return {"images": {**values, **counted}}
    short = values[kind.main] if kind.main is not None and set(values) == {kind.main} else None
    return {"text": {kind.name: values if short is None or isinstance(short, dict) else short, **counted}}


def _changed(kind: Kind, values: dict[str, Any], path_shown: PathShown) -> dict[str, Any]:
    """The parameters that differ from their defaults, as YAML holds them."""
    changed = {}
    for name, parameter in kind.parameters.items():
        if name in values:
            value = values[name]
            if allows(parameter.annotation, Path):
                value = _place(value, path_shown, can_be_name=allows(parameter.annotation, GlyphSet))
            value = _in_yaml(name, value, path_shown)
            if not _same(value, _listed(parameter.default)):
                changed[name] = value
    return changed


def _place(value: Any, path_shown: PathShown, can_be_name: bool) -> Any:
    """A value that can be a path, as it is written; anything else as it is."""
    if isinstance(value, os.PathLike):
        text = path_shown(Path(value))
        return f"./{text}" if can_be_name and os.path.basename(text) == text else text
    if isinstance(value, str) and path_shown is not as_given and is_glyph_place(value) and not is_source_name(value):
        return path_shown(Path(value))
    return value


def _in_yaml(name: str, value: Any, path_shown: PathShown) -> Any:
    """A value as YAML holds it; InputError if it cannot."""
    if isinstance(value, os.PathLike):
        return path_shown(Path(value))
    if hasattr(value, "tolist") and not isinstance(value, GlyphSet):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_in_yaml(name, part, path_shown) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InputError(
        f"{name} is {value!r}, which YAML cannot hold",
        do="give the name of a source, or a folder" if isinstance(value, GlyphSet | Dataset) else "keep it in Python",
    )


def _listed(value: Any) -> Any:
    return [_listed(part) for part in value] if isinstance(value, list | tuple) else value


def _same(value: Any, default: Any) -> bool:
    return type(value) is type(default) and value == default


def _step_name(step: Transform) -> str:
    """The name of a step's class in recipes: its kind, or `python:...` for one that is not registered."""
    cls = type(step)
    try:
        if find("step", cls.kind_name()) is cls:
            return cls.kind_name()
    except InputError:
        pass
    found: Any = sys.modules.get(cls.__module__)
    for part in cls.__qualname__.split("."):
        found = getattr(found, part, None)
    if found is not cls or cls.__module__ == "__main__" or "." in cls.__qualname__:
        raise InputError(
            f"{step!r} cannot be named in YAML: {cls.__qualname__} is defined in {cls.__module__}",
            do="define it in a module of its own, at the top level",
        )
    return f"{CODE_PREFIX}{cls.__module__}.{cls.__qualname__}"
