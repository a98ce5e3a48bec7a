"""The JSON schema of recipes, made from what is registered: editors use it to complete and check.

`tools/build_schema.py` writes it to config/recipe.schema.json.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mygenerator.config import packaged_config
from mygenerator.parameters import Epoch, Seed, schema_of
from mygenerator.recipes.check import SAVE_KEYS
from mygenerator.recipes.kinds import COUNT, HASH_SUFFIX, Kind, image_kind, step_kind_of, text_kind_of
from mygenerator.recipes.steps import NAME
from mygenerator.registry import CODE_PREFIX, kinds
from mygenerator.save.recipe_file import EPOCH, EPOCH_TEXTS

SCHEMA_NAME = "recipe.schema.json"
_CODE = {f"^{CODE_PREFIX}": True}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "The content that the glyphs must have."}
_SAVE_WORDS = {
    "path": "The folder to write to, relative to the recipe.",
    "prefix": "What the names of the images begin with.",
    "format": "The format of the images.",
    "shard_size": "How many images are sealed together.",
    "workers": "Processes; by default as many as suit the job.",
    "engine": "What runs the shards; by default what suits the job.",
}


def recipe_schema() -> dict[str, Any]:
    """The schema, draft 2020-12.

    Examples
    --------
    >>> recipe_schema()["$defs"]["validate_padding"]["properties"]["spacing_range"]["default"]
    [1, 10]
    """
    steps = [step_kind_of(cls, name) for name, cls in kinds("step").items()]
    texts = [text_kind_of(cls, name) for name, cls in kinds("text").items()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Recipe",
        "description": "A data set of images, as `mygenerator run` makes it.",
        "type": "object",
        "properties": {
            "seed": {**schema_of(Seed), "description": "The same seed gives the same images; by default a fresh one."},
            EPOCH: {**schema_of(Epoch), "description": "The training epoch that images are drawn for; by default 0."},
            EPOCH_TEXTS: {"type": "boolean", "description": "Whether texts are drawn anew for the epoch too."},
            "text": _text(texts),
            "images": _images(image_kind()),
            "steps": {"$ref": "#/$defs/steps"},
            "save": _save(),
        },
        "additionalProperties": False,
        "oneOf": [{"required": ["text"]}, {"required": ["images"]}],
        "$defs": {"steps": _steps(steps), **{kind.name: _parameters(kind) for kind in steps}},
    }


def schema_text() -> str:
    """The schema as it is in its file."""
    return json.dumps(recipe_schema(), indent=1, ensure_ascii=False) + "\n"


def _text(sources: Iterable[Kind]) -> dict[str, Any]:
    properties = {COUNT: _count()}
    for kind in sources:
        short = [schema_of(kind.parameters[kind.main].annotation)] if kind.main is not None else []
        properties[kind.name] = {
            "description": _first_sentence(kind.make),
            "anyOf": [*filter(None, short), _parameters(kind), *([] if kind.required else [{"type": "null"}])],
        }
    return {
        "description": "What is written: one source, and how many texts of it.",
        "type": "object",
        "properties": properties,
        "patternProperties": _CODE,
        "additionalProperties": False,
        "if": {"required": [COUNT]},
        "then": {"minProperties": 2, "maxProperties": 2},
        "else": {"minProperties": 1, "maxProperties": 1},
    }


def _images(kind: Kind) -> dict[str, Any]:
    whole = _parameters(kind)
    whole["properties"][COUNT] = _count()
    return {"description": _first_sentence(kind.cls), "anyOf": [{"type": "string"}, whole]}


def _count() -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "description": "How many."}


def _steps(steps: list[Kind]) -> dict[str, Any]:
    of_kind = {kind.name: {"anyOf": [{"$ref": f"#/$defs/{kind.name}"}, {"type": "null"}]} for kind in steps}
    name = {"type": "string", "minLength": 1, "description": "The step's own name, which decides its draws."}
    named = {
        "type": "object",
        "properties": {**of_kind, NAME: name},
        "patternProperties": _CODE,
        "additionalProperties": False,
        "if": {"required": [NAME]},
        "then": {"minProperties": 2, "maxProperties": 2},
        "else": {"minProperties": 1, "maxProperties": 1},
    }
    bare = {"anyOf": [{"enum": [kind.name for kind in steps]}, {"type": "string", "pattern": f"^{CODE_PREFIX}"}]}
    return {
        "description": "What is done to each sample, in order.",
        "type": "array",
        "minItems": 1,
        "items": {"anyOf": [named, bare]},
    }


def _parameters(kind: Kind) -> dict[str, Any]:
    """The schema of a kind's parameters in a mapping."""
    words = _parameter_words(kind.cls)
    properties: dict[str, Any] = {}
    for name, one in kind.parameters.items():
        schema = dict(schema_of(one.annotation))
        if kind.is_pipeline and name == "steps":
            schema = {"$ref": "#/$defs/steps"}
        if one.default is not one.empty and one.default is not None:
            schema["default"] = json.loads(json.dumps(one.default))
        if word := words.get(kind.renamed.get(name, name)):
            schema["description"] = word
        properties[name] = schema
    properties |= {name + HASH_SUFFIX: _HASH for name in kind.glyph_parameters}
    required = {"required": kind.required} if kind.required else {}
    about = {"description": _first_sentence(kind.cls)}
    return {**about, "type": "object", "properties": properties, "additionalProperties": False, **required}


def _save() -> dict[str, Any]:
    properties = {
        name: {**schema_of(annotation), "description": _SAVE_WORDS[name]} for name, annotation in SAVE_KEYS.items()
    }
    properties["path"]["type"] = "string"
    for name in ("format", "engine"):
        properties[name] = {"enum": list(kinds(name)), "description": _SAVE_WORDS[name]}
    return {
        "description": "Where and how the images are written.",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _first_sentence(thing: Any) -> str:
    return (inspect.getdoc(thing) or "").partition("\n\n")[0].replace("\n", " ")


def _parameter_words(cls: type) -> dict[str, str]:
    """What a class's docstring, in numpydoc's form, says of each parameter."""
    section = re.search(r"\nParameters\n-+\n(.*?)(?=\n\n\w+\n-+\n|\Z)", inspect.getdoc(cls) or "", re.DOTALL)
    words: dict[str, list[str]] = {}
    names: list[str] = []
    for line in section[1].splitlines() if section else []:
        if not line.startswith(" "):
            names = [name.strip() for name in line.partition(" : ")[0].split(",")]
            words |= {name: [] for name in names}
        else:
            for name in names:
                words[name].append(line.strip())
    return {name: " ".join(lines) for name, lines in words.items() if lines}


def schema_path() -> Path:
    """Where the schema is that comes with the package, for editors.

    >>> schema_path().name
    'recipe.schema.json'
    """
    return packaged_config().parent / SCHEMA_NAME


def write_schema(folder: Path) -> Path:
    """Write the schema into a folder; returns the path of the file."""
    target = folder / SCHEMA_NAME
    target.write_text(schema_text(), encoding="utf-8", newline="\n")
    return target
