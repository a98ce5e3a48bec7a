"""`mygenerator replay`: the sample is made again, the file is judged, whatever kind of folder it lies in."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from mygenerator import NlpDataset, PatternNlpDataset, Pipeline, TextToImage, ValidatePadding
from mygenerator.cli.cli_generate_numbers_sequence import COMMAND as SEQUENCE
from mygenerator.cli.cli_generate_phone_numbers import COMMAND as PHONE
from mygenerator.cli.cli_replay import COMMAND as REPLAY
from mygenerator.cli.common import main


def read(path):
    return np.asarray(Image.open(path))


@pytest.fixture
def phone(tmp_path, monkeypatch):
    """A folder of twelve phone numbers."""
    monkeypatch.chdir(tmp_path)
    assert main(PHONE, ["--num_images", "12", "--seed", "7", "--output_path", "phone"]) == 0
    return tmp_path / "phone"


def table(folder):
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tree(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_a_sample_is_explained_and_its_file_is_found_to_be_the_same(phone, tmp_path):
    before = tree(phone)
    command = [sys.executable, "-m", "mygenerator", "replay", "phone", "5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    row = table(phone)[5]
    lines = done.stdout.splitlines()
    assert lines[0] == "phone/img_5.png"
    assert f"label {row['label']!r}" in lines
    assert lines[-1] == "img_5.png holds exactly these pixels"
    # Every number of the folder's own table stands in the account.
    glyphs = [line.split() for line in lines if line.split() and line.split()[0].isdigit()]
    assert [int(cells[5]) for cells in glyphs] == [number for _, number in json.loads(row["glyphs"])]
    assert [int(cells[-1]) for cells in glyphs[:-1]] == json.loads(row["gaps"])
    assert tree(phone) == before


def test_every_sample_of_a_folder_is_the_same(phone):
    for index in range(12):
        assert main(REPLAY, ["phone", str(index)]) == 0


def test_an_index_below_zero_counts_from_the_end(phone, capsys):
    assert main(REPLAY, ["phone", "-1"]) == 0
    assert "img_11.png holds exactly these pixels" in capsys.readouterr().out


def test_a_changed_pixel_is_found_and_the_status_is_1(phone, capsys):
    image = read(phone / "img_3.png").copy()
    image[4, 100], image[9, 200] = 255 - image[4, 100], 255 - image[9, 200]
    Image.fromarray(image).save(phone / "img_3.png")
    assert main(REPLAY, ["phone", "3"]) == 1
    assert (
        capsys.readouterr().out.splitlines()[-1]
        == "img_3.png differs from what was made in 2 pixels, the first in column 100, row 4"
    )
    assert main(REPLAY, ["phone", "4"]) == 0


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda path: path.unlink(), "img_3.png is gone"),
        (lambda path: path.write_bytes(b"torn"), "this is not an image"),
        (lambda path: Image.new("L", (30, 28)).save(path), "is 30 x 28 pixels, but what was made is 280 x 28 pixels"),
        (lambda path: Image.new("RGB", (280, 28), (9, 0, 0)).save(path), "280 x 28 pixels in colour"),
    ],
)
def test_a_file_that_is_no_such_image_is_told_and_the_status_is_1(damage, told, phone, capsys):
    damage(phone / "img_3.png")
    assert main(REPLAY, ["phone", "3"]) == 1
    assert told in capsys.readouterr().out.splitlines()[-1]


def test_a_sample_that_is_still_to_be_made_is_no_fault(phone, capsys):
    (phone / "manifest.json").unlink()
    (phone / "img_3.png").unlink()
    assert main(REPLAY, ["phone", "3"]) == 0
    assert "sample 3 is still to be made" in capsys.readouterr().out


def test_the_sample_is_written_large_where_that_is_asked(phone, tmp_path, capsys):
    assert main(REPLAY, ["phone", "2", "--output_file", "two.png", "--scale", "3"]) == 0
    assert capsys.readouterr().out.endswith("wrote two.png\n")
    assert np.array_equal(read(tmp_path / "two.png"), read(phone / "img_2.png").repeat(3, axis=0).repeat(3, axis=1))


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad", "resize"])
def test_any_recipe_can_be_replayed(sizing, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    steps = [("mine", TextToImage(spacing_range=(0, 4), image_width=200, sizing=sizing, align="random", invert=True))]
    checks = [] if sizing == "resize" else [ValidatePadding((0, 4))]
    texts = PatternNlpDataset("[0-9]{3}([0-9]{3})?", size=9, seed=5)
    Pipeline([*steps, *checks]).fit_transform(texts).save("codes", prefix="code")
    for index in range(9):
        assert main(REPLAY, ["codes", str(index)]) == 0
        assert f"code_{index}.png holds exactly these pixels" in capsys.readouterr().out


def test_labels_of_a_list_are_taken_from_the_folder(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    TextToImage(image_width=120).fit_transform(NlpDataset(["007", "42", "1"], seed=5)).save("list")
    assert main(REPLAY, ["list", "1"]) == 0
    out = capsys.readouterr().out
    assert "label '42'\n  row 1 of 3 labels" in out


@pytest.mark.parametrize(
    "words",
    [
        ["--sequence", "0123456789"],
        ["--sequence", "7", "--image_width", "30"],
        ["--sequence", "007", "--sizing", "equal", "--invert", "--image_height", "40", "--seed", "9"],
        ["--sequence", "42", "--sizing", "pad", "--min_spacing", "4", "--max_spacing", "9"],
        ["--sequence", "42", "--spacing", "fixed"],
        ["--sequence", "042", "--where", "edges", "--sizing", "pad"],
        ["--sequence", "0123456789", "--wrap", "3", "--image_width", "50", "--image_height", "92", "--line_gap", "2"],
    ],
)
def test_single_sequences_are_made_again_from_their_settings(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert main(SEQUENCE, [*words, "--output_path", "seq"]) == 0
    for row in (0, 1):
        assert main(REPLAY, ["seq", str(row)]) == 0
        out = capsys.readouterr().out
        assert f"img_{words[1]}_{row}.png holds exactly these pixels" in out
        assert f"given as it is; drawn as sample {row}" in out


def test_a_sequence_with_changed_settings_is_found_out(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(SEQUENCE, ["--sequence", "42", "--seed", "9", "--output_path", "seq"]) == 0
    text = (tmp_path / "seq" / "meta.csv").read_text()
    (tmp_path / "seq" / "meta.csv").write_text(text.replace(",9,0,280,", ",10,0,280,"))
    assert main(REPLAY, ["seq", "0"]) == 1
    assert "img_42_0.png differs from what was made in" in capsys.readouterr().out


def test_glyphs_of_one_s_own_are_found_where_the_user_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for character in "17":
        folder = tmp_path / "digits" / "mine" / character
        folder.mkdir(parents=True)
        image = np.full((20, 20), 255, np.uint8)
        image[3:17, 8 : 12 if character == "1" else 15] = 0
        Image.fromarray(image).save(folder / "a.png")
    glyphs = ["--glyphs", "digits/mine"]
    assert main(SEQUENCE, ["--sequence", "171", *glyphs, "--output_path", "seq"]) == 0
    assert main(PHONE, ["--num_images", "1", *glyphs, "--output_path", "phone"]) == 2  # no 0 among them
    TextToImage("digits/mine", image_width=90).fit_transform(NlpDataset(["71"], seed=5)).save("set")
    for folder in ("seq", "set"):
        capsys.readouterr()
        assert main(REPLAY, [folder, "0"]) == 2
        assert "--glyphs" in capsys.readouterr().err
        assert main(REPLAY, [folder, "0", *glyphs]) == 0
        assert "holds exactly these pixels" in capsys.readouterr().out


ROW = 'img_7_0.png,7,[],"[[0, 0, 30, 28]]","[[""optdigits"", 5]]",1,0,30,28,1,10,fill,center,0'
HEAD = (
    "file_name,label,gaps,boxes,glyphs,seed,index,image_width,image_height,min_spacing,max_spacing,sizing,align,invert"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file_name,label\nimg_0.png,7\n", ["lacks the columns gaps, boxes, glyphs, seed, index"]),
        (f"{HEAD}\n", ["there is no sample 0 among 0 samples"]),
        (f"{HEAD}\n{ROW.replace(',1,0,30,', ',one,0,30,')}\n", ["row 0", "seed is 'one'"]),
        (f"{HEAD}\n{ROW.replace('fill', 'fil')}\n", ["row 0", "'fil'", "did you mean 'fill'?"]),
        (f"{HEAD}\n{ROW.replace('center', 'centre')}\n", ["row 0", "did you mean 'center'?"]),
        (f"{HEAD}\n{ROW.replace('optdigits', 'optdigit')}\n", ["row 0", "'optdigit'", "--glyphs"]),
        (f"{HEAD}\n{ROW.replace(', 5]]', '')}\n", ["row 0", "glyphs is"]),
        (f"{HEAD}\nimg_7_0.png,7\n", ["meta.csv:2", "2 fields for 14 columns"]),
        (f"{HEAD.replace('glyphs', 'glyhps')}\n{ROW}\n", ["lacks the columns glyphs"]),
        (f"{HEAD}\n{ROW.replace(',1,0,30,', ',1,9223372036854775808,30,')}\n", ["row 0", "index is 92233720"]),
        (f"{HEAD}\n{ROW.replace(',1,0,30,', ',18446744073709551616,0,30,')}\n", ["row 0", "seed is 18446744"]),
        (f"{HEAD}\n{ROW.replace(',1,0,30,', ',1,0,' + '9' * 5000 + ',')}\n", ["row 0", "image_width is"]),
        (f"{HEAD}\n{ROW.replace(',7,[]', ',x,[]')}\n", ["row 0", "'x'"]),
        (f"{HEAD}\n{ROW.replace(',30,28,1,', ',1,28,1,')}\n", ["row 0", "image_width 1"]),
        (f"{HEAD}\n\xff\xfe{ROW}\n", ["meta.csv"]),
    ],
)
def test_a_table_that_cannot_be_replayed_is_one_message(text, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seq").mkdir()
    (tmp_path / "seq" / "meta.csv").write_bytes(text.encode("latin-1"))
    assert main(REPLAY, ["seq", "0"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    for word in words:
        assert word in err
