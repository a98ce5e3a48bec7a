"""Saving: recipe -> shards -> sink, run by an engine; the recipe is written first, the manifest last.

A run that was killed goes on where it stopped; a folder that holds something else is refused; a larger count extends.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xxhash

from mygenerator.dataset import Dataset
from mygenerator.engines import choose_engine
from mygenerator.errors import FolderConflictError, InputError, SaveError, choice, whole_number
from mygenerator.save.folder import (
    MANIFEST_NAME,
    Corner,
    OutputFolder,
    Shard,
    attempt,
    read_manifest,
    write_manifest,
)
from mygenerator.save.recipe import RECIPE_NAME, differences, make_recipe, read_recipe, recipe_text
from mygenerator.save.shards import ShardTask
from mygenerator.sinks import SINKS, Sink
from mygenerator.utils import log, logw

SHARD_SIZE = 1000

Progress = Callable[[int, int], None]
"""Called with (samples that stand, samples in all) whenever a shard is sealed."""


@dataclass(frozen=True)
class SaveReport:
    """What a save did.

    Attributes
    ----------
    path : Path
    count : int
        Samples in the folder.
    made : int
        Samples made by this run; the others stood already.
    seed : int
        The seed that they were drawn with, adopted from the folder's recipe where nobody gave one.
    """

    path: Path
    count: int
    made: int
    seed: int


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

    @property
    def recipe(self) -> dict[str, Any]:
        """The recipe of this job."""
        return make_recipe(self.ds, self.sink, self.count, self.shard_size)

    @property
    def shard_rows(self) -> list[int]:
        """How many samples each shard holds."""
        whole, rest = divmod(self.count, self.shard_size)
        return [self.shard_size] * whole + [rest] * (rest > 0)

    def estimated_bytes(self, samples: int = 20) -> int:
        """About how many bytes of files the job makes, judged by its first samples."""
        with TemporaryDirectory() as folder:
            several = min(samples, self.count)
            task = ShardTask(self.ds, self.sink, Path(folder), Path(folder), several, several)
            OutputFolder(Path(folder)).shards.mkdir()
            task(0)
            size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        return size * self.count // several

    def free_bytes(self) -> int:
        """How many bytes are free where the job writes to."""
        return shutil.disk_usage(_nearest_folder(self.folder.path)).free


def save(
    ds: Dataset,
    path: str | Path,
    prefix: str = "img",
    suffix: str | None = None,
    nrows: int = -1,
    *,
    progress: Progress | None = None,
    **options: Any,
) -> SaveReport:
    """Make the samples of `ds` and write them to a folder.

    Parameters
    ----------
    ds : Dataset
    path : str or Path
        Made where it is missing. An unfinished folder of the same recipe is completed, a finished one is left as it is,
        and a larger count extends it.
    prefix : str
        Files are called `{prefix}_{i}.{format}`; letters, digits, `_`, `-` and `.`.
    suffix : str, optional
        Older name of `format`.
    nrows : int
        Only the first so many samples; -1 for all.
    progress : callable, optional
        `progress(done, total)` in samples.
    format : {"png"}
    shard_size : int
        How many samples are sealed together; part of the recipe.
    workers : int, optional
        Processes. By default one for small jobs, otherwise as many as there are processors; decides no byte.
    seed : int, optional
        Save a copy of `ds` drawn with this seed.
    overwrite : bool
        Remove a data set that stands in the folder first (nothing but its own files).

    Returns
    -------
    SaveReport

    Raises
    ------
    InputError
        For an argument or a data set that cannot be saved; nothing is written.
    FolderConflictError
        Where the folder holds something else; nothing in it is changed.
    SaveError
        Where writing fails. What is sealed stays, and the same call goes on from there.
    """
    return run(plan(ds, path, prefix, suffix, nrows, **options), progress)


def plan(
    ds: Dataset,
    path: str | Path,
    prefix: str = "img",
    suffix: str | None = None,
    nrows: int = -1,
    *,
    format: str | None = None,
    shard_size: int = SHARD_SIZE,
    workers: int | None = None,
    seed: int | None = None,
    overwrite: bool = False,
) -> Job:
    """Everything that `save` decides and checks before it writes; the parameters are those of `save`."""
    if suffix and format and suffix != format:
        raise InputError(f"suffix is {suffix!r} but format is {format!r}", do="give one of them; suffix is the old name")
    if workers is not None:
        whole_number("workers", workers, 1)
    job = _planned(ds, path, prefix, suffix or format or "png", nrows, shard_size)
    job = replace(job, workers=workers, overwrite=overwrite)
    if seed is not None:
        job = replace(job, ds=ds.with_seed(seed))
    elif ds.seed_is_fresh and not overwrite:
        job = _with_recorded_seed(job)
    _check_folder(job)
    return job


def run(job: Job, progress: Progress | None = None) -> SaveReport:
    """Make and write what was planned; see `save`."""
    try:
        return _run(job, progress)
    except OSError as error:
        raise SaveError(
            f"writing failed: {error.strerror or error}",
            where=str(error.filename or job.folder.path),
            do="what is sealed stays; run the same again to go on",
        ) from error


def _planned(ds: Dataset, path: str | Path, prefix: str, format: str, nrows: int, shard_size: int) -> Job:
    if ds.kind == "text":
        raise InputError(f"{ds!r} holds text, not images", do="put TextToImage before save")
    if len(ds) == 0:
        raise InputError(f"{ds!r} has no samples to save")
    if not isinstance(prefix, str) or not re.fullmatch(r"[\w.-]+", prefix) or prefix.startswith("."):
        raise InputError(f"prefix is {prefix!r}", allowed="letters, digits, '_', '-' and '.', not beginning with '.'")
    count = len(ds) if nrows == -1 else min(whole_number("nrows", nrows, 1), len(ds))
    sink = SINKS[choice("format", format, list(SINKS))](prefix, ds.records_boxes)
    return Job(ds, sink, OutputFolder(Path(path)), count, whole_number("shard_size", shard_size, 1))


def _with_recorded_seed(job: Job) -> Job:
    """The job with the seed of the folder's recipe, where nothing but the seed differs and nobody gave one."""
    recorded = read_recipe(job.folder.path)
    if recorded is None or "seed" not in recorded:
        return job
    adopted = replace(job, ds=job.ds.with_seed(recorded["seed"]))
    if differences(recorded, adopted.recipe):
        return job
    log(f"seed {recorded['seed']} was adopted from {job.folder.path / RECIPE_NAME}")
    return adopted


