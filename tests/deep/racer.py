"""One of two processes that race for a folder: it gets ready, waits for the start, and says what became of it.

python racer.py FOLDER WORK {"do": "save", "rows": 120, "seed": 1, "overwrite": true, "wait": false}

WORK is a folder for signs: `ready-...` of each racer, `go` of the judge.
"""

import json
import os
import sys
import time
import traceback
from pathlib import Path

from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.dataset import Dataset
from mygenerator.errors import MyGeneratorError
from mygenerator.inspection.repair import repair_folder
from mygenerator.inspection.verify import verify_folder
from mygenerator.save import save

SHARD_SIZE = 10


def images(rows: int, seed: int) -> Dataset:
    """What is saved, with the embedded digits, so that `repair` can make it again."""
    step = TextToImage(spacing_range=(2, 6), image_width=100)
    return step.fit_transform(PatternNlpDataset("[0-9]{4}", size=rows, seed=seed))


def main() -> None:
    """Race, and print how it ended: a status, when the first and the last shard was made, and what was said."""
    folder, work, job = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    if job.get("within"):
        # A folder that somebody works in cannot be exchanged for another.
        os.chdir(folder)
        folder = Path(".")
    ds = images(job.get("rows", 1), job.get("seed", 0))
    # What is imported late is imported now.
    ds.batch([0])
    (work / f"ready-{job['name']}").touch()
    until = time.monotonic() + 120
    while not (work / "go").exists() and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(job["delay"])
    times: list[float] = []

    def progress(*_: int) -> None:
        times.append(time.monotonic())

    status, said = 0, ""
    try:
        if job["do"] == "verify":
            report = verify_folder(folder, samples=5)
            status, said = 0 if report.ok else 1, str(report)
        elif job["do"] == "repair":
            repair_folder(folder, progress=progress)
        else:
            options = {"overwrite": job["overwrite"], "wait": job["wait"], "workers": job["workers"]}
            save(ds, folder, shard_size=SHARD_SIZE, progress=progress, **options)
    except MyGeneratorError as error:
        status, said = 2, f"{type(error).__name__}: {error}"
    except BaseException:
        status, said = 3, traceback.format_exc()
    print(json.dumps({"status": status, "times": times, "said": said, "process": os.getpid()}))


if __name__ == "__main__":
    main()
