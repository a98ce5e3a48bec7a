"""The truth of a sample as plain JSON values, and back, for formats that keep it as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError


def sample_to_plain(sample: Sample) -> dict[str, Any]:
    """A sample without its image, as JSON can hold it; boxes, gaps, glyphs, margins and lines only if it has them.

    >>> sample_to_plain(Sample(3, "07"))
    {'index': 3, 'label': '07'}
    """
    plain: dict[str, Any] = {"index": sample.index, "label": sample.label}
    if sample.boxes is not None and sample.gaps is not None and sample.glyphs is not None:
        plain |= {name: getattr(sample, name).tolist() for name in ("boxes", "gaps", "glyphs")}
        plain["glyph_source"] = sample.glyph_source
        if sample.margins is not None:
            plain["margins"] = sample.margins.tolist()
        if sample.lines is not None:
            plain["lines"] = sample.lines.tolist()
    return plain


def sample_from_plain(plain: Mapping[str, Any], image: Any) -> Sample:
    """The sample that `sample_to_plain` turned into these values, with its image.

    Raises
    ------
    InputError
        If the values have another form.
    """
    try:
        index, label = plain["index"], plain["label"]
        if "boxes" not in plain:
            return Sample(index, label, image)
        boxes = np.array(plain["boxes"], np.int32).reshape(-1, 4)
        gaps, glyphs = np.array(plain["gaps"], np.int32), np.array(plain["glyphs"], np.int64)
        margins = np.array(plain["margins"], np.int32).reshape(2) if "margins" in plain else None
        lines = np.array(plain["lines"], np.int32).reshape(-1, 2) if "lines" in plain else None
        return Sample(index, label, image, boxes, gaps, glyphs, plain["glyph_source"], margins, lines)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(f"the truth of a sample is not as it was written ({error})") from None


def utf8(text: str, index: int) -> bytes:
    """A text of sample `index` as UTF-8; InputError if it holds half of a surrogate pair."""
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"{text[error.start]!r} cannot be written as UTF-8", where=f"sample {index}") from None


def json_texts(batch: Batch) -> Iterator[bytes]:
    """Each sample of a batch without its image, as `sample_to_plain` gives it, as JSON without blanks in UTF-8."""
    import orjson

    rows = range(len(batch))
    columns: list[tuple[str, Iterable[Any]]] = [("index", batch.index.tolist()), ("label", batch.labels.tolist())]
    if batch.boxes is not None and batch.gaps is not None and batch.glyphs is not None:
        lengths = batch.lengths.tolist()
        # Whole numbers are taken from the arrays themselves; as lists of Python's they would take as long again.
        columns += [
            ("boxes", (batch.boxes[row, :n] for row, n in zip(rows, lengths, strict=True))),
            ("gaps", (batch.gaps[row, : n - 1] for row, n in zip(rows, lengths, strict=True))),
            ("glyphs", (batch.glyphs[row, :n] for row, n in zip(rows, lengths, strict=True))),
            ("glyph_source", (batch.glyph_source for _ in rows)),
        ]
        if batch.margins is not None:
            columns.append(("margins", batch.margins))
        if batch.lines is not None:
            columns.append(("lines", (row[row[:, 0] >= 0] for row in batch.lines)))
    names = [name for name, _ in columns]
    for values in zip(*(column for _, column in columns), strict=True):
        yield orjson.dumps(dict(zip(names, values, strict=True)), option=orjson.OPT_SERIALIZE_NUMPY)


def json_columns(batch: Batch) -> dict[str, list[str]]:
    """Gaps, boxes and glyphs of each sample of a batch as JSON, and margins and lines if it has them; {} if no glyphs.

    One call for each column turns a whole batch to text, which is then cut between samples: to call a serializer for
    each sample, thousands of times, would cost more than making the images.
    """
    if batch.boxes is None or batch.gaps is None or batch.glyphs is None:
        return {}
    lengths = batch.lengths.tolist()
    boxes = json.dumps([row[:n] for row, n in zip(batch.boxes.tolist(), lengths, strict=True)])
    columns = {
        "gaps": _json_lists(batch.gaps.tolist(), [length - 1 for length in lengths]),
        "boxes": [f"[[{text}]]" for text in boxes[3:-3].split("]], [[")],
        "glyphs": _json_lists(batch.glyphs.tolist(), lengths),
    }
    if batch.margins is not None:
        columns["margins"] = _json_lists(batch.margins.tolist())
    if batch.lines is not None:
        columns["lines"] = [json.dumps(row[row[:, 0] >= 0].tolist()) for row in batch.lines]
    return columns


def _json_lists(rows: Sequence[list[int]], lengths: Sequence[int] | None = None) -> list[str]:
    """The first integers of each row as a JSON list; `lengths` says how many, by default all."""
    text = json.dumps(rows if lengths is None else [row[:n] for row, n in zip(rows, lengths, strict=True)])
    return [f"[{row}]" for row in text[2:-2].split("], [")]