def _check_folder(job: Job) -> None:
    """Raise before anything is written where the folder cannot take the job."""
    folder = job.folder.path
    if folder.exists() and not folder.is_dir():
        raise InputError("the output path is a file", where=str(folder), allowed="a folder, or a name that is free")
    nearest = _nearest_folder(folder)
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("the folder cannot be written", where=str(nearest), do="choose another output path")
    recorded = read_recipe(folder)
    if recorded is None:
        found = next(iter(_own_files(job)), None)
        if found is not None:
            raise FolderConflictError(
                f"the folder holds {found} but no {RECIPE_NAME}, so it is not ours to go on with",
                where=str(folder),
                do="choose another folder",
            )
        return
    if job.overwrite:
        return
    if different := differences(recorded, job.recipe):
        raise FolderConflictError(
            f"the folder holds another recipe ({'; '.join(different)})",
            where=str(folder),
            do="choose another folder, or say overwrite to replace what is there",
        )
    if job.count < recorded["count"]:
        raise FolderConflictError(
            f"the folder holds {recorded['count']} samples of this recipe, more than the {job.count} asked for",
            where=str(folder),
            do="ask for as many or more, choose another folder, or say overwrite",
        )


def _nearest_folder(path: Path) -> Path:
    """The nearest part of a path that exists: what decides whether the rest can be made."""
    return next(parent for parent in (path.absolute(), *path.absolute().parents) if parent.exists())


def _run(job: Job, progress: Progress | None) -> SaveReport:
    folder = job.folder
    folder.path.mkdir(parents=True, exist_ok=True)
    with attempt(folder.path) as corner:
        if job.overwrite:
            _clear(job)
        if not corner.create(folder.path / RECIPE_NAME, recipe_text(job.recipe)):
            _check_folder(replace(job, overwrite=False))
        manifest = read_manifest(folder.path)
        if manifest is not None and manifest[0]["count"] == job.count:
            log(f"{folder.path} is finished already: {job.count} samples")
            shutil.rmtree(folder.shards, ignore_errors=True)
            return SaveReport(folder.path, job.count, 0, job.ds.seed)
        folder.shards.mkdir(exist_ok=True)
        if manifest is not None:
            _reopen(job, manifest, corner)
        _renew_recipe(job, corner)
        made = _make_missing(job, corner, progress)
        _finish(job, corner)
    return SaveReport(folder.path, job.count, made, job.ds.seed)


