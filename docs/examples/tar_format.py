"""The tar format: one tar file for each shard, with a PNG image and a JSON text for each sample."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence

from mygenerator.batch import Batch, Sample
from mygenerator.sinks import PngSink, ShardReader, ShardWriter, Sink, sample_from_plain, sample_to_plain
from mygenerator.sinks.png import png_files
from mygenerator.util_image import image_read


class TarSink(Sink):
    """Files `{prefix}_{n}.tar`, one for each shard; sample i is `{i}.png` and `{i}.json` in it."""

    format = "tar"

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        return PngSink().versions(grey, others)

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w") as tar:
            for batch in batches:
                names = [f"{index}.png" for index in batch.index]
                for row, image in enumerate(png_files(batch, names)):
                    _add(tar, names[row], image)
                    truth = json.dumps(sample_to_plain(batch.sample(row)))
                    _add(tar, f"{batch.index[row]}.json", truth.encode())
        shard.file(self.file_name(shard.number), data.getvalue())

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        with tarfile.open(fileobj=io.BytesIO(shard.data(shard.files[0]))) as tar:
            for index in rows:
                image = image_read(_member(tar, f"{index}.png"))
                yield sample_from_plain(json.loads(_member(tar, f"{index}.json")), image)


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    """Add a file without owner or time of day, as a new TarInfo is: equal data sets are equal bytes."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def _member(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    assert file is not None
    return file.read()
