"""Reads idx image and label pairs, the format of MNIST and its family, plain or gzipped.

Source of the format: the page of the MNIST database (Y. LeCun, C. Cortes, C. J. C. Burges). The header has two zero
bytes, a type (8: uint8, 12: big-endian int32) and the number of dimensions, then each dimension as a big-endian uint32;
the values follow. QMNIST's labels are rows of int32, the first of which is the digit.
Every number in a header is checked against the file before anything of that size is made.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from mygenerator.errors import InputError
from mygenerator.glyphs.base import check_size
from mygenerator.glyphs.ingest import RawGlyphs

_GZIP_MAGIC = b"\x1f\x8b"
_IMAGES_MAGIC, _LABELS_MAGIC = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"
_LABEL_ROWS_MAGIC = b"\x00\x00\x0c\x02"
_UNREADABLE = (OSError, EOFError, zlib.error)  # what gzip raises for a file that is truncated or damaged
_READ_BYTES = 1 << 20
MAX_BYTES = 1_000_000_000
"""The most bytes that an idx file can hold, unpacked: a gzipped one can be a thousandth of that size."""

MNIST_LICENCE = "MNIST (Y. LeCun, C. Cortes, C. J. C. Burges), made from NIST Special Database 19"
_MNIST_FILES = {
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609": "mnist",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6": "mnist:test",
    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7": "mnist:test",
}
"""The sha256 of image files, as distributed or unpacked, and the names of their sets."""


@dataclass(frozen=True)
class IdxSource:
    """An image file and its label file: a glyph source.

    Parameters
    ----------
    name, licence : str
        Used if the files are not known by their content.
    images, labels : Path
    canvas : (height, width), optional
        The smallest size of the canvas, in pixels.
    transposed : bool
        Whether rows and columns are exchanged in the files, as in EMNIST's.
    """

    name: str
    images: Path
    labels: Path
    canvas: tuple[int, int] = (1, 1)
    licence: str = ""
    transposed: bool = False

    @property
    def key(self) -> str:
        """The key by which the cache finds the source."""
        return f"idx {self.name} {self.images} {self.canvas}{' transposed' * self.transposed}"

    @property
    def files(self) -> list[Path]:
        """The files that the source is made of."""
        return [self.images, self.labels]

    def read(self) -> RawGlyphs:
        """Read both files; row k of the result is image k. InputError, which names the file, if one is wrong."""
        images, digits = _read_idx(self.images, _IMAGES_MAGIC), _read_digits(self.labels)
        if images.shape[0] != len(digits):
            raise InputError(
                f"{images.shape[0]} images, but {len(digits)} labels in {self.labels}", where=str(self.images)
            )
        known = next((_MNIST_FILES[digest] for digest in images.digests if digest in _MNIST_FILES), None)
        # The canvas is part of what the glyphs are; the compression of the files is not.
        head = f"idx {images.shape} {self.canvas}{' transposed' * self.transposed}".encode()
        shown = np.frombuffer(images.values, np.uint8).reshape(images.shape)
        return RawGlyphs(
            source=known or self.name,
            licence=MNIST_LICENCE if known else self.licence,
            content=hashlib.sha256(head + digits.tobytes() + images.values).hexdigest(),
            images=shown.transpose(0, 2, 1) if self.transposed else shown,
            codes=digits.astype(np.uint32) + ord("0"),
            rows=np.arange(len(digits)),
            canvas=self.canvas,
        )


def find_idx_pair(folder: Path, name: str) -> IdxSource | None:
    """The idx pair in a folder, found by magic numbers and names; None if there is no idx file.

    If a file is there both plain and gzipped, the plain one is used.

    Raises
    ------
    InputError
        If there are several pairs, an image or label file without its partner, or a file named like an idx file that
        is not one.
    """
    images: dict[str, Path] = {}
    labels: dict[str, Path] = {}
    for path in sorted(folder.iterdir(), key=lambda path: (path.suffix == ".gz", path.name)):
        if path.name.startswith(".") or not path.is_file():
            continue
        magic = _magic(path)
        if magic == _IMAGES_MAGIC:
            images.setdefault(_pair_name(path), path)
        elif magic in (_LABELS_MAGIC, _LABEL_ROWS_MAGIC):
            labels.setdefault(_pair_name(path), path)
        elif re.search("idx[123]", path.name.lower()):
            raise InputError(f"the file is named like an idx file, but {_why_not(path)}", where=str(path))
    if not images and not labels:
        return None
    if len(images) == len(labels) == 1:
        return IdxSource(name, images=next(iter(images.values())), labels=next(iter(labels.values())))
    pairs = [f"{path.name} with {labels[key].name}" for key, path in images.items() if key in labels]
    if len(pairs) == len(images) == len(labels):
        raise InputError(
            f"the folder holds several idx pairs: {'; '.join(pairs)}",
            where=str(folder),
            do="give a folder with one of them",
        )
    alone = next(path for key, path in (images | labels).items() if not (key in images and key in labels))
    raise InputError("the idx file has no partner: images need labels and labels images", where=str(alone))


def _pair_name(path: Path) -> str:
    """What the names of an image file and its label file have in common."""
    name = path.name.removesuffix(".gz").lower()
    return re.sub("images?|labels?", "*", re.sub("idx[123]-(ubyte|int)|idx[123]", "idx", name))


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")


def _magic(path: Path) -> bytes:
    try:
        with _open(path) as file:
            return file.read(4)
    except _UNREADABLE:
        return b""


def _why_not(path: Path) -> str:
    """Why a file does not have a known magic number."""
    try:
        with path.open("rb"):
            return "cannot be read as one"
    except OSError as error:
        return f"cannot be read ({error.strerror})"


@dataclass(frozen=True)
class _IdxFile:
    shape: tuple[int, ...]
    values: bytes
    digests: tuple[str, str]
    """sha256 of the file, and of its unpacked content."""


def _read_digits(path: Path) -> np.ndarray:
    """The digits of a label file, uint8 (K,)."""
    if _magic(path) == _LABEL_ROWS_MAGIC:
        rows = _read_idx(path, _LABEL_ROWS_MAGIC)
        digits = np.frombuffer(rows.values, ">i4").reshape(rows.shape)[:, 0]
    else:
        digits = np.frombuffer(_read_idx(path, _LABELS_MAGIC).values, np.uint8)
    wrong = np.flatnonzero((digits < 0) | (digits > 9))
    if wrong.size:
        raise InputError(
            f"the label in row {wrong[0]} is {digits[wrong[0]]}",
            where=str(path),
            allowed="the digits 0 to 9",
            do="give other characters as a folder with one sub-folder of images for each",
        )
    return digits.astype(np.uint8)


def _read_idx(path: Path, magic: bytes) -> _IdxFile:
    """An idx file of the type and with the number of dimensions that the magic number says."""
    try:
        with _open(path) as file:
            head = file.read(4 + 4 * magic[3])
            shape = _shape(head, magic, path)
            dimensions = (*shape, 4) if magic == _LABEL_ROWS_MAGIC else shape
            promised = math.prod(dimensions)
            _check_promise(dimensions, promised, path)
            values = _read_up_to(file, promised + 1)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except _UNREADABLE as error:
        raise InputError(f"the idx file is unreadable, truncated or damaged ({error})", where=str(path)) from error
    if len(values) != promised:
        held = "more" if len(values) > promised else f"{len(values):,}"
        raise InputError(f"{_promise(dimensions, promised)}, but the file holds {held}", where=str(path))
    return _IdxFile(shape, values, (digest, hashlib.sha256(head + values).hexdigest()))


def _shape(head: bytes, magic: bytes, path: Path) -> tuple[int, ...]:
    if head[:4] != magic:
        kind = "images" if magic == _IMAGES_MAGIC else "labels"
        raise InputError(f"the file begins with {head[:4].hex()}; {kind} begin with {magic.hex()}", where=str(path))
    if len(head) != 4 + 4 * magic[3]:
        raise InputError(f"the header ends after {len(head)} bytes", where=str(path))
    shape = struct.unpack(f">{magic[3]}I", head[4:])
    if not shape[0] or (len(shape) == 2 and not shape[1]):
        raise InputError("the idx file is empty: its header promises nothing", where=str(path))
    if len(shape) == 3:
        check_size(shape[1:], str(path))
    return shape


def _check_promise(dimensions: tuple[int, ...], promised: int, path: Path) -> None:
    if promised > MAX_BYTES:
        raise InputError(_promise(dimensions, promised), where=str(path), allowed=f"up to {MAX_BYTES:,} bytes")


def _promise(dimensions: tuple[int, ...], promised: int) -> str:
    return f"the header promises {' x '.join(map(str, dimensions))} = {promised:,} bytes"


def _read_up_to(file: BinaryIO, limit: int) -> bytes:
    """At most `limit` bytes, in pieces, so that memory depends on what is there, not on what a header promises."""
    values = bytearray()
    while len(values) < limit:
        piece = file.read(min(_READ_BYTES, limit - len(values)))
        if not piece:
            break
        values += piece
    return bytes(values)
