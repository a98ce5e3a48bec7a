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
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from mygenerator.beginnings import GZIP
from mygenerator.errors import InputError
from mygenerator.files import AGAIN, open_file
from mygenerator.glyphs.base import check_size
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.pair import PairFacts, checked_digits, raw_pair
from mygenerator.glyphs.what_is import what_is

IMAGES_MAGIC, LABELS_MAGIC = b"\x00\x00\x08\x03", b"\x00\x00\x08\x01"
LABEL_ROWS_MAGIC = b"\x00\x00\x0c\x02"
WANTED = (
    "images are idx files of uint8 with 3 dimensions (number x height x width), labels are of uint8 with 1 dimension, "
    "or of int32 with 2 as QMNIST's"
)
"""What is read, for messages."""

_UNREADABLE = (OSError, EOFError, zlib.error)  # what gzip raises for a file that is truncated or damaged
_READ_BYTES = 1 << 20
MAX_BYTES = 1_000_000_000
"""The most bytes that an idx file can hold, unpacked: a gzipped one can be a thousandth of that size."""


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
    transposed : bool, optional
        Whether rows and columns are exchanged in the files, as in EMNIST's. None: by the files' names, and by how the
        1s lie.
    """

    name: str
    images: Path
    labels: Path
    canvas: tuple[int, int] = (1, 1)
    licence: str = ""
    transposed: bool | None = None

    @property
    def key(self) -> str:
        """The key by which the cache finds the source."""
        return f"idx {self._facts.key}"

    @property
    def files(self) -> list[Path]:
        """The files that the source is made of."""
        return [self.images, self.labels]

    @property
    def _facts(self) -> PairFacts:
        named = f"{self.images.name} {self.labels.name}".lower()
        return PairFacts(
            self.name,
            self.licence,
            self.canvas,
            self.transposed,
            images=str(self.images),
            labels=str(self.labels),
            is_emnist="emnist" in named,
        )

    def read(self) -> RawGlyphs:
        """Read both files; row k of the result is image k. InputError, which names the file, if one is wrong."""
        images, digits = _read_idx(self.images, IMAGES_MAGIC), _read_digits(self.labels)
        shown = np.frombuffer(images.values, np.uint8).reshape(images.shape)
        return raw_pair(self._facts, shown, digits, images.digest)


def _open(path: Path) -> BinaryIO:
    with open_file(path) as file:
        packed = file.read(2) == GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else open_file(path)


def magic_of(path: Path) -> bytes:
    """The first four bytes of a file, once its gzip is removed; none if it cannot be read."""
    try:
        with _open(path) as file:
            return file.read(4)
    except _UNREADABLE:
        return b""


@dataclass(frozen=True)
class _IdxFile:
    shape: tuple[int, ...]
    values: bytes
    digest: str
    """sha256 of the file."""


def _read_digits(path: Path) -> np.ndarray:
    """The digits of a label file, uint8 (K,)."""
    if magic_of(path) == LABEL_ROWS_MAGIC:
        rows = _read_idx(path, LABEL_ROWS_MAGIC)
        digits = np.frombuffer(rows.values, ">i4").reshape(rows.shape)[:, 0]
    else:
        digits = np.frombuffer(_read_idx(path, LABELS_MAGIC).values, np.uint8)
    return checked_digits(digits, str(path))


def _read_idx(path: Path, magic: bytes) -> _IdxFile:
    """An idx file of the type and with the number of dimensions that the magic number says."""
    try:
        with _open(path) as file:
            head = file.read(4 + 4 * magic[3])
            shape = _shape(head, magic, path)
            dimensions = (*shape, 4) if magic == LABEL_ROWS_MAGIC else shape
            promised = math.prod(dimensions)
            _check_promise(dimensions, promised, path)
            values = read_up_to(file, promised + 1)
        with open_file(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except _UNREADABLE as error:
        raise InputError(
            f"the idx file is unreadable, truncated or damaged ({error})", where=str(path), do=AGAIN
        ) from error
    if len(values) != promised:
        held = "more" if len(values) > promised else f"{len(values):,}"
        raise InputError(f"{_promise(dimensions, promised)}, but the file holds {held}", where=str(path), do=AGAIN)
    return _IdxFile(shape, values, digest)


def _shape(head: bytes, magic: bytes, path: Path) -> tuple[int, ...]:
    if head[:4] != magic:
        told = what_is(path)
        raise InputError(f"the file is {told.text}", where=str(path), allowed=WANTED, do=told.do)
    if len(head) != 4 + 4 * magic[3]:
        raise InputError(f"the header ends after {len(head)} bytes", where=str(path), do=AGAIN)
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
    product = f"{' x '.join(map(str, dimensions))} = " if len(dimensions) > 1 else ""
    return f"the header promises {product}{promised:,} bytes"


def read_up_to(file: BinaryIO, limit: int) -> bytes:
    """At most `limit` bytes, in pieces, so that memory depends on what is there, not on what a header promises."""
    values = bytearray()
    while len(values) < limit:
        piece = file.read(min(_READ_BYTES, limit - len(values)))
        if not piece:
            break
        values += piece
    return bytes(values)
