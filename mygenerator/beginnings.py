"""What a file is by its first bytes, for messages about a file that is not what is wanted.

The one table for all readers: of images, glyphs, archives and labels. Each reader says what it wants in its place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from mygenerator.files import DOWNLOAD_FIRST

GZIP = b"\x1f\x8b"
ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
ARCHIVE_ENDINGS = (".zip", ".tar.gz", ".tgz")
"""The endings of archives that can be read, in lower case."""

LOOK_BYTES = 1024
"""How much of a file is looked at."""

_TAR_MARK = slice(257, 262)
_DICOM_MARK = slice(128, 132)


class Sort(Enum):
    """What sort of file it is, which decides what can be done about it."""

    PACKED = auto()
    OFFICE = auto()
    IMAGE = auto()
    OTHER_IMAGE = auto()
    """An image of a kind that the package does not read."""
    DOCUMENT = auto()
    DATA = auto()
    LEFTOVER = auto()
    """A page, a pointer or a link that is there instead of the file."""
    TEXT = auto()
    OTHER_TEXT = auto()
    """Text, but not in UTF-8."""
    NOTHING = auto()


@dataclass(frozen=True)
class Kind:
    """What a file is.

    Attributes
    ----------
    text : str
        For a message: "a PDF document".
    sort : Sort
    do : str, optional
        What to do about it, whatever was wanted.
    """

    text: str
    sort: Sort
    do: str | None = None


_UNPACK = "unpack it"
_DOWNLOAD = "download it again: a server sent this in its place"
_PICKLE = Kind("a pickle of Python", Sort.DATA)
_JPEG_XL = Kind("a JPEG XL image", Sort.OTHER_IMAGE)
_VIDEO = Kind("a video", Sort.DATA, "save one picture of it as PNG or JPEG")
_UTF_16 = Kind("text in UTF-16, which spreadsheets call Unicode text", Sort.OTHER_TEXT, "save it in UTF-8")
_UTF_32 = Kind("text in UTF-32", Sort.OTHER_TEXT, "save it in UTF-8")

_BY_START: tuple[tuple[bytes, Kind], ...] = (
    (
        b"version https://git-lfs",
        Kind("a pointer of Git LFS, not the file itself", Sort.LEFTOVER, "run `git lfs pull`"),
    ),
    (GZIP, Kind("a file packed with gzip", Sort.PACKED, _UNPACK)),
    (b"\xfd7zXZ\0", Kind("a file packed with xz", Sort.PACKED, _UNPACK)),
    (b"BZh", Kind("a file packed with bzip2", Sort.PACKED, _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Kind("a file packed with zstd", Sort.PACKED, _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", Sort.PACKED, _UNPACK)),
    (b"Rar!", Kind("a RAR archive", Sort.PACKED, _UNPACK)),
    *((start, Kind("a zip archive or an office document (.xlsx, .docx)", Sort.OFFICE)) for start in ZIPS),
    (b"\xd0\xcf\x11\xe0", Kind("an old office document (.xls, .doc), or Windows' cache of previews", Sort.OFFICE)),
    (b"{\\rtf", Kind("a rich-text document (.rtf)", Sort.DOCUMENT)),
    (b"%PDF", Kind("a PDF document", Sort.DOCUMENT)),
    (b"%!PS", Kind("a PostScript document", Sort.DOCUMENT)),
    (b"v/1\x01", Kind("an OpenEXR image", Sort.OTHER_IMAGE)),
    (
        b"bplist00",
        Kind(
            "a property list of macOS, as iCloud leaves in place of a file, not the file itself",
            Sort.LEFTOVER,
            DOWNLOAD_FIRST,
        ),
    ),
    (b"\x89PNG", Kind("a PNG image", Sort.IMAGE)),
    (b"\xff\xd8\xff", Kind("a JPEG image", Sort.IMAGE)),
    *((start, Kind("a TIFF image", Sort.IMAGE)) for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
    *((start, Kind("a GIF image", Sort.IMAGE)) for start in (b"GIF87a", b"GIF89a")),
    (b"8BPS", Kind("a Photoshop document", Sort.OTHER_IMAGE)),
    (b"gimp xcf", Kind("a GIMP document", Sort.OTHER_IMAGE)),
    (b"\xff\x0a", _JPEG_XL),
    (b"\0\0\0\x0cJXL ", _JPEG_XL),
    (b"\0\0\x01\0", Kind("a Windows icon", Sort.OTHER_IMAGE)),
    (b"FUJIFILMCCD-RAW", Kind("a camera's raw file", Sort.OTHER_IMAGE)),
    (b"\x93NUMPY", Kind("a numpy array (.npy)", Sort.DATA)),
    (b"\x89HDF", Kind("an HDF5 file", Sort.DATA)),
    (b"MATLAB", Kind("a MATLAB file", Sort.DATA)),
    (b"PAR1", Kind("a Parquet file", Sort.DATA)),
    *((bytes([0x80, version]), _PICKLE) for version in range(2, 6)),
    (
        b"\0\x05\x16\x07",
        Kind("what macOS keeps beside a file (AppleDouble), not the file itself", Sort.LEFTOVER, "remove it"),
    ),
    (
        b"\0\x05\x16\x00",
        Kind("what macOS keeps beside a file (AppleSingle), not the file itself", Sort.LEFTOVER, "remove it"),
    ),
    (
        b"L\0\0\0\x01\x14\x02\0",
        Kind("a Windows shortcut, not the file that it leads to", Sort.LEFTOVER, "put the file itself there"),
    ),
    # Before UTF-16, whose mark is the beginning of this one.
    (b"\xff\xfe\0\0", _UTF_32),
    (b"\0\0\xfe\xff", _UTF_32),
    (b"\xff\xfe", _UTF_16),
    (b"\xfe\xff", _UTF_16),
)
_HEIC = Kind("a HEIC image, as iPhones make them", Sort.OTHER_IMAGE)
_AVIF = Kind("an AVIF image", Sort.OTHER_IMAGE)
_BOXES = {
    **dict.fromkeys((b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"), _HEIC),
    **dict.fromkeys((b"avif", b"avis"), _AVIF),
    b"crx ": Kind("a camera's raw file", Sort.OTHER_IMAGE),
    **dict.fromkeys((b"qt  ", b"isom", b"iso2", b"mp41", b"mp42", b"avc1", b"M4V ", b"3gp4", b"3gp5", b"3gp6"), _VIDEO),
}


def kind_of(data: bytes) -> Kind | None:  # pylint: disable=too-many-return-statements
    """What a file with these first bytes is; None if they do not tell.

    Parameters
    ----------
    data : bytes
        The file, or at least its first `LOOK_BYTES` bytes.

    Examples
    --------
    >>> kind_of(b"%PDF-1.7 ...").text, kind_of(b"\\x17\\x2a")
    ('a PDF document', None)
    """
    if not data:
        return Kind("an empty file (0 bytes)", Sort.NOTHING, "download or copy it again")
    if not any(data[:LOOK_BYTES]):
        return Kind("zeros from its first byte on", Sort.NOTHING, "download or copy it again")
    for start, kind in _BY_START:
        if data.startswith(start):
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in _BOXES:
        return _BOXES[data[8:12]]
    if data[_DICOM_MARK] == b"DICM":
        return Kind("a DICOM file", Sort.OTHER_IMAGE)
    if data[_TAR_MARK] == b"ustar":
        return Kind("a .tar archive that is not gzipped", Sort.PACKED, _UNPACK)
    return _kind_of_text(data[:LOOK_BYTES])


def _kind_of_text(start: bytes) -> Kind | None:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        return Kind("an SVG drawing", Sort.OTHER_IMAGE)
    if re.match(rb"<!doctype html|<html|<head|<body", text):
        return Kind("an HTML page", Sort.LEFTOVER, _DOWNLOAD)
    if text.startswith((b"<?xml", b"<error>")):
        denied = " that says AccessDenied" if b"accessdenied" in text else ""
        return Kind(f"an XML document{denied}", Sort.LEFTOVER, _DOWNLOAD)
    if text and all(byte >= 32 or byte in b"\t\n\r\f" for byte in text):
        return Kind("text", Sort.TEXT)
    return None
