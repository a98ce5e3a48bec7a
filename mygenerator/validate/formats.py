"""The format that a folder was saved in, and its samples as another package's format reads them back.

Our own kind of folder - PNG files and meta.csv - is read by records.py; of any other format the sink alone knows how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.errors import InputError
from mygenerator.sinks import PngSink, Sink, sink_class
from mygenerator.sinks.png import META_NAME


@dataclass(frozen=True)
class FolderFormat:
    """How the samples of a folder are kept.

    Attributes
    ----------
    name : str
        As recipes name it; "" where nothing says it.
    table : str
        The name of the joined file.
    is_ours : bool
        Whether each sample is an image file with a row in meta.csv.
    sink : Sink or None
        What reads the samples of another package's format; None where that is not known here.
    """

    name: str = PngSink.format
    table: str = META_NAME
    is_ours: bool = True
    sink: Sink | None = None


@dataclass(frozen=True)
class ReadSample:
    """A sample that a format read back, or why it could not."""

    name: str
    label: str = ""
    image: Any = None
    fault: str = ""


def format_of(recipe: Mapping[str, Any], joined: Any = None) -> FolderFormat:
    """The format of a folder, by its recipe, and by what the head of its manifest says of the joined file."""
    match joined:
        case [str() as listed, *_] if listed and Path(listed).name == listed:
            table = listed
        case _:
            table = META_NAME
    save = recipe.get("save")
    if not isinstance(save, Mapping):
        return FolderFormat("", table, is_ours=table == META_NAME)
    name = save.get("format", PngSink.format)
    try:
        kind = sink_class(name)
        if issubclass(kind, PngSink):
            return FolderFormat(kind.format)
        sink = kind(save.get("prefix", "img"))
    except InputError:
        return FolderFormat(str(name), table, is_ours=False)
    return FolderFormat(sink.format, sink.joined, is_ours=False, sink=sink)


def read_samples(sink: Sink, folder: Path, start: int, stop: int) -> Iterator[ReadSample]:
    """The samples from `start` to `stop` of a finished folder; what cannot be read does not keep the next from it."""
    while start < stop:
        try:
            for label, image in sink.read_shard(folder, start, stop):
                name = sink.file_name(start)
                start += 1
                if isinstance(image, np.ndarray):
                    yield ReadSample(name, str(label), image)
                else:
                    yield ReadSample(name, str(label), fault=f"its format gives {type(image).__name__}, not an array")
            fault = f"its format reads fewer samples than the {stop} that were saved"
        # It is another package's code, on files that may be damaged: it may raise anything.
        except Exception as error:  # pylint: disable=broad-exception-caught
            fault = f"its format cannot read it ({type(error).__name__}: {error})"
        if start < stop:
            yield ReadSample(sink.file_name(start), fault=fault)
            start += 1
