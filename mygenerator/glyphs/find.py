"""From what a user names to a glyph source: a name, a folder, a file, or a part of one of them (`mnist:test`).

Finds only; cache.py opens what is found. Used by `load_glyphs`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from mygenerator.beginnings import ARCHIVE_ENDINGS
from mygenerator.config import EMBEDDED_SOURCE, PUBLIC_SOURCES, check_source, config_load
from mygenerator.errors import InputError, did_you_mean
from mygenerator.files import WITH_ITS_PROGRAM, check_shipped, given_path, link_fault, not_there
from mygenerator.glyphs.cache import Source
from mygenerator.glyphs.character_folder import find_characters
from mygenerator.glyphs.idx_folder import find_pair
from mygenerator.glyphs.instead import holds_instead, in_archive, instead_of, is_part_of_split, no_glyphs
from mygenerator.glyphs.optdigits import embedded_source
from mygenerator.glyphs.part_folders import find_part
from mygenerator.glyphs.places import Asked, find_place, full_path, is_glyph_place, split_part, why_refused
from mygenerator.glyphs.what_is import what_is
from mygenerator.logs import logw_once

_LAYOUTS = {"idx": "an idx image and label pair", "folder": "one sub-folder of images for each character"}
_FILES = f"a folder, an idx file, an .npz file, or an archive ({', '.join(ARCHIVE_ENDINGS)})"


def source_names(config: Mapping[str, Any] | None = None) -> list[str]:
    """The names that `load_glyphs` knows with this configuration (by default the home folder's)."""
    configured = (config_load() if config is None else config)["datasets"]
    return list(dict.fromkeys([EMBEDDED_SOURCE, *PUBLIC_SOURCES, *configured]))


def is_source_name(text: str, config: Mapping[str, Any] | None = None) -> bool:
    """Whether `load_glyphs` knows this name, or that of a part of a configured source such as `mine:test`."""
    config = config_load() if config is None else config
    return text in source_names(config) or split_part(text)[0] in config["datasets"]


def find_source(glyphs: object, config: Mapping[str, Any] | None) -> Source:
    """The source that a user named; see `load_glyphs`."""
    if isinstance(glyphs, os.PathLike):
        return _at(glyphs)
    if not isinstance(glyphs, str) or not glyphs:
        raise InputError(f"glyphs is {glyphs!r}", allowed="a glyph source's name, a folder or a GlyphSet")
    if glyphs == EMBEDDED_SOURCE:
        embedded = embedded_source()
        check_shipped(embedded.images)
        return embedded
    config = config_load() if config is None else config
    entry = config["datasets"].get(glyphs, {})
    if glyphs in PUBLIC_SOURCES and "path" not in entry:
        from mygenerator.glyphs.public import PUBLIC_SETS

        return PUBLIC_SETS[glyphs].source()
    if glyphs in config["datasets"]:
        return _configured(glyphs, entry, None)
    if os.path.basename(glyphs) != glyphs or is_glyph_place(glyphs) or os.path.islink(glyphs):
        return _at(glyphs)
    name, part = split_part(glyphs)
    if name in config["datasets"]:
        return _configured(name, config["datasets"][name], part)
    names = source_names(config)
    raise InputError(
        f"unknown glyph source {glyphs!r}",
        allowed=f"{', '.join(names)}, or a folder of glyphs",
        do=did_you_mean(glyphs, names),
    )


def _configured(name: str, entry: Mapping[str, Any], part: str | None) -> Source:
    """The source of an entry in the configuration, or that part of it."""
    check_source(name, entry)
    path = entry["path"] if "path" in entry else _downloaded(name, entry)
    return _at(path, entry.get("kind"), name, entry.get("transposed"), part)


def _downloaded(name: str, entry: Mapping[str, Any]) -> Path:
    """The folder that an archive's glyphs are unpacked to; the archive is downloaded if it is not here yet."""
    from mygenerator.glyphs.sources import archive_of

    return archive_of(name, entry).folder()


def _at(
    path: str | os.PathLike,
    kind: str | None = None,
    name: str | None = None,
    transposed: bool | None = None,
    part: str | None = None,
) -> Source:
    """The source at a path, of the given kind or the kind found there; its name is by default that of its place."""
    called = f"the glyph source {name!r}" if name else "the glyph source"
    place = find_place(path)
    if place is None:
        raise _nothing_at(path, called)
    if part and place.part:
        raise InputError(f"the glyph source {name!r} is a part already, {path}", do=f"leave :{part} away")
    own = f"{name}:{part}" if part else name
    shown = name if name and not place.part else str(place.path)
    asked = Asked(place.path, shown, own, part or place.part, transposed)
    try:
        return _in_file(asked, kind, called) if not place.path.is_dir() else _in_folder(asked, kind, called)
    except OSError as error:
        if error.errno == errno.ELOOP and error.filename is not None:
            raise link_fault(Path(os.fsdecode(error.filename))) from None
        raise InputError(f"{called} cannot be read ({error.strerror})", where=str(place.path)) from error


def _nothing_at(given: str | os.PathLike, called: str) -> InputError:
    """The error for a path where no folder and no file is found."""
    path = full_path(given)
    if (error := not_there(given_path(given).absolute())) is not None:
        return error
    refused = why_refused(path)
    return InputError(f"{called} {f'cannot be read ({refused})' if refused else 'does not exist'}", where=str(path))


def _in_file(asked: Asked, kind: str | None, called: str) -> Source:
    """The source that a file is, or is a part of."""
    path = asked.folder
    told = what_is(path)
    if told.kind in ("zip", "tar.gz") and not is_part_of_split(path.name):
        from mygenerator.glyphs.local_archive import archive_name, unpacked

        folder = unpacked(path)
        try:
            # The name is the archive's: that of the folder it is unpacked to says nothing.
            return _in_folder(replace(asked, folder=folder, called=archive_name(path)), kind, called)
        except InputError as error:
            raise in_archive(error, folder, path) from None
    if kind != "folder" and told.kind == "idx":
        found = find_pair(replace(asked, folder=path.parent, file=path))
        if found is not None:
            return found
    if kind != "folder" and told.kind == "npz":
        from mygenerator.glyphs.npz import find_in_npz

        return find_in_npz(replace(asked, file=path), path.stem)
    if is_part_of_split(path.name):
        what = f"{called} is one part of an archive that was split"
        raise InputError(what, where=str(path), do=f"{WITH_ITS_PROGRAM} with the digits")
    if told.kind == "unreadable":
        raise InputError(f"{called} is {told.text}", where=str(path), do=told.do)
    instead = instead_of(path.name)
    do = told.do or (f"{path.name} is {instead}" if instead else None)
    raise InputError(f"{called} is not a folder but {told.text}", where=str(path), allowed=_FILES, do=do)


def _in_folder(asked: Asked, kind: str | None, called: str) -> Source:
    for one in [kind] if kind else list(_LAYOUTS):
        source = _FINDERS[one](asked)
        if source is not None:
            if one == "idx" and not kind:
                _say_what_is_beside(asked.folder)
            return source
    layouts = " or ".join(_LAYOUTS[one] for one in ([kind] if kind else _LAYOUTS))
    raise no_glyphs(asked, called, layouts, takes_images=kind != "idx")


def _say_what_is_beside(folder: Path) -> None:
    """Log that folders of characters lie beside an idx pair, if they do: somebody might mean these."""
    characters = sorted(path.name for path in folder.iterdir() if len(path.name) == 1 and path.is_dir())
    if len(characters) > 1:
        logw_once(
            f"{folder} holds an idx pair, which is taken, and sub-folders {', '.join(characters)}, which are not: "
            "move one of the two elsewhere, or say kind: folder in the configuration"
        )


def _find_characters(asked: Asked) -> Source | None:
    """The folder of characters, or that of a part of it; it is not transposed."""
    divided = find_part(asked.folder, asked.part, asked.shown)
    if divided is not None:
        name = asked.named(divided.suffix, asked.folder.name)
        asked = replace(asked, folder=divided.folder, shown=str(divided.folder), name=name, part=None)
    try:
        found = find_characters(asked.folder, asked.named("", asked.folder.name))
    except InputError as error:
        if error.do is not None or (do := holds_instead(asked.folder)) is None:
            raise
        raise InputError(error.what, where=error.where, allowed=error.allowed, do=do) from None
    if found is not None and asked.part:
        raise InputError(
            f"the glyph source has no part {asked.part!r}: it is a folder of characters",
            where=asked.shown,
            do=f"leave :{asked.part} away",
        )
    if found is not None and asked.transposed is not None:
        raise InputError("transposed is given for a folder of characters", where=asked.shown, allowed="an idx pair")
    return found


_FINDERS: dict[str, Callable[[Asked], Source | None]] = {"idx": find_pair, "folder": _find_characters}
"""How a source of each kind is found, in this order: sub-folders next to an idx pair need not be characters."""
