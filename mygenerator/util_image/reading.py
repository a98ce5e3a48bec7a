"""Reading images, and the checks that every image passes before the package works on it.

Every image file that the package reads passes through here. Colours are RGB.
"""

from __future__ import annotations

import os
from typing import Any, BinaryIO

import numpy as np

from mygenerator.errors import InputError
from mygenerator.files import given_path, read_file
from mygenerator.util_image.decoding import check_whole, decode
from mygenerator.util_image.transparency import without_alpha

MOST_IMAGE_BYTES = 1 << 29
"""The largest image file that is read: of the most pixels that an image can have, each of 8 bytes."""


def image_read(source: str | os.PathLike | bytes | bytearray | memoryview | BinaryIO | np.ndarray) -> np.ndarray:
    """Read one image, grey or colour.

    Parameters
    ----------
    source : path, bytes, file object opened for reading bytes, or array
        A PNG, JPEG, TIFF, BMP, WebP or GIF file, or whatever else this version of OpenCV decodes; or an image that is
        already an array: uint8 of shape (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA.

    Returns
    -------
    np.ndarray
        uint8 of shape (H, W) if the image is stored as grey, else (H, W, 3) RGB, upright, as the file's EXIF data says.
        16 bits per channel become 8; if no pixel is above 4,095, the image is taken for one of 12 bits that is stored
        in 16, and likewise for 10 and 8 bits. Transparent pixels get the colour of the paper, as far as the opaque ones
        show it; otherwise white around dark ink, black around bright ink.

    Raises
    ------
    InputError
        If the source cannot be read, is not an image, is truncated or damaged, or holds several images (pages of a TIFF
        file, an animation); it names the file and says what it is. Not all damage inside a JPEG or WebP file can be
        seen, because they have no checksums.

    Examples
    --------
    >>> image_read(np.zeros((28, 20, 1), np.uint8)).shape
    (28, 20)
    """
    name = _name(source)
    return image_check(source if isinstance(source, np.ndarray) else decode(_read_bytes(source, name), name), name)


def image_check_file(path: str | os.PathLike) -> None:
    """Raise InputError, as `image_read` does, for a file that is no image, or not a whole one.

    PNG, JPEG and WebP files, which are by far the most, are not decoded for that: damage that only decoding shows is
    not found.
    """
    name = _name(path)
    check_whole(_read_bytes(path, name), name)


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
        return without_alpha(image)
    return image[..., 0] if image.ndim == 3 and channels == 1 else image


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
            return read_file(given_path(source), MOST_IMAGE_BYTES)
        data = source.read()  # type: ignore[attr-defined]
    except AttributeError as error:
        raise InputError(
            f"an image cannot be read from {source!r}", allowed="a path, bytes, a file object or an array"
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"the image cannot be read ({reason})", where=name) from error
    if not isinstance(data, bytes):
        raise InputError("the file object returns text", where=name, do="open it in binary mode")
    return data
