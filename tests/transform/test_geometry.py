"""transform/geometry.py: what Rotate, Shear and Scale draw, which maps that gives, and what they refuse."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    GlyphSet,
    ImageTransform,
    NlpDataset,
    Pipeline,
    RemoveWhitePadding,
    Rotate,
    Scale,
    Shear,
    Stroke,
)
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.strip.extent import ONE
from mygenerator.testing.base import require_same_batch
from mygenerator.transform.geometry import rotations
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs("0123456789", 3)
LABELS = ["007", "42", "1", "90210"] * 5


def bar(high: int, wide: int) -> np.ndarray:
    image = np.zeros((28, 28), np.uint8)
    image[14 - high // 2 : 14 + high // 2, 14 - wide // 2 : 14 + wide // 2] = 255
    return image


def glyphs_of(*steps, seed=3, glyphs=GLYPHS, labels=LABELS):
    line = Pipeline([CharToImages(glyphs), *steps])
    return line.fit_transform(NlpDataset(labels, seed=seed))


def maps_of(ds):
    """The maps before they are drawn into the pixels."""
    return ds._make(np.arange(len(ds))).maps


def exact_sine(degrees: Decimal) -> Decimal:
    """The sine by its series, with 40 digits."""
    pi = Decimal("3.14159265358979323846264338327950288419716939937510")
    x = degrees * pi / 180
    term, total, number = x, x, 1
    while abs(term) > Decimal(10) ** -40:
        term *= -x * x / ((number + 1) * (number + 2))
        total, number = total + term, number + 2
    return total


def test_sines_are_rounded_rightly_and_none_lies_near_a_tie():
    sines, cosines = rotations()
    with localcontext() as context:
        context.prec = 50
        for step in range(45 * 64 + 1):
            for table, angle in ((sines, Decimal(step) / 64), (cosines, 90 - Decimal(step) / 64)):
                exact = exact_sine(angle) * ONE
                assert int((exact + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR")) == table[step]
                assert abs(exact % 1 - Decimal("0.5")) > Decimal("1e-9")


def test_a_positive_angle_turns_counter_clockwise():
    turned = Rotate((45, 45)).transform_sample([bar(2, 20)], seed=1)[0] >= 64
    rows, columns = np.nonzero(turned)
    assert np.corrcoef(rows, columns)[0, 1] < -0.9


def test_negative_shear_along_x_leans_to_the_right_and_shear_along_y_lowers_the_right_side():
    leaning = np.nonzero(Shear((-0.5, -0.5)).transform_sample([bar(20, 2)], seed=1)[0] >= 64)
    assert np.corrcoef(*leaning)[0, 1] < -0.9
    falling = np.nonzero(Shear((0, 0), (0.5, 0.5)).transform_sample([bar(2, 20)], seed=1)[0] >= 64)
    assert np.corrcoef(*falling)[0, 1] > 0.9


def test_scale_by_two_makes_ink_twice_as_large():
    upright = GlyphSet.from_images([bar(4, 10)], ["1"], source="bar")
    batch = glyphs_of(Scale((2, 2), (0.5, 0.5)), glyphs=upright, labels=["1"]).batch([0])
    x0, y0, x1, y1 = batch.ink[0].tolist()
    assert (x1 - x0, y1 - y0) == (20, 2)


@pytest.mark.parametrize("step", [Rotate((0, 0)), Shear((0, 0)), Scale((1, 1), (1, 1))])
def test_a_map_that_changes_nothing_changes_no_pixel_of_the_ink(step):
    plain, same = glyphs_of().batch(range(20)), glyphs_of(step).batch(range(20))
    aside, down = ((same.images.shape[axis] - plain.images.shape[axis]) // 2 for axis in (2, 1))
    for before, after, (x0, y0, x1, y1) in zip(plain.images, same.images, plain.ink.tolist(), strict=True):
        assert (after[y0 + down : y1 + down, x0 + aside : x1 + aside] == before[y0:y1, x0:x1]).all()


def test_both_ends_of_a_range_are_drawn_and_nothing_outside():
    step = Rotate((-1 / 32, 1 / 32))
    ds = glyphs_of(step, labels=["0123456789"] * 50)
    drawn = step.draw(Stream(3, "rotate"), ds.parent.batch(range(50)))
    assert sorted(set(drawn[:, 0].tolist())) == [-2, -1, 0, 1, 2]
    assert maps_of(ds).reshape(-1, 4).tolist() == step.maps(drawn).reshape(-1, 4).tolist()


def test_ends_are_rounded_to_the_fixed_point():
    assert Rotate((0.3, 0.31)).spans() == [(19, 20)]
    assert Scale((0.9, 1.1), (1, 1)).spans() == [(58982, 72090), (ONE, ONE)]


def test_each_glyph_of_a_sample_has_its_own_draw():
    maps = maps_of(glyphs_of(Rotate(), Shear(), Scale(), labels=["1111111111"]))
    assert len({tuple(one.ravel().tolist()) for one in maps}) == 10


def test_steps_are_composed_in_the_order_of_the_recipe():
    wide, lean = Scale((2, 2), (1, 1)), Shear((0.5, 0.5))
    assert maps_of(glyphs_of(wide, lean))[0].tolist() == [[2 * ONE, ONE // 2], [0, ONE]]
    assert maps_of(glyphs_of(lean, wide))[0].tolist() == [[2 * ONE, ONE], [0, ONE]]


def test_shear_along_both_axes_flattens_nothing():
    assert maps_of(glyphs_of(Shear((1, 1), (1, 1))))[0].tolist() == [[ONE, ONE], [ONE, 2 * ONE]]


def test_a_sample_is_the_same_alone_and_among_others():
    ds = glyphs_of(Rotate((-45, 45)), Stroke((-1, 2)), Scale((0.5, 2)), RemoveWhitePadding())
    whole = ds.batch(range(20))
    for row in (0, 7, 19):
        alone = ds.batch([row]).images[0]
        assert [one.tolist() for one in alone] == [one.tolist() for one in whole.images[row]]


def test_settled_canvases_are_of_one_size_whatever_is_drawn():
    ds = glyphs_of(Rotate((-45, 45)), Scale((0.5, 2), (0.5, 2)))
    assert len({ds.batch([row]).images.shape[1:] for row in range(20)}) == 1
    assert ds[0].image[0].shape == ds.batch([3]).images.shape[1:]


def test_data_sets_hand_out_no_maps():
    ds = glyphs_of(Rotate())
    assert ds.batch([0]).maps is None
    assert all(batch.maps is None for batch in ds.batches(7))
    assert maps_of(ds) is not None


def test_a_step_between_that_reads_pixels_is_given_them():
    seen = []

    class Looks(RemoveWhitePadding):
        def run(self, batch, rng):
            seen.append(batch.maps)
            return super().run(batch, rng)

    glyphs_of(Rotate(), Looks()).batch([0])
    assert seen == [None]


def test_an_identity_between_leaves_the_maps_to_be_drawn_later():
    join = CombineImagesHorizontally((1, 4), 200)
    plain, with_identity = glyphs_of(Rotate(), join), glyphs_of(Rotate(), ImageTransform(), join)
    require_same_batch(plain.batch(range(20)), with_identity.batch(range(20)), "an identity")


def test_resize_takes_glyphs_that_were_drawn_before():
    join = CombineImagesHorizontally((1, 4), 200, "resize")
    assert not join.reads_maps
    assert glyphs_of(Rotate((-45, 45)), join).batch(range(20)).images.shape == (20, 28, 200)


def test_feasibility_counts_with_the_widest_that_may_be_drawn():
    join = CombineImagesHorizontally((1, 4), 150, "pad", 64)
    glyphs_of(join, labels=["0123"])
    with pytest.raises(InputError, match="combined_width 150 cannot hold 4 characters"):
        glyphs_of(Scale((0.5, 2)), join, labels=["0123"])
    with pytest.raises(InputError, match="image_height 64 would cut off glyphs"):
        glyphs_of(
            Scale((1, 1), (0.5, 2)), Scale((1, 1), (0.5, 2)), join.set_params(combined_width=500), labels=["0123"]
        )


def test_more_geometry_than_fixed_point_holds_is_refused_before_anything_is_made():
    with pytest.raises(InputError, match="with the steps before it, enlarges glyphs up to 16 times"):
        glyphs_of(*[Scale((2, 2), (2, 2))] * 4)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Rotate((-46, 0)), "the smallest degrees is -46; allowed: numbers from -45 to 45"),
        (Rotate((5, -5)), "the smallest degrees, 5, is above the largest, -5"),
        (Rotate(5), r"degrees is 5; allowed: two numbers, \(smallest, largest\)"),
        (Rotate((0, float("nan"))), "the largest degrees is nan; allowed: a number"),
        (Shear(y=(0, 1.5)), "the largest y is 1.5; allowed: numbers from -1 to 1"),
        (Scale(x=("1", 2)), "the smallest x is '1'; allowed: a number"),
        (Scale(x=(0.4, 2)), "the smallest x is 0.4; allowed: numbers from 0.5 to 2"),
        (Rotate(seed=-1), "seed is -1"),
    ],
)
def test_what_is_no_range_is_refused(step, message):
    with pytest.raises(InputError, match=message):
        step.fit(glyphs_of())


def test_glyphs_alone_are_taken_as_a_list_of_images():
    first, second = Scale((2, 2), (1, 1)).transform_sample([bar(8, 10), bar(4, 4)], seed=1)
    assert first.shape == second.shape
    assert (np.count_nonzero(first.any(axis=0)), np.count_nonzero(second.any(axis=0))) == (20, 8)
    for wrong in (bar(8, 8), [], "7", [bar(2, 2), np.ones((3, 3), np.uint8)], [np.zeros((4, 4), np.uint8)]):
        with pytest.raises(InputError, match="allowed: glyphs: a list"):
            Scale().transform_sample(wrong)
