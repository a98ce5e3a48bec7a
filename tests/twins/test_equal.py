"""The compiled twins make the bytes of their definitions, whatever the sizes."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mygenerator import NlpDataset, PatternNlpDataset, TextToImage, twins
from mygenerator.batch import Batch, Sample
from mygenerator.rng import Stream, philox4x32
from mygenerator.strip.layout import ALIGNS, SIZINGS, width_limits
from mygenerator.text.patterns import Pattern
from mygenerator.text.permutation import Permutation
from tests.made_glyphs import made_glyphs
from tests.twins.equal import both, glyph_sets, same, strips

pytest.importorskip("numba")

WORD = st.integers(0, 2**32 - 1)


@given(counter=st.tuples(*[st.lists(WORD, min_size=3, max_size=3)] * 4), key=st.tuples(WORD, WORD))
def test_philox_draws_the_same(counter, key):
    with twins.forced("numpy"):
        plain = philox4x32(tuple(counter), key)
    with twins.forced("numba"):
        compiled = philox4x32(tuple(counter), key)
    assert [words.tolist() for words in plain] == [words.tolist() for words in compiled]


@given(size=st.integers(1, 2**64), seed=st.integers(0, 2**64 - 1), start=st.integers(0, 2**64 - 1))
def test_rows_are_shuffled_the_same(size, seed, start):
    shuffled, rows = Permutation(size, seed, "text"), [(start + row) % size for row in range(40)]
    with twins.forced("numpy"):
        plain = shuffled(rows)
    with twins.forced("numba"):
        assert shuffled(rows).tolist() == plain.tolist()


@pytest.mark.parametrize(
    "pattern", ["[0-9]{3}-?[0-9]{4}", "(a|ab)(c|bc)?", "é{1,9}x|[b-y]{2,5}", "0[789]0[0-9]{8}", "7"]
)
@given(data=st.data())
def test_strings_of_a_pattern_are_the_same(pattern, data):
    strings = Pattern(pattern)
    ranks = data.draw(st.lists(st.integers(0, strings.count - 1), max_size=20))
    with twins.forced("numpy"):
        plain = strings.unrank(ranks)
    with twins.forced("numba"):
        compiled = strings.unrank(ranks)
    assert plain.tolist() == compiled.tolist()
    assert plain.dtype == compiled.dtype


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ds=strips())
def test_strips_of_any_size_are_the_same(ds):
    both(ds)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(glyphs=glyph_sets(), data=st.data())
def test_a_strip_made_alone_is_the_same(glyphs, data):
    draw = data.draw
    text, gaps = (
        draw(st.text("0123456789-", min_size=1, max_size=20)),
        sorted(draw(st.tuples(*[st.integers(0, 12)] * 2))),
    )
    sizing, height = draw(st.sampled_from(SIZINGS)), draw(st.integers(8, 128))
    boxes = glyphs.boxes.astype(int)
    widest = int((boxes[:, 2] - boxes[:, 0]).max())
    smallest, largest = width_limits(sizing, tuple(gaps), (len(text), len(text)), widest)
    step = TextToImage(
        glyphs,
        gaps,
        draw(st.integers(smallest, smallest + 200 if largest is None else min(largest, smallest + 200))),
        sizing,
        128 if sizing == "pad" else height,
        draw(st.sampled_from(ALIGNS)),
        draw(st.booleans()),
    ).fit(NlpDataset([text]))
    sample = Sample(draw(st.integers(0, 2**63 - 1)), text)
    made = []
    for which in ("numpy", "numba"):
        with twins.forced(which):
            made.append(step.run_one(sample, Stream(3, "text_to_image")))
    batch = step.run(Batch("text", np.array([sample.index]), np.array([text])), Stream(3, "text_to_image"))
    for one in made:
        assert all(same(value, getattr(batch.sample(0), name)) for name, value in vars(one).items())


@pytest.mark.parametrize("width", [130, 160, 300])
@pytest.mark.parametrize("sizing", SIZINGS)
def test_a_thousand_phone_numbers_are_the_same(sizing, width):
    texts = PatternNlpDataset("0[789]0[0-9]{8}", 1000, seed=width)
    if sizing == "pad":
        width += 160
    both(TextToImage(spacing_range=(1, 9), image_width=width, sizing=sizing).fit_transform(texts))


@pytest.mark.parametrize("spacing", ["uniform", "fixed"])
@pytest.mark.parametrize("sizing", SIZINGS)
def test_margins_are_the_same(sizing, spacing):
    texts = PatternNlpDataset("0[789]0[0-9]{8}", 300, seed=5)
    both(TextToImage("optdigits", (1, 9), 400, sizing, spacing=spacing, where="edges").fit_transform(texts))


@pytest.mark.parametrize("which", ["numpy", "numba"])
def test_no_samples_are_no_strips(which):
    ds = TextToImage().fit_transform(PatternNlpDataset("[0-9]{3}", 5, seed=1))
    with twins.forced(which):
        batch = ds.batch([])
    assert batch.images.shape == (0, 28, 280)
    assert batch.images.dtype == np.uint8


@pytest.mark.parametrize("sizing", SIZINGS)
def test_the_last_glyphs_of_a_set_are_the_same(sizing):
    # Behind their pixels is nobody's memory, while blocks of pixels are read whole.
    glyphs = made_glyphs("9", 3, (31, 37), seed=3)
    both(TextToImage(glyphs, (0, 3), 400, sizing, 40).fit_transform(NlpDataset(["9" * 7] * 20, seed=1)))
