"""Parameters as they stand in a recipe: read by what they may be, each complaint with its line.

Where text is expected a scalar without quotes is what is written (`region: NO`); labels alone have to be in quotes
where other readers of YAML would take them for numbers. Paths are relative to the recipe.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from mygenerator.config import EMBEDDED_SOURCE
from mygenerator.dataset.labels import Labels
from mygenerator.errors import InputError, did_you_mean, unknown_name
from mygenerator.glyphs import GlyphSet, source_names
from mygenerator.parameters import check_value
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import HASH_SUFFIX, Kind, allows
from mygenerator.yaml_file import Marked


class ValueReader:
    """Reads the values of one recipe.

    Parameters
    ----------
    document : Document
    complaints : Complaints
        Where what is wrong is noted; the value is None then.
    """

    def __init__(self, document: Document, complaints: Complaints):
        self._document, self._complaints = document, complaints

    def parameters(self, kind: Kind, node: Marked, given: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, str]]:
        """The parameters in a mapping, and the hashes of glyphs that stand beside them, by the parameter's name.

        Parameters
        ----------
        kind : Kind
        node : Marked
            The mapping, or nothing at all.
        given : sequence of str
            Parameters that stand elsewhere.
        """
        if node.value is not None and not isinstance(node.value, dict):
            error = InputError(f"{kind.name} holds {shown(node)}", allowed="its parameters, as {name: value}")
            self._complaints.add(node.line, error)
            return {}, {}
        values: dict[str, Any] = {}
        hashes: dict[str, str] = {}
        for name, one in (node.value or {}).items():
            glyphs = name.removesuffix(HASH_SUFFIX)
            if name in kind.parameters:
                values[name] = self.value(name, one, kind.parameters[name].annotation)
            elif glyphs != name and glyphs in kind.glyph_parameters:
                hashes[glyphs] = self.value(name, one, str)
            else:
                error = unknown_name(f"parameter of {kind.name}", name, list(kind.parameters))
                self._complaints.add(one.line, error)
        for name in kind.required:
            if name not in values and name not in given:
                self._complaints.add(node.line, InputError(f"{kind.name} has no {name}", do=f"add {name}: ..."))
        return values, hashes

    def value(self, name: str, node: Marked, annotation: Any) -> Any:
        """The value of a parameter, None where it is wrong."""
        if _is_labels(annotation):
            self._check_quotes(name, node)
        try:
            value = _fitting(name, node, annotation)
            if isinstance(value, str) and allows(annotation, GlyphSet):
                return self._glyphs(name, value)
            if isinstance(value, str) and allows(annotation, Path):
                return self.path(value)
        except InputError as error:
            self._complaints.add(node.line, error)
            return None
        return value

    def path(self, text: str) -> Path:
        """A path of the recipe, which is relative to the recipe's folder."""
        return Path(os.path.abspath(self._document.folder / os.path.expanduser(text)))

    def _glyphs(self, name: str, text: str) -> str | Path:
        """The name of a source of glyphs, or their folder; InputError where there is neither."""
        if text == EMBEDDED_SOURCE or self._document.is_recorded:
            # What was recorded is a name; where it lies now may be said when the recipe is run.
            return text
        names = source_names()
        if text in names:
            return text
        folder = self.path(text)
        if os.path.isdir(folder):  # Path.is_dir raises for a name that cannot be
            return folder
        if os.path.basename(text) != text:
            raise InputError(f"{name} is {text!r}, and there is no such folder", where=str(folder))
        raise InputError(
            f"{name}: unknown glyph source {text!r}",
            allowed=f"{', '.join(names)}, or a folder beside the recipe",
            do=did_you_mean(text, names),
        )

    def _check_quotes(self, name: str, node: Marked) -> None:
        for item in node.value if isinstance(node.value, list) else []:
            if item.text is not None and not item.is_text:
                error = InputError(
                    f"{name} holds {item.text or 'nothing'} without quotes, which is no text to every reader of YAML",
                    do=f'put it in quotes: "{item.text}"',
                )
                self._complaints.add(item.line, error)
                # One is enough: the others are the same mistake. What is put in its place passes.
                node.value = [Marked("0", is_text=True)]
                return


def shown(node: Marked) -> str:
    """A value as messages show it."""
    if isinstance(node.value, dict):
        return "a mapping"
    if isinstance(node.value, list):
        return "a list"
    return "nothing" if node.value is None else repr(node.value if node.text is None else node.text)


def blamed(error: InputError, names: Sequence[str]) -> str | None:
    """The parameter that an error speaks of: the one that its message begins with, or else the first in it."""
    words = [word.strip("'\",:;=") for word in error.what.split()]
    return next((word for word in words if word in names), None)


def _fitting(name: str, node: Marked, annotation: Any) -> Any:
    """The value as its annotation allows it: as YAML means it, as a tuple, or as it is written."""
    value = node.plain()
    first: InputError | None = None
    others = [tuple(value)] if isinstance(value, list) else [] if node.text is None or value is None else [node.text]
    for candidate in (value, *others):
        try:
            check_value(name, candidate, annotation)
        except InputError as error:
            first = first or error
        else:
            return candidate
    assert first is not None
    raise first if value is not None else InputError(f"{name} is empty", allowed=first.allowed, do=first.do)


def _is_labels(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated and any(isinstance(mark, Labels) for mark in get_args(annotation))
