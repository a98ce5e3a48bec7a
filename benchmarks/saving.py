"""A save to profile: `python -m benchmarks.saving FOLDER COUNT SIZING`, in one process."""

from __future__ import annotations

import os
import sys

from benchmarks.cases.memory import strips
from benchmarks.setting import Setting


def main(folder: str, count: str, sizing: str) -> None:
    """Save `count` strips of eleven digits, 28 x 400, with one worker, to a folder that does not exist yet."""
    setting = Setting(False, False, None, os.environ.get("MYGENERATOR_TEST_DATA") or None, folder, folder)
    print(strips(setting, 400, sizing, (1, 8), rows=int(count)).save(folder, workers=1), file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
