"""Finds idx pairs: in a folder, in the layouts that others make, and the pair that a single file belongs to.

mnist/train-images-idx3-ubyte.gz ...     the four files, plain or gzipped
data/MNIST/raw/train-images-idx3-ubyte   torchvision's layout; given as `data`, `data/MNIST` or `data/MNIST/raw`
mnist/mnist.npz                          the layout of Keras; see npz.py
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mygenerator.errors import InputError
from mygenerator.files import DOWNLOAD_FIRST, is_in_icloud
from mygenerator.glyphs.cache import Source
from mygenerator.glyphs.character_folder import named_character
from mygenerator.glyphs.idx import IMAGES_MAGIC, LABEL_ROWS_MAGIC, LABELS_MAGIC, WANTED, IdxSource, magic_of
from mygenerator.glyphs.parts import can_be_partners, choose, suffix, words_of
from mygenerator.glyphs.places import Asked
from mygenerator.glyphs.what_is import what_is
from mygenerator.litter import is_copy_or_part, is_litter

_RAW = "raw"
_HIDE = "remove it, or hide it with a leading dot"
_IDX_NAME = re.compile("idx[0-9]|-ubyte")


@dataclass(frozen=True)
class _Files:
    """The idx files of a folder, by what the names of an image file and its label file have in common.

    `others` are named like idx files, or are of another type; `leftovers` are backups and unfinished downloads.
    """

    images: dict[str, Path]
    labels: dict[str, Path]
    others: list[Path]
    leftovers: list[Path]

    @property
    def pairs(self) -> list[tuple[Path, Path]]:
        """Each image file with its label file."""
        if len(self.images) == len(self.labels) == 1:
            ((images,), (labels,)) = self.images.values(), self.labels.values()
            return [(images, labels)] if can_be_partners(images.name, labels.name) else []
        return [(path, self.labels[key]) for key, path in self.images.items() if key in self.labels]

    @property
    def alone(self) -> list[Path]:
        """The files without a partner."""
        paired = {path for pair in self.pairs for path in pair}
        return [path for path in (*self.images.values(), *self.labels.values()) if path not in paired]


def find_pair(asked: Asked) -> Source | None:
    """The pair that is asked for; None if the folder holds none.

    If a file is there both plain and gzipped, the plain one is used.

    Raises
    ------
    InputError
        If it is not clear which of several pairs is meant, if an image or label file has no partner, or if a file that
        is named like an idx file is not one.
    """
    files = _files(asked.folder)
    _check_readable(files.others, asked)
    if asked.file is None:
        if files.leftovers:
            raise InputError(
                "this idx file is a backup or part of a download, by its name", where=str(files.leftovers[0]), do=_HIDE
            )
        misnamed = [path for path in files.others if _IDX_NAME.search(path.name.lower())]
        if misnamed:
            raise _not_a_pair_s(misnamed[0], "named like an idx file, but it ")
    if files.images or files.labels:
        return _chosen(asked, files)
    nested = _nested(asked.folder)
    if len(nested) > 1:
        found_in = ", ".join(str(one.relative_to(asked.folder)) for one in nested)
        raise InputError(
            f"idx files are in several of its folders: {found_in}",
            where=asked.shown,
            do="give one of them",
        )
    if nested:
        return find_pair(replace(asked, folder=nested[0]))
    found = _in_npz(asked)
    if found is None and files.others:
        raise _not_a_pair_s(files.others[0], "")
    return found


def _files(folder: Path) -> _Files:
    images: dict[str, Path] = {}
    labels: dict[str, Path] = {}
    others, leftovers = [], []
    for path in sorted(folder.iterdir(), key=lambda path: (path.suffix == ".gz", path.name)):
        if is_litter(path.name) or not path.is_file():
            continue
        magic, name = magic_of(path), _pair_name(path)
        if is_copy_or_part(path.name):
            if _IDX_NAME.search(path.name.lower()) or what_is(path).kind == "idx":
                leftovers.append(path)
        elif magic == IMAGES_MAGIC:
            images.setdefault(name, path)
        elif magic in (LABELS_MAGIC, LABEL_ROWS_MAGIC) and not (name in labels and "image" in path.name.lower()):
            labels.setdefault(name, path)
        elif _IDX_NAME.search(path.name.lower()) or (magic[:2] == b"\0\0" and what_is(path).kind == "idx"):
            others.append(path)
    return _Files(images, labels, others, leftovers)


def _pair_name(path: Path) -> str:
    """What the names of an image file and its label file have in common."""
    name = path.name.removesuffix(".gz").lower()
    return re.sub("images?|labels?", "*", re.sub("idx[123]-(ubyte|int)|idx[123]", "idx", name))


def _chosen(asked: Asked, files: _Files) -> IdxSource:
    pairs = files.pairs
    if asked.file is not None:
        pairs = [pair for pair in pairs if _pair_name(asked.file) in map(_pair_name, pair)]
    if not pairs or (files.alone and asked.file is None):
        raise _no_partner(asked.file or files.alone[0], files)
    words = [words_of(images.name) for images, _ in files.pairs]
    if asked.file is None:
        shown = [f"{images.name} with {labels.name}" for images, labels in pairs]
        chosen = choose(words, shown, asked.part, asked.shown)
    else:
        chosen = files.pairs.index(pairs[0])
        choose([words[chosen]], [asked.file.name], asked.part, asked.shown)
    images, labels = files.pairs[chosen]
    folder = asked.folder
    # In torchvision's layout, the folder above says which digits they are.
    named_by = folder.parent if folder.name == _RAW and len(files.pairs) > 1 else folder
    name = asked.named(suffix(words, chosen), named_by.name)
    return IdxSource(name, images=images, labels=labels, transposed=asked.transposed)


def _no_partner(alone: Path, files: _Files) -> InputError:
    """The error for an image or label file without the other."""
    other = ""
    if len(files.alone) == 2 and alone in files.alone:
        # Two files that would be a pair if their names did not say otherwise, or could not be one by their names.
        (beside,) = (path for path in files.alone if path != alone)
        if not can_be_partners(alone.name, beside.name):
            other = f", and {beside.name} beside it belongs to another part"
    kind = "labels" if alone in files.images.values() else "images"
    partner = _partner_name(alone)
    do = f"put its {kind} next to it ({partner})"
    if is_in_icloud(alone.with_name(partner)):
        do = f"{partner} is only in iCloud: {DOWNLOAD_FIRST}"
    return InputError(
        f"the idx file has no partner: images need labels and labels images; this is {what_is(alone).text}{other}",
        where=str(alone),
        do=f"{do}; to do without it, {_HIDE}" if files.pairs else do,
    )


def _partner_name(path: Path) -> str:
    """What the file of labels for a file of images is called, or the other way round; plain or packed as that one.

    >>> _partner_name(Path("train-images-idx3-ubyte.gz"))
    'train-labels-idx1-ubyte.gz'
    """
    renamed = {"images": "labels", "image": "label", "idx3": "idx1", "labels": "images", "label": "image"}
    renamed |= {"idx1": "idx3", "idx2-int": "idx3-ubyte"}
    name = re.sub("images?|labels?|idx2-int|idx[13]", lambda found: renamed[found[0]], path.name.lower())
    return name if name != path.name.lower() else "of the same name with labels for images"


def _check_readable(paths: Sequence[Path], asked: Asked) -> None:
    """Raise InputError for a file that cannot be read, if it is meant by its name: it need not be a wrong one."""
    meant = None if asked.file is None else _pair_name(asked.file)
    for path in paths:
        if meant in (None, _pair_name(path)) and (told := what_is(path)).kind == "unreadable":
            raise InputError(f"the file is {told.text}", where=str(path), do=told.do)


def _not_a_pair_s(path: Path, named: str) -> InputError:
    told = what_is(path)
    what = f"the file is {named}is {told.text}" if named else f"the file is {told.text}"
    return InputError(what, where=str(path), allowed=WANTED, do=f"{told.do}, or {_HIDE}" if told.do else _HIDE)


def _nested(folder: Path) -> list[Path]:
    """The folders below that can hold a pair and, by the names of their files, do."""
    below = sorted(path for path in folder.iterdir() if path.is_dir() and not is_litter(path.name))
    tried = [path if path.name == _RAW else path / _RAW for path in below]
    if len(below) == 1 and named_character(below[0].name) is None:
        tried.append(below[0])
    found = [path for path in dict.fromkeys(tried) if path.is_dir() and _names_idx_files(path)]
    # A folder around a folder, as archives are unpacked.
    return found or [inner for path in tried[len(below) :] for inner in _nested(path)]


def _names_idx_files(folder: Path) -> bool:
    return any(_IDX_NAME.search(path.name.lower()) for path in folder.iterdir() if not is_litter(path.name))


def _in_npz(asked: Asked) -> Source | None:
    """The pair in the only .npz file of the folder that holds pairs."""
    paths = sorted(path for path in asked.folder.glob("*.npz") if not is_litter(path.name))
    if not paths:
        return None
    from mygenerator.glyphs.npz import find_in_npz, holds_pairs

    _check_readable(paths, asked)
    holding = [path for path in paths if holds_pairs(path)]
    if len(holding) > 1:
        raise InputError(
            f"the folder holds several files of digits: {', '.join(path.name for path in holding)}",
            where=asked.shown,
            do="give one of them",
        )
    return find_in_npz(replace(asked, file=holding[0]), asked.folder.name) if holding else None
