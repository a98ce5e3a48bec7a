"""The progress of a long action, drawn on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any


def progress_bar(unit: str) -> Callable[[int, int], None] | None:
    """A function (done, total) that draws a progress bar on the terminal; None if stderr is not a terminal.

    A bar that cannot be drawn, because the terminal is gone or too narrow for its characters, stops no work.
    """
    if not on_terminal():
        return None
    from tqdm import tqdm

    with suppress(Exception):
        return _shown_by(tqdm(unit=f" {unit}", unit_scale=True, leave=False, dynamic_ncols=True))
    return None


def on_terminal() -> bool:
    """Whether standard error is there and is a terminal."""
    try:
        return sys.stderr.isatty()
    except (AttributeError, ValueError):
        return False


def _shown_by(drawn: Any) -> Callable[[int, int], None]:
    def show(done: int, total: int) -> None:
        with suppress(OSError, ValueError):
            drawn.total = total
            drawn.update(done - drawn.n)
            if done >= total:
                drawn.close()

    return show
