"""A folder's recipe.json run again: the same bytes in another folder, or an error that says what is missing."""

import csv
import json
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mygenerator import (
    GlyphSet,
    ImageDataset,
    LabelTransform,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    TextToImage,
)
from mygenerator.cli.cli_run import COMMAND
from mygenerator.cli.common import main
from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.inspection.replay import replay
from mygenerator.recipes import Recipe
from mygenerator.text.numbering_plan import PhonePlan
from mygenerator.text.patterns import Pattern
from mygenerator.transform import CharToImages, CombineImagesHorizontally, ScaleImage, ValidatePadding
from tests.made_glyphs import made_glyphs
from tests.recipes.own import Darken, Tickets

LABELS = ["007", "42", "1", "1234567", "42"]


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def written(ds: Dataset) -> Dataset:
    return TextToImage(image_width=200, spacing_range=(2, 5)).transform(ds)


SOURCES = {
    "phone": PhoneNlpDataset(9, "FR", seed=3),
    "a plan of its own": PhoneNlpDataset(9, PhonePlan("JP", "07", "[0-9]{4}", (4,)), seed=3),
    "pattern": PatternNlpDataset("[0-9]{2,6}", 9, seed=3),
    "pattern with lengths": PatternNlpDataset(Pattern("[0-9]{2,6}", [3, 5]), 9, seed=3),
    "labels": NlpDataset(LABELS, seed=3),
    "one label": NlpDataset(["0"], seed=2**64 - 1),
}
STEPS = {
    "two parts": Pipeline([CharToImages(), CombineImagesHorizontally(combined_width=300), ValidatePadding()]),
    "names": Pipeline([("x", Pipeline([TextToImage(image_width=250)])), ValidatePadding(), ("007", ValidatePadding())]),
    "a seed of a step": TextToImage(image_width=260, seed=99, sizing="pad", align="random", invert=True),
    "objects": Pipeline([TextToImage(image_width=250), ScaleImage(width=99)]),
}


@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_text_can_be_run_again(name, tmp_path):
    written(SOURCES[name]).save(tmp_path / "one", shard_size=4, prefix="digits")
    assert main(COMMAND, [str(tmp_path / "one"), "--output_path", str(tmp_path / "two")]) == 0
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


@pytest.mark.parametrize("name", STEPS)
def test_steps_names_and_seeds_are_run_again(name, tmp_path):
    STEPS[name].fit_transform(NlpDataset(["0070", "421", "90210"], seed=4)).save(tmp_path / "one")
    assert main(COMMAND, [str(tmp_path / "one" / "recipe.json"), "--output_path", str(tmp_path / "two")]) == 0
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_phone_numbers_come_from_the_plan_that_was_recorded_not_from_today_s(tmp_path, monkeypatch):
    written(PhoneNlpDataset(9, "JP", seed=3)).save(tmp_path / "one")
    monkeypatch.setattr("mygenerator.dataset.phone.phone_plan", lambda region: PhonePlan(region, "", "[0-9]{3}", (3,)))
    Recipe.read(tmp_path / "one").dataset().save(tmp_path / "two")
    again = tree(tmp_path / "two")
    assert {name: again[name] for name in again if name.startswith("img")} == {
        name: data for name, data in tree(tmp_path / "one").items() if name.startswith("img")
    }


def test_an_unfinished_folder_is_run_again_too_and_gone_on_with(tmp_path):
    written(SOURCES["pattern"]).save(tmp_path / "one", shard_size=4)
    whole = tree(tmp_path / "one")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "recipe.json").write_bytes(whole["recipe.json"])
    assert main(COMMAND, [str(tmp_path / "half"), "--output_path", str(tmp_path / "two")]) == 0
    assert main(COMMAND, [str(tmp_path / "half"), "--output_path", str(tmp_path / "half")]) == 0
    assert tree(tmp_path / "two") == tree(tmp_path / "half") == whole


def test_other_words_may_be_said_with_it(tmp_path):
    written(SOURCES["phone"]).save(tmp_path / "one")
    words = ["--count", "20", "--seed", "8", "--output_path", str(tmp_path / "two")]
    assert main(COMMAND, [str(tmp_path / "one"), *words]) == 0
    written(PhoneNlpDataset(20, "FR", seed=8)).save(tmp_path / "three")
    assert tree(tmp_path / "two") == tree(tmp_path / "three")


