"""Single sequences: images added to what a folder holds, each with its own row in meta.csv."""

from __future__ import annotations

import csv
import errno
import hashlib
import itertools
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import xxhash

from mygenerator.batch import Batch
from mygenerator.csv_file import cut, long_fields
from mygenerator.dataset import NlpDataset
from mygenerator.errors import FolderConflictError, MyGeneratorError
from mygenerator.files import open_table, read_record
from mygenerator.rng import Stream
from mygenerator.save.corner import Corner, save_errors
from mygenerator.save.lock import Claim, at_work
from mygenerator.save.output_folder import file_hash, not_plain
from mygenerator.save.output_path import check_apart, check_writable
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.save.shards import rows_at_once
from mygenerator.sinks.image_files.table import LINE_COLUMNS, MARGIN_COLUMNS, TRUTH_COLUMNS, csv_rows, truth_columns
from mygenerator.sinks.png.encoder import png_encode
from mygenerator.transform import TextToImage
from mygenerator.util_image.own_folders import META_NAME

SETTING_COLUMNS = (
    "seed", "index", "image_width", "image_height", "min_spacing", "max_spacing", "sizing", "align", "invert"
)  # fmt: skip
"""What a sequence's row says besides the truth: enough to make the image again."""
DRAWN_COLUMNS = ("spacing", "where")
"""The settings that rows have only if other than plain gaps were drawn for the first sequence of the folder."""
WRAP_COLUMNS = ("wrap", "line_gap")
"""The settings that rows have only if the first sequence of the folder could be wrapped."""
_PLAIN = (*TRUTH_COLUMNS, *SETTING_COLUMNS)
_WITH_MARGINS = (*MARGIN_COLUMNS, *SETTING_COLUMNS, *DRAWN_COLUMNS)
_WITH_LINES = (*MARGIN_COLUMNS, "lines", *SETTING_COLUMNS, *DRAWN_COLUMNS, *WRAP_COLUMNS)

_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x20]')
_MAX_NAME_BYTES = 200
_KEY = "single sequences"
"""By which runs that add single sequences to a folder know each other."""
_AT_ONCE = 100
_ROWS_NAME = "rows.json"
"""The file in the corner of a run that says which rows belong to the images that it is writing."""


def add_sequence(text: NlpDataset, step: TextToImage, folder: Path) -> Path:
    """Write the one label of `text` to an image `img_<sequence>_<k>.png` in `folder`, and its row to meta.csv.

    It is `add_sequences` for one image, and raises the same errors.
    """
    (target,) = add_sequences(text, step, folder, 1)
    return target


def add_sequences(text: NlpDataset, step: TextToImage, folder: Path, count: int) -> Iterator[Path]:
    """Write the one label of `text` to images `img_<sequence>_<k>.png` in `folder`, and their rows to meta.csv.

    Each k is the first free number, taken by creating the file; it is also the index of the sample, so each k has other
    glyphs and gaps. Several processes can add to a folder at the same time.

    Returns
    -------
    iterator over Path
        The images, `count` in all. All is checked at once; each image is written when it is asked for.

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
    check_sequence_folder(folder, step)
    check_apart(folder, vars(step).values())
    return _add(text, step, folder, count)


def check_sequence_folder(folder: Path, step: TextToImage | None = None) -> None:
    """Raise InputError or FolderConflictError if single sequences cannot be added to what is in `folder`.

    Without a step, those with plain gaps in one line: a table that has no columns for others cannot take them.
    """
    check_writable(folder)
    if (folder / RECIPE_NAME).exists():
        raise FolderConflictError(
            "the folder holds a data set, which single sequences would spoil",
            where=str(folder),
            do="choose another folder",
        )
    _columns_there(folder, step)


def _columns_there(folder: Path, step: TextToImage | None) -> tuple[str, ...]:
    """The columns of the folder's meta.csv, or those that it will have; FolderConflictError if the step needs others.

    Rows of plain gaps, the default, have a place in a table of any kind, and others in one that has more columns.
    """
    needed: tuple[str, ...] = _PLAIN
    called = ""
    if step is not None and (step.spacing, step.where) != ("uniform", "between"):
        needed, called = _WITH_MARGINS, f"spacing {step.spacing!r} with where {step.where!r}"
    if step is not None and step.wrap > 1:
        needed, called = _WITH_LINES, f"wrap {step.wrap}"
    columns = _recorded_columns(folder)
    known = (_PLAIN, _WITH_MARGINS, _WITH_LINES)
    if columns in known[: known.index(needed)]:
        raise FolderConflictError(
            f"{META_NAME} has no columns {', '.join(each for each in needed if each not in columns)}, which {called} "
            "needs",
            where=str(folder),
            do="choose another folder",
        )
    if columns and columns not in known:
        raise FolderConflictError(
            f"{META_NAME} has the columns {cut(', '.join(columns))}",
            where=str(folder),
            allowed=", ".join(needed),
            do="choose another folder",
        )
    return columns or needed


def _recorded_columns(folder: Path) -> tuple[str, ...]:
    """The columns of the folder's meta.csv; none if it is empty or there is none."""
    try:
        with long_fields(), open_table(folder / META_NAME, "utf-8") as file:
            return tuple(next(csv.reader(file), ()))
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise FolderConflictError(f"{META_NAME} cannot be read: {error}", where=str(folder)) from None


