"""Elastic: pixels by a plain definition, its reach, and gaps that stay exact."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mygenerator import CharToImages, CombineImagesHorizontally, Elastic, NlpDataset, Pipeline, ValidatePadding
from mygenerator.errors import InputError
from mygenerator.rng import Stream
from mygenerator.strip.ink import GLYPH_INK
from tests.made_glyphs import made_glyphs

TEXTS = NlpDataset(["0123456789"] * 4, seed=2)


def bent(image: list[list[int]], field: list, height: int, width: int) -> list[list[int]]:
    """One glyph, pixel by pixel; the field is [x or y][node down][node across], in 1/256 pixel."""

    def at(length, place):
        part = place * 3 * 256 // max(length - 1, 1)
        node = min(part // 256, 2)
        return node, part - node * 256

    def moved(axis, row, column):
        (down, share_down), (across, share) = at(height, row), at(width, column)
        sides = [
            (field[axis][down][node] * (256 - share_down) + field[axis][down + 1][node] * share_down + 128) >> 8
            for node in (across, across + 1)
        ]
        return (sides[0] * (256 - share) + sides[1] * share + 128) >> 8

    def level(row, column):
        return image[row][column] if 0 <= row < height and 0 <= column < width else 0

    made = []
    for row in range(height):
        made.append([])
        for column in range(width):
            x, y = column * 256 + moved(0, row, column), row * 256 + moved(1, row, column)
            lines = [
                (level((y >> 8) + i, x >> 8) * (256 - x % 256) + level((y >> 8) + i, (x >> 8) + 1) * (x % 256) + 128)
                >> 8
                for i in (0, 1)
            ]
            made[-1].append((lines[0] * (256 - y % 256) + lines[1] * (y % 256) + 128) >> 8)
    return made


@settings(deadline=None, max_examples=25)
@given(data=st.data(), height=st.integers(1, 12), width=st.integers(1, 12))
def test_pixels_are_those_of_plain_loops(data, height, width):
    image = data.draw(
        st.lists(st.lists(st.integers(0, 255), min_size=width, max_size=width), min_size=height, max_size=height)
    )
    numbers = data.draw(st.lists(st.integers(-768, 768), min_size=32, max_size=32))
    field = np.array(numbers, np.int32).reshape(1, 2, 4, 4)
    made = Elastic(3.0).apply(np.array([image], np.uint8), field)
    expected = bent(image, field[0].tolist(), height, width)
    assert made[0].tolist() == (expected if np.max(expected) >= GLYPH_INK else image)


def test_nothing_moves_without_pixels():
    glyphs = CharToImages().fit_transform(TEXTS)
    assert (Elastic(0.0).fit_transform(glyphs).batch(range(4)).images == glyphs.batch(range(4)).images).all()


@pytest.mark.parametrize("pixels", [0.5, 1.5, 3.0])
def test_each_glyph_is_bent_in_its_own_way_and_gaps_stay_exact(pixels):
    line = [
        CharToImages(made_glyphs(each=1)),
        Elastic(pixels),
        CombineImagesHorizontally((2, 6), 400),
        ValidatePadding((2, 6)),
    ]
    ds = Pipeline(line).fit_transform(TEXTS)
    assert ds.facts.gaps is True
    images = ds.batch(range(4)).images
    assert len({image.tobytes() for image in images}) == 4


@pytest.mark.parametrize("pixels", [-0.1, 3.1, "1", None])
def test_other_numbers_are_refused(pixels):
    with pytest.raises(InputError, match="pixels is"):
        Elastic(pixels).fit(CharToImages().fit_transform(TEXTS))


@pytest.mark.parametrize("size", [1, 2])
def test_a_dot_is_never_lost(size):
    canvas = np.zeros((300, 12, 12), np.uint8)
    canvas[:, 5 : 5 + size, 5 : 5 + size] = 255
    step = Elastic(3.0)
    field = Stream(1, "fields").integers(np.arange(300)[:, None], np.arange(32), low=-768, high=768)
    made = step.apply(canvas, field.reshape(-1, 2, 4, 4).astype(np.int32))
    assert (made.max(axis=(1, 2)) >= GLYPH_INK).all()
    assert (made != canvas).any()
