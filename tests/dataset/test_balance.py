"""balance="digits": rare digits come as often as common ones, as far as the labels allow."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import NlpDataset, Recipe, SampledNlpDataset
from mygenerator.dataset.balance import MOST_RATIO, UNITS, digit_balance
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from tests.uniformity import uniform

YEARS = [f"{year}" for year in range(1900, 2000)]


def shares(labels, weights):
    """The expected share of each digit."""
    counts = np.array([[label.count(str(digit)) for digit in range(10)] for label in labels])
    expected = np.asarray(weights) @ counts
    return expected / expected.sum()


def streets(count=2000):
    """Labels with many ones and few eights, as house numbers have them."""
    lengths = Stream(3, "streets").integers(np.arange(count), 0, low=1, high=3)
    tops = 10 ** Stream(3, "tops").integers(np.arange(count), 0, low=1, high=3)
    numbers = Stream(3, "numbers").integers(np.arange(count), 0, low=1, high=np.minimum(10**lengths - 1, tops + 30))
    return [str(number) for number in numbers.tolist()]


def test_where_labels_allow_it_all_digits_are_equally_frequent():
    labels = streets()
    before = shares(labels, np.ones(len(labels)))
    after = shares(labels, digit_balance(NlpDataset(labels)))
    assert before.max() > 2 * before.min()
    assert np.abs(after - 0.1).max() < 0.0005


def test_drawn_digits_are_uniform():
    drawn = SampledNlpDataset(streets(), 20_000, 7, repetition=True, balance="digits").labels()
    plain = SampledNlpDataset(streets(), 20_000, 7, repetition=True).labels()
    counts = [
        np.bincount([int(digit) for label in labels for digit in label], minlength=10) for labels in (drawn, plain)
    ]
    assert counts[0].max() < 1.15 * counts[0].min()
    assert counts[1].max() > 2 * counts[1].min()
    single = ["0"] * 30 + ["1"] * 9 + ["2"] * 3 + ["3"]
    digits = SampledNlpDataset(single, 8000, 1, repetition=True, balance="digits").labels()
    assert uniform(digits.astype(int), 4) > 1e-6


def test_a_digit_in_every_label_stays_the_most_frequent():
    after = shares(YEARS, digit_balance(NlpDataset(YEARS)))
    before = shares(YEARS, np.ones(100))
    # 1 and 9 are in all of them: the others gain what they can.
    assert after[1] < before[1]
    assert after[9] < before[9]
    others = [0, *range(2, 9)]
    assert np.ptp(after[others]) < 0.001


@given(st.lists(st.text("0123456789-", min_size=1, max_size=6), min_size=1, max_size=20))
def test_weights_are_whole_numbers_that_make_nothing_worse(labels):
    weights = digit_balance(NlpDataset(labels))
    assert weights.shape == (len(labels),)
    assert ((weights >= UNITS // MOST_RATIO) & (weights <= UNITS)).all()
    assert (weights == np.rint(weights)).all()
    digits = {*"".join(labels)} - {"-"}
    if len(digits) > 1:
        plain, balanced = (shares(labels, each)[sorted(map(int, digits))] for each in (np.ones(len(labels)), weights))
        # The distance from equal shares, as the method measures it.
        assert np.log(balanced).sum() >= np.log(plain).sum() - 1e-2


def test_any_sample_is_drawn_alone_and_labels_are_not_unique():
    ds = SampledNlpDataset(streets(), 500, 3, repetition=True, balance="digits")
    labels = ds.labels()
    assert ds.labels([17, 3, 499]).tolist() == labels[[17, 3, 499]].tolist()
    assert ds.facts.unique is False
    assert len(set(labels.tolist())) < 500
    assert (
        ds.labels().tolist()
        == SampledNlpDataset(streets(), 500, 3, repetition=True, balance="digits").labels().tolist()
    )


def test_what_it_does_is_said(caplog):
    caplog.set_level("INFO", logger="mygenerator")
    SampledNlpDataset(YEARS, 5, 1, repetition=True, balance="digits")
    assert "balanced digits: " in caplog.text
    assert "labels are drawn with repetition" in caplog.text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"balance": "digits"}, "balance is given, but each label comes once"),
        ({"balance": "letters", "repetition": True}, "digits"),
        ({"balance": "digits", "repetition": True, "weights": [1.0] * 100}, "weights and balance are both given"),
    ],
)
def test_what_cannot_be_balanced_is_refused(options, said):
    with pytest.raises(InputError, match=said):
        SampledNlpDataset(YEARS, 5, 1, **options)


def test_recipes_can_ask_for_it():
    recipe = Recipe.from_yaml(
        "seed: 1\ntext: {sampled: {labels: ['1', '1', '1', '1', '2'], count: 400, repetition: true, balance: digits}}\n"
        "steps: [text_to_image: {image_width: 80}]\n"
    )
    assert 150 < recipe.dataset().labels().tolist().count("2") < 250
