"""The gap promise, from text to pixels: for any glyphs, size, range and sizing that `fit` accepts."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    Dataset,
    GlyphSet,
    NlpDataset,
    Pipeline,
    Rotate,
    Scale,
    Shear,
    Stroke,
    TextToImage,
    Transform,
    ValidatePadding,
)
from mygenerator.errors import InputError
from mygenerator.strip.layout import width_limits
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


def ranges(low, high):
    """A range within limits; every other one is as wide as they are, or an end of it alone."""
    extreme = st.sampled_from([(low, high), (low, low), (high, high)])
    return st.one_of(extreme, st.tuples(*[st.floats(low, high)] * 2).map(lambda pair: tuple(sorted(pair))))


GEOMETRY = st.one_of(
    st.builds(Rotate, ranges(-45, 45)),
    st.builds(Shear, ranges(-1, 1), ranges(-1, 1)),
    st.builds(Scale, ranges(0.5, 2), ranges(0.5, 2)),
    st.builds(Stroke, ranges(-1, 2)),
)


def keeps_the_promise(ds: Dataset, low: int, high: int) -> None:
    """Raise AssertionError unless ink stands in all columns of the boxes and no other, with gaps as recorded."""
    for batch in ds.batches(100):
        ink = np.abs(batch.images.astype(int) - batch.paper).max(axis=1)
        inside = np.zeros(ink.shape, bool)
        for row, boxes in enumerate(batch.boxes.tolist()):
            for x0, y0, x1, y1 in boxes[: len(batch.labels[row])]:
                assert 0 <= x0 < x1 <= batch.images.shape[2]
                assert 0 <= y0 < y1 <= batch.images.shape[1]
                assert not inside[row, x0:x1].any()
                inside[row, x0:x1] = True
        assert (ink[inside] >= INK).all()
        assert (ink[~inside] == 0).all()
        real = batch.boxes[:, 1:, 0] >= 0
        assert (np.where(real, batch.boxes[:, 1:, 0] - batch.boxes[:, :-1, 2], -1) == batch.gaps).all()
        assert ((batch.gaps >= low) & (batch.gaps <= high))[real].all()


def with_geometry(steps: list[Transform], glyphs, labels, seed=1, **options) -> Dataset:
    """Strips of glyphs after these steps; under `pad`, of the smallest width that is not refused."""
    line, join = [CharToImages(glyphs), *steps], CombineImagesHorizontally((0, 6), **options)
    texts = NlpDataset(labels, seed=seed)
    before = Pipeline(line).fit_transform(texts)
    longest = max(map(len, labels))
    if options.get("sizing") == "pad":
        join.set_params(combined_width=width_limits("pad", (0, 6), (1, longest), before.facts.extent.widest)[0])
    return join.fit_transform(before)


@settings(max_examples=120, deadline=None)
@given(
    steps=st.lists(GEOMETRY, min_size=1, max_size=3),
    canvas=st.sampled_from([(28, 28), (8, 8), (1, 1), (31, 40)]),
    labels=st.lists(st.text("017,-", min_size=1, max_size=12), min_size=1, max_size=4),
    sizing=st.sampled_from(["fill", "equal", "pad"]),
    height=st.integers(8, 128),
    invert=st.booleans(),
    seed=st.integers(0, 2**64 - 1),
)
def test_geometry_keeps_every_gap_and_cuts_nothing(steps, canvas, labels, sizing, height, invert, seed):
    try:
        ds = with_geometry(
            steps,
            GLYPHS.get(canvas) or made_glyphs("017,-", 3, canvas),
            labels,
            seed,
            sizing=sizing,
            image_height=128 if sizing == "pad" else height,
            invert=invert,
            combined_width=12 * 12,
        )
    except InputError as error:
        if "cut off glyphs" not in str(error) and "enlarges glyphs" not in str(error):
            raise
        assume(False)
    keeps_the_promise(ds, 0, 6)


EXTREMES = {
    "rotated": [Rotate((-45, 45))],
    "sheared": [Shear((-1, 1), (-1, 1))],
    "scaled": [Scale((0.5, 2), (0.5, 2))],
    "stroked": [Stroke((-1, 2))],
    "all": [Stroke((-1, 2)), Rotate((-45, 45)), Shear((-0.5, 0.5), (-0.2, 0.2)), Scale((0.5, 1.5), (0.5, 1.5))],
    "usual": [Rotate(), Shear(), Scale()],
}


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize(("sizing", "width"), [("fill", 110), ("fill", 300), ("equal", 160), ("pad", None)])
def test_digits_under_extreme_maps_keep_the_promise(name, sizing, width):
    options = {"sizing": sizing, "image_height": 128 if sizing == "pad" else 28, "combined_width": width or 1}
    ds = with_geometry(EXTREMES[name], "optdigits", ["01234567899"] * 40, **options)
    keeps_the_promise(ds, 0, 6)
    ValidatePadding((0, 6)).fit_transform(ds).batch(range(40))


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
def test_digits_of_mnist_under_maps_keep_the_promise(mnist_folder, sizing):
    options = {"sizing": sizing, "image_height": 128 if sizing == "pad" else 28, "combined_width": 200}
    for name in ("all", "usual"):
        keeps_the_promise(with_geometry(EXTREMES[name], mnist_folder, ["0123456789"] * 100, **options), 0, 6)


def test_glyphs_that_were_drawn_under_their_maps_before_keep_the_promise():
    # A step that reads pixels stands between: glyphs are resampled twice, and still hold ink in every column.
    class Reads(Transform):
        takes = ("glyphs",)

    for steps in EXTREMES.values():
        ds = with_geometry([*steps, Reads()], "optdigits", ["0123456789"] * 40, combined_width=100)
        keeps_the_promise(ds, 0, 6)
