"""Which samples of a folder are shown: evenly chosen rows, with what is recorded of each and a way to read its image.

For the contact sheet and for the page. A table of a million rows is never held whole, and no image is read before it
is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Sample
from mygenerator.csv_file import table_rows
from mygenerator.errors import InputError, MyGeneratorError
from mygenerator.litter import is_litter
from mygenerator.save.recipe_file import read_recipe
from mygenerator.save.saved import SavedFolder
from mygenerator.util_image import image_check
from mygenerator.util_image.kinds import is_image_name
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.validate.formats import FolderFormat, format_of
from mygenerator.validate.lines import misfit_of_lines

_READ_AT_ONCE = 64
"""How many samples of another format are held at once, with their images."""
_MOST = 2**53
"""The largest number that JSON in a browser holds exactly."""


@dataclass(frozen=True)
class Row:
    """What is recorded of one image; boxes, margins, lines, gaps and glyphs are None if none are.

    `gaps` and `glyphs` are what the table holds, of whatever length; `glyphs` are pairs of source and row.
    """

    file_name: str
    label: str
    boxes: list[list[int]] | None = None
    margins: list[int] | None = None
    lines: list[list[int]] | None = None
    gaps: list[int] | None = None
    glyphs: list[tuple[str, int]] | None = None


Chosen = tuple[Row, Callable[[], np.ndarray]]
"""A row, and a call that reads its image."""


def row_of(sample: Sample, name: str = "") -> Row:
    """What is known of a sample that was made, or read back."""
    boxes, margins, lines, gaps = (
        None if value is None else np.asarray(value).tolist()
        for value in (sample.boxes, sample.margins, sample.lines, sample.gaps)
    )
    glyphs = None if sample.glyphs is None else [(sample.glyph_source, int(row)) for row in sample.glyphs]
    return Row(name, str(sample.label), boxes, margins, lines, gaps, glyphs)


@dataclass(frozen=True)
class ChosenOf:
    """Evenly chosen samples of a folder.

    Attributes
    ----------
    total : int
        How many samples the folder holds.
    many : int
        How many were chosen.
    chosen : iterator of (Row, callable)
        They, in order.
    """

    total: int
    many: int
    chosen: Iterator[Chosen]


def chosen_of_folder(folder: Path, count: int, most_read: int | None = None) -> ChosenOf:
    """Up to `count` samples of a folder, evenly chosen.

    In formats whose truth cannot be read without the images, at most `most_read` are chosen.

    Raises
    ------
    InputError
        If it holds no image, or its records cannot be read; while it is iterated over, also for a row that this
        package cannot have written.
    """
    found = _format(folder)
    if not found.is_ours:
        return _chosen_by_format(folder, found, count if most_read is None else min(count, most_read))
    total, rows = _chosen_rows(folder, count)
    return ChosenOf(
        total, min(total, count), ((row, partial(found.read_image, folder / row.file_name)) for row in rows)
    )


def _format(folder: Path) -> FolderFormat:
    """The format of a folder, or PNG if its recipe cannot be read, so that its images can still be looked at."""
    try:
        recipe = read_recipe(folder)
    except MyGeneratorError:
        recipe = None
    return FolderFormat() if recipe is None else format_of(recipe)


def _chosen_by_format(folder: Path, found: FolderFormat, count: int) -> ChosenOf:
    """What `chosen_of_folder` gives, for a folder in another package's format."""
    if found.sink is None:
        raise InputError(
            f"the format {found.name!r} is not known here",
            where=str(folder),
            do="install the package that it comes from",
        )
    saved = SavedFolder(folder)
    there = [shard.rows for shard in saved.shards()]
    if not there:
        raise InputError(
            "no sample is saved yet",
            where=str(folder),
            do="finish the folder first: give the command that began it again",
        )
    wanted = _of_ranges(there, count)

    def chosen() -> Iterator[Chosen]:
        for start in range(0, len(wanted), _READ_AT_ONCE):
            for sample in saved.read(wanted[start : start + _READ_AT_ONCE]):
                name = saved.name_of(sample.index)
                yield row_of(sample, name), partial(image_check, np.asarray(sample.image), str(folder / name))

    return ChosenOf(sum(map(len, there)), len(wanted), chosen())


