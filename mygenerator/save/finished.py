"""A finished folder: whether it is whole, and opening it again, so that more, or what is wrong, can be made."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import xxhash

from mygenerator.errors import SaveError
from mygenerator.files import open_file
from mygenerator.logs import log, logw
from mygenerator.save.corner import Corner
from mygenerator.save.durable import sync_all
from mygenerator.save.job import Job
from mygenerator.save.output_folder import Shard, readable_manifest

_MOST_SHOWN = 3


def is_finished(job: Job) -> bool:
    """Whether the folder has a manifest of as many samples."""
    manifest = readable_manifest(job.folder.path)
    return manifest is not None and manifest[0]["count"] == job.count


def is_whole(job: Job) -> bool:
    """Whether the folder is finished and its files are there as they were saved; if trusted, they are not read."""
    manifest = readable_manifest(job.folder.path)
    return manifest is not None and manifest[0]["count"] == job.count and next(_wrong(job, *manifest), None) is None


def _wrong(job: Job, header: dict[str, Any], shards: Iterator[Shard]) -> Iterator[str]:
    """The files of a finished folder that are gone or were changed; also its manifest, if it names too few."""
    samples = 0

    def is_wrong(name: str, size: int, digest: str) -> bool:
        return not job.folder.is_intact(name, size, digest, trust=job.trust)

    if header.get("joined") is not None and is_wrong(*header["joined"]):
        yield str(header["joined"][0])
    with suppress(SaveError):  # a damaged line, after which samples are missing
        for shard in shards:
            samples += shard.rows
            yield from (name for name, size, digest in shard.files if is_wrong(name, size, digest))
    if samples != header["count"]:
        yield job.folder.manifest.name


def reopen(job: Job, corner: Corner) -> None:
    """Turn a finished folder back into sealed shards, so that a larger count, or what is wrong, can be made.

    A shard that has to be made again is only listed, so that it is known which of its files are there.

    The manifest goes last: if killed before that, the folder is still finished; after it, it is unfinished and resumes.
    """
    folder = job.folder
    if not folder.manifest.exists():
        return
    manifest = readable_manifest(folder.path)
    if manifest is None:
        logw(f"{folder.manifest} is damaged: what it does not list is made again")
        manifest = {"count": 0}, iter(())
    header, shards = manifest
    if header["count"] == job.count:
        wrong = list(islice(_wrong(job, *manifest), _MOST_SHOWN + 1))
        shown = f"{', '.join(wrong[:_MOST_SHOWN])}{' and more' * (len(wrong) > _MOST_SHOWN)}"
        are = "is" if len(wrong) == 1 else "are"
        logw(f"{folder.path} was finished, but {shown} {are} gone or changed: made again")
        shards = (readable_manifest(folder.path) or manifest)[1]
    elif header["count"]:
        log(f"{folder.path} is extended from {header['count']} to {job.count} samples")
    rows = job.shard_rows
    for shard, part in _parts_of(job, shards):
        if part is None or rows[shard.shard : shard.shard + 1] != [shard.rows]:
            corner.write(folder.listing(shard.shard), _sidecar(shard))
            continue
        if part:
            corner.write(folder.part(shard.shard), part)
        corner.write(folder.sidecar(shard.shard), _sidecar(shard))
    if job.sync:
        # What takes the manifest's place has to be there before it goes.
        sync_all(folder.shards, (path.name for path in folder.shards.iterdir()))
    folder.manifest.unlink(missing_ok=True)


def _parts_of(job: Job, shards: Iterator[Shard]) -> Iterator[tuple[Shard, bytes | None]]:
    """Each shard with its part of the joined file, None for a part that was changed there."""
    if job.sink.joined is None:
        yield from ((shard, b"") for shard in _readable(shards))
        return
    joined = job.folder.path / job.sink.joined
    if not joined.exists():
        log(f"without {joined}, everything is made again")
        yield from ((shard, None) for shard in _readable(shards))
        return
    with open_file(joined) as file:
        left = os.fstat(file.fileno()).st_size - file.seek(len(job.sink.head()))
        for shard in _readable(shards):
            # Read in one piece, so that no more is asked for than there is: a record can claim any number of bytes.
            part = file.read(max(0, min(shard.part_bytes, left)))
            left -= len(part)
            if xxhash.xxh3_128_hexdigest(part) == shard.part_hash:
                yield shard, part
            else:
                logw(f"{joined} was changed at shard {shard.shard}, which is made again")
                yield shard, None


def _readable(shards: Iterator[Shard]) -> Iterator[Shard]:
    """The shards of a manifest up to where it is damaged; the rest is made again."""
    try:
        yield from shards
    except SaveError as error:
        logw(f"{error}: what it lists after that is made again")


def _sidecar(shard: Shard) -> bytes:
    return (shard.to_json() + "\n").encode("utf-8")
