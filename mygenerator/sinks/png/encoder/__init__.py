"""The PNG encoder: 8-bit grey images as PNG files; fast and small for strips of handwriting, correct for any image.

Such strips are paper, ink and soft edges: runs of equal bytes are worth finding, and little else is. So no filter is
used, matches are of distance 1 only, and the code tables are trained once rather than made for each image.
`deflate.py` is the plain numpy definition of the bytes, `png_numba.py` its compiled twin.
"""

from __future__ import annotations

from itertools import pairwise
from types import ModuleType

import numpy as np

from mygenerator import twins
from mygenerator.errors import InputError
from mygenerator.sinks.png.encoder.code_tables import tables
from mygenerator.sinks.png.encoder.deflate import STORED_BYTES, deflate
from mygenerator.sinks.png.encoder.framing import STREAM_HEAD, file_head, file_tail, framed, raw_rows

__all__ = ["png_encode"]

_TWIN = "mygenerator.sinks.png.encoder.png_numba"
_NS_A_PIXEL = 10
_BLOCK = 65_535
"""An image is cut into blocks of this many bytes, rows with their filters: the most that a stored block can hold."""
_CHUNK_BYTES = 1 << 18
"""The definition takes about this many bytes of images at once, so that its arrays stay in the processor's cache."""
_TWIN_CHUNK_BYTES = 1 << 20
_MOST_BYTES = 1 << 30


def png_encode(images: np.ndarray) -> list[bytes]:
    """Encode images as PNG files of 8-bit grey.

    Equal images make equal files on any machine, whatever other images are encoded with them.

    Parameters
    ----------
    images : uint8 (N, H, W)
        H and W are at least 1, H * (W + 1) is at most 2**30; N can be 0.

    Returns
    -------
    list of bytes
        N whole files.

    Raises
    ------
    InputError
        If `images` has any other shape or dtype.

    Examples
    --------
    >>> files = png_encode(np.zeros((2, 28, 300), np.uint8))
    >>> len(files), files[0][:4]
    (2, b'\\x89PNG')
    """
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 3:
        given = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else f"{type(images).__name__}"
        raise InputError(f"images are {given}", allowed="a uint8 array of shape (N, H, W)")
    count, height, width = images.shape
    if not count:
        return []
    if min(height, width) < 1 or height * (width + 1) > _MOST_BYTES:
        allowed = "at least one row and one column, and H * (W + 1) of at most 2**30"
        raise InputError(f"images are {height} x {width} pixels", allowed=allowed)
    twin = twins.load(_TWIN, _NS_A_PIXEL * images.size)
    return _by_definition(images) if twin is None else _by_twin(twin, images)


def _by_definition(images: np.ndarray) -> list[bytes]:
    count, height, width = images.shape
    head, length = file_head(height, width), height * (width + 1)
    files = []
    step = max(1, _CHUNK_BYTES // length)
    for start in range(0, count, step):
        raw = raw_rows(images[start : start + step])
        # All blocks but an image's last have the same length; the last blocks of many images are made at once.
        before = (length - 1) // _BLOCK * _BLOCK
        last = deflate(raw[:, before:], final=True)
        for rows, block in zip(raw, last, strict=True):
            files.append(framed(head, rows, [*_blocks_before(rows[:before]), block]))
    return files


def _blocks_before(raw: np.ndarray) -> list[bytes]:
    blocks, step = raw.reshape(-1, _BLOCK), _CHUNK_BYTES // _BLOCK
    return [block for at in range(0, len(blocks), step) for block in deflate(blocks[at : at + step], final=False)]


def _by_twin(twin: ModuleType, images: np.ndarray) -> list[bytes]:
    count, height, width = images.shape
    length = height * (width + 1)
    head, tail, known = file_head(height, width), file_tail(), tables()
    step = min(count, max(1, _TWIN_CHUNK_BYTES // length))
    largest = length + STORED_BYTES * -(-length // _BLOCK) + len(head) + len(tail) + 18
    scratch = twin.scratch(length, _BLOCK)
    # A block is written before it is known whether it is better stored.
    out = np.empty(step * largest + 2 * min(length, _BLOCK) + 1024, np.uint8)
    ends = np.zeros(step + 1, np.int64)
    known_arrays = (known.entries, known.costs, known.headers, known.header_bits)
    frame = tuple(np.frombuffer(part, np.uint8) for part in (head, STREAM_HEAD, tail))
    files = []
    for start in range(0, count, step):
        part = np.ascontiguousarray(images[start : start + step])
        twin.encode(part, scratch, frame, known_arrays, _BLOCK, out, ends)
        written = out[: ends[len(part)]].tobytes()
        files += [written[first:last] for first, last in pairwise(ends[: len(part) + 1].tolist())]
    return files
