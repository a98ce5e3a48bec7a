"""A picture of a glyph source: some glyphs of each character, and below them images that are not used, and why."""

from __future__ import annotations

import numpy as np

from mygenerator.glyphs import GlyphSet, KeptOut
from mygenerator.inspection.contact_sheet import contact_sheet
from mygenerator.sinks.png import encode_png

MOST_CHARACTERS = 60
"""The most characters on a sheet."""
MOST_SHOWN = 12
"""The most glyphs of one character, and the most images that are kept out for one reason."""


def sheet_of_glyphs(glyphs: GlyphSet | None, kept_out: KeptOut) -> bytes:
    """A row of evenly chosen glyphs for each character, then rows of what is kept out: PNG bytes.

    Glyphs are black on white, with their row in the source; what is kept out is as it was given, with the reason
    above the first image.
    """
    cells: list[list[tuple[np.ndarray, str]]] = []
    if glyphs is not None:
        cells += [_of_character(glyphs, place) for place in range(len(glyphs.characters[:MOST_CHARACTERS]))]
    cells += [_of_reason(kept_out, reason) for reason in dict.fromkeys(kept_out.reasons)]
    columns = max(map(len, cells))
    flat = [cell for row in cells for cell in [*row, *[(None, "")] * (columns - len(row))]]
    sheet = contact_sheet([image for image, _ in flat], [caption for _, caption in flat], columns)
    return encode_png(sheet, "the sheet")


def _of_character(glyphs: GlyphSet, place: int) -> list[tuple[np.ndarray, str]]:
    character = glyphs.characters[place]
    start, count = int(glyphs.starts[place]), glyphs.count(character)
    rows = [start + row for row in _evenly(count)]
    return [(255 - glyphs.images[row], f"{_shown(character)} #{glyphs.rows[row]}") for row in rows]


def _of_reason(kept_out: KeptOut, reason: str) -> list[tuple[np.ndarray, str]]:
    """Some images that are kept out for one reason, which stands above the first."""
    rows = [row for row, one in enumerate(kept_out.reasons) if one == reason]
    shown = [rows[place] for place in _evenly(len(rows))]
    names = [kept_out.names[row] or f"{_shown(kept_out.characters[row])} #{kept_out.rows[row]}" for row in shown]
    names[0] = f"{reason}: {names[0]}"
    return [(kept_out.images[row], name) for row, name in zip(shown, names, strict=True)]


def _evenly(count: int) -> list[int]:
    shown = min(MOST_SHOWN, count)
    return [place * count // shown for place in range(shown)]


def _shown(character: str) -> str:
    return character if character.isascii() else f"U+{ord(character):04X}"
