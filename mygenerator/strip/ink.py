"""What counts as ink, on a glyph and on a strip, and where a glyph's ink is."""

from __future__ import annotations

import numpy as np

MIN_INK = 16
"""Every column of a glyph's box has a pixel at least this far from paper: faint ones are lifted to it."""
LEVELS_LOST = 12
"""How far off a level of a strip can be in a JPEG file of quality 95; 10 is the most seen in 60 million pixels."""
GLYPH_INK = 64
"""A pixel of a glyph of at least this level is ink; fainter ones are a stroke's soft edge, or dirt."""


def ink_boxes(images: np.ndarray, otherwise: np.ndarray) -> np.ndarray:
    """The ink boxes of glyphs: int16 (M, 4). A column inside without ink is given some at its brightest pixel.

    Parameters
    ----------
    images : uint8 (M, h, w)
        Changed in place.
    otherwise : int (M, 4)
        The box of a glyph that has no ink at all.
    """
    inked = images >= GLYPH_INK
    columns, rows = (np.asarray(np.any(inked, axis=axis)) for axis in (1, 2))
    sides = [(lines.argmax(axis=1), lines.shape[1] - lines[:, ::-1].argmax(axis=1)) for lines in (columns, rows)]
    boxes = np.stack([sides[0][0], sides[1][0], sides[0][1], sides[1][1]], axis=1).astype(np.int16)
    blank = ~columns.any(axis=1)
    boxes[blank] = otherwise[blank]
    column = np.arange(images.shape[2])
    bare = ~columns & (column >= boxes[:, :1]) & (column < boxes[:, 2:3])
    for glyph, place in zip(*np.nonzero(bare), strict=True):
        _, top, _, bottom = boxes[glyph]
        levels = images[glyph, top:bottom, place]
        images[glyph, top + (levels.argmax() if levels.any() else len(levels) // 2), place] = GLYPH_INK
    return boxes