def _add(text: NlpDataset, step: TextToImage, folder: Path, count: int) -> Iterator[Path]:
    with save_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    label = text.get_text_only(0)
    seed = text.seed if step.seed is None else step.seed
    targets = ((index, folder / f"img_{_safe(label)}_{index}.png") for index in itertools.count())
    # Asked first, so that no image is made in vain; the process that creates the file has the number.
    free = ((index, target) for index, target in targets if not target.exists())
    at_once = min(_AT_ONCE, rows_at_once((step.image_height, step.image_width)))
    # Both clean up when the generator is closed.
    # pylint: disable-next=contextmanager-generator-missing-cleanup
    with at_work(folder, Claim(_KEY, alone=False), rescue=_mend) as corner, _mended(corner):
        while count > 0:
            numbers, paths = zip(*itertools.islice(free, min(count, at_once)), strict=True)
            batch = step.run(
                Batch("text", np.array(numbers), text.labels([0] * len(numbers))), Stream(seed, "text_to_image")
            )
            files, truths = list(png_encode(batch.images)), zip(*truth_columns(batch), strict=True)
            names = LINE_COLUMNS if batch.lines is not None else MARGIN_COLUMNS
            rows = [
                dict(zip(names, (target.name, label, *truth), strict=False)) | _settings(step, seed, index)
                for index, target, truth in zip(numbers, paths, truths, strict=True)
            ]
            columns = _columns_there(folder, step)
            _announce(corner, columns, rows, files)
            for target, file, row in zip(paths, files, rows, strict=True):
                if _is_created(target, file, row, corner, columns):
                    count -= 1
                    yield target


def _announce(corner: Corner, columns: tuple[str, ...], rows: list[dict[str, str]], files: Sequence[bytes]) -> None:
    """Say in the corner which rows belong to the images that are about to be written, so that `_mend` knows them."""
    said = [columns, list(zip(map(xxhash.xxh3_128_hexdigest, files), rows, strict=True))]
    corner.write(corner.path / _ROWS_NAME, json.dumps(said).encode())


@contextmanager
def _mended(corner: Corner) -> Iterator[None]:
    """Whatever ends the context: no image stays without its row."""
    try:
        yield
    except BaseException:
        with suppress(MyGeneratorError):
            _mend(corner.path, corner)
        raise


def _mend(ended: Path, corner: Corner) -> None:
    """Add the rows of the images that a run, whose corner is `ended`, wrote and could add no row for."""
    said = corner.path / _ROWS_NAME
    try:
        # Of several that mend one gets it, and is mended in turn if it dies before the end.
        os.rename(ended / _ROWS_NAME, said)
        columns, rows = json.loads(read_record(said))
        rows = [(str(digest), {str(name): str(value) for name, value in row.items()}) for digest, row in rows]
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return
    folder = corner.path.parent
    with save_errors(folder / META_NAME):
        listed = _listed(folder)
        for digest, row in rows:
            name = row.get("file_name", "")
            if not_plain([name]) is None and name not in listed and _is_there(folder / name, digest):
                _append_row(folder, corner, row, tuple(columns))
        said.unlink(missing_ok=True)


def _is_there(path: Path, digest: str) -> bool:
    with suppress(OSError):
        return file_hash(path) == digest
    return False


def _listed(folder: Path) -> set[str]:
    """The names in the folder's meta.csv."""
    try:
        with long_fields(), open_table(folder / META_NAME, "utf-8") as file:
            return {row[0] for row in csv.reader(file) if row}
    except FileNotFoundError:
        return set()
    except (UnicodeDecodeError, csv.Error) as error:
        raise FolderConflictError(f"{META_NAME} cannot be read: {error}", where=str(folder)) from None


def _is_created(target: Path, file: bytes, row: dict[str, str], corner: Corner, columns: tuple[str, ...]) -> bool:
    """Write an image and its row, unless the name is taken by now."""
    if not corner.create(target, file):
        return False
    try:
        with save_errors(target.parent / META_NAME):
            _append_row(target.parent, corner, row, columns)
    except BaseException:
        # No image without its row.
        target.unlink(missing_ok=True)
        raise
    return True


def _safe(label: str) -> str:
    """The label as part of a file name on any system."""
    name = _UNSAFE.sub(lambda found: f"U+{ord(found[0]):04X}", label)
    data = name.encode("utf-8")
    if len(data) <= _MAX_NAME_BYTES:
        return name
    return f"{data[:_MAX_NAME_BYTES].decode('utf-8', 'ignore')}-{hashlib.sha256(data).hexdigest()[:8]}"


def _settings(step: TextToImage, seed: int, index: int) -> dict[str, str]:
    low, high = step.spacing_range
    plain = (seed, index, step.image_width, step.image_height, low, high, step.sizing, step.align, int(step.invert))
    names = (*SETTING_COLUMNS, *DRAWN_COLUMNS, *WRAP_COLUMNS)
    values = (*plain, step.spacing, step.where, step.wrap, step.line_gap)
    return {name: str(value) for name, value in zip(names, values, strict=True)}


def _append_row(folder: Path, corner: Corner, values: dict[str, str], needed: tuple[str, ...]) -> None:
    """Add a row by one write at the file's end, so that rows of several processes do not run into each other."""
    path = folder / META_NAME
    corner.create(path, csv_rows([needed]))
    # Another process can have created it meanwhile.
    columns = _recorded_columns(folder) or needed
    if missing := [name for name in needed if name not in columns]:
        raise FolderConflictError(
            f"{META_NAME} has no columns {', '.join(missing)}", where=str(folder), do="choose another folder"
        )
    head, row = csv_rows([columns]), csv_rows([[values.get(name, "") for name in columns]])
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
