"""The folder that a data set is saved to: what stands in it, what is sealed, and how files appear in it whole.

    recipe.json            first: what is to be made
    shards/000000.json     a sealed shard: its files with sizes and hashes; shards/000000.part: its part of meta.csv
    img_0.png ... meta.csv
    manifest.json          last: all shards; a folder with a manifest is complete, and shards/ is gone
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import xxhash

from mygenerator.errors import SaveError

MANIFEST_NAME = "manifest.json"
SHARDS_NAME = "shards"

_ATTEMPT = re.compile(r"\.attempt-(?P<host>[0-9a-f]{8})-(?P<pid>\d+)-[0-9a-f]{8}")
_FOREIGN_ATTEMPT_S = 3600
_live_attempts: set[str] = set()


@dataclass
class Shard:
    """A sealed shard.

    Attributes
    ----------
    shard, start, rows : int
        Its number, its first sample, how many samples it holds.
    pixels : str
        xxh3-128 over the pixels of its images, one after the other.
    part_bytes, part_hash : int, str
        Length and xxh3-128 of its part of the joined file.
    files : list of [name, size in bytes, xxh3-128]
    """

    shard: int
    start: int
    rows: int
    pixels: str
    part_bytes: int
    part_hash: str
    files: list[list[Any]] = field(default_factory=list)

    def to_json(self) -> str:
        """The shard on one line."""
        return json.dumps(asdict(self), separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The shard of such a line; ValueError where the line is none."""
        try:
            return cls(**json.loads(text))
        except TypeError as error:
            raise ValueError(str(error)) from None


@dataclass(frozen=True)
class OutputFolder:
    """The names in one output folder."""

    path: Path

    @property
    def shards(self) -> Path:
        """Where sealed shards stand until the manifest does."""
        return self.path / SHARDS_NAME

    def sidecar(self, number: int) -> Path:
        """The file that seals a shard."""
        return self.shards / f"{number:06d}.json"

    def part(self, number: int) -> Path:
        """A shard's part of the joined file."""
        return self.shards / f"{number:06d}.part"

    def sealed(self, number: int, rows: int) -> Shard | None:
        """The shard, where it is sealed with that many rows and its files are there in their sizes; otherwise None."""
        try:
            shard = Shard.from_json(self.sidecar(number).read_bytes())
            whole = self.part(number).stat().st_size == shard.part_bytes and all(
                (self.path / name).stat().st_size == size for name, size, _ in shard.files
            )
        except (OSError, ValueError):
            return None
        return shard if whole and shard.rows == rows else None


class Corner:
    """One run's hidden corner of the folder, where files are written before they are renamed into place.

    Several processes of one run share it. Its name holds machine and process, so that the next run can sweep what a
    dead one left, and only that.
    """

    def __init__(self, path: Path):
        self.path = path
        self._number = 0

    def write(self, target: Path, data: bytes) -> None:
        """Write a file whole: a reader finds all of `data` under `target`, or what stood there before."""
        temporary = self.temporary()
        temporary.write_bytes(data)
        os.replace(temporary, target)

    def create(self, target: Path, data: bytes) -> bool:
        """Like `write`, but only where nothing stands under `target`; whether it was written."""
        temporary = self.temporary()
        temporary.write_bytes(data)
        return link_new(temporary, target)

    def temporary(self) -> Path:
        """A new name in the corner, of this process alone."""
        self._number += 1
        return self.path / f"{os.getpid()}-{self._number}"


@contextmanager
def attempt(folder: Path) -> Iterator[Corner]:
    """A corner for one run in `folder`, gone when the run ends; what dead runs left there is swept first."""
    _sweep(folder)
    path = folder / f".attempt-{_host()}-{os.getpid()}-{secrets.token_hex(4)}"
    path.mkdir()
    _live_attempts.add(path.name)
    try:
        yield Corner(path)
    finally:
        _live_attempts.discard(path.name)
        shutil.rmtree(path, ignore_errors=True)


def link_new(temporary: Path, target: Path) -> bool:
    """Give a finished file its final name, unless that name is taken: whether it was free."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    except OSError:
        # A file system without hard links: claim the name first, then fill it at once.
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        os.replace(temporary, target)
    else:
        temporary.unlink()
    return True


def _sweep(folder: Path) -> None:
    """Remove the corners of attempts that are dead: of this machine's processes that are gone, or long untouched."""
    for entry in folder.iterdir():
        match = _ATTEMPT.fullmatch(entry.name)
        if match is None or entry.name in _live_attempts:
            continue
        # On Windows asking after a process by signal would end it; there, age decides.
        if match["host"] == _host() and os.name != "nt":
            dead = int(match["pid"]) == os.getpid() or not _alive(int(match["pid"]))
        else:
            dead = time.time() - entry.stat().st_mtime > _FOREIGN_ATTEMPT_S
        if dead:
            shutil.rmtree(entry, ignore_errors=True)


def write_manifest(target: Path, header: dict[str, Any], shards: Iterator[Shard]) -> None:
    """Write a manifest to `target`: a JSON object with one shard a line, so that it is written and read in a stream."""
    with open(target, "w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(header, indent=0, ensure_ascii=False)[:-2] + ',\n"shards": [\n')
        for number, shard in enumerate(shards):
            file.write((",\n" if number else "") + shard.to_json())
        file.write("\n]}\n")


def read_manifest(folder: Path) -> tuple[dict[str, Any], Iterator[Shard]] | None:
    """The header and the shards (read one by one) of a folder's manifest; None where it has none.

    Raises
    ------
    SaveError
        Where the file is no manifest of ours, also while its shards are read.
    """
    path = folder / MANIFEST_NAME
    try:
        with open(path, encoding="utf-8") as file:
            head = ""
            for line in file:
                if line.startswith('"shards"'):
                    break
                head += line
        header = json.loads(head.rstrip().rstrip(",") + "}")
        if not isinstance(header, dict) or not isinstance(header.get("count"), int):
            raise ValueError("it has no count")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise _broken_manifest(path, error) from None
    return header, _manifest_shards(path)


def _manifest_shards(path: Path) -> Iterator[Shard]:
    try:
        with open(path, encoding="utf-8") as file:
            for line in file:
                if line.startswith('{"shard"'):
                    yield Shard.from_json(line.rstrip().rstrip(","))
    except (OSError, ValueError) as error:
        raise _broken_manifest(path, error) from None


def _broken_manifest(path: Path, error: Exception) -> SaveError:
    return SaveError(
        f"this is no manifest of ours ({error})", where=str(path), do="remove it to have the folder made whole again"
    )


def file_hash(path: Path) -> str:
    """xxh3-128 of a file, as hex."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, xxhash.xxh3_128).hexdigest()  # type: ignore[arg-type]


def _host() -> str:
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
