"""A save to be profiled: `python -m benchmarks.saving [COUNT] [SIZING]`, one process, to a folder that goes again."""

from __future__ import annotations

import os
import sys
import tempfile

from benchmarks.cases.memory import strips
from benchmarks.setting import RAM_DISK, Setting


def main(count: str = "20000", sizing: str = "fill") -> None:
    """Save so many strips of eleven digits, 28 x 400, with one worker; what is profiled should be nothing else."""
    disk = RAM_DISK if os.access(RAM_DISK, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=disk) as folder:
        data = os.environ.get("MYGENERATOR_TEST_DATA") or None
        setting = Setting(False, False, None, data, folder, folder)
        report = strips(setting, 400, sizing, (1, 8), rows=int(count)).save(f"{folder}/made", workers=1)
        print(report, file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
