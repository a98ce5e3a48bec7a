"""One strip of one text for each call: what functions use that are called in a loop.

Configuration, glyphs and step are prepared once in a process; a changed file or environment variable is noticed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Sample
from mygenerator.dataset.base import root_seed
from mygenerator.dataset.one_sample import alone
from mygenerator.errors import InputError, whole_number
from mygenerator.glyphs import GlyphSet
from mygenerator.glyphs.opened import opened_glyphs
from mygenerator.parameters import wrong_parameters
from mygenerator.pipeline.generate import check_sequence
from mygenerator.rng import Stream
from mygenerator.transform import TextToImage
from mygenerator.transform.char_to_images import glyph_extent

_STEP = "text_to_image"
"""The name under which the step draws, as in a pipeline of its own."""


def make_strip(
    sequence: str,
    spacing_range: Sequence[int] = (1, 10),
    image_width: int = 280,
    *,
    glyphs: GlyphSet | str | os.PathLike | None = None,
    config_file: str = "default",
    seed: int | None = None,
    index: int = 0,
    **options: Any,
) -> Sample:
    """One strip of a text, with its boxes, gaps and glyphs; nothing but the cache of glyphs is written.

    A call in a loop is cheap: nothing is parsed or opened again until a file changes.

    Parameters
    ----------
    sequence : str
        1 to 100 characters for which there are glyphs.
    spacing_range, image_width : see `TextToImage`
    glyphs : GlyphSet, str or path, optional
        As `load_glyphs` takes them; by default the configuration's current source.
    config_file : str
        The file that names the glyphs; "default" is the one in the home folder.
    seed : int, optional
        0 to 2**64 - 1; by default each call has a fresh one.
    index : int
        Which sample of the seed it is, 0 to 2**63 - 1: each has other glyphs and gaps.
    **options
        `sizing`, `image_height`, `align`, `invert` and whatever else `TextToImage` takes.

    Returns
    -------
    Sample
        Its image is uint8 (image_height, image_width): what a data set of this text alone holds as sample `index`, and
        what `run_generate_numbers_sequence` writes as image `index` with this seed.

    Raises
    ------
    InputError
        If a parameter is out of range, a character has no glyph, or the width cannot hold every draw (the message names
        the smallest and the largest width that can).

    Examples
    --------
    >>> strip = make_strip("007", (3, 8), 100, seed=1)
    >>> strip.image.shape, strip.label, [3 <= gap <= 8 for gap in strip.gaps.tolist()]
    ((28, 100), '007', [True, True])
    """
    text, index = check_sequence(sequence), whole_number("index", index, 0, 2**63 - 1)
    opened = opened_glyphs(glyphs, config_file)
    given = {"spacing_range": spacing_range, "image_width": image_width, **options}
    return _writer(opened, given).write(text, root_seed(seed)[0], index)


_MOST_WRITERS = 64
_writers: dict[tuple[str, str, str], _Writer] = {}


def _writer(glyphs: GlyphSet, given: dict[str, Any]) -> _Writer:
    """The writer with these glyphs and parameters, made once."""
    # The representation tells 1 from True, which are equal.
    key = glyphs.source, glyphs.content, repr(given)
    writer = _writers.get(key)
    if writer is None:
        writer = _Writer(glyphs, given)
        if len(_writers) >= _MOST_WRITERS:
            _writers.clear()
        _writers[key] = writer
    return writer


class _Writer:
    """A step with its glyphs open, which writes any text."""

    def __init__(self, glyphs: GlyphSet, given: dict[str, Any]):
        self.step = TextToImage(**given, glyphs=glyphs)
        for error in wrong_parameters(TextToImage, self.step.get_params()).values():
            raise error
        self.step.glyph_set_ = glyphs
        self._run_one = self.step.run_one
        self._extent = glyph_extent(glyphs, glyphs.characters)
        self._is_roomy: dict[int, bool] = {}

    def write(self, text: str, seed: int, index: int) -> Sample:
        """Sample `index` of that text alone with that seed."""
        if self._run_one is None or not self._holds_any(len(text)):
            # `fit` decides whether this very text fits, and says what is wrong.
            made = self.step.fit_transform(alone(text, self.step.takes, seed))
            return made.samples_alone(np.array([index], np.int64)).sample(0)
        return self._run_one(Sample(index, text), Stream(seed, _STEP))

    def _holds_any(self, length: int) -> bool:
        """Whether the strip holds any text of so many of the set's characters."""
        is_roomy = self._is_roomy.get(length)
        if is_roomy is None:
            try:
                self.step.check_room((length, length), self._extent)
                is_roomy = True
            except InputError:
                is_roomy = False
            self._is_roomy[length] = is_roomy
        return is_roomy
