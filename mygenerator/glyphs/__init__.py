"""Sources of glyph images: from a source's name or a folder to a GlyphSet.

find.py finds a source, by its name or in a place (places.py): idx_folder.py, npz.py, character_folder.py,
part_folders.py and optdigits.py know the layouts. The source reads its files (idx.py, pair.py), scans.py tells ink from
paper in scans, ingest.py cleans the glyphs, base.py holds them as a GlyphSet and cache.py stores it. sources.py and
public.py know which sources have names; download.py, archive.py and local_archive.py fetch and unpack them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mygenerator.config import PUBLIC_SOURCES, config_load
from mygenerator.glyphs.base import GlyphSet
from mygenerator.glyphs.cache import cached_content, is_kept, load_cached
from mygenerator.glyphs.character_folder import FolderSource
from mygenerator.glyphs.find import find_source, is_source_name, source_names
from mygenerator.glyphs.ingest import INK, MAX_SIDE, KeptOut, kept_out_of
from mygenerator.glyphs.places import is_glyph_place
from mygenerator.glyphs.reasons import REASONS

if TYPE_CHECKING:
    from mygenerator.glyphs.sources import KnownSource

__all__ = [
    "INK",
    "MAX_SIDE",
    "REASONS",
    "GlyphSet",
    "KeptOut",
    "is_glyph_place",
    "is_kept",
    "is_source_name",
    "kept_out_glyphs",
    "known_sources",
    "load_glyphs",
    "source_names",
]


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
        sub-folder for each character. In place of the folder it can be an archive of it (.zip, .tar.gz), an idx file,
        or the `mnist.npz` of Keras. If there is a training pair and a test pair, `FOLDER:test` names the test pair;
        the training pair is the default. So it is with folders of characters for training and for test. A named source
        that is not here yet is downloaded into the home folder.
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
    source = find_source(glyphs, config)
    loaded = load_cached(source, keep)
    return replace(loaded, taken_from=source.folder) if isinstance(source, FolderSource) else loaded


def kept_out_glyphs(glyphs: str | os.PathLike, config: Mapping[str, Any] | None = None) -> KeptOut:
    """The images of a source that `load_glyphs` does not use, and why; the source is read, whatever is in the cache.

    Parameters
    ----------
    glyphs : str or path
        A source's name or a folder, as `load_glyphs` takes it.
    config : dict, optional
        What `config_load` returned; by default the home folder's configuration.

    Raises
    ------
    InputError
        If the name is unknown, or the source cannot be downloaded or read.
    """
    return kept_out_of(find_source(glyphs, config).read())


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
