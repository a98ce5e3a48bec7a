"""The gap promise, from text to pixels: for any glyphs, size, range and sizing that `fit` accepts."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mygenerator import GlyphSet, NlpDataset, TextToImage
from mygenerator.errors import InputError
from mygenerator.layout import width_limits
from tests.made_glyphs import made_glyphs

INK = 16
CANVASES = [(28, 28), (8, 8), (1, 1), (128, 128), (31, 77), (90, 5)]
GLYPHS = {canvas: made_glyphs("017,-", 4, canvas) for canvas in CANVASES}
WIDEST = 4000


@st.composite
def requests(draw, sizings=("fill", "equal", "pad")):
    """A step and a data set that it accepts."""
    glyphs = GLYPHS[draw(st.sampled_from(CANVASES))]
    lengths = draw(st.lists(st.integers(1, 100), min_size=1, max_size=3))
    low = draw(st.integers(0, 50))
    high = draw(st.integers(low, 50))
    sizing = draw(st.sampled_from(sizings))
    widest = int((glyphs.boxes[:, 2] - glyphs.boxes[:, 0]).max())
    smallest, largest = width_limits(sizing, (low, high), (min(lengths), max(lengths)), widest)
    largest = WIDEST if largest is None else min(largest, WIDEST)
    assume(smallest <= largest)
    width = draw(st.integers(smallest, largest) | st.just(smallest) | st.just(largest))
    least_height = glyphs.images.shape[1] if sizing == "pad" else 8
    height = draw(st.integers(max(least_height, 8), 128))
    labels = [draw(st.text(st.sampled_from("017,-"), min_size=length, max_size=length)) for length in lengths]
    step = TextToImage(
        glyphs,
        (low, high),
        width,
        sizing,
        height,
        align=draw(st.sampled_from(["left", "center", "right", "random"])),
        invert=draw(st.booleans()),
    )
    return step, NlpDataset(labels, seed=draw(st.integers(0, 2**64 - 1)))


@settings(max_examples=150)
@given(requests())
def test_every_gap_is_what_was_drawn_and_every_box_begins_and_ends_with_ink(request):
    step, texts = request
    low, high = step.spacing_range
    for sample in step.fit_transform(texts):
        assert sample.image.shape == (step.image_height, step.image_width)
        away = np.abs(sample.image.astype(int) - (0 if step.invert else 255)).max(axis=0)
        inside = np.zeros(step.image_width, bool)
        assert len(sample.boxes) == len(sample.label)
        for x0, y0, x1, y1 in sample.boxes.tolist():
            assert 0 <= x0 < x1 <= step.image_width
            assert 0 <= y0 < y1 <= step.image_height
            assert not inside[x0:x1].any()
            inside[x0:x1] = True
        assert (away[inside] >= INK).all()
        assert (away[~inside] == 0).all()
        assert (sample.boxes[1:, 0] - sample.boxes[:-1, 2]).tolist() == sample.gaps.tolist()
        assert all(low <= gap <= high for gap in sample.gaps.tolist())
        if step.sizing != "pad":
            assert (sample.boxes[0, 0], sample.boxes[-1, 2]) == (0, step.image_width)


@settings(max_examples=30)
@given(requests())
def test_a_sample_is_the_same_alone_and_beside_others(request):
    step, texts = request
    ds = step.fit_transform(texts)
    for sample in ds:
        alone = step.transform(NlpDataset([sample.label] * len(texts), seed=texts.seed))[sample.index]
        assert (alone.image == sample.image).all()
        assert alone.boxes.tolist() == sample.boxes.tolist()
        assert alone.gaps.tolist() == sample.gaps.tolist()


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
@pytest.mark.parametrize("canvas", CANVASES)
def test_the_smallest_width_that_is_named_is_made_and_one_less_is_refused(sizing, canvas):
    texts = NlpDataset(["017,-" * 4] * 20, seed=1)
    step = TextToImage(GLYPHS[canvas], (0, 9), 1, sizing, image_height=128)
    with pytest.raises(InputError) as refused:
        step.fit(texts)
    smallest = int(refused.value.allowed.split()[0])
    for sample in step.set_params(image_width=smallest, spacing_range=(9, 9)).fit_transform(texts):
        assert sample.gaps.tolist() == [9] * 19
        assert sample.boxes[-1, 2] <= smallest
    with pytest.raises(InputError, match=f"allowed: {smallest} "):
        step.set_params(image_width=smallest - 1).fit(texts)


def test_digits_of_mnist_keep_the_promise(mnist_folder):
    ds = TextToImage(mnist_folder, (0, 8), 280).fit_transform(NlpDataset(["0123456789"] * 200, seed=1))
    for batch in ds.batches(100):
        ink = (batch.images <= 255 - INK).any(axis=1)
        covered = np.zeros_like(ink)
        for row, boxes in enumerate(batch.boxes):
            for x0, _, x1, _ in boxes:
                covered[row, x0:x1] = True
        assert (ink == covered).all()
        assert (batch.boxes[:, 1:, 0] - batch.boxes[:, :-1, 2] == batch.gaps).all()


@pytest.mark.parametrize("sizing", ["fill", "equal"])
@pytest.mark.parametrize("invert", [False, True])
def test_a_hair_line_that_shrinks_to_almost_nothing_is_still_ink_in_every_column(sizing, invert):
    image = np.zeros((128, 128), np.uint8)
    image[60, 4:124] = 64
    image[20:100, 4] = 64
    glyphs = GlyphSet.from_images([image], ["1"], source="hair line")
    ds = TextToImage(glyphs, (2, 6), 60, sizing, 8, invert=invert).fit_transform(NlpDataset(["1111"] * 20, seed=1))
    for sample in ds:
        away = np.abs(sample.image.astype(int) - (0 if invert else 255)).max(axis=0)
        assert all((away[x0:x1] >= INK).all() for x0, _, x1, _ in sample.boxes.tolist())
