"""Folders of images with one sub-folder for each label: which images and labels there are, and what was not taken.

For ImageDataset.
"""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mygenerator.beginnings import LOOK_BYTES, Sort, kind_of
from mygenerator.errors import InputError
from mygenerator.files import DOWNLOAD_FIRST, given_path, not_there, open_file
from mygenerator.logs import logw_once
from mygenerator.util_image.folders import LabelFolders, list_label_folders
from mygenerator.util_image.kinds import IMAGE_ENDINGS, is_image_name, looks_like_image_name

_PATTERN = "a pattern of file names, such as '*.png'"


_TABLES = (".csv", ".tsv", ".parquet", ".arrow", ".feather", ".xlsx", ".json", ".jsonl")


@dataclass(frozen=True)
class FilePattern:
    """Marks a pattern of the names of image files in an annotation, see `mygenerator.parameters`."""

    def check(self, name: str, value: object) -> None:
        """Raise InputError if `value` is no such pattern."""
        if not isinstance(value, str):
            several = isinstance(value, list | tuple | set)
            do = "'*' takes every ending, and the folders then hold images alone" if several else None
            raise InputError(f"{name} is {value!r}", allowed="one pattern of file names, such as '*.png'", do=do)
        if not value or "/" in value or "**" in value:
            raise InputError(f"{name} is {value!r}", allowed=_PATTERN)
        ending = value.lstrip(".")
        if f".{ending.lower()}" in IMAGE_ENDINGS:  # no file is called so
            raise InputError(f"{name} is {value!r}", allowed=_PATTERN, do=f"write '*.{ending}'")

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string"}


def folder_and_part(path: str | os.PathLike) -> tuple[Path, str | None]:
    """The folder, and the part that is written after a colon, unless a folder's own name ends so."""
    folder = given_path(path).absolute()
    if os.path.lexists(folder):
        return folder, None
    # Most folders are there, and not divided: to import data sets must not take as long as to import glyphs.
    from mygenerator.glyphs.places import split_part

    whole, part = split_part(os.fspath(path))
    if part is not None and os.path.isdir(above := given_path(whole).absolute()):
        return above, part
    return folder, None


def list_folder(folder: Path, part: str | None, image_suffix: str) -> tuple[list[str], list[str]]:
    """The label and the file of each image, in the order of their paths; a log line says what was not taken."""
    matches = re.compile(fnmatch.translate(image_suffix.lower())).match
    try:
        if not os.path.exists(folder) and (error := not_there(folder)) is not None:
            raise error
        if not folder.is_dir():
            raise InputError(
                "this is not a folder" if folder.exists() else "this is not a folder: it does not exist",
                where=str(folder),
                allowed="a folder with one sub-folder for each label",
            )
        found = list_label_folders(folder, lambda name: bool(matches(name.lower())), image_suffix.startswith("."))
        divided = None if any(found.labels.values()) else _part_of(folder, part)
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", where=error.filename or str(folder)) from None
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"the folder's name {str(folder)!r} cannot be used ({error})") from None
    if divided is not None:
        return list_folder(divided, None, image_suffix)
    if part is not None:
        raise InputError(
            f"the folder has no part {part!r}: it is not divided into parts",
            where=str(folder),
            do=f"leave :{part} away",
        )
    files = sorted(folder / label / name for label, names in found.labels.items() for name in names)
    left = found.left(repr(image_suffix))
    if not files:
        raise InputError(
            f"no image {image_suffix!r} in any sub-folder{f' ({left})' if left else ''}",
            where=str(folder),
            allowed="one sub-folder for each label, with the images in it",
            do=_advice(found, folder) or _instead(folder, found),
        )
    if image_suffix.endswith("*"):
        _check_kinds(files, image_suffix)
    if left:
        advice = _advice(found)
        logw_once(f"{folder}: not all is taken: {left}{f'; {advice}' if advice else ''}")
    return [file.parent.name for file in files], [str(file) for file in files]


def _check_kinds(files: Sequence[Path], image_suffix: str) -> None:
    """Raise InputError for a file that is no image, where a pattern takes names of every ending."""
    for file in files:
        if looks_like_image_name(file.name):
            continue
        with open_file(file) as opened:
            kind = kind_of(opened.read(LOOK_BYTES))
        if kind is not None and kind.sort not in (Sort.IMAGE, Sort.OTHER_IMAGE):
            raise InputError(
                f"this is not an image but {kind.text}, and image_suffix {image_suffix!r} takes every file",
                where=str(file),
                do="move it elsewhere, or name the ending of the images, as in image_suffix='*.png'",
            )


def _part_of(folder: Path, part: str | None) -> Path | None:
    """The part of a folder that is asked for; None if it is not divided."""
    from mygenerator.glyphs.part_folders import find_part

    found = find_part(folder, part, str(folder))
    return None if found is None else found.folder


def _advice(found: LabelFolders, empty: Path | None = None) -> str | None:
    """How what was not taken can be taken; `empty` is the folder, if nothing was taken."""
    nothing = empty is not None
    endings = sorted({os.path.splitext(name)[1].lower() for name in found.unlike if is_image_name(name)})
    advice = []
    if endings:
        pattern = f"*{endings[0]}" if nothing and len(endings) == 1 else "*"
        advice.append(
            f"image_suffix={pattern!r} takes them" if nothing else f"image_suffix={pattern!r} takes every file"
        )
    if found.below:
        # Somebody might mean the folder below: there, these images would lie in sub-folders.
        inner = sorted({name.partition("/")[0] for name in found.below if name.count("/") == 2})
        other = f", or give {empty / inner[0]}, if its sub-folders are the labels" if empty and inner else ""
        advice.append(f"move images up into their label's folder{other}")
    if found.beside:
        table = ", or give meta, a table with `label` and `uri` for each (in Python)" if nothing else ""
        advice.append(f"put each image into the folder of its label{table}")
        if empty is not None and not found.labels:
            advice.append(f"or give the folder above it, {empty.parent}, if the name of this one is their label")
    if nothing and found.elsewhere:
        advice.append(DOWNLOAD_FIRST.replace("it", "them"))
    return "; ".join(advice) or None


def _instead(folder: Path, found: LabelFolders) -> str | None:
    """What to do about a folder without any image, by what else it holds."""
    for place in ("", *sorted(found.labels)):
        for name in sorted(os.listdir(folder / place)):
            if name.lower().endswith(_TABLES):
                shown = f"{place}/{name}" if place else name
                return (
                    f"{shown} is a table, not an image: if it names image files, read it and give it as meta=TABLE, "
                    "with path=FOLDER (in Python); if it holds pixels, save them as files, each in its label's folder"
                )
    return None
