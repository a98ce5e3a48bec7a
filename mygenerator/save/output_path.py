"""Where a data set may be saved: whether a path can be written to, and lies apart from what is read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.files import broken_link
from mygenerator.glyphs import GlyphSet
from mygenerator.transform.transformed import nodes_of


def check_writable(folder: Path) -> None:
    """Raise InputError if a folder cannot be written to, or made; nothing is written or made."""
    if (error := broken_link(folder)) is not None:
        raise error
    try:
        nearest = nearest_folder(folder)
    except (OSError, ValueError) as error:
        raise InputError(f"the output path cannot be used: {error}", where=repr(str(folder))) from None
    if not nearest.is_dir():
        raise InputError("the output path is a file", where=str(nearest), allowed="a folder, or a name that is free")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError("the folder cannot be written to", where=str(nearest), do="choose another output path")


def check_apart(folder: Path, sources: Iterable[Any]) -> None:
    """Raise InputError if an output folder is a folder of labelled images that is read, or lies below it.

    There, it would be a label, or a character, for everything that is made from that folder later.

    Parameters
    ----------
    folder : Path
    sources : iterable of object
        Among them the data sets and glyphs that are read.
    """
    for source in sources:
        taken = source.taken_from if isinstance(source, Dataset | GlyphSet) else None
        if taken is not None and folder.resolve().is_relative_to(taken.resolve()):
            raise InputError(
                f"the output path lies in {taken}, from which images are taken: what is saved there would be taken "
                "for more of them",
                where=str(folder),
                do="choose another output path",
            )


def sources_of(ds: Dataset) -> Iterator[Any]:
    """What a data set begins with, and the parameters of its steps."""
    yield ds.root
    for node in nodes_of(ds):
        yield from vars(node.transform).values()


def nearest_folder(path: Path) -> Path:
    """The nearest part of a path that exists: what decides whether the rest can be made."""
    path = path.absolute()
    for part in chain([path], path.parents):
        try:
            part.stat()
        except FileNotFoundError:
            continue
        except NotADirectoryError:
            # There is a file higher up.
            continue
        return part
    raise FileNotFoundError(str(path))
