"""The pgm format: a portable grey map for each sample, and a line of labels.jsonl."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.sinks import ShardReader, ShardWriter, Sink, sample_from_plain, sample_to_plain


class PgmSink(Sink):
    """Files `{prefix}_{i}.pgm`, 8-bit grey, and `labels.jsonl`."""

    format = "pgm"
    joined = "labels.jsonl"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        for batch in batches:
            for sample in map(batch.sample, range(len(batch))):
                height, width = sample.image.shape
                head = f"P5 {width} {height} 255\n".encode()
                shard.file(self.file_name(sample.index), head + sample.image.tobytes())
                shard.part(json.dumps(sample_to_plain(sample)).encode() + b"\n")

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        lines = shard.part().splitlines()
        for index in rows:
            place = index - shard.rows.start
            head, pixels = shard.data(shard.files[place]).split(b"\n", 1)
            width, height = map(int, head.split()[1:3])
            image = np.frombuffer(pixels, np.uint8).reshape(height, width)
            yield sample_from_plain(json.loads(lines[place]), image)
