"""What a contact sheet shows of a folder or of a Batch: which images, with which labels and gaps.

`contact_sheet.py` draws it; the command `show` writes it next to what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.csv_file import table_rows
from mygenerator.errors import InputError, MyGeneratorError, counted, whole_number
from mygenerator.files import given_path
from mygenerator.inspection.contact_sheet import contact_sheet
from mygenerator.litter import is_litter
from mygenerator.save.recipe_file import read_recipe
from mygenerator.save.saved import SavedFolder
from mygenerator.sinks.png import encode_png
from mygenerator.strip.bands import bands_of_lines
from mygenerator.strip.measure import column_runs, ink_columns
from mygenerator.util_image import image_check, image_grey
from mygenerator.util_image.kinds import is_image_name
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.validate.formats import FolderFormat, format_of
from mygenerator.validate.images import Strips, usual_paper
from mygenerator.validate.lines import misfit_of_lines

__all__ = ["contact_sheet", "gaps_of_boxes", "gaps_of_image", "sheet_of_batch", "sheet_of_folder"]


@dataclass(frozen=True)
class _Row:
    """What is recorded of one image; boxes, margins and lines are None if none are."""

    file_name: str
    label: str
    boxes: list[list[int]] | None = None
    margins: list[int] | None = None
    lines: list[list[int]] | None = None


def sheet_of_folder(
    folder: str | Path, count: int = 24, columns: int | None = None, scale: int = 2, gaps: bool = False
) -> bytes:
    """A contact sheet of up to `count` images of a folder, evenly chosen, captioned with their labels: PNG bytes.

    Parameters
    ----------
    folder : str or Path
    count, columns, scale : int
        At least 1.
    gaps : bool
        Whether gaps are drawn: those between the recorded boxes or, if no boxes are recorded, those that are measured.
        Recorded margins are drawn as gaps are.

    Raises
    ------
    InputError
        If there is no such folder, it holds no image, or an image cannot be read.
    """
    _check_numbers(count, columns, scale)
    folder = given_path(folder)
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))
    rows, images = _chosen(folder, count)
    captions = [f"{row.file_name}  {row.label}".rstrip() for row in rows]
    if not gaps:
        return encode_png(contact_sheet(images, captions, columns, scale), str(folder))
    return _sheet_with_gaps(images, captions, rows, columns, scale)


def sheet_of_batch(batch: Batch, columns: int | None = None, scale: int = 2, gaps: bool = False) -> bytes:
    """A contact sheet of the samples of a Batch, captioned with index and label: PNG bytes; see `sheet_of_folder`.

    Raises
    ------
    InputError
        If the samples are not images.
    """
    _check_numbers(len(batch), columns, scale)
    if batch.images is None or batch.kind not in ("strip", "object"):
        raise InputError(
            f"samples of kind {batch.kind!r} cannot be shown",
            allowed="images",
            do="put a step that makes images last, such as text_to_image",
        )
    images = [
        image_check(np.asarray(image), f"sample {index}")
        for index, image in zip(batch.index.tolist(), batch.images, strict=True)
    ]
    captions = [f"{index}  {label}" for index, label in zip(batch.index.tolist(), batch.labels.tolist(), strict=True)]
    if not gaps:
        return encode_png(contact_sheet(images, captions, columns, scale), "the sheet")
    rows = [_row_of(batch.sample(row)) for row in range(len(batch))]
    return _sheet_with_gaps(images, captions, rows, columns, scale)


def _row_of(sample: Sample, name: str = "") -> _Row:
    truth = (sample.boxes, sample.margins, sample.lines)
    return _Row(name, str(sample.label), *(None if value is None else np.asarray(value).tolist() for value in truth))


def _check_numbers(count: int, columns: int | None, scale: int) -> None:
    whole_number("num_images", count, 1)
    whole_number("scale", scale, 1)
    if columns is not None:
        whole_number("columns", columns, 1)


def _sheet_with_gaps(
    images: list[np.ndarray],
    captions: list[str],
    rows: Sequence[_Row],
    columns: int | None,
    scale: int,
) -> bytes:
    """The sheet with the gaps between recorded boxes or, if none are recorded, measured gaps; the caption says so."""
    grey = [image_grey(image) for image in images]
    gaps = [
        gaps_of_image(image, paper) if row.boxes is None else _recorded_gaps(row, row.boxes, image.shape)
        for image, paper, row in zip(grey, _papers(grey), rows, strict=True)
    ]
    captions = [
        f"{caption}  {counted(len(found), 'gap')} measured" if row.boxes is None else caption
        for caption, found, row in zip(captions, gaps, rows, strict=True)
    ]
    return encode_png(contact_sheet(images, captions, columns, scale, gaps), "the sheet")


def _papers(images: list[np.ndarray]) -> list[int]:
    """The background of each image, 255 or 0: by its own columns or, if these do not show it, as in most images."""
    strips = [Strips([], image[None]) for image in images]
    usual = usual_paper(strips)
    return [usual if (seen := int(each.paper_seen[0])) < 0 else seen for each in strips]


def gaps_of_boxes(boxes: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The gaps between neighbouring boxes (x0, y0, x1, y1).

    >>> gaps_of_boxes([(2, 0, 10, 28), (14, 0, 20, 28), (20, 3, 25, 28)])
    [(10, 4), (20, 0)]
    """
    return [(int(left[2]), int(right[0] - left[2])) for left, right in pairwise(boxes)]


