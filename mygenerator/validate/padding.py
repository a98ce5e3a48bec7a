"""Glyph and gap widths of a single image of unknown origin, read from its blank columns by the rule of older releases.

The validation of folders (images.py) does not use it, but recorded boxes or simple runs of blank columns.
"""

from __future__ import annotations

import os

import numpy as np

from mygenerator.errors import InputError, whole_number
from mygenerator.logs import logw
from mygenerator.strip.measure import column_runs, ink_columns
from mygenerator.util_image import image_check, image_read

GLYPH_COLUMNS = 4
"""A glyph at least this wide ends at the first blank column; a narrower one at this many blank columns in a row."""


def image_padding_get(img: np.ndarray, threshold: int = 0, inverse: bool = True) -> tuple[list[int], list[int]]:
    """The widths of an image's glyphs, and of its gaps, from left to right.

    A column is ink if any channel of any of its pixels differs from paper by more than `threshold`. A gap begins at a
    blank column if the glyph so far is at least 4 columns wide, or if that column and the three after it (as far as the
    image goes) are all blank; otherwise the blank column belongs to the glyph. So a thin or broken glyph stays in one
    piece, and up to three blank columns at the left edge belong to the first glyph; other blank edges are gaps.

    Parameters
    ----------
    img : np.ndarray
        uint8 (H, W) or (H, W, 3).
    threshold : int
        0 to 254.
    inverse : bool
        True: dark ink on white paper (255). False: light ink on black (0).

    Returns
    -------
    glyph_widths, gap_widths : list of int
        In columns; they add up to the image's width.

    Raises
    ------
    InputError
        If `img` is not an image, or the threshold is out of its range.

    Examples
    --------
    >>> img = np.full((5, 12), 255, np.uint8)
    >>> img[2, 0:3] = img[4, 10] = 0
    >>> image_padding_get(img)
    ([3, 1], [7, 1])
    """
    paper = 255 if inverse else 0
    img = image_check(img, "the given array")
    threshold = whole_number("threshold", threshold, 0, 254)
    channels = img[None] if img.ndim == 2 else np.moveaxis(img, 2, 0)
    columns = np.asarray(ink_columns(channels, paper, threshold + 1).any(axis=0, keepdims=True))
    return _widths(columns)


def image_padding_load(path: str | os.PathLike, threshold: int = 15) -> tuple[list[int], list[int]]:
    """`image_padding_get` for an image file, dark on white.

    Parameters
    ----------
    path : str or path
        As `image_read` takes it.
    threshold : int
        0 to 254; the default ignores what a lossy format leaves around the ink.

    Returns
    -------
    glyph_widths, gap_widths : list of int

    Raises
    ------
    InputError
        If the file cannot be read, or the threshold is out of its range.
    """
    return image_padding_get(image_read(path), threshold)


def image_padding_validate(img: np.ndarray, min_padding: int, max_padding: int) -> bool:
    """Whether an image, dark on white, has gaps and all of them are within a range; if not, the gaps are logged.

    Blank edges count as gaps, as `image_padding_get` finds them at threshold 0. For a strip with margins, use
    `mygenerator.validate.validate_folder` or the step `ValidatePadding`.

    Parameters
    ----------
    img : np.ndarray
        uint8 (H, W) or (H, W, 3).
    min_padding, max_padding : int
        In pixels, both included; 0 <= min_padding <= max_padding.

    Raises
    ------
    InputError
        If `img` is not an image, or the range is empty.

    Examples
    --------
    >>> img = np.zeros((5, 30), np.uint8)
    >>> img[:, 10:16] = 255
    >>> image_padding_validate(img, 5, 6), image_padding_validate(img, 1, 5)
    (True, False)
    """
    low, high = whole_number("min_padding", min_padding, 0), whole_number("max_padding", max_padding, 0)
    if low > high:
        raise InputError(f"min_padding {low} is above max_padding {high}", allowed="min_padding <= max_padding")
    _, gaps = image_padding_get(img)
    fits = bool(gaps) and low <= min(gaps) and max(gaps) <= high
    if not fits:
        logw(f"gaps of {gaps} pixels in an image of shape {img.shape}, allowed: at least one, each {low} to {high}")
    return fits


def _widths(columns: np.ndarray) -> tuple[list[int], list[int]]:
    """Glyph and gap widths of one row of ink columns, bool (1, W)."""
    glyphs: list[int] = []
    gaps: list[int] = []
    width = columns.shape[1]
    so_far = right = 0  # the width of the current glyph, and where the last run of blank columns ended
    for start, end in zip(*(part.tolist() for part in column_runs(~columns)[1:]), strict=True):
        so_far += start - right
        blank, right = end - start, end
        # How much of a short run of blank columns a narrow glyph absorbs.
        swallowed = 0 if blank >= GLYPH_COLUMNS or end == width else min(blank, max(GLYPH_COLUMNS - so_far, 0))
        so_far += swallowed
        if swallowed < blank:
            glyphs.append(so_far)
            gaps.append(blank - swallowed)
            so_far = 0
    glyphs.append(so_far + width - right)
    return [glyph for glyph in glyphs if glyph], gaps
