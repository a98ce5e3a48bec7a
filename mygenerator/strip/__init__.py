"""From glyphs to strips: where each glyph goes, and the pixels that result; integers only."""
