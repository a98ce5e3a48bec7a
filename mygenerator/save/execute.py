"""Doing a Job: first the recipe, then the shards that are not finished yet, and last the manifest.

If a run is killed between any two steps, the same call goes on from what is sealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import xxhash

from mygenerator.engines import choose_engine, running
from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.files import read_record
from mygenerator.logs import log, logw
from mygenerator.save.beside import can_be_beside, drop_next, finished_names, hand_back, next_folder, take_place
from mygenerator.save.clearing import check_lists, clear, recorded_sink
from mygenerator.save.corner import Corner, save_errors
from mygenerator.save.durable import sync_all, sync_path
from mygenerator.save.finished import is_finished, is_whole, reopen
from mygenerator.save.inside import arrive, begin_to_arrive, check_inside, inside_folder, is_arriving, remove_inside
from mygenerator.save.job import Job, check_folder, check_room
from mygenerator.save.lock import Claim, at_work, check_held
from mygenerator.save.output_folder import OutputFolder, Shard, write_manifest
from mygenerator.save.output_path import check_writable
from mygenerator.save.recipe_file import (
    RECIPE_NAME,
    is_recipe_torn,
    read_recipe,
    recipe_text,
    same_bytes_key,
    version_changes,
)
from mygenerator.save.shards import ShardTask

Progress = Callable[[int, int], None]
"""Called with (samples that are saved, samples in all) whenever a shard is sealed."""


@dataclass(frozen=True)
class SaveReport:
    """What a save did.

    Attributes
    ----------
    path : Path
    count : int
        Samples in the folder.
    made : int
        Samples made by this run; the others were there already.
    seed : int
        The seed that they were drawn with; adopted from the folder's recipe if none was given.
    """

    path: Path
    count: int
    made: int
    seed: int


def run(job: Job, progress: Progress | None = None) -> SaveReport:
    """Make and write what was planned; see `save`."""
    folder = job.folder
    # The recipe comes first: if an image cannot be read, this fails before anything is made or cleared.
    recipe = recipe_text(job.recipe)
    whole = not job.overwrite and is_whole(job)
    if whole and not os.access(folder.path, os.W_OK):
        # Nothing has to be written, and nothing can be.
        log(f"{folder.path} is finished already: {job.count} samples")
        return SaveReport(folder.path, job.count, 0, job.ds.seed)
    check_writable(folder.path)
    if not whole:
        job.ds.root.check_sources(job.count)
        _check_workers(job)
    with save_errors(folder.path):
        folder.path.mkdir(parents=True, exist_ok=True)
    while True:
        claim = Claim(same_bytes_key(job.recipe), alone=job.overwrite or is_arriving(folder.path))
        with at_work(folder.path, claim, job.wait) as corner:
            if is_arriving(folder.path) and not claim.alone:
                # A run has died since that was asked, and what it began has to be finished alone.
                continue
            made = _make(job, corner, claim, recipe, whole, progress)
            return SaveReport(folder.path, job.count, made, job.ds.seed)


def _make(job: Job, corner: Corner, claim: Claim, recipe: bytes, whole: bool, progress: Progress | None) -> int:
    """Make what is missing, for a run that holds the folder; returns how many samples were made."""
    folder = job.folder
    arrived = is_arriving(folder.path)
    with save_errors(folder.path):
        hand_back(folder.path)
        if arrived:
            arrive(folder.path, lambda there: clear(there, job.sink), sync=True)
    if job.overwrite and not _goes_on_here(job, arrived):
        own = _replaceable(job)
        if own is not None and can_be_beside(folder.path):
            with save_errors(folder.path):
                remove_inside(folder.path)
            return _make_beside(job, own, corner, claim, progress)
        if own is not None:
            _drop_beside(job)
            return _make_inside(job, corner, progress)
        with save_errors(folder.path):
            clear(folder, job.sink)
    # What a run was to put in the place of this data set, and was stopped: this one is wanted again.
    _drop_beside(job)
    with save_errors(folder.path):
        remove_inside(folder.path)
    return _make_here(job, corner, recipe, whole, progress)


def _drop_beside(job: Job) -> None:
    with save_errors(job.folder.path):
        drop_next(job.folder.path, lambda beside: clear(beside, job.sink))


def _goes_on_here(job: Job, arrived: bool) -> bool:
    """Whether an overwriting run goes on with what is there: what its recipe left unfinished, or has just replaced."""
    if read_recipe(job.folder.path) is None or not _goes_on(replace(job, overwrite=False)):
        return False
    return not job.folder.manifest.exists() or (arrived and is_whole(job))


def _make_here(job: Job, corner: Corner, recipe: bytes, whole: bool, progress: Progress | None) -> int:
    folder = job.folder
    _claim(job, corner, recipe)
    # Another process might have finished it since.
    if (whole and is_finished(job)) or is_whole(job):
        log(f"{folder.path} is finished already: {job.count} samples")
        with save_errors(folder.path):
            _sync(job)
        _put_shards_away(folder)
        return 0
    with save_errors(folder.path):
        folder.shards.mkdir(exist_ok=True)
        reopen(job, corner)
    _renew_recipe(job, corner)
    return _complete(job, corner, progress)


def _make_inside(job: Job, corner: Corner, progress: Progress | None) -> int:
    """Make the data set in a hidden folder, then let its files take the places of the old ones."""
    path = inside_folder(job.folder.path)
    check_inside(job.folder.path)
    new = replace(job, folder=OutputFolder(path), overwrite=False)
    with save_errors(path):
        if path.exists() and not _goes_on(new):
            remove_inside(job.folder.path)
        path.mkdir(exist_ok=True)
    check_room(new)
    made = _make_here(new, corner, recipe_text(job.recipe), False, progress)
    check_held(job.folder.path, corner)
    begin_to_arrive(job.folder.path, job.sync)
    arrive(job.folder.path, lambda there: clear(there, job.sink), job.sync)
    return made


def _replaceable(job: Job) -> set[str] | None:
    """The names of the finished data set in the folder, which stays until the next one is whole; else None."""
    folder, recorded = job.folder, read_recipe(job.folder.path)
    if recorded is None:
        return None
    # What cannot be removed later is refused now.
    recorded_sink(folder, recorded, job.sink)
    if not check_lists(folder):
        return None
    return finished_names(folder)


def _make_beside(job: Job, own: set[str], corner: Corner, claim: Claim, progress: Progress | None) -> int:
    """Make the data set beside the one that it is to replace, then let it take that place; returns how many it made."""
    beside = replace(job, folder=OutputFolder(next_folder(job.folder.path)), overwrite=False)
    with save_errors(beside.folder.path):
        if beside.folder.path.exists() and not _goes_on(beside):
            clear(beside.folder, job.sink)
    check_room(beside)
    made = run(beside, progress).made
    take_place(job.folder.path, own, corner, claim, lambda folder: clear(folder, job.sink))
    return made


def _goes_on(job: Job) -> bool:
    """Whether what is in the folder was begun by the same job."""
    try:
        check_folder(job)
    except (FolderConflictError, SaveError):
        return False
    return True


def _check_workers(job: Job) -> None:
    """Raise InputError if the job cannot be handed to the engine or workers asked for; nothing is written."""
    if job.workers is not None or job.engine is not None:
        engine = choose_engine(job.workers, job.count, len(job.shard_rows), name=job.engine)
        # Given no shards, an engine only finds out whether it can take the task.
        with running(engine, _task(job, job.folder.path), []) as results:
            list(results)


def _task(job: Job, corner: Path, share: int = 0) -> ShardTask:
    return ShardTask(job.ds, job.sink, job.folder.path, corner, job.count, job.shard_size, share)


def _claim(job: Job, corner: Corner, recipe: bytes) -> None:
    """Put the recipe into the folder, or make sure that the one that is there is the same."""
    path = job.folder.path / RECIPE_NAME
    if corner.create(path, recipe, job.sync):
        return
    if is_recipe_torn(job.folder.path):
        _mend_recipe(job, corner, recipe)
    # Another process might have put its recipe there since the job was planned.
    check_folder(replace(job, overwrite=False))


def _mend_recipe(job: Job, corner: Corner, recipe: bytes) -> None:
    """Put a whole recipe in the place of one that was torn.

    It is that of the manifest. Without one, nobody knows by which recipe the shards were made: they are removed.
    """
    folder = job.folder
    recorded = read_recipe(folder.path)
    logw(f"{folder.path / RECIPE_NAME} is torn: it is made again{'' if recorded else ', and so is all that was made'}")
    if recorded is None:
        check_lists(folder)
        with save_errors(folder.path), suppress(SaveError):
            for name in folder.names():
                (folder.path / name).unlink(missing_ok=True)
        folder.remove_shards()
    corner.write(folder.path / RECIPE_NAME, recipe_text(recorded) if recorded else recipe, job.sync)


def _renew_recipe(job: Job, corner: Corner) -> None:
    """Write the larger count into the recipe of a folder that is extended; warn if libraries have changed."""
    recorded, recipe = read_recipe(job.folder.path), job.recipe
    if recorded is None or recorded == recipe:
        return
    if told := version_changes(recorded.get("versions"), recipe, job.ds.facts.libraries):
        logw(f"{job.folder.path} was begun with {told}")
    if recorded["count"] < job.count:
        begun_with = {"versions": recorded["versions"]} if "versions" in recorded else {}
        corner.write(job.folder.path / RECIPE_NAME, recipe_text(recipe | begun_with), job.sync)


def _complete(job: Job, corner: Corner, progress: Progress | None) -> int:
    """Make the shards that are missing, then finish; returns how many samples were made."""
    rows = job.shard_rows
    missing = [number for number, count in enumerate(rows) if not job.folder.stands(number, count, job.trust)]
    to_make = sum(rows[number] for number in missing)
    standing = job.count - to_make
    if standing:
        log(f"{standing} of {job.count} samples are already in {job.folder.path}")
    strips = job.ds.kind == "strip" and "code" not in job.recipe
    engine = choose_engine(job.workers, to_make, len(missing), strips, job.engine)
    made = ran = 0
    try:
        # Closed at once, whatever happens: if someone keeps a traceback, it would keep the workers at work.
        with running(engine, _task(job, corner.path, to_make // max(engine.workers, 1)), missing) as results:
            for done in results:
                made, ran = made + done, ran + 1
                if progress is not None:
                    progress(standing + made, job.count)
        if ran < len(missing):
            raise SaveError(
                f"{type(engine).__name__} ran {ran} of {len(missing)} shards",
                where=str(job.folder.path),
                do="choose another engine; mygenerator.testing.check_engine shows what is wrong with it",
            )
        _finish(job, corner)
    except SaveError:
        # Another process that saves the same might have been faster, and have removed the shards meanwhile.
        if not is_finished(job):
            raise
    _put_shards_away(job.folder)
    return made


def _finish(job: Job, corner: Corner) -> None:
    """Join the parts, if the format has a joined file, and write the manifest last."""
    folder, name = job.folder, job.sink.joined
    joined, lines, manifest = (corner.temporary() for _ in range(3))
    head = job.sink.head()
    digest = xxhash.xxh3_128(head)
    with save_errors(folder.path / (name or folder.manifest.name)):
        # Each shard is read once: its lines for the manifest wait in another file until the manifest's head is known.
        with open(joined, "wb") as file, open(lines, "wb") as kept:
            size = file.write(head)
            for shard, part in _sealed(job):
                digest.update(part)
                size += file.write(part)
                kept.write((b",\n" if shard.shard else b"") + shard.to_json().encode("utf-8"))
        if name is not None:
            os.replace(joined, folder.path / name)
        _sync(job)
    check_held(folder.path, corner)
    with save_errors(folder.manifest):
        header = {
            "count": job.count,
            "joined": None if name is None else [name, size, digest.hexdigest()],
            "recipe": read_record(folder.path / RECIPE_NAME).decode("utf-8"),
        }
        write_manifest(manifest, header, lines, job.sync)
        os.replace(manifest, folder.manifest)
        if job.sync:
            sync_path(folder.path)


def _sync(job: Job) -> None:
    """Wait until all that the folder holds is on the disk, if the job is to."""
    if job.sync:
        folder, joined = job.folder, job.sink.joined
        sync_all(folder.path, chain([joined] if joined else [], folder.names()))


def _sealed(job: Job) -> Iterator[tuple[Shard, bytes]]:
    for number, rows in enumerate(job.shard_rows):
        sealed = job.folder.sealed(number, rows)
        if sealed is None:
            raise SaveError(
                f"shard {number} was changed while it was being joined",
                where=str(job.folder.path),
                do="run the same again: the shard is then made again",
            )
        yield sealed


def _put_shards_away(folder: OutputFolder) -> None:
    """Remove the records of single shards; the manifest is written, so if they stay, that is only told."""
    try:
        folder.remove_shards()
    except OSError as error:
        logw(
            f"the data set is whole, but {folder.shards} cannot be removed ({error.strerror or error}): "
            "run the same again, or remove it"
        )
