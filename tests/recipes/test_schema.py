"""The JSON schema: what is shipped is what the registry gives; it takes good recipes and refuses wrong ones."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mygenerator.errors import InputError
from mygenerator.recipes import Recipe, schema_path, shipped_recipes
from mygenerator.recipes.schema import SCHEMA_NAME, recipe_schema, schema_text, write_schema
from mygenerator.registry import kinds

CONFIG = Path(__file__).parents[2] / "config"
VALIDATOR = Draft202012Validator(json.loads((CONFIG / SCHEMA_NAME).read_text(encoding="utf-8")))
TEXT = "text: {phone: JP, count: 3}\n"


def test_the_shipped_schema_is_current():
    assert (CONFIG / SCHEMA_NAME).read_text(encoding="utf-8") == schema_text(), "run tools/build_schema.py"


def test_it_is_a_schema_and_names_every_registered_kind(tmp_path):
    Draft202012Validator.check_schema(recipe_schema())
    schema = json.loads(write_schema(tmp_path).read_text(encoding="utf-8"))
    named = schema["$defs"]["steps"]["items"]["anyOf"][0]["properties"]
    assert set(kinds("step")) <= set(named)
    assert set(kinds("text")) <= set(schema["properties"]["text"]["properties"])
    assert schema["properties"]["save"]["properties"]["format"]["enum"] == list(kinds("format"))


def test_it_says_what_each_parameter_means():
    step = recipe_schema()["$defs"]["text_to_image"]
    assert step["description"] == "Writes each text with real handwritten glyphs on a strip of a fixed size."
    assert step["properties"]["image_width"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 1_000_000,
        "default": 280,
        "description": "Width of the strip in pixels.",
    }
    assert step["properties"]["sizing"]["enum"] == ["fill", "equal", "pad", "resize"]


@pytest.mark.parametrize("name", shipped_recipes())
def test_every_shipped_recipe_is_valid_and_tells_editors_of_the_schema(name):
    text = shipped_recipes()[name].read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA_NAME}\n")
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []


GOOD = [
    "seed: 11\n" + TEXT + "steps: [text_to_image, {validate_padding: {spacing_range: [3, 8]}}]\nsave: {path: out}\n",
    "text: {phone: {region: JP, count: 3}}\n",
    "text: {phone: {count: 3}}\n",
    "text: {phone: , count: 3}\n",
    "text: {phone: {region: JP, count: 3, prefix: '0', pattern: '[0-9]{3}', lengths: [3]}}\n",
    "text: {pattern: '[0-9]{7}', count: 3}\n",
    "text: {pattern: {pattern: '[0-9]{1,7}', lengths: [2, 3], count: 3}}\n",
    "text: {labels: ['007', '42']}\n",
    "text: {labels: {labels: ['007', '42'], repeat: 4}, count: 3}\n",
    "text: {file: labels.txt}\n",
    "images: {path: digits, image_suffix: '*.jpg', count: 3}\nsteps: [scale_image: {width: 20}]\n",
    "images: digits\n",
    TEXT + "steps:\n  - text_to_image: {glyphs: optdigits, glyphs_sha256: " + "a" * 64 + "}\n    name: first\n",
    TEXT + "steps:\n  - pipeline: {steps: [text_to_image, validate_padding]}\n    name: outer\n",
    TEXT + "steps:\n  - text_to_image: {seed: null, invert: true, sizing: pad, align: random}\n",
    TEXT + "steps:\n  - text_to_image:\n",
    TEXT + "steps:\n  - python:own.Step\n  - python:own.Step: {most: 3}\n    name: again\n",
    "text: {'python:own.Texts': {letter: A}, count: 3}\n",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_recipes_are_valid(text):
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) == []


@pytest.mark.parametrize("text", [text for text in GOOD if "own." not in text and "digits\n" not in text])
def test_good_recipes_are_read(text, tmp_path, monkeypatch):
    (tmp_path / "labels.txt").write_text("1\n")
    (tmp_path / "digits" / "1").mkdir(parents=True)
    (tmp_path / "digits" / "1" / "a.jpg").touch()
    monkeypatch.chdir(tmp_path)
    if "digits, image_suffix" in text:
        (tmp_path / "digits" / "1" / "b.jpg").touch()
        (tmp_path / "digits" / "1" / "c.jpg").touch()
    read = Recipe.from_yaml(text)
    assert Recipe.from_yaml(read.to_yaml()) == read


@pytest.mark.parametrize(
    "text",
    [
        "seed: -1\n" + TEXT,
        "seed: '1'\n" + TEXT,
        "sed: 1\n" + TEXT,
        "count: 3\n" + TEXT,
        "steps: [text_to_image]\n",
        TEXT + "images: digits\n",
        "text: phone\n",
        "text: {}\n",
        "text: {count: 3}\n",
        "text: {phone: JP, pattern: x, count: 3}\n",
        "text: {phone: JP, pattern: x}\n",
        "text: {fone: JP, count: 3}\n",
        "text: {pattern: {count: 3}}\n",
        "text: {pattern: , count: 3}\n",
        "text: {phone: {region: JP, cuont: 3}}\n",
        "text: {phone: JP, count: 0}\n",
        "text: {phone: JP, count: many}\n",
        "text: {labels: [7]}\n",
        "text: {labels: []}\n",
        "text: {labels: seven}\n",
        "text: {file: 7}\n",
        "images: {image_suffix: '*.png'}\n",
        "images: {path: x, meta: y}\n",
        TEXT + "steps: text_to_image\n",
        TEXT + "steps: []\n",
        TEXT + "steps: [text_to_imag]\n",
        TEXT + "steps: [3]\n",
        TEXT + "steps: [{text_to_image: {}, validate_padding: {}}]\n",
        TEXT + "steps: [{name: first}]\n",
        TEXT + "steps: [{text_to_image: [300]}]\n",
        TEXT + "steps: [{text_to_image: {image_widht: 300}}]\n",
        TEXT + "steps: [{text_to_image: {image_width: 300.5}}]\n",
        TEXT + "steps: [{text_to_image: {image_width: '300'}}]\n",
        TEXT + "steps: [{text_to_image: {image_height: 7}}]\n",
        TEXT + "steps: [{text_to_image: {sizing: fil}}]\n",
        TEXT + "steps: [{text_to_image: {spacing_range: [3]}}]\n",
        TEXT + "steps: [{text_to_image: {invert: 1}}]\n",
        TEXT + "steps: [{text_to_image: {sizing_sha256: x}}]\n",
        TEXT + "steps: [{pipeline: {}}]\n",
        TEXT + "steps: [{pipeline: {steps: [text_to_imag]}}]\n",
        TEXT + "save: out\n",
        TEXT + "save: {paht: out}\n",
        TEXT + "save: {format: pgn}\n",
        TEXT + "save: {shard_size: 0}\n",
        TEXT + "save: {overwrite: true}\n",
    ],
)
def test_wrong_recipes_are_not(text):
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text)))


PLACES = [
    "text: {phone: %s, count: 3}\n",
    "text: {phone: {region: %s, count: 3}}\n",
    "text: {pattern: %s, count: 3}\n",
    "text: {pattern: {pattern: %s, count: 3}}\n",
    "text: {labels: [%s]}\n",
    "text: {file: %s}\n",
    "images: %s\n",
    "images: {path: digits, image_suffix: %s}\n",
    TEXT + "steps: [{text_to_image: {glyphs: %s}}]\n",
    TEXT + "steps: [{text_to_image: {sizing: %s}}]\n",
    TEXT + "steps: [{text_to_image: {}, name: %s}]\n",
    TEXT + "save: {path: %s}\n",
    TEXT + "save: {prefix: %s}\n",
    TEXT + "save: {format: %s}\n",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scalar", ["7", "007", "-3", "1.5", "1e3", "1_000", "1:30", "0x1F", "0o17", ".inf", "true"])
def test_where_text_is_wanted_schema_and_reader_refuse_what_some_reader_takes_for_a_number(place, scalar):
    text = place % scalar
    with pytest.raises(InputError, match=r"without quotes|unknown sizing"):
        Recipe.from_yaml(text)
    # PyYAML knows nothing of 1e3 and 0o17, which are numbers to others.
    assert list(VALIDATOR.iter_errors(yaml.safe_load(text))) or scalar in ("1e3", "0o17")


def test_the_path_of_the_schema_is_where_it_is_shipped():
    assert schema_path() == CONFIG / SCHEMA_NAME
