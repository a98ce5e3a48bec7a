"""At scale: gaps, glyphs and digits are drawn uniformly and independently."""

import pytest

from mygenerator import PatternNlpDataset, PhoneNlpDataset, TextToImage
from mygenerator.glyphs import load_glyphs
from tests.uniformity import suspects

SAMPLES = 100_000

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("source", ["optdigits", "mnist:test"])
@pytest.mark.parametrize("spacing_range", [(3, 8), (0, 10), (1, 50)])
def test_gaps_glyphs_and_free_digits_of_phone_numbers_are_uniform_and_independent(source, spacing_range, request):
    glyphs = load_glyphs("optdigits" if source == "optdigits" else request.getfixturevalue("mnist_folder"))
    # Of a Japanese mobile number the last seven digits are free.
    texts = PhoneNlpDataset(SAMPLES, seed=17)
    ds = TextToImage(glyphs, spacing_range, 800, "pad").fit_transform(texts)
    batches = [batch.replace(images=None) for batch in ds.batches()]
    assert suspects(batches, glyphs, spacing_range, range(4, 11)) == {}


def test_the_strings_of_a_small_pattern_are_as_uniform_as_those_of_a_large_one():
    glyphs = load_glyphs("optdigits")
    texts = PatternNlpDataset("[0-9]{5}", SAMPLES, seed=17)
    ds = TextToImage(glyphs, (3, 8), 300, "pad").fit_transform(texts)
    batches = [batch.replace(images=None) for batch in ds.batches()]
    # All strings come exactly once, so digits are not just uniform but exactly even.
    assert suspects(batches, glyphs, (3, 8), range(5)) == {}
