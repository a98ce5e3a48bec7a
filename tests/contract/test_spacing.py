"""Gaps that are one for a whole strip, and margins that are drawn too: from the pixels, for every sizing."""

import json

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
    TextToImage,
    ValidatePadding,
)
from mygenerator.errors import GapError, InputError
from mygenerator.strip.layout import width_limits
from tests.made_glyphs import made_glyphs
from tests.widths import suspect_widths, widths_of

GLYPHS = made_glyphs(each=4, canvas=(12, 12))
EXACT = ("fill", "equal", "pad")
SPACINGS, WHERES = ("uniform", "fixed"), ("between", "edges")
LOW, HIGH, DIGITS = 2, 9, 5


def strips(sizing="fill", spacing="uniform", where="edges", align="left", count=50, width=150, **options):
    texts = PatternNlpDataset(f"[0-9]{{{DIGITS}}}", count, seed=11)
    step = TextToImage(GLYPHS, (LOW, HIGH), width, sizing, 16, align, spacing=spacing, where=where, **options)
    return step.fit_transform(texts)


@st.composite
def requests(draw):
    """A step of any sizing, spacing and alignment, and labels of several lengths that it accepts."""
    lengths = draw(st.lists(st.integers(1, 40), min_size=1, max_size=3))
    low = draw(st.integers(0, 30))
    high = draw(st.integers(low, 30))
    sizing, where = draw(st.sampled_from(EXACT)), draw(st.sampled_from(WHERES))
    smallest, largest = width_limits(sizing, (low, high), (min(lengths), max(lengths)), 12, where)
    largest = 3000 if largest is None else min(largest, 3000)
    assume(smallest <= largest)
    width = draw(st.integers(smallest, largest) | st.just(smallest) | st.just(largest))
    align = draw(st.sampled_from(["left", "center", "right", "random"]))
    spacing = draw(st.sampled_from(SPACINGS))
    step = TextToImage(GLYPHS, (low, high), width, sizing, 16, align, draw(st.booleans()), spacing=spacing, where=where)
    labels = [draw(st.text("0123456789", min_size=length, max_size=length)) for length in lengths]
    return step, NlpDataset(labels, seed=draw(st.integers(0, 2**64 - 1)))


@settings(max_examples=100, deadline=None)
@given(requests())
def test_gaps_and_margins_are_within_the_range_and_what_the_pixels_show(request):
    step, texts = request
    (low, high), ds = step.spacing_range, step.fit_transform(texts)
    for sample in ds:
        ink = np.flatnonzero((sample.image != (0 if step.invert else 255)).any(axis=0))
        beside = [int(ink[0]), step.image_width - 1 - int(ink[-1])]
        gaps = sample.gaps.tolist()
        assert (sample.boxes[1:, 0] - sample.boxes[:-1, 2]).tolist() == gaps
        assert all(low <= gap <= high for gap in gaps)
        if step.spacing == "fixed":
            assert len(set(gaps)) <= 1
        if step.where == "between":
            assert sample.margins is None
            assert ds.facts.margin_ranges is None
            continue
        assert sample.margins.tolist() == beside
        for margin, (smallest, largest) in zip(beside, ds.facts.margin_ranges, strict=True):
            assert low == smallest <= margin <= largest
        if step.sizing != "pad":
            assert ds.facts.margin_ranges == ((low, high), (low, high))
            assert step.spacing == "uniform" or set(beside) | set(gaps) == {beside[0]}
    for batch in ValidatePadding((low, high)).fit_transform(ds).batches(2):
        assert len(batch)


@pytest.mark.parametrize("sizing", EXACT)
def test_the_smallest_width_with_margins_is_made_and_one_less_is_refused(sizing):
    texts = NlpDataset(["0123456789"] * 20, seed=1)
    step = TextToImage(GLYPHS, (0, HIGH), 1, sizing, 16, where="edges")
    with pytest.raises(InputError, match="with gaps and margins of up to 9 pixels") as refused:
        step.fit(texts)
    smallest = int(refused.value.allowed.split()[0])
    for sample in step.set_params(image_width=smallest, spacing_range=(HIGH, HIGH)).fit_transform(texts):
        assert sample.gaps.tolist() == [HIGH] * 9
        assert sample.margins.min() >= HIGH
    with pytest.raises(InputError, match=f"allowed: {smallest} "):
        step.set_params(image_width=smallest - 1).fit(texts)


