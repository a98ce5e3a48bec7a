"""From glyphs to strips: where each glyph stands, and which pixels that makes; integers only."""
