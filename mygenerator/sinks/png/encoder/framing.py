"""What surrounds the compressed pixels in a PNG file: rows with their filter, chunks, checksums."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import numpy as np

STREAM_HEAD = b"\x78\x01"
"""The beginning of a zlib stream: deflate, window of 32 KiB, fast."""


def raw_rows(images: np.ndarray) -> np.ndarray:
    """The bytes of each image that are compressed: every row preceded by its filter, 0 for none.

    Returns
    -------
    uint8 (N, H * (W + 1))
    """
    count, height, width = images.shape
    rows = np.zeros((count, height, width + 1), np.uint8)
    rows[:, :, 1:] = images
    return rows.reshape(count, -1)


def file_head(height: int, width: int) -> bytes:
    """The signature and the header of an 8-bit grey file."""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))


def file_tail() -> bytes:
    """The chunk that ends a file."""
    return _chunk(b"IEND", b"")


def framed(head: bytes, raw: np.ndarray, blocks: Iterable[bytes]) -> bytes:
    """A whole file made from an image's deflate blocks."""
    stream = b"".join([STREAM_HEAD, *blocks, zlib.adler32(raw.data).to_bytes(4, "big")])
    return b"".join([head, _chunk(b"IDAT", stream), file_tail()])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return b"".join([struct.pack(">I", len(data)), kind, data, struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))])
