"""The tfrecord format: records of TensorFlow's `Example` messages, one file for each shard, and an index beside it.

A record is its length (8 bytes), a checksum of that, the message, and a checksum of the message. Both are described in
TensorFlow's `record_writer.h`, the messages in its `example.proto` and `feature.proto`. There is nothing in them that
would be worth the install of TensorFlow.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError
from mygenerator.sinks.base import ShardReader, ShardWriter
from mygenerator.sinks.png import png_files
from mygenerator.sinks.shard_file import ShardFileSink
from mygenerator.sinks.truth import sample_from_plain, utf8
from mygenerator.util_image import image_read

_MASK = 0xA282EAD8
_BYTES, _INTEGERS = 1, 3
"""The fields of a `Feature` for a list of bytes and for a list of integers."""
_HEAD_BYTES, _TAIL_BYTES = 12, 4
_VARINT_BYTES = 10
_SMALL = [bytes([number]) for number in range(0x80)]


class TfrecordSink(ShardFileSink):
    """Files `{prefix}_{n}.tfrecord`, one for each shard, and `{prefix}_{n}.tfindex` with start and size of each record.

    A record is an `Example` with the features `image` (a PNG file), `label` (UTF-8), `index`, and the truth: `boxes`
    (4 L numbers: x0, y0, x1, y1 of each glyph), `gaps`, `glyphs`, `glyph_source`, and `margins` and `lines` (first and
    end of each) if there are any.
    """

    format = "tfrecord"
    needs = ("google_crc32c",)
    extra = "tfrecord"

    def name_pattern(self) -> str:
        return rf"{re.escape(self.prefix)}_([0-9]{{6,}})\.tf(?:record|index)"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        records = [_record(message) for batch in batches for message in _examples(self.as_promised(batch))]
        sizes = np.array(list(map(len, records)))
        starts = np.cumsum(sizes) - sizes
        index = "".join([f"{start} {size}\n" for start, size in zip(starts.tolist(), sizes.tolist(), strict=True)])
        name = self.file_name(shard.number)
        shard.file(name, b"".join(records))
        shard.file(f"{name.removesuffix('record')}index", index.encode())

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        for features in self._records(shard, rows):
            image = image_read(features.pop("image")[0])
            yield sample_from_plain({name: _plain(name, values) for name, values in features.items()}, image)

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        return [_plain("label", features["label"]) for features in self._records(shard, rows)]

    def _records(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[dict[str, list[Any]]]:
        """The features of samples."""
        file = shard.view(shard.files[0])
        places = shard.keep("places", lambda: np.array(shard.data(shard.files[1]).split(), np.int64).reshape(-1, 2))
        for index in rows:
            start, size = places[index - shard.rows.start].tolist()
            record = file[start : start + size]
            message = bytes(record[_HEAD_BYTES:-_TAIL_BYTES])
            if bytes(record[-_TAIL_BYTES:]) != _checksum(message):
                raise InputError(f"the checksum of record {index - shard.rows.start} is another: it was changed")
            yield _features(message)

    def file_of(self, shard: ShardReader, index: int) -> str:
        del index
        return shard.files[0]


def _plain(name: str, values: list[Any]) -> Any:
    """The values of a feature as `sample_from_plain` takes them."""
    if name in ("label", "glyph_source"):
        return values[0].decode("utf-8")
    return values[0] if name == "index" else values


def _examples(batch: Batch) -> Iterator[bytes]:
    """An `Example` message for each sample of a batch."""
    rows = range(len(batch))
    images = png_files(batch, [f"sample {index}" for index in batch.index.tolist()])
    integers: dict[str, Iterable[list[int]]] = {"index": batch.index[:, None].tolist()}
    texts = {"label": batch.labels.tolist()}
    if batch.boxes is not None and batch.gaps is not None and batch.glyphs is not None:
        lengths = batch.lengths.tolist()
        integers["gaps"] = [row[: n - 1] for row, n in zip(batch.gaps.tolist(), lengths, strict=True)]
        flat = batch.boxes.reshape(len(batch), -1).tolist()
        integers["boxes"] = [row[: 4 * n] for row, n in zip(flat, lengths, strict=True)]
        integers["glyphs"] = [row[:n] for row, n in zip(batch.glyphs.tolist(), lengths, strict=True)]
        texts["glyph_source"] = [batch.glyph_source for _ in rows]
        if batch.margins is not None:
            integers["margins"] = batch.margins.tolist()
        if batch.lines is not None:
            integers["lines"] = [row[row[:, 0] >= 0].ravel().tolist() for row in batch.lines]
    names = [*texts, *integers]
    for row, (image, *values) in enumerate(zip(images, *texts.values(), *integers.values(), strict=True)):
        features = [_feature("image", _BYTES, _field(1, image))]
        for name, value in zip(names, values, strict=True):
            if name in texts:
                features.append(_feature(name, _BYTES, _field(1, utf8(value, batch.index[row]))))
            else:
                features.append(_feature(name, _INTEGERS, _field(1, b"".join(map(_varint, value)))))
        yield _field(1, b"".join(features))


def _feature(name: str, kind: int, values: bytes) -> bytes:
    """An entry of the map of features: a name, and a list of values of one kind."""
    return _field(1, _field(1, name.encode()) + _field(2, _field(kind, values)))


def _field(number: int, data: bytes) -> bytes:
    """A field of a message that holds bytes: its number and wire type 2, its length, the bytes."""
    return _SMALL[number << 3 | 2] + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    """A whole number, seven bits a byte, the lowest first; a negative one as 64 bits."""
    if 0 <= value < 0x80:
        return _SMALL[value]
    value &= (1 << 64) - 1
    parts = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _record(message: bytes) -> bytes:
    length = len(message).to_bytes(8, "little")
    return b"".join([length, _checksum(length), message, _checksum(message)])


def _checksum(data: bytes) -> bytes:
    """CRC-32C, turned by 15 bits and shifted by a constant, as TFRecord files hold it."""
    import google_crc32c

    crc = google_crc32c.value(data)
    return ((crc >> 15 | crc << 17) + _MASK & 0xFFFFFFFF).to_bytes(4, "little")


def _features(message: bytes) -> dict[str, list[Any]]:
    """The features of an `Example` by name: bytes, or whole numbers."""
    found: dict[str, list[Any]] = {}
    for _, features in _fields(message):
        for _, entry in _fields(features):
            (_, name), (_, feature) = _fields(entry)
            ((kind, values),) = _fields(feature)
            parts = [part for _, part in _fields(values)]
            found[name.decode()] = parts if kind == _BYTES else _integers(b"".join(parts))
    return found


def _fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """The fields of a message that hold bytes: number and bytes of each."""
    at = 0
    while at < len(message):
        tag = message[at]
        size, at = _read_varint(message, at + 1)
        if tag & 7 != 2 or at + size > len(message):
            raise InputError("a record is not as it was written")
        yield tag >> 3, message[at : at + size]
        at += size


def _integers(data: bytes) -> list[int]:
    numbers, at = [], 0
    while at < len(data):
        value, at = _read_varint(data, at)
        numbers.append(value - (value >> 63 << 64))
    return numbers


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The whole number that begins at a place, and where it ends."""
    value = 0
    for number, byte in enumerate(data[at : at + _VARINT_BYTES]):
        value |= (byte & 0x7F) << 7 * number
        if byte < 0x80:
            return value, at + number + 1
    raise InputError("a record is not as it was written")
