"""Texts of several patterns, of several lengths, and labels in another order: what is promised, and what is drawn."""

import itertools

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from mygenerator import (
    DigitsNlpDataset,
    NlpDataset,
    PatternNlpDataset,
    PatternsNlpDataset,
    SampledNlpDataset,
    TextToImage,
)
from mygenerator.errors import InputError
from mygenerator.recipes import Recipe
from mygenerator.validate import validate_folder


def assert_uniform(values: np.ndarray, among: range) -> None:
    """All values in the range are equally likely; an honest draw fails once in 100,000 times, and the seed is fixed."""
    counts = np.bincount(values, minlength=among.stop)
    assert len(counts) == among.stop
    assert chisquare(counts).pvalue > 1e-5


PATTERNS = ["[0-9]{3}", "[0-9]{5}", "[a-c]{6}"]
TABLE = {"label": ["007", "42", "123", "9"], "often": ["6", "3", "0", "1"], "writer": list("abcd")}


def text(source: str, count: int | None = None):
    return Recipe.from_yaml(f"seed: 5\ntext: {source}\n").dataset(count=count)


@given(st.lists(st.integers(1, 6), min_size=3, max_size=3), st.integers(0, 2**64 - 1))
def test_in_every_block_each_pattern_has_exactly_its_weight(weights, seed):
    block = sum(weights) // np.gcd.reduce(weights)
    lengths = [len(label) for label in PatternsNlpDataset(PATTERNS, 5 * block, seed, weights=weights).labels().tolist()]
    for rows in itertools.batched(lengths, block) if hasattr(itertools, "batched") else _blocks(lengths, block):
        assert [rows.count(length) * sum(weights) for length in (3, 5, 6)] == [weight * block for weight in weights]


def _blocks(values, size):
    return [tuple(values[start : start + size]) for start in range(0, len(values), size)]


def test_all_strings_of_a_mixture_are_different_down_to_the_last():
    labels = PatternsNlpDataset(["[0-9]", "[a-e]{2}"], 30, seed=2, weights=[1, 2]).labels().tolist()
    assert len(set(labels)) == 30
    assert sorted(label for label in labels if len(label) == 1) == list("0123456789")
    with pytest.raises(InputError, match=r"31 different.*'\[0-9\]' has 10 strings.*30 rows; allowed: 1 to 30"):
        PatternsNlpDataset(["[0-9]", "[a-e]{2}"], 31, weights=[1, 2])


def test_a_row_does_not_depend_on_how_many_rows_there_are():
    few, many = (PatternsNlpDataset(PATTERNS, size, 9, weights=[4, 1, 1]) for size in (50, 600))
    assert few.labels().tolist() == many.labels(range(50)).tolist()
    assert many[599].label == many.labels()[599]


def test_patterns_that_share_a_string_are_refused_unless_labels_can_come_again():
    for other in ("[0-9]{2,4}", "12[0-9]", "[0-9a]{3}"):
        with pytest.raises(InputError, match="share strings"):
            PatternsNlpDataset(["[0-9]{3}", other], 2)
        assert PatternsNlpDataset(["[0-9]{3}", other], 2, repetition=True).facts.unique is False
    assert PatternsNlpDataset(["[0-4]{3}", "[5-9]{3}", "[0-9]{2}"], 2).facts.unique is True


def test_with_repetition_every_string_is_equally_likely_each_time():
    labels = PatternsNlpDataset(["[0-9]", "[a-e]{2}"], 20_000, 3, weights=[1, 1], repetition=True).labels()
    digits = labels[np.strings.str_len(labels) == 1].astype(int)
    assert len(digits) == 10_000
    assert_uniform(digits, range(10))


def test_numbers_beyond_64_bits_are_drawn_over_their_whole_range():
    labels = DigitsNlpDataset(40, 40, 5_000, seed=3, repetition=True).labels().tolist()
    for place in (0, 20, 39):
        assert_uniform(np.array([int(label[place]) for label in labels]), range(10))


def test_each_length_is_equally_likely_or_each_string():
    lengths = np.strings.str_len(DigitsNlpDataset(2, 5, 80, seed=1, law="each_length").labels())
    assert [int((lengths == length).sum()) for length in (2, 3, 4, 5)] == [20] * 4
    lengths = np.strings.str_len(DigitsNlpDataset(1, 3, 1110, seed=1).labels())
    assert [int((lengths == length).sum()) for length in (1, 2, 3)] == [10, 100, 1000]
    with pytest.raises(InputError, match="1 to 20"):
        DigitsNlpDataset(1, 2, 21, law="each_length")
    with pytest.raises(InputError, match="did you mean 'each_length'"):
        DigitsNlpDataset(1, 2, 20, law="each_lenght")


def test_shuffled_labels_come_once_each_in_an_order_that_the_seed_decides():
    ds = SampledNlpDataset(list("abc"), seed=0)
    rows = [ds.with_seed(seed).labels().tolist() for seed in range(1_200)]
    assert all(sorted(row) == list("abc") for row in rows)
    orders = ["".join(order) for order in itertools.permutations("abc")]
    assert_uniform(np.array([orders.index("".join(row)) for row in rows]), range(6))


def test_drawn_labels_come_by_their_weights_and_never_with_weight_0():
    table = {**TABLE, "often": [6, 3.0, 0, "1"]}
    for meta, weights in ((TABLE, "often"), (pandas.DataFrame(table), "often"), (TABLE, [0.6, 0.3, 0, 0.1])):
        ds = SampledNlpDataset(meta, 10_000, 4, repetition=True, weights=weights)
        labels = ds.labels()
        assert not (labels == "123").any()
        # In tenths: a row's share of the weights.
        counts = [(labels == label).sum() for label in ("007", "42", "9")]
        assert np.abs(np.array(counts) - [6000, 3000, 1000]).max() < 5 * np.sqrt(2500)
        assert ds.facts.unique is False
    assert_uniform(SampledNlpDataset(list("abcd"), 10_000, 4, repetition=True).rows(range(10_000)), range(4))


