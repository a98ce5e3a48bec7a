"""Making one shard: its rows are drawn, written, listed and sealed, by whichever process an engine hands it to.

Its files wait in memory or, if they are many or large, under hidden names. They get their own names when `shards/`
lists all of them, so whatever a killed run leaves behind is listed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.dataset.in_memory import expect_samples
from mygenerator.errors import InputError
from mygenerator.files import read_record
from mygenerator.save.corner import Corner, save_errors, write_bytes, write_error
from mygenerator.save.output_folder import OutputFolder, Shard, not_plain
from mygenerator.sinks import Sink

ENCODING_NS_A_PIXEL = 12
"""About what writing takes without compiled twins, besides making; measured on strips."""
_BATCH_PIXELS = 8_000_000
_MOST_ROWS = 1000
_OBJECT_ROWS = 64
_MOST_HELD_BYTES = 1 << 24
"""How much of a shard is kept in memory until its files are listed. A thousand strips take a megabyte; writing them
then, each by way of the same hidden name, costs less than writing them under a thousand."""


@dataclass
class ShardTask:
    """Makes and seals the shards of one data set; small to pickle, so that worker processes can be handed it.

    Attributes
    ----------
    ds : Dataset
    sink : Sink
    folder : Path
        Where the files go.
    corner : Path
        The hidden folder of this attempt, in the same file system.
    count, shard_size : int
    share : int
        About how many samples each process makes, so that it knows from the start whether compiled twins pay.
    """

    ds: Dataset
    sink: Sink
    folder: Path
    corner: Path
    count: int
    shard_size: int
    share: int = 0

    def rows_of(self, number: int) -> range:
        """The samples of a shard; they depend only on count and shard size, never on which process makes them."""
        return range(number * self.shard_size, min((number + 1) * self.shard_size, self.count))

    def __call__(self, number: int) -> int:
        """Make shard `number` and seal it; returns how many samples it holds."""
        self._announce()
        rows = self.rows_of(number)
        writer = _FileWriter(number, -(-self.count // self.shard_size), rows, self.folder, Corner(self.corner))
        pixels = xxhash.xxh3_128()
        batches = _hashed(self._batches(rows), pixels)
        self.sink.write_shard(writer, batches)
        # It also hashes the last batch, if the sink did not ask whether there is another.
        if next(batches, None) is not None:
            raise InputError(
                f"the format {self.sink.format!r} left out samples of shard {number}",
                do="take every batch that write_shard is given",
            )
        writer.seal(pixels.hexdigest(), has_part=self.sink.joined is not None)
        return len(rows)

    def _announce(self) -> None:
        """Announce once, in the process that does the work, how much is to come."""
        # One step, so that only one of several threads announces it; after that the class's 0 is left.
        expect_samples(self.ds, vars(self).pop("share", 0), ENCODING_NS_A_PIXEL)

    def _batches(self, rows: range) -> Iterator[Batch]:
        step = rows_at_once(self.ds.facts.image_shape)
        for start in range(rows.start, rows.stop, step):
            yield self.ds.batch(np.arange(start, min(start + step, rows.stop), dtype=np.int64))


class _FileWriter:
    """The ShardWriter of one shard: keeps its files, with their sizes and hashes, until they are sealed."""

    def __init__(self, number: int, count: int, rows: range, folder: Path, corner: Corner):
        self.number, self.count, self.rows = number, count, rows
        self._folder, self._corner = OutputFolder(folder), corner
        self._before_names = os.path.join(folder, "")
        self._before_hidden = f"{os.fspath(corner.temporary())}-"
        self._files: list[list[Any]] = []
        # This many files, from the first, have hidden names; the others are held.
        self._hidden = 0
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._parts: list[bytes] = []

    def file(self, name: str, data: bytes) -> None:
        """Keep a file of the data set."""
        self._files.append([name, len(data), xxhash.xxh3_128_hexdigest(data)])
        # No copy of bytes; one of a buffer, which a format may fill again.
        self._held.append(bytes(data))
        self._held_bytes += len(data)
        if self._held_bytes > _MOST_HELD_BYTES:
            self._hide()

    def _hide(self) -> None:
        """Write what is held under hidden names."""
        for data in self._held:
            try:
                write_bytes(f"{self._before_hidden}{self._hidden}", data)
            except OSError as error:
                raise write_error(error, self._before_names + self._files[self._hidden][0]) from error
            self._hidden += 1
        self._held, self._held_bytes = [], 0

    def part(self, data: bytes) -> None:
        """Keep a piece of the shard's part, which is written when the shard is sealed."""
        self._parts.append(data)

    def seal(self, pixels: str, has_part: bool) -> None:
        """List the files, give them their names, and seal the shard."""
        part = b"".join(self._parts)
        if part and not has_part:
            raise InputError("the format writes parts, but names no file that they are joined to", do="set `joined`")
        self._check_names()
        part_hash = xxhash.xxh3_128_hexdigest(part)
        shard = Shard(self.number, self.rows.start, len(self.rows), pixels, len(part), part_hash, self._files)
        listed = (shard.to_json() + "\n").encode("utf-8")
        listing, sidecar = self._folder.listing(self.number), self._folder.sidecar(self.number)
        for former in (sidecar, listing):
            self._remove_stale(former)
        if part:
            self._corner.write(self._folder.part(self.number), part)
        self._corner.write(listing, listed)
        self._reveal()
        self._corner.write(sidecar, listed)
        with save_errors(listing):
            listing.unlink(missing_ok=True)

    def _check_names(self) -> None:
        names = [name for name, _, _ in self._files]
        if len(set(names)) < len(names):
            raise InputError(f"the format gives two files of shard {self.number} one name")
        wrong = not_plain(names)
        if wrong is not None:
            raise InputError(f"the format calls a file {wrong!r}", allowed="the name of a file in the folder itself")

    def _remove_stale(self, former: Path) -> None:
        """Remove files that the shard had when it was made before, with another number of rows, and no longer has."""
        try:
            before = {name for name, _, _ in Shard.from_json(read_record(former)).files}
        except (OSError, ValueError):
            # Usually it was not made before.
            return
        stale = before.difference(name for name, _, _ in self._files)
        for name in stale if not_plain(stale) is None else ():
            path = self._before_names + name
            with save_errors(Path(path)), suppress(FileNotFoundError):
                os.unlink(path)

    def _reveal(self) -> None:
        """Give the files their names."""
        for number, (name, _, _) in enumerate(self._files[: self._hidden]):
            try:
                os.replace(f"{self._before_hidden}{number}", self._before_names + name)
            except OSError as error:
                raise write_error(error, self._before_names + name) from error
        for (name, _, _), data in zip(self._files[self._hidden :], self._held, strict=True):
            self._corner.write(self._before_names + name, data)


def rows_at_once(shape: tuple[int, int] | None) -> int:
    """How many samples are made at once, so that memory stays flat whatever their size."""
    if shape is None:
        return _OBJECT_ROWS
    return max(1, min(_MOST_ROWS, _BATCH_PIXELS // (shape[0] * shape[1])))


def _hashed(batches: Iterator[Batch], digest: Any) -> Iterator[Batch]:
    for batch in batches:
        yield batch
        # Only now has the sink taken the batch, and refused what is not an image.
        _hash(batch.labels.tolist() if batch.images is None else batch.images, digest)


def _hash(sample: Any, digest: Any) -> None:
    """Add an image, a text, or lists of them to a hash."""
    if isinstance(sample, list | tuple):
        for one in sample:
            _hash(one, digest)
    else:
        text = isinstance(sample, str)
        digest.update(sample.encode("utf-8", "surrogatepass") if text else np.ascontiguousarray(sample).data)