def test_a_recorded_recipe_becomes_yaml_that_makes_the_same(tmp_path):
    written(SOURCES["labels"]).save(tmp_path / "one")
    Recipe.read(tmp_path / "one").to_yaml(tmp_path / "recipe.yaml")
    assert main(COMMAND, [str(tmp_path / "recipe.yaml"), "--output_path", str(tmp_path / "two")]) == 0
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_steps_and_sources_of_a_user_s_own_are_run_again_with_leave(tmp_path):
    ds = Pipeline([TextToImage(glyphs=made_glyphs("A0123456789")), Darken(most=9)]).transform(Tickets("A", 5, seed=6))
    ds.save(tmp_path / "one")
    assert json.loads((tmp_path / "one" / "recipe.json").read_text())["code"] == {
        "source": "tests.recipes.own.Tickets",
        "steps": {"darken": "tests.recipes.own.Darken"},
    }
    with pytest.raises(InputError, match="allow_code"):
        Recipe.read(tmp_path / "one")
    again = Recipe.read(tmp_path / "one", allow_code=True)
    again.dataset(glyphs=made_glyphs("A0123456789")).save(tmp_path / "two")
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


BLOT = """
from mygenerator import Transform

class {name}(Transform):
    takes = ("strip",)

    def __init__(self, width: int = 1):
        self.width = width

    def apply(self, images, drawn):
        images = images.copy()
        images[:, :, : self.width] = {level}
        return images
"""


@pytest.fixture
def modules(tmp_path, monkeypatch):
    """Modules of a user's own, each with a step: two are called Blot, one as a step of the package."""
    made = (("own_scans", "Blot", 9), ("own_prints", "Blot", 99), ("own_scales", "ScaleImage", 1))
    for module, name, level in made:
        (tmp_path / f"{module}.py").write_text(BLOT.format(name=name, level=level))
    monkeypatch.syspath_prepend(tmp_path)
    yield {module: getattr(import_module(module), name) for module, name, _ in made}
    for module, _, _ in made:
        del sys.modules[module]


def test_steps_of_the_same_name_are_run_again_each_by_its_own_class(tmp_path, modules):
    steps = [TextToImage(image_width=200), modules["own_scans"](3), ("last", modules["own_prints"](2))]
    Pipeline(steps).fit_transform(SOURCES["pattern"]).save(tmp_path / "one")
    Recipe.read(tmp_path / "one", allow_code=True).dataset().save(tmp_path / "two")
    assert tree(tmp_path / "two") == tree(tmp_path / "one")
    assert replay(tmp_path / "one", 0, allow_code=True).difference == ""


def test_a_step_that_is_called_as_one_of_the_package_is_run_again_as_what_it_was_and_wants_leave(tmp_path, modules):
    Pipeline([TextToImage(image_width=200), modules["own_scales"](5)]).fit_transform(SOURCES["pattern"]).save(
        tmp_path / "one"
    )
    with pytest.raises(InputError, match=r"python:own_scales\.ScaleImage is code of your own.*allow_code"):
        Recipe.read(tmp_path / "one")
    Recipe.read(tmp_path / "one", allow_code=True).dataset().save(tmp_path / "two")
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


@pytest.mark.parametrize("code", [7, [], {"source": 7, "steps": []}, {"steps": {"text_to_image": 7}}, {"steps": None}])
def test_code_that_is_none_of_ours_is_passed_over(code, tmp_path):
    written(SOURCES["pattern"]).save(tmp_path / "one")
    assert Recipe.read(changed(tmp_path / "one", code=code)).count == 9


# Glyphs


@pytest.fixture
def scans(tmp_path):
    """A folder of glyphs, two of each digit."""
    folder = tmp_path / "glyphs" / "scans"
    for digit in range(10):
        (folder / str(digit)).mkdir(parents=True)
        for width in (4, 9):
            image = np.full((28, 28), 255, np.uint8)
            image[digit + 2 : 26, 8 : 8 + width] = 0
            Image.fromarray(image).save(folder / str(digit) / f"{width}.png")
    return folder


def test_glyphs_of_a_folder_are_found_where_one_says_they_are_and_keep_their_name(tmp_path, scans):
    TextToImage(scans, image_width=200).transform(NlpDataset(LABELS, seed=1)).save(tmp_path / "one")
    scans.rename(tmp_path / "elsewhere")
    flags = ["--output_path", str(tmp_path / "two"), "--glyphs", str(tmp_path / "elsewhere")]
    assert main(COMMAND, [str(tmp_path / "one"), *flags]) == 0
    assert tree(tmp_path / "two") == tree(tmp_path / "one")


