"""Folders and archives with training/ and testing/ inside, as MNIST comes in PNG files: one source, two parts."""

import logging
import shutil
import tarfile
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator import ImageDataset, TextToImage
from mygenerator.config import config_load
from mygenerator.errors import InputError
from mygenerator.glyphs import kept_out_glyphs, load_glyphs
from mygenerator.utils import dataset_build_meta_mnist, dataset_get_path

TRAINING, TESTING = 4, 9
"""Where the strokes of each part begin: by this they are told apart."""


def write_digits(folder: Path, left: int, each: int = 2) -> None:
    for digit in "0123456789":
        (folder / digit).mkdir(parents=True)
        for number in range(each):
            stroke = np.zeros((28, 28), np.uint8)
            stroke[4:24, left : left + 6] = 250 + number
            assert cv2.imwrite(str(folder / digit / f"{number}.png"), stroke)


@pytest.fixture
def mnist_png(tmp_path: Path) -> Path:
    """The folder: training/0/0.png ... testing/9/1.png."""
    write_digits(tmp_path / "mnist_png" / "training", TRAINING)
    write_digits(tmp_path / "mnist_png" / "testing", TESTING)
    return tmp_path / "mnist_png"


def packed(folder: Path, ending: str) -> Path:
    """An archive of a folder, beside it, with the folder inside."""
    archive = folder.with_name(folder.name + ending)
    if ending == ".zip":
        with zipfile.ZipFile(archive, "w") as file:
            for path in sorted(folder.rglob("*.png")):
                file.write(path, path.relative_to(folder.parent))
    else:
        with tarfile.open(archive, "w:gz") as file:
            file.add(folder, folder.name)
    return archive


def left_of(glyphs) -> set[int]:
    return set(glyphs.boxes[:, 0].tolist())


@pytest.mark.parametrize("ending", ["", ".zip", ".tar.gz"])
@pytest.mark.parametrize(
    ("part", "left"),
    [("", TRAINING), (":train", TRAINING), (":training", TRAINING), (":test", TESTING), (":testing", TESTING)],
)
def test_a_folder_and_an_archive_of_it_are_one_source_with_two_parts(mnist_png, ending, part, left):
    place = packed(mnist_png, ending) if ending else mnist_png
    glyphs = load_glyphs(f"{place}{part}")
    assert left_of(glyphs) == {left}
    assert glyphs.source == ("mnist_png" if left == TRAINING else "mnist_png:test")
    assert glyphs.characters == "0123456789"
    assert len(glyphs) == 20


def test_that_the_training_part_is_used_is_said_and_how_to_name_the_other(mnist_png, caplog):
    with caplog.at_level(logging.WARNING, "mygenerator"):
        load_glyphs(mnist_png)
    assert [record.getMessage() for record in caplog.records] == [
        f"{mnist_png} holds a training part and a test part: the training part, training, is used; "
        f"{mnist_png}:test is the test part"
    ]
    caplog.clear()
    with caplog.at_level(logging.WARNING, "mygenerator"):
        load_glyphs(f"{mnist_png}:test")
    assert not caplog.records


def test_litter_and_folders_without_labels_beside_the_parts_are_passed_over(mnist_png):
    for name in ("@eaDir/0", "__MACOSX/training", "docs"):
        (mnist_png / name).mkdir(parents=True)
    (mnist_png / "README.md").touch()
    assert left_of(load_glyphs(f"{mnist_png}:test")) == {TESTING}


def test_a_single_part_is_the_source(mnist_png):
    shutil.rmtree(mnist_png / "training")
    glyphs = load_glyphs(mnist_png)
    assert (glyphs.source, left_of(glyphs)) == ("mnist_png", {TESTING})


def test_another_word_for_a_part_is_enough(mnist_png):
    (mnist_png / "training").rename(mnist_png / "digits_train")
    (mnist_png / "testing").rename(mnist_png / "digits_test")
    assert left_of(load_glyphs(mnist_png)) == {TRAINING}
    assert left_of(load_glyphs(f"{mnist_png}:test")) == {TESTING}


