"""Sources of glyph images: from a source's name or a folder to a GlyphSet.

Readers (idx.py, folder.py, optdigits.py) find and read files, ingest.py cleans, cache.py keeps, base.py holds.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mygenerator.config import EMBEDDED_SOURCE, check_source, config_load
from mygenerator.errors import InputError, did_you_mean
from mygenerator.glyphs.base import GlyphSet
from mygenerator.glyphs.cache import Source, load_cached
from mygenerator.glyphs.folder import find_characters
from mygenerator.glyphs.idx import find_idx_pair
from mygenerator.glyphs.ingest import INK, MAX_SIDE
from mygenerator.glyphs.optdigits import embedded_source

__all__ = ["INK", "MAX_SIDE", "GlyphSet", "load_glyphs", "source_names"]

_FINDERS: dict[str, Callable[[Path, str], Source | None]] = {"idx": find_idx_pair, "folder": find_characters}
_LAYOUTS = {"idx": "an idx image and label pair", "folder": "one sub-folder of images for each character"}


def load_glyphs(
    glyphs: GlyphSet | str | os.PathLike, config: Mapping[str, Any] | None = None, keep: bool = True
) -> GlyphSet:
    """The glyphs that a user named.

    Parameters
    ----------
    glyphs : GlyphSet, str or path
        A set is returned as it is. A str is a source's name (`optdigits`, or one of the configuration file) or else a
        folder; a Path is a folder: with an idx image and label pair, or with one sub-folder for each character.
    config : dict, optional
        What `config_load` returned; the home folder's configuration where not given.
    keep : bool
        Whether glyphs that the cache does not have yet are kept there; False writes nothing.

    Returns
    -------
    GlyphSet
        Memory-mapped from the cache where that has it or can be written.

    Raises
    ------
    InputError
        For an unknown name, and for a source that cannot be read or has no usable glyph.
    """
    if isinstance(glyphs, GlyphSet):
        return glyphs
    return load_cached(_find_source(glyphs, config), keep)


def source_names(config: Mapping[str, Any] | None = None) -> list[str]:
    """The names that `load_glyphs` knows with this configuration (the home folder's where not given)."""
    return [EMBEDDED_SOURCE, *(config_load() if config is None else config)["datasets"]]


def _find_source(glyphs: object, config: Mapping[str, Any] | None) -> Source:
    if isinstance(glyphs, os.PathLike):
        return _in_folder(os.fspath(glyphs))
    if not isinstance(glyphs, str) or not glyphs:
        raise InputError(f"glyphs is {glyphs!r}", allowed="a glyph source's name, a folder or a GlyphSet")
    if glyphs == EMBEDDED_SOURCE:
        return embedded_source()
    config = config_load() if config is None else config
    if glyphs in config["datasets"]:
        entry = config["datasets"][glyphs]
        check_source(glyphs, entry)
        return _in_folder(entry["path"], entry.get("kind"), glyphs)
    if os.path.basename(glyphs) != glyphs or os.path.exists(glyphs):
        return _in_folder(glyphs)
    names = source_names(config)
    raise InputError(
        f"unknown glyph source {glyphs!r}",
        allowed=f"{', '.join(names)}, or a folder of glyphs",
        do=did_you_mean(glyphs, names),
    )


def _in_folder(path: str, kind: str | None = None, name: str | None = None) -> Source:
    """The source in a folder, of the given kind or of what is found there; called as the folder where not named."""
    called = f"the glyph source {name!r}" if name else "the glyph source"
    # The real path: a link that is turned to another folder is another source.
    try:
        folder = Path(os.path.realpath(os.path.expanduser(path)))
    except ValueError as error:
        raise InputError(f"{path!r} is no path ({error})") from error
    if not folder.is_dir():
        problem = "is no folder" if folder.exists() else "does not exist"
        raise InputError(f"{called} {problem}", where=str(folder))
    tried = [kind] if kind else list(_FINDERS)
    try:
        for one in tried:  # in this order: sub-folders beside an idx pair need not be named by characters
            source = _FINDERS[one](folder, name or folder.name)
            if source is not None:
                return source
    except OSError as error:
        raise InputError(f"{called} cannot be read ({error.strerror})", where=str(folder)) from error
    layouts = " or ".join(_LAYOUTS[one] for one in tried)
    raise InputError(f"{called} holds no glyphs", where=str(folder), allowed=layouts)
