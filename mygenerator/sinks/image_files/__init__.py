"""What formats of one image file for each sample share: the files, and meta.csv with a row for each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.csv_file import long_fields
from mygenerator.errors import InputError
from mygenerator.sinks.base import ShardReader, ShardWriter, Sink
from mygenerator.sinks.image_files.rows import truth_rows
from mygenerator.sinks.image_files.table import TRUTH_COLUMNS, csv_rows, sixth_column, truth_columns
from mygenerator.sinks.truth import sample_from_plain
from mygenerator.util_image import image_read
from mygenerator.util_image.own_folders import META_NAME

_WIDTHS = (2, len(TRUTH_COLUMNS), len(TRUTH_COLUMNS) + 1)
"""How many fields a row can have."""


class ImageFileSink(Sink):
    """One image file for each sample, and `meta.csv` with a row for each; extended by `encode`."""

    joined = META_NAME

    def encode(self, image: Any, name: str) -> bytes:
        """An image as the bytes of its file.

        Parameters
        ----------
        image : uint8 (H, W) grey, or (H, W, 3) RGB
        name : str
            What messages call it.

        Raises
        ------
        InputError
            If it is anything else.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method encode(image, name)")

    def encode_batch(self, batch: Batch, names: Sequence[str]) -> Iterable[bytes]:
        """The files of a batch; by default its images one by one."""
        return map(self.encode, batch.images, names)

    def read_image(self, source: bytes | Path) -> np.ndarray:
        """The image of a file, or of its bytes: uint8 (H, W) or (H, W, 3) RGB; InputError if it cannot be read."""
        return image_read(source)

    def head(self) -> bytes:
        return csv_rows([self._columns])

    @property
    def _columns(self) -> tuple[str, ...]:
        if not self.with_truth:
            return TRUTH_COLUMNS[:2]
        more = [name for name, has_it in (("margins", self.with_margins), ("lines", self.with_lines)) if has_it]
        return (*TRUTH_COLUMNS, *more)

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        for batch in batches:
            names = [self.file_name(index) for index in batch.index.tolist()]
            for name, data in zip(names, self.encode_batch(batch, names), strict=True):
                shard.file(name, data)
            shard.part(self._rows(names, batch))

    def _rows(self, names: list[str], batch: Batch) -> bytes:
        if not self.with_truth:
            return csv_rows(zip(names, batch.labels.tolist(), strict=True))
        batch = self.as_promised(batch)
        rows = truth_rows(names, batch)
        if rows is not None:
            return rows
        return csv_rows(zip(names, batch.labels.tolist(), *truth_columns(batch), strict=True))

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        for index in rows:
            name, *values = self._row(shard, index)
            yield _sample(index, values, self.read_image(shard.data(name)))

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        return [self._row(shard, index)[1] for index in rows]

    def _row(self, shard: ShardReader, index: int) -> list[str]:
        """The row of meta.csv of a sample."""
        table, place = shard.keep("table", lambda: _table(shard.part())), index - shard.rows.start
        name, values = shard.files[place], table[place] if place < len(table) else []
        if values[:1] != [name] or len(values) not in _WIDTHS:
            raise InputError(f"{self.joined} has no row for {name} in the place where it was written")
        return values


def _table(part: bytes) -> list[list[str]]:
    """The rows of a shard's part of meta.csv, up to one that cannot be read."""
    rows: list[list[str]] = []
    with long_fields(), suppress(csv.Error):
        rows.extend(csv.reader(io.StringIO(part.decode("utf-8"), newline="")))
    return rows


def _sample(index: int, values: list[str], image: Any) -> Sample:
    """The sample of a row of meta.csv; `values` are its fields without the file name."""
    if len(values) == 1:
        return Sample(index, values[0], image)
    try:
        gaps, boxes, glyphs, *more = map(json.loads, values[1:])
        source = glyphs[0][0] if glyphs else ""
        plain = {"boxes": boxes, "gaps": gaps, "glyphs": [number for _, number in glyphs], "glyph_source": source}
        plain |= {sixth_column(values[-1]): more[0]} if more else {}
    except (TypeError, ValueError, LookupError, RecursionError) as error:
        raise InputError(f"its row in {META_NAME} is not as it was written ({error})") from None
    return sample_from_plain({"index": index, "label": values[0], **plain}, image)