def test_a_drawn_row_keeps_its_table_s_other_columns():
    ds = TextToImage(image_width=120).fit_transform(SampledNlpDataset(TABLE, seed=5))
    for row in range(4):
        _, meta = ds.get_sample(row)
        assert meta["writer"] == TABLE["writer"][TABLE["label"].index(ds[row].label)]
    assert ds.meta["label"].tolist() == ds.labels().tolist()


def test_texts_are_drawn_anew_for_an_epoch_only_if_that_is_asked_for():
    for ds in (
        SampledNlpDataset(list("abcdefghijk"), seed=1),
        PatternsNlpDataset(PATTERNS, 40, 1),
        DigitsNlpDataset(5, 9, 40, 1, repetition=True),
    ):
        assert ds.with_epoch(3).labels().tolist() == ds.labels().tolist()
        assert ds.with_epoch(3, texts=True).labels().tolist() != ds.labels().tolist()
        assert ds.with_seed(2).labels().tolist() != ds.labels().tolist()


def test_recipes_name_them(tmp_path):
    (tmp_path / "codes.csv").write_text("label,often\n007,1\n42,3\n")
    assert text("{patterns: ['[0-9]{3}', '[0-9]{5}']}", 9).labels().tolist() == (
        PatternsNlpDataset(["[0-9]{3}", "[0-9]{5}"], 9, 5).labels().tolist()
    )
    assert text("{digits: {min_length: 2, max_length: 4, law: each_length, count: 9}}").labels().tolist() == (
        DigitsNlpDataset(2, 4, 9, 5, law="each_length").labels().tolist()
    )
    sampled = f"{{sampled: {{file: '{tmp_path}/codes.csv', repetition: true, weights: often, count: 9}}}}"
    again = SampledNlpDataset(tmp_path / "codes.csv", 9, 5, repetition=True, weights="often")
    assert text(sampled).labels().tolist() == again.labels().tolist()
    with pytest.raises(InputError, match="a file or labels"):
        text("{sampled: {repetition: true, count: 4}}")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PatternsNlpDataset([], 1), "0 patterns; allowed: a list of 1 to 100"),
        (lambda: PatternsNlpDataset("[0-9]", 1), "a list of 1 to 100"),
        (lambda: PatternsNlpDataset(["1", "2"], 1, weights=[1]), "weights has 1, and patterns 2"),
        (lambda: PatternsNlpDataset(["1", "2"], 1, weights=[1, 0]), "weight is 0"),
        (lambda: PatternsNlpDataset(["1", "2"], 1, weights=[3333, 6667]), r"add up to 10,000.*33 and 67"),
        (lambda: DigitsNlpDataset(3, 2, 1), "min_length 3 is above max_length 2"),
        (lambda: DigitsNlpDataset(0, 2, 1), "min_length is 0"),
        (lambda: SampledNlpDataset(["1"], 2), "count is 2, but there are 1 label.*allow repetition"),
        (lambda: SampledNlpDataset(["1"], repetition=True), "give a count"),
        (lambda: SampledNlpDataset(["1"], 1_000_001, repetition=True), "1 to 1000000"),
        (lambda: SampledNlpDataset(["1"], weights=[1]), "each label comes once"),
        (lambda: SampledNlpDataset(["1", "2"], 3, repetition=True, weights=[1]), "1 number, and there are 2 labels"),
        (lambda: SampledNlpDataset(["1", "2"], 3, repetition=True, weights=[0, 0]), "all weights are 0"),
        (lambda: SampledNlpDataset(["1", "2"], 3, repetition=True, weights=[1, -1]), "row 1: a weight is -1"),
        (lambda: SampledNlpDataset(["1", "2"], 3, repetition=True, weights="often"), "column of weights 'often'"),
        (lambda: SampledNlpDataset(TABLE, 3, repetition=True, weights="ofen"), "did you mean 'often'"),
        (lambda: SampledNlpDataset(TABLE, 3, repetition=True, weights="writer"), "row 0: writer is 'a'"),
    ],
)
def test_what_cannot_be_is_refused_with_what_can(make, message):
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize("repetition", [False, True])
def test_labels_of_a_folder_are_judged_by_the_patterns_of_its_recipe(tmp_path, repetition):
    ds = PatternsNlpDataset(["[0-9]{3}", "[0-9]{5}"], 6, 1, repetition=repetition)
    TextToImage(image_width=160).fit_transform(ds).save(tmp_path / "one")
    assert validate_folder(tmp_path / "one").ok
    again = Recipe.read(tmp_path / "one").dataset()
    assert again.labels().tolist() == ds.labels().tolist()
    table = tmp_path / "one" / "meta.csv"
    labels = ds.labels().tolist()
    changed = table.read_text().replace(f",{labels[0]},", ",12a,").replace(f",{labels[2]},", f",{labels[1]},")
    table.write_text(changed)
    told = " ".join(finding.reason for finding in validate_folder(tmp_path / "one").findings)
    assert "'12a' is not one of the strings of the recipe's patterns" in told
    assert ("is the label of img_1.png too" in told) is not repetition


def test_what_was_promised_before_is_said_now_and_recorded_as_before():
    assert PatternNlpDataset("[0-9]{3}", 5, 1).facts.unique is True
    assert "unique" not in PatternNlpDataset("[0-9]{3}", 5, 1).facts.claims()
    assert NlpDataset(["1", "1"], 1).facts.unique is None
    assert PatternsNlpDataset(["1", "2"], 5, 1, repetition=True).facts.claims()["unique"] is False
