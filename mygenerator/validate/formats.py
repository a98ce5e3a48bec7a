"""The format that a folder was saved in, and its samples as another package's format reads them back.

records.py reads our own kind of folder, PNG files and meta.csv; only its sink knows how to read any other format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Sample
from mygenerator.errors import InputError
from mygenerator.save.saved import SavedFolder, SavedShard
from mygenerator.sinks import ImageFileSink, PngSink, Sink, sink_class
from mygenerator.util_image import image_read
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.validate.records import Row

_NO_NAME = r"(?!)"


@dataclass(frozen=True)
class FolderFormat:
    """How the samples of a folder are kept.

    Attributes
    ----------
    name : str
        As recipes name it; "" if nothing says it.
    table : str or None
        The name of the joined file, if there is one.
    is_ours : bool
        Whether each sample is an image file with a row in meta.csv.
    sink : Sink or None
        What reads the samples of another package's format; None if that is not known here.
    read_image : callable
        Reads an image file of our own kind, from its path or its bytes.
    names : str
        A regular expression that matches the names of its files; its first group, if it has one, is a number that is
        smaller than the number of samples.
    """

    name: str = PngSink.format
    table: str | None = META_NAME
    is_ours: bool = True
    sink: Sink | None = None
    names: str = _NO_NAME
    read_image: Callable[[Path | bytes], np.ndarray] = image_read


@dataclass(frozen=True)
class ReadSample:
    """A sample that a format read back, or why it could not; `lossy` as the format says."""

    row: Row
    image: Any = None
    fault: str = ""
    lossy: bool = False


def format_of(recipe: Mapping[str, Any], header: Mapping[str, Any] | None = None) -> FolderFormat:
    """The format of a folder, from its recipe and from what the head of its manifest, if any, says of the table."""
    match (header or {}).get("joined", META_NAME):
        case [str() as listed, *_] if listed and Path(listed).name == listed:
            table: str | None = listed
        case None:
            table = None
        case _:
            table = META_NAME
    save = recipe.get("save")
    if not isinstance(save, Mapping):
        return FolderFormat("", table, is_ours=table == META_NAME)
    name = save.get("format", PngSink.format)
    try:
        kind = sink_class(name)
        if issubclass(kind, ImageFileSink):
            names = _pattern(lambda: kind(save.get("prefix", "img")).name_pattern())
            return FolderFormat(kind.format, names=names, read_image=kind().read_image)
        sink = kind(save.get("prefix", "img"))
    except InputError:
        return FolderFormat(str(name), table, is_ours=False, names=_guessed(save))
    return FolderFormat(sink.format, sink.joined, False, sink, _pattern(sink.name_pattern))


def _pattern(pattern: Callable[[], str]) -> str:
    """The pattern of a format's names; one that matches nothing if it has none, as with a wrong prefix."""
    try:
        return pattern()
    except InputError:
        return _NO_NAME


def _guessed(save: Mapping[str, Any]) -> str:
    """How the files of a format that is not known here are probably called."""
    return rf"{re.escape(str(save.get('prefix')))}_([0-9]+)\.{re.escape(str(save.get('format')))}"


def read_samples(folder: SavedFolder, shard: SavedShard) -> Iterator[ReadSample]:
    """The samples of a shard in order; one that cannot be read does not keep the next from being read."""
    index = shard.rows.start
    while index < shard.rows.stop:
        try:
            for sample in folder.read_shard(shard, range(index, shard.rows.stop)):
                yield _checked(sample, folder.name_in(shard, index), folder.sink.lossy)
                index += 1
        except InputError as error:
            yield ReadSample(Row(folder.name_in(shard, index)), fault=error.what)
            index += 1


def _checked(sample: Sample, name: str, lossy: bool) -> ReadSample:
    """A sample with its truth in the form of a row of meta.csv; a fault if it cannot be judged."""
    truth = (sample.gaps, sample.boxes, sample.margins, sample.lines)
    gaps, boxes, margins, lines = (None if value is None else np.asarray(value) for value in truth)
    if not isinstance(sample.image, np.ndarray):
        fault = f"its format gives {type(sample.image).__name__}, not an array"
    elif boxes is not None and (boxes.dtype.kind != "i" or boxes.ndim != 2 or boxes.shape[1] != 4):
        fault = f"its format gives {boxes.dtype} {boxes.shape} as boxes"
    elif gaps is not None and (gaps.dtype.kind != "i" or gaps.ndim != 1):
        fault = f"its format gives {gaps.dtype} {gaps.shape} as gaps"
    elif margins is not None and (margins.dtype.kind != "i" or margins.shape != (2,)):
        fault = f"its format gives {margins.dtype} {margins.shape} as margins"
    elif lines is not None and (lines.dtype.kind != "i" or lines.ndim != 2 or lines.shape[1] != 2):
        fault = f"its format gives {lines.dtype} {lines.shape} as lines"
    else:
        listed = [None if value is None else value.tolist() for value in (gaps, boxes, margins, lines)]
        row = Row(name, str(sample.label), listed[0], listed[1], margins=listed[2], lines=listed[3])
        return ReadSample(row, sample.image, lossy=lossy)
    return ReadSample(Row(name), fault=fault)
