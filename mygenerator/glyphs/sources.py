"""The glyph sources that a configuration names, and the archives of glyphs that its `url` points to.

Uses download.py, archive.py and public.py; glyphs/__init__.py opens what is found.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mygenerator.config import EMBEDDED_SOURCE, check_source
from mygenerator.errors import InputError
from mygenerator.files import NoHomeError, home_folder
from mygenerator.glyphs.archive import unpack
from mygenerator.glyphs.character_folder import named_character
from mygenerator.glyphs.download import RemoteFile, check_content, downloads_folder, fetch, locked, sha256_of
from mygenerator.glyphs.optdigits import embedded_source
from mygenerator.glyphs.places import is_glyph_place, why_refused, without_part
from mygenerator.glyphs.public import PUBLIC_SETS
from mygenerator.litter import is_litter
from mygenerator.logs import logw


@dataclass(frozen=True)
class KnownSource:
    """What is known about a glyph source without opening it.

    Parameters
    ----------
    name : str
    kind : str
        "idx", "folder", or "" if the configuration does not say.
    licence : str
        The terms under which its glyphs may be used, and whose they are; "" if unknown.
    place : Path, optional
        The folder or file where it is, or where its files go when it is downloaded or put there by hand.
    present : bool
        Whether it is here, so that opening it needs no network.
    note : str
        What a user should know, such as why it cannot be used.
    """

    name: str
    kind: str
    licence: str
    place: Path | None
    present: bool
    note: str = ""


def known(name: str, entry: Mapping[str, Any]) -> KnownSource:  # pylint: disable=too-many-return-statements
    """What is known about the source of that name; its entry in the configuration can be empty."""
    if name == EMBEDDED_SOURCE:
        embedded = embedded_source()
        return KnownSource(name, "idx", embedded.licence, embedded.images.parent, True, "comes with the package")
    if "path" not in entry:
        try:
            home_folder()
        except NoHomeError as error:
            # What is downloaded is kept in the home folder.
            public_set = PUBLIC_SETS.get(name)
            return KnownSource(name, "idx", "" if public_set is None else public_set.licence, None, False, str(error))
    if name in PUBLIC_SETS and "path" not in entry:
        public = PUBLIC_SETS[name]
        note = "; ".join(filter(None, [public.note, f"{public.size / 1e6:,.0f} MB to download" * (not public.is_here)]))
        place = public.pair[0].parent if public.is_here else public.place
        return KnownSource(name, "idx", public.licence, place, public.is_here, note)
    kind = entry.get("kind") or ""
    try:
        check_source(name, entry)
    except InputError as error:
        return KnownSource(name, kind, "", None, False, str(error))
    if "path" in entry:
        is_here = is_glyph_place(entry["path"])
        place = without_part(entry["path"]) if is_here else Path(entry["path"])
        refused = why_refused(place)
        why = f"cannot be used: it cannot be read ({refused})" if refused else "there is no such folder"
        return KnownSource(name, kind, "", place, is_here, "" if is_here else why)
    archive = archive_of(name, entry)
    if archive.is_here:
        return KnownSource(name, kind, "", archive.folder(), True)
    return KnownSource(name, kind, "", archive.place, False, f"to be downloaded from {archive.urls[0]}")


def archive_of(name: str, entry: Mapping[str, Any]) -> ArchiveOfGlyphs:
    """The archive that a configuration's entry with a `url` describes."""
    return ArchiveOfGlyphs(name, tuple(entry["url"]), entry.get("sha256"))


@dataclass(frozen=True)
class ArchiveOfGlyphs:
    """An archive in the configuration file: `url`, with or without `sha256`.

    Parameters
    ----------
    name : str
        The source's name.
    urls : tuple of str
        Mirrors of one archive.
    sha256 : str, optional
    """

    name: str
    urls: tuple[str, ...]
    sha256: str | None = None

    @property
    def file(self) -> RemoteFile:
        """The archive under the name that it has at its first address."""
        name = unquote(urlsplit(self.urls[0]).path).rpartition("/")[2]
        return RemoteFile(as_file_name(name), self.urls, self.sha256)

    @property
    def place(self) -> Path:
        """The folder of the archive: each address has its own folder, so two configurations do not mix."""
        digest = hashlib.sha256(self.urls[0].encode()).hexdigest()
        return downloads_folder() / f"{as_file_name(self.name)}-{digest[:8]}"

    @property
    def is_here(self) -> bool:
        """Whether it is unpacked."""
        return self._unpacked.is_dir()

    def folder(self) -> Path:
        """The folder of the unpacked glyphs, downloaded if they are not here yet.

        If the archive's only entry is a folder, this is that folder.

        Raises
        ------
        InputError
            If it cannot be downloaded or unpacked; see `fetch` and `unpack`.
        """
        if not self.is_here:
            with locked(self.place, self.name):
                if not self.is_here:
                    self._get()
        return inner_folder(self._unpacked)

    @property
    def _unpacked(self) -> Path:
        # Named by its hash, so that content unpacked without verification is not taken for verified content later.
        return self.place / f"unpacked{'' if self.sha256 is None else f'-{self.sha256[:16]}'}"

    def _get(self) -> None:
        archive = self.place / self.file.name
        if self.sha256 is not None:
            if not fetch(self.name, [self.file], self.place):
                check_content([(archive, self.file)])
            unpack(archive, self._unpacked)
            return
        # The only sign that a mirror sent the right thing is that it can be unpacked.
        if not fetch(self.name, [self.file], self.place, accept=self._unpack):
            self._unpack(archive)
        logw(
            f"the content of the glyph source {self.name!r} is not verified: its configuration gives no sha256; "
            f"the downloaded archive has {sha256_of(archive)}"
        )

    def _unpack(self, archive: Path) -> None:
        shutil.rmtree(self._unpacked, ignore_errors=True)
        unpack(archive, self._unpacked)


def as_file_name(name: str) -> str:
    """The name as a file name that every system allows."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name).strip(".")[-60:] or "source"


def inner_folder(folder: Path) -> Path:
    """The folder; but while all that it holds is one folder whose name is not a character, that folder instead."""
    while True:
        visible = [path for path in folder.iterdir() if not is_litter(path.name)]
        if len(visible) != 1 or not visible[0].is_dir():
            return folder
        has_folders = any(path.is_dir() for path in visible[0].iterdir() if not is_litter(path.name))
        if not has_folders and named_character(visible[0].name) is not None:
            return folder
        folder = visible[0]
