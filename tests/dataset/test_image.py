"""dataset/image.py: images that exist already."""

import io
import re
from pathlib import Path

import cv2
import hypothesis
import numpy as np
import pandas
import pytest
from hypothesis import strategies

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


def test_the_rows_of_a_label_are_those_that_hold_it():
    ds = ImageDataset(meta=pandas.DataFrame({"label": ["a", "b", "a", "a"]}))
    assert ds.get_label_list("a").tolist() == [0, 2, 3]
    assert ds.get_label_list("b").tolist() == [1]
    assert ds.get_label_list("c").tolist() == []
    assert ds.get_label_list("a").dtype == np.int64


def test_a_label_is_text_and_is_found_by_the_number_that_it_shows_too():
    ds = ImageDataset(meta=pandas.DataFrame({"label": ["7", "10", "7"]}))
    for label in (7, "7", np.int64(7)):
        assert ds.get_label_list(label).tolist() == [0, 2]
    assert ds.get_label_list("07").tolist() == []


@hypothesis.given(strategies.lists(strategies.sampled_from(["", "0", "00", "a", "é"]), min_size=1, max_size=30))
def test_each_row_is_found_by_its_own_label_alone(labels):
    ds = ImageDataset(meta=pandas.DataFrame({"label": labels}), seed=1)
    for label in {*labels, "other"}:
        assert ds.get_label_list(label).tolist() == [row for row, own in enumerate(labels) if own == label]


def test_a_table_of_labels_alone_has_rows_but_no_images():
    ds = ImageDataset(meta=pandas.DataFrame({"label": ["a", "b", "a", "a"]}))
    assert len(ds) == 4
    assert ds.labels([3, 1]).tolist() == ["a", "b"]
    assert ds.meta.to_dict("list") == {"label": ["a", "b", "a", "a"]}
    for ask in (lambda: ds[0], lambda: ds.get_image_only(1), lambda: ds.get_sample(2), ds.describe):
        with pytest.raises(InputError, match=r"labels alone, no images; add a column `uri`.*or give get_image_fn"):
            ask()


def test_a_sample_is_what_the_function_returns_and_the_caller_s_row():
    table = pandas.DataFrame({"label": ["a", "b", "a", "a"], "uri": ["0.png", "1.png", "2.png", "3.png"]})
    ds = ImageDataset(meta=table, get_image_fn=lambda row: f"image from {row} index")
    image, row = ds.get_sample(1)
    assert image == "image from 1 index"
    assert row.to_dict() == {"label": "b", "uri": "1.png"}


def test_a_table_of_files_alone_does_with_a_function():
    arrays = {"1.png": np.array([0, 1, 2]), "2.png": np.array([3, 4, 5]), "3.png": np.array([6, 4, 5])}
    ds = ImageDataset(meta=pandas.DataFrame({"uri": list(arrays)}), get_image_fn=lambda row: list(arrays.values())[row])
    assert ds.get_image_only(1).tolist() == [3, 4, 5]
    assert ds.get_sample(1)[1].to_dict() == {"uri": "2.png"}


@pytest.mark.parametrize(
    "table",
    [
        {"label": ["a", "b"]},
        {"uri": ["0.png", "1.png"]},
        {"label": ["01", "2"], "writer": [5, 6], "uri": [None, "1.png"], "when": [1.5, None]},
        {"b": [True, False], "label": ["1", "2"], 3: ["x", "y"]},
    ],
)
def test_a_row_has_exactly_the_caller_s_columns_in_the_caller_s_order(table):
    ds = ImageDataset(meta=pandas.DataFrame(table, dtype=object, index=[9, 4]), get_image_fn=lambda row: row)
    row = ds.get_sample(1)[1]
    assert row.to_dict() == {name: column[1] for name, column in table.items()}
    assert list(row.index) == list(table)
    assert row.name == 4


@pytest.mark.parametrize("thing", ["text", None, 3.5, {"a": 1}, [], [np.zeros(3)], np.zeros((2, 3, 4, 5)), object()])
def test_objects_of_any_type_pass_as_they_are(thing):
    ds = ImageDataset(get_image_fn=lambda row: thing, meta=pandas.DataFrame({"label": ["a", "b"]}))
    assert ds.get_image_only(0) is thing
    assert ds[1].image is thing
    assert ds.batch([0, 1]).images[1] is thing
    assert ds.kind == "object"


