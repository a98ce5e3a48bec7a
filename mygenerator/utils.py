"""Names that older releases had here: logging, the configuration and the folder of the glyphs.

New code imports them from `logs`, `config` and `glyphs`. The last two are above this module, so they are imported only
when they are called.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mygenerator.errors import InputError, unknown_name
from mygenerator.logs import log, log2, logw

__all__ = ["config_load", "dataset_get_path", "log", "log2", "logw"]


def config_load(config_file: str | os.PathLike = "default") -> dict[str, Any]:
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
