"""From the bytes of an image file to its pixels: one rule for all formats.

Images stand upright, as their EXIF data says; transparency is kept; 16 bits become 8; a file that is damaged or holds
several images is an error that names it. OpenCV decodes, and Pillow what OpenCV gets wrong. reading.py calls this.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from mygenerator.beginnings import Sort, kind_of
from mygenerator.errors import InputError, counted
from mygenerator.logs import log2
from mygenerator.util_image import jpeg
from mygenerator.util_image.claims import claimed_size
from mygenerator.util_image.exif import is_tiff, orientation_of, upright
from mygenerator.util_image.kinds import MAX_PIXELS, check_pixels, what_instead
from mygenerator.util_image.pillow import opened
from mygenerator.util_image.png import PNG_SIGNATURE, Png, read_chunks, transparency, unfiltered_grey
from mygenerator.util_image.tiff import pixels_of_pillow, read_tiff

_SILENT = 0  # OpenCV's LOG_LEVEL_SILENT
_DEPTHS = (8, 10, 12)
_AGAIN = "copy or save it again"


def decode(data: bytes, name: str) -> np.ndarray:  # pylint: disable=too-many-return-statements
    """The pixels of an image file.

    Parameters
    ----------
    data : bytes
        The whole file.
    name : str
        What errors call it.

    Returns
    -------
    np.ndarray
        uint8 of shape (H, W), (H, W, 3) RGB or (H, W, 4) RGBA.

    Raises
    ------
    InputError
        If it is not an image, is damaged, is too large, or holds several images.
    """
    image = unfiltered_grey(data, MAX_PIXELS)
    if image is not None:
        return image
    if data.startswith(PNG_SIGNATURE):
        return _png(data, name)
    if data.startswith(jpeg.SIGNATURE):
        return _jpeg(data, name)
    if is_tiff(data):
        return _tiff(data, name)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data, name)
    if data.startswith((b"GIF87a", b"GIF89a")):
        return _gif(data, name)
    _check_claim(data, name)
    return _in_bytes(by_opencv(data, name), name)


def check_whole(data: bytes, name: str) -> None:
    """Raise the InputError of `decode` for a file that it would refuse, as far as that shows at little cost."""
    if data.startswith(PNG_SIGNATURE):
        _png_chunks(data, name)
    elif data.startswith(jpeg.SIGNATURE):
        _jpeg_markers(data, name)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        _webp_orientation(data, name)
    else:
        decode(data, name)


def _check_claim(data: bytes, name: str) -> None:
    claimed = claimed_size(data)
    if claimed is not None and claimed[1] * claimed[2]:  # without any pixels it is damaged, which decoding finds
        check_pixels(*claimed, name, len(data))


def _png_chunks(data: bytes, name: str) -> Png:
    found = read_chunks(data)
    if found is None:
        raise _damaged("PNG", name)
    check_pixels("PNG", found.height, found.width, name)
    _check_one(found.frames, "PNG", name)
    return found


def _png(data: bytes, name: str) -> np.ndarray:
    found = _png_chunks(data, name)
    image = by_opencv(data, name)
    if found.transparent is not None and image.ndim == 2:
        image = transparency(image, found)
    return upright(_in_bytes(image, name), found.orientation) if found.orientation != 1 else _in_bytes(image, name)


def _jpeg_markers(data: bytes, name: str) -> jpeg.Jpeg:
    found = jpeg.read_markers(data)
    if found is None:
        raise _damaged("JPEG", name)
    check_pixels("JPEG", found.height, found.width, name)
    return found


def _jpeg(data: bytes, name: str) -> np.ndarray:
    import cv2

    found = _jpeg_markers(data, name)
    # Not as it is stored: that would leave the colours of printing as they are.
    image = by_opencv(data, name, cv2.IMREAD_ANYCOLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if not jpeg.fits_its_data(data, found, image):
        raise _damaged("JPEG", name)
    return upright(image, found.orientation) if found.orientation != 1 else image


def _tiff(data: bytes, name: str) -> np.ndarray:
    found = read_tiff(data, name)
    if found.by_pillow:
        if found.bits > 8:
            raise InputError(
                f"this TIFF file has transparency or printing colours of {found.bits} bits",
                where=name,
                do="save it as PNG, or with 8 bits",
            )
        return pixels_of_pillow(data, name)
    image = by_opencv(data, name)  # which turns TIFF files upright
    if image.dtype == np.uint16 and found.white_is_zero:
        image = (0xFFFF >> (16 - found.bits) << (16 - found.bits)) - image
    return _in_bytes(image, name)


def _webp_orientation(data: bytes, name: str) -> int:
    """How the image of a WebP file is to be turned, 1 to 8."""
    if len(data) < 20:
        raise _damaged("WebP", name)
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise _damaged("WebP", name)
    orientation, frames, place = 1, 0, 12
    while place + 8 <= size + 8:
        kind, length = struct.unpack_from("<4sI", data, place)
        if place + 8 + length > len(data):
            raise _damaged("WebP", name)
        if kind == b"EXIF":
            orientation = orientation_of(data[place + 8 : place + 8 + length])
        frames += kind == b"ANMF"
        place += 8 + length + length % 2
    _check_one(frames, "WebP", name)
    _check_claim(data, name)
    return orientation


def _webp(data: bytes, name: str) -> np.ndarray:
    orientation = _webp_orientation(data, name)
    image = by_opencv(data, name)
    return upright(image, orientation) if orientation != 1 else image


def _gif(data: bytes, name: str) -> np.ndarray:
    """By Pillow: OpenCV reads GIF files only in late versions."""
    _check_claim(data, name)
    try:
        with opened(data, "GIF") as image:
            height, width, frames = image.height, image.width, getattr(image, "n_frames", 1)
            _check_one(frames, "GIF", name)
            check_pixels("GIF", height, width, name)
            return np.asarray(image.convert("RGBA" if "transparency" in image.info else "RGB"))
    except InputError:
        raise
    except Exception:  # pylint: disable=broad-exception-caught
        # A damaged file can raise almost anything.
        raise _damaged("GIF", name) from None


def by_opencv(data: bytes, name: str, flags: int | None = None) -> np.ndarray:
    """What OpenCV decodes, as it is stored or by the flags given: grey, RGB or RGBA, of any type of numbers."""
    import cv2  # here, so that opening a cached glyph set does not wait for it

    try:
        with _quiet_opencv():
            image = None
            if data:
                image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED if flags is None else flags)
    except cv2.error:
        image = None
    if image is None:
        raise InputError(_no_image(data), where=name, do=(what_instead(data) or (None, None))[1])
    if image.ndim == 3 and image.shape[2] in (3, 4) and image.dtype in (np.uint8, np.uint16):
        image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB if image.shape[2] == 3 else cv2.COLOR_BGRA2RGBA)
    return image


def _no_image(data: bytes) -> str:
    """What a file is that cannot be decoded, in words."""
    kind = kind_of(data)
    if kind is None or kind.sort is Sort.IMAGE:
        return "this is not an image, or it is truncated or damaged"
    if kind.sort in (Sort.OTHER_IMAGE, Sort.DOCUMENT):
        return f"this is {kind.text}, a format that is not read here"
    return f"this is {kind.text}" if ", not the file" in kind.text else f"this is not an image but {kind.text}"


def _in_bytes(image: np.ndarray, name: str) -> np.ndarray:
    """Pixels of 16 bits in 8.

    Scanners and cameras store 10 and 12 bits in 16, so the brightest pixel decides how many bits are in use. A picture
    of full 16 bits with no pixel above 1/16 of the range would show nothing.
    """
    if image.dtype == np.uint8:
        return image
    if image.dtype != np.uint16:
        raise InputError(
            f"the pixels of this image are of type {image.dtype}",
            where=name,
            allowed="whole numbers without a sign, of up to 16 bits",
            do="convert it to 8 or 16 bits",
        )
    if image.ndim == 3 and image.shape[2] == 4:
        return np.dstack([_scaled(image[..., :3], name), _scaled(image[..., 3:], name)])
    return _scaled(image, name)


def _scaled(image: np.ndarray, name: str) -> np.ndarray:
    brightest = int(image.max(initial=0))
    bits = next((bits for bits in _DEPTHS if brightest < 1 << bits), 16)
    if bits == 16:
        return (image // 257).astype(np.uint8)
    log2(f"{name}: its brightest pixel is {brightest} of 65,535: read as {bits} bits stored in 16")
    most = (1 << bits) - 1
    return ((image.astype(np.uint32) * 255 + most // 2) // most).astype(np.uint8)


def _check_one(frames: int, form: str, name: str) -> None:
    if frames > 1:
        raise InputError(
            f"this {form} file holds {counted(frames, 'image')}, one after the other",
            where=name,
            allowed="one image",
            do="save each as a file of its own",
        )


def _damaged(form: str, name: str) -> InputError:
    return InputError(f"this {form} file is truncated or damaged", where=name, do=_AGAIN)


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
