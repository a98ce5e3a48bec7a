"""The folder that a data set is saved to: what is in it, what is sealed, and the manifest that ends it.

recipe.json            first: what is to be made
shards/000000.list     the files that a shard is about to have, with sizes and hashes, before any has its name
shards/000000.json     the same for a sealed shard, whose files are there; shards/000000.part: its part of meta.csv
img_0.png ... meta.csv
manifest.json          last: all shards; a folder with a manifest is complete, and shards/ is gone

So the manifest, a sealed shard or a list names every file of a data set.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xxhash

from mygenerator.errors import SaveError
from mygenerator.files import MOST_RECORD_BYTES, open_file, read_file, read_record
from mygenerator.save.as_text import AS_TEXT
from mygenerator.save.durable import sync_file
from mygenerator.save.shard_record import LINE_BEGIN, Shard
from mygenerator.util_image.own_folders import MANIFEST_NAME, RECIPE_NAME

SHARDS_NAME = "shards"
_RESERVED = {"", RECIPE_NAME, MANIFEST_NAME, SHARDS_NAME}
_LEADS_ELSEWHERE = re.compile(r"\A\.|[/\\\0]").search

_IN_SHARDS = re.compile(r"\d{6,}\.(json|part|list)|manifest\.list")
_MANIFEST_END = b"\n]}\n"
_HEAD_CHECK = b',\n"check": "'
_LIST_BEGINS = b'"shards": [\n'
_BUFFER_BYTES = 1 << 20
"""The buffer for reading a list of shards: a shard of a thousand files is a line of 70,000 bytes."""


@dataclass(frozen=True)
class OutputFolder:
    """The names in one output folder."""

    path: Path

    @property
    def manifest(self) -> Path:
        """The file that says the folder is complete."""
        return self.path / MANIFEST_NAME

    @property
    def shards(self) -> Path:
        """Where sealed shards are until there is a manifest."""
        return self.path / SHARDS_NAME

    def sidecar(self, number: int) -> Path:
        """The file that seals a shard."""
        return self.shards / f"{number:06d}.json"

    def part(self, number: int) -> Path:
        """A shard's part of the joined file."""
        return self.shards / f"{number:06d}.part"

    def listing(self, number: int) -> Path:
        """The file that names the files of a shard before they are there."""
        return self.shards / f"{number:06d}.list"

    @property
    def former(self) -> Path:
        """Where the manifest goes while its data set is being removed: it still lists the files."""
        return self.shards / "manifest.list"

    def names(self) -> Iterator[str]:
        """The name of every file of the data set but the joined one: some might be missing, some might come twice.

        Raises
        ------
        SaveError
            If a list is damaged; raised after the names that can be read.
        """
        damaged: tuple[Path, Exception] | None = None
        for path in (self.manifest, self.former, *sorted(self.shards.glob("[0-9]*.*"))):
            if path.suffix == ".part":
                continue
            try:
                for _, line in shard_lines(path):
                    yield from (name for name, _, _ in Shard.from_json(line).files)
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                damaged = damaged or (path, error)
        if damaged:
            raise broken_manifest(*damaged)

    def sealed(self, number: int, rows: int) -> tuple[Shard, bytes] | None:
        """The shard and its part; None unless it is sealed with that many rows and its part is what was sealed."""
        try:
            shard = Shard.from_json(read_record(self.sidecar(number)))
            # If there is no joined file, or the shard adds nothing to it, no part was written.
            part = read_file(self.part(number), shard.part_bytes) if shard.part_bytes else b""
        except (OSError, ValueError):
            return None
        whole = (shard.shard, shard.rows, shard.part_hash) == (number, rows, xxhash.xxh3_128_hexdigest(part))
        return (shard, part) if whole else None

    def stands(self, number: int, rows: int, trust: bool = False) -> bool:
        """Whether a shard is sealed and all its files are there as they were sealed, so that none is made again.

        With `trust` they are not read: those that have the right size count as right.
        """
        sealed = self.sealed(number, rows)
        return sealed is not None and all(
            self.is_intact(name, size, digest, trust=trust) for name, size, digest in sealed[0].files
        )

    def is_intact(self, name: str, size: int, digest: str, *, trust: bool = False) -> bool:
        """Whether a file is there with that size and, unless it is trusted, that xxh3-128."""
        path = os.path.join(self.path, name)
        try:
            return os.stat(path).st_size == size and (trust or file_hash(path) == digest)
        except OSError:
            return False

    def remove_shards(self) -> None:
        """Remove what is ours in shards/, and the folder unless somebody else's file is in it; OSError if refused."""
        with suppress(FileNotFoundError):
            # In the order of names, a sidecar goes before the part that it vouches for.
            for name in sorted(os.listdir(self.shards)):
                if _IN_SHARDS.fullmatch(name) and _is_record(self.shards / name):
                    (self.shards / name).unlink(missing_ok=True)
        try:
            self.shards.rmdir()
        except OSError as error:
            # Otherwise it is gone, or somebody else's file is in it, or one of an equal run that is still at work.
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY, errno.EEXIST):
                raise


def _is_record(path: Path) -> bool:
    """Whether a file in shards/ can be one of ours: a part, or a list, torn or not; others can have such names too."""
    if path.suffix == ".part":
        return True
    try:
        with open_file(path) as file:
            begins = file.read(_BUFFER_BYTES)
    except OSError:
        return False
    return not begins.strip(b"\0") or begins.startswith((LINE_BEGIN[: len(begins)], b"{\n"))


