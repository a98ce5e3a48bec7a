"""From the images and labels of a pair, however they were stored, to raw glyphs: polarity, orientation, known sets.

Used by idx.py and npz.py. A pair has the same content, and so the same place in the cache, in all forms of storage.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

import numpy as np

from mygenerator.errors import InputError
from mygenerator.files import AGAIN
from mygenerator.glyphs.idx_polarity import white_on_black_pair
from mygenerator.glyphs.ingest import INK, RawGlyphs
from mygenerator.glyphs.tails import doubt_about_images, doubt_about_labels

MNIST_LICENCE = "MNIST (Y. LeCun, C. Cortes, C. J. C. Burges), made from NIST Special Database 19"
_MNIST_FILES = {
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609": "mnist",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6": "mnist:test",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7": "mnist:test",
}
"""The sha256 of image files, as distributed or unpacked, and the names of their sets."""

_EMNIST_COUNTS = (240_000, 40_000)
"""How many images the training and the test file of EMNIST's digits have."""

_ONE = 1
_MOST_ONES, _LEAST_ONES = 1000, 20
_CLEARLY_LONGER, _CLEAR_SHARE = 1.25, 0.75


@dataclass(frozen=True)
class PairFacts:
    """What is known about a pair beside its images and labels.

    Parameters
    ----------
    name, licence : str
        Used if the images are not known by their content.
    canvas : (height, width)
        The smallest size of the canvas, in pixels.
    transposed : bool, optional
        Whether rows and columns are exchanged, as in EMNIST's files; None if that is to be found out.
    images, labels : str
        Where they are, for messages.
    is_emnist : bool
        Whether a file's name says that it is one of EMNIST's.
    """

    name: str
    licence: str
    canvas: tuple[int, int]
    transposed: bool | None
    images: str
    labels: str
    is_emnist: bool

    @property
    def key(self) -> str:
        """What of this decides which glyphs are made, for a source's key."""
        said = {True: " transposed", False: " upright", None: ""}[self.transposed]
        return f"{self.name} {self.images} {self.canvas}{said}"


def raw_pair(facts: PairFacts, images: np.ndarray, digits: np.ndarray, file_digest: str | None = None) -> RawGlyphs:
    """The raw glyphs of a pair; row k is image k.

    Parameters
    ----------
    facts : PairFacts
    images : uint8 array (K, h, w)
        As stored.
    digits : uint8 array (K,)
        0 to 9.
    file_digest : str, optional
        sha256 of the image file as it is distributed.

    Raises
    ------
    InputError
        If there are more images than labels or fewer.
    """
    if len(images) != len(digits):
        raise InputError(
            f"{len(images)} images, but {len(digits)} labels in {facts.labels}",
            where=facts.images,
            do=f"give two files of one set, or {AGAIN}",
        )
    values = np.ascontiguousarray(images).data
    judged = white_on_black_pair(images, facts.images)
    shown, transposed, doubt = judged.images, facts.transposed, ""
    if transposed is None:
        transposed, doubt = _is_transposed(facts, shown, digits)
    of_images = (judged.doubt, doubt, doubt_about_images(images))
    notes = [f"{facts.images}: {note}" for note in of_images if note]
    if unfinished := doubt_about_labels(digits):
        notes.append(f"{facts.labels}: {unfinished}")
    # The canvas is part of what the glyphs are, and so is what was done to them; the compression of the files is not.
    head = f"idx {images.shape} {facts.canvas}{' transposed' * transposed}{judged.done}".encode()
    content = hashlib.sha256(head + digits.tobytes())
    content.update(values)
    unpacked = hashlib.sha256(struct.pack(">4B3I", 0, 0, 8, 3, *images.shape))
    unpacked.update(values)
    known = _MNIST_FILES.get(file_digest or "") or _MNIST_FILES.get(unpacked.hexdigest())
    return RawGlyphs(
        source=known or facts.name,
        licence=MNIST_LICENCE if known else facts.licence,
        content=content.hexdigest(),
        images=shown.transpose(0, 2, 1) if transposed else shown,
        codes=digits.astype(np.uint32) + ord("0"),
        rows=np.arange(len(digits)),
        canvas=facts.canvas,
        notes=tuple(notes),
    )


def checked_digits(labels: np.ndarray, where: str) -> np.ndarray:
    """Labels as uint8 (K,); InputError, which names the row, if one is not a digit.

    Parameters
    ----------
    labels : integer array (K,)
    where : str
        The file that they are from.
    """
    wrong = np.flatnonzero((labels < 0) | (labels > 9))
    if wrong.size:
        raise InputError(
            f"the label in row {wrong[0]} is {labels[wrong[0]]}",
            where=where,
            allowed="the digits 0 to 9",
            do="give other characters as a folder with one sub-folder of images for each",
        )
    return labels.astype(np.uint8)


def _is_transposed(facts: PairFacts, images: np.ndarray, digits: np.ndarray) -> tuple[bool, str]:
    """Whether a pair is stored as EMNIST's files are, by its name, its size and its 1s; and what to know of that."""
    lying = _ones_lie(images, digits)
    otherwise = "if that is wrong, set `transposed: {}` for this source in a configuration file"
    if facts.is_emnist and lying is False:
        return False, (
            "in EMNIST's own files rows and columns are exchanged, but here the 1s stand upright, so the images are "
            f"used as they are; {otherwise.format('true')}"
        )
    if facts.is_emnist or (len(images) in _EMNIST_COUNTS and lying):
        return True, (
            "taken for one of EMNIST's files, in which rows and columns are exchanged, so the digits are set upright; "
            f"{otherwise.format('false')}"
        )
    if lying:
        return False, (
            "the 1s lie on their side; if rows and columns are exchanged, as in EMNIST's files, set `transposed: true` "
            "for this source in a configuration file"
        )
    return False, ""


def _ones_lie(images: np.ndarray, digits: np.ndarray) -> bool | None:
    """Whether the 1s are wider than they are tall; None if they are too few, or do not agree."""
    ones = images[np.flatnonzero(digits == _ONE)[:_MOST_ONES]] >= INK
    if len(ones) < _LEAST_ONES:
        return None
    tall, wide = ones.any(axis=2).sum(axis=1), ones.any(axis=1).sum(axis=1)
    if np.mean(wide > tall * _CLEARLY_LONGER) >= _CLEAR_SHARE:
        return True
    return False if np.mean(tall > wide * _CLEARLY_LONGER) >= _CLEAR_SHARE else None