def _of_ranges(ranges: Sequence[range], count: int) -> list[int]:
    """Up to `count` numbers, evenly chosen, from ranges that follow each other."""
    ends = np.cumsum([len(each) for each in ranges])
    places = np.array(sorted(evenly(int(ends[-1]), count)))
    which = np.searchsorted(ends, places, side="right")
    return [ranges[each][place - int(ends[each])] for each, place in zip(which.tolist(), places.tolist(), strict=True)]


def _is_shown(name: str) -> bool:
    return is_image_name(name) and not is_litter(name)


def _chosen_rows(folder: Path, count: int) -> tuple[int, Iterator[Row]]:
    """How many rows meta.csv has, and up to `count` of them, evenly chosen; if there is none, of all image files."""
    table = folder / META_NAME
    if table.exists():
        # Counted first, so that a table of a million rows is never held whole.
        total = sum(1 for _ in _rows_of_table(table))
        places = evenly(total, count)
        rows = (_checked_row(row, table) for place, row in enumerate(_rows_of_table(table)) if place in places)
    else:
        names = sorted(filter(_is_shown, (path.name for path in folder.glob("*"))))
        total = len(names)
        rows = (Row(names[place], "") for place in sorted(evenly(total, count)))
    if not total:
        raise InputError(
            "the folder holds no images", where=str(folder), allowed=f"{META_NAME} and its images, or images alone"
        )
    return total, rows


def evenly(available: int, count: int) -> set[int]:
    """Up to `count` places of `available`, evenly spread.

    >>> sorted(evenly(10, 4))
    [0, 2, 5, 7]
    """
    many = min(count, available)
    return {place * available // many for place in range(many)}


def _rows_of_table(table: Path) -> Iterator[dict[str, str]]:
    try:
        yield from table_rows(table)
    except InputError as error:
        what = f"this is not a table that mygenerator wrote: {error.what}"
        raise InputError(what, where=error.where, allowed=error.allowed, do=error.do) from None
    except OSError as error:
        raise InputError(f"the table cannot be read ({error.strerror})", where=str(table)) from None


def _checked_row(row: dict[str, str], table: Path) -> Row:
    try:
        boxes, margins, lines = (
            json.loads(row[name]) if row.get(name) else None for name in ("boxes", "margins", "lines")
        )
        whole = boxes is None or all(len(box) == 4 and all(isinstance(side, int) for side in box) for box in boxes)
        whole &= margins is None or (len(margins) == 2 and all(isinstance(side, int) for side in margins))
        whole &= lines is None or (boxes is not None and not misfit_of_lines(lines, len(boxes)))
    except (TypeError, ValueError, RecursionError):
        whole = False
    name, label = row.get("file_name"), row.get("label")
    # A name that leads out of the folder cannot be one of its images.
    if not whole or not name or label is None or Path(name).name != name:
        raise InputError(
            f"this is not a table that mygenerator wrote: it did not write the row of {name!r}",
            where=str(table),
            allowed="file_name, label, boxes",
        )
    return Row(name, label, boxes, margins, lines, _whole_numbers(row.get("gaps")), _pairs(row.get("glyphs")))


def _value(text: str | None) -> Any:
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST


def _whole_numbers(text: str | None) -> list[int] | None:
    """A list of whole numbers as the table holds it; None if it holds anything else, which `verify` tells."""
    value = _value(text)
    return value if isinstance(value, list) and all(map(_is_whole, value)) else None


def _pairs(text: str | None) -> list[tuple[str, int]] | None:
    """The glyphs as the table holds them, pairs of source and row; None if it holds anything else."""
    value = _value(text)
    if not isinstance(value, list):
        return None
    pairs = [tuple(each) for each in value if isinstance(each, list) and len(each) == 2]
    whole = len(pairs) == len(value) and all(isinstance(name, str) and _is_whole(row) for name, row in pairs)
    return pairs if whole else None
