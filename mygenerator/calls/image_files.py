"""Image files of single calls: 8-bit grey, under the first name that is free; nothing is ever overwritten."""

from __future__ import annotations

import itertools
import os
from pathlib import Path
from typing import cast

import numpy as np

from mygenerator.files import given_path
from mygenerator.save.corner import save_errors, write_bytes
from mygenerator.sinks import sink_class
from mygenerator.sinks.image_files import ImageFileSink


def grey_levels(image: np.ndarray) -> np.ndarray:
    """An image of floats from 0 to 1 as 8-bit levels, rounded; what lies outside is clipped, and never wraps.

    >>> grey_levels(np.array([[-0.1, 0.5, 1.0, 1.2]])).tolist()
    [[0, 128, 255, 255]]
    """
    return np.rint(np.clip(image, 0.0, 1.0) * 255.0).astype(np.uint8)


def write_image(image: np.ndarray, folder: str | os.PathLike, stem: str, ending: str = "png") -> Path:
    """Write an image to `<stem>.<ending>` or, if that is taken, to the first free of `<stem>_1.<ending>`, ...

    Two processes never write to one file: each takes its name by creating it. The file is not synced to the disk.

    Parameters
    ----------
    image : float (H, W), 0 to 1
    folder : str or path
        Made if it is missing.
    stem : str
    ending : {"png", "jpg", "jpeg"}

    Returns
    -------
    Path
        The file.

    Raises
    ------
    SaveError
        If it cannot be written; no part of it stays.
    """
    place = given_path(folder)
    files = cast(ImageFileSink, sink_class("jpg" if ending == "jpeg" else ending)())
    data = files.encode(grey_levels(image), stem)
    with save_errors(place):
        place.mkdir(parents=True, exist_ok=True)
    for number in itertools.count():
        path = place / f"{stem}{f'_{number}' if number else ''}.{ending}"
        with save_errors(path):
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            except FileExistsError:
                continue
            try:
                write_bytes(os.fspath(path), data)
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            return path
    raise AssertionError("there is always a free name")
