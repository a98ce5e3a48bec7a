"""One case in a process of its own: `python -m benchmarks.child NAME SETTING RESULT`; RESULT is a file to write."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from benchmarks.processes import usable_cores
from benchmarks.setting import Setting, SkipError


def main(name: str, told: str, path: str) -> None:
    """Run the case and write its Result as JSON."""
    import cv2

    from benchmarks.cases import all_cases
    from benchmarks.timing import Result

    case = all_cases()[name]
    if case.one_core:
        cv2.setNumThreads(1)
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {max(usable_cores())})
    try:
        result = case.run(Setting.from_json(told))
    except SkipError as reason:
        result = Result(name, skipped=[str(reason)])
    Path(path).write_text(json.dumps(result.to_json()), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