def test_glyphs_that_are_not_found_or_are_others_are_an_error_before_anything_is_made(tmp_path, scans, capsys):
    TextToImage(scans, image_width=200).transform(NlpDataset(LABELS, seed=1)).save(tmp_path / "one")
    recorded = json.loads((tmp_path / "one" / "recipe.json").read_text())["steps"][0]["text_to_image"]["glyphs_sha256"]
    words = [str(tmp_path / "one"), "--output_path", str(tmp_path / "two")]
    assert main(COMMAND, words) == 2
    assert "the glyphs 'scans' are not known here; say where they are: --glyphs" in capsys.readouterr().err
    assert main(COMMAND, [*words, "--glyphs", "optdigits"]) == 2
    message = capsys.readouterr().err
    assert f"{recorded[:12]}... there" in message
    assert "13b99653f9fd... here" in message
    assert not (tmp_path / "two").exists()


# What cannot be run again


def changed(folder: Path, **changes) -> Path:
    """The folder's recipe.json with other values; None takes a key away."""
    path = folder / "recipe.json"
    recipe = {**json.loads(path.read_text()), **changes}
    path.write_text(json.dumps({key: value for key, value in recipe.items() if value is not None}))
    return folder


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"stream_version": 2}, "stream_version is 2, this release makes 1: the same seed gives other images"),
        ({"recipe_version": 7}, "recipe_version is 7, this release makes 1"),
        ({"recipe_version": None}, "not a recipe that mygenerator wrote"),
        ({"seed": -1}, "not a recipe that mygenerator wrote"),
        ({"seed": "1"}, "not a recipe that mygenerator wrote"),
        ({"count": 0}, "not a recipe that mygenerator wrote"),
        ({"save": None}, "not a recipe that mygenerator wrote"),
        ({"save": {"format": "tiff"}}, "unknown format 'tiff'"),
        ({"save": {"formt": "png"}}, "unknown key of save 'formt'"),
        ({"text": None}, "holds no text"),
        ({"text": {"phone": {"region": "JP", "prefix": "0"}}}, "all three"),
        ({"text": {"fone": {}}}, "did you mean 'phone'"),
        ({"text": {"pattern": {"pattern": "[0-9"}}}, "pattern"),
        ({"steps": "all"}, "steps holds 'all'"),
        ({"steps": [{"brighten": {}}]}, "unknown step 'brighten'"),
        ({"steps": [{"text_to_image": {"sizes": 3}}]}, "parameter of text_to_image 'sizes'"),
        ({"steps": [{"text_to_image": {}, "validate_padding": {}}]}, "one kind"),
    ],
)
def test_a_recipe_json_that_was_changed_is_an_error(changes, words, tmp_path, capsys):
    written(SOURCES["pattern"]).save(tmp_path / "one")
    assert main(COMMAND, [str(changed(tmp_path / "one", **changes)), "--output_path", str(tmp_path / "two")]) == 2
    message = capsys.readouterr().err
    assert message.startswith("mygenerator run: ")
    assert words in message
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"a": ' + b"[" * 100_000, b"\xff\xfe", b"1" * 5000])
def test_what_is_no_recipe_json_is_an_error(data, tmp_path, capsys):
    (tmp_path / "recipe.json").write_bytes(data)
    assert main(COMMAND, [str(tmp_path), "--output_path", str(tmp_path / "two")]) == 2
    assert "recipe.json" in capsys.readouterr().err


@pytest.mark.parametrize("nrows", [-1, 4])
def test_labels_are_proved_by_their_hash(tmp_path, nrows):
    written(SOURCES["labels"]).save(tmp_path / "one", nrows=nrows)
    table = tmp_path / "one" / "meta.csv"
    table.write_bytes(table.read_bytes().replace(b"1234567", b"1234568"))
    with pytest.raises(
        InputError, match=r"labels in meta.csv are not those of the recipe: sha256 [0-9a-f]{12}\.\.\., n"
    ):
        Recipe.read(tmp_path / "one")


def test_labels_that_a_step_changed_are_not_taken_for_those_of_the_list(tmp_path):
    class Reversed(LabelTransform):
        def apply(self, labels, drawn):
            return [label[::-1] for label in labels]

    written(Reversed().transform(SOURCES["labels"])).save(tmp_path / "one")
    with pytest.raises(InputError, match="holds the labels that step 'reversed' made, not those that it was given"):
        Recipe.read(tmp_path / "one")


def test_the_first_labels_of_a_list_are_run_again_too(tmp_path):
    written(SOURCES["labels"]).save(tmp_path / "one", nrows=2)
    assert main(COMMAND, [str(tmp_path / "one"), "--output_path", str(tmp_path / "two")]) == 0
    one, two = tree(tmp_path / "one"), tree(tmp_path / "two")
    assert {name for name in one if one[name] != two[name]} == {"recipe.json", "manifest.json"}
    assert replay(tmp_path / "one", 1).difference == ""


