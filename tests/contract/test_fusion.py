"""TextToImage is CharToImages and then CombineImagesHorizontally: the same seed gives the same pixels."""

import numpy as np
import pytest

from mygenerator import CharToImages, CombineImagesHorizontally, NlpDataset, PhoneNlpDataset, Pipeline, TextToImage
from mygenerator.strip.layout import ALIGNS, SIZINGS
from mygenerator.testing.base import require_same_batch
from tests.made_glyphs import made_glyphs

COUNT = 1000
MIXED = [str(7**number)[: 1 + number % 11] for number in range(COUNT)]


@pytest.mark.parametrize("sizing", SIZINGS)
@pytest.mark.parametrize("texts", [PhoneNlpDataset(COUNT, seed=5), NlpDataset(MIXED, seed=5)], ids=["phone", "mixed"])
def test_both_ways_make_the_same_thousand_images(sizing, texts):
    width = 340 if sizing == "pad" else 200
    at_once = TextToImage("optdigits", (0, 9), width, sizing).fit_transform(texts)
    in_two = Pipeline([CharToImages("optdigits"), CombineImagesHorizontally((0, 9), width, sizing)]).fit_transform(
        texts
    )
    for rows in (range(COUNT), [999, 3, 17]):
        require_same_batch(at_once.batch(rows), in_two.batch(rows), sizing)


@pytest.mark.parametrize("align", ALIGNS)
@pytest.mark.parametrize("invert", [False, True])
def test_every_other_parameter_means_the_same_in_both(align, invert):
    glyphs = made_glyphs("0123456789,-", 5, canvas=(20, 31))
    texts = NlpDataset(["1,5", "-7", "90210", "3"] * 5, seed=9)
    options = {"sizing": "pad", "image_height": 50, "align": align, "invert": invert, "seed": 77}
    at_once = TextToImage(glyphs, (2, 6), 260, **options).fit_transform(texts)
    in_two = CharToImages(glyphs, seed=77).fit_transform(texts)
    in_two = CombineImagesHorizontally((2, 6), 260, **options).fit_transform(in_two)
    require_same_batch(at_once.batch(range(20)), in_two.batch(range(20)), align)
    assert at_once.facts == in_two.facts


def test_what_cannot_hold_every_draw_is_refused_before_an_image_is_made():
    texts = PhoneNlpDataset(10**8, seed=5)
    glyphs = CharToImages("optdigits").fit_transform(texts)
    with pytest.raises(ValueError, match=r"combined_width 100 cannot hold 11 characters .*; allowed: 122 to 2300"):
        CombineImagesHorizontally((0, 10), 100).fit(glyphs)


def test_glyphs_stand_on_their_canvas_with_their_ink():
    batch = CharToImages("optdigits").fit_transform(NlpDataset(["70", "4"], seed=1)).batch([0, 1])
    assert batch.splits.tolist() == [0, 2, 3]
    assert batch.images.shape == (3, 28, 28)
    for image, (x0, y0, x1, y1) in zip(batch.images, batch.ink.tolist(), strict=True):
        rows, columns = np.nonzero(image >= 64)
        assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == (x0, y0, x1, y1)
