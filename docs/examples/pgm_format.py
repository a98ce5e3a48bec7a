"""The pgm format: a portable grey map for each sample, and a line of labels.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.sinks import Sink
from mygenerator.sinks.base import ShardWriter


class PgmSink(Sink):
    """Files `{prefix}_{i}.pgm`, 8-bit grey, and `labels.jsonl`."""

    format = "pgm"
    joined = "labels.jsonl"

    def write_shard(self, writer: ShardWriter, batches: Iterable[Batch]) -> None:
        for batch in batches:
            for row, index in enumerate(batch.index.tolist()):
                image = batch.images[row]
                height, width = image.shape
                head = f"P5 {width} {height} 255\n".encode()
                writer.file(self.file_name(index), head + image.tobytes())
                writer.part(json.dumps(str(batch.labels[row])).encode() + b"\n")

    def read_shard(self, folder: Path, start: int, stop: int) -> Iterator[tuple[str, Any]]:
        labels = (folder / self.joined).read_text(encoding="utf-8").splitlines()
        for index in range(start, stop):
            head, pixels = (folder / self.file_name(index)).read_bytes().split(b"\n", 1)
            width, height = map(int, head.split()[1:3])
            image = np.frombuffer(pixels, np.uint8).reshape(height, width)
            yield json.loads(labels[index]), image
