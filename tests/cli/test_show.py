"""`mygenerator show`: a picture of a folder or of a recipe, beside it, and nothing else."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from mygenerator.cli.cli_generate_numbers_sequence import COMMAND as SEQUENCE
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_show import COMMAND as SHOW
from mygenerator.cli.common import main
from mygenerator.recipes import Recipe, shipped_recipes

RECIPE = """
seed: 11
text: {pattern: {pattern: "[0-9]{5}", count: 40}}
steps:
  - text_to_image: {image_width: 310, spacing_range: [3, 8]}
"""


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A working folder with a recipe."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    (tmp_path / "codes.yaml").write_text(RECIPE)
    return tmp_path


def read(path):
    return np.asarray(Image.open(path))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def shown(*words):
    command = [sys.executable, "-m", "mygenerator", "show", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


def test_a_folder_s_sheet_lies_beside_it(workplace):
    assert main(PHONE, ["--num_images", "30", "--seed", "7"]) == 0
    status, out, err = shown("ztmpp/phone")
    assert (status, err) == (0, "")
    assert out == f"{workplace / 'ztmpp' / 'phone_sheet.png'}\n"
    assert names(workplace / "ztmpp") == ["phone", "phone_sheet.png"]
    # 24 images of 280 x 28 in three columns, twice as large, with 18 rows of caption and a frame.
    assert read(out.strip()).shape == (8 * (18 + 56 + 2 + 12) + 12, 3 * (560 + 2 + 12) + 12)


def test_the_old_way_to_ask_for_a_sheet_still_works(workplace):
    assert main(PHONE, ["--num_images", "3", "--seed", "7"]) == 0
    words = ["-m", "mygenerator.cli.cli_show", "--input_path", "ztmpp/phone", "--output_file", "sheet.png"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    assert done.stdout == "sheet.png\n"
    assert shown("ztmpp/phone")[0] == 0
    assert (workplace / "sheet.png").read_bytes() == (workplace / "ztmpp" / "phone_sheet.png").read_bytes()


def test_gaps_make_the_sheet_coloured(workplace):
    assert main(PHONE, ["--num_images", "3", "--seed", "7"]) == 0
    assert main(SHOW, ["ztmpp/phone", "--gaps", "--columns", "1", "--scale", "1"]) == 0
    sheet = read(workplace / "ztmpp" / "phone_sheet.png")
    assert sheet.ndim == 3
    assert sheet.shape[1] == 280 + 2 + 2 * 12


def test_single_sequences_of_all_kinds_are_shown_on_one_sheet(workplace):
    for words in (["007"], ["7", "--image_width", "30"], ["42", "--invert"], ["1" * 100, "--image_width", "1300"]):
        assert main(SEQUENCE, ["--sequence", *words]) == 0
    for gaps in ([], ["--gaps"]):
        assert main(SHOW, ["ztmpp/seq", "--scale", "1", *gaps]) == 0
        assert read(workplace / "ztmpp" / "seq_sheet.png").shape[1] == 1300 + 2 + 2 * 12


def test_the_first_samples_of_a_recipe_are_shown_and_nothing_else_is_written(workplace):
    before = {*names(workplace), "codes_sheet.png"}
    status, out, err = shown("codes.yaml", "--num_images", "6", "--columns", "1", "--scale", "1")
    assert (status, out) == (0, "codes_sheet.png\n")
    assert err == "the first 6 samples of 40 from codes.yaml, seed 11\n"
    # A look at a recipe may write the configuration of the home folder, as every command, but keeps no glyphs.
    assert {name for name in names(workplace) if name != "home"} == before
    assert not (workplace / "home" / "cache").exists()
    sheet = read(workplace / "codes_sheet.png")
    assert sheet.shape == (6 * (18 + 28 + 2 + 12) + 12, 310 + 2 + 2 * 12)
    ds = Recipe.read("codes.yaml").dataset()
    for index in range(6):
        top = 12 + index * 60 + 19
        assert np.array_equal(sheet[top : top + 28, 13:323], ds[index].image)


def test_a_recorded_recipe_shows_what_the_folder_holds_without_touching_it(workplace):
    assert main(PHONE, ["--num_images", "4", "--seed", "7", "--image_width", "310"]) == 0
    folder = workplace / "ztmpp" / "phone"
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert main(SHOW, ["ztmpp/phone/recipe.json", "--columns", "1", "--scale", "1"]) == 0
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    sheet = read(workplace / "ztmpp" / "phone_recipe_sheet.png")
    for index in range(4):
        top = 12 + index * 60 + 19
        assert np.array_equal(sheet[top : top + 28, 13:323], read(folder / f"img_{index}.png"))


def test_a_recipe_that_leaves_the_count_open_is_shown_all_the_same(workplace):
    (workplace / "open.yaml").write_text(RECIPE.replace(", count: 40", ""))
    status, out, err = shown("open.yaml", "--num_images", "5")
    assert (status, out) == (0, "open_sheet.png\n"), err


@pytest.mark.parametrize("name", list(shipped_recipes()))
def test_a_shipped_recipe_is_shown_by_its_name(name, workplace, capsys):
    assert main(SHOW, [name, "--num_images", "3"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{name}_sheet.png\n"
    assert err.startswith("the first 3 samples of ")
    assert main(SHOW, [name[:-1]]) == 2
    assert f"did you mean {name!r}?" in capsys.readouterr().err


def test_fewer_samples_than_asked_for_are_all_shown(workplace):
    (workplace / "few.yaml").write_text(
        "text: {labels: ['1', '22']}\nsteps: [text_to_image: {image_width: 310, sizing: pad}]\n"
    )
    assert main(SHOW, ["few.yaml", "--columns", "1", "--scale", "1"]) == 0
    assert read(workplace / "few_sheet.png").shape == (2 * 60 + 12, 336)


def test_a_user_s_own_step_is_run_only_when_that_is_allowed(workplace, capsys):
    (workplace / "own_steps.py").write_text(
        "from mygenerator import Transform\n"
        "open('was_run', 'w').close()\n"
        "class Paler(Transform):\n"
        "    def apply(self, images, drawn):\n"
        "        return images // 2 + 127\n"
    )
    (workplace / "own.yaml").write_text(RECIPE + "  - python:own_steps.Paler: {}\n")
    assert main(SHOW, ["own.yaml"]) == 2
    assert "allow_code" in capsys.readouterr().err
    assert not (workplace / "was_run").exists()
    status, _, err = shown("own.yaml", "--allow_code", "--scale", "1", "--columns", "1")
    assert status == 0, err
    assert read(workplace / "own_sheet.png")[40:50, 20:300].min() >= 127


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nowhere"], ["nowhere", "no such folder or recipe"]),
        (["codes.txt"], ["codes.txt", "neither a folder nor a recipe", ".yaml"]),
        (["codes.yaml", "other"], ["unexpected argument 'other'"]),
        (["codes.yaml", "--input_path", "other"], ["INPUT_PATH is given twice"]),
        (["codes.yaml", "--num_images", "0"], ["num_images is 0"]),
        (["codes.yaml", "--scale", "0"], ["scale is 0"]),
        (["codes.yaml", "--columns", "0"], ["columns is 0"]),
        (["codes.yaml", "--output_file", "sheet.jpg"], ["sheet.jpg", "allowed: .png"]),
        (["codes.yaml", "--output_file", "no/sheet.png"], ["no", "no such folder"]),
        (["codes.yaml", "--num_images", "40", "--scale", "1000"], ["200,000,000 pixels"]),
        (["text.yaml"], ["kind 'text' cannot be shown"]),
        (["broken.yaml"], ["broken.yaml:2"]),
        (["empty"], ["holds no images"]),
        (["empty", "--output_file", "empty/sheet.png"], ["inside the folder"]),
    ],
)
def test_wrong_input_is_one_message_and_nothing_is_written(words, expected, workplace, capsys):
    (workplace / "codes.txt").write_text(RECIPE)
    (workplace / "text.yaml").write_text("text: {labels: ['1', '22']}\n")
    (workplace / "broken.yaml").write_text("seed: 11\ntxt: {labels: ['1']}\n")
    (workplace / "empty").mkdir()
    before = {path: path.stat().st_mtime_ns for path in workplace.rglob("*")}
    assert main(SHOW, words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    for word in expected:
        assert word in err
    after = {path: path.stat().st_mtime_ns for path in workplace.rglob("*")}
    # A first use may write the configuration of the home folder.
    assert {path for path in after if workplace / "home" not in (path, *path.parents)} == set(before)
