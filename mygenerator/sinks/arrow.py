"""The arrow format: Arrow IPC files as kraken's `ketos compile` makes them, one for each shard, with the truth too."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.sinks.arrow_columns import image_column, label_column, sample_of_row, table_of, truth_columns
from mygenerator.sinks.base import ShardReader, ShardWriter
from mygenerator.sinks.shard_file import ShardFileSink

if TYPE_CHECKING:
    import pyarrow

_LINES = "lines"
_SPLITS = ("train", "validation", "test")
_TRUTH_OF_LINES = "text_lines"
"""What the truth of wrapped texts, elsewhere called `lines`, is called here: kraken has taken that name."""


class ArrowSink(ShardFileSink):
    """Files `{prefix}_{n}.arrow`, one for each shard, for `ketos train -f binary`.

    The column `lines` holds `text`, the label, and `im`, a PNG file. `train`, `validation` and `test` are false:
    samples are in no part, so kraken takes all. Index and truth are in columns of their own, which kraken ignores.
    """

    format = "arrow"
    libraries = ("pyarrow",)
    extra = "parquet"

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        import pyarrow as pa

        columns, alphabet, modes = [], Counter[str](), set()
        for batch in batches:
            columns.append(_columns(self.as_promised(batch)))
            alphabet.update("".join(batch.labels.tolist()))
            modes |= {"L" if np.ndim(image) == 2 else "RGB" for image in batch.images}
        counts = {"all": len(shard.rows), **dict.fromkeys(_SPLITS, 0)}
        about = {
            "type": "kraken_recognition_bbox",
            "alphabet": dict(sorted(alphabet.items())),
            "text_type": "raw",
            "image_type": "raw",
            "splits": ["train", "eval", "test"],
            "im_mode": max(modes),
            "legacy_polygons": False,
            "counts": counts,
        }
        table = table_of(columns, {_LINES: json.dumps(about)})
        file = pa.BufferOutputStream()
        with pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        shard.file(self.file_name(shard.number), file.getvalue().to_pybytes())

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        lines = shard.keep(
            "labels", lambda: _opened(shard).read_all()[_LINES].combine_chunks().field("text").to_pylist()
        )
        return [lines[index - shard.rows.start] for index in rows]

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        file = _opened(shard)
        starts = shard.keep("starts", lambda: _starts(file))
        for index in rows:
            number = int(np.searchsorted(starts, index - shard.rows.start, "right")) - 1
            row = index - shard.rows.start - int(starts[number])
            plain: dict[str, Any] = file.get_batch(number).slice(row, 1).to_pylist()[0]
            line = plain.pop(_LINES)
            kept = {_LINES if name == _TRUTH_OF_LINES else name: plain[name] for name in plain if name not in _SPLITS}
            yield sample_of_row(kept, line["text"], line["im"])


def _columns(batch: Batch) -> dict[str, pyarrow.Array]:
    import pyarrow as pa

    line = pa.StructArray.from_arrays([label_column(batch), image_column(batch)], ["text", "im"])
    in_no_part = pa.array(np.zeros(len(batch), bool))
    truth = {_TRUTH_OF_LINES if name == _LINES else name: column for name, column in truth_columns(batch).items()}
    return {_LINES: line, **dict.fromkeys(_SPLITS, in_no_part), **truth}


def _opened(shard: ShardReader) -> pyarrow.ipc.RecordBatchFileReader:
    import pyarrow as pa

    view = shard.view(shard.files[0])
    return shard.keep("file", lambda: pa.ipc.open_file(pa.py_buffer(view)))


def _labels(file: pyarrow.ipc.RecordBatchFileReader) -> list[str]:
    return file.read_all()[_LINES].combine_chunks().field("text").to_pylist()


def _starts(file: pyarrow.ipc.RecordBatchFileReader) -> np.ndarray:
    """The first row of each record batch: int64 (K,)."""
    sizes = [file.get_batch(number).num_rows for number in range(file.num_record_batches)]
    return np.cumsum([0, *sizes])[:-1]
