"""dataset/text.py: text from tables, lists, files, patterns and numbering plans."""

import os
from pathlib import Path

import numpy as np
import pandas
import pytest

from mygenerator import NlpDataset, PatternNlpDataset, PhoneNlpDataset
from mygenerator.errors import InputError
from mygenerator.text.numbering_plan import PhonePlan
from mygenerator.text.patterns import Pattern

LABELS = ["007", "42", "1é"]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "meta",
    [
        LABELS,
        tuple(LABELS),
        np.array(LABELS),
        pandas.Series(LABELS),
        {"label": LABELS, "writer": [1, 2, 3]},
        pandas.DataFrame({"label": LABELS, "writer": [1, 2, 3]}),
        pandas.DataFrame({"label": LABELS}, index=[5, 5, 7], dtype=object),
    ],
    ids=["list", "tuple", "array", "series", "mapping", "table", "table with an index of its own"],
)
def test_labels_come_from_whatever_holds_them(meta):
    ds = NlpDataset(meta, seed=1)
    assert ds.labels().tolist() == LABELS
    assert [ds.get_text_only(row) for row in range(3)] == LABELS
    assert ds.label_lengths == (2, 3)
    assert ds.characters == "01247é"


def test_a_text_file_holds_one_label_a_line(tmp_path):
    assert NlpDataset(written(tmp_path / "labels.txt", "007\r\n42\n1é")).labels().tolist() == LABELS
    assert NlpDataset(str(written(tmp_path / "bom.txt", "007\n", "utf-8-sig"))).labels().tolist() == ["007"]


def test_a_csv_file_holds_labels_in_a_column(tmp_path):
    path = written(tmp_path / "labels.csv", 'writer,label\nanna,007\nbo,"4,2"\n')
    ds = NlpDataset(path)
    assert ds.labels().tolist() == ["007", "4,2"]


def test_a_csv_row_that_is_cut_short_is_an_error_that_names_it(tmp_path):
    path = written(tmp_path / "labels.csv", "writer,label\nanna,007\nbo\n")
    with pytest.raises(InputError, match=r"labels\.csv, row 1"):
        NlpDataset(path)


def test_a_sample_s_row_is_the_caller_s_with_the_caller_s_columns():
    table = pandas.DataFrame({"writer": [1, 2, 3], "label": LABELS, "when": [None, "x", 2.5]}, index=[9, 8, 7])
    text, row = NlpDataset(table).get_sample(1)
    assert text == "42"
    assert row.to_dict() == table.iloc[1].to_dict()
    assert row.name == 8
    pandas.testing.assert_frame_equal(NlpDataset(table).meta, table)


def test_a_list_s_row_has_the_label_alone():
    text, row = NlpDataset(LABELS).get_sample(0)
    assert (text, row.to_dict()) == ("007", {"label": "007"})


@pytest.mark.parametrize("kind", ["table", "mapping", "list"])
def test_what_the_caller_does_to_the_table_later_does_not_reach_the_data_set(kind):
    meta = {"table": pandas.DataFrame({"label": LABELS}), "mapping": {"label": list(LABELS)}, "list": list(LABELS)}[
        kind
    ]
    ds = NlpDataset(meta, seed=1)
    if kind == "table":
        meta.loc[0, "label"] = "999"
    else:
        (meta["label"] if kind == "mapping" else meta)[0] = "999"
    text, row = ds.get_sample(0)
    assert (text, row["label"]) == ("007", "007")


@pytest.mark.parametrize(
    ("meta", "message"),
    [
        ([], "no labels"),
        (["1", 7], r"row 1: label 7 is of type int.*dtype=str"),
        (["1", ""], r"row 1: label '' of 0 characters"),
        (["1", "2" * 1001], "row 1: .*1001 characters"),
        (["1\0"], "NUL"),
        ([None], "row 0: the label is missing: None; fill it in"),
        (pandas.DataFrame({"lable": ["1"]}), "no column 'label', only lable.*rename 'lable' to 'label'"),
        ({"label": [float("nan")]}, "row 0: the label is missing: nan; .*keep_default_na=False"),
        (b"123", "type bytes"),
        (7, "type int"),
    ],
)
def test_what_is_no_text_is_an_error_that_says_where(meta, message):
    with pytest.raises(InputError, match=message):
        NlpDataset(meta)


def test_a_label_file_that_cannot_be_read_is_an_error_that_names_it(tmp_path):
    for path, message in [
        (tmp_path / "none.txt", "cannot be read"),
        (tmp_path, "cannot be read"),
        (written(tmp_path / "latin.txt", "é", "latin-1"), "not readable text"),
        (written(tmp_path / "empty.txt", ""), "no labels"),
        (written(tmp_path / "blank.txt", "1\n\n2\n"), r"blank\.txt:2"),
        (written(tmp_path / "other.csv", "a,b\n1,2\n"), r"other\.csv:1.*'label'"),
    ]:
        with pytest.raises(InputError, match=message):
            NlpDataset(path)


def test_all_strings_of_a_pattern_come_exactly_once_and_no_more_can_be_asked_for():
    labels = PatternNlpDataset("[0-3]{3}", 64, seed=1).labels().tolist()
    assert sorted(labels) == [f"{a}{b}{c}" for a in range(4) for b in range(4) for c in range(4)]
    with pytest.raises(InputError, match=r"65 different rows.*64 strings; allowed: 1 to 64"):
        PatternNlpDataset("[0-3]{3}", 65)


