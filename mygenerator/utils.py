"""Small things that every layer needs: talking through the log, the home folder, writing a file whole.

Stands at the bottom of the package beside errors.py; imports nothing above that, but for the last two functions: older
releases had them here, and they call up to `config` and `glyphs`.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mygenerator.errors import InputError, unknown_name

_logger = logging.getLogger("mygenerator")
# A library says nothing until the application (here: the commands) gives the logger a handler.
_logger.addHandler(logging.NullHandler())


def log(*values: object) -> None:
    """Log what a user may want to know, at level INFO of the logger "mygenerator"; several values as `print` does."""
    _logger.info("%s", " ".join(map(str, values)), stacklevel=2)


def log2(*values: object) -> None:
    """Log what helps to find a fault, at level DEBUG of the logger "mygenerator"; several values as `print` does."""
    _logger.debug("%s", " ".join(map(str, values)), stacklevel=2)


def logw(*values: object) -> None:
    """Log what a user should look at, at level WARNING of the logger "mygenerator"; several values as `print` does."""
    _logger.warning("%s", " ".join(map(str, values)), stacklevel=2)


def home_folder() -> Path:
    """The folder of configuration and cache: `MYGENERATOR_HOME`, or `~/.mygenerator` where that is not set.

    Returns
    -------
    Path
        Absolute; the folder need not exist.

    Raises
    ------
    InputError
        Where the variable is not set and the system knows no home folder either.
    """
    try:
        return Path(os.environ.get("MYGENERATOR_HOME") or "~/.mygenerator").expanduser().absolute()
    except RuntimeError as error:
        raise InputError("there is no home folder", do="set MYGENERATOR_HOME to a folder") from error


def temporary_beside(path: Path) -> Path:
    """A free name beside `path`, hidden by a leading dot, that no other process or thread takes."""
    attempt = f"{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}"
    return path.with_name(f".{path.name}.{attempt}")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` so that a reader finds the old file or the new one, never a part.

    Parameters
    ----------
    path : Path
        In a folder that exists; a file of that name is replaced.
    data : bytes
        The whole content.

    Raises
    ------
    OSError
        Where the folder cannot be written or is full; nothing is left behind then.
    """
    temporary = temporary_beside(path)
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


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
        The folder that is configured; for the digits that come with the package, the package's; for a source that is
        downloaded, the one in the home folder where it is kept, or will be.

    Raises
    ------
    InputError
        For a `current_dataset` that is not known or cannot be used, and for what is no configuration.

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
