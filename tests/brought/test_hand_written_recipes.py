"""Recipes that people write by hand or in a word processor: read as they are meant, or refused with line and remedy."""

# ruff: noqa: RUF001 - curly quotes are what is tested
from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from mygenerator import ImageDataset, Recipe
from mygenerator.config import config_load
from mygenerator.errors import InputError
from mygenerator.sinks.png import encode_png
from mygenerator.yaml_file import dumped, marked_tree
from tests.brought.cases import Case, check, each, refused

STEPS = "steps: [{text_to_image: {image_width: 100}}]\n"
JSON = '{"text":{"pattern":{"pattern":"[0-9]{3}","count":3}},"steps":[{"text_to_image":{"image_width":100}}]}'


def images(place: Path) -> Path:
    (place / "scans" / "7").mkdir(parents=True)
    (place / "scans" / "7" / "a.png").write_bytes(encode_png(np.full((9, 9), 200, np.uint8), "a.png"))
    return place / "scans"


def written(text: str, name: str = "recipe.yaml") -> Callable[[Path], list[str]]:
    """The labels of a recipe with this text."""

    def read(place: Path) -> list[str]:
        images(place)
        (place / name).write_text(text, encoding="utf-8")
        return list(Recipe.read(place / name).dataset(seed=1).labels().tolist())

    return read


def with_suffix(suffix: str) -> Callable[[Path], list[str]]:
    return written(f"images:\n  path: scans\n  image_suffix: {suffix}\nsteps: [remove_white_padding: {{}}]\n")


