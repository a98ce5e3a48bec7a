"""Folders that are divided into parts, each with one sub-folder for each label: MNIST as PNG files, for example.

mnist_png/training/0/1.png ... mnist_png/testing/9/7.png      given as `mnist_png` or `mnist_png:test`

Used for glyphs by find.py, and by ImageDataset.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from mygenerator.glyphs.character_folder import named_character
from mygenerator.glyphs.parts import TEST, TRAIN, choose, suffix, words_of
from mygenerator.litter import is_litter
from mygenerator.util_image.kinds import looks_like_image_name


@dataclass(frozen=True)
class PartFolder:
    """The part of a folder that is used.

    Parameters
    ----------
    folder : Path
        It holds the folders of the labels.
    suffix : str
        What the name of a source has after the name of the place: nothing for the training part.
    """

    folder: Path
    suffix: str


def find_part(folder: Path, part: str | None, shown: str) -> PartFolder | None:
    """The part of a folder that is asked for; None if the folder is not divided into parts.

    It is divided if its sub-folders are called by words for training or test, alone or among other words, and each
    holds folders but no images. Sub-folders without any folder in them are passed over.

    Parameters
    ----------
    folder : Path
    part : str, optional
        What the user wrote after the colon; by default the training part is used, and a log line says so.
    shown : str
        What the user calls the folder, for messages.

    Raises
    ------
    InputError
        If there is no such part, or it is not clear which one is meant.
    """
    below = sorted(path for path in folder.iterdir() if not is_litter(path.name) and path.is_dir())
    parts = [path for path in below if _holds_folders(path)]
    words = [words_of(path.name) for path in parts]
    if not parts or any(named_character(path.name) is not None for path in below):
        return None
    if not any({TRAIN, TEST} & set(own) for own in words) or any(map(_holds_images, below)):
        return None
    chosen = choose(words, [path.name for path in parts], part, shown, "part")
    return PartFolder(parts[chosen], suffix(words, chosen))


def _holds_folders(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(entry.is_dir() and not is_litter(entry.name) for entry in entries)


def _holds_images(folder: Path) -> bool:
    with os.scandir(folder) as entries:
        return any(looks_like_image_name(entry.name) and not is_litter(entry.name) for entry in entries)
