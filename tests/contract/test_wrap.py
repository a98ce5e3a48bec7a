"""Texts in several lines: which glyphs are in which line, and that each line is all that a strip promises."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    NlpDataset,
    PatternNlpDataset,
    Pipeline,
    Recipe,
    Rotate,
    SaltAndPepper,
    TextToImage,
    ValidatePadding,
)
from mygenerator.errors import GapError, InputError
from mygenerator.rng import Stream
from mygenerator.strip.layout import width_limits
from mygenerator.strip.wrap import broken, glyphs_a_line, widths_that_hold
from mygenerator.testing.base import require_same_batch
from tests.made_glyphs import made_glyphs
from tests.twins.equal import both
from tests.widths import suspect_widths, widths_in_pixels

GLYPHS = made_glyphs(each=4, canvas=(12, 12))
EXACT = ("fill", "equal", "pad")
LOW, HIGH = 2, 9


def wrapped(texts, sizing="fill", width=60, height=56, wrap=3, **options):
    return TextToImage(GLYPHS, (LOW, HIGH), width, sizing, height, wrap=wrap, **options).fit_transform(texts)


def needed(sizing, glyphs, high, widest):
    """The width that so many glyphs of one line need with the widest gaps."""
    return glyphs * (widest if sizing == "pad" else 2) + (glyphs - 1) * high


@st.composite
def requests(draw):
    """A step that wraps, of any sizing, spacing and alignment, and labels of several lengths that it accepts."""
    lengths = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))
    low = draw(st.integers(0, 20))
    high = draw(st.integers(low, 20))
    sizing, wrap = draw(st.sampled_from(EXACT)), draw(st.integers(2, 6))
    height = draw(st.integers(wrap * 12 + (wrap - 1) * 4, 128))
    gap = draw(st.integers(1, (height - wrap * 12) // (wrap - 1)))
    ranges = widths_that_hold(sizing, high, (min(lengths), max(lengths)), 12, wrap)
    assume(ranges)
    smallest, largest = draw(st.sampled_from(ranges))
    largest = 1500 if largest is None else min(largest, 1500)
    width = draw(st.integers(smallest, max(smallest, largest)) | st.just(smallest))
    align, spacing = (
        draw(st.sampled_from(["left", "center", "right", "random"])),
        draw(st.sampled_from(["uniform", "fixed"])),
    )
    options = {"spacing": spacing, "wrap": wrap, "line_gap": gap}
    step = TextToImage(GLYPHS, (low, high), width, sizing, height, align, draw(st.booleans()), **options)
    labels = [draw(st.text("0123456789", min_size=length, max_size=length)) for length in lengths]
    return step, NlpDataset(labels, seed=draw(st.integers(0, 2**64 - 1)))


@settings(max_examples=150, deadline=None)
@given(requests())
def test_lines_are_balanced_and_centred_and_their_gaps_are_those_that_the_pixels_show(request):
    step, texts = request
    (low, high), ds = step.spacing_range, step.fit_transform(texts)
    high_of_line = (step.image_height - (step.wrap - 1) * step.line_gap) // step.wrap
    widest = int((GLYPHS.boxes[:, 2].astype(int) - GLYPHS.boxes[:, 0])[np.isin(range(40), _rows(texts))].max())
    for sample in ds:
        ink, count = sample.image != (0 if step.invert else 255), len(sample.label)
        sizes = (sample.lines[:, 1] - sample.lines[:, 0]).tolist()
        assert sample.lines[0, 0] == 0
        assert (sample.lines[1:, 0] == sample.lines[:-1, 1]).all()
        assert sample.lines[-1, 1] == count
        # As few lines as can be, as even as can be, the longer ones first.
        fewest = next(k for k in range(1, 99) if needed(step.sizing, -(-count // k), high, widest) <= step.image_width)
        assert sizes == sorted(sizes, reverse=True)
        assert sizes == [count // fewest + (line < count % fewest) for line in range(fewest)]
        block = fewest * high_of_line + (fewest - 1) * step.line_gap
        top = (step.image_height - block) // 2
        in_a_line = np.zeros(len(ink), bool)
        widths = []
        for number, (first, end) in enumerate(sample.lines.tolist()):
            rows = slice(top + number * (high_of_line + step.line_gap), None)
            rows = slice(rows.start, rows.start + high_of_line)
            in_a_line[rows] = True
            boxes = sample.boxes[first:end]
            assert (boxes[:, 1] >= rows.start).all()
            assert (boxes[:, 3] <= rows.stop).all()
            columns = np.flatnonzero(ink[rows].any(axis=0)).tolist()
            assert columns == [column for x0, _, x1, _ in boxes.tolist() for column in range(x0, x1)]
            gaps = (boxes[1:, 0] - boxes[:-1, 2]).tolist()
            assert sample.gaps[first : end - 1].tolist() == gaps
            assert all(low <= gap <= high for gap in gaps)
            widths += gaps
            left, right = columns[0], step.image_width - 1 - columns[-1]
            assert step.sizing == "pad" or left == right == 0
            assert step.sizing != "pad" or step.align != "center" or right - left in (0, 1)
            assert end == count or sample.gaps[end - 1] == -1
        assert not ink[~in_a_line].any()
        assert step.spacing == "uniform" or len(set(widths)) <= 1
    for batch in ValidatePadding((low, high)).fit_transform(ds).batches(2):
        assert len(batch)


def _rows(texts):
    """The glyphs of the characters that the labels hold, 4 of each digit."""
    held = set("".join(texts.labels().tolist()))
    return [4 * digit + each for digit in range(10) for each in range(4) if str(digit) in held]


@pytest.mark.parametrize("sizing", EXACT)
def test_a_line_is_the_strip_that_its_glyphs_and_gaps_make_alone(sizing):
    texts = NlpDataset(["0123", "9876"] * 20, seed=3)
    alone = TextToImage(GLYPHS, (LOW, HIGH), 100, sizing, 16).fit_transform(texts).batch(range(40))
    in_room_for_three = wrapped(texts, sizing, 100).batch(range(40))
    assert (in_room_for_three.images[:, 20:36] == alone.images).all()
    assert (np.delete(in_room_for_three.images, np.s_[20:36], axis=1) == 255).all()
    assert (in_room_for_three.boxes - alone.boxes == [0, 20, 0, 20]).all()
    assert (in_room_for_three.gaps == alone.gaps).all()
    assert in_room_for_three.lines.tolist() == [[[0, 4], [-1, -1], [-1, -1]]] * 40


@pytest.mark.parametrize("spacing", ["uniform", "fixed"])
def test_gaps_and_glyphs_of_a_seed_are_the_same_with_and_without_wrap(spacing):
    texts = PatternNlpDataset("[0-9]{9}", 50, seed=2)
    plain = TextToImage(GLYPHS, (LOW, HIGH), 150, spacing=spacing).fit_transform(texts).batch(range(50))
    lines = wrapped(texts, spacing=spacing).batch(range(50))
    assert (plain.glyphs == lines.glyphs).all()
    assert (lines.gaps == np.where(np.arange(8) == 4, -1, plain.gaps)).all()


def test_breaks_do_not_depend_on_other_labels_or_on_the_batch():
    long, labels = "012345678" * 2, ["012345678", "77", "123456"]
    with_long = wrapped(NlpDataset([*labels, long], seed=4))
    without = wrapped(NlpDataset(labels, seed=4))
    for row in range(3):
        for ds in (with_long, without):
            for name in ("image", "boxes", "gaps", "lines"):
                assert np.array_equal(getattr(ds[row], name), getattr(with_long.batch([3, row]).sample(1), name))


@pytest.mark.parametrize("sizing", EXACT)
def test_gaps_in_the_pixels_of_every_line_are_uniform_and_independent(sizing):
    ds = wrapped(PatternNlpDataset("[0-9]{8}", 1500, seed=11), sizing, 82 if sizing == "pad" else 40, wrap=2, height=60)
    batch = ds.batch(range(1500))
    assert (batch.lines == [[0, 4], [4, 8]]).all()
    # In the middle between the lines.
    widths = [widths_in_pixels(half, 4)[:, 1:-1] for half in (batch.images[:, :30], batch.images[:, 30:])]
    columns = {f"line {line}, gap {gap}": widths[line][:, gap] for line in range(2) for gap in range(3)}
    assert suspect_widths(columns, LOW, HIGH) == {}


@pytest.mark.parametrize("sizing", EXACT)
@pytest.mark.parametrize("align", ["center", "random"])
def test_one_step_makes_what_its_two_parts_make(sizing, align):
    texts = NlpDataset([str(7**number)[: 1 + number % 20] for number in range(60)], seed=5)
    options = {"sizing": sizing, "image_height": 60, "align": align, "wrap": 3, "spacing": "fixed", "line_gap": 2}
    at_once = TextToImage(GLYPHS, (0, 9), 150, **options).fit_transform(texts)
    in_two = Pipeline([CharToImages(GLYPHS), CombineImagesHorizontally((0, 9), 150, **options)]).fit_transform(texts)
    for rows in (range(60), [59, 3, 17], [8]):
        require_same_batch(at_once.batch(rows), in_two.batch(rows), sizing)
    assert at_once.facts == in_two.facts


@settings(max_examples=20, deadline=None)
@given(requests())
def test_the_twins_make_the_same_lines(request):
    pytest.importorskip("numba")
    step, texts = request
    both(step.fit_transform(texts))


@pytest.mark.parametrize("sizing", EXACT)
def test_turned_glyphs_are_wrapped_with_exact_gaps(sizing):
    steps = [CharToImages(GLYPHS), Rotate((-30, 30)), CombineImagesHorizontally((2, 9), 90, sizing, 92, wrap=4)]
    ds = Pipeline([*steps, ValidatePadding((2, 9))]).fit_transform(PatternNlpDataset("[0-9]{11}", 100, seed=1))
    batch = ds.batch(range(100))
    assert (batch.lines[:, 0, 1] < 11).all()
    assert batch.gaps[batch.gaps >= 0].min() >= 2


def test_images_of_a_list_are_wrapped_too():
    images = [np.full((10, 10), 40 * number + 40, np.uint8) for number in range(5)]
    step = CombineImagesHorizontally((2, 2), 34, "pad", 24, wrap=2)
    strip = step.transform_sample(images)
    assert strip.shape == (24, 34)
    # Three above, two below, in lines of 10 rows and in the middle.
    assert (strip[0:10, 0] == 215).all()
    assert strip[5, [0, 12, 24]].tolist() == [215, 175, 135]
    assert strip[20, [5, 6, 15, 16, 17, 18, 27, 28]].tolist() == [255, 95, 95, 255, 255, 55, 55, 255]
    assert (strip[10:14] == 255).all()


def test_a_list_that_does_not_fit_is_refused_with_its_sample():
    with pytest.raises(InputError, match="cannot hold 5 characters in up to 2 lines") as refused:
        CombineImagesHorizontally((2, 2), 33, "pad", 24, wrap=2).transform_sample([np.full((10, 10), 99, np.uint8)] * 5)
    assert "34 pixels or more" in str(refused.value)


@settings(max_examples=200, deadline=None)
@given(
    sizing=st.sampled_from(EXACT),
    high=st.integers(0, 400),
    lengths=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    widest=st.integers(1, 20),
    most=st.integers(2, 5),
)
def test_the_possible_widths_are_those_in_which_every_line_of_every_label_fits(sizing, high, lengths, widest, most):
    lengths = min(lengths), max(lengths)

    def fits(width):
        for glyphs in range(lengths[0], lengths[1] + 1):
            lines = next(
                (k for k in range(1, most + 1) if needed(sizing, -(-glyphs // k), high, widest) <= width), None
            )
            if lines is None:
                return False
            low, limit = width_limits(sizing, (0, high), (glyphs // lines, glyphs // lines), widest)
            if width < low or (limit is not None and width > limit):
                return False
        return True

    ranges = widths_that_hold(sizing, high, lengths, widest, most)
    ends = [end for each in ranges for end in each if end is not None]
    limits = [width_limits(sizing, (0, high), (n, n), widest) for n in range(1, 13)]
    near = {max(end + by, 1) for end in [*ends, *(end or 1 for each in limits for end in each)] for by in (-1, 0, 1)}
    for width in near:
        held = any(low <= width and (largest is None or width <= largest) for low, largest in ranges)
        assert held == fits(width), width
    assert all(after[0] > before[1] + 1 for before, after in pairwise(ranges))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=5), st.integers(1, 12))
def test_lines_share_out_every_glyph_in_order(lengths, held):
    lengths = np.array(lengths)
    count = -(-lengths // held)
    for length, lines in zip(lengths.tolist(), broken(lengths, count, 60).tolist(), strict=True):
        there = [line for line in lines if line != [-1, -1]]
        assert [place for first, end in there for place in range(first, end)] == list(range(length))
        assert max(end - first for first, end in there) <= held
        assert lines[len(there) :] == [[-1, -1]] * (60 - len(there))


@pytest.mark.parametrize("sizing", EXACT)
def test_the_smallest_width_is_made_and_one_less_is_refused_by_its_name(sizing):
    texts = NlpDataset(["0123456789"] * 20, seed=1)
    step = TextToImage(GLYPHS, (0, HIGH), 1, sizing, 60, wrap=3)
    with pytest.raises(InputError, match="10 characters in up to 3 lines with gaps of up to 9 pixels") as refused:
        step.fit(texts)
    smallest = int(refused.value.allowed.split()[0])
    for sample in step.set_params(image_width=smallest, spacing_range=(HIGH, HIGH)).fit_transform(texts):
        assert sample.lines.tolist() == [[0, 4], [4, 7], [7, 10]]
        assert [gap for gap in sample.gaps.tolist() if gap != HIGH] == [-1, -1]
    with pytest.raises(InputError, match=f"allowed: {smallest} "):
        step.set_params(image_width=smallest - 1).fit(texts)


def test_widths_between_two_possible_ranges_are_refused_with_both():
    # One digit in a line can be stretched to 200 pixels, but three with their gaps need 606.
    step = TextToImage(GLYPHS, (0, 300), 450, image_height=60, wrap=3)
    with pytest.raises(InputError, match=r"allowed: 2 to 200 pixels or 606 to 1200 pixels"):
        step.fit(NlpDataset(["012"], seed=1))
    assert step.set_params(image_width=200).fit_transform(NlpDataset(["012"], seed=1))[0].lines.tolist() == [
        [0, 1],
        [1, 2],
        [2, 3],
    ]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"where": "edges"}, "where 'edges' draws the margins of one line"),
        ({"sizing": "resize"}, "sizing 'resize' squeezes any text into one line"),
        ({"image_height": 31}, "no room for 3 lines of 8 pixels or more, 4 apart; allowed: 32 pixels or more"),
        ({"wrap": 17}, "wrap is 17; allowed: whole numbers from 1 to 16"),
        ({"wrap": 0}, "wrap is 0"),
        ({"line_gap": 0}, "line_gap is 0"),
        ({"sizing": "pad", "image_height": 40}, "a line is 10 pixels high; allowed: 44 pixels or more"),
    ],
)
def test_what_cannot_be_wrapped_is_refused_before_an_image_is_made(options, told):
    options = {"image_width": 60, "image_height": 56, "wrap": 3} | options
    with pytest.raises(InputError) as refused:
        TextToImage(GLYPHS, (LOW, HIGH), **options).fit(PatternNlpDataset("[0-9]{9}", 50, seed=2))
    assert told in str(refused.value)


def test_wrong_facts_are_found_before_a_pixel_is_written_elsewhere():
    step = TextToImage(GLYPHS, (LOW, HIGH), 30, image_height=56, wrap=2).fit(NlpDataset(["0123"], seed=1))
    batch = NlpDataset(["0123456789"], seed=1).batch([0])
    with pytest.raises(
        InputError, match=r"10 glyphs do not fit into 2 lines of 30 pixels.*sample 0|sample 0.*10 glyphs"
    ):
        step.run(batch, Stream(1, "text_to_image"))


def test_ink_between_two_lines_and_a_moved_digit_are_found_while_samples_are_made():
    ds = wrapped(PatternNlpDataset("[0-9]{9}", 5, seed=2))
    batch, step = ds.batch(range(5)), ValidatePadding((LOW, HIGH)).fit(ds)
    rows = batch.boxes[:, :5, 3].max(axis=1)
    images = batch.images.copy()
    images[3, rows[3] : rows[3] + 1, batch.boxes[3, 0, 0]] = 0
    with pytest.raises(GapError, match=rf"sample 3 .*row {rows[3]} holds ink, but is in no line"):
        step.run(batch.replace(images=images), Stream(1, "validate_padding"))
    images, second = batch.images.copy(), batch.boxes[2, 5]
    gap = slice(second[2], second[2] + 1)
    images[2, second[1], gap] = 0
    with pytest.raises(GapError, match=r"sample 2 .*line 2") as found:
        step.run(batch.replace(images=images), Stream(1, "validate_padding"))
    assert "gap 1 measures" in str(found.value)


def test_a_step_that_loses_boxes_loses_the_claims_about_lines():
    ds = wrapped(PatternNlpDataset("[0-9]{9}", 5, seed=2))
    assert (ds.facts.most_lines, ds.facts.line_gap) == (3, 4)
    assert SaltAndPepper().fit_transform(ds).facts.most_lines == 3
    assert wrapped(NlpDataset(["7"], seed=1), wrap=1).facts.claims().keys().isdisjoint(("most_lines", "line_gap"))
    assert ds.facts.after("object").most_lines is None


def test_recipes_name_lines_only_if_there_are_several():
    texts = PatternNlpDataset("[0-9]{9}", 5, seed=2)
    plain = TextToImage(GLYPHS, (LOW, HIGH), 150, line_gap=9)
    assert not {"wrap", "line_gap"} & plain.fit(texts).describe().keys()
    described = TextToImage(GLYPHS, (LOW, HIGH), 60, image_height=56, wrap=3).fit(texts).describe()
    assert (described["wrap"], described["line_gap"]) == (3, 4)


def test_a_recipe_wraps_and_says_so_again(tmp_path):
    path = tmp_path / "recipe.yaml"
    path.write_text(
        "seed: 3\ntext: {pattern: '[0-9]{9}', count: 20}\nsteps:\n"
        "  - text_to_image: {image_width: 60, image_height: 92, spacing_range: [2, 9], wrap: 3, line_gap: 2}\n"
        "  - validate_padding: {spacing_range: [2, 9]}\n",
        encoding="utf-8",
    )
    ds = Recipe.read(path).dataset()
    assert ds[0].lines.tolist() == [[0, 5], [5, 9]]
    ds.save(tmp_path / "out")
    again = Recipe.read(tmp_path / "out" / "recipe.json").dataset()
    require_same_batch(ds.batch(range(20)), again.batch(range(20)), "from the folder's own recipe")


def test_how_many_glyphs_a_line_holds_is_known_from_width_and_gaps():
    assert glyphs_a_line("fill", 12, 10, 0) == 1
    assert glyphs_a_line("fill", 14, 10, 0) == 2
    assert glyphs_a_line("equal", 13, 10, 0) == 1
    assert glyphs_a_line("pad", 19, 10, 20) == 0
