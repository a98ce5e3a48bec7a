"""Glyphs that touch every side of their canvas: on these, a step's mistakes about ink show first."""

from __future__ import annotations

import numpy as np

from mygenerator.dataset import Dataset
from mygenerator.glyphs import GlyphSet
from mygenerator.transform import CharToImages, CombineImagesHorizontally

_SIDE_PX = 20


def block_glyphs(characters: str) -> GlyphSet:
    """Two glyphs for each character, 20 x 20: a solid block, and a frame of two pixels with a bar across."""
    known = "".join(sorted(set(characters)))
    block = np.full((_SIDE_PX, _SIDE_PX), 255, np.uint8)
    frame = block.copy()
    frame[2:-2, 2:-2] = 0
    frame[_SIDE_PX // 2] = 255
    count = 2 * len(known)
    return GlyphSet(
        source="blocks",
        characters=known,
        starts=np.arange(0, count + 1, 2, dtype=np.int64),
        images=np.stack([block, frame] * len(known)),
        boxes=np.array([[0, 0, _SIDE_PX, _SIDE_PX]] * count, np.int16),
        rows=np.arange(count, dtype=np.int64),
        content=f"blocks {known}",
        kept_out={},
    )


def block_glyph_data(texts: Dataset) -> Dataset:
    """The texts written in blocks, not yet laid out."""
    return CharToImages(block_glyphs(texts.facts.characters or "0123456789")).fit_transform(texts)


def block_strips(texts: Dataset) -> Dataset:
    """The texts written in blocks on strips, with paper around each block, so both sides of an edge can be checked."""
    return CombineImagesHorizontally((4, 8), 260, "pad", 40).fit_transform(block_glyph_data(texts))
