"""Glyphs made up for tests: on any canvas, with any ink, nothing read from disk."""

from __future__ import annotations

import numpy as np

from mygenerator import GlyphSet
from mygenerator.rng import Stream


def made_glyphs(
    characters: str = "0123456789", each: int = 3, canvas: tuple[int, int] = (28, 28), seed: int = 0
) -> GlyphSet:
    """A GlyphSet of strokes that wander from left to right, `each` for every character, with dirt fainter than ink."""
    characters = "".join(sorted(characters))
    rng = Stream(seed, "made_glyphs")
    images, boxes = zip(*(_stroke(rng, number, canvas) for number in range(each * len(characters))), strict=True)
    return GlyphSet(
        source="made",
        characters=characters,
        starts=np.arange(len(characters) + 1, dtype=np.int64) * each,
        images=np.stack(images),
        boxes=np.array(boxes, np.int16),
        rows=np.arange(each * len(characters), dtype=np.int64) * 10,
        content=f"made {seed} {characters} {each} {canvas}",
        kept_out={},
    )


def _stroke(rng: Stream, number: int, canvas: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int, int, int]]:
    height, width = canvas
    wide, tall = (int(rng.integers(number, place, 0, low=1, high=high)) for place, high in ((0, width), (1, height)))
    left, top = (
        int(rng.integers(number, place, 1, low=0, high=high)) for place, high in ((0, width - wide), (1, height - tall))
    )
    path = top + rng.integers(number, np.arange(wide + 1), 2, low=0, high=tall - 1)
    ink = rng.integers(number, np.arange(wide), 3, low=64, high=255)
    image = rng.integers(number, np.arange(height * width), 4, low=0, high=63).reshape(canvas).astype(np.uint8)
    for column in range(wide):
        first, last = sorted(path[column : column + 2].tolist())
        image[first : last + 1, left + column] = ink[column]
    return image, (left, int(path.min()), left + wide, int(path.max()) + 1)
