"""Single sequences: one image at a time, added beside what a folder holds, each with its own row in meta.csv."""

from __future__ import annotations

import csv
import os
import re
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import NlpDataset
from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.save.folder import Corner, attempt, link_new
from mygenerator.save.recipe import RECIPE_NAME
from mygenerator.sinks.png import META_NAME, TRUTH_COLUMNS, csv_rows, encode_png, truth_columns
from mygenerator.transform import TextToImage

SETTING_COLUMNS = (
    "seed", "index", "image_width", "image_height", "min_spacing", "max_spacing", "sizing", "invert"
)  # fmt: skip
"""What a sequence's row says beside the truth: enough to make the image again."""

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x20]')


def add_sequence(text: NlpDataset, step: TextToImage, folder: Path) -> Path:
    """Write the one label of `text` to an image `img_<sequence>_<k>.png` in `folder`, and its row to meta.csv.

    k is the first free number, taken by creating the file; it is also the index of the sample, so each k has other
    glyphs and gaps. Several processes may add to a folder at the same time.

    Returns
    -------
    Path
        The image.

    Raises
    ------
    FolderConflictError
        Where the folder holds a data set, or a meta.csv of other columns; nothing is changed.
    SaveError
        Where writing fails.
    """
    step = step.fit(text)
    check_sequence_folder(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with attempt(folder) as corner:
            return _add(text, step, folder, corner)
    except OSError as error:
        raise SaveError(f"writing failed: {error.strerror or error}", where=str(error.filename or folder)) from error


def check_sequence_folder(folder: Path) -> None:
    """Raise FolderConflictError where single sequences cannot be added to what stands in `folder`."""
    if folder.exists() and not folder.is_dir():
        raise FolderConflictError("the output path is a file", where=str(folder), allowed="a folder, or a free name")
    if (folder / RECIPE_NAME).exists():
        raise FolderConflictError(
            "the folder holds a data set, which single sequences would spoil", where=str(folder), do="choose another"
        )
    try:
        with open(folder / META_NAME, encoding="utf-8", newline="") as file:
            columns = next(csv.reader(file), [])
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise FolderConflictError(f"{META_NAME} cannot be read: {error}", where=str(folder)) from None
    if columns != [*TRUTH_COLUMNS, *SETTING_COLUMNS]:
        raise FolderConflictError(
            f"{META_NAME} has the columns {', '.join(columns)}",
            where=str(folder),
            allowed=", ".join([*TRUTH_COLUMNS, *SETTING_COLUMNS]),
            do="choose another folder",
        )


def _add(text: NlpDataset, step: TextToImage, folder: Path, corner: Corner) -> Path:
    label = text.get_text_only(0)
    safe = _UNSAFE.sub(lambda found: f"U+{ord(found[0]):04X}", label)
    for index in count():
        target = folder / f"img_{safe}_{index}.png"
        if target.exists():
            continue
        batch = step.run(Batch("text", np.array([index]), text.labels([0])), text.seed, "text_to_image")
        temporary = corner.temporary()
        temporary.write_bytes(encode_png(batch.images[0], target.name))
        if link_new(temporary, target):
            break
    _append_row(folder / META_NAME, corner, [target.name, label, *_only(batch), *_settings(text, step, index)])
    return target


def _only(batch: Batch) -> list[str]:
    return [column[0] for column in truth_columns(batch)]


def _settings(text: NlpDataset, step: TextToImage, index: int) -> list[Any]:
    low, high = step.spacing_range
    return [text.seed, index, step.image_width, step.image_height, low, high, step.sizing, int(step.invert)]


def _append_row(path: Path, corner: Corner, row: list[Any]) -> None:
    """Add a row by one write at the file's end, so that rows of several processes do not run into each other."""
    corner.create(path, csv_rows([[*TRUTH_COLUMNS, *SETTING_COLUMNS]]))
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        missing_end = file.read(1) != b"\n"
    with open(path, "ab", buffering=0) as file:
        file.write(b"\n" * missing_end + csv_rows([[str(value) for value in row]]))
