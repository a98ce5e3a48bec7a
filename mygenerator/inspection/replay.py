"""Makes one sample of a folder again, explains how it came about, and compares its pixels with the file's.

It reads the folder's recipe, or the settings of a single sequence in meta.csv. `explanation.py` explains, the command
`replay` prints.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.csv_file import table_rows
from mygenerator.dataset import Dataset
from mygenerator.dataset.one_sample import alone
from mygenerator.errors import InputError, MyGeneratorError, counted, number_in_text
from mygenerator.files import given_path
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.inspection.explanation import account_of
from mygenerator.recipes import Recipe
from mygenerator.rng import MAX_SEED
from mygenerator.save.recipe_file import RECIPE_NAME, read_recipe
from mygenerator.save.saved import SavedFolder
from mygenerator.save.single import DRAWN_COLUMNS, SETTING_COLUMNS, WRAP_COLUMNS
from mygenerator.sinks import ImageFileSink
from mygenerator.sinks.image_files.table import TRUTH_COLUMNS
from mygenerator.transform import TextToImage
from mygenerator.util_image import image_check, image_read
from mygenerator.util_image.own_folders import META_NAME

_WHOLE_NUMBERS = ("seed", "index", "image_width", "image_height", "min_spacing", "max_spacing", "invert")

_MOST = 2**63 - 1


@dataclass(frozen=True)
class Replay:
    """A sample that was made again.

    Attributes
    ----------
    image : uint8 (H, W), or (H, W, 3) RGB
        What was made.
    file : Path or None
        The file in the folder that holds the sample; None if it is still to be made.
    account : str
        How it came about, in lines.
    difference : str
        How the file differs from what was made; empty if it holds the same pixels, or is still to be made. A file of
        a lossy format is compared with what the format makes of the same pixels.
    called : str
        The name of the folder's own image: of its file, or of a sample in a file.
    lossy : bool
        Whether the file's format changes levels.
    """

    image: np.ndarray
    file: Path | None
    account: str
    difference: str
    called: str
    lossy: bool = False

    def __str__(self) -> str:
        same = f"{self.called} holds exactly these pixels"
        if self.lossy:
            same = f"{self.called} holds these pixels, as its lossy format keeps them"
        verdict = self.difference or (same if self.file is not None else f"{self.called} is still to be made")
        head = self.called if self.file is None else self.file.parent / self.called
        return f"{head}\n\n{self.account}\n\n{verdict}"


@dataclass(frozen=True)
class _Own:
    """The folder's own image of a sample: the file that it is in, its name, how it is read, and its format if lossy."""

    file: Path | None
    called: str
    read: Callable[[], np.ndarray]
    lossy: ImageFileSink | None = None


def replay(folder: str | Path, index: int, allow_code: bool = False, glyphs: str | Path | None = None) -> Replay:
    """Make sample `index` of a folder again.

    Parameters
    ----------
    folder : str or Path
        It holds a recipe.json, or single sequences and their meta.csv.
    index : int
        The sample's index; for single sequences, the row of meta.csv. The first is 0; negative ones count from the end.
    allow_code : bool
        Whether the recipe may name a user's own classes, which are then run.
    glyphs : str or Path, optional
        Where its glyphs are, in case they are not found under the source's name.

    Raises
    ------
    InputError
        If there is no such folder or sample, or what it was made from is not there.
    """
    folder = given_path(folder)
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))
    recipe = read_recipe(folder)
    if recipe is not None:
        index = _checked(index, recipe["count"], folder)
        ds = Recipe.read(folder / RECIPE_NAME, allow_code).dataset(glyphs=glyphs, keep_glyphs=False)
        return _replayed(ds, index, _own_of(SavedFolder(folder), index))
    rows = _sequences(folder)
    index = _checked(index, len(rows), folder)
    where = f"{folder / META_NAME}, row {index}"
    try:
        return _replayed_sequence(rows[index], folder, glyphs)
    except InputError as error:
        at = f"{where}: {error.where}" if error.where else where
        raise InputError(error.what, where=at, allowed=error.allowed, do=error.do) from None


def _checked(index: int, count: int, folder: Path) -> int:
    """The index, counted from the end if it is negative; InputError if there is no such sample."""
    if not -count <= index < count:
        raise InputError(
            f"there is no sample {index} among {counted(count, 'sample')}",
            where=str(folder),
            allowed=f"0 to {count - 1}",
        )
    return index % count


def _own_of(folder: SavedFolder, index: int) -> _Own:
    """Sample `index` as the folder has it."""
    name, called = folder.file_of(index), folder.name_of(index)
    file = None if name is None else folder.path / name
    sink = folder.sink
    if file is not None and isinstance(sink, ImageFileSink):
        # Only the file is read, because its row might be damaged, or the file might have another format by now.
        return _Own(file, called, lambda: sink.read_image(file), sink if sink.lossy else None)
    return _Own(file, called, lambda: image_check(np.asarray(folder[index].image), str(folder.path / called)))


