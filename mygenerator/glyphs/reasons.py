"""Why an image of a glyph is kept out: a short name for each reason, and what it means."""

EMPTY, BLANK_COLUMN, IN_PIECES = "empty", "blank column", "in pieces"
FAINT, MARKS = "too faint", "faint marks"
UNCLEAR, EDGE = "unclear paper", "joined to an edge"
MOSTLY_INK, ALL_SIDES, LINE, NO_STROKE = "mostly ink", "touches all sides", "line across", "no stroke"
MORE, PASTED = "more than a digit", "pasted cut-out"

REASONS = {
    EMPTY: "there is no ink",
    BLANK_COLUMN: "a column between the first and the last column of ink has none",
    IN_PIECES: "the ink of a digit is in several pieces",
    FAINT: "ink hardly stands out from the paper",
    MARKS: "something fainter than the ink is beside it: a stain, a shadow, weak strokes",
    UNCLEAR: "paper and ink cannot be told apart",
    EDGE: "ink touches a line or a dark edge along a side of the image",
    MOSTLY_INK: "more than half of the image is ink",
    ALL_SIDES: "ink touches all four sides of the image; leave some paper around it",
    LINE: "a line runs through the image from the left side to the right",
    MORE: "there are more strokes than the digit has: a box, a circle, or something that is joined to it",
    PASTED: "the digit was cut out with paper around it and pasted on black or white; keep all of the paper",
    NO_STROKE: "what stands out is a blot or a sheet of paper, not a stroke",
}
"""The first three can keep out a glyph of any source, the others a scan."""
