"""Reading images, and the checks that every image passes before the package works on it.

Every image file that the package reads passes through here. Colours are RGB.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np

from mygenerator.errors import InputError
from mygenerator.files import given_path

_SILENT = 0  # OpenCV's LOG_LEVEL_SILENT
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_PNG_GREY = b"\x08\0\0\0\0"
"""The header fields of 8-bit grey: depth, colour type, and the methods of compression, filtering and interlacing."""
_JPEG_SIGNATURE = b"\xff\xd8"

MAX_PIXELS = 1 << 26
"""The most pixels that a PNG file can claim: a header of a few bytes decides how much memory decoding takes."""


def image_read(source: str | os.PathLike | bytes | bytearray | memoryview | BinaryIO | np.ndarray) -> np.ndarray:
    """Read one image, grey or colour.

    Parameters
    ----------
    source : path, bytes, file object opened for reading bytes, or array
        Anything OpenCV decodes (png, jpg, bmp, tif, webp, ...), or an image that is already an array: uint8 of shape
        (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA.

    Returns
    -------
    np.ndarray
        uint8 of shape (H, W) if the image is stored as grey, else (H, W, 3) RGB; 16 bits per channel become 8.
        Transparent pixels become white, or black if what is drawn is mostly bright.

    Raises
    ------
    InputError
        If the source cannot be read or decoded as a whole; it names the file.

    Examples
    --------
    >>> image_read(np.zeros((28, 20, 1), np.uint8)).shape
    (28, 20)
    """
    name = _name(source)
    return image_check(source if isinstance(source, np.ndarray) else _decode(_read_bytes(source, name), name), name)


def image_check(image: np.ndarray, where: str) -> np.ndarray:
    """The array in the form that `image_read` returns, without an alpha channel; InputError if it is not an image."""
    if not isinstance(image, np.ndarray):
        raise InputError(f"this is not an image: {type(image).__name__}", where=where, allowed="a numpy array")
    channels = 1 if image.ndim == 2 else image.shape[2] if image.ndim == 3 else 0
    if image.dtype != np.uint8 or channels not in (1, 3, 4) or not image.size:
        raise InputError(
            f"this is not an image: {image.dtype} of shape {image.shape}",
            where=where,
            allowed="uint8 of shape (H, W), (H, W, 3) or (H, W, 4)",
        )
    if channels == 4:
        return _without_alpha(image)
    return image[..., 0] if image.ndim == 3 and channels == 1 else image


def image_grey(image: np.ndarray) -> np.ndarray:
    """The brightness of an image, uint8 (H, W); for RGB by the weights of ITU-R BT.601, in integers."""
    if image.ndim == 2:
        return image
    weighted = image.astype(np.uint32) @ np.array([299, 587, 114], np.uint32)
    return ((weighted + 500) // 1000).astype(np.uint8)


def image_in_bytes(image: Any, where: str) -> np.ndarray:
    """Any array of whole numbers from 0 to 255 as uint8; InputError for anything else."""
    whole = isinstance(image, np.ndarray) and image.dtype.kind in "iu" and image.size > 0
    if not whole or image.min() < 0 or image.max() > 255:
        shown = f"{image.dtype} of shape {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        allowed = "an array of whole numbers from 0 to 255"
        raise InputError(f"this is not an image: {shown}", where=where, allowed=allowed)
    return image.astype(np.uint8, copy=False)


def _name(source: object) -> str:
    """The name of the source in errors."""
    if isinstance(source, (str, os.PathLike)):
        return os.fspath(source) if isinstance(source, str) else str(source)
    if isinstance(source, np.ndarray):
        return "the given array"
    return str(getattr(source, "name", "the given bytes"))


def _read_bytes(source: object, name: str) -> bytes:
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source)
    try:
        if isinstance(source, (str, os.PathLike)):
            path = given_path(source)
            if path.is_char_device() or path.is_block_device():  # reading it might never end
                raise OSError("it is a device")
            return path.read_bytes()
        data = source.read()  # type: ignore[attr-defined]
    except AttributeError as error:
        raise InputError(
            f"an image cannot be read from {source!r}", allowed="a path, bytes, a file object or an array"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"the image cannot be read ({error})", where=name) from error
    if not isinstance(data, bytes):
        raise InputError("the file object returns text", where=name, do="open it in binary mode")
    return data


def _decode(data: bytes, name: str) -> np.ndarray:
    image = _unfiltered_grey(data)
    return image if image is not None else _decode_any(data, name)


def _unfiltered_grey(data: bytes) -> np.ndarray | None:
    """The pixels of a PNG as strips are saved: 8-bit grey in one chunk, no filters; None for any other or damaged file.

    Such files are read by the hundred thousand, and OpenCV takes twice as long for them as plain decompression.
    """
    if not (
        data.startswith(_PNG_SIGNATURE)
        and data[8:16] == b"\0\0\0\rIHDR"
        and data[24:29] == _PNG_GREY
        and data[37:41] == b"IDAT"
        and data.endswith(_PNG_END)
    ):
        return None
    width, height, crc, length = struct.unpack_from(">II5xII", data, 16)
    size = height * (width + 1)
    if length != len(data) - 57 or not 0 < height * width <= MAX_PIXELS or zlib.crc32(data[12:29]) != crc:
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


def _decode_any(data: bytes, name: str) -> np.ndarray:
    import cv2  # here, so that opening a cached glyph set does not wait for it

    if data.startswith(_PNG_SIGNATURE):
        _check_png(data, name)
    # JPEG has no alpha, but cameras store a rotation with the pixels, which IMREAD_UNCHANGED would ignore.
    flags = cv2.IMREAD_ANYCOLOR if data.startswith(_JPEG_SIGNATURE) else cv2.IMREAD_UNCHANGED
    try:
        with _quiet_opencv():
            image = cv2.imdecode(np.frombuffer(data, np.uint8), flags) if data else None
    except cv2.error:
        image = None
    if image is None:
        raise InputError("this is not an image, or it is truncated or damaged", where=name)
    if image.dtype == np.uint16:
        image = (image // 257).astype(np.uint8)
    if image.ndim == 3 and image.shape[2] in (3, 4):
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB if image.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    return image


def png_size(data: bytes) -> tuple[int, int] | None:
    """The (height, width) that a PNG file claims, in pixels; None if the data is not a PNG file.

    >>> png_size(b"not an image")
    """
    if not data.startswith(_PNG_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return height, width


def _check_png(data: bytes, name: str) -> None:
    if not _png_is_whole(data):
        raise InputError("this PNG file is truncated or damaged", where=name)
    height, width = png_size(data) or (0, 0)
    if height * width > MAX_PIXELS:
        raise InputError(
            f"this PNG file claims {height} x {width} pixels", where=name, allowed=f"up to {MAX_PIXELS:,} pixels"
        )


def _png_is_whole(data: bytes) -> bool:
    """Whether a PNG has all its chunks, up to its end, with the right checksums.

    OpenCV does not check them all, and if libpng finds a fault, it writes to stderr directly, not through a log.
    """
    position = len(_PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 8 + length
        if end + 4 > len(data) or zlib.crc32(data[position + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            return False
        if kind == b"IEND":
            return True
        position = end + 4
    return False


@contextmanager
def _quiet_opencv() -> Iterator[None]:
    """Keep OpenCV's log off stderr: our own error says what went wrong."""
    import cv2

    # OpenCV 5 has these functions in a module of their own.
    home = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils.logging
    level = home.getLogLevel()
    # Another thread that is already inside will restore the level; doing it twice could leave it silent for good.
    if level == _SILENT:
        yield
        return
    home.setLogLevel(_SILENT)
    try:
        yield
    finally:
        home.setLogLevel(level)


def _without_alpha(image: np.ndarray) -> np.ndarray:
    """RGBA laid on paper, which is white, or black if what is drawn is mostly bright; uint8 (H, W, 3)."""
    colour, alpha = image[..., :3].astype(np.uint16), image[..., 3:].astype(np.uint16)
    drawn = image_grey(image[..., :3])[image[..., 3] > 127]
    paper = 0 if drawn.size and np.median(drawn) > 127 else 255
    return ((colour * alpha + paper * (255 - alpha) + 127) // 255).astype(np.uint8)