@pytest.mark.parametrize("nrows", [-1, 3])
def test_labels_that_are_not_there_are_said_to_be_missing(tmp_path, nrows):
    written(SOURCES["labels"]).save(tmp_path / "one", nrows=nrows)
    table = tmp_path / "one" / "meta.csv"
    table.write_bytes(b"".join(table.read_bytes().splitlines(keepends=True)[:3]))
    with pytest.raises(InputError, match=f"meta.csv holds 2 of the {5 if nrows == -1 else 3} labels"):
        Recipe.read(tmp_path / "one")
    table.unlink()
    with pytest.raises(
        InputError, match=r"only a hash of its labels; they are taken from meta.csv, which is not there"
    ):
        Recipe.read(tmp_path / "one")


def test_images_of_a_user_s_own_are_said_to_be_recorded_by_hashes_only(tmp_path):
    for label in "0123456789":
        (tmp_path / "images" / label).mkdir(parents=True)
        image = np.zeros((20, 20), np.uint8)
        image[2:18, 5:15] = 255
        Image.fromarray(image).save(tmp_path / "images" / label / "a.png")
    images = ImageDataset(tmp_path / "images", seed=1)
    ScaleImage(width=10).transform(images).save(tmp_path / "one")
    font = Pipeline([CharToImages(images), CombineImagesHorizontally((1, 1), 100)])
    font.transform(NlpDataset(["42"], seed=1)).save(tmp_path / "two")
    for name, words in (
        ("one", "only hashes of its images"),
        ("two", "font of char_to_images was a data set of images"),
    ):
        with pytest.raises(InputError, match=words):
            Recipe.read(tmp_path / name)


def test_a_place_to_save_to_has_to_be_said(tmp_path, capsys):
    written(SOURCES["pattern"]).save(tmp_path / "one")
    before = tree(tmp_path / "one")
    assert main(COMMAND, [str(tmp_path / "one")]) == 2
    assert "--output_path" in capsys.readouterr().err
    assert tree(tmp_path / "one") == before


def test_other_versions_of_libraries_are_told(tmp_path, caplog):
    written(SOURCES["pattern"]).save(tmp_path / "one")
    changed(tmp_path / "one", versions={"mygenerator": "0.1.0", "numpy": "1.0", "cv2": "4.0"})
    Recipe.read(tmp_path / "one").plan(tmp_path / "two")
    assert "numpy 1.0 (here" in caplog.text
    assert "cv2 4.0 (here" in caplog.text
    assert "the pixels are the same, but the bytes of the files might differ" in caplog.text


def test_pixels_are_said_to_differ_where_a_library_is_another_that_a_step_leans_on(tmp_path, caplog):
    STEPS["objects"].fit_transform(NlpDataset(["0070", "421"], seed=4)).save(tmp_path / "one")
    changed(tmp_path / "one", versions={"mygenerator": "0.1.0", "cv2": "4.0"})
    Recipe.read(tmp_path / "one").plan(tmp_path / "two")
    assert "the pixels might differ, because a step depends on cv2" in caplog.text


@pytest.mark.parametrize("versions", [7, [], None, {"cv2": 7}])
def test_versions_that_are_none_of_ours_are_no_error(versions, tmp_path):
    written(SOURCES["pattern"]).save(tmp_path / "one")
    assert Recipe.read(changed(tmp_path / "one", versions=versions)).plan(tmp_path / "two").count == 9


def test_labels_are_found_in_a_table_however_long_its_lists_are(tmp_path):
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 10:18] = 255
    # 1,000 glyphs, each with a name of 150 characters: more than the 131,072 that the csv module reads by default.
    glyphs = GlyphSet.from_images([stroke], ["7"], source="s" * 150)
    TextToImage(glyphs, (0, 0), 5000).fit_transform(NlpDataset(["7" * 1000], seed=1)).save(tmp_path)
    before = csv.field_size_limit()
    again = Recipe.read(tmp_path)
    assert csv.field_size_limit() == before
    assert again.dataset(glyphs=glyphs)[0].label == "7" * 1000


def test_a_place_that_was_said_with_it_is_not_blamed_on_the_recipe(tmp_path):
    (tmp_path / "file").write_text("mine")
    (tmp_path / "recipe.yaml").write_text(
        "seed: 1\ntext: {phone: JP, count: 3}\nsteps: [text_to_image]\nsave:\n  path: good\n"
    )
    recipe = Recipe.read(tmp_path / "recipe.yaml")
    with pytest.raises(InputError, match="the output path is a file") as refusal:
        recipe.plan(tmp_path / "file")
    assert "recipe.yaml" not in str(refusal.value)
    (tmp_path / "good").write_text("mine")
    with pytest.raises(InputError, match=r"recipe\.yaml:5: .*the output path is a file"):
        recipe.plan()
