"""A batch as columns of an Arrow table, and a row of one as a sample: for the formats that pyarrow writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.sinks.png import png_files
from mygenerator.sinks.truth import sample_from_plain, utf8
from mygenerator.util_image import image_read

if TYPE_CHECKING:
    import pyarrow


def image_column(batch: Batch) -> pyarrow.Array:
    """The images of a batch as PNG files: binary (N,)."""
    import pyarrow as pa

    return pa.array(list(png_files(batch, [f"sample {index}" for index in batch.index.tolist()])), pa.binary())


def label_column(batch: Batch) -> pyarrow.Array:
    """The labels of a batch: string (N,); InputError for what is not UTF-8."""
    import pyarrow as pa

    texts = [utf8(label, index) for label, index in zip(batch.labels.tolist(), batch.index, strict=True)]
    return pa.array(texts, pa.string())


def truth_columns(batch: Batch) -> dict[str, pyarrow.Array]:
    """Index and truth of a batch of N samples.

    Returns
    -------
    dict
        index: int64; if glyphs were drawn, gaps: list of int32; boxes: list of lists of 4 int32; glyphs: list of int64;
        glyph_source: string; and, if there are any, margins: list of 2 int32; lines: list of lists of 2 int32.
    """
    import pyarrow as pa

    columns = {"index": pa.array(batch.index, pa.int64())}
    if batch.boxes is None or batch.gaps is None or batch.glyphs is None:
        return columns
    there = batch.glyphs >= 0
    columns |= {
        "gaps": _lists(batch.gaps, there[:, 1:]),
        "boxes": _lists(batch.boxes, there),
        "glyphs": _lists(batch.glyphs, there),
        "glyph_source": pa.array([batch.glyph_source] * len(batch), pa.string()),
    }
    if batch.margins is not None:
        columns["margins"] = _lists(batch.margins, np.ones(batch.margins.shape, bool))
    if batch.lines is not None:
        columns["lines"] = _lists(batch.lines, batch.lines[:, :, 0] >= 0)
    return columns


def _lists(values: np.ndarray, there: np.ndarray) -> pyarrow.ListArray:
    """Those values of each row that are there, (N, L) or (N, L, M), as a list for each."""
    import pyarrow as pa

    kept = values[there]
    item = pa.array(kept.ravel())
    if kept.ndim == 2:
        item = pa.ListArray.from_arrays(np.arange(len(kept) + 1, dtype=np.int32) * kept.shape[1], item)
    ends = np.cumsum(there.sum(axis=1), dtype=np.int32)
    return pa.ListArray.from_arrays(np.concatenate([[0], ends]).astype(np.int32), item)


def sample_of_row(plain: Mapping[str, Any], label: str, image: bytes) -> Sample:
    """The sample of a row: index and truth by the names of their columns, its label, and its image as a PNG file."""
    return sample_from_plain({**plain, "label": label}, image_read(image))


def table_of(batches: Sequence[dict[str, pyarrow.Array]], metadata: Mapping[str, str]) -> pyarrow.Table:
    """The columns of batches, one after the other, as one table with metadata in its schema."""
    import pyarrow as pa

    schema = pa.table(batches[0]).schema.with_metadata(dict(metadata))
    return pa.Table.from_batches([pa.record_batch(columns, schema=schema) for columns in batches])
