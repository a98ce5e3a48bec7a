"""Parameters as a recipe writes them: read by the types that they may have, each complaint with its line.

If text is expected, a scalar without quotes is taken as it is written (`region: NO`), unless some reader of YAML would
take it for a number: that has to be in quotes. Paths are relative to the recipe; in YAML in a str they stay as given.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from mygenerator.config import EMBEDDED_SOURCE
from mygenerator.dataset.labels import Labels
from mygenerator.errors import InputError, did_you_mean, unknown_name
from mygenerator.files import given_path
from mygenerator.glyphs import GlyphSet, is_glyph_place, is_source_name, source_names
from mygenerator.parameters import check_value, schema_of
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import HASH_SUFFIX, Kind, allows
from mygenerator.yaml_file import Marked

_ANSWER = re.compile("yes|no|on|off", re.IGNORECASE)
"""What older readers of YAML take for true and false, a region (NO) among them."""


class ValueReader:
    """Reads the values of one recipe.

    Parameters
    ----------
    document : Document
    complaints : Complaints
        Where faults are noted; a value with a fault is None.
    """

    def __init__(self, document: Document, complaints: Complaints):
        self._document, self._complaints = document, complaints

    def parameters(self, kind: Kind, node: Marked, given: Sequence[str] = ()) -> tuple[dict[str, Any], dict[str, str]]:
        """The parameters in a mapping, and the hashes of glyphs that are next to them, by the parameter's name.

        A parameter that is wrong gets a complaint, and no value.

        Parameters
        ----------
        kind : Kind
        node : Marked
            The mapping, or nothing at all.
        given : sequence of str
            Parameters that are given elsewhere.
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
                before = len(self._complaints)
                value = self.value(name, one, kind.parameters[name].annotation)
                values |= {name: value} if len(self._complaints) == before else {}
            elif glyphs != name and glyphs in kind.glyph_parameters:
                hashes[glyphs] = self.value(name, one, str)
            else:
                self._complaints.add(one.line, _unknown_parameter(kind, name))
        for name in kind.required:
            if name not in (node.value or {}) and name not in given:
                do = f"add {name}: {_example(kind.parameters[name].annotation)}"
                self._complaints.add(node.line, InputError(f"{kind.name} has no {name}", do=do))
        return values, hashes

    def value(self, name: str, node: Marked, annotation: Any) -> Any:
        """The value of a parameter, None if it is wrong."""
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
        """A path of the recipe, which is relative to the recipe's folder; InputError if it is not a local one."""
        if self._document.is_text:
            return given_path(text)
        return Path(os.path.abspath(self._document.folder / given_path(text)))

    def _glyphs(self, name: str, text: str) -> str | Path:
        """The name of a source of glyphs, or their folder; InputError if there is neither."""
        if text == EMBEDDED_SOURCE or self._document.is_recorded:
            # What was recorded is a name; the place where it is now can be given when the recipe is run.
            return text
        if is_source_name(text):
            return text
        folder = self.path(text)
        if is_glyph_place(folder):
            return text if self._document.is_text else folder
        if os.path.basename(text) != text:
            raise InputError(f"{name} is {text!r}, and there is no such folder", where=str(folder))
        raise InputError(
            f"{name}: unknown glyph source {text!r}",
            allowed=f"{', '.join(names := source_names())}, or a folder next to the recipe",
            do=did_you_mean(text, names),
        )

    def _check_quotes(self, name: str, node: Marked) -> None:
        for item in node.value if isinstance(node.value, list) else []:
            if item.text is not None and not item.is_text:
                self._complaints.add(item.line, _unquoted(f"{name} holds {item.text or 'nothing'}", item))
                # One complaint is enough: the others are the same mistake. The list is replaced by one that passes.
                node.value = [Marked("0", is_text=True)]
                return


def shown(node: Marked) -> str:
    """A value as messages show it."""
    if isinstance(node.value, dict):
        return "a mapping" if node.value else "an empty mapping"
    if isinstance(node.value, list):
        return "a list" if node.value else "an empty list"
    return "nothing" if node.value is None else repr(node.value if node.text is None else node.text)


def blamed(error: InputError, names: Sequence[str]) -> str | None:
    """The parameter that an error is about: the first that its message mentions, None if it mentions none."""
    return next(iter(mentioned(error, names)), None)


def mentioned(error: InputError, names: Iterable[str]) -> list[str]:
    """The parameters that the message of an error mentions, as often as it does."""
    known = set(names)
    return [word for word in (word.strip("'\",:;=") for word in error.what.split()) if word in known]


def as_input_error(error: Exception) -> InputError:
    """What a constructor raised, as an InputError: a user's own class can raise any other exception."""
    return error if isinstance(error, InputError) else InputError(f"{type(error).__name__}: {error}")


def _fitting(name: str, node: Marked, annotation: Any) -> Any:
    """The value in the form that its annotation allows: as YAML reads it, as a tuple, or as it is written."""
    value = node.plain()
    first: InputError | None = None
    others = [tuple(value)] if isinstance(value, list) else [] if node.text is None or value is None else [node.text]
    for candidate in (value, *others):
        try:
            check_value(name, candidate, annotation)
        except InputError as error:
            first = first or error
        else:
            if isinstance(candidate, str) and allows(annotation, str) and _may_be_a_number(node):
                raise _unquoted(f"{name} is {node.text}", node)
            return candidate
    assert first is not None
    raise first if value is not None else InputError(f"{name} is empty", allowed=first.allowed, do=first.do)


def _may_be_a_number(node: Marked) -> bool:
    """Whether some reader of YAML takes what is written for something else than text; `NO`, a region, is allowed."""
    return node.text is not None and not node.is_text and not _ANSWER.fullmatch(node.text)


def _unquoted(what: str, node: Marked) -> InputError:
    return InputError(
        f"{what} without quotes, which some readers of YAML do not take for text",
        do=f'put it in quotes: "{node.text}"',
    )


def _unknown_parameter(kind: Kind, name: str) -> InputError:
    error = unknown_name(f"parameter of {kind.name}", name, list(kind.parameters))
    new = getattr(kind.cls, "_aliases", {}).get(name)
    return error if new is None else InputError(error.what, allowed=error.allowed, do=f"did you mean {new!r}?")


def _example(annotation: Any) -> str:
    """A value that an annotation allows, as it is written in YAML."""
    schema = schema_of(annotation)
    schema = schema.get("anyOf", [schema])[0]
    if schema.get("type") == "array":
        return f"[{', '.join([_of_schema(schema['items'])] * schema['minItems'])}]"
    return _of_schema(schema)


def _of_schema(schema: dict[str, Any]) -> str:
    usual = {"string": '"..."', "boolean": "true", "number": "0.5", "integer": str(schema.get("minimum", 1))}
    return str(schema["enum"][0]) if "enum" in schema else usual.get(schema.get("type", ""), "...")


def _is_labels(annotation: Any) -> bool:
    return get_origin(annotation) is Annotated and any(isinstance(mark, Labels) for mark in get_args(annotation))
