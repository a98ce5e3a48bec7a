"""Line rules: whether the lines of a wrapped strip are those recorded, one below the other, with nothing in between.

A strip of several lines is cut between them, and each line is then judged as a strip by itself.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from mygenerator.strip.bands import bands_of_lines, rows_of_lines
from mygenerator.strip.ink import MIN_INK
from mygenerator.validate.claim import Claim


def misfit_of_lines(lines: list[list[int]], glyphs: int) -> str:
    """How recorded lines fail to share out an image's glyphs, in words; empty if they do not fail."""
    ends = [0, *(end for _, end in lines)]
    fits = [first for first, _ in lines] == ends[:-1] and all(a < b for a, b in pairwise(ends)) and ends[-1] == glyphs
    return "" if fits else f"recorded lines {lines} do not share out {glyphs} boxes, one after the other"


def can_be_cut(claim: Claim, shape: tuple[int, ...]) -> bool:
    """Whether an image of (H, W) pixels can be cut into its lines by what is recorded of it."""
    height, width = shape
    return (
        claim.lines is not None
        and bool(claim.boxes)
        and not misfit_of_lines(claim.lines, len(claim.boxes or ()))
        and all(0 <= x0 < x1 <= width and 0 <= y0 < y1 <= height for x0, y0, x1, y1 in claim.boxes or ())
    )


def lacks_lines(claim: Claim) -> bool:
    """Whether an image's gaps or boxes are recorded, but not its lines, though its text can be wrapped."""
    return claim.lines is None and claim.settings.most_lines is not None and claim.records_strip


def fault_of_lines(claim: Claim, image: np.ndarray, paper: int | None) -> str:
    """What is wrong with the lines of an image as a whole, in words; empty if nothing is.

    Parameters
    ----------
    claim : Claim
        Of an image that `can_be_cut`.
    image : uint8 (H, W)
    paper : int or None
        The folder's, which counts if none is claimed.
    """
    settings = claim.settings
    lines, rows = claim.lines or [], _rows(claim, len(image))[0].tolist()
    if settings.most_lines is not None and len(lines) > settings.most_lines:
        return f"{len(lines)} lines are recorded, allowed up to {settings.most_lines}"
    for number, (above, below) in enumerate(pairwise(rows), start=2):
        if below[0] - above[1] < (settings.line_gap or 0):
            wanted = f", expected {settings.line_gap} or more" if settings.line_gap else ""
            return f"line {number} is {below[0] - above[1]} rows below the line before it{wanted}"
    if settings.no_gaps:
        return ""
    if settings.one_gap and len(widths := _widths(claim)) > 1:
        return f"gaps measure {sorted(widths)} pixels in its lines, expected one width for all"
    level = paper if settings.paper is None else settings.paper
    stray = np.abs(image.astype(np.int16) - np.int16(level or 0)).max(axis=1) >= (1 if claim.lossless else MIN_INK)
    for first, end in rows:
        stray[first:end] = False
    return f"row {int(np.argmax(stray))} holds ink, but is in no line" if stray.any() else ""


def _widths(claim: Claim) -> set[int]:
    boxes = claim.boxes or []
    pairs = (pairwise(boxes[first:end]) for first, end in claim.lines or ())
    return {right[0] - left[2] for of_line in pairs for left, right in of_line}


def cut(claim: Claim, image: np.ndarray) -> list[tuple[Claim, np.ndarray]]:
    """The lines of an image that `can_be_cut`, with what is claimed of each; none if two lines share rows."""
    rows, bands = (each.tolist() for each in _rows(claim, len(image)))
    if any(above[1] > below[0] for above, below in pairwise(rows)):
        return []  # `fault_of_lines` says so
    parts = []
    boxes, label = claim.boxes or [], claim.label
    for number, ((first, end), (top, bottom)) in enumerate(zip(claim.lines or (), bands, strict=True), start=1):
        moved = [[x0, y0 - top, x1, y1 - top] for x0, y0, x1, y1 in boxes[first:end]]
        own = replace(
            claim,
            label=label[first:end] if label is not None and len(label) == len(boxes) else None,
            gaps=None if claim.gaps is None else claim.gaps[first : end - 1],
            boxes=moved,
            lines=None,
            line=number,
        )
        parts.append((own, image[top:bottom]))
    return parts


def _rows(claim: Claim, height: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows of each line, by its boxes, and the band that it is cut out in: int64 (K, 2) each."""
    boxes, lines = np.array([claim.boxes]), np.array([claim.lines])
    return rows_of_lines(boxes, lines)[0], bands_of_lines(boxes, lines, height)[0]
