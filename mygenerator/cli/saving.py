"""What the commands that save a data set have in common: a forecast of the job, running it, and the last line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mygenerator.cli.guard import say, tell
from mygenerator.errors import counted
from mygenerator.progress import progress_bar

if TYPE_CHECKING:
    from mygenerator.save import Job


_TOLD_FROM = 10_000
"""The size of smaller jobs is told only on request, because samples have to be made to judge it."""


def print_forecast(job: Job) -> None:
    """Print what a job would make and about how large that is, judged by its first samples."""
    shape = job.ds.facts.image_shape
    of_size = "" if shape is None else f" of {shape[1]} x {shape[0]} pixels"
    tell(
        f"would make {counted(job.count, 'image')}{of_size} in {counted(len(job.shard_rows), 'shard')}, "
        f"about {job.estimated_bytes() / 1e6:,.1f} MB ({job.free_bytes() / 1e6:,.0f} MB are free)"
    )


def run_and_tell(job: Job) -> None:
    """Run a job, with a progress bar, and print what is then in the folder."""
    from mygenerator.save import run

    if job.count >= _TOLD_FROM:
        say(f"about {job.estimated_bytes() / 1e6:,.0f} MB to write ({job.free_bytes() / 1e6:,.0f} MB are free)")
    report = run(job, progress=progress_bar("images"))
    images = f"{counted(report.count, 'image')} in {job.folder.path}"
    if report.made == 0:
        tell(f"{images}, already finished (--overwrite makes them again)")
    elif report.made < report.count:
        tell(f"{images}, {report.count - report.made:,} of them were there already")
    else:
        tell(images)
