"""Contact sheets: pictures side by side, enlarged, with captions and gaps, for people who would rather look than read.

Draws what it is given; `sheets.py` decides what to show of a folder or a recipe.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import cv2
import numpy as np

from mygenerator.errors import InputError

MAX_SHEET_PIXELS = 200_000_000

_MARGIN_PX = 12
_SHEET_WIDTH_PX = 1_800
"""The width that is filled with columns if their number is not given."""
_CAPTION_WIDTH_PX = 300
"""A caption widens the cell of a narrow image up to this width; a longer one continues on the next line."""
_CAPTION_LINE_PX, _MOST_CAPTION_LINES, _CAPTION_SIZE = 18, 6, 0.42
_NUMBER_LINE_PX, _NUMBER_SIZE, _NUMBER_SPACE_PX = 13, 0.36, 3
_DESK, _FRAME, _TEXT = 236, 190, 70
"""Grey levels: between the images, around each, and of the captions."""
_BANDS = (((255, 160, 60), (176, 74, 0)), ((90, 180, 255), (0, 84, 160)))
"""RGB of a gap's band and of its number: neighbours differ, so that it is clear which number belongs to which gap."""

Gaps = Sequence[tuple[int, ...]]
"""The gaps of one image: the first column of each, and its width in pixels (0 or less: the glyphs touch). For one of a
line, that line's first row and the one after its last follow."""


