"""What a file is: by the ending of its name, and by its first bytes."""

from __future__ import annotations

from mygenerator.beginnings import Sort, kind_of
from mygenerator.errors import InputError

IMAGE_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".bmp", ".dib", ".tif", ".tiff", ".webp", ".gif"),
    *(".pbm", ".pgm", ".ppm", ".pnm"),
)
"""The endings of images that can be read, in lower case."""

_OTHER_ENDINGS = (
    *(".heic", ".heif", ".avif", ".jp2", ".jxl", ".svg", ".pdf", ".dcm", ".ico", ".psd", ".xcf", ".tga", ".exr"),
    *(".dng", ".nef", ".cr2", ".cr3", ".arw", ".orf", ".rw2", ".raf"),
)
"""The endings of images that cannot, or not by every version of OpenCV."""

MAX_PIXELS = 1 << 26
"""The most pixels that a file can claim: a header of a few bytes decides how much memory decoding takes."""

_CONVERT = "save it as PNG or JPEG"
_DO = {
    Sort.OFFICE: "unpack it, or save its images one by one",
    Sort.OTHER_IMAGE: _CONVERT,
    Sort.DOCUMENT: _CONVERT,
    Sort.DATA: "read it with the program that wrote it, and give the image as an array",
}


def is_image_name(name: str) -> bool:
    """Whether a file is an image that can be read, by its name.

    >>> is_image_name("A.PNG"), is_image_name("notes.txt")
    (True, False)
    """
    return name.lower().endswith(IMAGE_ENDINGS)


def looks_like_image_name(name: str) -> bool:
    """Whether a file is an image by its name, of a kind that can be read or not.

    >>> looks_like_image_name("IMG_1234.HEIC"), looks_like_image_name("notes.txt")
    (True, False)
    """
    return name.lower().endswith(IMAGE_ENDINGS + _OTHER_ENDINGS)


def check_pixels(form: str, height: int, width: int, name: str, size: int = 0) -> None:
    """Raise InputError if a file claims no pixels, or more than `MAX_PIXELS` and than the bytes that it has."""
    if not 0 < height * width <= max(MAX_PIXELS, size):
        raise InputError(
            f"this {form} file claims {height} x {width} pixels", where=name, allowed=f"1 to {MAX_PIXELS:,} pixels"
        )


def what_instead(data: bytes) -> tuple[str, str | None] | None:
    """What a file is that is no image, and what to do with it; None if its bytes do not tell, or say it is an image.

    >>> what_instead(b"%PDF-1.7 ...")
    ('a PDF document', 'save it as PNG or JPEG')
    """
    kind = kind_of(data)
    if kind is None or kind.sort is Sort.IMAGE:
        return None
    return kind.text, kind.do or _DO.get(kind.sort)
