"""Where a recipe comes from: a YAML file, a text, a shipped recipe by its name, or the record of a finished folder.

Each becomes a tree of values with their lines, which check.py reads.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mygenerator.config import packaged_config
from mygenerator.errors import InputError, did_you_mean
from mygenerator.files import check_shipped, given_path, not_there
from mygenerator.recipes.recorded import RECORDED_SUFFIX, recorded_tree
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.yaml_file import MAX_BYTES, Marked, Repeated, marked_tree, read_text

YAML_SUFFIXES = (".yaml", ".yml")
_NOUN = "recipe"
_TEXT = re.compile(r"\n|:(\s|$)|^\s*[{\[]")
"""What shows that a str is YAML and not a path: a line feed, a key, or a bracket at its start."""


@dataclass(frozen=True)
class Document:
    """A recipe as it is written.

    Attributes
    ----------
    where : str
        What messages call it.
    folder : Path
        What its relative paths start from.
    root : Marked
    repeated : list of Repeated
        Keys that are there twice.
    is_text : bool
        Whether it is YAML in a str, whose paths are left as they are written.
    is_recorded : bool
        Whether it is the recipe.json of a folder.
    versions : dict
        The libraries that a recorded one was made with.
    """

    where: str
    folder: Path
    root: Marked
    repeated: list[Repeated] = field(default_factory=list)
    is_text: bool = False
    is_recorded: bool = False
    versions: dict[str, Any] = field(default_factory=dict)

    def line(self, *keys: str) -> int:
        """The line of a nested key, or of the innermost key around it that is there."""
        node = self.root
        for key in keys:
            if not isinstance(node.value, dict) or key not in node.value:
                break
            node = node.value[key]
        return node.line

    def step_line(self, place: tuple[int, ...], parameter: str | None = None) -> int:
        """The line of the step at a place (its number in each list, from outside to inside), or of its parameter."""
        line, holder = self.root.line, self.root
        for number in place:
            item = holder.value["steps"].value[number]
            parts = item.value if isinstance(item.value, dict) else {}
            holder = next((part for key, part in parts.items() if key != "name"), item)
            line = holder.line
        inside = holder.value if isinstance(holder.value, dict) else {}
        return inside[parameter].line if parameter in inside else line


def open_document(source: str | Path) -> Document:
    """The recipe that a path names: a YAML file, a folder or its recipe.json, or the bare name of a shipped recipe.

    Raises
    ------
    InputError
        If there is none, or it cannot be read; the message names the shipped ones.
    """
    path = _found(source)
    if path.suffix == RECORDED_SUFFIX:
        root, versions = recorded_tree(path)
        return Document(str(path), path.parent, root, is_recorded=True, versions=versions)
    root, repeated = _tree(read_text(path, _NOUN), str(path))
    return Document(str(path), path.parent, root, repeated)


def _found(source: str | Path) -> Path:
    """The file of a recipe that a user named."""
    path = given_path(source)
    try:
        if path.is_dir() and not (path / RECIPE_NAME).is_file():
            raise InputError(f"the folder holds no {RECIPE_NAME}", where=str(source), do="name a recipe, or a folder")
        if path.is_dir():
            return path / RECIPE_NAME
        if not path.exists():
            if (known := not_there(path)) is not None:
                raise known
            return _shipped(str(source))
        if not path.is_file():
            # Waiting for a pipe might never end, and a device has no end.
            allowed = f"a regular file of up to {MAX_BYTES:,} bytes"
            raise InputError(f"this is not a {_NOUN}", where=str(source), allowed=allowed)
        return path
    except OSError as error:
        raise InputError(f"the {_NOUN} cannot be read ({error.strerror})", where=str(source)) from None


def document_of(source: str | Path) -> Document:
    """The recipe of YAML in a str, or of a path."""
    if isinstance(source, Path) or not _TEXT.search(source):
        return open_document(source)
    root, repeated = _tree(source, _NOUN)
    return Document(_NOUN, Path(), root, repeated, is_text=True)


def shipped_recipes() -> dict[str, Path]:
    """The recipes that come with the package, by name.

    >>> "meter_readings" in shipped_recipes()
    True
    """
    config = packaged_config()
    return {path.stem: path for path in sorted(config.parent.glob("*.yaml")) if path != config}


def _shipped(name: str) -> Path:
    check_shipped(packaged_config())
    shipped = shipped_recipes()
    bare = Path(name).name == name
    if bare and name in shipped:
        return shipped[name]
    raise InputError(
        "there is no such recipe",
        where=name,
        allowed=f"a YAML file, a folder that was saved, or one of {', '.join(shipped)}",
        do=did_you_mean(name, shipped) if bare else None,
    )


def _tree(text: str, where: str) -> tuple[Marked, list[Repeated]]:
    root, repeated = marked_tree(text, where)
    if root.value is None:
        raise InputError("there is nothing in it", where=where)
    return root, repeated
