"""Labels that people bring in lists, tables, recipes and folders: text as it is, or an error that names the row."""

from __future__ import annotations

import datetime
import decimal
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import pytest

from mygenerator import CharToImages, GlyphSet, ImageDataset, NlpDataset, Pipeline, Recipe, TextToImage
from mygenerator.errors import InputError
from mygenerator.validate import validate_folder
from tests.brought.cases import Case, check, each, refused
from tests.brought.files import file

SURVIVORS = ["NA", "null", "None", "nan", "N/A", "NaN", "true", "1e5", "-", "007", "1.50", "+81", "1_0"]
"""Labels that some reader of tables takes for something else than text."""


# Labels in Python, the same rule for texts and for images


DTYPE = "dtype=str"
VALUES = (
    Case("text", "script", lambda: ["007", "é", "a b"], ["007", "é", "a b"]),
    Case("numpy's text", "script", lambda: np.array(["007", "1"], object), ["007", "1"]),
    Case("words for a missing value", "pandas without NA", lambda: ["NA", "nan"], ["NA", "nan"]),
    Case(
        "whole numbers", "read_csv", lambda: ["1", 7], refused("row 1: label 7 is of type int", "leading zeros", DTYPE)
    ),
    Case("numpy's whole numbers", "read_csv", lambda: np.array([7]), refused("row 0: label 7 is of type int", DTYPE)),
    Case(
        "numbers with a point", "read_csv", lambda: ["1", 123.0], refused("row 1: label 123.0 is of type float", DTYPE)
    ),
    Case("numpy's small numbers", "script", lambda: ["1", np.float32(0.5)], refused("row 1: label 0.5 .*float32")),
    Case(
        "decimal numbers", "database", lambda: [decimal.Decimal("1.50")], refused("row 0: label 1.50 .*Decimal", DTYPE)
    ),
    Case("truth values", "read_csv", lambda: ["1", True], refused("row 1: label True is of type bool", DTYPE)),
    Case("bytes", "HDF5 file", lambda: ["1", b"07"], refused("row 1: label b'07' is of type bytes", "decode")),
    Case(
        "missing number",
        "read_csv",
        lambda: ["1", float("nan")],
        refused("row 1: the label is missing", "keep_default_na=False"),
    ),
    Case("missing object", "database", lambda: ["1", None], refused("row 1: the label is missing: None", "fill it in")),
    Case("pandas' NA", "pandas", lambda: ["1", pandas.NA], refused("row 1: the label is missing: <NA>")),
    Case("missing date", "pandas", lambda: ["1", pandas.NaT], refused("row 1: the label is missing: NaT")),
    Case(
        "dates",
        "spreadsheet",
        lambda: ["1", datetime.date(2024, 1, 7)],
        refused("row 1: label 2024-01-07 .*type date", DTYPE),
    ),
    Case("timestamps", "read_excel", lambda: [pandas.Timestamp("2024-01-07")], refused("row 0: .*Timestamp", DTYPE)),
    Case("lists", "JSON", lambda: ["1", ["2"]], refused(r"row 1: label \['2'\] is of type list")),
    Case("1,000 characters", "script", lambda: ["7" * 1000], ["7" * 1000]),
    Case("1,001 characters", "script", lambda: ["7" * 1001], refused("row 0: .*1001 characters", "[01] to 1000")),
    Case("NUL", "C program", lambda: ["7\0"], refused(r"row 0: label '7\\x00'", "NUL")),
)


def table_of(labels: Any) -> pandas.DataFrame:
    return pandas.DataFrame({"label": pandas.Series(list(labels), dtype=object)})


READERS = {
    "list": lambda labels: NlpDataset(labels, seed=1),
    "mapping": lambda labels: NlpDataset({"label": labels, "note": list(labels)}, seed=1),
    "table": lambda labels: NlpDataset(table_of(labels), seed=1),
    "images": lambda labels: ImageDataset(get_image_fn=str, meta=table_of(labels), seed=1),
}


@pytest.mark.parametrize("reader", READERS)
@each(VALUES)
def test_every_reader_has_the_same_rule_for_labels(case, reader):
    check(case, lambda: READERS[reader](case.bring()).labels().tolist())


@pytest.mark.parametrize("reader", READERS)
def test_only_an_image_that_exists_already_can_show_no_text(reader):
    if reader == "images":
        assert READERS[reader](["1", ""]).labels().tolist() == ["1", ""]
        return
    with pytest.raises(InputError, match=r"row 1: label '' of 0 characters; allowed: 1 to 1000 .*fill it in"):
        READERS[reader](["1", ""])


