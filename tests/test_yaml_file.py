"""yaml_file.py: YAML with lines, its scalars as YAML 1.2 means them and as they are written."""

from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mygenerator.errors import InputError
from mygenerator.yaml_file import Marked, dumped, marked_tree, read_text


def tree(text: str) -> Marked:
    return marked_tree(text, "x.yaml")[0]


def test_every_value_knows_its_line():
    root = tree("a: 1\nb:\n  - x\n  - c: {d: 2,\n     e: 3}\nf: |\n  text\n")
    assert [(key, node.line) for key, node in root.value.items()] == [("a", 1), ("b", 2), ("f", 6)]
    first, second = root.value["b"].value
    assert (first.line, second.line) == (3, 4)
    inside = second.value["c"].value
    assert (inside["d"].line, inside["e"].line) == (4, 5)
    assert root.plain() == {"a": 1, "b": ["x", {"c": {"d": 2, "e": 3}}], "f": "text\n"}


@pytest.mark.parametrize(
    ("written", "meant", "is_text"),
    [
        ("300", 300, False),
        ("-3", -3, False),
        ("0", 0, False),
        ("007", "007", False),
        ("0300", "0300", False),
        ("0x1F", "0x1F", False),
        ("0o17", "0o17", False),
        ("1_000", "1_000", False),
        ("1:30", "1:30", False),
        ("1.5", 1.5, False),
        ("1e3", 1000.0, False),
        ("9" * 50, "9" * 50, False),
        ("true", True, False),
        ("False", False, False),
        ("NO", "NO", False),
        ("yes", "yes", False),
        ("~", None, False),
        ("null", None, False),
        ("", None, False),
        ("2024-01-31", "2024-01-31", False),
        ("JP", "JP", True),
        ("'007'", "007", True),
        ('"true"', "true", True),
        ("!!str 7", "7", True),
        ("text of words", "text of words", True),
        (".inf", ".inf", False),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says_and_numbers_are_decimal(written, meant, is_text):
    node = tree(f"key: {written}\n").value["key"]
    assert (node.value, type(node.value), node.is_text) == (meant, type(meant), is_text)


def test_a_scalar_without_quotes_keeps_how_it_is_written():
    root = tree("a: 1e3\nb: '1e3'\nc: NO\n").value
    assert [root[key].text for key in "abc"] == ["1e3", None, "NO"]


def test_a_key_that_stands_twice_is_told_with_both_lines_and_the_first_counts():
    root, repeated = marked_tree("a: 1\nb: 2\na: 3\n", "x.yaml")
    assert root.plain() == {"a": 1, "b": 2}
    assert [(one.key, one.line, one.first_line) for one in repeated] == [("a", 3, 1)]


def test_a_mark_of_the_byte_order_is_passed_over(tmp_path):
    path = tmp_path / "bom.yaml"
    path.write_bytes("a: é\n".encode("utf-8-sig"))
    assert tree(read_text(path, "recipe")).plain() == {"a": "é"}


@pytest.mark.parametrize(("name", "words"), [("none", "no such recipe"), ("", "is a folder")])
def test_what_is_no_file_is_an_error(tmp_path, name, words):
    with pytest.raises(InputError, match=words):
        read_text(tmp_path / name, "recipe")


def test_many_brackets_are_refused_at_once():
    with pytest.raises(InputError, match=r"x.yaml:1: more than 30"):
        tree("[" * 500_000)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**39), 10**39) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@given(plain_values)
def test_what_is_dumped_is_read_back(value):
    text = dumped({"key": value})
    assert tree(text).plain() == {"key": value}
    assert yaml.safe_load(text) == {"key": value}


@given(st.text() | st.text("abn:-#[]{}&*!|>'\"%@`,? \n\t0123.~", max_size=60))
def test_any_text_is_read_or_refused(text):
    with suppress(InputError):
        assert tree(text).line >= 1
