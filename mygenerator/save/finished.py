"""A finished folder: whether it is whole, and opening it again, so that more, or what is gone, can be made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import chain, islice

import xxhash

from mygenerator.logs import log, logw
from mygenerator.save.corner import Corner
from mygenerator.save.job import Job
from mygenerator.save.output_folder import Shard, read_manifest

_MOST_SHOWN = 3


def is_finished(job: Job) -> bool:
    """Whether the folder has a manifest of as many samples."""
    manifest = read_manifest(job.folder.path)
    return manifest is not None and manifest[0]["count"] == job.count


def is_whole(job: Job) -> bool:
    """Whether the folder is finished and its files are still there; what is in them, the validator judges."""
    return is_finished(job) and next(_gone(job), None) is None


def _gone(job: Job) -> Iterator[str]:
    """The files of a finished folder that are not there any more."""
    with os.scandir(job.folder.path) as entries:
        there = {entry.name for entry in entries}
    names = job.folder.names()
    yield from (name for name in (chain([job.sink.joined], names) if job.sink.joined else names) if name not in there)


def reopen(job: Job, corner: Corner) -> None:
    """Turn a finished folder back into sealed shards, so that a larger count, or what is gone, can be made.

    A shard that has to be made again is only listed, so that it is known which of its files are there.

    The manifest goes last: if killed before that, the folder is still finished; after it, it is unfinished and resumes.
    """
    folder, manifest = job.folder, read_manifest(job.folder.path)
    if manifest is None:
        return
    header, shards = manifest
    if gone := list(islice(_gone(job), _MOST_SHOWN + 1)):
        shown = f"{', '.join(gone[:_MOST_SHOWN])}{' and more' * (len(gone) > _MOST_SHOWN)}"
        logw(f"{folder.path} was finished, but {shown} {'is' if len(gone) == 1 else 'are'} gone: made again")
    if header["count"] < job.count:
        log(f"{folder.path} is extended from {header['count']} to {job.count} samples")
    rows = job.shard_rows
    for shard, part in _parts_of(job, shards):
        if part is None or rows[shard.shard : shard.shard + 1] != [shard.rows]:
            corner.write(folder.listing(shard.shard), _sidecar(shard))
            continue
        if part:
            corner.write(folder.part(shard.shard), part)
        corner.write(folder.sidecar(shard.shard), _sidecar(shard))
    folder.manifest.unlink(missing_ok=True)


def _parts_of(job: Job, shards: Iterator[Shard]) -> Iterator[tuple[Shard, bytes | None]]:
    """Each shard with its part of the joined file, None for a part that was changed there."""
    if job.sink.joined is None:
        yield from ((shard, b"") for shard in shards)
        return
    joined = job.folder.path / job.sink.joined
    if not joined.exists():
        log(f"without {joined}, everything is made again")
        yield from ((shard, None) for shard in shards)
        return
    with open(joined, "rb") as file:
        file.seek(len(job.sink.head()))
        for shard in shards:
            part = file.read(shard.part_bytes)
            if xxhash.xxh3_128_hexdigest(part) == shard.part_hash:
                yield shard, part
            else:
                logw(f"{joined} was changed at shard {shard.shard}, which is made again")
                yield shard, None


def _sidecar(shard: Shard) -> bytes:
    return (shard.to_json() + "\n").encode("utf-8")
