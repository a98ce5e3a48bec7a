"""The contracts of an output format: it reads back what it wrote, and nobody can tell how it was written."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from mygenerator.dataset import Dataset, NlpDataset
from mygenerator.save.execute import run
from mygenerator.save.job import Job
from mygenerator.save.output_folder import OutputFolder
from mygenerator.sinks import Sink
from mygenerator.testing.base import require, same
from mygenerator.transform import TextToImage

_COUNT, _SHARD = 23, 5


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
    ds = _strips()
    with tempfile.TemporaryDirectory() as folder:
        whole = _save(sink, ds, Path(folder) / "whole")
        require(_save(sink, ds, Path(folder) / "again") == whole, f"{sink.__name__} writes other bytes the second time")
        require(
            _save(sink, ds, Path(folder) / "workers", workers=2) == whole,
            f"{sink.__name__} writes other bytes with two workers",
        )
        require(
            _save_in_two_goes(sink, ds, Path(folder) / "resumed") == whole,
            f"{sink.__name__} writes other bytes when it was stopped and went on",
        )
        _reads_back(sink, ds, Path(folder) / "whole")


def _strips() -> Dataset:
    labels = [f"{7**number % 10**6:d}" for number in range(_COUNT)]
    return TextToImage(spacing_range=(1, 4), image_width=120).fit_transform(NlpDataset(labels, seed=3))


def _job(sink: type[Sink], ds: Dataset, folder: Path, workers: int) -> Job:
    return Job(ds, sink("img", ds.facts.boxes), OutputFolder(folder), len(ds), _SHARD, workers)


def _save(sink: type[Sink], ds: Dataset, folder: Path, workers: int = 1) -> dict[str, bytes]:
    run(_job(sink, ds, folder, workers))
    return _files(folder)


class _StoppedError(Exception):
    """Ends a run in the middle."""


def _save_in_two_goes(sink: type[Sink], ds: Dataset, folder: Path) -> dict[str, bytes]:
    def stop(done: int, total: int) -> None:
        if done * 2 > total:
            raise _StoppedError

    with suppress(_StoppedError):
        run(_job(sink, ds, folder, 1), stop)
    return _save(sink, ds, folder)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _reads_back(sink: type[Sink], ds: Dataset, folder: Path) -> None:
    batch = ds.batch(np.arange(len(ds)))
    read = list(sink("img", ds.facts.boxes).read_shard(folder, 0, len(ds)))
    require(len(read) == len(ds), f"{sink.__name__} reads {len(read)} of {len(ds)} samples back")
    for row, (label, image) in enumerate(read):
        require(label == batch.labels[row], f"{sink.__name__} reads the label {label!r} of sample {row}")
        require(same(np.asarray(image), batch.images[row]), f"{sink.__name__} reads another image of sample {row}")
    middle = [label for label, _ in sink("img", ds.facts.boxes).read_shard(folder, 7, 12)]
    require(middle == batch.labels[7:12].tolist(), f"{sink.__name__} reads other samples than 7 to 12")