STRAIGHT = r"which are no quotes in YAML: write straight ones, \" or '$"
AS_YAML = r"write your own in YAML: a file named recipe\.yaml.*JSON can be in it as it is"
ONE_PATTERN = r"'\*' takes every ending"
BY_HAND = [
    Case(
        "a pattern", "Word", written(f"text:\n  pattern: “[0-9]{{3}}”\n  count: 3\n{STEPS}"), refused(":2: “", STRAIGHT)
    ),
    Case(
        "a pattern in one line",
        "Word",
        written(f"text: {{pattern: “[0-9]{{3}}”, count: 3}}\n{STEPS}"),
        refused(STRAIGHT),
    ),
    Case("labels", "Word", written(f"text:\n  labels: [“007”, “42”]\n{STEPS}"), refused(r"\.yaml:2: “007”", STRAIGHT)),
    Case(
        "a list in single quotes", "Word", written(f"text: {{labels: [‘07’]}}\n{STEPS}"), refused(":1: ‘07’", STRAIGHT)
    ),
    Case("labels in one pair", "Word", written(f"text: {{labels: [“007, 42”]}}\n{STEPS}"), refused("“007", STRAIGHT)),
    Case("German quotes", "Word", written(f"text: {{labels: [„07“]}}\n{STEPS}"), refused(":1: „07“", STRAIGHT)),
    Case("French quotes", "Word", written(f"text: {{labels: [«07»]}}\n{STEPS}"), refused(":1: «07»", STRAIGHT)),
    Case("a key", "Word", written(f"text: {{“labels”: ['07']}}\n{STEPS}"), refused(":1: “labels”", STRAIGHT)),
    Case("a path", "Word", written(f"text: {{labels: ['07']}}\n{STEPS}save: {{path: “out”}}"), refused(":3: “out”")),
    Case(
        "an apostrophe in a text", "person", written('text: {labels: ["007"]}\nseed: ’90\n'), refused("seed is '’90'")
    ),
    Case(
        "labels without brackets, in a mapping",
        "person",
        written(f"text: {{labels: 007, 008}}\n{STEPS}"),
        refused(r"\.yaml:1: text holds labels, 008", r'write labels: \["007", "008"\]$'),
    ),
    Case(
        "three labels without brackets",
        "person",
        written(f"text: {{labels: 007, 008, 9}}\n{STEPS}"),
        refused(r'write labels: \["007", "008", "9"\]$'),
    ),
    Case(
        "labels without brackets",
        "person",
        written(f"text:\n  labels: 007, 008\n{STEPS}"),
        refused(r"\.yaml:2: labels is", r'write labels: \["007", "008"\]$'),
    ),
    Case("one label", "person", written(f"text: {{labels: 007}}\n{STEPS}"), refused(r'write labels: \["007"\]$')),
    Case(
        "labels with blanks between",
        "person",
        written(f"text:\n  labels: 007 008\n{STEPS}"),
        refused(r'write labels: \["007", "008"\]$'),
    ),
    Case(
        "dashes without a blank",
        "person",
        written(f"text:\n  labels:\n    -007\n    -008\n{STEPS}"),
        refused(r"\.yaml:2: labels is '-007 -008'", "put a blank after each dash"),
    ),
    Case(
        "several endings, as a list",
        "person",
        with_suffix("['*.jpg', '*.png']"),
        refused(r"\.yaml:3: image_suffix is \['\*\.jpg', '\*\.png'\]", "one pattern", ONE_PATTERN),
    ),
    Case(
        "several endings, by commas", "person", with_suffix("'*.jpg,*.png'"), refused(r"\.yaml:\d: .*no image", "takes")
    ),
    Case("an ending", "person", with_suffix("png"), refused(r"\.yaml:3: image_suffix is 'png'", r"write '\*\.png'")),
    Case("a number for the ending", "slip", with_suffix("7"), refused(r"\.yaml:3: image_suffix is 7 without quotes")),
    Case("an answer for the ending", "slip", with_suffix("true"), refused(r"\.yaml:3: image_suffix is true without")),
    Case("no ending", "slip", with_suffix("''"), refused(r"\.yaml:3: image_suffix is ''", "a pattern of file names")),
    Case("an own recipe in JSON", "script", written(JSON, "mine.json"), refused(r"mine\.json: ", "lacks", AS_YAML)),
    Case("an own recipe.json", "script", written(JSON, "recipe.json"), refused(r"recipe\.json: ", "lacks", AS_YAML)),
    Case(
        "an own recipe.json with a seed",
        "script",
        written('{"seed":1,"count":3,"recipe_version":1,"save":{},' + JSON[1:], "recipe.json"),
        refused("lacks stream_version", AS_YAML),
    ),
    Case(
        "JSON with a comma too many",
        "person",
        written(JSON.replace("}}]", "}},\n]"), "mine.json"),
        refused(r"mine\.json:2: .*not a recipe that mygenerator wrote", AS_YAML),
    ),
    Case(
        "JSON in single quotes", "Python", written(JSON.replace('"', "'"), "a.json"), refused(r"a\.json:1: ", AS_YAML)
    ),
    Case("JSON in a file for YAML", "script", lambda place: len(written(JSON)(place)), 3),
]


@each(BY_HAND)
def test_a_recipe_that_a_person_wrote_is_read_or_refused_with_line_and_remedy(case, tmp_path):
    check(case, lambda: case.bring(tmp_path))


def test_in_python_too_the_images_have_one_pattern(tmp_path):
    with pytest.raises(InputError, match=rf"^image_suffix is \['\*\.jpg'\]; allowed: one pattern .*{ONE_PATTERN}"):
        ImageDataset(images(tmp_path), image_suffix=["*.jpg"])


def test_a_configuration_in_curly_quotes_is_refused_with_its_line(tmp_path):
    (tmp_path / "config.yaml").write_text("current_dataset: “optdigits”\ndatasets: {}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"config\.yaml:1: “optdigits”.*{STRAIGHT}"):
        config_load(tmp_path / "config.yaml")


@pytest.mark.parametrize("text", ["“7”", "‘7’", "«7»", "„7", "7”", "’90", "5’ 6”", "“", "a “b” c"])
def test_text_with_such_quotes_survives_being_written_and_in_straight_quotes_is_text(text):
    tree, _ = marked_tree(dumped({"labels": [text]}), "recipe.yaml")
    assert tree.plain() == {"labels": [text]}
    assert marked_tree(f'"{text}"', "recipe.yaml")[0].plain() == text
