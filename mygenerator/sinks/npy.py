"""The npy format: pixels, labels and truth as arrays, a few files for each shard, to be mapped into memory."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError
from mygenerator.sinks.base import ShardReader, ShardWriter
from mygenerator.sinks.shard_file import ShardFileSink

_MOST_HEADER_BYTES = 4096
_PADDED = ("boxes", "gaps", "glyphs", "lines")
"""What has -1 in missing places."""
_TRUTH = ("boxes", "gaps", "glyphs", "margins", "lines")


class NpySink(ShardFileSink):
    """Files `{prefix}_images_{n}.npy`, `{prefix}_labels_{n}.npy` and others for each shard; a strip is one row in each.

    images : uint8 (N, H, W)
    labels : str (N,)
    boxes : int32 (N, L, 4), L being the length of the shard's longest label
    gaps : int32 (N, L - 1)
    glyphs : int64 (N, L)
    margins : int32 (N, 2), if margins were drawn
    lines : int32 (N, K, 2), if texts are wrapped
    glyph_source : str ()

    Missing places of shorter labels are -1. Strips alone can be written, because all images have to have one size.
    """

    format = "npy"
    takes = ("strip",)
    shard_rows = 5_000  # 40 MB of images of 28 x 280 pixels, which a worker holds twice

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        # numpy has not changed the format since 2012; pixels are not encoded.
        del grey, others
        return {}

    def name_pattern(self) -> str:
        names = "|".join(("images", "labels", "glyph_source", *_TRUTH))
        return rf"{re.escape(self.prefix)}_(?:{names})_([0-9]{{6,}})\.npy"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        kept = [self.as_promised(batch) for batch in batches]
        self._file(shard, "images", [batch.images for batch in kept])
        self._file(shard, "labels", [np.concatenate([batch.labels for batch in kept])])
        if not self.with_truth:
            return
        for name in _TRUTH:
            arrays = [getattr(batch, name) for batch in kept]
            if arrays[0] is not None:
                self._file(shard, name, _alike(arrays) if name in _PADDED else arrays)
        self._file(shard, "glyph_source", [np.array(kept[0].glyph_source)])

    def _file(self, shard: ShardWriter, name: str, parts: Sequence[np.ndarray]) -> None:
        """Write arrays, one after the other, as one: they are not joined in memory before."""
        shape = parts[0].shape if len(parts) == 1 else (sum(map(len, parts)), *parts[0].shape[1:])
        head = io.BytesIO()
        header = {"descr": np.lib.format.dtype_to_descr(parts[0].dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(head, header)
        data = b"".join([head.getvalue(), *(np.ascontiguousarray(part).data for part in parts)])
        shard.file(self._name_of(name, shard.number), data)

    def _name_of(self, name: str, number: int) -> str:
        return f"{self.prefix}_{name}_{number:06d}.npy"

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        batch = shard.keep("batch", lambda: self._batch(shard))
        for index in rows:
            sample = batch.sample(index - shard.rows.start)
            # What is handed out can be changed, and does not keep the file mapped.
            arrays: dict[str, Any] = {
                name: value for name, value in vars(sample).items() if isinstance(value, np.ndarray)
            }
            yield dataclasses.replace(sample, **{name: value.copy() for name, value in arrays.items()})

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        labels = shard.keep("batch", lambda: self._batch(shard)).labels
        return [str(labels[index - shard.rows.start]) for index in rows]

    def _batch(self, shard: ShardReader) -> Batch:
        """A shard as one Batch, whose arrays are in its files."""
        files = set(shard.files)
        found: dict[str, Any] = {}
        for name in ("images", "labels", *_TRUTH, "glyph_source"):
            file = self._name_of(name, shard.number)
            if file in files:
                found[name] = _array(shard.view(file))
        source = str(found.pop("glyph_source", ""))
        index = np.arange(shard.rows.start, shard.rows.stop)
        wrong = [name for name, array in found.items() if len(array) != len(index)]
        if wrong or not {"images", "labels"} <= found.keys():
            raise InputError(f"{' and '.join(wrong) or 'images or labels'} of shard {shard.number} are not as written")
        return Batch("strip", index, glyph_source=source, **found)

    def file_of(self, shard: ShardReader, index: int) -> str:
        del index
        return shard.files[0]


def _alike(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Arrays (N, L, ...) of any L padded with -1 to the longest."""
    longest = max(array.shape[1] for array in arrays)
    return [
        np.pad(array, [(0, 0), (0, longest - array.shape[1]), *[(0, 0)] * (array.ndim - 2)], constant_values=-1)
        for array in arrays
    ]


def _array(file: memoryview) -> np.ndarray:
    """The array of an npy file as `_file` wrote it, without copying it."""
    head = io.BytesIO(file[:_MOST_HEADER_BYTES])
    np.lib.format.read_magic(head)
    shape, _, dtype = np.lib.format.read_array_header_1_0(head)
    return np.frombuffer(file, dtype, int(np.prod(shape)), head.tell()).reshape(shape)
