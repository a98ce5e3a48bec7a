"""What formats of image files lose: levels in JPEG and most WebP files, and in WebP that an image was grey.

Used by the formats that write such files, and by the validator.
"""

from __future__ import annotations

import struct

import numpy as np

from mygenerator.util_image import jpeg


def is_lossy(data: bytes) -> bool:
    """Whether an image file is of a kind that changes levels: JPEG, or WebP that is not lossless.

    >>> is_lossy(bytes([0xFF, 0xD8, 0xFF, 0xE0])), is_lossy(b"GIF89a"), is_lossy(b"RIFF....WEBPVP8L....")
    (True, False, False)
    """
    return data.startswith(jpeg.SIGNATURE) or (is_webp(data) and not _is_lossless_webp(data))


def is_webp(data: bytes) -> bool:
    """Whether a file is a WebP file, by its first bytes."""
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_lossless_webp(data: bytes) -> bool:
    place = 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        if kind in (b"VP8 ", b"VP8L"):
            return kind == b"VP8L"
        place += 8 + length + length % 2
    return False


def grey_if_equal(image: np.ndarray) -> np.ndarray:
    """A colour image whose channels are equal as a grey one, uint8 (H, W); any other as it is.

    >>> grey_if_equal(np.full((2, 3, 3), 7, np.uint8)).shape
    (2, 3)
    """
    if image.ndim == 3 and (image == image[:, :, :1]).all():
        return np.ascontiguousarray(image[:, :, 0])
    return image