SHAPES = (
    Case(
        "two columns label, renamed",
        "read_csv",
        lambda: pandas.DataFrame({"label": ["1"], "label.1": ["2"]}),
        refused("two columns 'label'", "what pandas calls the second"),
    ),
    Case(
        "the labels as index",
        "set_index",
        lambda: pandas.DataFrame({"label": ["1"], "x": ["2"]}).set_index("label"),
        refused("no column 'label', only x", "begin with a row that names"),
    ),
    Case("no column at all", "script", dict, refused("no column 'label', only none at all")),
    Case(
        "text in place of a list",
        "script",
        lambda: "007",
        refused("^007: .*cannot be read", r"given as a list: \['007'\]$"),
    ),
    Case(
        "two columns label",
        "joined tables",
        lambda: pandas.DataFrame([["1", "2"]], columns=["label"] * 2),
        refused("two columns 'label'"),
    ),
    Case("semicolons", "read_csv", lambda: pandas.DataFrame({"file;label": ["a;1"]}), refused("separated by ';'")),
    Case("text as a column", "script", lambda: {"label": "007"}, refused("a column 'label' of type str", "a list")),
    Case("a number as a column", "script", lambda: {"label": 7}, refused("a column 'label' of type int")),
    Case("columns of unequal length", "script", lambda: {"label": ["1", "2"], "x": [1]}, refused("'label' 2, 'x' 1")),
    Case("a set", "script", lambda: {"1", "2"}, refused("of type set, which has no order")),
    Case("an array of no dimension", "numpy", lambda: np.array("7"), refused("one value")),
    Case("an array of two dimensions", "numpy", lambda: np.array([["7", "8"]]), refused("row 0: .*ndarray")),
    Case("keys in their order", "script", lambda: {"7": 1, "8": 2}.keys(), ["7", "8"]),
    Case("a generator", "script", lambda: (str(number) for number in range(3)), ["0", "1", "2"]),
    Case("categories", "pandas", lambda: pandas.Series(["007", "7"], dtype="category"), ["007", "7"]),
    Case(
        "a table with an index of its own",
        "filtered table",
        lambda: pandas.DataFrame({"label": ["1", "7"]}, [5, 9]),
        ["1", "7"],
    ),
)


@each(SHAPES)
def test_what_holds_labels_holds_them_in_an_order_and_once(case):
    check(case, lambda: NlpDataset(case.bring(), seed=1).labels().tolist())


# Labels that the glyphs lack


def lines(text: str) -> Callable[[Path], Any]:
    return file("a.txt", text)


LACKING = (
    Case(
        "a blank at the end of a line",
        "text editor",
        lines("007\n42 \n"),
        refused(r"a\.txt:2, label '42 '", "no glyph for ' '"),
    ),
    Case(
        "U+2028",
        "text from the web",
        lines("1\u20282"),
        refused(r"a\.txt:1, label '1\\u20282'", r"no glyph for '\\u2028'"),
    ),
    Case(
        "a letter in a table",
        "spreadsheet",
        file("a.csv", "label\n007\n4O\n"),
        refused(r"row 1 \(line 3\), label '4O'", "no glyph for 'O'"),
    ),
    Case("a letter in a list", "script", lambda folder: ["7", "1l"], refused("row 1, label '1l'", "no glyph for 'l'")),
    Case(
        "a letter in the one label",
        "script",
        lambda folder: ["1l"],
        refused("^the glyph source 'optdigits' has no glyph for 'l'"),
    ),
)


@pytest.mark.parametrize("step", [TextToImage(image_width=200), CharToImages()], ids=["in one step", "in two steps"])
@each(LACKING)
def test_a_label_that_cannot_be_written_is_named_with_its_row(case, step, tmp_path):
    texts = NlpDataset(case.bring(tmp_path), seed=1)
    check(case, lambda: step.fit(texts))


def test_a_label_without_an_image_in_the_caller_s_own_font_is_named_with_its_row():
    font = ImageDataset(get_image_fn=str, meta=table_of("0123"), seed=1)
    with pytest.raises(InputError, match=r"row 1, label '7': .* has no image for '7'"):
        CharToImages(font).fit(NlpDataset(["0", "7"], seed=1))


# Recipes


RECIPES = (
    Case("a file", "recipe", ("codes.csv", "label\n007\n42\n", "file: codes.csv"), ["007", "42"]),
    Case("the first of a file", "recipe", ("codes.txt", "1\n2\n3\n", "file: codes.txt, count: 2"), ["1", "2"]),
    Case("the first of a table", "recipe", ("codes.csv", "x,label\na,1\nb,2\n", "file: codes.csv, count: 1"), ["1"]),
    Case(
        "a list gone through twice",
        "recipe",
        ("", "", 'labels: {labels: ["1", "2"], repeat: 2}, count: 3'),
        ["1", "2", "1"],
    ),
    Case(
        "NA without quotes",
        "recipe",
        ("", "", "labels: [NA, '1']"),
        refused(r"yaml:3: row 0, label 'NA'", "no glyph for 'A', 'N'"),
    ),
    Case(
        "more than the file has", "recipe", ("codes.txt", "1\n", "file: codes.txt, count: 2"), refused(r":2", "1 label")
    ),
    Case(
        "decimal comma",
        "recipe",
        ("codes.csv", "label\n1,5\n", "file: codes.csv"),
        refused(r"codes\.csv, row 0", "2 fields"),
    ),
    Case(
        "zeros without quotes",
        "recipe",
        ("", "", "labels: ['1', 007]"),
        refused(r"yaml:2", "007 without quotes", 'quotes: "007"'),
    ),
    Case("null without quotes", "recipe", ("", "", "labels: [null]"), refused(r"yaml:2", 'quotes: "null"')),
    Case("no without quotes", "recipe", ("", "", "labels: [no]"), refused("no without quotes")),
)


