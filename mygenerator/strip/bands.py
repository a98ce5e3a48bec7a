"""The lines of wrapped strips, taken apart by what is recorded: what judges one strip then judges each line."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np


def rows_of_lines(boxes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """The rows that the boxes of each line cover, from the highest to the lowest: int64 (N, K, 2), ends exclusive.

    Parameters
    ----------
    boxes : int (N, L, 4)
    lines : int (N, K, 2)
        For each line its first glyph and the one after its last, one or more glyphs; -1 for missing lines, whose rows
        have no meaning.

    Examples
    --------
    >>> boxes = np.array([[[0, 2, 9, 10], [9, 3, 12, 11], [0, 15, 9, 20]]])
    >>> rows_of_lines(boxes, np.array([[[0, 2], [2, 3]]])).tolist()
    [[[2, 11], [15, 20]]]
    """
    place = np.arange(boxes.shape[1])
    held = (place >= lines[:, :, :1]) & (place < lines[:, :, 1:])
    y0, y1 = (boxes[:, None, :, side].astype(np.int64) for side in (1, 3))
    top = np.where(held, y0, np.iinfo(np.int64).max).min(axis=2)
    return np.stack([top, np.where(held, y1, -1).max(axis=2)], axis=2)


def bands_of_lines(boxes: np.ndarray, lines: np.ndarray, height: int) -> np.ndarray:
    """The rows of each line and half of the way to the next, so that each row is in one band: int64 (N, K, 2).

    Parameters
    ----------
    boxes, lines : see `rows_of_lines`
    height : int
        The images', in pixels.

    Examples
    --------
    >>> bands_of_lines(np.array([[[0, 2, 9, 10], [0, 15, 9, 20]]]), np.array([[[0, 1], [1, 2]]]), 24).tolist()
    [[[0, 12], [12, 24]]]
    """
    rows, there = rows_of_lines(boxes, lines), lines[:, :, 0] >= 0
    middle = np.where(there[:, 1:], (rows[:, :-1, 1] + np.where(there[:, 1:], rows[:, 1:, 0], 0)) // 2, height)
    first, last = np.zeros((len(boxes), 1), np.int64), np.full((len(boxes), 1), height)
    return np.stack([np.hstack([first, middle]), np.hstack([middle, last])], axis=2)


def lines_alone(
    images: np.ndarray, paper: int, boxes: np.ndarray, lines: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """The first lines of all images, each on an image where it is alone, then the second ones, and so on.

    Parameters
    ----------
    images : uint8 (N, H, W)
    paper : int
    boxes, lines : see `rows_of_lines`

    Yields
    ------
    rows : int64 (M,)
        Which of the N images have such a line.
    alone : uint8 (M, H, W)
        What is outside the line's band is paper.
    of_line : int (M, C, 4)
        The line's boxes, -1 in missing places.
    """
    height = images.shape[1]
    bands, row = bands_of_lines(boxes, lines, height), np.arange(height)
    for number in range(lines.shape[1]):
        rows = np.flatnonzero(lines[:, number, 0] >= 0)
        if not rows.size:
            return
        top, bottom = bands[rows, number].T
        inside = (row >= top[:, None]) & (row < bottom[:, None])
        first, end = lines[rows, number].T
        place = first[:, None] + np.arange(int((end - first).max()))
        of_line = np.where(
            (place < end[:, None])[:, :, None], boxes[rows[:, None], np.minimum(place, end[:, None] - 1)], -1
        )
        yield rows, np.where(inside[:, :, None], images[rows], np.uint8(paper)), of_line