@pytest.mark.parametrize("sizing", ["fill", "equal"])
def test_the_largest_width_with_margins_is_that_of_200_pixels_a_digit(sizing):
    texts = NlpDataset(["01"] * 3, seed=1)
    largest = 3 * HIGH + 2 * 200
    step = TextToImage(GLYPHS, (0, HIGH), largest, sizing, 16, where="edges")
    assert step.fit_transform(texts)[0].image.shape == (16, largest)
    with pytest.raises(InputError, match=f" to {largest} pixels"):
        step.set_params(image_width=largest + 1).fit(texts)


@pytest.mark.parametrize("sizing", [*EXACT, "resize"])
def test_gaps_and_glyphs_of_a_seed_are_the_same_with_and_without_margins(sizing):
    plain, edges = (strips(sizing, where=where).batch(range(50)) for where in WHERES)
    assert (plain.glyphs == edges.glyphs).all()
    assert plain.margins is None
    assert sizing == "resize" or (plain.gaps == edges.gaps).all()


@pytest.mark.parametrize("where", WHERES)
@pytest.mark.parametrize("spacing", SPACINGS)
@pytest.mark.parametrize("sizing", [*EXACT, "resize"])
def test_one_step_makes_what_its_two_parts_make(sizing, spacing, where):
    parts = [CharToImages(GLYPHS)]
    options = {"sizing": sizing, "image_height": 16, "align": "random", "spacing": spacing, "where": where}
    parts.append(CombineImagesHorizontally((LOW, HIGH), 150, **options))
    apart = Pipeline(parts).fit_transform(PatternNlpDataset(f"[0-9]{{{DIGITS}}}", 50, seed=11)).batch(range(50))
    fused = strips(sizing, spacing, where, "random").batch(range(50))
    for name in ("images", "boxes", "gaps", "margins"):
        assert np.array_equal(getattr(apart, name), getattr(fused, name)), name


@pytest.mark.parametrize("sizing", EXACT)
def test_gaps_and_margins_in_the_pixels_are_uniform_and_independent(sizing):
    sides = ("left", "right") if sizing != "pad" else ("left",)
    widths = widths_of(strips(sizing, count=1500), DIGITS)
    columns = {f"gap {place}": widths[:, place] for place in range(1, DIGITS)}
    columns |= {f"{side} margin": widths[:, 0 if side == "left" else -1] for side in sides}
    assert suspect_widths(columns, LOW, HIGH) == {}


@pytest.mark.parametrize("where", WHERES)
@pytest.mark.parametrize("sizing", EXACT)
def test_the_one_gap_of_a_strip_is_uniform_and_is_that_of_all_its_gaps_and_margins(sizing, where):
    widths = widths_of(strips(sizing, "fixed", where, count=1500), DIGITS)
    same = widths[:, 1:-1] if where == "between" else widths[:, :-1] if sizing == "pad" else widths
    assert (same == widths[:, 1:2]).all()
    assert suspect_widths({"gap": widths[:, 1]}, LOW, HIGH) == {}


def test_a_margin_that_comes_too_often_would_be_seen():
    widths = widths_of(strips(count=1500), DIGITS)
    often = widths[:, 0].copy()
    often[::5] = 4
    assert "left margin is uniform" in suspect_widths({"left margin": often}, LOW, HIGH)


