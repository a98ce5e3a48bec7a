"""Saving: recipe -> shards -> sink, run by an engine; the recipe is written first, the manifest last.

A run that was killed goes on where it stopped; a folder that holds something else is refused; a larger count extends.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.save.execute import Progress, SaveReport, run
from mygenerator.save.job import Job, plan
from mygenerator.save.opened import SavedDataset, open  # pylint: disable=redefined-builtin
from mygenerator.save.output_folder import read_manifest
from mygenerator.save.recipe_file import read_recipe
from mygenerator.save.saved import SavedFolder

__all__ = [
    "Job",
    "Progress",
    "SaveReport",
    "SavedDataset",
    "SavedFolder",
    "open",
    "plan",
    "read_manifest",
    "read_recipe",
    "run",
    "save",
]


def save(
    ds: Dataset,
    path: str | Path,
    prefix: str = "img",
    suffix: str | None = None,
    nrows: int = -1,
    *,
    progress: Progress | None = None,
    **options: Any,
) -> SaveReport:
    """Make the samples of `ds` and write them to a folder.

    Parameters
    ----------
    ds : Dataset
    path : str or Path
        Made if it is missing. An unfinished folder of the same recipe is completed, a finished one is left as it is
        unless files of it are gone, and a larger count extends it.
    prefix : str
        Files are called `{prefix}_{i}.{format}`; letters, digits, `_`, `-` and `.`.
    suffix : str, optional
        The older name of `format`.
    nrows : int
        How many samples to save, from the first; -1 for all.
    progress : callable, optional
        `progress(done, total)` in samples.
    format : str
        "png", "jpg" (lossy), "webp" (lossless); "webdataset", "parquet", "tfrecord", "npy" or "arrow", which hold many
        samples in a file; or the name of a format of your own.
    shard_size : int, optional
        How many samples are sealed together; part of the recipe. By default as many as suit the format: 1,000, or more
        if each shard is one file.
    workers : int, optional
        Processes. By default one for small jobs, otherwise as many as there are processors; this changes no byte. Each
        takes about 140 MB, however many samples it makes, and shares the files of the glyphs with the others.
    engine : str, optional
        What runs the shards: "serial" (this process), "process" (several), or the name of one of your own, with
        `workers` if it has them. By default the one that suits the job; this changes no byte.
    seed : int, optional
        Save a copy of `ds` drawn with this seed.
    overwrite : bool
        Replace the data set that is in the folder (only its own files). Until the new one is whole, the old one stays;
        so room for both is needed.
    sync : bool
        Return only when everything is on the disk, so that a loss of power afterwards loses nothing.
    trust : bool
        Do not read what is there already: files that have the right size count as right.
    wait : bool
        Wait until no other run writes to the folder, instead of refusing if one does that makes something else.
    allow_large : bool
        Also begin a job of more than 100 million samples, images of more than 10 million pixels, or 10**11 pixels.

    Returns
    -------
    SaveReport

    Raises
    ------
    InputError
        For an argument or a data set that cannot be saved, before anything is written. When it is met, also for an
        object of a user's own function that is not an image, or a class that a worker cannot import.
    FolderConflictError
        If the folder holds something else; nothing in it is changed.
    SaveError
        If a large job would not fit on its disk, before anything is written; and if writing fails. Then what is sealed
        stays, and the same call goes on from there.
    """
    return run(plan(ds, path, prefix, suffix, nrows, **options), progress)
