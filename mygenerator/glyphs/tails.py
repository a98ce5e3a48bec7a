"""Doubts about the end of a pair: downloads reserve the whole file first, and one that stops leaves zeros at its end.

The file then has its full size and the right header, and a zero is a valid label.
"""

from __future__ import annotations

import numpy as np

_LEAST_LABELS, _LEAST_SHARE = 100, 0.02
_TIMES_LONGER = 2
"""How much longer than any other run of one label the last one is: in a file grouped by label, all are long."""
_LEAST_BLANK = 10


def doubt_about_labels(digits: np.ndarray) -> str:
    """What to know if the last labels are all 0, as zeros at the end of a file are read; "" if that shows no fault.

    Parameters
    ----------
    digits : uint8 array (K,)
    """
    starts = np.flatnonzero(np.diff(digits, prepend=np.uint8(255 - digits[0])))
    runs = np.diff(starts, append=len(digits))
    last = int(runs[-1])
    is_grouped = len(runs) <= len(np.unique(digits))
    if digits[-1] != 0 or is_grouped or last < max(_LEAST_LABELS, _LEAST_SHARE * len(digits)):
        return ""
    if last <= _TIMES_LONGER * int(runs[:-1].max()):
        return ""
    return (
        f"the last {last:,} of {len(digits):,} labels are all 0, as after a download that was not finished; if that is "
        "so, these labels are wrong: download the file again"
    )


def doubt_about_images(images: np.ndarray) -> str:
    """What to know if several images at the end hold zeros only; "" if they do not.

    Parameters
    ----------
    images : uint8 array (K, h, w)
        As stored.
    """
    end = len(images)
    while end and not images[end - 1].any():
        end -= 1
    blank = len(images) - end
    if not end or blank < _LEAST_BLANK:
        return ""
    return (
        f"the last {blank:,} of {len(images):,} images hold zeros only, as after a download that was not finished; if "
        "that is so, download the file again"
    )
