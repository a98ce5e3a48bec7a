"""Single sequences: one image at a time, added to what a folder holds, each with its own row in meta.csv."""

from __future__ import annotations

import csv
import errno
import hashlib
import os
import re
from itertools import count
from pathlib import Path

import numpy as np

from mygenerator.batch import Batch
from mygenerator.csv_file import cut, long_fields
from mygenerator.dataset import NlpDataset
from mygenerator.errors import FolderConflictError
from mygenerator.files import open_table
from mygenerator.rng import Stream
from mygenerator.save.corner import Corner, attempt, save_errors
from mygenerator.save.job import check_apart, check_writable
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.sinks.png import META_NAME, TRUTH_COLUMNS, csv_rows, truth_columns
from mygenerator.sinks.png.encoder import png_encode
from mygenerator.transform import TextToImage

SETTING_COLUMNS = (
    "seed", "index", "image_width", "image_height", "min_spacing", "max_spacing", "sizing", "align", "invert"
)  # fmt: skip
"""What a sequence's row says besides the truth: enough to make the image again."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x20]')
_MAX_NAME_BYTES = 200


def add_sequence(text: NlpDataset, step: TextToImage, folder: Path) -> Path:
    """Write the one label of `text` to an image `img_<sequence>_<k>.png` in `folder`, and its row to meta.csv.

    k is the first free number, taken by creating the file; it is also the index of the sample, so each k has other
    glyphs and gaps. Several processes can add to a folder at the same time.

    Returns
    -------
    Path
        The image.

    Raises
    ------
    InputError
        If `text` cannot be drawn with these settings, or the folder cannot be written to.
    FolderConflictError
        If the folder holds a data set, or a meta.csv with other columns; nothing is changed.
    SaveError
        If writing fails.
    """
    step = step.fit(text)
    check_sequence_folder(folder)
    check_apart(folder, vars(step).values())
    with save_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with attempt(folder) as corner:
        return _add(text, step, folder, corner)


def check_sequence_folder(folder: Path) -> None:
    """Raise InputError or FolderConflictError if single sequences cannot be added to what is in `folder`."""
    check_writable(folder)
    if (folder / RECIPE_NAME).exists():
        raise FolderConflictError(
            "the folder holds a data set, which single sequences would spoil",
            where=str(folder),
            do="choose another folder",
        )
    try:
        with long_fields(), open_table(folder / META_NAME, "utf-8") as file:
            columns = next(csv.reader(file), [])
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FolderConflictError(f"{META_NAME} cannot be read: {error}", where=str(folder)) from None
    if columns and columns != [*TRUTH_COLUMNS, *SETTING_COLUMNS]:
        raise FolderConflictError(
            f"{META_NAME} has the columns {cut(', '.join(columns))}",
            where=str(folder),
            allowed=", ".join([*TRUTH_COLUMNS, *SETTING_COLUMNS]),
            do="choose another folder",
        )


def _add(text: NlpDataset, step: TextToImage, folder: Path, corner: Corner) -> Path:
    label = text.get_text_only(0)
    seed = text.seed if step.seed is None else step.seed
    for index in count():
        target = folder / f"img_{_safe(label)}_{index}.png"
        # Asked first, so that no image is made in vain; the process that creates the file has the number.
        if target.exists():
            continue
        batch = step.run(Batch("text", np.array([index]), text.labels([0])), Stream(seed, "text_to_image"))
        truth = [column[0] for column in truth_columns(batch)]
        row = csv_rows([[target.name, label, *truth, *_settings(step, seed, index)]])
        if corner.create(target, png_encode(batch.images)[0]):
            break
    try:
        with save_errors(folder / META_NAME):
            _append_row(folder / META_NAME, corner, row)
    except BaseException:
        # No image without its row.
        target.unlink(missing_ok=True)
        raise
    return target


def _safe(label: str) -> str:
    """The label as part of a file name on any system."""
    name = _UNSAFE.sub(lambda found: f"U+{ord(found[0]):04X}", label)
    data = name.encode("utf-8")
    if len(data) <= _MAX_NAME_BYTES:
        return name
    return f"{data[:_MAX_NAME_BYTES].decode('utf-8', 'ignore')}-{hashlib.sha256(data).hexdigest()[:8]}"


def _settings(step: TextToImage, seed: int, index: int) -> list[str]:
    low, high = step.spacing_range
    values = (seed, index, step.image_width, step.image_height, low, high, step.sizing, step.align, int(step.invert))
    return [str(value) for value in values]


def _append_row(path: Path, corner: Corner, row: bytes) -> None:
    """Add a row by one write at the file's end, so that rows of several processes do not run into each other."""
    head = csv_rows([[*TRUTH_COLUMNS, *SETTING_COLUMNS]])
    corner.create(path, head)
    with open(path, "r+b", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            row = head + row
        else:
            file.seek(size - 1)
            # A table that was edited by hand might lack its last line feed.
            row = row if file.read(1) == b"\n" else b"\n" + row
    with open(path, "ab", buffering=0) as file:
        written = file.write(row)
        if written < len(row):
            # Half a row must not stay.
            os.ftruncate(file.fileno(), file.tell() - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
