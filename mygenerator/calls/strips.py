"""Strips for single calls and batches, plain or augmented, prepared once: what the functions of this package share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Sample
from mygenerator.dataset import Dataset, PatternNlpDataset
from mygenerator.dataset.base import root_seed
from mygenerator.dataset.one_sample import alone
from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet
from mygenerator.glyphs.opened import opened_glyphs
from mygenerator.parameters import check_spacing_range
from mygenerator.pipeline import Pipeline, make_strip
from mygenerator.rng import Stream
from mygenerator.transform import CharToImages, CombineImagesHorizontally, Rotate, SaltAndPepper, Scale, Transform
from mygenerator.transform.text_to_image import GLYPH_STREAM

DIGIT_PX, PHONE_DIGITS = 28, 11
"""How wide a strip is for each digit if no width is given."""
PHONE_PATTERN, PHONE_NUMBERS = "0[1-9][0-9]{9}", 9 * 10**9
_TURN, _SIZES, _NEAR = 15.0, (0.5, 1.5), (0.8, 1.2)
_LINES: dict[tuple, Pipeline] = {}
_MOST_LINES = 32
_AT_ONCE = 1000


def checked_range(spacing_range: Any) -> tuple[int, int]:
    """A range of gaps as (low, high); the error for a single number says who takes the width in that place."""
    try:
        return check_spacing_range(spacing_range)
    except InputError as error:
        if isinstance(spacing_range, int) and not isinstance(spacing_range, bool):
            do = "to give the width second, as seqgen does, import the function from mygenerator.compat.seqgen"
            raise InputError(error.what, allowed=error.allowed, do=do) from None
        raise


def digit_strip(
    text: str, spacing_range: tuple[int, int], width: int, augment: bool, seed: int | None, **options: Any
) -> Sample:
    """One strip of a text, written with the digits that the configuration names.

    Parameters
    ----------
    text : str
    spacing_range : (int, int)
    width : int
    augment : bool
        Whether the digits are turned and scaled, and dots are strewn over the strip.
    seed : int or None
    **options
        As for `make_strip`.

    Raises
    ------
    InputError
        As `make_strip` does.
    """
    if not augment:
        return make_strip(text, spacing_range, width, seed=seed, **options)
    return strip_by(augmenting(opened_glyphs(), spacing_range, width, **options), text, seed)


def scaled_strip(text: str, spacing_range: tuple[int, int], width: int, glyphs: GlyphSet) -> Sample:
    """One strip, white on black, of glyphs that are scaled by 0.8 to 1.2 along each axis, each by its own factors."""
    line = steps_to_strips(glyphs, spacing_range, width, (Scale(_NEAR, _NEAR),), invert=True)
    return strip_by(line, text, None)


def strip_by(line: Pipeline, text: str, seed: int | None) -> Sample:
    """One sample of a text by steps."""
    return line.fit_transform(alone(text, ("text",), root_seed(seed)[0]))[0]


def drawn_glyphs(glyphs: GlyphSet, text: str, seed: int | None, on_glyphs: Sequence[Transform] = ()) -> np.ndarray:
    """A glyph for each digit of a text on its whole canvas, white on black: uint8 (L, h, w).

    Steps can move ink beyond the canvas; what is outside is cut off.
    """
    if not on_glyphs:
        bits = Stream(root_seed(seed)[0], GLYPH_STREAM).bits_of_one(0, len(text))
        ranges = glyphs.text_to_ranges(text)
        return glyphs.images[[start + (each * count >> 32) for (start, count), each in zip(ranges, bits, strict=True)]]
    line = Pipeline([CharToImages(glyphs), *on_glyphs])
    images = np.stack(strip_by(line, text, seed).image)
    height, width = glyphs.images.shape[1:]
    top, left = (images.shape[1] - height) // 2, (images.shape[2] - width) // 2
    return images[:, top : top + height, left : left + width]


def phone_strips(
    count: int, spacing_range: tuple[int, int], width: int, augment: bool, seed: int | None, **options: Any
) -> Dataset:
    """A data set of strips of different phone numbers of eleven digits; `options` are those of `digit_strip`."""
    numbers = PatternNlpDataset(PHONE_PATTERN, count, seed=seed)
    return augmenting(opened_glyphs(), spacing_range, width, augment, **options).fit_transform(numbers)


def in_memory(
    strips: Dataset, progress: Callable[[int, int], None] | None = None
) -> tuple[list[np.ndarray], list[str]]:
    """All strips of a data set as float32 (H, W), and their labels."""
    images: list[np.ndarray] = []
    labels: list[str] = []
    for start in range(0, len(strips), _AT_ONCE):
        batch = strips.batch(range(start, min(start + _AT_ONCE, len(strips))))
        images += list(as_floats(batch.images))
        labels += batch.labels.tolist()
        if progress is not None:
            progress(len(labels), len(strips))
    return images, labels


def augmenting(
    glyphs: GlyphSet, spacing_range: tuple[int, int], width: int, augment: bool = True, **options: Any
) -> Pipeline:
    """The steps from text to strips, plain or augmented."""
    changed = (Rotate((-_TURN, _TURN)), Scale(_SIZES, _SIZES)) if augment else ()
    dots = (SaltAndPepper(),) if augment else ()
    return steps_to_strips(glyphs, spacing_range, width, changed, dots, **options)


def steps_to_strips(
    glyphs: GlyphSet,
    spacing_range: tuple[int, int],
    width: int,
    on_glyphs: Sequence[Transform] = (),
    on_strips: Sequence[Transform] = (),
    **options: Any,
) -> Pipeline:
    """The steps from text to strips, kept from call to call.

    Parameters
    ----------
    glyphs : GlyphSet
    spacing_range : (int, int)
    width : int
    on_glyphs, on_strips : sequence of Transform
        The steps before and after glyphs are put side by side.
    **options
        As for `CombineImagesHorizontally`.
    """
    key = glyphs.source, glyphs.content, repr((spacing_range, width, on_glyphs, on_strips, options))
    line = _LINES.get(key)
    if line is None:
        if len(_LINES) >= _MOST_LINES:
            _LINES.clear()
        write = CombineImagesHorizontally(spacing_range, width, **options)
        line = _LINES[key] = Pipeline([CharToImages(glyphs), *on_glyphs, write, *on_strips])
    return line


def as_floats(images: np.ndarray) -> np.ndarray:
    """Levels from 0 to 255 as float32 from 0 to 1."""
    return images.astype(np.float32) / np.float32(255)