@each(RECIPES)
def test_a_recipe_reads_labels_by_the_same_rule(case, tmp_path):
    name, content, text = case.bring
    if name:
        file(name, content)(tmp_path)
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        f"seed: 1\ntext: {{{text}}}\nsteps: [{{text_to_image: {{image_width: 200}}}}]\n", encoding="utf-8"
    )
    check(case, lambda: Recipe.read(recipe).dataset().root.labels().tolist())


# Text stays text, from one end to the other


def test_labels_that_look_like_something_else_survive_saving_validating_and_making_again(tmp_path):
    ds = ImageDataset(get_image_fn=lambda row: np.full((4, 5), row, np.uint8), meta=table_of(SURVIVORS), seed=1)
    ds.save(tmp_path / "out")
    read = pandas.read_csv(tmp_path / "out" / "meta.csv", dtype=str, keep_default_na=False)
    assert read["label"].tolist() == SURVIVORS
    assert NlpDataset(tmp_path / "out" / "meta.csv", seed=1).labels().tolist() == SURVIVORS
    assert NlpDataset(read, seed=1).labels().tolist() == SURVIVORS
    assert validate_folder(tmp_path / "out").ok


def test_a_list_with_what_tables_are_refused_for_is_made_again_from_its_folder(tmp_path, letters):
    labels = ["1.5E+11", "'07", '="7"', "NA", "7,5"]
    step = TextToImage(letters, image_width=300)
    step.fit_transform(NlpDataset(labels, seed=1)).save(tmp_path / "out")
    assert Recipe.read(tmp_path / "out" / "recipe.json").dataset(glyphs=letters).root.labels().tolist() == labels


@pytest.fixture
def letters():
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 12:16] = 255
    characters = sorted(set("".join(["1.5E+11", "'07", '="7"', "NA", "7,5"])))
    return GlyphSet.from_images([stroke] * len(characters), characters, source="letters")


# Memory and width


def test_one_long_label_takes_no_room_in_the_others():
    labels = [f"{number:07d}" for number in range(20_000)] + ["7" * 1000]
    tracemalloc.start()
    try:
        ds = NlpDataset(labels, seed=1)
        facts, described = ds.facts, ds.describe()
        batch = ds.batch(range(1000))
        taken, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # As an array of the longest label's width they would take 80 MB.
    assert (taken < 1e6, peak < 5e6) == (True, True), (taken, peak)
    assert facts.label_lengths == (7, 1000)
    assert described["text"]["labels"]["count"] == 20_001
    assert batch.labels.dtype == "<U7"
    assert ds.labels([20_000, 3]).tolist() == ["7" * 1000, "0000003"]


def test_halves_of_a_surrogate_pair_in_two_labels_do_not_become_one_character():
    labels = ["\ud83d", "\ude00", "7" * 50]
    ds = NlpDataset(labels, seed=1)
    assert ds.meta["label"].tolist() == ds.labels().tolist() == labels
    assert ds.describe() == NlpDataset(pandas.Series(labels, dtype=object), seed=1).describe()


@pytest.mark.parametrize("labels", [["7", "12", "é"], ["7", "日本", "x"], ["😀", "a😀b", "é"], ["\ud800", "12", "7"]])
def test_labels_of_any_script_are_what_was_given(labels):
    ds = NlpDataset(labels, seed=1)
    assert ds.labels().tolist() == labels
    assert ds.batch([2, 0, 1, 1]).labels.tolist() == [labels[row] for row in (2, 0, 1, 1)]
    assert (ds.characters, ds.label_lengths) == ("".join(sorted(set("".join(labels)))), (1, max(map(len, labels))))
    assert ds.meta["label"].tolist() == labels


def test_a_sample_is_the_same_beside_short_and_long_labels():
    pipeline = Pipeline([TextToImage(spacing_range=(1, 5), image_width=2000, sizing="pad")])
    ds = pipeline.fit_transform(NlpDataset(["1", "2345", "7" * 60, "08"], seed=5))
    whole = ds.batch([0, 1, 2, 3])
    for row in range(4):
        alone, beside = ds[row], whole.sample(row)
        assert (alone.label, alone.image.tobytes()) == (beside.label, beside.image.tobytes())
        assert (alone.boxes.tolist(), alone.gaps.tolist()) == (beside.boxes.tolist(), beside.gaps.tolist())


def test_a_table_of_images_with_two_columns_label_is_refused_too():
    table = pandas.DataFrame({"label": ["1"], "label.1": ["2"]})
    with pytest.raises(InputError, match="meta: there are two columns 'label'"):
        ImageDataset(get_image_fn=str, meta=table)