def contact_sheet(
    images: Sequence[np.ndarray | None],
    captions: Sequence[str],
    columns: int | None = None,
    scale: int = 2,
    gaps: Sequence[Gaps] | None = None,
) -> np.ndarray:
    """Images in rows, each enlarged by whole pixels under its caption.

    Parameters
    ----------
    images : sequence of uint8 (H, W), or (H, W, 3) RGB, or None
        At least one, of any sizes; None leaves a place empty.
    captions : sequence of str
        One for each image; a long one takes several lines. Characters other than ASCII are shown as `?`.
    columns : int, optional
        At least 1; by default as many as fit into 1,800 pixels.
    scale : int
        At least 1.
    gaps : sequence, optional
        The gaps of each image, drawn as bands with the width of each below it. They are pairs (first column, width) or,
        for those of a line, (first column, width, first row, end row); then each line has its own rows of numbers.

    Returns
    -------
    uint8 (H, W), or (H, W, 3) RGB if gaps are drawn or an image is coloured

    Raises
    ------
    InputError
        If the sheet would have more than 200 million pixels.

    Examples
    --------
    >>> contact_sheet([np.full((28, 60), 255, np.uint8)] * 3, ["7", "8", "9"], columns=3, scale=1).shape
    (72, 234)
    """
    shown = [caption.encode("ascii", "replace").decode() for caption in captions]
    drawn = [image for image in images if image is not None]
    widest = max(image.shape[1] for image in drawn) * scale
    width = max(widest, min(max(_text_width(text, _CAPTION_SIZE) for text in shown), _CAPTION_WIDTH_PX)) + 2
    columns = min(columns or max(_SHEET_WIDTH_PX // (width + _MARGIN_PX), 1), len(images))
    lines = [_wrapped(text, width) for text in shown]
    numbers = [_placed_numbers(each, scale, width) for each in gaps or [()] * len(images)]
    frame_top = max(map(len, lines)) * _CAPTION_LINE_PX
    frame_height = max(image.shape[0] for image in drawn) * scale + 2
    number_rows = max((row + 1 for each in numbers for _, _, row in each), default=0)
    height = frame_top + frame_height + number_rows * _NUMBER_LINE_PX
    _check_size(-(-len(images) // columns) * (height + _MARGIN_PX), columns * (width + _MARGIN_PX))
    cells = np.full((len(images), height, width, 3), _DESK, np.uint8)
    for place, (cell, image) in enumerate(zip(cells, images, strict=True)):
        if image is None:
            continue
        _write_lines(cell, lines[place], frame_top)
        bottom = _put(cell, _enlarged(image, scale, gaps[place] if gaps else ()), frame_top)
        _write_numbers(cell, numbers[place], bottom)
    sheet = _side_by_side(cells, columns)
    coloured = gaps is not None or any(image.ndim == 3 for image in drawn)
    return sheet if coloured else np.ascontiguousarray(sheet[:, :, 0])


def _side_by_side(cells: np.ndarray, columns: int) -> np.ndarray:
    """Cells (N, H, W, 3) in rows of `columns`."""
    # scikit-image takes a moment to load, and only a sheet needs it.
    from skimage.util import montage

    shape = (-(-len(cells) // columns), columns)
    return montage(cells, fill=(_DESK,) * 3, grid_shape=shape, padding_width=_MARGIN_PX, channel_axis=-1)


def _put(cell: np.ndarray, large: np.ndarray, top: int) -> int:
    """Put an enlarged image into its cell, in a thin frame; returns the row after the frame."""
    height, width = large.shape[:2]
    cell[top : top + height + 2, : width + 2] = _FRAME
    cell[top + 1 : top + 1 + height, 1 : 1 + width] = large
    return top + height + 2


def _check_size(height: int, width: int) -> None:
    if height * width > MAX_SHEET_PIXELS:
        raise InputError(
            f"the sheet would be about {width:,} x {height:,} pixels",
            allowed=f"{MAX_SHEET_PIXELS:,} pixels in all",
            do="show fewer images, or enlarge them less",
        )


def _enlarged(image: np.ndarray, scale: int, gaps: Gaps) -> np.ndarray:
    """The image as RGB, every pixel `scale` pixels wide and high, with its gaps tinted: uint8 (H, W, 3)."""
    rgb = np.repeat(image[:, :, None], 3, axis=2) if image.ndim == 2 else image.copy()
    for number, (start, gap, *rows) in enumerate(gaps):
        if gap > 0:
            tint = np.array(_BANDS[number % 2][0], np.uint16)
            # Whatever is in the gap shows through.
            place = slice(*rows) if rows else slice(None), slice(start, start + gap)
            rgb[place] = (2 * rgb[place].astype(np.uint16) + 3 * tint) // 5
    return rgb.repeat(scale, axis=0).repeat(scale, axis=1)


def _text_width(text: str, size: float) -> int:
    return cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, size, 1)[0][0]


def _write(cell: np.ndarray, text: str, place: tuple[int, int], size: float, colour: tuple[int, int, int]) -> None:
    cv2.putText(cell, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, 1, cv2.LINE_AA)


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines that fit into `width` pixels, a few at most."""
    letters = max(len(text) * width // max(_text_width(text, _CAPTION_SIZE), 1), 4)
    while True:
        lines = textwrap.wrap(text, letters, break_on_hyphens=False, max_lines=_MOST_CAPTION_LINES, placeholder="...")
        if letters <= 4 or all(_text_width(line, _CAPTION_SIZE) <= width for line in lines):
            return lines or [""]
        letters -= 1


def _write_lines(cell: np.ndarray, lines: Sequence[str], bottom: int) -> None:
    for number, line in enumerate(reversed(lines)):
        _write(cell, line, (0, bottom - number * _CAPTION_LINE_PX - 6), _CAPTION_SIZE, (_TEXT,) * 3)


def _placed_numbers(gaps: Gaps, scale: int, width: int) -> list[tuple[str, int, int]]:
    """Each gap's width as (text, x, row): under its gap, in the first row where it does not touch another number."""
    placed: list[tuple[str, int, int]] = []
    ends: list[int] = []
    first, line = 0, None
    for start, gap, *rows in gaps:
        if rows != line:
            first, line = len(ends), rows
        text = str(gap)
        text_width = _text_width(text, _NUMBER_SIZE)
        middle = 1 + scale * start + scale * gap // 2
        x = max(min(middle - text_width // 2, width - text_width), 0)
        row = next((row for row in range(first, len(ends)) if x >= ends[row] + _NUMBER_SPACE_PX), len(ends))
        ends[row : row + 1] = [x + text_width]
        placed.append((text, x, row))
    return placed


def _write_numbers(cell: np.ndarray, numbers: Sequence[tuple[str, int, int]], top: int) -> None:
    for number, (text, x, row) in enumerate(numbers):
        _write(cell, text, (x, top + (row + 1) * _NUMBER_LINE_PX - 2), _NUMBER_SIZE, _BANDS[number % 2][1])
