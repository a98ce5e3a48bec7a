"""CharToImages: text in, one randomly drawn glyph for every character out, not yet laid out."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from mygenerator.batch import Batch, codes_of
from mygenerator.dataset import Dataset, ImageDataset, TextDataset
from mygenerator.dataset.base import labels_of
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.parameters import Seed
from mygenerator.rng import Stream
from mygenerator.strip.extent import GlyphExtent, extent_of
from mygenerator.transform.base import Transform

DEFAULT_GLYPHS = "optdigits"


class CharToImages(Transform):
    """Draws one image at random for each character of a text.

    Parameters
    ----------
    font : str, Path, GlyphSet or ImageDataset
        A glyph source's name, a folder of glyphs, or glyphs in memory. Or a data set whose labels are the characters:
        then a sample is a list of what the data set holds, arrays of any shape and type or any other objects.
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.

    Raises
    ------
    InputError
        From `fit`: if the font cannot be read, or has no image of a character that can occur.

    Examples
    --------
    >>> images = CharToImages("optdigits").transform_sample("007", seed=1)
    >>> len(images), images[0].shape
    (3, (28, 28))
    """

    takes = ("text",)

    def __init__(self, font: str | Path | GlyphSet | ImageDataset = DEFAULT_GLYPHS, seed: Seed | None = None):
        self.font = font
        self.seed = seed

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls(seed=3)]

    @property
    def gives(self) -> str:  # type: ignore[override]
        """Glyphs on one canvas, or the objects of the caller's own data set."""
        return "object" if isinstance(self.font, ImageDataset) else "glyphs"

    def check(self, ds: Dataset) -> None:
        characters, _ = text_extent(ds)
        if isinstance(self.font, ImageDataset):
            _check_labels(self.font, ds, characters)
            return
        self.glyph_set_ = load_glyphs(self.font)
        check_glyphs(self.glyph_set_, ds, characters)

    def facts(self, before: Facts) -> Facts:
        if self.gives == "object":
            # Images of a user's own can hold blank columns.
            return replace(before.after("object"), gaps=None)
        glyph_set = getattr(self, "glyph_set_", None)  # it is there once the step is fitted
        after = replace(before.after("glyphs"), gaps=True)
        if glyph_set is None:
            return after
        characters = glyph_set.characters if before.characters is None else before.characters
        return replace(after, extent=glyph_extent(glyph_set, characters))

    def describe(self) -> dict[str, Any]:
        if isinstance(self.font, ImageDataset):
            return {**super().describe(), "font": self.font.describe()["images"]}
        return {**super().describe(), **described_glyphs("font", self.glyph_set_)}

    def run(self, batch: Batch, rng: Stream) -> Batch:
        codes = codes_of(batch.labels)
        if isinstance(self.font, ImageDataset):
            return _objects(batch, draw_objects(rng, batch.index, codes, self.font), self.font)
        glyph_set = self.glyph_set_
        ids = draw_glyphs(rng, batch.index, codes, glyph_set)
        chosen = ids[ids >= 0]
        return batch.replace(
            kind="glyphs",
            images=glyph_set.images[chosen],
            ink=glyph_set.boxes[chosen],
            splits=np.concatenate([[0], np.cumsum((ids >= 0).sum(axis=1))]),
            glyphs=np.where(ids >= 0, glyph_set.rows[ids], -1),
            glyph_source=glyph_set.source,
        )


def draw_glyphs(rng: Stream, index: np.ndarray, codes: np.ndarray, glyph_set: GlyphSet) -> np.ndarray:
    """A glyph for each character, all of its glyphs equally likely: int64 (N, L) rows of the set, -1 after the end.

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
    if ((codes > 0) & (count == 0)).any():
        # A step before this one has changed the texts that `fit` was shown.
        glyph_set.check_characters("".join(chr(code) for code in np.unique(codes) if code))
    chosen = rng.integers(index[:, None], np.arange(codes.shape[1]), low=0, high=np.maximum(count, 1) - 1)
    return np.where(codes > 0, start + chosen, -1)


def draw_objects(rng: Stream, index: np.ndarray, codes: np.ndarray, font: ImageDataset) -> np.ndarray:
    """`draw_glyphs` for a data set of objects whose labels are the characters: int64 (N, L) rows of the data set."""
    rows = np.full(codes.shape, -1, np.int64)
    for code in np.unique(codes[codes > 0]).tolist():
        known = font.get_label_list(chr(code))
        sample, position = np.nonzero(codes == code)
        rows[sample, position] = known[rng.integers(index[sample], position, low=0, high=len(known) - 1)]
    return rows


def glyph_extent(glyph_set: GlyphSet, characters: str) -> GlyphExtent:
    """How large the glyphs of these characters are, at most."""
    start, count = glyph_set.codes_to_ranges(np.array([ord(character) for character in characters], np.uint32))
    rows = np.concatenate([np.arange(first, first + many) for first, many in zip(start, count, strict=True)])
    return extent_of(glyph_set.boxes[rows], glyph_set.images.shape[1:])


def text_extent(ds: Dataset) -> tuple[str, tuple[int, int]]:
    """The characters that a data set's labels can hold, and the lengths of the shortest and the longest label."""
    facts = ds.facts
    if facts.characters is not None and facts.label_lengths is not None:
        return facts.characters, facts.label_lengths
    characters: set[str] = set()
    lengths: set[int] = set()
    for label in labels_of(ds):
        characters.update(label)
        lengths.add(len(label))
    return "".join(sorted(characters)), (min(lengths), max(lengths))


def check_glyphs(glyph_set: GlyphSet, ds: Dataset, characters: str) -> None:
    """Raise InputError, which names the first label that cannot be written, if a character has no glyph."""
    lacking = "".join(character for character in characters if not glyph_set.count(character))
    if lacking:
        glyph_set.check_characters(lacking, _place_of(ds, lacking))


def _place_of(ds: Dataset, characters: str) -> str | None:
    return ds.place_of(characters) if isinstance(ds, TextDataset) else None


def described_glyphs(name: str, glyph_set: GlyphSet) -> dict[str, str]:
    """Glyphs as a recipe names them, for the parameter `name`.

    A path or an object means nothing on another machine, so the source's name and a hash of its content are recorded.
    """
    return {name: glyph_set.source, f"{name}_sha256": glyph_set.content}


@lru_cache(maxsize=1)
def glyphs_of(images: ImageDataset) -> GlyphSet:
    """The images as glyphs; cached, because every `fit` asks for them and a data set does not change."""
    return GlyphSet.from_images(images.batch(range(len(images))).images, images.labels().tolist(), source="images")


def _check_labels(font: ImageDataset, ds: Dataset, characters: str) -> None:
    lacking = [character for character in characters if font.get_label_list(character).size == 0]
    if lacking:
        raise InputError(
            f"{font!r} has no image for {', '.join(map(repr, lacking[:10]))}",
            where=_place_of(ds, "".join(lacking)),
            allowed="one label for each character that can occur",
        )


def _objects(batch: Batch, rows: np.ndarray, font: ImageDataset) -> Batch:
    images = [[font.get_image_only(row) for row in line[line >= 0].tolist()] for line in rows]
    return batch.replace(kind="object", images=images, glyphs=rows, glyph_source="images")
