"""Calls that older releases had and that are easily forgotten, each on a folder or a table made for it."""

from pathlib import Path

import cv2
import numpy as np
import pandas
import pytest

from mygenerator import CombineImagesHorizontally, ImageDataset, PhoneNlpDataset, ScaleImage, TextToImage
from mygenerator.errors import InputError
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.transform import RemoveWhitePadding
from mygenerator.utils import config_load, dataset_build_meta_mnist
from mygenerator.validate import run_image_padding_validate


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder that is not there yet."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def pictures(folder: Path, *names: str) -> Path:
    """A folder with these images in it; each has a level of its own."""
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(folder / name), np.full((4, 5), 10 * number, np.uint8))
    return folder


def test_a_phone_number_is_the_text_of_its_place():
    numbers = PhoneNlpDataset(20, seed=3)
    assert [numbers.get_phone_number(place) for place in range(20)] == numbers.labels().tolist()
    assert numbers.get_phone_number(-1) == numbers.get_phone_number(19)
    assert numbers.is_valid(numbers.get_phone_number(7))
    with pytest.raises(IndexError):
        numbers.get_phone_number(20)


def test_no_configuration_file_means_the_default_one(home):
    assert config_load(None) == config_load("default") == {"current_dataset": "optdigits", "datasets": {}}
    assert (home / "config.yaml").is_file()


def test_the_functions_of_the_commands_take_no_configuration_file_either(home, tmp_path):
    image = run_generate_numbers_sequence("407", output_path=str(tmp_path / "out"), config_file=None, seed=1)
    assert image.is_file()
    (home / "config.yaml").unlink()
    assert run_image_padding_validate(input_path=tmp_path / "out", config_file=None).ok
    assert not (home / "config.yaml").exists()


def test_the_table_of_a_folder_has_a_row_for_each_image_in_the_order_of_paths(tmp_path):
    folder = pictures(tmp_path / "mnist", "7/b.png", "0/10.png", "7/a.png", "0/9.png", "7/c.jpg")
    table = dataset_build_meta_mnist(str(folder))
    assert table.columns.tolist() == ["uri", "label"]
    assert table.label.tolist() == ["0", "0", "7", "7"]
    assert table.uri.tolist() == [str(folder / name) for name in ("0/10.png", "0/9.png", "7/a.png", "7/b.png")]
    assert dataset_build_meta_mnist(folder, image_suffix="*.jpg").label.tolist() == ["7"]


def test_a_table_of_a_folder_makes_the_same_data_set_as_the_folder(tmp_path):
    folder = pictures(tmp_path, "0/a.png", "1/a.png", "1/b.png")
    by_table, by_folder = ImageDataset(meta=dataset_build_meta_mnist(folder)), ImageDataset(folder)
    assert by_table.labels().tolist() == by_folder.labels().tolist()
    assert [one.image.tolist() for one in by_table] == [one.image.tolist() for one in by_folder]


@pytest.mark.parametrize("path", [None, "", "nowhere"])
def test_a_table_of_no_folder_is_refused(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"path is None|no image|nowhere: this is not a folder: it does not exist"):
        dataset_build_meta_mnist(path)


@pytest.mark.parametrize("more", [{}, {"get_image_fn": len}])
def test_a_folder_that_does_not_exist_is_blamed(more):
    with pytest.raises(InputError, match=r"^/nope: this is not a folder: it does not exist"):
        ImageDataset(path="/nope", **more)


def test_a_folder_that_does_not_exist_is_blamed_and_not_the_table_beside_it(tmp_path):
    table = pandas.DataFrame({"uri": ["a.png"], "label": ["7"]})
    with pytest.raises(InputError, match="it starts from path='/nope', which does not exist"):
        ImageDataset("/nope", meta=table).get_image_only(0)
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"path='.*file', which is not a folder"):
        ImageDataset(tmp_path / "file", meta=table).get_image_only(0)


def blocks(*widths: int) -> list[np.ndarray]:
    """Full images of one grey each, told apart by it."""
    return [np.full((28, width), 100 + number, np.uint8) for number, width in enumerate(widths)]


def test_images_are_combined_with_the_padding_and_the_width_of_the_call():
    step = CombineImagesHorizontally()
    strip = step.transform_sample(blocks(20, 20), padding_range=(3, 3), combined_width=43)
    assert strip.shape == (28, 43)
    assert strip[0].tolist() == [155] * 20 + [255] * 3 + [154] * 20
    wide = step.transform_sample(blocks(20, 20), padding_range=[3, 3], combined_width=86)
    assert wide.shape == (28, 86)
    assert step == CombineImagesHorizontally()


def test_parameters_of_a_call_give_what_a_step_with_them_gives():
    given = CombineImagesHorizontally((2, 9), 120).transform_sample(blocks(9, 8, 7), 5, seed=1)
    called = CombineImagesHorizontally().transform_sample(
        blocks(9, 8, 7), 5, seed=1, padding_range=(2, 9), combined_width=120
    )
    assert np.array_equal(given, called)
    text = TextToImage(spacing_range=(4, 4), image_width=99).transform_sample("407", seed=2)
    assert np.array_equal(TextToImage().transform_sample("407", seed=2, spacing_range=(4, 4), image_width=99), text)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"padding_range": (9, 3)}, "the smallest gap, 9, is above the largest, 3"),
        ({"padding_rnage": (3, 9)}, "did you mean 'padding_range'"),
        ({"combined_width": 3}, "combined_width"),
    ],
)
def test_a_parameter_of_a_call_is_checked_as_that_of_a_step(params, message):
    with pytest.raises(InputError, match=message):
        CombineImagesHorizontally().transform_sample(blocks(20, 20), **params)


def test_an_image_is_scaled_to_the_width_of_the_call_and_keeps_its_shape():
    image = blocks(20)[0]
    assert ScaleImage(height=14).transform_sample(image).shape == (14, 10)
    assert ScaleImage().transform_sample(image, width=40).shape == (56, 40)
    assert ScaleImage(height=14).transform_sample(image, width=40).shape == (14, 40)
    assert [one.shape for one in ScaleImage().transform_sample([image, image], height=14)] == [(14, 10)] * 2
    with pytest.raises(InputError, match="did you mean 'width'"):
        ScaleImage().transform_sample(image, widht=40)
    with pytest.raises(InputError, match="width is 0"):
        ScaleImage().transform_sample(image, width=0)


def test_padding_is_removed_by_the_parameters_of_the_call():
    image = np.full((28, 28), 255, np.uint8)
    image[4:24, 10:18] = 0
    assert RemoveWhitePadding().transform_sample(image, inverse=True).shape == (20, 8)
    assert [one.shape for one in RemoveWhitePadding().transform_sample([image], inverse=True)] == [(20, 8)]
