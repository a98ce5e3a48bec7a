"""meta.csv: its columns, and its rows as the csv module writes and reads them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from mygenerator.batch import Batch
from mygenerator.csv_file import long_fields
from mygenerator.errors import InputError
from mygenerator.files import open_table
from mygenerator.sinks.truth import json_columns

TRUTH_COLUMNS = ("file_name", "label", "gaps", "boxes", "glyphs")
"""The columns of meta.csv if glyphs were drawn; lists are JSON. Without glyphs there are only the first two."""
MARGIN_COLUMNS = (*TRUTH_COLUMNS, "margins")
"""The columns of meta.csv if margins were drawn too."""
LINE_COLUMNS = (*TRUTH_COLUMNS, "lines")
"""The columns of meta.csv if texts are wrapped."""


def sixth_column(text: str) -> str:
    """What a row without a header holds after its glyphs: margins, two numbers, or lines, which are pairs of numbers.

    >>> sixth_column("[5, 2]"), sixth_column("[[0, 6], [6, 11]]")
    ('margins', 'lines')
    """
    return "lines" if text.startswith("[[") else "margins"


def truth_columns(batch: Batch) -> list[list[str]]:
    """The columns gaps, boxes and glyphs of a batch as JSON texts, and margins and lines if it has them.

    Raises
    ------
    InputError
        If no glyphs were drawn.
    """
    texts = json_columns(batch)
    if not texts:
        raise InputError("a batch without truth", where=f"sample {batch.index[0]}")
    before = f"[{json.dumps(batch.glyph_source, ensure_ascii=False)}, "
    texts["glyphs"] = [f"[{before}{text[1:-1].replace(', ', f'], {before}')}]]" for text in texts["glyphs"]]
    return list(texts.values())


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
