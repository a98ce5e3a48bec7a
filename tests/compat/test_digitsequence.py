"""The calls of DigitSequence in all eight configurations, and its script."""

import itertools
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from mygenerator.compat.digitsequence import DEFAULTS, DigitSequence
from mygenerator.util_image import image_read
from tests.known_glyphs import BLOCK, LEVELS, read_back

ALL = [
    {"type": kind, "subtype": subtype, "transform": transform, "output_format": "png"}
    for kind, subtype, transform in itertools.product(["variable", "fixed"], ["between", "edge"], [False, True])
]
VARIABLE = DEFAULTS
FIXED = DEFAULTS | {"type": "fixed"}


def widths(config, count, gap):
    return 28 * count + gap * (count + (1 if config["subtype"] == "edge" else -1))


@pytest.mark.parametrize("config", ALL, ids=lambda config: " ".join(map(str, config.values())))
@pytest.mark.parametrize("digits", ["0123456789", [4, 2], np.array([3, 3, 3])])
def test_every_configuration_makes_images_of_floats_from_0_to_1(config, digits):
    image = DigitSequence(config).generate_numbers_sequence(digits, (3, 9), widths(config, len(digits), 6))
    assert (image.dtype, image.shape) == (np.float32, (28, widths(config, len(digits), 6)))
    assert 0 <= image.min() < 0.8
    assert image.max() == 1.0


@pytest.mark.parametrize("subtype", ["between", "edge"])
def test_variable_gaps_are_drawn_and_edges_too(subtype):
    sequence, drawn = DigitSequence(VARIABLE | {"subtype": subtype}), []
    for _ in range(60):
        digits, gaps, margins = read_back(sequence.generate_numbers_sequence([3, 1, 4, 1], (4, 8), 130))
        assert digits == "3141"
        drawn += gaps
        if subtype == "edge":
            drawn += margins
        else:
            assert margins == (0, 0)
    assert set(drawn) == {4, 5, 6, 7, 8}


@pytest.mark.parametrize("subtype", ["between", "edge"])
@pytest.mark.parametrize("gap", [0, 5, 9])
def test_fixed_cells_are_whole_with_one_gap(subtype, gap):
    config = FIXED | {"subtype": subtype}
    image = DigitSequence(config).generate_numbers_sequence("0123456789", (0, 9), widths(config, 10, gap))
    expected = np.ones_like(image)
    left = gap if subtype == "edge" else 0
    for level in LEVELS:
        expected[4:24, left + 9 : left + 9 + BLOCK] = 1 - level / 255
        left += 28 + gap
    assert np.allclose(image, expected, atol=1e-6)


@pytest.mark.parametrize("config", [config for config in ALL if config["transform"]], ids=str)
def test_transform_changes_digits_and_leaves_the_paper_between_cells_alone(config):
    width = widths(config, 3, 8)
    plain = DigitSequence(config | {"transform": False}).generate_numbers_sequence("123", (8, 8), width, seed=1)
    changed = DigitSequence(config).generate_numbers_sequence("123", (8, 8), width, seed=1)
    assert not np.array_equal(plain, changed)
    if config["type"] == "fixed":
        first = 28 + (8 if config["subtype"] == "edge" else 0)
        assert (changed[:, first : first + 8] == 1).all()
    else:
        assert len(read_back(changed)[1]) == 2
        assert set(read_back(changed)[1]) == {8}


@pytest.mark.parametrize(("width", "nearest"), [(29 * 3, "86 or 88"), (1000, "94"), (10, "86")])
def test_a_width_that_fixed_cells_do_not_have_is_a_value_error_with_the_nearest(width, nearest):
    with pytest.raises(ValueError, match=rf"allowed: 86 to 94 in steps of 2; the nearest that works is {nearest}$"):
        DigitSequence(FIXED).generate_numbers_sequence("123", (1, 5), width)


@pytest.mark.parametrize("subtype", ["between", "edge"])
@pytest.mark.parametrize("width", [25, 1500])
def test_a_width_that_variable_gaps_do_not_fit_is_one_warning(subtype, width):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        image = DigitSequence(VARIABLE | {"subtype": subtype}).generate_numbers_sequence("123", (8, 12), width)
    assert [one.category for one in caught] == [UserWarning]
    assert caught[0].filename == __file__
    assert image.shape == (28, width)


@pytest.mark.parametrize("kind", ["variable", "fixed"])
def test_one_digit_has_no_gap_between_digits(kind):
    with pytest.raises(RuntimeError, match="one digit"):
        DigitSequence(DEFAULTS | {"type": kind}).generate_numbers_sequence([7], (1, 5), 28)
    config = DEFAULTS | {"type": kind, "subtype": "edge"}
    image = DigitSequence(config).generate_numbers_sequence([7], (3, 3), 34)
    assert read_back(image)[0] == "7"


