"""What the commands that save a data set have in common: a forecast of the job, doing it, the line that ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygenerator.errors import counted
from mygenerator.progress import progress_bar

if TYPE_CHECKING:
    from mygenerator.save import Job


def print_forecast(job: Job) -> None:
    """Say what a job would make and about how large it is, judged by its first samples."""
    shape = job.ds.facts.image_shape
    of_size = "" if shape is None else f" of {shape[1]} x {shape[0]} pixels"
    print(
        f"would make {counted(job.count, 'image')}{of_size} in {counted(len(job.shard_rows), 'shard')}, "
        f"about {job.estimated_bytes() / 1e6:,.1f} MB ({job.free_bytes() / 1e6:,.0f} MB are free)"
    )


def run_and_tell(job: Job) -> None:
    """Do a job, with a progress bar, and say what is in the folder then."""
    from mygenerator.save import run

    report = run(job, progress=progress_bar("images"))
    images = f"{counted(report.count, 'image')} in {job.folder.path}"
    if report.made == 0:
        print(f"{images}, finished before (--overwrite makes them anew)")
    elif report.made < report.count:
        print(f"{images}, {report.count - report.made:,} of them stood already")
    else:
        print(images)
