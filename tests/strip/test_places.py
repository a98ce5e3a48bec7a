"""strip/strip.py: a box that is not on the strip is refused, for one sample as for several."""

from itertools import product

import numpy as np
import pytest

from mygenerator import TextToImage
from mygenerator.errors import InputError

WIDTH = 20
STRIP = TextToImage(image_width=WIDTH).strip
HEIGHT = STRIP.size[0]
ACROSS = (-(2**31), -1, 0, 1, WIDTH, WIDTH + 1)
DOWN = (-5, -1, 0, 1, HEIGHT, HEIGHT + 1)


@pytest.mark.parametrize("samples", [1, 3])
@pytest.mark.parametrize("glyph", [0, -1])
def test_only_boxes_on_the_strip_are_taken(samples, glyph):
    taken, messages = set(), set()
    for box in product(ACROSS, DOWN, ACROSS, DOWN):
        boxes = np.full((samples, 1, 4), (0, 0, 1, 1), np.int32)
        boxes[-1, 0] = box
        ids = np.zeros((samples, 1), np.int64)
        ids[-1] = glyph
        try:
            STRIP._check_places(ids, boxes, np.arange(samples) + 7)
            taken.add(box)
        except InputError as error:
            messages.add(str(error).partition(" on a strip")[0])
    every = set(product(ACROSS, DOWN, ACROSS, DOWN))
    right = {
        (left, top, right, bottom)
        for left, top, right, bottom in every
        if 0 <= left < right <= WIDTH and 0 <= top < bottom <= HEIGHT
    }
    assert taken == (right if glyph == 0 else every)
    assert messages == ({f"sample {6 + samples}: glyph 1 does not fit"} if glyph == 0 else set())