def test_an_image_is_read_from_a_path_a_buffer_and_an_array(folder):
    path = folder / "7" / "a.png"
    for source in (path, str(path), io.BytesIO(path.read_bytes()), grey(20)):
        assert ImageDataset(folder).read_image(source).tolist() == grey(20).tolist()


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

    ds = ImageDataset(get_image_fn=image, meta=pandas.DataFrame({"label": ["10", "20", "30"]}))
    assert len(ds) == 3
    assert ds.labels().tolist() == ["10", "20", "30"]
    assert ds.get_label_list("20").tolist() == [1]
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
        ({"path": tmp_path / "none"}, f"^{re.escape(str(tmp_path / 'none'))}: this is not a folder"),
        ({"path": tmp_path}, "no image"),
        ({"path": 7}, "path is 7"),
        ({"path": tmp_path, "image_suffix": ""}, "image_suffix is ''"),
        ({"path": tmp_path, "image_suffix": "a/*.png"}, "image_suffix is 'a/"),
        ({"meta": pandas.DataFrame({"name": ["a"]})}, "`label`, `uri`"),
        ({"meta": pandas.DataFrame({"lable": ["a"]})}, "rename 'lable' to 'label'"),
        ({"meta": pandas.DataFrame({"label": []})}, "no rows"),
        ({"meta": pandas.DataFrame({"label": ["a", None]})}, "row 1: the label is missing"),
        ({"meta": pandas.DataFrame({"label": ["1", float("nan")]})}, "row 1: the label is missing"),
        ({"meta": pandas.DataFrame({"label": ["1", "7" * 1001]})}, "row 1: .* of 1001 characters; allowed: 0 to 1000"),
        ({"meta": pandas.DataFrame({"label": ["01", 1]}, dtype=object)}, "row 1: label 1 is of type int: .*dtype=str"),
        ({"meta": pandas.DataFrame({"uri": [None, "a.png"]})}, "row 0: there is no uri"),
        ({"meta": pandas.DataFrame([["a", "b"]], columns=["label", "label"])}, "meta: there are two columns 'label'"),
        ({"meta": {"label": ["a"]}}, "of type dict; allowed: a pandas.DataFrame"),
        ({"meta": "labels.csv"}, "of type str"),
        ({"meta": pandas.DataFrame({"label": ["a"]}), "get_image_fn": 7}, "get_image_fn is 7"),
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


# Saving


def test_the_files_and_meta_csv_are_those_of_the_rows_and_labels_are_text(tmp_path):
    table = pandas.DataFrame({"label": ["007", "7", "00"], "writer": [1, 2, 3]})
    ImageDataset(meta=table, get_image_fn=lambda row: grey(50 * row)).save(tmp_path / "out", prefix="digit")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == [
        "digit_0.png",
        "digit_1.png",
        "digit_2.png",
    ]
    read = pandas.read_csv(tmp_path / "out" / "meta.csv", dtype=str, keep_default_na=False)
    assert read["label"].tolist() == ["007", "7", "00"]
    for row, name in enumerate(read["file_name"]):
        assert cv2.imread(str(tmp_path / "out" / name), cv2.IMREAD_UNCHANGED).tolist() == grey(50 * row).tolist()


def test_no_more_rows_are_saved_or_made_than_were_asked_for(tmp_path):
    made = []
    table = pandas.DataFrame({"label": list("abcdef")})
    ds = ImageDataset(meta=table, get_image_fn=lambda row: made.append(row) or grey(row))
    ds.save(tmp_path / "out", "img", "png", 2)
    assert sorted(path.name for path in (tmp_path / "out").glob("*.png")) == ["img_0.png", "img_1.png"]
    assert set(made) == {0, 1}


def test_nothing_is_read_before_an_image_is_asked_for(folder):
    for path in folder.glob("*/*.png"):
        path.write_bytes(b"torn")
    ds = ImageDataset(folder)
    assert len(ds) == 3
    assert ds.labels().tolist() == ["0", "0", "7"]
    assert ds.get_label_list("7").tolist() == [2]
    assert ds.get_meta_row(2)["label"] == "7"
    assert len(ds.meta) == 3
    repr(ds)
    with pytest.raises(InputError, match=r"7.a\.png: this is not an image"):
        ds.get_image_only(2)


def test_suffix_is_the_old_word_for_format_and_both_have_to_agree(folder, tmp_path):
    ImageDataset(folder).save(tmp_path / "one", suffix="png", format="png")
    assert len(list((tmp_path / "one").glob("*.png"))) == 3
    with pytest.raises(InputError, match="suffix is 'png' but format is 'jpg'"):
        ImageDataset(folder).save(tmp_path / "two", suffix="png", format="jpg")
    assert not (tmp_path / "two").exists()
