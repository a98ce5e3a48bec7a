"""PNG files: whether they are whole, what they say about themselves, and the plain ones read without OpenCV."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from mygenerator.util_image.exif import orientation_of

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_PNG_GREY = b"\x08\0\0\0\0"
"""The header fields of 8-bit grey: depth, colour type, and the methods of compression, filtering and interlacing."""
_EXIF_TEXTS = (b"Raw profile type exif", b"Raw profile type APP1")
"""Where programs put EXIF data before PNG had a chunk for it."""
_MOST_TEXT = 1 << 20


@dataclass
class Png:
    """What a PNG file says about itself.

    Attributes
    ----------
    height, width : int
    depth, colour : int
        As in its header: bits, and the type of colour.
    orientation : int
        1 to 8, as EXIF says.
    transparent : bytes, optional
        What says which colours are transparent.
    frames : int
        How many images an animation shows; 1 if it is none.
    """

    height: int
    width: int
    depth: int
    colour: int
    orientation: int = 1
    transparent: bytes | None = None
    frames: int = 1


def png_size(data: bytes) -> tuple[int, int] | None:
    """The (height, width) that a PNG file claims, in pixels; None if the data is not a PNG file.

    >>> png_size(b"not an image")
    """
    if not data.startswith(PNG_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return height, width


def read_chunks(data: bytes) -> Png | None:
    """What a PNG file says; None if it lacks a chunk, up to its end, or the right checksum of one.

    OpenCV does not check them all, and if libpng finds a fault, it writes to stderr directly, not through a log.
    """
    position, size = len(PNG_SIGNATURE), png_size(data)
    if size is None or len(data) < 33:
        return None
    found = Png(*size, data[24], data[25])
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        start = position + 8
        end = start + length
        if end + 4 > len(data) or zlib.crc32(data[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            return None
        if kind == b"IEND":
            return found
        if kind == b"eXIf":
            found.orientation = orientation_of(data[start:end])
        elif kind == b"tRNS":
            found.transparent = data[start:end]
        elif kind == b"acTL" and length >= 4:
            found.frames = int.from_bytes(data[start : start + 4])
        elif kind in (b"zTXt", b"tEXt") and data[start:end].startswith(_EXIF_TEXTS) and found.orientation == 1:
            found.orientation = _orientation_of_text(kind, data[start:end])
        position = end + 4
    return None


def _orientation_of_text(kind: bytes, chunk: bytes) -> int:
    """The orientation in EXIF data that was written as text: hexadecimal digits after a name and a length."""
    _, _, text = chunk.partition(b"\0")
    try:
        if kind == b"zTXt":
            text = zlib.decompressobj().decompress(text[1:], _MOST_TEXT)
        return orientation_of(bytes.fromhex("".join(text.decode("ascii").split()[2:])))
    except (ValueError, zlib.error):
        return 1


def transparency(image: np.ndarray, found: Png) -> np.ndarray:
    """A grey image, (H, W), of which the file says that one level is transparent, as RGBA of the same type.

    OpenCV passes over this sort of transparency.
    """
    if found.colour != 0 or found.transparent is None or len(found.transparent) != 2:
        return image
    level = int.from_bytes(found.transparent) & ((1 << found.depth) - 1)
    if found.depth < 8:
        level = level * 255 // ((1 << found.depth) - 1)
    most = np.iinfo(image.dtype).max
    alpha = np.where(image == level, 0, most).astype(image.dtype)
    return np.dstack([image, image, image, alpha])


def unfiltered_grey(data: bytes, max_pixels: int) -> np.ndarray | None:
    """The pixels of a PNG as strips are saved: 8-bit grey in one chunk, no filters; None for any other or damaged file.

    Such files are read by the hundred thousand, and OpenCV takes twice as long for them as plain decompression.
    """
    if not (
        data.startswith(PNG_SIGNATURE)
        and data[8:16] == b"\0\0\0\rIHDR"
        and data[24:29] == _PNG_GREY
        and data[37:41] == b"IDAT"
        and data.endswith(_PNG_END)
    ):
        return None
    width, height, crc, length = struct.unpack_from(">II5xII", data, 16)
    size = height * (width + 1)
    if length != len(data) - 57 or not 0 < height * width <= max_pixels or zlib.crc32(data[12:29]) != crc:
        return None
    if zlib.crc32(memoryview(data)[37:-16]) != struct.unpack_from(">I", data, len(data) - 16)[0]:
        return None
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(memoryview(data)[41:-16], size + 1)
    except zlib.error:
        return None
    if len(raw) != size or not unpacking.eof or unpacking.unused_data or raw[:: width + 1].count(0) != height:
        return None
    return np.frombuffer(raw, np.uint8).reshape(height, width + 1)[:, 1:].copy()
