"""permutation.py: a bijection on every size, the same for every shape of call, uniform over seeds."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, chisquare

from mygenerator.errors import InputError
from mygenerator.text.permutation import Permutation

FAMILY_WISE = 1e-4


@given(st.integers(1, 2000), st.integers(0, 2**64 - 1), st.text(max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_index_is_an_image_once(size, seed, name):
    images = Permutation(size, seed, name)(np.arange(size))
    assert images.dtype == np.uint64
    assert sorted(images.tolist()) == list(range(size))


@pytest.mark.parametrize(
    "size",
    [10**8, 2**32, 2**62 + 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1, 2**128, 2**200 + 7, 2**1000 - 3, 3**3000],
    ids=lambda size: f"{size.bit_length()} bits",
)
def test_images_of_a_large_size_are_distinct_in_range_and_do_not_depend_on_the_call(size):
    permutation = Permutation(size, 7, "text")
    indices = [0, 1, 2, size // 3, size // 2, size - 2, size - 1]
    images = permutation(indices)
    assert images.dtype == (np.uint64 if size <= 2**64 else object)
    assert len(set(images.tolist())) == len(indices)
    assert all(0 <= image < size for image in images.tolist())
    assert [permutation([index]).tolist()[0] for index in indices] == images.tolist()
    assert permutation(indices[::-1]).tolist() == images.tolist()[::-1]


def test_both_halves_of_large_images_vary_in_all_their_bits():
    size = 2**256
    images = Permutation(size, 7, "text")(range(64)).tolist()
    ones = [sum(image >> bit & 1 for image in images) for bit in range(256)]
    # A fair coin shows heads 64 times of 64, or never, once in 2**63.
    assert min(ones) > 0
    assert max(ones) < 64


def test_the_order_of_this_stream_version_is_what_it_always_was():
    assert Permutation(10, 7, "text")(range(10)).tolist() == [6, 4, 5, 8, 3, 1, 2, 7, 9, 0]
    assert Permutation(360_000_000, 7, "text")(range(3)).tolist() == [350178611, 355760442, 206198477]
    assert Permutation(10**30, 7, "text")([0]).tolist() == [422681747035220077932325269373]


def test_seed_and_name_each_change_the_order():
    orders = [tuple(Permutation(50, seed, name)(range(50))) for seed, name in [(7, "a"), (8, "a"), (7, "b")]]
    assert len(set(orders)) == 3


def test_the_shape_of_the_indices_is_kept_and_they_are_not_changed():
    permutation = Permutation(24, 7, "text")
    indices = np.arange(24).reshape(2, 3, 4)
    images = permutation(indices)
    assert images.shape == (2, 3, 4)
    assert images.ravel().tolist() == permutation(range(24)).tolist()
    assert permutation(5).shape == ()
    assert permutation([]).shape == (0,)
    assert (indices.ravel() == range(24)).all()


@pytest.mark.parametrize(("size", "index"), [(10, 10), (10, -1), (10, 2**63), (10, 2**70), (2**70, 2**70), (2**70, -1)])
def test_an_index_out_of_range_is_an_error_that_names_it(size, index):
    with pytest.raises(IndexError, match=f"index {index} is out of range"):
        Permutation(size, 7, "text")([0, index])


@pytest.mark.parametrize("indices", [[0.5], ["1"], [True], [None]])
def test_indices_that_are_no_whole_numbers_are_an_error(indices):
    with pytest.raises(InputError, match="whole numbers"):
        Permutation(10, 7, "text")(indices)


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", None])
def test_a_size_that_is_no_whole_number_above_zero_is_an_error(size):
    with pytest.raises(InputError, match="size is"):
        Permutation(size, 7, "text")


def test_a_permutation_survives_pickling_and_its_repr_can_be_pasted():
    permutation = Permutation(1000, 7, "text")
    for copy in (pickle.loads(pickle.dumps(permutation)), eval(repr(permutation))):
        assert copy(range(1000)).tolist() == permutation(range(1000)).tolist()


def p_values_over_seeds(size: int, seeds: int) -> list[float]:
    """Of the first index's image, of the distance to the second's, and of how often each index has each image."""
    probed = min(size, 64)
    images = np.array([Permutation(size, seed, "text")(range(probed)) for seed in range(seeds)]).astype(np.int64)
    bins = 8 if size % 8 == 0 else 10
    distances = (images[:, 1] - images[:, 0]) % size
    p_values = [
        chisquare(np.bincount(images[:, 0] * bins // size, minlength=bins)).pvalue,
        chisquare(np.bincount((distances - 1) * 9 // (size - 1), minlength=9)).pvalue,
    ]
    if probed == size:
        counts = np.array([np.bincount(column, minlength=size) for column in images.T])
        # Rows and columns both add up to `seeds`, which leaves (size - 1)**2 free and scales the usual sum.
        spread = ((counts - seeds / size) ** 2).sum() * (size - 1) / seeds
        p_values.append(chi2.sf(spread, (size - 1) ** 2))
    return p_values


@pytest.mark.parametrize("size", [10, 64, 1000])
def test_orders_of_a_small_size_are_uniform_over_seeds(size):
    # 3 sizes, up to 3 tests each; 9 bins of distances divide 9, 63 and 999 evenly.
    assert min(p_values_over_seeds(size, seeds=800)) > FAMILY_WISE / 9


@pytest.mark.deep
@pytest.mark.parametrize("size", [10, 64, 1000])
def test_orders_of_a_small_size_are_uniform_over_many_seeds(size):
    assert min(p_values_over_seeds(size, seeds=8_000)) > FAMILY_WISE / 9


@pytest.mark.deep
@pytest.mark.parametrize("size", [4, 5])
def test_all_orders_of_a_handful_are_equally_likely(size):
    orders = np.array([Permutation(size, seed, "text")(range(size)) for seed in range(12_000)]).astype(np.int64)
    _, counts = np.unique(orders @ size ** np.arange(size), return_counts=True)
    assert len(counts) == {4: 24, 5: 120}[size]
    assert chisquare(counts).pvalue > FAMILY_WISE / 2
