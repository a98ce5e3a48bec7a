"""Files made by hand, right at first and then wrong: idx, PNG, zip, tar."""

from __future__ import annotations

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

IMAGES_MAGIC, LABELS_MAGIC = b"\0\0\x08\x03", b"\0\0\x08\x01"
IMAGES, LABELS = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
DIGITS = 20
SIDE = 28


def strokes(count: int = DIGITS, height: int = SIDE, width: int = SIDE) -> np.ndarray:
    """Upright strokes, white on black, each at another place: uint8 (count, height, width)."""
    images = np.zeros((count, height, width), np.uint8)
    for number, image in enumerate(images):
        left = width // 4 + number % 5
        image[height // 7 : height - height // 7, left : left + width // 4] = 255
    return images


def idx(magic: bytes, shape: Sequence[int], values: bytes) -> bytes:
    """An idx file whose header says what it is told to say."""
    return magic + struct.pack(f">{len(shape)}I", *shape) + values


def idx_pair(
    images: bytes | None = None, labels: bytes | None = None, folder: str = "digits", suffix: str = ""
) -> dict[str, bytes]:
    """The two files of a good idx folder, or what stands in place of one of them."""
    good_images = idx(IMAGES_MAGIC, (DIGITS, SIDE, SIDE), strokes().tobytes())
    good_labels = idx(LABELS_MAGIC, (DIGITS,), bytes(number % 10 for number in range(DIGITS)))
    return {
        f"{folder}/{IMAGES}{suffix}": good_images if images is None else images,
        f"{folder}/{LABELS}{suffix}": good_labels if labels is None else labels,
    }


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG file, with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels: np.ndarray, size: tuple[int, int] | None = None) -> bytes:
    """A PNG file, grey or RGBA by its pixels; `size` is what its header says instead (width, height)."""
    height, width = pixels.shape[:2]
    colour = 0 if pixels.ndim == 2 else 6
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", *(size or (width, height)), 8, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", head), png_chunk(b"IDAT", zlib.compress(rows)), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def blank_png(side: int) -> Callable[[], bytes]:
    """Makes a right PNG of side x side black pixels, a thousandth of their size."""

    def make() -> bytes:
        packer = zlib.compressobj(9)
        row = bytes(side + 1)
        packed = b"".join([*(packer.compress(row) for _ in range(side)), packer.flush()])
        head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
        chunks = [png_chunk(b"IHDR", head), png_chunk(b"IDAT", packed), png_chunk(b"IEND", b"")]
        return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

    return make


def glyph(number: int = 0, height: int = SIDE, width: int = SIDE) -> bytes:
    """A PNG file of one stroke."""
    return png(strokes(number + 1, height, width)[number])


def characters(more: Mapping[str, Any] | None = None, folder: str = "scans") -> dict[str, Any]:
    """The files of a good folder of characters, and more."""
    good = {f"{folder}/{digit}/{name}.png": glyph(digit % 5) for digit in range(10) for name in "ab"}
    return good | {f"{folder}/{name}": content for name, content in (more or {}).items()}


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, kind: int = 0) -> bytes:
    """A .zip of these files; `kind` is what their mode says they are, such as stat.S_IFLNK."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            info.external_attr = (kind | stat.S_IRUSR) << 16
            archive.writestr(info, data)
    return target.getvalue()


def tar_of(files: Mapping[str, bytes], kind: bytes = tarfile.REGTYPE, to: str = "", **facts: Any) -> bytes:
    """A .tar.gz of these files; or of links `to` a path, devices and the like, by `kind`."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(data), kind, to
            for fact, value in facts.items():
                setattr(info, fact, value)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(target.getvalue(), mtime=0)


def zip_of_zeros(name: str, size: int) -> Callable[[], bytes]:
    """Makes a .zip of one file of zeros, a thousandth of its size."""

    def make() -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as file:
            for _ in range(size >> 20):
                file.write(bytes(1 << 20))
        return target.getvalue()

    return make


def tar_of_zeros(name: str, size: int) -> Callable[[], bytes]:
    """Makes a .tar.gz of one file of zeros, a thousandth of its size."""

    def make() -> bytes:
        info = tarfile.TarInfo(name)
        info.size = size
        # Each part of a gzip file is gzip by itself.
        return gzip.compress(info.tobuf()) + zeros_gzipped(size)()

    return make


def tar_claim(name: str, kind: bytes, size: int) -> bytes:
    """A .tar.gz of one header, which claims a size, and no content."""
    info = tarfile.TarInfo(name)
    info.type, info.size = kind, size
    return gzip.compress(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024), mtime=0)


def overwritten(data: bytes, place: int, new: bytes) -> bytes:
    """The data with other bytes from a place on; a negative place counts from the end."""
    place %= len(data)
    return data[:place] + new + data[place + len(new) :]


def zeros_gzipped(size: int) -> Callable[[], bytes]:
    """Makes gzipped zeros, a thousandth of their size."""

    def make() -> bytes:
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        piece = bytes(1 << 20)
        return b"".join([*(packer.compress(piece) for _ in range(size >> 20)), packer.flush()])

    return make
