"""What is not where somebody says: only in iCloud, behind a broken link, one folder up, in a table; each is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset, NlpDataset, PatternNlpDataset, Recipe, TextToImage
from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused
from tests.brought.test_last_advice import characters, pair


def away(path: Path) -> Path:
    """Leave in the place of a file what iCloud leaves there."""
    path.with_name(f".{path.name}.icloud").write_bytes(b"bplist00")
    path.unlink(missing_ok=True)
    return path


def all_away(place: Path) -> Path:
    folder = characters(place / "digits", "12")
    for image in list(folder.rglob("*.png")):
        away(image)
    return folder


def half_a_pair_away(place: Path) -> Path:
    folder = pair(place / "pair")
    away(folder / "train-images-idx3-ubyte")
    return folder


def a_row_away(place: Path) -> None:
    away(characters(place / "digits", "12") / "1" / "a.png")
    table = pandas.DataFrame({"uri": ["2/a.png", "1/a.png"], "label": ["2", "1"]})
    print(ImageDataset(place / "digits", meta=table, seed=1)[1])


ICLOUD = "is only in iCloud"
DOWNLOAD = "have it downloaded to this disk first$"
AWAY = [
    Case("all glyphs", "Mac", lambda place: load_glyphs(all_away(place)), refused(r"1/a\.png, 2/a\.png", DOWNLOAD)),
    Case(
        "half a pair", "Mac", lambda place: load_glyphs(half_a_pair_away(place)), refused("-images-idx3-ubyte is only")
    ),
    Case(
        "an archive", "Mac", lambda place: load_glyphs(away(place / "a.zip")), refused(r"a\.zip: it is only", DOWNLOAD)
    ),
    Case("an image of a table", "Mac", a_row_away, refused(r"meta, row 1, .*1/a\.png: ", ICLOUD, DOWNLOAD)),
    Case(
        "all images",
        "Mac",
        lambda place: ImageDataset(all_away(place)),
        refused("2 images that iCloud has not", "down"),
    ),
    Case(
        "a label file", "Mac", lambda place: NlpDataset(away(place / "a.csv")), refused(r"a\.csv: it is only", DOWNLOAD)
    ),
    Case(
        "a recipe", "Mac", lambda place: Recipe.read(away(place / "r.yaml")), refused(r"r\.yaml: it is only", DOWNLOAD)
    ),
]


@each(AWAY)
def test_what_is_only_in_icloud_is_told(case, tmp_path):
    check(case, lambda: case.bring(tmp_path))


def test_an_image_beside_the_labels_that_is_only_in_icloud_is_counted(tmp_path, caplog):
    folder = characters(tmp_path / "digits", "12")
    away(folder / "b.png")
    assert len(ImageDataset(folder, seed=1)) == 2
    assert "1 image that iCloud has not downloaded to this disk (b.png)" in caplog.text


# Links


def save(path: Path) -> None:
    TextToImage("optdigits", (2, 5), 100).fit_transform(PatternNlpDataset("[0-9]{3}", 3, seed=1)).save(path)


def table_of(path: Path) -> None:
    table = pandas.DataFrame({"uri": [path.name], "label": ["1"]})
    print(ImageDataset(path.parent, meta=table, seed=1)[0])


USES: dict[str, Callable[[Path], object]] = {
    "glyphs": load_glyphs,
    "a folder of images": ImageDataset,
    "a label file": NlpDataset,
    "a recipe": Recipe.read,
    "a folder to validate": validate_folder,
    "an output folder": save,
    "an image of a table": table_of,
}
LINKS = [
    Case(
        f"{what} {kind}",
        "broken copy",
        (use, to, below),
        refused(rf"link{'/?' if below else ''}: .*leads {leads}", "mend"),
    )
    for what, use in USES.items()
    for kind, to, below, leads in (
        ("that is a link to itself", "link", "", "to itself"),
        ("that is a link to nothing", "gone", "", "nowhere"),
        ("below a link to itself", "link", "below", "to itself"),
    )
]


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@each(LINKS)
def test_a_broken_link_is_told_wherever_it_is_given(case, tmp_path):
    use, to, below = case.bring
    os.symlink(to, tmp_path / "link")
    check(case, lambda: use(tmp_path / "link" / below))


# Folders and files that hold something else


def holding(*names: str) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        for name in names:
            (place / "data" / name).parent.mkdir(parents=True, exist_ok=True)
            (place / "data" / name).write_bytes(b"PAR1" if name.endswith("parquet") else b"label,pixel0\n7,0\n")
        return place / "data"

    return make


def the_file(name: str) -> Callable[[Path], Path]:
    return lambda place: holding(name)(place) / name


GLYPHS = [
    Case(
        "a CSV file alone",
        "Kaggle",
        holding("mnist_train.csv"),
        refused("holds no glyphs", r"train\.csv is a table: save"),
    ),
    Case("Parquet files alone", "Hugging Face", holding("t-0.parquet"), refused(r"t-0\.parquet is a table: save")),
    Case(
        "tables in a folder below",
        "Hugging Face",
        holding("data/t-0.parquet"),
        refused(r"data/t-0\.parquet is a table"),
    ),
    Case("a MATLAB file", "EMNIST", holding("emnist.mat"), refused(r"emnist\.mat is data of another program", "npz")),
    Case("a file of torch", "torchvision", holding("training.pt"), refused(r"training\.pt is data of another program")),
    Case(
        "a CSV file itself",
        "Kaggle",
        the_file("a.csv"),
        refused("is not a folder but text", r"a\.csv is a table: save"),
    ),
    Case(
        "a Parquet file itself",
        "HF",
        the_file("a.parquet"),
        refused("but a Parquet file", r"a\.parquet is a table: sa"),
    ),
    Case(
        "one digit of several",
        "person",
        lambda place: characters(place / "mine") / "7",
        refused("nothing says which characters", "give the folder above it, .*mine, which holds those of other"),
    ),
    Case(
        "the only digit",
        "person",
        lambda place: characters(place / "mine", "7") / "7",
        refused("give the folder above it, .*mine, if this one is named by what they show"),
    ),
    Case(
        "empty folders of characters",
        "person",
        lambda place: [(place / "mine" / name).mkdir(parents=True) for name in "012"] and place / "mine",
        refused(r"no image lies in the 3 sub-folders named by characters \(0, 1, 2\)"),
    ),
]
IMAGES = [
    Case(
        "a CSV file alone", "Kaggle", holding("a.csv"), refused(r"no image", r"a\.csv is a table, not an image.*meta=")
    ),
    Case(
        "Parquet files below", "HF", holding("train/a.parquet"), refused(r"train/a\.parquet is a table, not an image")
    ),
    Case(
        "one label of several",
        "person",
        lambda place: characters(place / "mine") / "7",
        refused("3? ?1 image beside", "give the folder above it, .*mine, if the name of this one is their label"),
    ),
    Case("nothing", "slip", lambda place: place, refused("no image", "one sub-folder for each label")),
]


@each(GLYPHS)
def test_a_source_without_glyphs_is_told_what_it_holds(case, tmp_path):
    check(case, lambda: load_glyphs(case.bring(tmp_path)))


@each(IMAGES)
def test_a_folder_without_images_is_told_what_it_holds(case, tmp_path):
    check(case, lambda: ImageDataset(case.bring(tmp_path)))


# Pairs that do not fit


def test_a_pair_of_unequal_lengths_is_told_what_to_do(tmp_path):
    folder = pair(tmp_path / "pair")
    labels = b"\0\0\x08\x01" + np.array([9], ">u4").tobytes() + bytes(range(9))
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    with pytest.raises(
        InputError, match=r"10 images, but 9 labels in .*; give two files of one set, or copy or download "
    ):
        load_glyphs(folder)
    (folder / "train-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01" + np.array([10], ">u4").tobytes() + bytes(5))
    with pytest.raises(
        InputError, match="the header promises 10 bytes, but the file holds 5; copy or download it again"
    ):
        load_glyphs(folder)
