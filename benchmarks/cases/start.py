"""Starting up: a command's whole process, and opening glyphs in a new process."""

from __future__ import annotations

import json
import statistics
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks import processes, rivals
from benchmarks.cases import case
from benchmarks.cases.files import emptied
from benchmarks.setting import Setting, SkipError
from benchmarks.timing import Contender, Figure, Result, Timing, take_turns

_SIZES = (1_797, 10_000, 60_000)

_OPEN = """
import json, os, sys, time
from mygenerator.glyphs import load_glyphs

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

before, start = resident(), time.perf_counter()
glyphs = load_glyphs(sys.argv[1])
seconds = time.perf_counter() - start
print(json.dumps([seconds, resident() - before, len(glyphs.images)]))
"""

_READ = """
import sys, time
from pathlib import Path
from benchmarks.rivals import read_idx_pair
start = time.perf_counter()
read_idx_pair(Path(sys.argv[1]))
print(time.perf_counter() - start)
"""


@case(one_core=False)
def start_phone(setting: Setting) -> Result:
    """A hundred phone images by the command, as a whole process, compared with importing numpy and OpenCV."""
    with setting.folder() as scratch:
        out = scratch / "made"
        count = setting.size(100, 10)
        words = ["--num_images", str(count), "--output_path", str(out)]
        ours = [*processes.command("generate-phone-numbers"), *words]
        contenders = [
            Contender("ours", partial(processes.timed, ours), 1, partial(emptied, out, made=False)),
            Contender("import numpy, cv2", partial(processes.timed, processes.python("import numpy, cv2"))),
            Contender("python -c pass", partial(processes.timed, processes.python("pass"))),
        ]
        notes = f"{count} images; cold: the first run, with an empty home folder"
        result = Result("start_phone", notes, take_turns(contenders, setting.turns(15), "process", least_s=0))
    result.ratio("ours / import numpy, cv2", "ours", "import numpy, cv2")
    result.amount("ours, ms", result.timings[0].median * 1e3)
    return result


@case(one_core=True)
def open_glyphs(setting: Setting) -> Result:
    """Opening glyphs that are in the cache, in a new process, without imports."""
    if not Path("/proc/self/statm").exists():
        raise SkipError("the system does not report how much memory a process holds (/proc/self/statm)")
    digits = rivals.Digits.load(setting)
    result = Result("open_glyphs", "an idx pair; compared with reading its files into arrays; cold: with ingest")
    rounds = setting.turns(9)
    for size in (50, 100) if setting.quick else _SIZES:
        with setting.folder() as scratch:
            folder = scratch / "glyphs"
            _write_idx_pair(digits, size, folder)
            call = processes.python(_OPEN, str(folder))
            seconds, resident = [], []
            cold = json.loads(processes.run(call))
            reading = processes.python(_READ, str(folder))
            first, plain = float(processes.run(reading)), []
            for _ in range(rounds):
                opened = json.loads(processes.run(call))
                seconds.append(opened[0])
                resident.append(opened[1])
                plain.append(float(processes.run(reading)))
        name = f"{size:,} glyphs"
        result.timings.append(Timing(f"ours, {name}", "opening", cold[0], seconds))
        result.timings.append(Timing(f"files read, {name}", "opening", first, plain))
        in_ms = [second * 1e3 for second in seconds]
        result.figures.append(Figure(f"{name}: open, ms", statistics.median(in_ms), in_ms))
        in_mb = [amount / 1e6 for amount in resident]
        result.figures.append(Figure(f"{name}: resident, MB", statistics.median(in_mb), in_mb))
    return result


def _write_idx_pair(digits: rivals.Digits, count: int, folder: Path) -> None:
    """Write an idx pair of the first `count` digits, repeated if there are not enough."""
    labels = np.empty(len(digits.images), np.uint8)
    for digit, rows in enumerate(digits.rows):
        labels[rows] = digit
    chosen = np.arange(count) % len(labels)
    folder.mkdir()
    head = b"\0\0\x08"
    size = count.to_bytes(4, "big")
    sides = (28).to_bytes(4, "big") * 2
    (folder / "t-images-idx3-ubyte").write_bytes(head + b"\x03" + size + sides + digits.images[chosen].tobytes())
    (folder / "t-labels-idx1-ubyte").write_bytes(head + b"\x01" + size + labels[chosen].tobytes())
