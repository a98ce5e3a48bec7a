"""Rows without a label are left out on request, counted and told; everything else stays as it was given."""

import json
import logging

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import DropMissing, NlpDataset, Recipe, SampledNlpDataset, TextToImage
from mygenerator.errors import InputError
from mygenerator.validate import validate_folder

MISSING = [None, float("nan"), np.float32("nan"), pandas.NA, pandas.NaT, np.datetime64("NaT"), "", np.ma.masked]


@pytest.mark.parametrize("missing", MISSING, ids=lambda value: f"{type(value).__name__} {value}")
def test_whatever_stands_for_no_label_is_left_out_and_refused_otherwise(missing):
    given = ["007", missing, "42"]
    assert DropMissing(given, seed=1).labels().tolist() == ["007", "42"]
    with pytest.raises(InputError, match="row 1"):
        NlpDataset(given, seed=1)


@pytest.mark.parametrize("label", ["NA", "nan", "None", " ", "NaN", "null", "0"])
def test_text_is_a_label_whatever_it_says(label):
    assert DropMissing([label, None], seed=1).labels().tolist() == [label]


@given(st.lists(st.sampled_from(["7", "42", "007", None, ""]), min_size=1, max_size=40).filter(any), st.data())
def test_any_row_is_that_of_a_list_without_the_missing_ones(labels, data):
    kept, dropped = [label for label in labels if label], DropMissing(labels, seed=1)
    plain = NlpDataset(kept, seed=1)
    assert len(dropped) == len(kept)
    assert dropped.left_out == dropped.facts.left_out == len(labels) - len(kept)
    rows = data.draw(st.lists(st.integers(0, len(kept) - 1), max_size=5))
    assert dropped.labels(rows).tolist() == plain.labels(rows).tolist() == [kept[row] for row in rows]
    assert dropped.describe() == plain.describe()


def test_other_columns_and_the_index_of_a_table_stay_with_their_rows():
    table = pandas.DataFrame({"label": ["1", None, "3", ""], "writer": list("abcd")}, index=[10, 20, 30, 40])
    texts = DropMissing(table, seed=1)
    assert texts.meta.index.tolist() == [10, 30]
    assert texts.get_meta_row(1).to_dict() == {"label": "3", "writer": "c"}
    assert table["label"].isna().sum() == 1
    columns = DropMissing({"label": ["1", None, "3"], "writer": list("abc")}, seed=1)
    assert columns.meta["writer"].tolist() == ["a", "c"]


def test_a_file_keeps_its_lines_in_messages(tmp_path, caplog):
    path = tmp_path / "codes.csv"
    path.write_text("label,writer\n1,a\n,b\n3,c\n,d\nx,e\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        texts = DropMissing(path, seed=1)
    assert texts.labels().tolist() == ["1", "3", "x"]
    assert f"2 of 5 rows have no label and are left out: {path}, row 1 (line 3), {path}, row 3 (line 5)" in caplog.text
    with pytest.raises(InputError, match=r"row 4 \(line 6\), label 'x'"):
        TextToImage().fit(texts)
    lines = tmp_path / "codes.txt"
    lines.write_text("1\n\n3\n", encoding="utf-8")
    assert DropMissing(lines, seed=1).labels().tolist() == ["1", "3"]


def test_nothing_is_told_if_nothing_is_missing(caplog):
    assert DropMissing(["1"], seed=1).left_out == 0
    assert not caplog.records


@pytest.mark.parametrize("given", [[None, ""], {"label": [float("nan")], "note": ["x"]}])
def test_a_list_without_any_label_is_refused(given):
    with pytest.raises(InputError, match="no row has a label, of"):
        DropMissing(given, seed=1)


@pytest.mark.parametrize(
    ("given", "told"), [([], "there are no labels"), ([None, 7], "row 1"), ([None, "a\0"], "row 1")]
)
def test_what_is_wrong_otherwise_is_refused_with_the_row_that_was_given(given, told):
    with pytest.raises(InputError) as refused:
        DropMissing(given, seed=1)
    assert told in str(refused.value)


def test_what_a_spreadsheet_shows_for_no_value_is_no_missing_label(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("label\n1\n#N/A\n", encoding="utf-8")
    with pytest.raises(InputError, match="spreadsheet"):
        DropMissing(path, seed=1)


def test_labels_are_drawn_from_those_that_are_left():
    table = {"label": ["1", None, "12", "120"], "often": ["60", "5", "30", "10"]}
    texts = SampledNlpDataset(DropMissing(table, seed=1), 500, 1, repetition=True, weights="often")
    assert set(texts.labels().tolist()) == {"1", "12", "120"}
    assert texts.facts.left_out == 1
    assert sorted(SampledNlpDataset(DropMissing(table, seed=1), seed=1).labels().tolist()) == ["1", "12", "120"]


@pytest.mark.parametrize("source", ["{file: codes.csv}", "codes.csv", "{labels: ['12', null, '3', '']}"])
def test_a_recipe_leaves_rows_out_and_the_folder_says_how_many(tmp_path, source):
    (tmp_path / "codes.csv").write_text('label\n12\n""\n3\n""\n', encoding="utf-8")
    path = tmp_path / "recipe.yaml"
    path.write_text(
        f"seed: 3\ntext: {{drop_missing: {source}}}\nsteps:\n  - text_to_image: {{image_width: 60}}\n"
        "save: {path: out}\n",
        encoding="utf-8",
    )
    recipe = Recipe.read(path)
    ds = recipe.dataset()
    assert ds.labels().tolist() == ["12", "3"]
    ds.save(tmp_path / "out")
    saved = json.loads((tmp_path / "out" / "recipe.json").read_text(encoding="utf-8"))
    assert (saved["count"], saved["facts"]["left_out"]) == (2, 2)
    assert validate_folder(tmp_path / "out").ok
    assert Recipe.read(tmp_path / "out").dataset()[1].label == "3"
    assert recipe.dataset(count=1).labels().tolist() == ["12"]


def test_recipes_name_what_is_wrong_in_a_list(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text("text: {drop_missing: {labels: [null, 7]}}\nsteps: [text_to_image]\n", encoding="utf-8")
    with pytest.raises(InputError, match="labels, row 1"):
        Recipe.read(path)
