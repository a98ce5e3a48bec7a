"""PNG files: sealed, resumable saves compared with the plain loop's `imwrite`, and with just writing the files."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

from benchmarks import processes, rivals
from benchmarks.cases import case
from benchmarks.cases.memory import expect_long_run, strips
from benchmarks.goals import PLAIN
from benchmarks.setting import Setting, SkipError
from benchmarks.timing import Contender, Figure, Result, take_turns

_WIDTH = 300
_BYTES = 10_000
"""The most bytes that a file takes on a RAM disk, including its entry."""
_FREE = 2

SAVE = """
import sys
from pathlib import Path
from benchmarks.cases.memory import strips
from benchmarks.setting import Setting
setting, path, count, workers = Setting.from_json(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
strips(setting, 300, rows=count).save(path, workers=workers or None)
"""
"""A whole process that saves; 0 workers means the package's default."""

_PLAIN = """
import sys
from pathlib import Path
from benchmarks import rivals
from benchmarks.setting import Setting
setting, path, count, first = Setting.from_json(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
rivals.plain_files(rivals.Digits.load(setting), 300, count, path, first)
"""


def emptied(folder: Path, made: bool = True) -> None:
    """Remove a folder and, if `made`, make it anew."""
    shutil.rmtree(folder, ignore_errors=True)
    if made:
        folder.mkdir()


def _compared(name: str, setting: Setting, disk: str | Path, count: int, rounds: int) -> Result:
    digits = rivals.Digits.load(setting)
    ds = strips(setting, _WIDTH, rows=count)
    expect_long_run(setting)
    with setting.folder(disk) as scratch:
        places = {key: scratch / key for key in ("ours", "plain", "alone", "renamed")}
        ds.save(places["ours"], workers=1, nrows=min(count, 500))
        contents = [path.read_bytes() for path in sorted(places["ours"].glob("*.png"))]
        contenders = [
            Contender(
                "ours",
                lambda: _done(ds.save(places["ours"], workers=1)),
                count,
                partial(emptied, places["ours"], made=False),
            ),
            Contender(
                "plain loop",
                partial(rivals.plain_files, digits, _WIDTH, count, places["plain"]),
                count,
                partial(emptied, places["plain"]),
            ),
            Contender(
                "files alone",
                partial(rivals.files_alone, contents, count, places["alone"], False),
                count,
                partial(emptied, places["alone"]),
            ),
            Contender(
                "files alone, renamed",
                partial(rivals.files_alone, contents, count, places["renamed"], True),
                count,
                partial(emptied, places["renamed"]),
            ),
        ]
        timings = take_turns(contenders, rounds, least_s=0)
    size = sum(map(len, contents)) // len(contents)
    result = Result(name, f"28 x {_WIDTH}, fill, {count:,} images of {size:,} bytes, one worker", timings)
    result.ratio(PLAIN, "plain loop", "ours")
    result.ratio("files alone / ours", "files alone", "ours")
    result.ratio("files alone, renamed / ours", "files alone, renamed", "ours")
    return result


def _done(_: object) -> None:
    """Discard a value, because what a turn returns is taken for seconds."""


@case(one_core=True)
def png_ram_disk(setting: Setting) -> Result:
    """PNG files on a RAM disk, one worker, sealed and resumable."""
    count = setting.size(20_000, 100)
    return _compared("png_ram_disk", setting, setting.ram_disk(4 * _BYTES * count), count, setting.turns(7))


@case(one_core=True)
def png_disk(setting: Setting) -> Result:
    """PNG files on a disk (as far as its cache takes them), one worker, sealed and resumable."""
    return _compared("png_disk", setting, setting.disk, setting.size(10_000, 100), setting.turns(5))


@case(one_core=False)
def two_workers(setting: Setting) -> Result:
    """What two workers gain over one, compared with two plain loops over one; whole processes, on a RAM disk."""
    count = setting.size(100_000, 200)
    if len(processes.usable_cores()) < _FREE and not setting.quick:
        raise SkipError("this machine has one processor")
    with setting.folder(setting.ram_disk(_BYTES * count)) as scratch:
        told, path = setting.to_json(), str(scratch / "made")

        def ours(workers: int) -> None:
            processes.run(processes.python(SAVE, told, path, str(count), str(workers)), processes.ONE_THREAD)

        def plain(writers: int) -> None:
            share = count // writers
            calls = [processes.python(_PLAIN, told, path, str(share), str(share * place)) for place in range(writers)]
            processes.run_together(calls, processes.ONE_THREAD)

        nothing_there, empty = partial(emptied, scratch / "made", made=False), partial(emptied, scratch / "made")
        contenders = [
            Contender("ours, 1", partial(ours, 1), count, nothing_there),
            Contender("ours, 2", partial(ours, 2), count, nothing_there),
            Contender("plain loop, 1", partial(plain, 1), count, empty),
            Contender("plain loops, 2", partial(plain, 2), count, empty),
        ]
        result = Result(
            "two_workers",
            f"28 x {_WIDTH}, fill, {count:,} images; start of processes and imports included",
            take_turns(contenders, setting.turns(5), least_s=0),
        )
    result.ratio("our gain", "ours, 1", "ours, 2")
    result.ratio("gain of two plain loops", "plain loop, 1", "plain loops, 2")
    gain, plain_gain = result.figures
    rounds = [one / other for one, other in zip(gain.rounds, plain_gain.rounds, strict=True)]
    result.figures.append(Figure("our gain / gain of two plain loops", gain.value / plain_gain.value, rounds))
    return result
