"""The png format: one 8-bit PNG for each sample, and meta.csv with a row for each.

ImageFileSink is what all formats of one image file for each sample extend; png is the first of them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.csv_file import long_fields
from mygenerator.errors import InputError
from mygenerator.files import open_table
from mygenerator.sinks.base import ShardReader, ShardWriter, Sink
from mygenerator.sinks.png.encoder import png_encode
from mygenerator.sinks.png.rows import truth_rows
from mygenerator.sinks.truth import sample_from_plain
from mygenerator.util_image import image_read
from mygenerator.util_image.own_folders import META_NAME

TRUTH_COLUMNS = ("file_name", "label", "gaps", "boxes", "glyphs")
"""The columns of meta.csv if glyphs were drawn; lists are JSON. Without glyphs there are only the first two."""
MARGIN_COLUMNS = (*TRUTH_COLUMNS, "margins")
"""The columns of meta.csv if margins were drawn too."""
LINE_COLUMNS = (*TRUTH_COLUMNS, "lines")
"""The columns of meta.csv if texts are wrapped."""
_WIDTHS = (2, len(TRUTH_COLUMNS), len(TRUTH_COLUMNS) + 1)
"""How many fields a row can have."""
ENCODER = "png_encoder"
"""The name of the encoder of strips, `mygenerator.sinks.png.encoder`, among the versions in a recipe."""
ENCODER_VERSION = "1"
"""Changes when a release makes other bytes from the same strips; a test with stored values guards it."""


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
        for name, has_it in (("margins", self.with_margins), ("lines", self.with_lines)):
            if not has_it:
                batch = batch.replace(**{name: None})
            elif getattr(batch, name) is None:
                what = f"a data set that promises {name} made a batch without them"
                raise InputError(what, where=f"sample {batch.index[0]}")
        rows = truth_rows(names, batch)
        if rows is not None:
            return rows
        return csv_rows(zip(names, batch.labels.tolist(), *truth_columns(batch), strict=True))

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterator[Sample]:
        places = {index - shard.rows.start for index in rows}
        with long_fields():
            table = csv.reader(io.StringIO(shard.part().decode("utf-8"), newline=""))
            lines = islice(table, max(places, default=-1) + 1)
            found = {place: values for place, values in enumerate(lines) if place in places}
        for index in rows:
            place = index - shard.rows.start
            name, values = shard.files[place], found.get(place, [])
            if values[:1] != [name] or len(values) not in _WIDTHS:
                raise InputError(f"{self.joined} has no row for {name} in the place where it was written")
            yield _sample(index, values[1:], self.read_image(shard.data(name)))


class PngSink(ImageFileSink):
    """Files `{prefix}_{i}.png`, 8-bit grey (RGB if a user's own images are RGB), and `meta.csv`.

    Strips are encoded by `mygenerator.sinks.png.encoder`, a batch at a time; other images one by one, of any size and
    colour, by OpenCV.
    """

    format = "png"
    libraries = ("cv2",)

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        own = {ENCODER: ENCODER_VERSION} if grey else {}
        return own | (super().versions(grey, others) if others else {})

    def encode(self, image: Any, name: str) -> bytes:
        return encode_png(image, name)

    def encode_batch(self, batch: Batch, names: Sequence[str]) -> Iterable[bytes]:
        return png_files(batch, names)


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


def sixth_column(text: str) -> str:
    """What a row without a header holds after its glyphs: margins, two numbers, or lines, which are pairs of numbers.

    >>> sixth_column("[5, 2]"), sixth_column("[[0, 6], [6, 11]]")
    ('margins', 'lines')
    """
    return "lines" if text.startswith("[[") else "margins"


def truth_columns(batch: Batch) -> list[list[str]]:
    """The columns gaps, boxes and glyphs of a batch as JSON texts, and margins and lines if it has them.

    One call for each column turns a whole batch to text, which is then cut between samples: to call a serializer for
    each sample, thousands of times, would cost more than making the images.
    """
    if batch.boxes is None or batch.gaps is None or batch.glyphs is None:
        raise InputError("a data set that promises boxes made a batch without them", where=f"sample {batch.index[0]}")
    lengths = batch.lengths.tolist()
    gaps = _json_lists(batch.gaps.tolist(), [length - 1 for length in lengths])
    boxes = [
        f"[[{text}]]"
        for text in json.dumps([row[:n] for row, n in zip(batch.boxes.tolist(), lengths, strict=True)])[3:-3].split(
            "]], [["
        )
    ]
    before = f"[{json.dumps(batch.glyph_source, ensure_ascii=False)}, "
    rows = _json_lists(batch.glyphs.tolist(), lengths)
    glyphs = [f"[{before}{text[1:-1].replace(', ', f'], {before}')}]]" for text in rows]
    columns = [gaps, boxes, glyphs] + ([] if batch.margins is None else [_json_lists(batch.margins.tolist())])
    if batch.lines is not None:
        columns.append([json.dumps(row[row[:, 0] >= 0].tolist()) for row in batch.lines])
    return columns


def _json_lists(rows: Sequence[list[int]], lengths: Sequence[int] | None = None) -> list[str]:
    """The first integers of each row as a JSON list; `lengths` says how many, by default all."""
    text = json.dumps(rows if lengths is None else [row[:n] for row, n in zip(rows, lengths, strict=True)])
    return [f"[{row}]" for row in text[2:-2].split("], [")]


def first_row(table: Path) -> list[str]:
    """The fields of the first row of a table, or of a part of one; none if it cannot be read."""
    try:
        with long_fields(), open_table(table, "utf-8") as file:
            return next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def csv_rows(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as UTF-8 CSV with line feeds, fields quoted if they have to be; InputError for what is not UTF-8."""
    kept = list(rows)
    text = _csv_text(kept)
    if "\r" in text:
        # Python's writer does not quote a lone carriage return, but readers take it for the end of the row.
        text = "".join(_csv_text([row], csv.QUOTE_ALL if "\r" in "".join(row) else csv.QUOTE_MINIMAL) for row in kept)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        bad = next(row for row in kept if text[error.start] in "".join(row))
        raise InputError(f"{text[error.start]!r} cannot be written as UTF-8", where=bad[0]) from None


def _csv_text(rows: Iterable[Sequence[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()


def png_files(batch: Batch, names: Sequence[str]) -> Iterable[bytes]:
    """The image of each sample of a batch as a PNG file; messages call the images by `names`."""
    images = batch.images
    if batch.kind == "strip" and isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.ndim == 3:
        return png_encode(images)
    return map(encode_png, images, names)


def encode_png(image: Any, name: str) -> bytes:
    """An image as PNG bytes: uint8, (H, W) grey or (H, W, 3) RGB; InputError for anything else."""
    return encode_by_opencv("png", image, name)


def encode_by_opencv(ending: str, image: Any, name: str, options: Sequence[int] = ()) -> bytes:
    """An image as the bytes of a file with that ending; `options` are OpenCV's. InputError as for `check_image`."""
    check_image(ending, image, name)
    # Strips, which most data sets hold as PNG, do without it.
    import cv2

    pixels = np.ascontiguousarray(image if image.ndim == 2 else image[:, :, ::-1])
    try:
        done, data = cv2.imencode(f".{ending}", pixels, list(options))
    except cv2.error:
        done = False
    if not done:
        raise InputError(f"the {ending.upper()} encoder refused an image of shape {image.shape}", where=name)
    return data.tobytes()


def check_image(ending: str, image: Any, name: str) -> None:
    """Raise InputError unless an image can be written: uint8, (H, W) grey or (H, W, 3) RGB."""
    fits = isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.size > 0
    if not fits or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)):
        shown = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise InputError(
            f"{shown} cannot be written as {ending.upper()}", where=name, allowed="uint8 (H, W) or (H, W, 3) RGB"
        )
