"""The webdataset format: one tar file for each shard, with image, label and truth of each sample, for streams of many.

Members are as Python's `tarfile` writes USTAR, without owner or time of day. They are written a batch at a time here:
three members a sample, one by one, would take longer than making the images.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError
from mygenerator.sinks.base import ShardReader, ShardWriter
from mygenerator.sinks.png import png_files
from mygenerator.sinks.shard_file import ShardFileSink
from mygenerator.sinks.truth import json_texts, sample_from_plain, utf8
from mygenerator.util_image import image_read

_BLOCK = tarfile.BLOCKSIZE
_SIZE, _SUM = slice(124, 135), slice(148, 156)
"""Where a header holds its member's size in octal digits, and its checksum."""
_ZEROS = bytes(_BLOCK)
_ENDINGS = ("png", "txt", "json")


class WebdatasetSink(ShardFileSink):
    """Files `{prefix}_{n}.tar`, one for each shard; sample i is `{i}.png`, `{i}.txt`, its label, and `{i}.json`.

    The names within have nine digits or more. The JSON text holds index, label and truth.
    """

    format = "webdataset"
    ending = "tar"
    needs = ("orjson",)
    extra = "webdataset"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        pieces: list[bytes] = []
        for batch in batches:
            pieces += _members(self.as_promised(batch))
        size = sum(map(len, pieces)) + 2 * _BLOCK
        shard.file(self.file_name(shard.number), b"".join([*pieces, bytes(2 * _BLOCK + -size % tarfile.RECORDSIZE)]))

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        file = shard.view(shard.files[0])
        starts = shard.keep("starts", lambda: _starts(file))
        for index in rows:
            image, _, truth = (
                _member(file, starts, len(_ENDINGS) * (index - shard.rows.start) + number, f"{index:09d}.{ending}")
                for number, ending in enumerate(_ENDINGS)
            )
            yield sample_from_plain(json.loads(bytes(truth)), image_read(image))

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        file = shard.view(shard.files[0])
        starts = shard.keep("starts", lambda: _starts(file))
        places = (len(_ENDINGS) * (index - shard.rows.start) + 1 for index in rows)
        names = (f"{index:09d}.txt" for index in rows)
        return [str(_member(file, starts, place, name), "utf-8") for place, name in zip(places, names, strict=True)]


def _members(batch: Batch) -> Iterator[bytes]:
    """The members of a batch's samples: for each a header, the data, and zeros up to a whole block."""
    keys = [f"{index:09d}" for index in batch.index.tolist()]
    images = png_files(batch, [f"{key}.png" for key in keys])
    labels = [utf8(label, index) for label, index in zip(batch.labels.tolist(), batch.index, strict=True)]
    data = [one for sample in zip(images, labels, json_texts(batch), strict=True) for one in sample]
    headers = _headers([f"{key}.{ending}".encode() for key in keys for ending in _ENDINGS], list(map(len, data)))
    for number, one in enumerate(data):
        yield headers[number * _BLOCK : (number + 1) * _BLOCK]
        yield one
        yield _ZEROS[: -len(one) % _BLOCK]


def _headers(names: Sequence[bytes], sizes: Sequence[int]) -> bytes:
    """The headers of members, one after the other."""
    plain = np.frombuffer(tarfile.TarInfo().tobuf(tarfile.USTAR_FORMAT), np.uint8)
    headers, longest = np.tile(plain, (len(names), 1)), max(map(len, names))
    name = np.array(names, f"S{longest}").view(np.uint8).reshape(len(names), longest)
    size = _octal(np.array(sizes), 11)
    # The sum of all bytes, those of the checksum counted as blanks.
    others = int(plain.sum(dtype=np.int64) - plain[_SIZE].sum(dtype=np.int64) - plain[_SUM].sum(dtype=np.int64))
    total = name.sum(axis=1, dtype=np.int64) + size.sum(axis=1, dtype=np.int64) + others + 8 * ord(" ")
    headers[:, :longest], headers[:, _SIZE] = name, size
    headers[:, 148:154], headers[:, 154], headers[:, 155] = _octal(total, 6), 0, ord(" ")
    return headers.tobytes()


def _octal(numbers: np.ndarray, digits: int) -> np.ndarray:
    """Whole numbers (N,) as octal text: uint8 (N, digits)."""
    return ((numbers[:, None] >> 3 * np.arange(digits)[::-1] & 7) + ord("0")).astype(np.uint8)


def _starts(file: memoryview) -> np.ndarray:
    """Where the header of each member begins: int64 (M,)."""
    starts, at = [], 0
    while at < len(file) and file[at]:
        starts.append(at)
        at += _BLOCK + -(-int(bytes(file[at:][_SIZE]), 8) // _BLOCK) * _BLOCK
    return np.array(starts, np.int64)


def _member(file: memoryview, starts: np.ndarray, number: int, name: str) -> memoryview:
    """The data of a member, which has to have that name."""
    at = int(starts[number]) if number < len(starts) else len(file)
    header = bytes(file[at : at + _BLOCK])
    if header[:100].rstrip(b"\0") != name.encode():
        raise InputError(f"there is no {name} in the place where it was written")
    return file[at + _BLOCK :][: int(header[_SIZE], 8)]
