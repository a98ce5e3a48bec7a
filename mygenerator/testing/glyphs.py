"""The contract of a set of glyphs: what the layout and the raster take for granted."""

from __future__ import annotations

import pickle

import numpy as np

from mygenerator.glyphs import GlyphSet
from mygenerator.glyphs.ingest import INK
from mygenerator.testing.base import require


def check_glyph_set(glyphs: GlyphSet) -> None:
    """Check that glyphs can be drawn from: they are sorted, and ink boxes are exact and hold ink in every column.

    Raises
    ------
    ContractError
        Names what is wrong, and with which glyph.

    Examples
    --------
    >>> from mygenerator.glyphs import load_glyphs
    >>> check_glyph_set(load_glyphs("optdigits"))
    """
    require(len(glyphs) > 0, f"{glyphs!r} is empty")
    require(list(glyphs.characters) == sorted(set(glyphs.characters)), f"the characters of {glyphs!r} are not sorted")
    require(glyphs.starts[0] == 0 and glyphs.starts[-1] == len(glyphs), f"starts of {glyphs!r} do not span its glyphs")
    require(bool((np.diff(glyphs.starts) > 0).all()), f"a character of {glyphs!r} has no glyph")
    require(len({len(glyphs.images), len(glyphs.boxes), len(glyphs.rows)}) == 1, f"{glyphs!r} has uneven arrays")
    require(len(np.unique(glyphs.rows)) == len(glyphs), f"two glyphs of {glyphs!r} have the same row")
    for place, (image, (x0, y0, x1, y1)) in enumerate(zip(glyphs.images, glyphs.boxes.tolist(), strict=True)):
        ink = image >= INK
        rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
        box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1) if len(rows) else ()
        require((x0, y0, x1, y1) == box, f"glyph {place} of {glyphs!r}: its ink box is {box}, not {x0, y0, x1, y1}")
        require(ink[:, x0:x1].any(axis=0).all(), f"glyph {place} of {glyphs!r} has a blank column inside its box")
    again = pickle.loads(pickle.dumps(glyphs))
    require(
        again == glyphs and np.array_equal(again.images, glyphs.images), f"{glyphs!r} comes back from pickle changed"
    )
