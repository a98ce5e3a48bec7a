"""Steps on the pixels of glyphs: ink boxes follow by themselves, and what does not follow them is refused."""

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    GlyphTransform,
    NlpDataset,
    Pipeline,
    Rotate,
    Transform,
    ValidatePadding,
)
from mygenerator.errors import InputError
from mygenerator.testing import ContractError, check_transform
from mygenerator.testing.blocks import block_glyphs
from tests.made_glyphs import made_glyphs

TEXTS = NlpDataset(["0123456789", "42"] * 10, seed=4)


class Thicken(GlyphTransform):
    """Spreads all ink by some pixels to the right."""

    def __init__(self, pixels: int = 3):
        self.pixels = pixels

    @property
    def reach(self):
        return self.pixels

    def apply(self, images, drawn):
        return np.max([np.roll(images, shift, axis=2) for shift in range(self.pixels + 1)], axis=0)


class Stale(Transform):
    """The same, written as a plain step: what is recorded of the ink stays as it was."""

    takes = ("glyphs",)

    def apply(self, images, drawn):
        return np.max([np.roll(images, shift, axis=2) for shift in range(4)], axis=0)


class StaleInRun(Transform):
    takes = ("glyphs",)

    def run(self, batch, rng):
        return batch.replace(images=np.roll(batch.images, 3, axis=2))


class KeepsOldBoxes(GlyphTransform):
    """Extends the base, and then forgets what the base is for."""

    def run(self, batch, rng):
        return batch.replace(images=np.roll(batch.images, 3, axis=2))


class GoesTooFar(Thicken):
    @property
    def reach(self):
        return self.pixels - 2


@pytest.mark.parametrize("glyphs", [made_glyphs(), block_glyphs("0123456789")], ids=["strokes", "blocks"])
def test_ink_boxes_and_extent_follow_by_themselves(glyphs):
    before = CharToImages(glyphs).fit_transform(TEXTS)
    after = Thicken(3).fit_transform(before)
    old, new = before.batch(range(20)), after.batch(range(20))
    assert (new.ink[:, 2] - new.ink[:, 0] == old.ink[:, 2] - old.ink[:, 0] + 3).all()
    assert (new.ink[:, :2] == old.ink[:, :2] + 3).all()
    assert after.facts.extent.widest == before.facts.extent.widest + 6
    assert after.facts.extent.canvas_width == new.images.shape[2] == old.images.shape[2] + 6


def test_gaps_are_exact_behind_it():
    line = Pipeline(
        [CharToImages(), Thicken(2), Rotate(), CombineImagesHorizontally((2, 6), 400), ValidatePadding((2, 6))]
    )
    ds = line.fit_transform(TEXTS)
    assert ds.facts.gaps is True
    ds.batch(range(20))


@pytest.mark.parametrize("step", [Thicken(), Thicken(0), Thicken(1)], ids=repr)
def test_a_step_that_extends_it_keeps_every_contract(step):
    check_transform(step)


def test_a_plain_step_that_changes_glyphs_is_refused_with_the_name_of_the_base():
    glyphs = CharToImages().fit_transform(TEXTS)
    with pytest.raises(InputError, match=r"Stale changes the pixels of glyphs.*extend GlyphTransform"):
        Stale().fit(glyphs)
    with pytest.raises(InputError, match=r"StaleInRun changes the pixels of glyphs.*extend GlyphTransform"):
        StaleInRun().fit_transform(glyphs).batch([0])
    with pytest.raises(InputError, match="extend GlyphTransform"):
        check_transform(Stale())


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (KeepsOldBoxes(), "ink outside its ink box|column without ink"),
        (GoesTooFar(3), "the ink of glyph 1 outwards by [23] pixels; allowed: 1, its reach"),
    ],
    ids=repr,
)
def test_a_step_that_extends_it_and_is_wrong_is_found(step, words):
    with pytest.raises((ContractError, InputError), match=words):
        check_transform(step)


def test_a_glyph_that_is_erased_is_an_error_that_names_step_and_sample():
    class Erases(GlyphTransform):
        def apply(self, images, drawn):
            faint = images.copy()
            faint[3] = np.minimum(faint[3], 63)
            return faint

    glyphs = CharToImages().fit_transform(NlpDataset(["12", "345"], seed=1))
    with pytest.raises(InputError, match=r"sample 1: .*Erases\(\) leaves no ink of glyph 2; allowed: .*64"):
        Erases().fit_transform(glyphs).batch([0, 1])


def test_draw_sees_the_canvases_that_apply_is_given():
    class Looks(GlyphTransform):
        reach = 3

        def draw(self, rng, batch):
            return batch.images.shape, batch.ink.copy()

        def apply(self, images, drawn):
            shape, ink = drawn
            assert images.shape == shape == (5, 34, 34)
            for image, (x0, y0, x1, y1) in zip(images, ink, strict=True):
                rows, columns = np.nonzero(image >= 64)
                assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x0, y0, x1, y1)
            return images

    Looks().fit_transform(CharToImages().fit_transform(NlpDataset(["12", "345"], seed=1))).batch([0, 1])


@pytest.mark.parametrize("made", [lambda images: images[:, 1:], lambda images: images / 2, lambda images: None])
def test_what_is_no_stack_of_the_same_canvases_is_an_error_that_says_what_was_made(made):
    step = type("Wrong", (GlyphTransform,), {"apply": lambda self, images, drawn: made(images)})()
    with pytest.raises(InputError, match=r"Wrong\(\) made .* from glyphs; allowed: uint8 \(2, 28, 28\)"):
        step.fit_transform(CharToImages().fit_transform(NlpDataset(["12"], seed=1))).batch([0])


class Slides(GlyphTransform):
    """Moves all ink down by some pixels, and says that it moves by others."""

    def __init__(self, pixels: int = 4, reach: object = 0):
        self.pixels, self.reach = pixels, reach

    def apply(self, images, drawn):
        return np.pad(images, ((0, 0), (self.pixels, 0), (0, 0)))[:, : images.shape[1]]


def test_ink_that_moves_further_than_the_reach_is_an_error_that_names_the_glyph():
    chars = CharToImages("optdigits").fit_transform(TEXTS)
    with pytest.raises(InputError, match=r"^sample 1: .* the ink of glyph [12] outwards by [1-4] pixels?; allowed: 0"):
        Slides().fit_transform(chars).batch([1])
    assert Slides(4, reach=4).fit_transform(chars).batch([1]).kind == "glyphs"


@pytest.mark.parametrize("reach", [1.5, -1, "2", None])
def test_a_reach_that_is_not_a_number_of_pixels_is_refused(reach):
    with pytest.raises(InputError, match="reach of Slides is"):
        Slides(reach=reach).fit(CharToImages(made_glyphs()).fit_transform(TEXTS))
