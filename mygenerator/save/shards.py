"""Making one shard: its rows are drawn, written and sealed, by whichever process an engine hands it to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.dataset.in_memory import expect_samples
from mygenerator.save.corner import Corner
from mygenerator.save.output_folder import OutputFolder, Shard
from mygenerator.sinks import Sink

ENCODING_NS_A_PIXEL = 12
"""About what writing takes without compiled twins, beside making; measured on strips."""
_BATCH_PIXELS = 8_000_000
_MOST_ROWS = 1000
_OBJECT_ROWS = 64


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
        About how many samples each process makes, so that it knows from the first whether compiled twins pay.
    """

    ds: Dataset
    sink: Sink
    folder: Path
    corner: Path
    count: int
    shard_size: int
    share: int = 0

    def rows_of(self, number: int) -> range:
        """The samples of a shard; they depend on the shard size alone, never on who makes them."""
        return range(number * self.shard_size, min((number + 1) * self.shard_size, self.count))

    def __call__(self, number: int) -> int:
        """Make shard `number` and seal it; how many samples it holds."""
        self._announce()
        rows = self.rows_of(number)
        writer = _FileWriter(self.folder, Corner(self.corner))
        pixels = xxhash.xxh3_128()
        self.sink.write_shard(writer, _hashed(self._batches(rows), pixels))
        part = b"".join(writer.parts)
        shard = Shard(
            number, rows.start, len(rows), pixels.hexdigest(), len(part), xxhash.xxh3_128_hexdigest(part), writer.files
        )
        folder = OutputFolder(self.folder)
        writer.corner.write(folder.part(number), part)
        writer.corner.write(folder.sidecar(number), (shard.to_json() + "\n").encode("utf-8"))
        return len(rows)

    def _announce(self) -> None:
        """Tell once, in the process that does it, how much work is to come."""
        expect_samples(self.ds, self.share, ENCODING_NS_A_PIXEL)
        self.share = 0

    def _batches(self, rows: range) -> Iterator[Batch]:
        step = rows_at_once(self.ds.facts.image_shape)
        for start in range(rows.start, rows.stop, step):
            yield self.ds.batch(np.arange(start, min(start + step, rows.stop), dtype=np.int64))


class _FileWriter:
    """The ShardWriter of one shard: files by way of the corner, with their sizes and hashes."""

    def __init__(self, folder: Path, corner: Corner):
        self.corner = corner
        self._before_names = os.path.join(folder, "")
        self.files: list[list[Any]] = []
        self.parts: list[bytes] = []

    def file(self, name: str, data: bytes) -> None:
        """Write a file of the data set."""
        self.corner.write(self._before_names + name, data)
        self.files.append([name, len(data), xxhash.xxh3_128_hexdigest(data)])

    def part(self, data: bytes) -> None:
        """Keep a piece of the shard's part, which is written when the shard is sealed."""
        self.parts.append(data)


def rows_at_once(shape: tuple[int, int] | None) -> int:
    """How many samples are made at once, so that memory stays flat whatever their size."""
    if shape is None:
        return _OBJECT_ROWS
    return max(1, min(_MOST_ROWS, _BATCH_PIXELS // (shape[0] * shape[1])))


def _hashed(batches: Iterator[Batch], digest: Any) -> Iterator[Batch]:
    for batch in batches:
        yield batch
        # Now that the sink has taken the batch, and so has refused what is no image.
        for block in [batch.images] if isinstance(batch.images, np.ndarray) else batch.images:
            digest.update(np.ascontiguousarray(block).data)
