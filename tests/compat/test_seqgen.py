"""The calls of seqgen, and its script."""

import os
import re
import subprocess
import sys
import warnings

import numpy as np
import pytest

from mygenerator.compat.seqgen import generate_numbers_sequence, generate_phone_numbers
from mygenerator.util_image import image_read
from tests.known_glyphs import read_back


def run(*words):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "mygenerator.compat.seqgen", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_width_comes_second():
    image = generate_numbers_sequence([1, 2, 3, 4], 120, (3, 6))
    digits, gaps, _ = read_back(image)
    assert (image.shape, image.dtype, digits) == ((28, 120), np.float32, "1234")
    assert all(3 <= gap <= 6 for gap in gaps)
    assert generate_numbers_sequence("12345").shape == (28, 140)


@pytest.mark.parametrize(("width", "digits"), [(45, "12345"), (40, "123456789"), (900, "12")])
def test_a_width_that_cannot_hold_the_gaps_is_one_warning_and_resized_cells(width, digits):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        image = generate_numbers_sequence(digits, width)
    assert [one.category for one in caught] == [UserWarning]
    assert "resized" in str(caught[0].message)
    assert caught[0].filename == __file__
    assert image.shape == (28, width)
    if width == 900:
        assert read_back(image)[0] == digits


@pytest.mark.parametrize("width", [0, -3, 2.5, "100", True])
def test_a_width_that_is_none_is_an_error_and_no_warning(width):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="image_width"):
            generate_numbers_sequence("12", width)


@pytest.mark.parametrize("digits", [[10], "", [], "1a", None, [1.5]])
def test_anything_but_digits_is_a_value_error(digits):
    with pytest.raises(ValueError, match="digits"):
        generate_numbers_sequence(digits, 100)


def test_phone_numbers_honour_the_range_and_are_two_lists(tmp_path, capfd):
    images, labels = generate_phone_numbers(10, 300, (4, 7), tmp_path / "out", seed=1, verbose=False)
    assert (type(images), type(labels), len(set(labels))) == (list, list, 10)
    for image, label in zip(images, labels, strict=True):
        digits, gaps, _ = read_back(image)
        assert digits == label
        assert all(4 <= gap <= 7 for gap in gaps)
        assert np.array_equal(image_read(tmp_path / "out" / f"{label}.png"), np.rint(255 * image))
    assert capfd.readouterr() == ("", "")


def test_phone_numbers_on_a_narrow_width_are_one_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        images, _ = generate_phone_numbers(3, 100, seed=1)
    assert [one.category for one in caught] == [UserWarning]
    assert images[0].shape == (28, 100)


def test_augmenting_changes_pixels_and_not_labels():
    plain, augmented = (generate_phone_numbers(3, 400, augment=augment, seed=1) for augment in (False, True))
    assert plain[1] == augmented[1]
    assert not np.array_equal(plain[0][0], augmented[0][0])


def test_the_script_writes_a_sequence_whose_digits_are_text():
    done = run("sequence", "-d", "007", "-iw", "100")
    assert (done.returncode, done.stdout, done.stderr) == (0, "1 image in outputs\n", "")
    assert os.listdir("outputs") == ["007.png"]
    assert read_back(image_read("outputs/007.png") / 255)[0] == "007"
    assert run("sequence", "--digits", "007", "--image_width", "100", "--augment").returncode == 0
    assert sorted(os.listdir("outputs")) == ["007.png", "007_1.png"]


@pytest.mark.parametrize("augment", [[], ["-aug"], ["-aug", "true"], ["--augment", "False"]])
def test_the_script_writes_phone_numbers(augment):
    done = run("phone", "-iw", "400", "-od", "made", *augment)
    assert done.returncode == 0, done.stderr
    assert len(os.listdir("made")) == 2
    assert all(re.fullmatch(r"0[1-9]\d{9}\.png", name) for name in os.listdir("made"))
    assert run("phone", "-iw", "400", "-n", "5", "-od", "more").returncode == 0
    assert len(os.listdir("more")) == 5


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["sequence", "-d", "12"],
        ["sequence", "-iw", "100"],
        ["sequence", "-d", "1a", "-iw", "100"],
        ["sequence", "-d", "", "-iw", "100"],
        ["phone", "-iw", "wide"],
        ["phone", "-iw", "400", "-n", "0"],
        ["phone", "-iw", "400", "-aug", "maybe"],
        ["fax", "-iw", "400"],
    ],
)
def test_wrong_use_is_status_2_and_a_message(words):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert not os.path.exists("outputs")


def test_help_shows_an_example():
    done = run("--help")
    assert done.returncode == 0
    assert "example: python -m mygenerator.compat.seqgen" in done.stdout
