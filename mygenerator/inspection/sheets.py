"""What a contact sheet shows of a folder or of a Batch: which images, with which labels and gaps.

`contact_sheet.py` draws it; the command `show` writes it next to what is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from mygenerator.batch import Batch
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.files import given_path
from mygenerator.inspection.chosen import Row, chosen_of_folder, row_of
from mygenerator.inspection.contact_sheet import contact_sheet
from mygenerator.sinks.png import encode_png
from mygenerator.strip.bands import bands_of_lines
from mygenerator.strip.measure import column_runs, ink_columns
from mygenerator.util_image import image_check, image_grey
from mygenerator.validate.images import Strips, usual_paper

__all__ = ["contact_sheet", "gaps_of_boxes", "gaps_of_image", "sheet_of_batch", "sheet_of_folder"]


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
    shown = [(row, read()) for row, read in chosen_of_folder(folder, count).chosen]
    rows, images = [row for row, _ in shown], [image for _, image in shown]
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
    rows = [row_of(batch.sample(row)) for row in range(len(batch))]
    return _sheet_with_gaps(images, captions, rows, columns, scale)


def _check_numbers(count: int, columns: int | None, scale: int) -> None:
    whole_number("num_images", count, 1)
    whole_number("scale", scale, 1)
    if columns is not None:
        whole_number("columns", columns, 1)


def _sheet_with_gaps(
    images: list[np.ndarray],
    captions: list[str],
    rows: Sequence[Row],
    columns: int | None,
    scale: int,
) -> bytes:
    """The sheet with the gaps between recorded boxes or, if none are recorded, measured gaps; the caption says so."""
    grey = [image_grey(image) for image in images]
    gaps = [
        gaps_of_image(image, paper) if row.boxes is None else recorded_gaps(row, row.boxes, image.shape)
        for image, paper, row in zip(grey, papers_of(grey), rows, strict=True)
    ]
    captions = [
        f"{caption}  {counted(len(found), 'gap')} measured" if row.boxes is None else caption
        for caption, found, row in zip(captions, gaps, rows, strict=True)
    ]
    return encode_png(contact_sheet(images, captions, columns, scale, gaps), "the sheet")


def papers_of(images: list[np.ndarray]) -> list[int]:
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


def recorded_gaps(row: Row, boxes: Sequence[Sequence[int]], shape: tuple[int, ...]) -> list[tuple[int, ...]]:
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