def _replayed(ds: Dataset, index: int, own: _Own) -> Replay:
    batch = ds.samples_alone(np.array([index], np.int64))
    image = image_check(np.asarray(batch.image(0)), f"sample {index}")
    difference = _difference(image, own)
    return Replay(image, own.file, account_of(ds, index), difference, own.called, own.lossy is not None)


def difference_from_saved(image: Any, folder: SavedFolder, index: int) -> str:
    """How sample `index` in a folder differs from an image that was made again; '' if it does not."""
    return _difference(image_check(np.asarray(image), f"sample {index}"), _own_of(folder, index))


def _difference(image: np.ndarray, own: _Own) -> str:
    if own.file is None:
        return ""
    if not own.file.exists():
        return f"{own.file.name} is gone"
    try:
        found = own.read()
    except MyGeneratorError as error:
        return f"{own.called} cannot be read: {error.what}"
    if found.shape != image.shape:
        return f"{own.called} is {_size(found)}, but what was made is {_size(image)}"
    image = _as_kept(image, own)
    rows, columns = np.nonzero((found != image).reshape(*image.shape[:2], -1).any(axis=2))
    if not rows.size:
        return ""
    first = f"the first in column {columns.min()}, row {rows[columns.argmin()]}"
    return f"{own.called} differs from what was made in {counted(rows.size, 'pixel')}, {first}"


def _as_kept(image: np.ndarray, own: _Own) -> np.ndarray:
    """What the file's format keeps of an image."""
    return image if own.lossy is None else own.lossy.read_image(own.lossy.encode(image, own.called))


def _size(image: np.ndarray) -> str:
    return f"{image.shape[1]} x {image.shape[0]} pixels{' in colour' if image.ndim == 3 else ''}"


def _sequences(folder: Path) -> list[dict[str, str]]:
    """The rows of a folder of single sequences."""
    table, allowed = folder / META_NAME, "a folder that mygenerator wrote"
    if not os.path.lexists(table):
        raise InputError(f"there is neither a {RECIPE_NAME} nor a {META_NAME}", where=str(folder), allowed=allowed)
    try:
        return list(table_rows(table, (*TRUTH_COLUMNS, *SETTING_COLUMNS)))
    except InputError as error:
        what = f"there is no {RECIPE_NAME}, and {META_NAME} cannot be read: {error.what}"
        raise InputError(what, where=error.where, allowed=error.allowed or allowed, do=error.do) from None
    except OSError as error:
        what = f"there is no {RECIPE_NAME}, and {META_NAME} cannot be read ({error.strerror})"
        raise InputError(what, where=str(folder), allowed=allowed) from None


def _replayed_sequence(row: Mapping[str, str], folder: Path, glyphs: str | Path | None) -> Replay:
    """The sequence of a row of meta.csv, made again from the settings in that row."""
    name = row["file_name"]
    if not name or Path(name).name != name:
        raise InputError(f"file_name is {name!r}", allowed="the name of a file of the folder")
    file = folder / name
    numbers = {name: number_in_text(name, row[name], MAX_SEED if name == "seed" else _MOST) for name in _WHOLE_NUMBERS}
    settings: dict[str, Any] = {name: row[name] for name in ("sizing", "align", *DRAWN_COLUMNS) if name in row}
    settings |= {name: numbers[name] for name in ("image_width", "image_height")}
    settings |= {name: number_in_text(name, row[name], _MOST) for name in WRAP_COLUMNS if row.get(name)}
    spacing_range = numbers["min_spacing"], numbers["max_spacing"]
    step = TextToImage(_glyphs_of(row, glyphs), spacing_range, invert=bool(numbers["invert"]), **settings)
    ds = step.fit_transform(alone(row["label"], step.takes, numbers["seed"]))
    # If the file of a sequence is gone, the sequence counts as still to be made.
    return _replayed(ds, numbers["index"], _Own(file if file.exists() else None, name, lambda: image_read(file)))


def _glyphs_of(row: Mapping[str, str], glyphs: str | Path | None) -> GlyphSet:
    """The source that a row names, or the one that the caller names instead."""
    try:
        recorded = json.loads(row["glyphs"])[0][0]
    except (TypeError, ValueError, LookupError):
        raise InputError(f"glyphs is {row['glyphs']!r}", allowed='a list such as [["optdigits", 17]]') from None
    try:
        return load_glyphs(recorded if glyphs is None else glyphs, keep=False)
    except InputError as error:
        advice = error.do if glyphs is not None else "name the folder that they are in with --glyphs"
        raise InputError(error.what, where=error.where, allowed=error.allowed, do=advice) from None
