"""TextToImage: text in, strips of handwritten glyphs out, with gaps that are exactly what was drawn.

It joins two parts, each with a stream of its own: which glyph is drawn for each character, and how wide the gaps are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from mygenerator.batch import Batch, Sample, codes_of
from mygenerator.dataset import Dataset, ImageDataset
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.parameters import GapRange, Seed, parameters_of
from mygenerator.rng import Stream
from mygenerator.strip.layout import SIZINGS, Align, Sizing
from mygenerator.strip.spacing import Spacing, Where
from mygenerator.strip.strip import Strip, digits_of
from mygenerator.transform.base import Transform
from mygenerator.transform.char_to_images import (
    DEFAULT_GLYPHS,
    check_glyphs,
    described_glyphs,
    draw_glyphs,
    glyph_extent,
    glyphs_of,
    text_extent,
)
from mygenerator.transform.strip_writer import Height, LineGap, Lines, StripWriter, Width

GLYPH_STREAM = "char_to_images"
GAP_STREAM = "combine_images_horizontally"
_KNOWN_TO_ONE = frozenset(
    ("glyphs", "spacing_range", "image_width", "sizing", "image_height", "align", "invert", "seed", "font_dir")
)
"""The parameters that the short way for one sample takes into account."""


class TextToImage(StripWriter, Transform):
    """Writes each text with real handwritten glyphs on a strip of a fixed size.

    Parameters
    ----------
    glyphs : str, Path, GlyphSet or ImageDataset
        A source's name (`optdigits`), a folder (one sub-folder for each character, or an idx image and label pair), or
        glyphs in memory.
    spacing_range : (int, int)
        Smallest and largest gap between neighbouring glyphs in pixels, both drawn; 0 or more.
    image_width : int
        Width of the strip in pixels.
    sizing : {"fill", "equal", "pad", "resize"}
        How a strip becomes exactly that wide. fill: glyphs grow or shrink together, and keep their shape until the
        tallest reaches the strip's height. equal: all glyphs are equally wide, digits at full height. pad: glyphs keep
        their size, the rest is margin. resize: whole cells are set side by side, then the strip is resized, gaps and
        all.
    image_height : int
        Height of the strip in pixels, 8 to 128.
    align : {"left", "center", "right", "random"}
        Where the glyphs are under `pad`.
    invert : bool
        Whether the strip is white on black instead of black on white.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.
    font_dir : str, Path or ImageDataset, optional
        Older name of `glyphs`.
    spacing : {"uniform", "fixed"}
        uniform: each gap is drawn by itself. fixed: one gap is drawn for the whole strip.
    where : {"between", "edges"}
        between: only the gaps between glyphs are drawn. edges: the margins too, from the same range; with `fixed`, gaps
        and margins are of one width. `pad` adds to the margins what is left over, on the sides that `align` says.
    wrap : int
        The most lines, 1 to 16, that a text is written in if the width cannot hold its widest draw in one; it has as
        few as it can. The lines share `image_height`, and are centred; not with `resize` or `edges`. 1: no text is
        wrapped.
    line_gap : int
        Blank rows between two lines, 1 to 100.

    Raises
    ------
    InputError
        From `fit`: if a parameter is out of range, a character has no glyph, or the width cannot hold every draw (the
        message names the smallest and the largest width that can).

    Examples
    --------
    >>> from mygenerator import NlpDataset
    >>> texts = NlpDataset(["007"], seed=1)
    >>> strips = TextToImage("optdigits", spacing_range=(3, 8), image_width=100).fit_transform(texts)
    >>> strips[0].image.shape, strips[0].label, [3 <= gap <= 8 for gap in strips[0].gaps.tolist()]
    ((28, 100), '007', [True, True])
    """

    takes = ("text",)
    gap_parameter, width_parameter = "spacing_range", "image_width"
    _aliases: ClassVar[dict[str, str]] = {"font_dir": "glyphs"}

    def __init__(
        self,
        glyphs: str | Path | GlyphSet | ImageDataset = DEFAULT_GLYPHS,
        spacing_range: GapRange = (1, 10),
        image_width: Width = 280,
        sizing: Sizing = "fill",
        image_height: Height = 28,
        align: Align = "center",
        invert: bool = False,
        seed: Seed | None = None,
        font_dir: str | Path | ImageDataset | None = None,
        *,
        spacing: Spacing = "uniform",
        where: Where = "between",
        wrap: Lines = 1,
        line_gap: LineGap = 4,
    ):
        if font_dir is not None and not (isinstance(glyphs, str) and glyphs == DEFAULT_GLYPHS):
            raise InputError("both glyphs and font_dir are given", do="give glyphs alone; font_dir is its old name")
        self.glyphs = glyphs if font_dir is None else font_dir
        self.spacing_range = spacing_range
        self.image_width = image_width
        self.sizing = sizing
        self.image_height = image_height
        self.align = align
        self.invert = invert
        self.seed = seed
        self.spacing = spacing
        self.where = where
        self.wrap = wrap
        self.line_gap = line_gap

    @classmethod
    def examples(cls) -> list[Self]:
        some = [cls(sizing=sizing, spacing_range=(0, 5), image_width=200, seed=3) for sizing in SIZINGS]
        spaced = [cls(sizing=sizing, image_width=300, spacing="fixed", where="edges") for sizing in SIZINGS]
        return [
            cls(),
            *some,
            cls(sizing="pad", align="random", image_height=40, invert=True),
            cls(spacing="fixed"),
            *spaced,
            cls(sizing="pad", align="left", image_width=300, where="edges"),
            cls(image_width=60, wrap=3, image_height=60, spacing_range=(2, 12)),
            cls(sizing="pad", align="random", image_width=100, wrap=4, image_height=124, spacing="fixed", line_gap=1),
        ]

    def facts(self, before: Facts) -> Facts:
        return self.strip_facts(before, exact=True)

    def check(self, ds: Dataset) -> None:
        self.glyph_set_ = self.glyph_set()
        characters, lengths = text_extent(ds)
        check_glyphs(self.glyph_set_, ds, characters)
        extent = glyph_extent(self.glyph_set_, characters)
        self.check_room(lengths, extent)
        self.widest_ = extent.widest

    def glyph_set(self) -> GlyphSet:
        """Open the glyphs that it writes with."""
        return glyphs_of(self.glyphs) if isinstance(self.glyphs, ImageDataset) else load_glyphs(self.glyphs)

    def describe(self) -> dict[str, Any]:
        return {**super().describe(), **described_glyphs("glyphs", self.glyph_set_)}

    def stream_names(self, name: str) -> tuple[str, ...]:
        # Those of its two parts, so that the parts alone make the same draws.
        return _own(name) + GLYPH_STREAM, *self.strip.spaces.stream_names(self.gap_stream(name))

    def gap_stream(self, name: str) -> str:
        return _own(name) + GAP_STREAM

    @property
    def run_one(self) -> Callable[[Sample, Stream], Sample] | None:
        # A sub-class that draws otherwise has no short way. Nor has a parameter that the short way does not know.
        same = type(self).run is TextToImage.run and all(
            getattr(self, name) == parameter.default
            for name, parameter in parameters_of(type(self)).items()
            if name not in _KNOWN_TO_ONE
        )
        return self._run_one if same else None

    def _run_one(self, sample: Sample, rng: Stream) -> Sample:
        label, glyph_set = sample.label, self.glyph_set_
        streams = rng.named(_own(rng.step) + GLYPH_STREAM), rng.named(self.gap_stream(rng.step))
        ranges = glyph_set.text_to_ranges(label)
        tall = ["0" <= character <= "9" for character in label]
        strip = self.strip
        assert isinstance(strip, Strip)  # the short way is not taken if texts are wrapped
        image, boxes, gaps, ids = strip.make_one(glyph_set.images, glyph_set.boxes, ranges, sample.index, tall, streams)
        return Sample(sample.index, label, image, boxes, gaps, glyph_set.rows[ids], glyph_set.source)

    def run(self, batch: Batch, rng: Stream) -> Batch:
        glyph_set = self.glyph_set_
        for_glyphs, for_gaps = rng.named(_own(rng.step) + GLYPH_STREAM), rng.named(self.gap_stream(rng.step))
        ids = draw_glyphs(for_glyphs, batch.index, codes_of(batch.labels), glyph_set)
        given = glyph_set.images, glyph_set.boxes, ids, batch.index, digits_of(batch.labels), for_gaps
        made = self.made(*given, widest=self.widest_)
        return batch.replace(**made, glyphs=np.where(ids >= 0, glyph_set.rows[ids], -1), glyph_source=glyph_set.source)


def _own(name: str) -> str:
    """What the names of its streams begin with if it has another name than its kind's."""
    return "" if name == "text_to_image" else f"{name}/"