def write_manifest(target: Path, header: dict[str, Any], lines: Path, sync: bool = False) -> None:
    """Write a manifest to `target`: a JSON object with one shard a line, so that it can be streamed out and in.

    Parameters
    ----------
    target : Path
    header : dict
    lines : Path
        A file with the shards, with a comma at the end of each line but the last.
    sync : bool
        Wait until it is on the disk.
    """
    head = json.dumps(header, indent=0, ensure_ascii=False)[:-2].encode("utf-8", "backslashreplace")
    check = f'{xxhash.xxh3_64_hexdigest(head)}",\n'.encode()
    with open(target, "wb") as file, open(lines, "rb") as shards:
        file.write(head + _HEAD_CHECK + check + _LIST_BEGINS)
        shutil.copyfileobj(shards, file)
        file.write(_MANIFEST_END)
        file.flush()
        if sync:
            sync_file(file.fileno())


def read_manifest(folder: Path) -> tuple[dict[str, Any], Iterator[Shard]] | None:
    """The header and the shards (read one by one) of a folder's manifest; None if it has none.

    Raises
    ------
    SaveError
        If the file is not a manifest that mygenerator wrote; also while its shards are read.
    """
    path = folder / MANIFEST_NAME
    try:
        with open_file(path) as file:
            head = b""
            while line := file.readline(MOST_RECORD_BYTES - len(head)):
                if line == _LIST_BEGINS:
                    break
                head += line
                if len(head) >= MOST_RECORD_BYTES:
                    raise ValueError("its head is longer than any that is written")
            else:
                raise ValueError(AS_TEXT if head.endswith(b"\r\n") else "it has no list of shards")
            file.seek(-min(len(_MANIFEST_END), file.seek(0, os.SEEK_END)), os.SEEK_END)
            whole = file.read() == _MANIFEST_END
        begun, mark, check = head.rpartition(_HEAD_CHECK)
        if mark and check != f'{xxhash.xxh3_64_hexdigest(begun)}",\n'.encode():
            raise ValueError("its hash is another: it was changed")
        header = json.loads((begun if mark else head.rstrip().rstrip(b",")) + b"}")
        if not whole or not isinstance(header, dict) or not isinstance(header.get("count"), int):
            raise ValueError("it has no count" if whole else "its end is missing")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise broken_manifest(path, error) from None
    return header, _manifest_shards(path)


def readable_manifest(folder: Path) -> tuple[dict[str, Any], Iterator[Shard]] | None:
    """What `read_manifest` gives; None also for a manifest that is torn or changed: what it lists is made again.

    Raises
    ------
    SaveError
        If the file never was a manifest of mygenerator; it belongs to somebody else.
    """
    try:
        return read_manifest(folder)
    except SaveError:
        if not _was_ours(folder / MANIFEST_NAME):
            raise
        return None


def _was_ours(path: Path) -> bool:
    """Whether a file that is no manifest looks like one that was torn or changed."""
    try:
        with open_file(path) as file:
            data = file.read(MOST_RECORD_BYTES)
    except OSError:
        return False
    # A loss of power can leave a file empty, or full of zeros. A change spares one of the other two marks.
    return not data.strip(b"\0") or data.startswith(b'{\n"count"') or b"\n" + LINE_BEGIN in data


def shard_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Where each shard's line begins in a manifest, or in the list of one shard, and the line as `Shard` reads it.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If a line is longer than any that is written.
    """
    with open_file(path, _BUFFER_BYTES) as file:
        at = 0
        while line := file.readline(MOST_RECORD_BYTES):
            if len(line) == MOST_RECORD_BYTES:
                raise ValueError("a line of it is longer than any that is written")
            if line.startswith(LINE_BEGIN):
                yield at, line.rstrip().rstrip(b",")
            at += len(line)


def _manifest_shards(path: Path) -> Iterator[Shard]:
    try:
        for _, line in shard_lines(path):
            yield Shard.from_json(line)
    except FileNotFoundError:
        # Another process has begun to extend the folder since; its shards stay sealed.
        return
    except (OSError, ValueError) as error:
        raise broken_manifest(path, error) from None


def broken_manifest(path: Path, error: Exception) -> SaveError:
    """The error for a manifest, or a list of a shard, that cannot be read."""
    return SaveError(
        f"this is not a manifest that mygenerator wrote ({error})",
        where=str(path),
        do="remove it, and the command that made the folder makes it whole again",
    )


def not_plain(names: Iterable[str]) -> str | None:
    """The first name that no file of a data set can have, reserved or leading elsewhere; None if all can be used.

    >>> not_plain(["img_0.png", "meta.csv"]), not_plain(["img_0.png", "../a.png"]), not_plain(["recipe.json"])
    (None, '../a.png', 'recipe.json')
    """
    return next((name for name in names if name in _RESERVED or _LEADS_ELSEWHERE(name)), None)


def file_hash(path: str | Path) -> str:
    """xxh3-128 of a file, as hex."""
    with open_file(path) as file:
        first = file.read(_BUFFER_BYTES)
        if len(first) < _BUFFER_BYTES:
            # Most files are small, and there are many.
            return xxhash.xxh3_128_hexdigest(first)
        file.seek(0)
        return hashlib.file_digest(file, xxhash.xxh3_128).hexdigest()