@pytest.mark.parametrize(
    ("change", "given", "message"),
    [
        (lambda root: None, "mnist_png:valid", r"there is no part 'valid'; it holds testing; training.*:test, :train"),
        (lambda root: None, "mnist_png/training:test", r"no part 'test': it is a folder of characters"),
        (lambda root: None, ".", r"not characters: 'home', 'mnist_png'.*give \S*mnist_png$"),
        (
            lambda root: write_digits(root / "validation", 7),
            "mnist_png",
            r"it holds several parts: testing; training; validation; .*:test, :train, :validation",
        ),
        (lambda root: write_digits(root / "training" / "more", 7), "mnist_png", r"training/more: .*'more' is not"),
        (lambda root: (root / "7").mkdir(), "mnist_png", r"are not characters: 'testing', 'training'"),
    ],
)
def test_what_is_not_clear_is_refused_with_what_there_is(mnist_png, monkeypatch, change, given, message):
    change(mnist_png)
    monkeypatch.chdir(mnist_png.parent)
    with pytest.raises(InputError, match=message):
        load_glyphs(f"./{given}")


def test_a_configured_source_names_its_parts(mnist_png, tmp_path):
    (tmp_path / "config.yaml").write_text("current_dataset: mine\ndatasets: {mine: {path: mnist_png.tar.gz}}\n")
    packed(mnist_png, ".tar.gz")
    config = config_load(tmp_path / "config.yaml")
    assert left_of(load_glyphs("mine", config)) == {TRAINING}
    glyphs = load_glyphs("mine:test", config)
    assert (glyphs.source, left_of(glyphs)) == ("mine:test", {TESTING})


@pytest.mark.parametrize("name", ["digits", "mnist_png"])
def test_an_old_configuration_whose_source_has_only_a_url_is_read(mnist_png, tmp_path, mirrors, name):
    mirrors.files["mnist_png.tar.gz"] = packed(mnist_png, ".tar.gz").read_bytes()
    url = mirrors.url("good", "mnist_png.tar.gz")
    (tmp_path / "config.yaml").write_text(f"current_dataset: {name}\ndatasets:\n  {name}:\n    url: {url}\n")
    config = config_load(tmp_path / "config.yaml")
    assert left_of(load_glyphs(name, config)) == {TRAINING}
    assert left_of(load_glyphs(f"{name}:test", config)) == {TESTING}
    assert sum(mirrors.asked.values()) == 1
    table = dataset_build_meta_mnist(dataset_get_path(config))
    assert table.label.tolist() == sorted("0123456789" * 2)


def test_images_of_a_divided_folder_are_its_training_part_and_those_of_a_part_that_part(mnist_png, caplog):
    with caplog.at_level(logging.WARNING, "mygenerator"):
        images = ImageDataset(mnist_png, seed=1)
    assert "the training part, training, is used" in caplog.text
    assert images.labels().tolist() == sorted("0123456789" * 2)
    assert int(images[0].image[10, TRAINING]) == 250
    assert images.meta.uri[0] == str(mnist_png / "training" / "0" / "0.png")
    test = ImageDataset(f"{mnist_png}:test", seed=1)
    assert test.meta.uri[0] == str(mnist_png / "testing" / "0" / "0.png")
    assert dataset_build_meta_mnist(f"{mnist_png}:test").equals(test.meta)


def test_a_data_set_of_a_part_writes_text(mnist_png):
    assert TextToImage(ImageDataset(f"{mnist_png}:test")).transform_sample("407").shape == (28, 280)


def test_images_of_a_part_that_is_not_there_are_refused(mnist_png):
    with pytest.raises(InputError, match=r"there is no part 'valid'"):
        ImageDataset(f"{mnist_png}:valid")
    with pytest.raises(InputError, match=r"has no part 'test': it is not divided"):
        ImageDataset(f"{mnist_png / 'training'}:test")
    with pytest.raises(InputError, match=r"nowhere:test: this is not a folder: it does not exist"):
        ImageDataset(mnist_png / "nowhere:test")


def test_labels_that_are_called_as_parts_are_labels(tmp_path):
    for label in ("train", "test"):
        (tmp_path / label / "more").mkdir(parents=True)
        assert cv2.imwrite(str(tmp_path / label / "a.png"), np.zeros((4, 4), np.uint8))
    assert ImageDataset(tmp_path).labels().tolist() == ["test", "train"]


def test_what_is_kept_out_of_a_part_is_told_by_its_files(mnist_png):
    assert cv2.imwrite(str(mnist_png / "testing" / "3" / "x.png"), np.zeros((28, 28), np.uint8))
    assert kept_out_glyphs(f"{mnist_png}:test").names == ["3/x.png"]
    assert kept_out_glyphs(mnist_png).names == []
