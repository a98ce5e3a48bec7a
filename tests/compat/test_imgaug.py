"""The calls of imgAug, and its script: white on black, from exactly 0 to exactly 1, with exact gaps."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mygenerator import random_scale_img
from mygenerator.compat import imgaug
from mygenerator.util_image import image_read
from tests.known_glyphs import read_back, write_known_digits

SCRIPT = [sys.executable, "-m", "mygenerator.compat.imgaug"]


def start(*words, folder="."):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*SCRIPT, *words], cwd=folder, env=environment, **pipes)


def check(image, width):
    assert (image.dtype, image.shape) == (np.float64, (28, width))
    assert (image.min(), image.max()) == (0.0, 1.0)


def read_white_on_black(image, strongest):
    """What `read_back` reads, where the strongest digit has been stretched to 1."""
    return read_back(1 - image * strongest / 255)


@pytest.mark.parametrize("range_type", [list, tuple])
def test_an_image_is_white_on_black_with_exact_gaps(range_type):
    for _ in range(20):
        image = imgaug.generate_numbers_sequence([1, 2, 4, 6, 9, 5, 0], range_type((5, 10)), 300)
        check(image, 300)
        digits, gaps, margins = read_white_on_black(image, 255)
        assert (digits, margins) == ("1246950", (0, 0))
        assert all(5 <= gap <= 10 for gap in gaps)


def test_a_folder_called_dataset_comes_first(tmp_path):
    images = np.zeros((10, 28, 28), np.uint8)
    images[:, 4:24, 9:19] = 80
    write_known_digits(Path("dataset"))
    head = b"\0\0\x08\x03" + np.array(images.shape, ">u4").tobytes()
    Path("dataset", "train-images-idx3-ubyte").write_bytes(head + images.tobytes())
    image = imgaug.generate_numbers_sequence([1, 9], (2, 2), 60)
    # All of one level, and not those of the configuration.
    assert set(np.unique(image)) == {0.0, 1.0}


@pytest.mark.parametrize("scaled", [True, False])
def test_the_faster_call_takes_what_load_dataset_gives(tmp_path, scaled):
    folder = write_known_digits(tmp_path / "mnist")
    for part in ("images-idx3", "labels-idx1"):
        shutil.copy(folder / f"train-{part}-ubyte", folder / f"t10k-{part}-ubyte")
    data = imgaug.load_dataset(folder)
    assert len(data) == 2
    for _ in range(20):
        image = imgaug.generate_numbers_sequence_speedup((3, 1, 9), [4, 8], 150, *data, scaleFlg=scaled)
        check(image, 150)
        digits, gaps, _ = read_white_on_black(image, 255)
        assert digits == "319"
        assert all(4 <= gap <= 8 for gap in gaps)


def test_scaled_digits_differ_in_width():
    data = imgaug.load_dataset(write_known_digits(Path("mnist")))

    def widths(flag):
        image = imgaug.generate_numbers_sequence_speedup([8, 8, 8, 8, 8, 9], (5, 5), 200, *data, scaleFlg=flag)
        columns = (image.max(axis=0) > 0).astype(int)
        return np.diff(np.flatnonzero(np.diff(np.concatenate([[0], columns, [0]]))))[::2]

    assert np.ptp(widths(False)) <= 1
    assert max(np.ptp(widths(True)) for _ in range(5)) > 3


def test_the_two_things_have_to_belong_together(tmp_path):
    data = imgaug.load_dataset(write_known_digits(tmp_path / "mnist"))
    with pytest.raises(ValueError, match="do not belong together"):
        imgaug.generate_numbers_sequence_speedup([1, 2], (1, 2), 60, data[0], "another")


@pytest.mark.parametrize("width", [5, 20, 2000, 0, "60"])
def test_an_impossible_width_is_a_value_error(width):
    with pytest.raises(ValueError, match="image_width"):
        imgaug.generate_numbers_sequence([1, 2, 3], (5, 10), width)


@pytest.mark.parametrize("digits", [[], [10], ["a"], None, ""])
def test_anything_but_digits_is_a_value_error(digits):
    with pytest.raises(ValueError, match="digits"):
        imgaug.generate_numbers_sequence(digits, (5, 10), 100)


def test_a_folder_without_digits_is_a_value_error(tmp_path):
    with pytest.raises(ValueError, match="nowhere"):
        imgaug.load_dataset(tmp_path / "nowhere")


def test_nothing_is_saved_by_functions():
    imgaug.generate_numbers_sequence([1, 2], (5, 10), 100)
    assert os.listdir(".") == []


def test_random_scale_img_is_the_one_of_the_package():
    assert imgaug.random_scale_img is random_scale_img


def test_the_script_writes_as_many_images_as_asked_for(tmp_path):
    write_known_digits(tmp_path / "dataset")
    process = start("--digits", "[1,2,9]", "--spacing_range", "[3,4]", "--image_width", "100", "--image_count", "3")
    out, errors = process.communicate()
    assert (process.returncode, out, errors) == (0, "3 images in dataout\n", "")
    names = sorted(os.listdir("dataout"))
    assert [re.fullmatch(r"\d{14}_(\d\d)\.png", name)[1] for name in names] == ["00", "01", "02"]
    image = image_read(f"dataout/{names[0]}")
    assert (image.shape, image.min(), image.max()) == ((28, 100), 0, 255)
    digits, gaps, _ = read_white_on_black(image / 255, 255)
    assert digits == "129"
    assert all(3 <= gap <= 4 for gap in gaps)


def test_two_scripts_at_once_never_collide(tmp_path):
    write_known_digits(tmp_path / "dataset")
    runs = [start("--image_count", "20") for _ in range(2)]
    assert [run.communicate()[1] for run in runs] == ["", ""]
    assert len(os.listdir("dataout")) == 40


@pytest.mark.parametrize(
    "words",
    [
        ["--digits", "1,2"],
        ["--digits", "[1,2", "--dataset_dir", "dataset"],
        ["--digits", "[12]"],
        ["--spacing_range", "[9,2]"],
        ["--image_width", "20"],
        ["--image_count", "0"],
        ["--dataset_dir", "nowhere"],
        ["--unknown"],
    ],
)
def test_wrong_use_is_status_2_and_a_message(tmp_path, words):
    write_known_digits(tmp_path / "dataset")
    process = start(*words)
    _, errors = process.communicate()
    assert process.returncode == 2
    assert errors
    assert "Traceback" not in errors
    assert not os.path.exists("dataout")
