"""Says what a file is by its first bytes, for messages about a file that is not what its name promises.

Nothing is unpacked but the beginning of a gzip. Used by all readers of idx files and archives.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from mygenerator.beginnings import GZIP, LOOK_BYTES, ZIPS, kind_of
from mygenerator.files import NO_FILE, open_file

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


@dataclass(frozen=True)
class WhatItIs:
    """What a file is.

    Parameters
    ----------
    kind : str
        "idx", "npz", "zip", "tar.gz", "unreadable", or "other".
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
        with open_file(path) as file:
            return what_begins(file.read(LOOK_BYTES))
    except OSError as error:
        if error.strerror == NO_FILE:
            return WhatItIs("other", "a pipe, a socket or a device")
        do = "change its rights so that you can read it" if isinstance(error, PermissionError) else None
        return WhatItIs("unreadable", f"unreadable ({error.strerror})", do)


def what_begins(head: bytes) -> WhatItIs:
    """What a file with these first bytes is."""
    if not head.startswith(GZIP):
        return _told(head)
    inner, damage = _unpacked(head)
    if not inner:
        return WhatItIs("other", f"a gzip file that is {damage}", "download or copy it again")
    if inner.startswith(GZIP):
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
    if idx := idx_in_words(head):
        return WhatItIs("idx", idx)
    if head.startswith(ZIPS):
        name = head[_ZIP_NAME_AT : _ZIP_NAME_AT + int.from_bytes(head[26:28], "little")]
        return WhatItIs("npz", "an .npz file of numpy") if name.endswith(b".npy") else WhatItIs("zip", "a .zip archive")
    kind = kind_of(head)
    if kind is None:
        return WhatItIs("other", f"data of an unknown kind (it begins with {head[:4].hex(' ')})")
    return WhatItIs("other", kind.text, kind.do)


def idx_in_words(head: bytes) -> str:
    """What the header of an idx file says: type, dimensions and their sizes; "" if it is not the header of one."""
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX_TYPES or not 1 <= head[3] <= _MOST_DIMENSIONS:
        return ""
    count = head[3]
    if len(head) < 4 + 4 * count:
        return f"an idx file of {_IDX_TYPES[head[2]]} whose header is cut off"
    sizes = " x ".join(map(str, struct.unpack(f">{count}I", head[4 : 4 + 4 * count])))
    return f"an idx file of {_IDX_TYPES[head[2]]} with {count} dimension{'s' * (count > 1)} ({sizes})"
