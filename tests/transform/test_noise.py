"""transform/noise.py: dots found by skipping, against a plain walk, and how many there are."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mygenerator import NlpDataset, Pipeline, SaltAndPepper, TextToImage, ValidatePadding, twins
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.transform.noise import skip_limits, sprinkled
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs("0123456789", 3)


def walked(image, index, rng, amount):
    """The dots of one strip, word by word."""
    limits, flat, place, block = skip_limits(amount).tolist(), image.ravel().copy(), -1, 0
    while place < flat.size - 1:
        for word in rng.blocks(index, block):
            number, is_salt = int(word) >> 1, int(word) & 1
            skip = next((skip for skip, limit in enumerate(limits) if number < limit), None)
            place += 256 if skip is None else skip + 1
            if skip is not None and place < flat.size:
                flat[place] = 255 if is_salt else 0
        block += 1
    return flat.reshape(image.shape)


@given(
    shape=st.tuples(st.integers(1, 4), st.integers(1, 40), st.integers(1, 40)),
    amount=st.one_of(st.sampled_from([0.0, 0.001, 0.5]), st.floats(0, 0.5)),
    first=st.integers(0, 2**62),
)
def test_dots_are_those_of_a_plain_walk(shape, amount, first):
    rng, index = Stream(9, "salt_and_pepper"), first + np.arange(shape[0])
    images = np.full(shape, 100, np.uint8)
    with twins.forced("numpy"):
        made = sprinkled(images, index, rng, amount)
    assert (images == 100).all()
    assert made.tolist() == [walked(image, row, rng, amount).tolist() for image, row in zip(images, index, strict=True)]


@pytest.mark.parametrize("amount", [0.001, 0.02, 0.5])
def test_so_many_pixels_are_dots_half_of_them_white_evenly_over_the_strip(amount):
    strips = sprinkled(np.full((400, 28, 300), 100, np.uint8), np.arange(400), Stream(5, "salt_and_pepper"), amount)
    size, dots = strips.size, strips != 100
    spread = 5 * (size * amount * (1 - amount)) ** 0.5
    assert abs(dots.sum() - size * amount) < spread
    assert abs((strips == 255).sum() - size * amount / 2) < spread
    halves = dots[:, :14].sum(), dots[:, :, :150].sum(), dots[:200].sum()
    assert all(abs(half - size * amount / 2) < spread for half in halves)


def test_the_compiled_twin_sprinkles_the_same():
    pytest.importorskip("numba")
    images, made = np.full((50, 28, 301), 100, np.uint8), []
    for which in ("numpy", "numba"):
        with twins.forced(which):
            made += [
                sprinkled(images, 2**40 + np.arange(50), Stream(9, "s"), amount) for amount in (0.0, 0.004, 0.1, 0.5)
            ]
    assert all((made[place] == made[place + 4]).all() for place in range(4))


def test_limits_are_those_of_a_geometric_distribution():
    for amount in (0.0, 0.02, 0.5):
        kept = 1 - Fraction(amount)
        exact = [(1 - kept ** (skip + 1)) * 2**31 for skip in range(256)]
        assert all(abs(limit - value) <= 1 for limit, value in zip(skip_limits(amount).tolist(), exact, strict=True))


def test_boxes_and_gaps_stay_recorded_but_are_no_longer_promised():
    write = TextToImage(GLYPHS, (1, 4), 120)
    plain = write.fit_transform(NlpDataset(["007"], seed=3))
    noisy = SaltAndPepper(0.1).fit_transform(plain)
    assert noisy[0].boxes.tolist() == plain[0].boxes.tolist()
    assert noisy.facts.boxes
    assert noisy.facts.gaps is False
    with pytest.raises(InputError, match="promises no gaps"):
        Pipeline([write, SaltAndPepper(), ValidatePadding((1, 4))]).fit(NlpDataset(["007"], seed=3))


def test_none_at_all_leaves_strips_as_they_are():
    plain = TextToImage(GLYPHS, (1, 4), 120).fit_transform(NlpDataset(["007"], seed=3))
    assert (SaltAndPepper(0.0).fit_transform(plain)[0].image == plain[0].image).all()


@pytest.mark.parametrize("amount", [-0.1, 0.6, float("nan"), "0.1", True, None])
def test_what_is_no_amount_is_refused(amount):
    with pytest.raises(InputError, match="amount is"):
        SaltAndPepper(amount).fit(TextToImage(GLYPHS).fit_transform(NlpDataset(["007"], seed=3)))
