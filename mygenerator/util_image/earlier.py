"""What earlier releases made of an image file, so that their data sets are not gone on with in other pixels.

They turned JPEG and TIFF files alone upright, laid all that is transparent on white or black by what is drawn, passed
over some transparency, and read all 16-bit images as of full 16 bits. Most files are read as before, which their
headers show. Of all others the pixels are compared: where they differ, a digest of the file has to say so.
"""

from __future__ import annotations

import numpy as np

from mygenerator.errors import InputError
from mygenerator.util_image import jpeg
from mygenerator.util_image.decoding import by_opencv
from mygenerator.util_image.exif import is_tiff
from mygenerator.util_image.png import PNG_SIGNATURE, read_chunks
from mygenerator.util_image.tiff import read_tiff
from mygenerator.util_image.transparency import image_grey, laid_on

READ_ANEW = b" read by a new rule"
"""What the digest of a file covers too if earlier releases read other pixels from it."""

_WEBP_TRANSPARENT_OR_EXIF, _BMP_WITHOUT_ALPHA = 0x18, (1, 4, 8, 24)


def read_before(data: bytes) -> np.ndarray | None:
    """The image that earlier releases read from a file, in the form of `image_read`.

    None if it is certainly what `image_read` returns, or if they refused the file, so that no data set has it.
    """
    try:
        if not _can_differ(data):
            return None
        image = by_opencv(data, "")
    except InputError:
        return None
    if image.dtype == np.uint16:
        image = (image // 257).astype(np.uint8)
    if image.dtype != np.uint8 or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        return None
    return _without_alpha(image) if image.ndim == 3 and image.shape[2] == 4 else image


def _can_differ(data: bytes) -> bool:  # pylint: disable=too-many-return-statements
    """Whether the file has anything of which the rules have changed."""
    if data.startswith(PNG_SIGNATURE):
        png = read_chunks(data)
        if png is None:
            return False
        return png.orientation != 1 or png.transparent is not None or png.colour in (4, 6) or png.depth == 16
    if data.startswith(jpeg.SIGNATURE):
        return False
    if is_tiff(data):
        tiff = read_tiff(data, "")
        return tiff.by_pillow or tiff.bits > 8
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        flags = int.from_bytes(data[20:21])
        return data[12:16] == b"VP8L" or (data[12:16] == b"VP8X" and flags & _WEBP_TRANSPARENT_OR_EXIF > 0)
    if data.startswith(b"BM"):
        return int.from_bytes(data[28:30], "little") not in _BMP_WITHOUT_ALPHA
    return True


def _without_alpha(image: np.ndarray) -> np.ndarray:
    """RGBA laid on white paper, or on black if what is drawn is mostly bright."""
    drawn = image_grey(image[..., :3])[image[..., 3] > 127]
    paper = 0 if drawn.size and np.median(drawn) > 127 else 255
    return laid_on(np.full(3, paper, np.uint16), image)
