"""A saved folder read again: validation of every image, compared with just reading the files."""

from __future__ import annotations

from pathlib import Path

import cv2

from benchmarks import rivals
from benchmarks.cases import case
from benchmarks.cases.memory import expect_long_run, strips
from benchmarks.setting import Setting, SkipError
from benchmarks.timing import Contender, Result, take_turns
from mygenerator.validate import validate_folder


@case(one_core=True)
def validation(setting: Setting) -> Result:
    """Validation of a saved folder, compared with reading its files with OpenCV."""
    count = setting.size(10_000, 100)
    try:
        disk: Path | None = setting.ram_disk(count * 10_000)
    except SkipError:
        disk = None
    expect_long_run(setting)
    with setting.folder(disk) as scratch:
        folder = scratch / "made"
        strips(setting, 300, rows=count).save(folder)

        def ours() -> None:
            report = validate_folder(folder)
            if not report.ok or report.images != count:
                raise RuntimeError(f"the saved folder is not good: {report}")

        def reading() -> None:
            for row in range(count):
                cv2.imread(f"{folder}/img_{row}.png", cv2.IMREAD_GRAYSCALE)

        contenders = [Contender("ours", ours, count), Contender("reading with cv2", reading, count)]
        timings = take_turns(contenders, setting.turns(7), least_s=0)
    where = "on disk" if disk is None else "on a RAM disk"
    result = Result("validation", f"{rivals.HEIGHT} x 300, fill, {count:,} images {where}", timings)
    result.ratio("ours / reading with cv2", "ours", "reading with cv2")
    return result
