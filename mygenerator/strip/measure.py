"""Gaps measured from pixels, for whole batches: transforms and the validator prove their promises with these.

Only the images are examined, never how they were made.
"""

from __future__ import annotations

import numpy as np

from mygenerator.strip.ink import MIN_INK


def ink_columns(images: np.ndarray, paper: int, threshold: int = MIN_INK) -> np.ndarray:
    """Which columns have ink: bool (N, W), True where any pixel is at least `threshold` away from `paper`.

    Parameters
    ----------
    images : uint8 (N, H, W)
    paper : int
        The background's grey level, 0 to 255.
    threshold : int
        1 to 255.
    """
    return column_contrast(*column_extremes(images), paper) >= threshold


def column_extremes(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The lightest and the darkest pixel of each column: two uint8 arrays (N, W) for images uint8 (N, H, W)."""
    return images.max(axis=1), images.min(axis=1)


def column_contrast(lightest: np.ndarray, darkest: np.ndarray, paper: int | np.ndarray) -> np.ndarray:
    """How far each column's farthest pixel is from paper: int16 (N, W), 0 for pure paper.

    Parameters
    ----------
    lightest, darkest : uint8 (N, W)
        From `column_extremes`.
    paper : int, or int array (N, 1)
        The background's grey level, 0 to 255: one for all images, or one for each.
    """
    level = np.asarray(paper, np.int16)
    return np.maximum(lightest - level, level - darkest)


def column_runs(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The runs of True columns in each row.

    Parameters
    ----------
    columns : bool (N, W)

    Returns
    -------
    row, start, end : int64 arrays of equal length
        The row that each run is in, its first column, and the column after its last; ordered by row, then column.

    Examples
    --------
    >>> [part.tolist() for part in column_runs(np.array([[0, 1, 1, 0, 1]], bool))]
    [[0, 0], [1, 4], [3, 5]]
    """
    padded = np.zeros((len(columns), columns.shape[1] + 2), np.int8)
    padded[:, 1:-1] = columns
    change = np.diff(padded, axis=1)
    row, start = np.nonzero(change == 1)
    return row, start, np.nonzero(change == -1)[1]


def measured_gaps(columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The gaps between runs of ink columns: runs of blank columns, not counting the outer margins.

    Parameters
    ----------
    columns : bool (N, W)
        From `ink_columns`.

    Returns
    -------
    gaps : int64 (N, G)
        From left to right; G is the largest number of gaps in a row; missing places are -1.
    runs : int64 (N,)
        How many runs of ink each row has.
    """
    row, start, end = column_runs(columns)
    runs = np.bincount(row, minlength=len(columns))
    gaps = np.full((len(columns), max(int(runs.max(initial=0)) - 1, 0)), -1, np.int64)
    same = np.flatnonzero(row[1:] == row[:-1])
    first = np.cumsum(runs) - runs
    gaps[row[same], same - first[row[same]]] = start[same + 1] - end[same]
    return gaps, runs


def measured_margins(columns: np.ndarray) -> np.ndarray:
    """The blank columns before the first ink column and after the last: int64 (N, 2), all of them if there is no ink.

    Parameters
    ----------
    columns : bool (N, W)
        From `ink_columns`.

    Examples
    --------
    >>> measured_margins(np.array([[0, 0, 1, 0, 1, 0]], bool)).tolist()
    [[2, 1]]
    """
    sides = [np.where(each.any(axis=1), each.argmax(axis=1), each.shape[1]) for each in (columns, columns[:, ::-1])]
    return np.stack(sides, axis=1)


def columns_of_boxes(boxes: np.ndarray, width: int) -> np.ndarray:
    """The columns that boxes cover: bool (N, W), for boxes int (N, L, 4) with -1 in missing places."""
    sample, position = np.nonzero(boxes[:, :, 2] >= 0)
    chosen = boxes[sample, position]
    change = np.zeros((len(boxes), width + 1), np.int32)
    np.add.at(change, (sample, chosen[:, 0]), 1)
    np.add.at(change, (sample, chosen[:, 2]), -1)
    return np.cumsum(change[:, :-1], axis=1) > 0
