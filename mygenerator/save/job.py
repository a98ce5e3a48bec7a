"""What a save decides and checks before it writes: a Job is a data set on its way to a folder."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

import numpy as np

from mygenerator.dataset import Dataset
from mygenerator.engines import named_engine
from mygenerator.errors import FolderConflictError, InputError, SaveError, whole_number
from mygenerator.files import given_path
from mygenerator.logs import log
from mygenerator.parameters import Whole
from mygenerator.save.beside import finished_names, next_folder, others_in
from mygenerator.save.inside import arriving_or_there, inside_folder, is_arriving
from mygenerator.save.output_folder import MANIFEST_NAME, SHARDS_NAME, OutputFolder, readable_manifest
from mygenerator.save.output_path import check_apart, check_writable, nearest_folder, sources_of
from mygenerator.save.recipe_file import (
    READ_OTHERWISE,
    RECIPE_NAME,
    differences,
    is_recipe_torn,
    make_recipe,
    read_recipe,
)
from mygenerator.save.recorded_truth import check_recorded_truth
from mygenerator.save.shards import rows_at_once
from mygenerator.sinks import Sink, sink_class
from mygenerator.transform.base import steps_between

MOST_SAMPLES, MOST_PIXELS, MOST_PIXELS_IN_ALL = 10**8, 10**7, 10**11
"""The largest job that is begun without being asked for by name: about ten minutes of making for each 10**11 pixels."""
_BLOCK_BYTES = 4096
"""The block of most file systems: a file takes a whole number of them."""
_ROOM_COUNTS_FROM = 10_000
"""Smaller jobs are begun without asking how much room there is: making samples to judge by would cost more."""


@dataclass(frozen=True)
class Job:
    """One data set on its way to one folder, checked, with nothing written yet; `plan` makes it, `run` does it."""

    ds: Dataset
    sink: Sink
    folder: OutputFolder
    count: int
    shard_size: int
    workers: int | None = None
    overwrite: bool = False
    engine: str | None = None
    sync: bool = True
    trust: bool = False
    wait: bool = False

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """The recipe of this job."""
        return make_recipe(self.ds, self.sink, self.count, self.shard_size)

    @property
    def shard_rows(self) -> list[int]:
        """How many samples each shard holds."""
        whole, rest = divmod(self.count, self.shard_size)
        return [self.shard_size] * whole + [rest] * (rest > 0)

    def estimated_bytes(self, samples: int = 20) -> int:
        """About how many bytes the job takes on disk, judged by its first samples; nothing is written."""
        several = min(samples, self.count, rows_at_once(self.ds.facts.image_shape))
        sizes = _Sizes(len(self.shard_rows), range(several))
        self.sink.write_shard(sizes, [self.ds.batch(np.arange(several))])
        return sizes.total * self.count // several

    def free_bytes(self) -> int:
        """How many bytes are free where the job writes to."""
        return shutil.disk_usage(nearest_folder(self.folder.path)).free


class _Sizes:
    """A ShardWriter that only adds up sizes and writes nothing."""

    def __init__(self, count: int, rows: range) -> None:
        self.number, self.count, self.rows = 0, count, rows
        self.total = 0

    def file(self, name: str, data: bytes) -> None:
        """Count a file."""
        del name
        self.total += -(-len(data) // _BLOCK_BYTES) * _BLOCK_BYTES

    def part(self, data: bytes) -> None:
        """Count a part of the joined file."""
        self.total += len(data)


def plan(
    ds: Dataset,
    path: str | Path,
    prefix: str = "img",
    suffix: str | None = None,
    nrows: int = -1,
    *,
    format: str | None = None,
    shard_size: Annotated[int, Whole(1)] | None = None,
    workers: Annotated[int, Whole(1)] | None = None,
    engine: str | None = None,
    seed: int | None = None,
    overwrite: bool = False,
    sync: bool = True,
    trust: bool = False,
    wait: bool = False,
    allow_large: bool = False,
) -> Job:
    """Everything that `save` decides and checks before it writes; the parameters are those of `save`."""
    if suffix and format and suffix != format:
        raise InputError(
            f"suffix is {suffix!r} but format is {format!r}", do="give one of them; suffix is the old name"
        )
    if workers is not None:
        whole_number("workers", workers, 1)
    if engine is not None:
        named_engine(engine, workers)
    job = _planned(ds, path, prefix, suffix or format or "png", nrows, shard_size)
    if not allow_large:
        check_cost(job)
    job = replace(job, workers=workers, overwrite=overwrite, engine=engine, sync=sync, trust=trust, wait=wait)
    if not _can_stay(job):
        check_writable(job.folder.path)
    check_apart(job.folder.path, sources_of(ds))
    if seed is not None:
        job = replace(job, ds=ds.with_seed(seed))
    elif ds.seed_is_fresh and (source := _begun(job)) is not None:
        job = _with_recorded_seed(job, source)
    check_folder(job)
    check_room(job)
    if columns := ds.root.unsaved_columns:
        log(f"columns of the table that are not saved: {', '.join(columns)}")
    return job


def check_cost(job: Job) -> None:
    """Raise InputError if a job is larger than is likely meant: a recipe of somebody else can ask for anything."""
    shape = job.ds.facts.image_shape
    pixels = 0 if shape is None else shape[0] * shape[1]
    if job.count > MOST_SAMPLES or pixels > MOST_PIXELS or job.count * pixels > MOST_PIXELS_IN_ALL:
        of_size = "" if shape is None else f" of {shape[1]:,} x {shape[0]:,} pixels"
        raise InputError(
            f"{job.count:,} samples{of_size} are a very large job",
            allowed=f"up to {MOST_SAMPLES:,} samples, {MOST_PIXELS:,} pixels each and {MOST_PIXELS_IN_ALL:,} in all",
            do="if that is meant, say so with --allow_large (allow_large=True)",
        )


def _can_stay(job: Job) -> bool:
    """Whether nothing might have to be written, because the folder holds as many samples already."""
    folder = job.folder.path
    if job.overwrite or os.access(folder, os.W_OK | os.X_OK):
        return False
    try:
        manifest = readable_manifest(folder)
    except (OSError, ValueError, SaveError):
        return False
    return manifest is not None and manifest[0]["count"] == job.count


def check_folder(job: Job) -> None:
    """Raise FolderConflictError if the folder holds something that the job cannot go on with; nothing is changed."""
    folder = job.folder.path
    if job.folder.shards.is_symlink():
        raise FolderConflictError(
            f"{SHARDS_NAME} is a link, and what is written and removed there would be elsewhere",
            where=str(folder),
            do="remove the link",
        )
    recorded = read_recipe(arriving_or_there(folder))
    if recorded is None:
        found = next(_foreign_names(job), None)
        # Another run might have put its recipe there after it was looked for, and made the rest since.
        recorded = None if found is None else read_recipe(folder)
    if recorded is None:
        if found is not None:
            raise FolderConflictError(
                f"the folder holds {found} but no {RECIPE_NAME}, so mygenerator cannot go on with it",
                where=str(folder),
                do="choose another folder",
            )
        return
    if job.overwrite:
        _check_names(job)
        return
    if different := differences(recorded, job.recipe):
        names = [one.partition(":")[0] for one in different]
        of_files = any(name.endswith("_sha256") and not name.endswith("labels_sha256") for name in names)
        do = "choose another folder, or replace what is there with --overwrite (overwrite=True)"
        raise FolderConflictError(
            f"the folder holds another recipe ({'; '.join(different)})",
            where=str(folder),
            do=f"{READ_OTHERWISE}; {do}" if of_files else do,
        )
    check_recorded_truth(job, recorded)
    manifest = readable_manifest(arriving_or_there(folder))
    count = max(recorded["count"], manifest[0]["count"] if manifest is not None else 0)
    if job.count < count:
        raise FolderConflictError(
            f"the folder holds {count} samples of this recipe, more than the {job.count} asked for",
            where=str(folder),
            do="ask for as many or more, choose another folder, or replace it with --overwrite (overwrite=True)",
        )
    shards = -(-count // job.shard_size)
    if not job.sink.extends and shards != len(job.shard_rows):
        raise FolderConflictError(
            f"files of the format {job.sink.format!r} depend on the number of shards: {shards} in the folder, "
            f"{len(job.shard_rows)} for the {job.count} samples asked for",
            where=str(folder),
            do="choose another folder, or replace what is there with --overwrite (overwrite=True)",
        )
    if manifest is not None and manifest[0]["count"] < job.count:
        _check_names(job)


def _check_names(job: Job) -> None:
    """Raise FolderConflictError if a file in a finished folder is not of its data set and has a name that is needed."""
    own = finished_names(job.folder)
    if own is None:
        return  # nothing says for sure which files are its own
    pattern = re.compile(job.sink.name_pattern())
    for name in others_in(job.folder.path, own):
        if name == job.sink.joined or _is_needed(pattern, name, job.count):
            raise FolderConflictError(
                f"the folder holds {name}, which is not of its data set and would be replaced",
                where=str(job.folder.path),
                do="move it elsewhere, or choose another folder",
            )


def _is_needed(own: re.Pattern[str], name: str, count: int) -> bool:
    """Whether a file of a data set of `count` samples can have that name."""
    found = own.fullmatch(name)
    return found is not None and (not own.groups or int(found[1]) < count)


def check_room(job: Job) -> None:
    """Raise SaveError if a large job would not fit on its disk, judged by what its first samples take."""
    if job.count < _ROOM_COUNTS_FROM or job.overwrite:
        return
    # Sealed shards are on the disk already; so is a finished folder that is extended.
    manifest = readable_manifest(job.folder.path)
    sealed = sum(1 for _ in job.folder.shards.glob("*.json")) * job.shard_size
    standing = max(sealed, manifest[0]["count"] if manifest is not None else 0)
    needed, free = job.estimated_bytes() * max(job.count - standing, 0) // job.count, job.free_bytes()
    if needed > free:
        raise SaveError(
            f"{job.count:,} samples would take about {needed / 1e6:,.0f} MB more, and {free / 1e6:,.0f} MB are free",
            where=str(job.folder.path),
            do="ask for fewer, or choose a folder on a larger disk",
        )


def _checked_rows(nrows: int) -> int:
    try:
        return whole_number("nrows", nrows, 1)
    except InputError as error:
        raise InputError(error.what, allowed=f"{error.allowed}, or -1 for all") from None


def _planned(ds: Dataset, path: str | Path, prefix: str, format: str, nrows: int, shard_size: int | None) -> Job:
    kind = sink_class(format)
    if ds.kind not in kind.takes:
        fitting = steps_between({ds.kind}, kind.takes)
        raise InputError(
            f"{ds!r} holds {ds.kind}, not images", do=f"put {' or '.join(fitting)} before save" if fitting else None
        )
    kind.check_shape(ds.facts.image_shape)
    if len(ds) == 0:
        raise InputError(f"{ds!r} has no samples to save")
    count = len(ds) if nrows == -1 else min(_checked_rows(nrows), len(ds))
    sink = kind.made_for(ds.facts, prefix)
    size = kind.shard_rows if shard_size is None else whole_number("shard_size", shard_size, 1)
    return Job(ds, sink, OutputFolder(given_path(path)), count, size)


def _begun(job: Job) -> Path | None:
    """The folder with the recipe that a job might go on with: if it overwrites, only that of a run that was stopped."""
    folder = job.folder.path
    if not job.overwrite:
        return arriving_or_there(folder)
    for path in (next_folder(folder), inside_folder(folder)):
        if (path / RECIPE_NAME).exists():
            return path
    return None if job.folder.manifest.exists() and not is_arriving(folder) else arriving_or_there(folder)


def _with_recorded_seed(job: Job, source: Path) -> Job:
    """The job with the seed of a recipe, if only the seed differs and none was given."""
    recorded = read_recipe(source)
    if recorded is None:
        return job
    adopted = replace(job, ds=job.ds.with_seed(recorded["seed"]))
    if differences(recorded, adopted.recipe):
        return job
    log(f"seed {recorded['seed']} was adopted from {source / RECIPE_NAME}")
    return adopted


def _foreign_names(job: Job) -> Iterator[str]:
    """The names in the folder that the job would use, and that without a recipe belong to somebody else."""
    folder, sink = job.folder.path, job.sink
    own = re.compile(sink.name_pattern())
    if not folder.is_dir():
        return
    fixed, ours = {sink.joined, MANIFEST_NAME, SHARDS_NAME}, set()
    if is_recipe_torn(folder):
        # There was one: what is listed was made by it.
        fixed.remove(SHARDS_NAME)
        with suppress(SaveError):
            ours = set(job.folder.names())
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in fixed or (own.fullmatch(entry.name) and entry.name not in ours):
                yield entry.name