def test_a_pattern_data_set_gives_any_row_alone():
    ds = PatternNlpDataset("[0-9]{3}-?[0-9]{4}", 1000, seed=1)
    labels = ds.labels()
    assert ds.labels([999, 0]).tolist() == [labels[999], labels[0]]
    assert ds[999].label == labels[999]
    assert ds.label_lengths == (7, 8)
    assert ds.characters == "-0123456789"


def test_another_seed_gives_other_rows_and_the_same_seed_the_same():
    first = PatternNlpDataset("[0-9]{6}", 50, seed=1)
    assert first.with_seed(2).labels().tolist() == PatternNlpDataset("[0-9]{6}", 50, seed=2).labels().tolist()
    assert first.labels().tolist() != PatternNlpDataset("[0-9]{6}", 50, seed=2).labels().tolist()


def test_a_pattern_may_be_given_with_lengths():
    ds = PatternNlpDataset(Pattern("[0-9]{1,3}", [2]), 100, seed=1)
    assert {len(label) for label in ds.labels().tolist()} == {2}
    again = eval(repr(ds), {"PatternNlpDataset": PatternNlpDataset, "Pattern": Pattern})
    assert again.labels().tolist() == ds.labels().tolist()
    assert ds.describe() != PatternNlpDataset("[0-9]{1,3}", 100, seed=1).describe()


def test_the_last_of_a_hundred_million_rows_is_made_alone():
    ds = PhoneNlpDataset(100_000_000, seed=7)
    assert ds.is_valid(ds[99_999_999].label)


@pytest.mark.parametrize("size", [0, -3, 2.5, "10", True])
def test_a_size_that_is_no_whole_number_from_1_is_an_error(size):
    with pytest.raises(InputError, match="size"):
        PatternNlpDataset("[0-9]{9}", size)


def test_phone_numbers_are_different_and_valid_and_an_unknown_region_is_an_error_with_the_nearest():
    ds = PhoneNlpDataset(500, "JP", seed=7)
    labels = ds.labels().tolist()
    assert len(set(labels)) == 500
    assert all(ds.is_valid(label) and len(label) == 11 and label[0] == "0" for label in labels)
    assert not ds.is_valid("0" * 11)
    with pytest.raises(InputError, match="did you mean 'JP'"):
        PhoneNlpDataset(5, "JPN")


def test_a_phone_data_set_s_repr_can_be_pasted_back():
    ds = PhoneNlpDataset(5, seed=7)
    assert eval(repr(ds), {"PhoneNlpDataset": PhoneNlpDataset}).labels().tolist() == ds.labels().tolist()


def test_the_recipe_of_a_list_depends_on_its_labels_and_their_bounds():
    assert NlpDataset(["12", "3"]).describe() != NlpDataset(["1", "23"]).describe()
    assert NlpDataset(["12", "3"], seed=1).describe() == NlpDataset({"label": ["12", "3"]}, seed=2).describe()


def test_the_other_columns_of_a_label_file_stay_in_meta(tmp_path):
    path = tmp_path / "line {0}.csv"
    path.write_text("label,place\n007,Kyoto\n42,Nara\n", encoding="utf-8")
    ds = NlpDataset(path, seed=1)
    assert ds.get_sample(0)[1].to_dict() == {"label": "007", "place": "Kyoto"}
    path.write_text("label,place\n007,Kyoto\n,Nara\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"line \{0\}\.csv, row 1 \(line 3\): label ''"):
        NlpDataset(path)


def test_what_is_done_to_meta_does_not_reach_the_data_set():
    ds = NlpDataset(pandas.DataFrame({"label": ["007", "42"]}), seed=1)
    table = ds.meta
    table.loc[0, "label"] = "9"
    assert ds.get_sample(0)[1].to_dict() == {"label": "007"}


def test_phone_numbers_of_a_plan_that_is_given_are_taken_from_it_as_it_stands():
    plan = PhonePlan("JP", prefix="07", pattern="0[1-4][0-9]{7}", lengths=(9,))
    numbers = PhoneNlpDataset(50, plan, seed=1)
    assert numbers.region == "JP"
    assert all(plan.full_pattern.matches(text) for text in numbers.labels().tolist())
    assert numbers.describe()["text"]["phone"]["prefix"] == "07"
    assert repr(numbers) == f"PhoneNlpDataset(size=50, region={plan!r}, seed=1)"
    assert numbers.is_valid("07041234567")
    assert not numbers.is_valid("09041234567")


def test_labels_can_be_cut_short_and_gone_through_again():
    assert NlpDataset.from_labels(LABELS, count=2, seed=1).labels().tolist() == LABELS[:2]
    assert NlpDataset.from_labels(LABELS, repeat=2, count=5, seed=1).labels().tolist() == [*LABELS, *LABELS[:2]]
    with pytest.raises(InputError, match="count is 4, but there are 3 labels; allowed: 1 to 3"):
        NlpDataset.from_labels(LABELS, count=4)
    with pytest.raises(InputError, match="repeat is 1000000, which makes 3,000,000 labels"):
        NlpDataset.from_labels(LABELS, repeat=1_000_000)


def test_the_first_rows_of_a_file_keep_their_columns(tmp_path):
    path = written(tmp_path / "labels.csv", "writer,label\nanna,007\nbo,42\n")
    table = NlpDataset.from_file(path, count=1, seed=1).meta
    assert table.to_dict("list") == {"writer": ["anna"], "label": ["007"]}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_no_label_file(tmp_path):
    os.mkfifo(tmp_path / "labels.txt")
    with pytest.raises(InputError, match="a pipe, a socket or a device"):
        NlpDataset(tmp_path / "labels.txt")
