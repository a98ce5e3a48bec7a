"""The progress of a long action, drawn on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable


def progress_bar(unit: str) -> Callable[[int, int], None] | None:
    """A function (done, total) that draws a progress bar on the terminal; None if stderr is not a terminal."""
    if not sys.stderr.isatty():
        return None
    from tqdm import tqdm

    drawn = tqdm(unit=f" {unit}", unit_scale=True, leave=False, dynamic_ncols=True)

    def show(done: int, total: int) -> None:
        drawn.total = total
        drawn.update(done - drawn.n)
        if done >= total:
            drawn.close()

    return show