@pytest.mark.parametrize(
    ("digits", "spacing_range", "width", "error"),
    [
        (5, (1, 2), 60, TypeError),
        (None, (1, 2), 60, TypeError),
        (["1", "2"], (1, 2), 60, TypeError),
        ([1.0, 2.0], (1, 2), 60, TypeError),
        ([True, False], (1, 2), 60, TypeError),
        ([1, 2], [1, 2], 60, TypeError),
        ([1, 2], (1, 2.5), 60, TypeError),
        ([1, 2], (1,), 60, TypeError),
        ([1, 2], 5, 60, TypeError),
        ([1, 2], (1, 2), 60.0, TypeError),
        ([1, 2], (1, 2), "60", TypeError),
        ([], (1, 2), 60, ValueError),
        ("", (1, 2), 60, ValueError),
        ([1, 10], (1, 2), 60, ValueError),
        ([1, -1], (1, 2), 60, ValueError),
        ([1, 2], (5, 2), 60, ValueError),
    ],
)
@pytest.mark.parametrize("kind", ["variable", "fixed"])
def test_wrong_arguments_are_type_errors_and_value_errors(digits, spacing_range, width, error, kind):
    with pytest.raises(error):
        DigitSequence(DEFAULTS | {"type": kind}).generate_numbers_sequence(digits, spacing_range, width)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"type": "varied"}, ValueError),
        ({"subtype": "edges"}, ValueError),
        ({"type": 3}, TypeError),
        ({"subtype": None}, TypeError),
        ({"transform": "yes"}, ValueError),
        ({"transform": 1}, ValueError),
        ({"output_format": "gif"}, ValueError),
        ({"output_format": None}, ValueError),
    ],
)
@pytest.mark.parametrize("as_file", [True, False])
def test_wrong_configurations_are_told_at_once(change, error, as_file):
    config = DEFAULTS | change
    if as_file:
        Path("config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(error, match=next(iter(change))):
        DigitSequence("config.json" if as_file else config)


@pytest.mark.parametrize("key", list(DEFAULTS))
def test_a_missing_key_is_a_key_error_that_names_it(key):
    with pytest.raises(KeyError, match=f"no '{key}'"):
        DigitSequence({name: value for name, value in DEFAULTS.items() if name != key})


def test_files_that_are_missing_or_broken():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        DigitSequence("nowhere.json")
    for content in ("{", "[1]", "", "type: variable"):
        Path("broken.json").write_text(content, encoding="utf-8")
        with pytest.raises(ValueError, match="broken"):
            DigitSequence("broken.json")
    with pytest.raises(TypeError, match="config_path"):
        DigitSequence(3)


@pytest.mark.parametrize("ending", ["png", "jpg", "jpeg"])
def test_save_image_returns_the_path_of_the_file(ending):
    sequence = DigitSequence(DEFAULTS | {"output_format": ending})
    image = sequence.generate_numbers_sequence([0, 0, 7], (3, 8), 100)
    assert sequence.save_image(image, [0, 0, 7]) == f"./seq_007.{ending}"
    assert sequence.save_image(image, "007", "some/where") == f"some/where/seq_007.{ending}"
    assert sequence.save_image(image, range(3), Path("some")) == f"some/seq_012.{ending}"
    assert sequence.save_image(image, [0, 0, 7]) == f"./seq_007_1.{ending}"
    written = image_read(f"seq_007.{ending}").astype(int)
    assert written.shape == (28, 100)
    assert np.abs(written - np.rint(255 * image)).max() <= (0 if ending == "png" else 12)


def test_the_same_seed_gives_the_same_image_and_none_another():
    for config in ALL:
        sequence = DigitSequence(config)
        width = widths(config, 4, 5)
        images = [sequence.generate_numbers_sequence("0123", (3, 9), width, seed=seed) for seed in (1, 1, 2)]
        assert np.array_equal(images[0], images[1])


def run(*words):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "mygenerator.compat.digitsequence", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_script_saves_here():
    done = run("0,1,2", "3", "8", "100")
    assert (done.returncode, done.stdout, done.stderr) == (0, "./seq_012.png\n", "")
    assert read_back(image_read("seq_012.png") / 255)[0] == "012"
    Path("c.json").write_text(json.dumps(FIXED | {"output_format": "jpg"}), encoding="utf-8")
    done = run("0,1,2", "3", "8", "94", "--config", "c.json")
    assert (done.returncode, done.stdout) == (0, "./seq_012.jpg\n")


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["0,1", "3", "8"],
        ["0,a", "3", "8", "100"],
        ["0,1", "three", "8", "100"],
        ["0,1", "9", "8", "100"],
        ["0", "3", "8", "100"],
        ["0,1", "3", "8", "100", "-c", "nowhere.json"],
    ],
)
def test_wrong_use_is_status_2_and_a_message(words):
    done = run(*words)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr
    assert os.listdir(".") == []
