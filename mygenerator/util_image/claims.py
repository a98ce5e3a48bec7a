"""The sizes that image files claim in their headers, for formats that nothing else here looks into."""

from __future__ import annotations

import re
import struct

_PNM = re.compile(rb"P[1-6](?:\s+|#[^\n]*+\n)++(\d{1,12})(?:\s+|#[^\n]*+\n)++(\d{1,12})")
_PAM_WIDTH, _PAM_HEIGHT = (re.compile(rb"^%b[ \t]+(\d{1,12})" % word, re.MULTILINE) for word in (b"WIDTH", b"HEIGHT"))
_OLD_BMP_HEADER = 12


def claimed_size(data: bytes) -> tuple[str, int, int] | None:
    """The format, height and width in pixels that a WebP, GIF, BMP, PNM or PAM file claims; None for any other.

    >>> claimed_size(b"P5 # made by hand\\n300 200 255 ...")
    ('PNM', 200, 300)
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _of_webp(data)
    if data[:4] == b"GIF8" and len(data) >= 10:
        width, height = struct.unpack_from("<HH", data, 6)
        return "GIF", height, width
    if data[:2] == b"BM" and len(data) >= 26:
        if int.from_bytes(data[14:18], "little") == _OLD_BMP_HEADER:
            width, height = struct.unpack_from("<HH", data, 18)
        else:
            width, height = struct.unpack_from("<ii", data, 18)
        return "BMP", abs(height), abs(width)  # a negative height: the first row is the top one
    if data[:2] == b"P7":
        end = data.find(b"ENDHDR")
        width, height = _PAM_WIDTH.search(data, 0, end), _PAM_HEIGHT.search(data, 0, end)
        return ("PAM", int(height[1]), int(width[1])) if width and height else None
    found = _PNM.match(data)
    return ("PNM", int(found[2]), int(found[1])) if found else None


def _of_webp(data: bytes) -> tuple[str, int, int] | None:
    kind = data[12:16]
    if len(data) < 30:
        return None
    if kind == b"VP8X":
        width, height = (1 + int.from_bytes(data[start : start + 3], "little") for start in (24, 27))
    elif kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    elif kind == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", data, 26))
    else:
        return None
    return "WebP", height, width
