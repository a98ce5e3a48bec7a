"""Folders with a sub-folder of images for each label: which files are taken, and which images are left.

The one rule for glyphs and for ImageDataset: a label's images lie in its own folder, not in folders below it. What
systems leave behind is passed over without a word. Whatever else looks like an image and is not taken is counted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mygenerator.errors import InputError, counted
from mygenerator.files import link_fault, name_in_icloud
from mygenerator.litter import is_litter
from mygenerator.util_image.kinds import looks_like_image_name
from mygenerator.util_image.own_folders import check_not_saved

_MOST_COUNTED = 10_000
_MOST_SHOWN = 3


@dataclass
class LabelFolders:
    """What a folder of labels holds. All names are paths from the folder, with `/`.

    Attributes
    ----------
    labels : dict of str -> list of str
        For each sub-folder, the names of the files taken in it.
    unlike : list of str
        Images in a label's folder whose names were not wanted.
    folders : list of str
        Folders below a label's.
    below : list of str
        Images in them.
    beside : list of str
        Images next to the labels' folders.
    elsewhere : list of str
        Images that are only in iCloud: what is here of `a.png` is a small file `.a.png.icloud`.
    """

    labels: dict[str, list[str]] = field(default_factory=dict)
    unlike: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    below: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def left(self, wanted: str) -> str | None:
        """What was not taken, in words; `wanted` says which names were. None if nothing was left."""
        kinds = (
            (self.unlike, f"of other names than {wanted}"),
            (self.below, "in a folder below a label's"),
            (self.beside, "beside the labels' folders"),
            (self.elsewhere, "that iCloud has not downloaded to this disk"),
        )
        parts = [f"{counted(len(names), 'image')} {where} ({_shown(names)})" for names, where in kinds if names]
        empty = sorted(label for label, names in self.labels.items() if not names)
        if empty:
            parts.append(f"no image is taken for {counted(len(empty), 'label')} ({_shown(empty)})")
        return "; ".join(parts) or None


def list_label_folders(folder: Path, takes: Callable[[str], bool], hidden: bool = False) -> LabelFolders:
    """Go through a folder and its sub-folders.

    Parameters
    ----------
    folder : Path
    takes : callable
        Whether a file of that name is taken.
    hidden : bool
        Whether hidden files are asked about too.

    Raises
    ------
    InputError
        If a sub-folder's name is not text or it holds a data set of this package, a link leads nowhere, or a pipe or a
        device has the name of an image.
    OSError
        If a folder cannot be read.
    """
    found = LabelFolders()
    for entry in _entries(folder):
        if is_litter(entry.name):
            if (there := name_in_icloud(entry.name)) is not None and looks_like_image_name(there):
                found.elsewhere.append(there)
            continue
        if not _is_folder(entry):
            if looks_like_image_name(entry.name):
                found.beside.append(entry.name)
            continue
        _check_text(entry)
        found.labels[entry.name] = [*_files(entry, takes, hidden, found)]
    return found


def _files(label: os.DirEntry, takes: Callable[[str], bool], hidden: bool, found: LabelFolders) -> Iterator[str]:
    entries = _entries(label.path)
    check_not_saved(label.path, {entry.name for entry in entries})
    for entry in entries:
        if is_litter(entry.name):
            if (there := name_in_icloud(entry.name)) is not None:
                found.elsewhere.append(f"{label.name}/{there}")
            if hidden and entry.name.startswith(".") and takes(entry.name):
                yield entry.name
            continue
        taken = takes(entry.name)
        if not (taken or entry.is_symlink() or entry.is_dir()):
            if looks_like_image_name(entry.name):
                found.unlike.append(f"{label.name}/{entry.name}")
        elif _is_folder(entry):
            found.folders.append(f"{label.name}/{entry.name}")
            found.below += _images_below(entry.path, found.folders[-1], takes, _MOST_COUNTED - len(found.below))
        elif not taken:
            if looks_like_image_name(entry.name):
                found.unlike.append(f"{label.name}/{entry.name}")
        elif entry.is_file():
            yield entry.name
        else:
            raise InputError(
                "this is a pipe, a socket or a device, not an image", where=entry.path, do="move it elsewhere"
            )


def _entries(folder: str | Path) -> list[os.DirEntry]:
    with os.scandir(folder) as entries:
        return list(entries)


def _is_folder(entry: os.DirEntry) -> bool:
    """Whether it is a folder, or a link to one; InputError for a link that leads nowhere."""
    try:
        if entry.is_symlink():
            os.stat(entry.path)
        return entry.is_dir()
    except OSError as error:
        if entry.is_symlink():
            raise link_fault(Path(entry.path)) from None
        raise InputError(f"it cannot be looked at ({error.strerror})", where=entry.path) from None


def _check_text(entry: os.DirEntry) -> None:
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        raise InputError(
            "the folder's name is not UTF-8, so it cannot be a label", where=repr(entry.path), do="rename it"
        ) from None


def _images_below(folder: str, name: str, takes: Callable[[str], bool], room: int) -> list[str]:
    """Up to `room` images in a folder and those below it; links are not followed."""
    images: list[str] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [below for below in folders if not is_litter(below)]
        here = name + place[len(folder) :].replace(os.sep, "/")
        shown = (file for file in files if not is_litter(file) and (takes(file) or looks_like_image_name(file)))
        images += [f"{here}/{file}" for file in shown]
        if len(images) >= room:
            break
    return images[:room]


def _shown(names: list[str]) -> str:
    shown = ", ".join(sorted(names)[:_MOST_SHOWN])
    return shown if len(names) <= _MOST_SHOWN else f"{shown}, ..."
