"""Says what a file is by its first bytes, for messages about a file that is not what its name promises.

Nothing is unpacked but the beginning of a gzip. Used by all readers of idx files and archives.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

LOOK_BYTES = 1024
"""How much of a file is looked at."""

_GZIP = b"\x1f\x8b"
_ZIP_NAME_AT = 30
_TAR_MARK = slice(257, 262)
_IDX_TYPES = {
    0x08: "uint8",
    0x09: "int8",
    0x0B: "int16",
    0x0C: "int32",
    0x0D: "float32",
    0x0E: "float64",
}
_MOST_DIMENSIONS = 8

_AGAIN = "download it again: a server sent this in its place"
_UNPACK = "unpack it first"
_BEGINNINGS: tuple[tuple[bytes, str, str | None], ...] = (
    (b"version https://git-lfs", "a pointer of Git LFS in place of the file", "fetch the file itself: git lfs pull"),
    (b"\xfd7zXZ\0", "packed with xz", _UNPACK),
    (b"BZh", "packed with bzip2", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"Rar!", "a rar archive", _UNPACK),
    (b"\x93NUMPY", "a numpy file (.npy)", None),
    (b"\x89HDF", "an HDF5 file", None),
    (b"MATLAB", "a MATLAB file", None),
    (b"PAR1", "a Parquet file", None),
    (b"\x89PNG", "a PNG image", None),
    (b"\xff\xd8\xff", "a JPEG image", None),
    (b"%PDF", "a PDF document", None),
    (b"\x80\x02", "a pickle of Python", None),
    (b"\x80\x03", "a pickle of Python", None),
    (b"\x80\x04", "a pickle of Python", None),
    (b"\x80\x05", "a pickle of Python", None),
)
"""How files begin, what they are, and what to do about them."""


@dataclass(frozen=True)
class WhatItIs:
    """What a file is.

    Parameters
    ----------
    kind : str
        "idx", "npz", "zip", "tar.gz", or "other".
    text : str
        For a message: "an HTML page", "an idx file of float32 with 3 dimensions (10 x 28 x 28)".
    do : str, optional
        What the user can do about it.
    """

    kind: str
    text: str
    do: str | None = None


def what_is(path: Path) -> WhatItIs:
    """What a file is by its first bytes, gzipped or not; never an error."""
    try:
        with path.open("rb") as file:
            return what_begins(file.read(LOOK_BYTES))
    except OSError as error:
        return WhatItIs("other", f"unreadable ({error.strerror})")


def what_begins(head: bytes) -> WhatItIs:
    """What a file with these first bytes is."""
    if not head.startswith(_GZIP):
        return _told(head)
    inner, damage = _unpacked(head)
    if not inner:
        return WhatItIs("other", f"a gzip file that is {damage}", "download or copy it again")
    if inner.startswith(_GZIP):
        return WhatItIs("other", "gzip inside gzip: it was packed twice", "unpack it once (gunzip)")
    told = _told(inner)
    if inner[_TAR_MARK] == b"ustar":
        return WhatItIs("tar.gz", "a .tar.gz archive")
    return told if told.kind == "idx" else WhatItIs("other", f"a gzip file of {told.text}", told.do)


def _unpacked(head: bytes) -> tuple[bytes, str]:
    """The first bytes that a gzip file holds; if there are none, why."""
    try:
        inner = zlib.decompressobj(wbits=31).decompress(head, LOOK_BYTES)
    except zlib.error:
        return b"", "damaged"
    return inner, "truncated or empty"


def _told(head: bytes) -> WhatItIs:
    if not head:
        return WhatItIs("other", "empty (0 bytes)", "download or copy it again")
    if idx := idx_in_words(head):
        return WhatItIs("idx", idx)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        name = head[_ZIP_NAME_AT : _ZIP_NAME_AT + int.from_bytes(head[26:28], "little")]
        return WhatItIs("npz", "an .npz file of numpy") if name.endswith(b".npy") else WhatItIs("zip", "a .zip archive")
    for beginning, text, do in _BEGINNINGS:
        if head.startswith(beginning):
            return WhatItIs("other", text, do)
    if head[_TAR_MARK] == b"ustar":
        return WhatItIs("other", "a .tar archive that is not gzipped", _UNPACK)
    return _told_text(head)


def _told_text(head: bytes) -> WhatItIs:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"<!doctype html|<html|<head|<body", text):
        return WhatItIs("other", "an HTML page", _AGAIN)
    if text.startswith((b"<?xml", b"<error")):
        denied = " that says AccessDenied" if b"accessdenied" in text else ""
        return WhatItIs("other", f"an XML document{denied}", _AGAIN)
    if not any(head):
        return WhatItIs("other", "zeros from its first byte on", "download or copy it again")
    if b"\0" not in head and text and sum(byte < 32 and byte not in b"\t\n\r\f" for byte in text) == 0:
        return WhatItIs("other", "text")
    return WhatItIs("other", f"data of an unknown kind (it begins with {head[:4].hex(' ')})")


def idx_in_words(head: bytes) -> str:
    """What the header of an idx file says: type, dimensions and their sizes; "" if it is not the header of one."""
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX_TYPES or not 1 <= head[3] <= _MOST_DIMENSIONS:
        return ""
    count = head[3]
    if len(head) < 4 + 4 * count:
        return f"an idx file of {_IDX_TYPES[head[2]]} whose header is cut off"
    sizes = " x ".join(map(str, struct.unpack(f">{count}I", head[4 : 4 + 4 * count])))
    return f"an idx file of {_IDX_TYPES[head[2]]} with {count} dimension{'s' * (count > 1)} ({sizes})"
