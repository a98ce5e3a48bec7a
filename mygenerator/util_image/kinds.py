"""What a file is: by the ending of its name, and by its first bytes."""

from __future__ import annotations

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
"""The most pixels that a file can claim where nothing else bounds what a header of a few bytes makes a decoder do."""

_CONVERT = "save it as PNG or TIFF"
_BY_START = (
    (b"%PDF", "a PDF document", _CONVERT),
    (b"\x1f\x8b", "a file compressed by gzip", "unpack it"),
    (b"PK\x03\x04", "a zip archive, or an office document", "unpack it, or save its images one by one"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
    (b"\0\x05\x16\x07", "what macOS keeps beside a file (AppleDouble), not the file itself", "remove it"),
    (b"\0\x05\x16\x00", "what macOS keeps beside a file (AppleSingle), not the file itself", "remove it"),
    (b"\xd0\xcf\x11\xe0", "an old office document or Windows' cache of previews (OLE)", "remove it"),
    (b"L\0\0\0\x01\x14\x02\0", "a Windows shortcut, not the file that it leads to", "put the image itself there"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself", "run `git lfs pull`"),
    (b"8BPS", "a Photoshop document", _CONVERT),
    (b"gimp xcf", "a GIMP document", _CONVERT),
    (b"\xff\x0a", "a JPEG XL image", _CONVERT),
    (b"\0\0\0\x0cJXL ", "a JPEG XL image", _CONVERT),
    (b"\0\0\x01\0", "a Windows icon", _CONVERT),
    (b"\x93NUMPY", "a numpy array", "read it with numpy and give the array"),
    (b"FUJIFILMCCD-RAW", "a camera's raw file", _CONVERT),
)
_BOXES = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), "a HEIC image, as iPhones make"),
    **dict.fromkeys((b"avif", b"avis"), "an AVIF image"),
    b"crx ": "a camera's raw file",
}
_FIRST_BYTES = 1024


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


def check_pixels(form: str, height: int, width: int, name: str) -> None:
    """Raise InputError if a file claims no pixels, or more than `MAX_PIXELS`."""
    if not 0 < height * width <= MAX_PIXELS:
        raise InputError(
            f"this {form} file claims {height} x {width} pixels", where=name, allowed=f"1 to {MAX_PIXELS:,} pixels"
        )


def what_instead(data: bytes) -> tuple[str, str | None] | None:
    """What a file is that is no image, and what to do with it; None if its bytes do not tell.

    >>> what_instead(b"%PDF-1.7 ...")
    ('a PDF document', 'save it as PNG or TIFF')
    """
    if not data:
        return "an empty file: it has no bytes", "copy or save it again"
    if not data.strip(b"\0"):
        return f"a file of {len(data):,} zeros: it was not copied to its end", "copy it again"
    for start, kind, do in _BY_START:
        if data.startswith(start):
            return kind, do
    if data[4:8] == b"ftyp" and data[8:12] in _BOXES:
        return _BOXES[data[8:12]], _CONVERT
    if data[128:132] == b"DICM":
        return "a DICOM file", _CONVERT
    return _kind_of_text(data[:_FIRST_BYTES])


def _kind_of_text(start: bytes) -> tuple[str, str | None] | None:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return "an SVG drawing", _CONVERT
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return (
            "an HTML page: a download may have brought a page with an error in place of the file",
            "download it again",
        )
    if text.startswith(b"<?xml"):
        return "an XML document", None
    return ("text", None) if start.isascii() and all(byte >= 32 or byte in b"\t\n\r" for byte in start) else None