def _make_missing(job: Job, corner: Corner, progress: Progress | None) -> int:
    rows = job.shard_rows
    missing = [number for number, count in enumerate(rows) if job.folder.sealed(number, count) is None]
    to_make = sum(rows[number] for number in missing)
    standing = job.count - to_make
    if standing:
        log(f"{standing} of {job.count} samples stand already in {job.folder.path}")
    task = ShardTask(job.ds, job.sink, job.folder.path, corner.path, job.count, job.shard_size)
    engine = choose_engine(job.workers, to_make, len(missing))
    made = 0
    for done in engine.run(task, missing):
        made += done
        if progress is not None:
            progress(standing + made, job.count)
    return made


def _finish(job: Job, corner: Corner) -> None:
    """Join the parts, write the manifest last, and put the sidecars away."""
    folder = job.folder
    joined, digest = corner.temporary(), xxhash.xxh3_128()
    with open(joined, "wb") as file:
        parts = (folder.part(number).read_bytes() for number in range(len(job.shard_rows)))
        for data in chain([job.sink.head()], parts):
            digest.update(data)
            file.write(data)
    size = joined.stat().st_size
    os.replace(joined, folder.path / job.sink.joined)
    manifest = corner.temporary()
    header = {"count": job.count, "joined": [job.sink.joined, size, digest.hexdigest()]}
    write_manifest(manifest, header, _sealed_shards(job))
    os.replace(manifest, folder.path / MANIFEST_NAME)
    shutil.rmtree(folder.shards, ignore_errors=True)


def _sealed_shards(job: Job) -> Iterator[Shard]:
    for number, rows in enumerate(job.shard_rows):
        shard = job.folder.sealed(number, rows)
        if shard is None:
            raise SaveError(
                f"shard {number} was changed while it was being joined",
                where=str(job.folder.path),
                do="run the same again to make it anew",
            )
        yield shard


def _reopen(job: Job, manifest: tuple[dict[str, Any], Iterator[Shard]], corner: Corner) -> None:
    """Turn a finished folder back into sealed shards, so that a larger count can go on after them.

    The manifest goes last: killed before that, the folder is still finished; after it, an unfinished one that resumes.
    """
    header, shards = manifest
    folder, joined = job.folder, job.folder.path / job.sink.joined
    log(f"{folder.path} is extended from {header['count']} to {job.count} samples")
    with open(joined, "rb") as file:
        file.seek(len(job.sink.head()))
        for shard in shards:
            data = file.read(shard.part_bytes)
            if xxhash.xxh3_128_hexdigest(data) != shard.part_hash:
                logw(f"{joined} was changed at shard {shard.shard}, which is made anew")
                continue
            if shard.rows == job.shard_size:
                corner.write(folder.part(shard.shard), data)
                corner.write(folder.sidecar(shard.shard), (shard.to_json() + "\n").encode("utf-8"))
    (folder.path / MANIFEST_NAME).unlink()


def _renew_recipe(job: Job, corner: Corner) -> None:
    """Write the larger count into the recipe of a folder that is extended; say it where libraries have changed."""
    recorded, recipe = read_recipe(job.folder.path), job.recipe
    if recorded is None or recorded == recipe:
        return
    if recorded.get("versions") != recipe["versions"]:
        logw(
            f"{job.folder.path} was begun with {recorded.get('versions')}, now {recipe['versions']}: "
            "the pixels are the same, the bytes of the files need not be"
        )
    if recorded["count"] < job.count:
        corner.write(job.folder.path / RECIPE_NAME, recipe_text({**recorded, "count": job.count}))


def _clear(job: Job) -> None:
    """Remove a data set, and only that: the manifest first, the recipe last, so that a killed clearing goes on."""
    folder = job.folder.path
    (folder / MANIFEST_NAME).unlink(missing_ok=True)
    shutil.rmtree(job.folder.shards, ignore_errors=True)
    for name in list(_own_files(job)):
        (folder / name).unlink(missing_ok=True)
    (folder / RECIPE_NAME).unlink(missing_ok=True)


def _own_files(job: Job) -> Iterator[str]:
    """The names in the folder that a data set of this prefix and format would use."""
    own = re.compile(rf"{re.escape(job.sink.prefix)}_\d+\.{re.escape(job.sink.format)}")
    if job.folder.path.is_dir():
        for entry in os.scandir(job.folder.path):
            if entry.name in (job.sink.joined, MANIFEST_NAME) or own.fullmatch(entry.name):
                yield entry.name
