"""generate_numbers_sequence, generate_phone_numbers and random_scale_img: what is drawn is what was asked for."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mygenerator import generate_numbers_sequence, generate_phone_numbers, random_scale_img
from mygenerator.util_image import image_read
from tests.known_glyphs import read_back

GIVEN = [
    "0123456789",
    [0, 0, 7],
    (1, 2),
    range(5),
    np.arange(4),
    np.array([3, 4], np.uint8),
    [np.int64(9), 1],
    {3: None, 4: None},
]
WRONG = [[10], [-1], [1.0], ["1"], [True], [None], "1a", "\uff11\uff12", "", [], (), 7, None, [[1, 2]]]


def as_text(digits):
    return digits if isinstance(digits, str) else "".join(str(int(digit)) for digit in digits)


@pytest.mark.parametrize("place", range(len(GIVEN)))
@pytest.mark.parametrize("augment", [False, True])
def test_an_image_holds_the_digits_that_were_given(place, augment):
    text = as_text(GIVEN[place])
    image = generate_numbers_sequence(GIVEN[place], augment=augment)
    assert (image.dtype, image.shape) == (np.float32, (28, 28 * len(text)))
    assert (image.min() >= 0, image.max()) == (True, 1.0)
    if not augment:
        digits, gaps, margins = read_back(image)
        assert digits == text
        assert all(2 <= gap <= 10 for gap in gaps)
        assert margins == (0, 0)


def test_digits_are_gone_through_once():
    assert read_back(generate_numbers_sequence(digit for digit in (7, 8)))[0] == "78"


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_gaps_are_in_the_range_and_both_ends_are_drawn(data):
    low = data.draw(st.integers(0, 12))
    high = data.draw(st.integers(low, 14))
    image = generate_numbers_sequence("31415", (low, high), data.draw(st.integers(80, 600)))
    digits, gaps, _ = read_back(image)
    if low:
        assert digits == "31415"
        assert all(low <= gap <= high for gap in gaps)


def test_both_ends_of_a_range_are_drawn_alike():
    drawn = [gap for _ in range(300) for gap in read_back(generate_numbers_sequence("1234", (2, 4), 120))[1]]
    counts = [drawn.count(gap) for gap in (2, 3, 4)]
    assert sum(counts) == 900
    assert min(counts) > 220


@pytest.mark.parametrize("digits", WRONG, ids=repr)
def test_anything_but_digits_is_a_value_error(digits, tmp_path):
    with pytest.raises(ValueError, match="digits"):
        generate_numbers_sequence(digits, output_path=tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("spacing_range", [5, (5,), (5, 3), (-1, 3), (1.5, 3), "ab", None, (1, 2, 3)])
def test_a_range_that_is_none_is_a_value_error(spacing_range):
    with pytest.raises(ValueError, match=r"spacing_range|gap"):
        generate_numbers_sequence("12", spacing_range)


def test_a_width_in_the_place_of_the_range_is_told_of_seqgen():
    with pytest.raises(ValueError, match=r"mygenerator\.compat\.seqgen"):
        generate_numbers_sequence("12", 100)


@pytest.mark.parametrize("width", [0, 10, 30, 1500, -5, 3.5, "100", True])
def test_a_width_that_is_impossible_is_a_value_error_before_anything_is_written(width, tmp_path):
    with pytest.raises(ValueError, match="image_width") as caught:
        generate_numbers_sequence("12345", (2, 10), width, output_path=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    if isinstance(width, int) and width > 0 and width is not True:
        # The message names widths that work.
        works = int(re.search(r"allowed: (\d+)", str(caught.value))[1])
        assert generate_numbers_sequence("12345", (2, 10), works).shape == (28, works)


def test_one_seed_gives_one_image_and_no_seed_another_each_time():
    assert np.array_equal(generate_numbers_sequence("0123", seed=5), generate_numbers_sequence("0123", seed=5))
    several = {generate_numbers_sequence("0123456789", (2, 20), 400).tobytes() for _ in range(10)}
    assert len(several) == 10
    augmented = {generate_numbers_sequence("0123", seed=5, augment=True).tobytes() for _ in range(3)}
    assert len(augmented) == 1
    assert augmented != {generate_numbers_sequence("0123", seed=5).tobytes()}


def test_files_have_the_old_name_first_and_nothing_is_overwritten(tmp_path):
    folder = tmp_path / "new" / "folder"
    images = [generate_numbers_sequence("007", output_path=folder) for _ in range(3)]
    assert sorted(path.name for path in folder.iterdir()) == ["007.png", "007_1.png", "007_2.png"]
    for name, image in zip(("007.png", "007_1.png", "007_2.png"), images, strict=True):
        written = image_read(folder / name)
        assert (written.dtype, written.ndim) == (np.uint8, 2)
        assert np.array_equal(written, np.rint(255 * image))


def test_files_of_two_processes_never_collide(tmp_path):
    code = "import mygenerator as m\nfor _ in range(20): m.generate_numbers_sequence('42', output_path='out')"
    command = [sys.executable, "-c", code]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    runs = [subprocess.Popen(command, cwd=tmp_path, env=environment) for _ in range(2)]
    assert [run.wait() for run in runs] == [0, 0]
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"42.png", *(f"42_{number}.png" for number in range(1, 40))}
    assert all(read_back(image_read(path) / 255)[0] == "42" for path in (tmp_path / "out").iterdir())


@pytest.mark.parametrize("augment", [False, True])
def test_phone_numbers_are_lists_of_images_and_different_labels(tmp_path, augment):
    images, labels = generate_phone_numbers(50, (2, 5), 300, output_path=tmp_path / "out", augment=augment, seed=3)
    assert isinstance(images, list)
    assert isinstance(labels, list)
    assert len(set(labels)) == 50
    for image, label in zip(images, labels, strict=True):
        assert re.fullmatch(r"0[1-9]\d{9}", label)
        assert (image.dtype, image.shape) == (np.float32, (28, 300))
        if not augment:
            digits, gaps, _ = read_back(image)
            assert digits == label
            assert all(2 <= gap <= 5 for gap in gaps)
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(labels)


def test_a_seed_gives_the_same_phone_numbers_and_the_same_images():
    one, other = (generate_phone_numbers(5, seed=4) for _ in range(2))
    assert one[1] == other[1]
    assert all(np.array_equal(*pair) for pair in zip(one[0], other[0], strict=True))
    assert generate_phone_numbers(5)[1] != generate_phone_numbers(5)[1]
    assert one[0][0].shape == (28, 28 * 11)


@pytest.mark.parametrize("count", [0, -1, 1.5, "3", None, True])
def test_a_number_of_images_that_is_none_is_a_value_error(count):
    with pytest.raises(ValueError, match="num_images"):
        generate_phone_numbers(count)


# random_scale_img


@pytest.mark.parametrize("top", [1, 255])
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(28, 28), (28, 100), (20, 30, 3)])
def test_a_scaled_image_keeps_its_shape_and_its_range(top, dtype, shape):
    image = np.zeros(shape, dtype)
    image[8:20, 8:20] = top
    before = image.copy()
    for seed in range(20):
        scaled = random_scale_img(image, 0.3, seed=seed)
        assert (scaled.dtype, scaled.shape) == (np.float32, shape)
        assert scaled.min() >= 0
        assert scaled.max() <= top
        assert scaled.max() > 0.9 * top
    assert np.array_equal(image, before)


def test_each_axis_has_a_factor_of_its_own_about_the_middle():
    image = np.zeros((100, 100))
    image[30:70, 30:70] = 1
    factors = []
    for seed in range(200):
        scaled = random_scale_img(image, 0.2, seed=seed)
        rows, columns = scaled[:, 50].sum() / 40, scaled[50].sum() / 40
        factors += [rows, columns]
        assert abs(float((scaled[50] * np.arange(100)).sum() / scaled[50].sum()) - 49.5) < 0.6
    assert 0.79 < min(factors) < 0.84
    assert 1.16 < max(factors) < 1.21
    assert np.corrcoef(factors[::2], factors[1::2])[0, 1] < 0.3


@pytest.mark.parametrize("scale", [0, -0.1, 1, 5, "a", None])
def test_a_scale_out_of_range_is_a_value_error(scale):
    with pytest.raises((ValueError, AssertionError), match="scale_in"):
        random_scale_img(np.zeros((28, 28)), scale)


def test_without_a_seed_each_call_is_another():
    image = np.eye(28)
    assert len({random_scale_img(image).tobytes() for _ in range(10)}) == 10
