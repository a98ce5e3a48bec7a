"""Names that older releases had here: logging, the configuration and the folder of the glyphs, tables of images.

New code imports them from `logs`, `config`, `glyphs` and `dataset`. All but the first are above this module, so they
are imported only when they are called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mygenerator.errors import InputError, unknown_name
from mygenerator.logs import log, log2, loge, logw

if TYPE_CHECKING:
    import pandas

__all__ = ["config_load", "dataset_build_meta_mnist", "dataset_get_path", "log", "log2", "loge", "logw"]


def config_load(config_file: str | os.PathLike | None = "default") -> dict[str, Any]:
    """Read and check a configuration file: see `mygenerator.config.config_load`."""
    from mygenerator.config import config_load as load  # pylint: disable=cyclic-import

    return load(config_file)


def dataset_get_path(config: Mapping[str, Any]) -> Path:
    """The folder of a configuration's glyph source; nothing is downloaded or made.

    Parameters
    ----------
    config : dict
        What `config_load` returned.

    Returns
    -------
    Path
        The configured folder. For the digits that come with the package, the package's data folder. For a downloaded
        source, the folder in the home folder where it is kept or will be kept.

    Raises
    ------
    InputError
        If `current_dataset` is unknown or cannot be used, or if `config` is not a configuration.

    Examples
    --------
    >>> dataset_get_path({"current_dataset": "optdigits", "datasets": {}}).name
    'data'
    """
    from mygenerator.glyphs import known_sources  # pylint: disable=cyclic-import

    if not isinstance(config, Mapping) or not {"current_dataset", "datasets"} <= set(config):
        raise InputError(f"config is {config!r}", allowed="what config_load returned")
    places = {source.name: source for source in known_sources(config)}
    name = config["current_dataset"]
    if name not in places:
        raise unknown_name("glyph source", name, list(places))
    place = places[name].place
    if place is None:
        raise InputError(places[name].note)
    return place


def dataset_build_meta_mnist(path: str | os.PathLike, image_suffix: str = "*.png") -> pandas.DataFrame:
    """The table of a folder of labelled images, such as MNIST as PNG files; no image is opened.

    Parameters
    ----------
    path : str or path
        A folder with one sub-folder of images for each label, as for `ImageDataset`. It can also hold such folders for
        training and for testing: `FOLDER:test` then names the second, and by default the first is read.
    image_suffix : str
        Which files are images, as a pattern in which `*` stands for anything.

    Returns
    -------
    pandas.DataFrame
        One row an image, in the order of their paths. `uri` is the full path of the file, `label` the name of its
        folder, both text. It is what `ImageDataset(meta=...)` takes.

    Raises
    ------
    InputError
        If there is no such folder, or it has no such images.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for label in "07":
    ...         (Path(folder) / label).mkdir()
    ...         (Path(folder) / label / "anna.png").touch()
    ...     dataset_build_meta_mnist(folder).label.tolist()
    ['0', '7']
    """
    from mygenerator.dataset import ImageDataset  # pylint: disable=cyclic-import

    if path is None:
        raise InputError("path is None", allowed="a folder with one sub-folder of images for each label")
    return ImageDataset(os.fspath(path), image_suffix=image_suffix).meta
