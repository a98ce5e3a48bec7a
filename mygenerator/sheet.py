"""Contact sheets: some images of a folder on one picture, for people who would rather look than read."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from mygenerator.errors import InputError, whole_number
from mygenerator.sinks.png import META_NAME, encode_png
from mygenerator.util_image import image_grey, image_read

_MARGIN_PX = 12
_CAPTION_PX, _CAPTION_WIDTH_PX = 18, 60
_DESK, _FRAME, _TEXT = 236, 190, 70
"""Grey levels: between the images, around each, and of the captions."""


def contact_sheet(
    images: Sequence[np.ndarray], captions: Sequence[str], columns: int = 3, scale: int = 2
) -> np.ndarray:
    """Images in rows, each enlarged by whole pixels under its caption.

    Parameters
    ----------
    images : sequence of uint8 (H, W)
        Of any sizes, at least one.
    captions : sequence of str
        One for each image; other than ASCII characters are shown as `?`.
    columns, scale : int
        At least 1.

    Returns
    -------
    uint8 (H, W)
    """
    # scikit-image takes a moment to load, and nothing but a sheet needs it.
    from skimage.util import montage

    height = max(image.shape[0] for image in images) * scale + _CAPTION_PX + 2
    width = max(max(image.shape[1] for image in images) * scale, _CAPTION_WIDTH_PX) + 2
    cells = [_cell(image, text, (height, width), scale) for image, text in zip(images, captions, strict=True)]
    columns = min(columns, len(cells))
    rows = -(-len(cells) // columns)
    return montage(np.stack(cells), fill=_DESK, grid_shape=(rows, columns), padding_width=_MARGIN_PX)


def _cell(image: np.ndarray, caption: str, size: tuple[int, int], scale: int) -> np.ndarray:
    """One enlarged image in a thin frame under its caption: uint8 of `size`."""
    cell = np.full(size, _DESK, np.uint8)
    large = np.kron(image, np.ones((scale, scale), np.uint8))
    cell[_CAPTION_PX : _CAPTION_PX + large.shape[0] + 2, : large.shape[1] + 2] = _FRAME
    cell[_CAPTION_PX + 1 : _CAPTION_PX + 1 + large.shape[0], 1 : 1 + large.shape[1]] = large
    shown = caption.encode("ascii", "replace").decode()
    return cv2.putText(cell, shown, (0, _CAPTION_PX - 6), cv2.FONT_HERSHEY_SIMPLEX, 0.42, _TEXT, 1, cv2.LINE_AA)


def sheet_of_folder(folder: Path, count: int = 24, columns: int = 3, scale: int = 2) -> bytes:
    """A contact sheet of up to `count` images of a folder, evenly chosen, captioned with their labels: PNG bytes.

    Raises
    ------
    InputError
        Where there is no folder, no image in it, or one that cannot be read.
    """
    for name, value in (("count", count), ("columns", columns), ("scale", scale)):
        whole_number(name, value, 1)
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))
    labelled = _labelled_images(folder)
    if not labelled:
        raise InputError(
            "the folder holds no images", where=str(folder), allowed=f"{META_NAME} and its images, or *.png"
        )
    many = min(count, len(labelled))
    chosen = [labelled[place * len(labelled) // many] for place in range(many)]
    images = [image_grey(image_read(folder / name)) for name, _ in chosen]
    sheet = contact_sheet(images, [f"{name}  {label}" for name, label in chosen], columns, scale)
    return encode_png(sheet, str(folder))


def _labelled_images(folder: Path) -> list[tuple[str, str]]:
    """File names and labels by meta.csv, or the names of all PNG files where there is none."""
    try:
        with open(folder / META_NAME, encoding="utf-8", newline="") as file:
            return [(row["file_name"], row["label"]) for row in csv.DictReader(file)]
    except FileNotFoundError:
        return [(path.name, "") for path in sorted(folder.glob("*.png"))]
    except (KeyError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"this is no table of ours: {error}", where=str(folder / META_NAME)) from None