def _recorded_gaps(row: _Row, boxes: Sequence[Sequence[int]], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The gaps between the boxes of an image of that shape, line by line; with both margins if they are recorded."""
    height, width = shape
    if row.lines is not None:
        bands = bands_of_lines(np.array([boxes]), np.array([row.lines]), height)[0].tolist()
        of_lines = (gaps_of_boxes(boxes[first:end]) for first, end in row.lines)
        return [(*gap, *band) for gaps, band in zip(of_lines, bands, strict=True) for gap in gaps]
    gaps = gaps_of_boxes(boxes)
    return [*gaps] if row.margins is None else [(0, row.margins[0]), *gaps, (width - row.margins[1], row.margins[1])]


def gaps_of_image(image: np.ndarray, paper: int) -> list[tuple[int, int]]:
    """The runs of blank columns between runs of ink columns of a grey image, uint8 (H, W)."""
    _, start, end = column_runs(ink_columns(image[None], paper))
    return list(zip(end[:-1].tolist(), (start[1:] - end[:-1]).tolist(), strict=True))


def _chosen(folder: Path, count: int) -> tuple[list[_Row], list[np.ndarray]]:
    """Up to `count` rows, evenly chosen, with their images."""
    found = _format(folder)
    if not found.is_ours:
        return _read_by_format(folder, found, count)
    rows = _chosen_rows(folder, count)
    return rows, [found.read_image(folder / row.file_name) for row in rows]


def _format(folder: Path) -> FolderFormat:
    """The format of a folder, or PNG if its recipe cannot be read, so that its images can still be looked at."""
    try:
        recipe = read_recipe(folder)
    except MyGeneratorError:
        recipe = None
    return FolderFormat() if recipe is None else format_of(recipe)


def _read_by_format(folder: Path, found: FolderFormat, count: int) -> tuple[list[_Row], list[np.ndarray]]:
    """What `_chosen` gives, for a folder in another package's format."""
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
    rows, images = [], []
    for sample in saved.read(_of_ranges(there, count)):
        name = saved.name_of(sample.index)
        rows.append(_row_of(sample, name))
        images.append(image_check(np.asarray(sample.image), str(folder / name)))
    return rows, images


def _of_ranges(ranges: Sequence[range], count: int) -> list[int]:
    """Up to `count` numbers, evenly chosen, from ranges that follow each other."""
    ends = np.cumsum([len(each) for each in ranges])
    places = np.array(sorted(_evenly(int(ends[-1]), count)))
    which = np.searchsorted(ends, places, side="right")
    return [ranges[each][place - int(ends[each])] for each, place in zip(which.tolist(), places.tolist(), strict=True)]


def _is_shown(name: str) -> bool:
    return is_image_name(name) and not is_litter(name)


def _chosen_rows(folder: Path, count: int) -> list[_Row]:
    """Up to `count` rows, evenly chosen, of meta.csv; if there is none, of all image files."""
    table = folder / META_NAME
    if table.exists():
        # Counted first, so that a table of a million rows is never held whole.
        chosen = _evenly(sum(1 for _ in _rows_of_table(table)), count)
        rows = [_checked_row(row, table) for place, row in enumerate(_rows_of_table(table)) if place in chosen]
    else:
        names = sorted(filter(_is_shown, (path.name for path in folder.glob("*"))))
        rows = [_Row(names[place], "") for place in sorted(_evenly(len(names), count))]
    if not rows:
        raise InputError(
            "the folder holds no images", where=str(folder), allowed=f"{META_NAME} and its images, or images alone"
        )
    return rows


def _evenly(available: int, count: int) -> set[int]:
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


def _checked_row(row: dict[str, str], table: Path) -> _Row:
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
    return _Row(name, label, boxes, margins, lines)
