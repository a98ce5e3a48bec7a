"""transform/padding.py: every gap is measured; what is wrong is named, what is right passes unchanged."""

from dataclasses import replace

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    ImageTransform,
    NlpDataset,
    Pipeline,
    TextToImage,
    Transform,
    ValidatePadding,
)
from mygenerator.errors import GapError, InputError
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs()
TEXTS = NlpDataset(["0123", "45", "6", "7890"], seed=5)


class Tamper(Transform):
    """Does to the images what a careless step would, and still says that gaps can be read."""

    def __init__(self, change):
        self.change = change

    def apply(self, images, drawn):
        changed = images.copy()
        self.change(changed)
        return changed

    keeps = ("boxes", "gaps")

    def facts(self, before):
        return replace(super().facts(before), gap_range=None)


class Silent(Transform):
    """A step that says nothing about gaps."""


def strips(spacing_range=(3, 8), **options):
    return TextToImage(GLYPHS, spacing_range, 200, **options).fit_transform(TEXTS)


def of_unknown_range(ds):
    """The same strips after a step that keeps gaps, but says no more in which range they were drawn."""
    return Tamper(lambda images: None).transform(ds)


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("spacing_range", [(0, 0), (0, 3), (3, 8)])
def test_strips_whose_gaps_are_right_pass_unchanged(sizing, invert, spacing_range):
    before = strips(spacing_range, sizing=sizing, invert=invert)
    after = ValidatePadding(spacing_range).fit_transform(before)
    for one, other in zip(before, after, strict=True):
        assert (one.image == other.image).all()
        assert one.gaps.tolist() == other.gaps.tolist()


def test_a_gap_out_of_range_is_an_error_that_names_sample_gap_and_range():
    ds = of_unknown_range(strips((5, 5)))
    with pytest.raises(GapError, match=r"sample 0 \('0123'\): gap 1 is 5 pixels; allowed: gaps of 6 to 9 pixels"):
        ValidatePadding((6, 9)).fit_transform(ds)[0]
    with pytest.raises(GapError, match=r"sample 3 .*1 to 4"):
        ValidatePadding((1, 4)).fit_transform(ds)[-1]


def test_only_the_samples_asked_for_are_measured_and_a_label_of_one_has_no_gap():
    ds = ValidatePadding((6, 9)).fit_transform(of_unknown_range(strips((5, 5))))
    assert ds[2].label == "6"
    with pytest.raises(GapError, match="sample 3"):
        ds.batch([2, 3])


def test_a_gap_that_the_pixels_show_otherwise_is_an_error_that_names_both():
    ds = strips((5, 5))
    second = int(ds[0].boxes[1, 2])

    def smear(images):
        images[0, 10, second] = 0

    with pytest.raises(GapError, match=r"sample 0 \('0123'\): gap 2 measures 4 pixels, but 5 were recorded"):
        ValidatePadding((1, 9)).fit_transform(Tamper(smear).transform(ds)).batch(range(4))


def test_ink_in_the_middle_of_a_gap_is_an_error():
    ds = strips((5, 5))
    inside = int(ds[0].boxes[2, 2]) + 2

    def speck(images):
        images[0, 10, inside] = 200

    with pytest.raises(GapError, match="gap 3 measures 2 pixels, but 5 were recorded"):
        ValidatePadding((1, 9)).fit_transform(Tamper(speck).transform(ds))[0]


def test_a_faded_glyph_and_ink_in_the_margin_are_errors():
    with pytest.raises(GapError, match=r"0 gaps are measured, but 3 were recorded.*ink is in columns none"):
        ValidatePadding().fit_transform(Tamper(lambda images: images.fill(250)).transform(strips()))[0]

    def edge(images):
        images[:, :, 0] = 0

    padded = strips(sizing="pad")
    assert padded[0].boxes[0, 0] > 1
    with pytest.raises(GapError, match="sample 0"):
        ValidatePadding().fit_transform(Tamper(edge).transform(padded))[0]


def test_ink_that_spreads_beyond_the_outer_edge_is_an_error_though_all_gaps_are_right():
    padded = strips(sizing="pad")
    before = int(padded[0].boxes[0, 0]) - 1

    def spread(images):
        images[0, 10, before] = 0

    with pytest.raises(GapError, match="outer edges"):
        ValidatePadding().fit_transform(Tamper(spread).transform(padded))[0]


def test_after_resize_it_is_refused_when_it_is_fitted():
    with pytest.raises(InputError, match=r"ValidatePadding\(\) cannot follow .*sizing='resize'.*promises no gaps"):
        ValidatePadding().fit(strips(sizing="resize"))


@pytest.mark.parametrize("between", [[], [Tamper(np.copy)], [Silent()], [Silent(), Tamper(np.copy)]])
def test_after_resize_it_is_refused_when_the_pipeline_is_put_together(between):
    with pytest.raises(InputError, match=r"ValidatePadding\(\) cannot follow TextToImage\(sizing='resize'\), which"):
        Pipeline([TextToImage(sizing="resize"), *between, ValidatePadding()])


def test_inside_a_pipeline_of_pipelines_it_is_refused_all_the_same():
    with pytest.raises(InputError, match="sizing='resize'"):
        Pipeline([Pipeline([TextToImage(sizing="resize")]), ("check", Pipeline([ValidatePadding()]))])
    with pytest.raises(InputError, match="sizing='resize'"):
        Pipeline([TextToImage()]).set_params(steps=[TextToImage(sizing="resize"), ValidatePadding()])


def test_after_a_step_that_says_nothing_about_gaps_it_is_refused_by_name():
    with pytest.raises(InputError, match=r"cannot follow Silent\(\)"):
        Pipeline([TextToImage(), Silent(), ValidatePadding()])


@pytest.mark.parametrize("spacing_range", [(5, 3), (-1, 3), (1.0, 3), 5, "38", (1, 2, 3), (1, 10**6), None])
def test_a_range_that_is_none_is_an_error_before_anything_is_made(spacing_range):
    with pytest.raises(InputError, match=r"gap|spacing_range"):
        ValidatePadding(spacing_range).fit(strips())


def test_a_range_that_does_not_hold_what_is_drawn_is_refused_before_an_image_is_made():
    texts = NlpDataset(["007"], seed=1)
    for sizing in ("fill", "equal", "pad"):
        strips = TextToImage("optdigits", (3, 8), 200, sizing).fit_transform(texts)
        with pytest.raises(InputError, match="spacing_range is 3 to 5, but gaps of 3 to 8 pixels are drawn"):
            ValidatePadding((3, 5)).fit(strips)
        ValidatePadding((3, 8)).fit(strips)
    in_two = [
        CharToImages("optdigits"),
        CombineImagesHorizontally((0, 4), 200),
        ImageTransform(),
        ValidatePadding((1, 4)),
    ]
    with pytest.raises(InputError, match="but gaps of 0 to 4 pixels are drawn"):
        Pipeline(in_two).fit(texts)
