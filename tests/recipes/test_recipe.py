"""recipes: one recipe from YAML, from Python and by the command; what its words mean; back to YAML."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    TextToImage,
    ValidatePadding,
)
from mygenerator.cli.cli_run import COMMAND
from mygenerator.cli.common import main
from mygenerator.errors import InputError
from mygenerator.recipes import Recipe
from mygenerator.save import plan
from mygenerator.save.recipe_file import differences
from tests.recipes.own import Darken, Tickets

RECIPE = """\
seed: 11
text: {phone: {region: JP, count: 300}}        # or pattern: / labels: / file:
steps:
  - text_to_image: {glyphs: optdigits, image_width: 300, spacing_range: [3, 8]}
  - validate_padding: {spacing_range: [3, 8]}
save: {path: out, format: png}
"""
STEPS = "steps: [{text_to_image: {image_width: 100}}]\n"


def in_python():
    steps = [TextToImage("optdigits", (3, 8), 300), ValidatePadding((3, 8))]
    return Pipeline(steps).fit_transform(PhoneNlpDataset(300, "JP", seed=11))


def texts(yaml_text: str, **overrides) -> list[str]:
    return Recipe.from_yaml(yaml_text).dataset(**overrides).labels().tolist()


def own(line: str) -> Recipe:
    return Recipe.from_yaml(
        f"seed: 1\ntext: {{phone: JP, count: 3}}\nsteps: [text_to_image, {line}]\n", allow_code=True
    )


# One recipe, three ways


def test_a_recipe_from_yaml_from_python_and_by_the_command_gives_the_same_pixels(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("recipe.yaml").write_text(RECIPE)
    by_hand, by_yaml = in_python(), Recipe.read("recipe.yaml").dataset()
    assert main(COMMAND, ["recipe.yaml"]) == 0
    expected = by_hand.batch(range(300))
    assert (by_yaml.batch(range(300)).images == expected.images).all()
    for row in range(300):
        assert (np.asarray(Image.open(f"out/img_{row}.png")) == expected.images[row]).all()
    assert differences(json.loads(Path("out/recipe.json").read_text()), plan(by_hand, tmp_path / "other").recipe) == []


def test_names_decide_draws_as_they_do_in_python():
    recipe = Recipe.from_yaml("""
        seed: 4
        text: {labels: ["007", "42"]}
        steps:
          - pipeline:
              steps:
                - char_to_images
                - combine_images_horizontally: {combined_width: 120}
                  name: join
            name: outer
          - validate_padding
        """)
    inner = Pipeline([CharToImages(), ("join", CombineImagesHorizontally(combined_width=120))])
    by_hand = Pipeline([("outer", inner), ValidatePadding()]).fit_transform(NlpDataset(["007", "42"], seed=4))
    made = recipe.dataset()
    assert made.step_names == by_hand.step_names == ("outer/char_to_images", "outer/join", "validate_padding")
    assert (made.batch([0, 1]).images == by_hand.batch([0, 1]).images).all()


def test_a_step_of_another_name_draws_otherwise():
    one, other = (
        Recipe.from_yaml(f"seed: 1\ntext: {{phone: JP, count: 3}}\nsteps: [{{text_to_image: {{}}{name}}}]\n").dataset()
        for name in ("", ", name: second")
    )
    assert (one.batch(range(3)).glyphs != other.batch(range(3)).glyphs).any()


# What it begins with


@pytest.mark.parametrize(
    "source",
    [
        "{phone: {region: FR, count: 5}}",
        "{phone: FR, count: 5}",
        "{count: 5, phone: {region: FR}}",
        "\n  phone: FR\n  count: 5",
    ],
)
def test_phone_numbers_are_written_long_or_short(source):
    assert texts(f"seed: 2\ntext: {source}\n") == PhoneNlpDataset(5, "FR", seed=2).labels().tolist()


@pytest.mark.parametrize("source", ["{pattern: '[0-9]{7}', count: 5}", "{pattern: {pattern: '[0-9]{7}', count: 5}}"])
def test_patterns_are_written_long_or_short(source):
    assert texts(f"seed: 2\ntext: {source}\n") == PatternNlpDataset("[0-9]{7}", 5, seed=2).labels().tolist()


def test_a_pattern_may_be_held_to_lengths():
    assert {
        len(text) for text in texts("text: {pattern: {pattern: '[0-9]{1,9}', lengths: [2, 4], count: 10100}}\n")
    } == {2, 4}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{labels: ["007", "42", "1"]}', ["007", "42", "1"]),
        ('{labels: ["007", "42", "1"], count: 2}', ["007", "42"]),
        ('{labels: {labels: ["007", "42"], repeat: 2}}', ["007", "42", "007", "42"]),
        ('{labels: {labels: ["007", "42"], repeat: 2, count: 3}}', ["007", "42", "007"]),
        ("{labels: [a, 4-2]}", ["a", "4-2"]),
    ],
)
def test_labels_stand_in_the_recipe(source, expected):
    assert texts(f"text: {source}\n") == expected


def test_a_file_of_labels_lies_beside_the_recipe(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "labels.txt").write_text("007\n42\n1\n")
    (tmp_path / "deep" / "table.csv").write_text("writer,label\nanna,007\nbo,42\n")
    (tmp_path / "labels.txt").write_text("wrong\n")
    monkeypatch.chdir(tmp_path)
    for line, expected in (
        ("{file: labels.txt}", ["007", "42", "1"]),
        ("{file: labels.txt, count: 2}", ["007", "42"]),
        ("{file: {path: ./table.csv, count: 1}}", ["007"]),
    ):
        Path("deep/recipe.yaml").write_text(f"text: {line}\n")
        assert Recipe.read("deep/recipe.yaml").dataset().labels().tolist() == expected


@pytest.mark.parametrize(("written", "region"), [("NO", "NO"), ("'NO'", "NO"), ("DE", "DE")])
def test_text_without_quotes_is_what_is_written(written, region):
    assert Recipe.from_yaml(f"text: {{phone: {written}, count: 1}}\n").dataset().region == region


def test_a_pattern_of_digits_alone_stands_in_quotes():
    assert texts("text: {pattern: '0073', count: 1}\n") == ["0073"]
    assert texts('text: {pattern: "1234", count: 1}\n') == ["1234"]


@pytest.mark.parametrize("source", ["{phone: {count: 3}}", "{phone: {}, count: 3}", "{phone: , count: 3}"])
def test_phone_numbers_are_of_japan_where_nobody_says_a_region(source):
    recipe = Recipe.from_yaml(f"seed: 2\ntext: {source}\n")
    assert recipe.dataset().labels().tolist() == PhoneNlpDataset(3, seed=2).labels().tolist()
    assert recipe == Recipe.from_yaml("seed: 2\ntext: {phone: JP, count: 3}\n")
    assert "phone: JP" in recipe.to_yaml()


def test_images_of_a_folder_can_stand_in_place_of_a_text(tmp_path):
    for label, level in (("3", 10), ("7", 20), ("8", 30)):
        (tmp_path / "digits" / label).mkdir(parents=True)
        Image.fromarray(np.full((4, 6), level, np.uint8)).save(tmp_path / "digits" / label / "a.png")
    (tmp_path / "recipe.yaml").write_text("images: {path: digits, count: 2}\nsteps: [scale_image: {width: 3}]\n")
    recipe = Recipe.read(tmp_path / "recipe.yaml")
    ds = recipe.dataset()
    assert [(sample.label, sample.image.shape, int(sample.image[0, 0])) for sample in ds] == [
        ("3", (2, 3), 10), ("7", (2, 3), 20), ("8", (2, 3), 30),
    ]  # fmt: skip
    assert recipe.plan(tmp_path / "out").count == 2
    assert recipe.plan(tmp_path / "out", count=1).count == 1
    with pytest.raises(InputError, match=r"recipe.yaml:1: count is 4, but there are 3 rows"):
        recipe.plan(tmp_path / "out", count=4)


# What goes before it when it is run


def test_what_is_said_when_it_is_run_goes_before_the_recipe(tmp_path):
    recipe = Recipe.from_yaml(RECIPE)
    assert recipe.dataset(seed=3, count=7).labels().tolist() == PhoneNlpDataset(7, "JP", seed=3).labels().tolist()
    job = recipe.plan(tmp_path / "x", seed=3, count=7, shard_size=2, workers=1)
    assert (job.count, job.ds.seed, job.shard_size, job.workers, job.folder.path) == (7, 3, 2, 1, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_paths_are_relative_to_the_recipe(tmp_path):
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    assert Recipe.read(tmp_path / "recipe.yaml").plan().folder.path == tmp_path / "out"


def test_glyphs_are_a_name_or_a_folder_beside_the_recipe(tmp_path, monkeypatch):
    for digit in "0123456789":
        (tmp_path / "here" / "scans" / digit).mkdir(parents=True)
        image = np.full((28, 28), 255, np.uint8)
        image[4:24, 10:16] = 0
        Image.fromarray(image).save(tmp_path / "here" / "scans" / digit / "a.png")
    monkeypatch.chdir(tmp_path)
    for name in ("scans", "./scans", str(tmp_path / "here" / "scans")):
        steps = f"steps: [{{text_to_image: {{glyphs: {name}, image_width: 100}}}}]\n"
        Path("here/recipe.yaml").write_text("text: {labels: ['42']}\n" + steps)
        assert Recipe.read("here/recipe.yaml").dataset()[0].glyph_source == "scans"
    Path("here/recipe.yaml").write_text("text: {labels: ['42']}\n" + STEPS)
    assert Recipe.read("here/recipe.yaml").dataset(glyphs="here/scans")[0].glyph_source == "scans"


def test_without_a_seed_every_data_set_has_a_fresh_one_and_a_folder_s_is_taken_up(tmp_path):
    recipe = Recipe.from_yaml("text: {labels: ['42', '007']}\n" + STEPS)
    first, second = recipe.dataset(), recipe.dataset()
    assert first.seed != second.seed
    first.save(tmp_path)
    assert recipe.plan(tmp_path).ds.seed == first.seed


def test_a_recipe_without_a_count_takes_it_when_it_is_run(tmp_path):
    recipe = Recipe.from_yaml("text: {phone: JP}\n" + "steps: [text_to_image]\n")
    assert len(recipe.dataset(count=4)) == 4
    with pytest.raises(InputError, match="phone has no count"):
        recipe.dataset()


# Back to YAML


@pytest.mark.parametrize(
    "text",
    [
        RECIPE,
        "text: {phone: NO, count: 3}\n",
        "text: {pattern: {pattern: '[0-9]{1,3}', lengths: [2], count: 3}}\n",
        "text: {pattern: '[é\"'':{}]{2}', count: 3}\n",
        'text: {pattern: "[\\u2603a]{2}", count: 3}\n',
        "text: {labels: ['007', 'true', '1e3', ' x ', '[']}\n",
        "seed: 0\ntext: {labels: {labels: ['1'], repeat: 3, count: 2}}\n" + STEPS,
        "text: {phone: JP}\nsteps:\n  - pipeline: {steps: [text_to_image, validate_padding]}\n    name: 'yes'\n",
        "text: {phone: JP}\nsteps: [{text_to_image: {glyphs_sha256: '" + "a" * 64 + "'}}]\n",
        "text: {phone: JP}\nsteps: [text_to_image]\nsave: {path: /x/y, prefix: '007', shard_size: 3, workers: 2}\n",
    ],
)
def test_a_recipe_that_is_written_and_read_back_is_the_same(text, tmp_path):
    recipe = Recipe.from_yaml(text)
    assert Recipe.from_yaml(recipe.to_yaml()) == recipe
    assert recipe.to_yaml(tmp_path / "deep.yaml") == (tmp_path / "deep.yaml").read_text()
    assert Recipe.read(tmp_path / "deep.yaml") == recipe


def test_recipes_that_say_something_else_are_not_equal():
    recipe = Recipe.from_yaml(RECIPE)
    for old, new in (("11", "12"), ("JP", "US"), ("300}", "301}"), ("[3, 8]}\nsave", "[2, 8]}\nsave"), ("out", "out2")):
        assert Recipe.from_yaml(RECIPE.replace(old, new, 1)) != recipe
    assert Recipe.from_yaml(RECIPE.replace("glyphs: optdigits, ", "sizing: fill, ")) == recipe


def test_a_written_recipe_names_what_lies_below_it_by_relative_paths(tmp_path):
    (tmp_path / "labels.txt").write_text("42\n")
    (tmp_path / "recipe.yaml").write_text("text: {file: labels.txt}\nsave: {path: out}\n")
    recipe = Recipe.read(tmp_path / "recipe.yaml")
    assert "./labels.txt" in recipe.to_yaml(tmp_path / "again.yaml")
    (tmp_path / "moved").mkdir()
    for name in ("labels.txt", "again.yaml"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    assert Recipe.read(tmp_path / "moved" / "again.yaml").dataset().labels().tolist() == ["42"]
    assert str(tmp_path / "labels.txt") in recipe.to_yaml()


def test_a_recipe_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        Recipe.from_yaml(RECIPE).to_yaml(tmp_path / "none" / "recipe.yaml")


# Code of a user's own


def test_a_step_of_a_user_s_own_is_named_by_where_it_is_imported_from():
    ds = own("{'python:tests.recipes.own.Darken': {most: 50, places: [a, 1]}}").dataset()
    by_hand = Darken(50).fit_transform(TextToImage().fit_transform(PhoneNlpDataset(3, seed=1)))
    assert (ds.batch(range(3)).images == by_hand.batch(range(3)).images).all()
    assert ds.transform.get_params() == {"most": 50, "places": ("a", 1)}


def test_a_source_of_a_user_s_own_is_named_so_too():
    recipe = Recipe.from_yaml("seed: 5\ntext: {'python:tests.recipes.own.Tickets': {letter: A, count: 9}}\n", True)
    assert recipe.dataset().labels().tolist() == Tickets("A", 9, seed=5).labels().tolist()
    assert Recipe.from_yaml("seed: 5\ntext: {'python:tests.recipes.own.Tickets': A, count: 9}\n", True) == recipe
    assert Recipe.from_yaml(recipe.to_yaml(), True) == recipe


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{'python:tests.recipes.own.Darkn': {}}", "cannot be imported"),
        ("{'python:no_such_module.Darken': {}}", "cannot be imported"),
        ("{'python:tests.recipes.own.Tickets': {}}", "is not a step"),
        ("{'python:tests.recipes.own.Darken': {mots: 5}}", "did you mean 'most'"),
        ("{'python:tests.recipes.own.Darken': {most: x}}", "recipe:3: most is 'x'"),
        ("{'python:tests.recipes.own.Fussy': {level: high}}", "recipe:3: ValueError: invalid literal"),
    ],
)
def test_what_is_wrong_with_own_code_is_told_like_everything(line, words):
    with pytest.raises(InputError, match=words):
        own(line)


def test_own_code_is_not_even_imported_without_leave(tmp_path, monkeypatch):
    (tmp_path / "trap.py").write_text("raise SystemExit('imported')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match="allow_code"):
        Recipe.from_yaml("text: {phone: JP, count: 1}\nsteps: [python:trap.Step]\n")


# Paths of a recipe that is no file


def test_paths_of_a_text_stay_as_they_are_written_and_are_found_from_the_working_folder(tmp_path, monkeypatch):
    (tmp_path / "labels.txt").write_text("42\n")
    monkeypatch.chdir(tmp_path)
    recipe = Recipe.from_yaml("text: {file: labels.txt}\nsteps: [text_to_image]\nsave: {path: out}\n")
    assert recipe.to_yaml() == "text: {file: labels.txt}\nsteps: [text_to_image]\nsave: {path: out}\n"
    assert recipe.plan().folder.path.absolute() == tmp_path / "out"
    recipe.to_yaml(tmp_path / "recipe.yaml")
    assert Recipe.read(tmp_path / "recipe.yaml") == recipe
