"""Tags as TIFF files and EXIF data have them, and the one that says how an image is to be turned."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

ORIENTATION = 0x0112

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_MOST_TAGS = 4096
_MOST_VALUES = 1 << 24


@dataclass(frozen=True)
class Directory:
    """One directory of tags.

    Attributes
    ----------
    tags : dict of int -> tuple of int
        The values of each tag whose type is whole numbers; for other types an empty tuple.
    next : int
        Where the next directory begins, in bytes; 0 if this is the last.
    """

    tags: dict[int, tuple[int, ...]]
    next: int

    def first(self, tag: int, default: int = 0) -> int:
        """The first value of a tag, or the default."""
        return next(iter(self.tags.get(tag, ())), default)


@dataclass(frozen=True)
class _Layout:
    """How numbers are stored: in the large form, BigTIFF, places and counts have 64 bits.

    Attributes
    ----------
    order : str
        "<" or ">", as in the module struct.
    place, count : str
        The codes for a place and for the number of tags, as in the module struct.
    head, entry, inside : int
        The bytes before the place of the first directory, in an entry of a directory, and of a value in it.
    """

    order: str
    place: str = "I"
    count: str = "H"
    head: int = 4
    entry: int = 12
    inside: int = 4


def _layout(data: bytes) -> _Layout:
    order = "<" if data[:1] == b"I" else ">"
    return _Layout(order, "Q", "Q", 8, 20, 8) if data[:4] in (b"II+\0", b"MM\0+") else _Layout(order)


def is_tiff(data: bytes) -> bool:
    """Whether data is a TIFF file, in the usual or the large form, or EXIF data, which has the usual one."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def first_directory(data: bytes) -> int:
    """Where the first directory of tags begins, in bytes; 0 if the data ends before saying so."""
    layout = _layout(data)
    if len(data) < layout.head + struct.calcsize(layout.place):
        return 0
    return struct.unpack_from(layout.order + layout.place, data, layout.head)[0]


def read_directory(data: bytes, place: int) -> Directory | None:
    """The directory of tags at a place in TIFF data; None if it is not there as a whole."""
    layout = _layout(data)
    order, first = layout.order, place + struct.calcsize(layout.count)
    if place < 8 or first > len(data):
        return None
    (count,) = struct.unpack_from(order + layout.count, data, place)
    end = first + layout.entry * count
    if count > _MOST_TAGS or end > len(data):
        return None
    tags: dict[int, tuple[int, ...]] = {}
    room = _MOST_VALUES
    for start in range(first, end, layout.entry):
        tag, kind, number = struct.unpack_from(f"{order}HH{layout.place}", data, start)
        size = _SIZES.get(kind, 0) * number
        value = start + layout.entry - layout.inside
        at = value if size <= layout.inside else struct.unpack_from(order + layout.place, data, value)[0]
        room -= number  # in all: tags can have their values in one place
        if room < 0 or at + size > len(data):
            return None
        code = _NUMBERS.get(kind)
        tags[tag] = struct.unpack_from(f"{order}{number}{code}", data, at) if code else ()
    is_last = end + struct.calcsize(layout.place) > len(data)
    return Directory(tags, 0 if is_last else struct.unpack_from(order + layout.place, data, end)[0])


def orientation_of(exif: bytes) -> int:
    """The orientation that EXIF data says, 1 to 8; 1, which is upright, if it says none.

    >>> orientation_of(b"II*\\0\\x08\\0\\0\\0\\x01\\0\\x12\\x01\\x03\\0\\x01\\0\\0\\0\\x06\\0\\0\\0\\0\\0\\0\\0")
    6
    """
    exif = exif.removeprefix(b"Exif\0\0")
    if exif[:4] not in (b"II*\0", b"MM\0*"):
        return 1
    # Only the one tag is looked for, because cameras and editors leave other tags damaged.
    order, place = _layout(exif).order, first_directory(exif)
    if not 8 <= place <= len(exif) - 2:
        return 1
    (count,) = struct.unpack_from(order + "H", exif, place)
    for start in range(place + 2, min(place + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", exif, start)
        if tag == ORIENTATION:
            value = struct.unpack_from(order + ("I" if kind == 4 else "H"), exif, start + 8)[0]
            return value if 1 <= value <= 8 else 1
    return 1


def upright(image: np.ndarray, orientation: int) -> np.ndarray:
    """The image, (H, W) or (H, W, C), turned and mirrored as its orientation says.

    >>> upright(np.array([[1, 2, 3]]), 6).tolist()
    [[1], [2], [3]]
    """
    if orientation in (5, 6, 7, 8):
        image = image.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return np.ascontiguousarray(image)
