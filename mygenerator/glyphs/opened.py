"""Glyphs for calls in a loop: found, and opened, once in a process, until one of the files behind them changes.

Used by `pipeline.make_strip`; everything else asks `load_glyphs`, which finds the source anew.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from mygenerator.config import EMBEDDED_SOURCE, config_load, config_path
from mygenerator.files import HOME_VARIABLE
from mygenerator.glyphs.base import GlyphSet
from mygenerator.glyphs.cache import load_cached
from mygenerator.glyphs.find import find_source
from mygenerator.glyphs.places import without_part
from mygenerator.unchanged import Unchanged, states_of

_MOST_WATCHED = 64
_opened: Unchanged[GlyphSet] = Unchanged()
_watched: dict[tuple, tuple[str, ...]] = {}
"""The files and folders whose states are asked for, by what was asked for."""


def opened_glyphs(
    glyphs: GlyphSet | str | os.PathLike | None = None, config_file: str | os.PathLike = "default"
) -> GlyphSet:
    """What `load_glyphs` gives for a source, with the configuration of that file.

    Each call asks the system for the state of the configuration, and of the source's files and folders. A source of
    more than some dozens of files, such as a folder of images, is found anew.

    Parameters
    ----------
    glyphs : GlyphSet, str or path, optional
        See `load_glyphs`; by default the current source of the configuration.
    config_file : str or path
        See `config_load`.

    Raises
    ------
    InputError
        As `config_load` and `load_glyphs` do.
    """
    if isinstance(glyphs, GlyphSet):
        return glyphs
    # All that decides, besides files, which files these are.
    home = os.environ.get(HOME_VARIABLE), os.path.expanduser("~")
    here = "" if glyphs is None and config_file == "default" else os.getcwd()
    key = (type(glyphs), str(glyphs), str(config_file), *home, here)
    opened = _opened.get(key, _watched.get(key, ()), folders=True)
    if opened is not None:
        return opened
    path = config_path(config_file)
    before = states_of([path])
    config = config_load(config_file)
    name = config["current_dataset"] if glyphs is None else glyphs
    source = find_source(name, config)
    watched = [path, *source.files[:_MOST_WATCHED], *_folders(name, config, source.files[:_MOST_WATCHED])]
    states = states_of(watched, folders=True)
    found = load_cached(source)
    # The cache is not watched: arrays that are mapped stay what they are.
    if len(watched) <= _MOST_WATCHED and before and states and states[:1] == before:
        if len(_watched) > _MOST_WATCHED:
            _watched.clear()
        _watched[key] = tuple(map(str, watched))
        _opened.keep(key, states, found)
    return found


def _folders(name: str | os.PathLike, config: Mapping[str, Any], files: Sequence[Path]) -> list[Path]:
    """The folder or file that a source was looked for in, and the folders in it that hold its files.

    What is added there can change which files are used; what is added elsewhere cannot.
    """
    given = config["datasets"].get(str(name), {}).get("path", None if str(name) == EMBEDDED_SOURCE else name)
    top = None if given is None else without_part(os.path.expanduser(given))
    if top is None or not top.exists():
        return []
    real = Path(os.path.realpath(top))
    return list(dict.fromkeys([top, *(each for file in files for each in file.parents if each.is_relative_to(real))]))
