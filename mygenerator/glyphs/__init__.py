"""Sources of glyph images: from a source's name or a folder to a GlyphSet.

Readers (idx.py, character_folder.py, optdigits.py) find and read files, ingest.py cleans the glyphs, base.py holds them
as a GlyphSet and cache.py stores it. sources.py and public.py know which sources have names; download.py and archive.py
fetch them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mygenerator.config import EMBEDDED_SOURCE, PUBLIC_SOURCES, check_source, config_load
from mygenerator.errors import InputError, did_you_mean
from mygenerator.files import given_path
from mygenerator.glyphs.base import GlyphSet
from mygenerator.glyphs.cache import Source, cached_content, load_cached
from mygenerator.glyphs.character_folder import find_characters
from mygenerator.glyphs.idx import find_idx_pair
from mygenerator.glyphs.ingest import INK, MAX_SIDE
from mygenerator.glyphs.optdigits import embedded_source

if TYPE_CHECKING:
    from mygenerator.glyphs.sources import KnownSource

__all__ = ["INK", "MAX_SIDE", "GlyphSet", "known_sources", "load_glyphs", "source_names"]

_FINDERS: dict[str, Callable[[Path, str], Source | None]] = {"idx": find_idx_pair, "folder": find_characters}
_LAYOUTS = {"idx": "an idx image and label pair", "folder": "one sub-folder of images for each character"}


def load_glyphs(
    glyphs: GlyphSet | str | os.PathLike,
    config: Mapping[str, Any] | None = None,
    keep: bool = True,
    content: str | None = None,
) -> GlyphSet:
    """The glyphs that a user named.

    Parameters
    ----------
    glyphs : GlyphSet, str or path
        A set is returned as it is. A str is a source's name (`optdigits`, a public set such as `mnist:test`, or a name
        in the configuration file) or else a folder. A Path is a folder: with an idx image and label pair, or with one
        sub-folder for each character. A named source that is not here yet is downloaded into the home folder.
    config : dict, optional
        What `config_load` returned; by default the home folder's configuration.
    keep : bool
        Whether to store glyphs that are not in the cache yet. False writes nothing except the files of a source that
        has to be downloaded: without them there is nothing to plan with.
    content : str, optional
        The `GlyphSet.content` that is wanted from a public set. If its files are not here but the cache has that
        content, read from files elsewhere, it is taken from the cache and nothing is downloaded. In all other cases
        the caller has to check that the set has that content.

    Returns
    -------
    GlyphSet
        Memory-mapped from the cache if it is there or can be stored there.

    Raises
    ------
    InputError
        If the name is unknown, or the source cannot be downloaded, cannot be read or has no usable glyph.
    """
    if isinstance(glyphs, GlyphSet):
        return glyphs
    if content is not None and isinstance(glyphs, str) and glyphs in PUBLIC_SOURCES:
        kept = _kept_public(glyphs, config, content)
        if kept is not None:
            return kept
    return load_cached(_find_source(glyphs, config), keep)


def source_names(config: Mapping[str, Any] | None = None) -> list[str]:
    """The names that `load_glyphs` knows with this configuration (by default the home folder's)."""
    configured = (config_load() if config is None else config)["datasets"]
    return list(dict.fromkeys([EMBEDDED_SOURCE, *PUBLIC_SOURCES, *configured]))


def known_sources(config: Mapping[str, Any] | None = None) -> list[KnownSource]:
    """The sources that `load_glyphs` knows by name: where they are, their licences, and whether they are here.

    Parameters
    ----------
    config : dict, optional
        What `config_load` returned; by default the home folder's configuration.

    Returns
    -------
    list of KnownSource
        The embedded one, the public sets and the configuration's. An entry with the name of a public set and a path
        replaces that set. Nothing is opened, downloaded or made.

    Examples
    --------
    >>> first = known_sources({"current_dataset": "optdigits", "datasets": {}})[0]
    >>> first.name, first.present, first.licence[:9]
    ('optdigits', True, 'CC BY 4.0')
    """
    from mygenerator.glyphs.sources import known

    config = config_load() if config is None else config
    return [known(name, config["datasets"].get(name, {})) for name in source_names(config)]


def _kept_public(name: str, config: Mapping[str, Any] | None, content: str) -> GlyphSet | None:
    """The content of a public set whose files are not here, from the cache; None if the cache cannot provide it."""
    from mygenerator.glyphs.public import PUBLIC_SETS

    entry = (config_load() if config is None else config)["datasets"].get(name, {})
    public = PUBLIC_SETS[name]
    return None if "path" in entry or public.is_here else cached_content(content, name, public.licence)


def _find_source(glyphs: object, config: Mapping[str, Any] | None) -> Source:
    if isinstance(glyphs, os.PathLike):
        return _in_folder(os.fspath(glyphs))
    if not isinstance(glyphs, str) or not glyphs:
        raise InputError(f"glyphs is {glyphs!r}", allowed="a glyph source's name, a folder or a GlyphSet")
    if glyphs == EMBEDDED_SOURCE:
        return embedded_source()
    config = config_load() if config is None else config
    entry = config["datasets"].get(glyphs, {})
    if glyphs in PUBLIC_SOURCES and "path" not in entry:
        from mygenerator.glyphs.public import PUBLIC_SETS

        return PUBLIC_SETS[glyphs].source()
    if glyphs in config["datasets"]:
        check_source(glyphs, entry)
        return _in_folder(entry["path"] if "path" in entry else _unpacked(glyphs, entry), entry.get("kind"), glyphs)
    if os.path.basename(glyphs) != glyphs or glyphs.startswith("~") or os.path.exists(glyphs):
        return _in_folder(glyphs)
    names = source_names(config)
    raise InputError(
        f"unknown glyph source {glyphs!r}",
        allowed=f"{', '.join(names)}, or a folder of glyphs",
        do=did_you_mean(glyphs, names),
    )


def _unpacked(name: str, entry: Mapping[str, Any]) -> Path:
    """The folder that an archive's glyphs are unpacked to; the archive is downloaded if it is not here yet."""
    from mygenerator.glyphs.sources import archive_of

    return archive_of(name, entry).folder()


def _in_folder(path: str | os.PathLike, kind: str | None = None, name: str | None = None) -> Source:
    """The source in a folder, of the given kind or the kind found there; its name is by default the folder's."""
    called = f"the glyph source {name!r}" if name else "the glyph source"
    # The real path: when a link is changed to point to another folder, it is another source.
    folder = Path(os.path.realpath(given_path(path, called)))
    tried = [kind] if kind else list(_FINDERS)
    try:
        if not folder.is_dir():
            problem = "is not a folder" if folder.exists() else "does not exist"
            raise InputError(f"{called} {problem}", where=str(folder))
        for one in tried:  # in this order: sub-folders next to an idx pair need not be named after characters
            source = _FINDERS[one](folder, name or folder.name)
            if source is not None:
                return source
    except OSError as error:
        raise InputError(f"{called} cannot be read ({error.strerror})", where=str(folder)) from error
    layouts = " or ".join(_LAYOUTS[one] for one in tried)
    raise InputError(f"{called} holds no glyphs", where=str(folder), allowed=layouts)