def test_pad_gives_what_is_left_over_to_the_side_that_align_says():
    left, center, right = (strips("pad", align=align).batch(range(50)).margins for align in ("left", "center", "right"))
    assert left[:, 0].max() <= HIGH < left[:, 1].min()
    assert right[:, 1].max() <= HIGH < right[:, 0].min()
    over = left[:, 1] - right[:, 1]
    assert (center == np.stack([left[:, 0] + over // 2, right[:, 1] + over - over // 2], axis=1)).all()


def test_margins_of_turned_glyphs_are_within_the_range():
    steps = [CharToImages(GLYPHS), Rotate((-30, 30)), CombineImagesHorizontally((1, 5), 150, where="edges")]
    widths = widths_of(Pipeline(steps).fit_transform(PatternNlpDataset("[0-9]{5}", 100, seed=3)), 5)
    assert (widths.min(), widths.max()) == (1, 5)


def test_lists_of_images_have_margins_too():
    images = [np.full((20, width), 255, np.uint8) for width in (4, 7, 5)]
    step = CombineImagesHorizontally((3, 3), 28, "fill", 20, spacing="fixed", where="edges")
    strip = step.transform_sample(images)
    assert "".join(".#"[column] for column in (strip < 255).any(axis=0).tolist()) == "...####...#######...#####..."


def test_a_step_that_gives_up_boxes_leaves_no_margins():
    ds = strips()
    assert ds.facts.after("strip").margin_ranges is None
    assert ds.batch([0]).without_truth().sample(0).margins is None


def test_padding_is_validated_with_its_margins():
    ds = strips()
    batch = ds.batch(range(10))
    step = ValidatePadding((LOW, HIGH)).fit(ds)
    assert step.run(batch, None) is batch
    paper = np.full((10, 16, HIGH), 255, np.uint8)
    moved = batch.replace(images=np.concatenate([paper, batch.images], axis=2), boxes=None)
    with pytest.raises(
        GapError, match=r"the left margin measures 1\d pixels, \d recorded; allowed: margins of 2 to 9 pixels"
    ):
        step.run(moved, None)


# What recipes say


def test_recipes_of_plain_gaps_hold_no_word_of_other_ones():
    plain = TextToImage(GLYPHS).fit_transform(NlpDataset(["12"], seed=1)).describe()["steps"][0]["text_to_image"]
    assert list(plain) == [
        "glyphs", "spacing_range", "image_width", "sizing", "image_height", "align", "invert", "seed", "glyphs_sha256"
    ]  # fmt: skip
    spaced = strips(spacing="fixed").describe()["steps"][0]["text_to_image"]
    assert (spaced["spacing"], spaced["where"]) == ("fixed", "edges")


@pytest.mark.parametrize("kind", ["text_to_image", "combine_images_horizontally"])
def test_a_recipe_in_yaml_draws_one_gap_and_margins(kind):
    step = f"- {kind}: {{spacing: fixed, where: edges}}"
    steps = f"  {step}\n" if kind == "text_to_image" else f"  - char_to_images: {{}}\n  {step}\n"
    ds = Recipe.from_yaml(f"seed: 3\ntext: {{labels: ['0123', '4567']}}\nsteps:\n{steps}").dataset()
    for sample in ds:
        assert len({*sample.gaps.tolist(), *sample.margins.tolist()}) == 1


def test_a_wrong_word_in_a_recipe_is_told_with_its_line_and_the_nearest():
    text = "text: {labels: ['0123']}\nsteps:\n  - text_to_image:\n      where: edge\n      spacing: even\n"
    with pytest.raises(InputError) as wrong:
        Recipe.from_yaml(text)
    assert "4: unknown where 'edge'; allowed: between, edges; did you mean 'edges'?" in str(wrong.value)
    assert "5: unknown spacing 'even'; allowed: uniform, fixed" in str(wrong.value)


def test_facts_say_what_is_drawn_as_plain_values():
    claims = json.loads(json.dumps(strips("pad", "fixed", align="right").facts.claims()))
    assert claims["gap_range"] == [LOW, HIGH]
    assert claims["margin_ranges"] == [[LOW, 150], [LOW, HIGH]]
    assert claims["one_gap"] is True
    assert not {"margin_ranges", "one_gap"} & strips(where="between").facts.claims().keys()
