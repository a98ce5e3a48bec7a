"""The parquet format: a table for each shard, as Hugging Face's `datasets`, Spark and pandas read it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from mygenerator.batch import Batch, Sample
from mygenerator.sinks.arrow_columns import image_column, label_column, sample_of_row, table_of, truth_columns
from mygenerator.sinks.base import ShardReader, ShardWriter
from mygenerator.sinks.shard_file import ShardFileSink

if TYPE_CHECKING:
    import pyarrow

_GROUP_ROWS = 100
"""The rows that are read together when one is looked up."""


class ParquetSink(ShardFileSink):
    """Files `{prefix}_{n}.parquet`, one for each shard, with the columns `image`, `label`, `index` and the truth.

    `image` is a struct of `bytes`, a PNG file, and `path`, a name, so that `datasets` gives images; `label` is text.
    The truth is in lists: `gaps`, `boxes` (x0, y0, x1, y1 of each glyph), `glyphs`, `glyph_source`, `margins`, `lines`.
    """

    format = "parquet"
    libraries = ("pyarrow",)
    extra = "parquet"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        import pyarrow.parquet

        columns = [self._columns(self.as_promised(batch)) for batch in batches]
        table = table_of(columns, {"huggingface": json.dumps({"info": {"features": _features(columns[0])}})})
        file = io.BytesIO()
        # PNG files, which are nearly all of it, are compressed already.
        options = {"compression": "none", "write_statistics": ["label", "index"], "use_dictionary": False}
        pyarrow.parquet.write_table(table, file, row_group_size=_GROUP_ROWS, **options)
        shard.file(self.file_name(shard.number), file.getvalue())

    def _columns(self, batch: Batch) -> dict[str, pyarrow.Array]:
        import pyarrow as pa

        names = pa.array([f"{self.prefix}_{index}.png" for index in batch.index.tolist()], pa.string())
        image = pa.StructArray.from_arrays([image_column(batch), names], ["bytes", "path"])
        return {"image": image, "label": label_column(batch), **truth_columns(batch)}

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        labels = shard.keep("labels", partial(_labels, shard))
        return [labels[index - shard.rows.start] for index in rows]

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        file = _opened(shard)
        groups: dict[int, pyarrow.Table] = {}
        for index in rows:
            group, row = divmod(index - shard.rows.start, _GROUP_ROWS)
            if group not in groups:
                groups = {group: file.read_row_group(group, use_threads=False)}
            plain: dict[str, Any] = groups[group].slice(row, 1).to_pylist()[0]
            image, label = plain.pop("image"), plain.pop("label")
            yield sample_of_row(plain, label, image["bytes"])


def _labels(shard: ShardReader) -> list[str]:
    return _opened(shard).read(["label"], use_threads=False)["label"].to_pylist()


def _opened(shard: ShardReader) -> pyarrow.parquet.ParquetFile:
    import pyarrow as pa
    import pyarrow.parquet

    view = shard.view(shard.files[0])
    return shard.keep("table", lambda: pyarrow.parquet.ParquetFile(pa.BufferReader(pa.py_buffer(view))))


def _features(columns: dict[str, pyarrow.Array]) -> dict[str, Any]:
    """The columns as `datasets` describes them."""
    return {name: {"_type": "Image"} if name == "image" else _feature(column.type) for name, column in columns.items()}


def _feature(kind: pyarrow.DataType) -> dict[str, Any]:
    if hasattr(kind, "value_type"):
        return {"feature": _feature(kind.value_type), "_type": "Sequence"}
    return {"dtype": str(kind), "_type": "Value"}
