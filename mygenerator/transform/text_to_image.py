"""TextToImage: text in, strips of handwritten glyphs out, with gaps that are exactly what was drawn.

It joins two parts, each with a stream of its own: which glyph stands for each character, and how wide the gaps are.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from mygenerator import layout, raster
from mygenerator.batch import Batch, codes_of
from mygenerator.dataset import Dataset, ImageDataset, TextDataset
from mygenerator.errors import InputError, choice, whole_number
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.rng import Stream, check_seed
from mygenerator.transform.base import Transform

DEFAULT_GLYPHS = "optdigits"
GLYPH_STREAM = "char_to_images"
GAP_STREAM = "combine_images_horizontally"

MAX_GAP_PX = 10_000

_ALIGN_DRAW = 1
_DIGITS = (ord("0"), ord("9"))


class TextToImage(Transform):
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
        How a strip becomes exactly that wide. fill: glyphs grow or shrink together, in shape until the tallest reaches
        the strip's height. equal: all glyphs equally wide, digits at full height. pad: glyphs keep their size, the
        rest is margin. resize: whole cells side by side, then the strip is resized, gaps and all.
    image_height : int
        Height of the strip in pixels, 8 to 128.
    align : {"left", "center", "right", "random"}
        Where the glyphs stand under `pad`.
    invert : bool
        White on black in place of black on white.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.
    font_dir : str, Path or ImageDataset, optional
        Older name of `glyphs`.

    Raises
    ------
    InputError
        From `fit`: a parameter out of range, a character without a glyph, a width that cannot hold every draw (the
        message names the smallest and the largest that can).

    Examples
    --------
    >>> from mygenerator import NlpDataset
    >>> texts = NlpDataset(["007"], seed=1)
    >>> strips = TextToImage("optdigits", spacing_range=(3, 8), image_width=100).fit_transform(texts)
    >>> strips[0].image.shape, strips[0].label, [3 <= gap <= 8 for gap in strips[0].gaps.tolist()]
    ((28, 100), '007', [True, True])
    """

    takes = ("text",)
    gives = "strip"
    records_boxes = True
    aliases: ClassVar[dict[str, str]] = {"font_dir": "glyphs"}

    def __init__(
        self,
        glyphs: str | Path | GlyphSet | ImageDataset = DEFAULT_GLYPHS,
        spacing_range: Sequence[int] = (1, 10),
        image_width: int = 280,
        sizing: str = "fill",
        image_height: int = 28,
        align: str = "center",
        invert: bool = False,
        seed: int | None = None,
        font_dir: str | Path | ImageDataset | None = None,
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

    def check(self, ds: Dataset) -> None:
        choice("sizing", self.sizing, layout.SIZINGS)
        choice("align", self.align, layout.ALIGNS)
        low, high = check_spacing_range(self.spacing_range)
        width = whole_number("image_width", self.image_width, 1)
        height = whole_number("image_height", self.image_height, 8, 128)
        if not isinstance(self.invert, bool | np.bool_):
            raise InputError(f"invert is {self.invert!r}", allowed="True or False")
        if self.seed is not None:
            check_seed(self.seed)
        self.glyph_set_ = self.glyph_set()
        characters, lengths = text_extent(ds)
        self.glyph_set_.check_characters(characters)
        extent = glyph_extent(self.glyph_set_, characters)
        layout.check_feasible(self.sizing, width, height, (low, high), lengths, extent)

    def keeps_gaps(self, promised: bool) -> bool:
        return self.sizing != "resize"

    def shape_after(self, shape: tuple[int, int] | None) -> tuple[int, int] | None:
        return int(self.image_height), int(self.image_width)

    def glyph_set(self) -> GlyphSet:
        """The glyphs that it writes with, opened."""
        return _glyphs_of(self.glyphs) if isinstance(self.glyphs, ImageDataset) else load_glyphs(self.glyphs)

    def describe(self) -> dict[str, Any]:
        # A path or an object says nothing on another machine: the recipe names the source and its content.
        return {**super().describe(), "glyphs": self.glyph_set_.source, "glyphs_sha256": self.glyph_set_.content}

    def run(self, batch: Batch, seed: int, name: str) -> Batch:
        glyph_set = self.glyph_set_
        own = "" if name == "text_to_image" else f"{name}/"
        codes = codes_of(batch.labels)
        ids = draw_glyphs(Stream(seed, own + GLYPH_STREAM), batch.index, codes, glyph_set)
        spacing = Stream(seed, own + GAP_STREAM)
        low, high = check_spacing_range(self.spacing_range)
        positions = np.arange(max(ids.shape[1] - 1, 0))
        drawn = spacing.integers(batch.index[:, None], positions, low=low, high=high)
        align_bits = spacing.bits32(batch.index, 0, _ALIGN_DRAW).astype(np.int64) if self.align == "random" else None
        # Python's integers: products of numpy's small ones overflow.
        size = (int(self.image_height), int(self.image_width))
        boxes, gaps = layout.place(
            self.sizing,
            np.where(ids[:, :, None] >= 0, glyph_set.boxes[ids], -1),
            drawn,
            glyph_set.images.shape[1:],
            size,
            (codes >= _DIGITS[0]) & (codes <= _DIGITS[1]),
            self.align,
            align_bits,
        )
        if self.sizing == "resize":
            strips = raster.render_resized(glyph_set.images, ids, drawn, size)
        else:
            strips = raster.render(glyph_set.images, glyph_set.boxes, ids, boxes, size)
        return batch.replace(
            kind="strip",
            images=strips if self.invert else np.subtract(255, strips, out=strips),
            paper=0 if self.invert else 255,
            boxes=boxes,
            gaps=gaps,
            glyphs=np.where(ids >= 0, glyph_set.rows[ids], -1),
            glyph_source=glyph_set.source,
        )


@lru_cache(maxsize=1)
def _glyphs_of(images: ImageDataset) -> GlyphSet:
    """The images as glyphs; kept, because every `fit` asks and a data set does not change."""
    return GlyphSet.from_images(images.batch(range(len(images))).images, images.labels().tolist(), source="images")


def draw_glyphs(rng: Stream, index: np.ndarray, codes: np.ndarray, glyph_set: GlyphSet) -> np.ndarray:
    """One glyph for each character, each of its glyphs equally likely: int64 (N, L) rows of the set, -1 after the end.

    Parameters
    ----------
    rng : Stream
    index : int64 (N,)
        The samples' indices.
    codes : uint32 (N, L)
        The characters' code points, 0 after a label's end; the set has glyphs for all of them.
    glyph_set : GlyphSet
    """
    start, count = glyph_set.codes_to_ranges(codes)
    chosen = rng.integers(index[:, None], np.arange(codes.shape[1]), low=0, high=np.maximum(count, 1) - 1)
    return np.where(codes > 0, start + chosen, -1)


def glyph_extent(glyph_set: GlyphSet, characters: str) -> layout.GlyphExtent:
    """How large the glyphs of these characters are, at most."""
    start, count = glyph_set.codes_to_ranges(np.array([ord(character) for character in characters], np.uint32))
    rows = np.concatenate([np.arange(first, first + many) for first, many in zip(start, count, strict=True)])
    boxes = glyph_set.boxes[rows].astype(int)
    height, width = glyph_set.images.shape[1:]
    return layout.GlyphExtent(
        int((boxes[:, 2] - boxes[:, 0]).max()), int(boxes[:, 1].min()), int(boxes[:, 3].max()), height, width
    )


def text_extent(ds: Dataset) -> tuple[str, tuple[int, int]]:
    """The characters that a data set's labels may hold, and the lengths of the shortest and the longest."""
    if isinstance(ds, TextDataset):
        return ds.characters, ds.label_lengths
    codes = codes_of(ds.labels())
    lengths = (codes > 0).sum(axis=1)
    return "".join(chr(code) for code in np.unique(codes) if code), (int(lengths.min()), int(lengths.max()))


def check_spacing_range(spacing_range: Any) -> tuple[int, int]:
    """A range of gaps as (low, high); InputError unless it is two whole numbers, 0 <= low <= high."""
    try:
        low, high = spacing_range
    except (TypeError, ValueError):
        raise InputError(
            f"spacing_range is {spacing_range!r}", allowed="two whole numbers, (smallest, largest)"
        ) from None
    low, high = (
        whole_number(f"the {name} gap", gap, 0, MAX_GAP_PX) for name, gap in (("smallest", low), ("largest", high))
    )
    if low > high:
        raise InputError(f"the smallest gap, {low}, is above the largest, {high}", allowed="smallest <= largest")
    return low, high
