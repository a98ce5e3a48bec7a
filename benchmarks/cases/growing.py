"""Larger and larger data sets on disk: do the time per image and the memory of all processes stay the same?"""

from __future__ import annotations

from benchmarks import processes
from benchmarks.cases import case
from benchmarks.cases.files import SAVE
from benchmarks.setting import Setting
from benchmarks.timing import Figure, Result, Timing

_BYTES = 10_000
_COMPARED = 10_000
_MOST_ROUNDS_UP_TO = 100_000

_WARM_SAVE = """
import sys, time
from benchmarks.cases.memory import expect_long_run, strips
from benchmarks.setting import Setting
setting, path, count = Setting.from_json(sys.argv[1]), sys.argv[2], int(sys.argv[3])
expect_long_run(setting)
ds = strips(setting, 300)
ds.save(path + "/warm", nrows=min(count, 2000), workers=1)
start = time.perf_counter()
ds.save(path + "/made", nrows=count, workers=1)
print(time.perf_counter() - start)
"""


@case(one_core=False)
def growth(setting: Setting) -> Result:
    """1,000 to 1,000,000 images to a RAM disk: time per image, and the peak memory of all processes."""
    sizes = [20, 60] if setting.quick else [1_000, _COMPARED, 100_000, *([1_000_000] if setting.full else [])]
    disk = setting.ram_disk(_BYTES * sizes[-1])
    told = setting.to_json()
    notes = f"28 x 300, fill, up to {sizes[-1]:,}; time: one worker, in a process that saved before; memory: by default"
    result = Result("growth", notes)
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    peaks: dict[int, int] = {}
    # Sizes take turns too; the largest has only one.
    for turn in range(setting.turns(3)):
        for size in sizes if turn == 0 else [size for size in sizes if size <= _MOST_ROUNDS_UP_TO]:
            with setting.folder(disk) as scratch:
                call = processes.python(_WARM_SAVE, told, str(scratch), str(size))
                seconds[size].append(float(processes.run(call, processes.ONE_THREAD)) / size)
    for size in sizes:
        with setting.folder(disk) as scratch, processes.PeakMemory() as memory:
            processes.run(processes.python(SAVE, told, str(scratch / "made"), str(size), "0"))
        peaks[size] = memory.peak
    for size in sizes:
        timing = Timing(f"ours, {size:,} images", "image", seconds[size][0], seconds[size])
        result.timings.append(timing)
        result.figures.append(Figure(f"{size:,} images: peak memory, MB", peaks[size] / 1e6))
    largest, compared = f"ours, {sizes[-1]:,} images", f"ours, {sizes[-1 if setting.quick else 1]:,} images"
    result.figures.append(_growth(result, largest, compared))
    result.figures.append(Figure("peak memory of all processes, MB", max(peaks.values()) / 1e6))
    return result


def _growth(result: Result, largest: str, compared: str) -> Figure:
    first, second = result.timing(largest), result.timing(compared)
    assert first is not None
    assert second is not None
    return Figure("largest / 10,000: time per image", first.median / second.median)
