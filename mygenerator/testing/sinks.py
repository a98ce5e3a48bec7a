"""The contracts of an output format: it reads back what it wrote, its bytes are always the same, and all is listed."""

from __future__ import annotations

import inspect
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.batch import Batch, Sample
from mygenerator.dataset import Dataset, NlpDataset
from mygenerator.errors import InputError
from mygenerator.save.execute import run
from mygenerator.save.job import Job
from mygenerator.save.output_folder import SHARDS_NAME, OutputFolder
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.save.saved import SavedFolder
from mygenerator.sinks import Sink
from mygenerator.testing.base import ContractError, require, same
from mygenerator.transform import TextToImage

_COUNT, _SHARD = 23, 5
_MOST_LOST = 8
"""How many levels a lossy format can change the pixels of an image by, on average."""


def check_sink(sink: type[Sink]) -> None:
    """Check that a format keeps every contract of the package, by saving small data sets in temporary folders.

    Parameters
    ----------
    sink : class that extends Sink

    Raises
    ------
    ContractError
        Names the contract that is broken.

    Examples
    --------
    >>> from mygenerator.registry import find
    >>> check_sink(find("format", "png"))
    """
    require(inspect.isclass(sink) and issubclass(sink, Sink), f"{sink!r} is not a class that extends Sink")
    require(sink.format, f"{sink.__name__} has no format, the name by which it is chosen")
    ds = _strips()
    with tempfile.TemporaryDirectory() as folder:
        whole = _save(sink, ds, Path(folder) / "whole")
        require(_save(sink, ds, Path(folder) / "again") == whole, f"{sink.__name__} writes other bytes the second time")
        require(
            _save(sink, ds, Path(folder) / "workers", workers=2) == whole,
            f"{sink.__name__} writes other bytes with two workers",
        )
        _stop_in_the_middle(sink, ds, Path(folder) / "resumed")
        _is_listed(sink, Path(folder) / "resumed")
        require(
            _save(sink, ds, Path(folder) / "resumed") == whole,
            f"{sink.__name__} writes other bytes if it is stopped and goes on",
        )
        _extends(sink, ds, Path(folder) / "extended", whole)
        _is_cleared(sink, ds, Path(folder) / "cleared")
        _reads_back(sink, ds, Path(folder) / "whole")
        for name, more in (("margins", _strips(where="edges")), ("lines", _strips(wrap=3, image_height=60))):
            _save(sink, more, Path(folder) / name)
            _reads_back(sink, more, Path(folder) / name)


def _strips(**options: Any) -> Dataset:
    # Some begin with zeros, which a format may lose.
    labels = [f"{7**number % 10**6:0{3 + number % 5}d}" for number in range(_COUNT)]
    width = 30 if "wrap" in options else 120
    return TextToImage(spacing_range=(1, 4), image_width=width, **options).fit_transform(NlpDataset(labels, seed=3))


def _job(sink: type[Sink], ds: Dataset, folder: Path, workers: int = 1, count: int = _COUNT) -> Job:
    return Job(ds, sink.made_for(ds.facts), OutputFolder(folder), count, _SHARD, workers)


def _save(sink: type[Sink], ds: Dataset, folder: Path, workers: int = 1) -> dict[str, bytes]:
    run(_job(sink, ds, folder, workers))
    return _files(folder)


class _StoppedError(Exception):
    """Ends a run in the middle."""


def _stop_in_the_middle(sink: type[Sink], ds: Dataset, folder: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done * 2 > total:
            raise _StoppedError

    with suppress(_StoppedError):
        run(_job(sink, ds, folder), stop)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _is_listed(sink: type[Sink], folder: Path) -> None:
    """All that is in an unfinished folder is listed there, so that nobody has to guess what belongs to it."""
    listed = {RECIPE_NAME, SHARDS_NAME, *OutputFolder(folder).names()}
    found = sorted({path.name for path in folder.iterdir()} - listed)
    require(not found, f"{sink.__name__}: a run that was stopped left {', '.join(found)}, which nothing lists")


def _extends(sink: type[Sink], ds: Dataset, folder: Path, whole: dict[str, bytes]) -> None:
    """A smaller data set grows to the whole one, unless the format says that it cannot."""
    run(_job(sink, ds, folder, count=_SHARD + 2))
    if sink.extends:
        require(
            _save(sink, ds, folder) == whole,
            f"{sink.__name__} writes other bytes when a data set is extended; "
            "if names or bytes depend on how many shards there are, set extends = False",
        )


def _is_cleared(sink: type[Sink], ds: Dataset, folder: Path) -> None:
    """Overwriting replaces an unfinished and a finished data set, and leaves nothing of them."""
    alone = Job(ds, sink.made_for(ds.facts, "other"), OutputFolder(folder / "alone"), 2, _SHARD, 1)
    run(alone)
    for kind in ("unfinished", "finished"):
        _stop_in_the_middle(sink, ds, folder / kind)
        if kind == "finished":
            _save(sink, ds, folder / kind)
        run(replace(alone, folder=OutputFolder(folder / kind), overwrite=True))
        left = sorted(_files(folder / kind).keys() - _files(folder / "alone").keys())
        require(not left, f"{sink.__name__}: overwriting a folder that is {kind} leaves {', '.join(left)}")


def _reads_back(sink: type[Sink], ds: Dataset, folder: Path) -> None:
    batch = ds.batch(np.arange(len(ds)))
    saved = SavedFolder(folder, sink.made_for(ds.facts))
    files = list(saved.files())
    require(len(set(files)) == len(files), f"{sink.__name__} gives one name to files of several shards")
    _require_samples(sink, batch, _read(sink, saved, list(range(len(ds)))), list(range(len(ds))))
    for index in range(len(ds)):
        _require_samples(sink, batch, _read(sink, saved, [index]), [index])
        name = saved.file_of(index)
        require(name in files, f"{sink.__name__} says that sample {index} is in {name!r}, but that is not its file")
    several = [13, 2, 7, 8, 22, 5]
    _require_samples(sink, batch, _read(sink, saved, several), several)


def _read(sink: type[Sink], saved: SavedFolder, indices: list[int]) -> list[Sample]:
    try:
        return saved.read(indices)
    except InputError as error:
        raise ContractError(f"{sink.__name__} does not read back what it wrote: {error}") from error


def _require_samples(sink: type[Sink], batch: Batch, read: list[Sample], rows: list[int]) -> None:
    require(len(read) == len(rows), f"{sink.__name__} reads {len(read)} of {len(rows)} samples back")
    for row, found in zip(rows, read, strict=True):
        wanted = batch.sample(row)
        for name in ("index", "label", "boxes", "gaps", "margins", "lines", "glyphs", "glyph_source"):
            value = getattr(found, name)
            require(same(value, getattr(wanted, name)), f"{sink.__name__} reads {name} of sample {row} as {value!r}")
        image = np.asarray(found.image)
        if sink.lossy:
            kept = image.dtype == wanted.image.dtype and image.shape == wanted.image.shape
            kept = kept and np.abs(image.astype(int) - wanted.image).mean() <= _MOST_LOST
        else:
            kept = same(image, wanted.image)
        require(kept, f"{sink.__name__} reads another image of sample {row}")
