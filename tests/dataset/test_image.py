"""dataset/image.py: images that exist already."""

from pathlib import Path

import cv2
import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset
from mygenerator.errors import InputError


def grey(level: int) -> np.ndarray:
    return np.full((4, 5), level, np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """0/a.png, 0/b.png, 7/a.png, 7/c.bmp: levels 0, 10, 20, 30."""
    for number, name in enumerate(["0/a.png", "0/b.png", "7/a.png", "7/c.bmp"]):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), grey(10 * number))
    return tmp_path / "pictures"


def test_a_folder_has_a_label_for_each_sub_folder(folder):
    ds = ImageDataset(folder, seed=1)
    assert ds.labels().tolist() == ["0", "0", "7"]
    assert [int(sample.image[0, 0]) for sample in ds] == [0, 10, 20]
    image, row = ds.get_sample(2)
    assert image.shape == (4, 5)
    assert row["label"] == "7"
    assert Path(row["uri"]) == folder / "7" / "a.png"


def test_another_suffix_finds_other_files(folder):
    ds = ImageDataset(folder, image_suffix="*.bmp")
    assert ds.labels().tolist() == ["7"]
    assert int(ds[0].image[0, 0]) == 30


def test_indices_of_a_label_are_ascending_and_the_caller_s_to_change(folder):
    ds = ImageDataset(folder)
    assert ds.get_label_list("0").tolist() == [0, 1]
    ds.get_label_list("0")[:] = 99
    assert ds.get_label_list("0").tolist() == [0, 1]
    assert ds.get_label_list(7).tolist() == [2]
    assert ds.get_label_list("8").tolist() == []


def test_a_table_of_files_is_read_from_its_folder(folder):
    table = pandas.DataFrame({"uri": ["7/a.png", "0/b.png"], "writer": [5, 6]})
    ds = ImageDataset(folder, meta=table)
    assert [int(sample.image[0, 0]) for sample in ds] == [20, 10]
    assert ds.labels().tolist() == ["", ""]
    assert ds.get_sample(1)[1].to_dict() == {"uri": "0/b.png", "writer": 6}


def test_a_function_may_return_anything_and_is_called_for_the_rows_asked_for_alone():
    called = []

    def image(row: int) -> dict:
        called.append(row)
        return {"row": row}

    ds = ImageDataset(get_image_fn=image, meta=pandas.DataFrame({"label": [10, 20, 30]}))
    assert len(ds) == 3
    assert ds.labels().tolist() == ["10", "20", "30"]
    assert ds.get_label_list(20).tolist() == [1]
    assert called == []
    assert ds.get_image_only(-1) == {"row": 2}
    assert called == [2]
    assert all(type(row) is int for row in called)


def test_what_the_caller_does_to_the_table_later_does_not_reach_the_data_set():
    table = pandas.DataFrame({"label": ["a", "b"]})
    ds = ImageDataset(get_image_fn=grey, meta=table)
    table.loc[0, "label"] = "z"
    assert ds.get_sample(0)[1]["label"] == ds[0].label == "a"


def test_what_cannot_be_read_is_an_error_that_says_what_to_give(tmp_path):
    (tmp_path / "empty").mkdir()
    for arguments, message in [
        ({}, "something to read"),
        ({"path": tmp_path / "none"}, "no folder"),
        ({"path": tmp_path}, "no image"),
        ({"meta": pandas.DataFrame({"name": ["a"]})}, "`label`, `uri`"),
        ({"meta": pandas.DataFrame({"label": ["a"]})}, "get_image_fn"),
    ]:
        with pytest.raises(InputError, match=message):
            ImageDataset(**arguments)


def test_a_folder_s_repr_can_be_pasted_back(folder):
    ds = ImageDataset(str(folder), seed=3)
    again = eval(repr(ds), {"ImageDataset": ImageDataset})
    assert again.labels().tolist() == ds.labels().tolist()
    assert again.seed == 3


def test_the_recipe_is_the_same_where_the_folder_was_moved(folder):
    before = ImageDataset(folder).describe()
    assert ImageDataset(folder.rename(folder.with_name("elsewhere"))).describe() == before
