"""What a TIFF file says about itself, and whether it is whole: OpenCV makes images of damaged ones without a word."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from mygenerator.errors import InputError, counted
from mygenerator.util_image.exif import Directory, first_directory, read_directory
from mygenerator.util_image.kinds import check_pixels
from mygenerator.util_image.pillow import opened

_KIND, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _COLOURS = 254, 256, 257, 258, 259, 262
_STRIP_PLACES, _SAMPLES, _STRIP_BYTES, _TILE_PLACES, _TILE_BYTES = 273, 277, 279, 324, 325
_PLANES, _SUB_DIRECTORIES, _FORMAT, _DNG, _RAW_COLOURS = 284, 330, 339, 50706, (32803, 34892)
_NO_COMPRESSION, _DEFLATE = 1, (8, 32946)
_SMALLER_COPY, _MASK = 1, 4
_SEPARATED, _WHITE_IS_ZERO = 5, 0
_APART = 2
_UNSIGNED, _WORDS_OF_FORMATS = 1, {2: "whole numbers with a sign", 3: "floating-point numbers"}
_MOST_PAGES = 10_000


@dataclass(frozen=True)
class Tiff:
    """How the one page of a TIFF file is to be read.

    Attributes
    ----------
    by_pillow : bool
        Whether it has transparency or the colours of printing, which OpenCV gets wrong.
    white_is_zero : bool
        Whether small numbers are bright, which OpenCV overlooks where they have 16 bits.
    bits : int
    """

    by_pillow: bool
    white_is_zero: bool
    bits: int


def read_tiff(data: bytes, name: str) -> Tiff:
    """How a TIFF file is to be read.

    Raises
    ------
    InputError
        If it is damaged, holds several pages or is a camera's raw file, or its pixels are not whole numbers of up to
        16 bits.
    """
    pages = _pages(data, name)
    if len(pages) > 1:
        raise InputError(
            f"this TIFF file holds {counted(len(pages), 'page')}",
            where=name,
            allowed="one page",
            do="save each page as a file of its own",
        )
    page = pages[0]
    if _DNG in page.tags or page.first(_COLOURS) in _RAW_COLOURS or data[8:10] == b"CR":
        raise InputError("this is a camera's raw file", where=name, do="save the developed image as PNG or JPEG")
    bits, samples = page.first(_BITS, 1), page.first(_SAMPLES, 1)
    kind = page.first(_FORMAT, _UNSIGNED)
    if kind in _WORDS_OF_FORMATS or bits > 16:
        words = _WORDS_OF_FORMATS.get(kind, "whole numbers")
        raise InputError(
            f"the pixels of this TIFF file are {words} of {bits} bits",
            where=name,
            allowed="whole numbers without a sign, of up to 16 bits",
            do="convert it to 8 or 16 bits",
        )
    if bits > 8 and samples > 1 and page.first(_PLANES) == _APART:
        raise InputError(  # OpenCV and Pillow take the colours for one another
            f"this TIFF file has colours of {bits} bits, each stored by itself (planar)",
            where=name,
            do="save it as PNG, or with 8 bits",
        )
    if page.first(_WIDTH) and page.first(_HEIGHT):
        check_pixels("TIFF", page.first(_HEIGHT), page.first(_WIDTH), name, len(data))
    _check_data(page, data, name)
    colours = page.first(_COLOURS)
    plain = {_SEPARATED: 4, 0: 1, 1: 1, 3: 1}.get(colours, 3)
    by_pillow = samples > plain or colours == _SEPARATED
    return Tiff(by_pillow, colours == _WHITE_IS_ZERO, bits)


def pixels_of_pillow(data: bytes, name: str) -> np.ndarray:
    """The pixels of a page with transparency or the colours of printing: upright uint8 (H, W, 3) RGB or
    (H, W, 4) RGBA."""
    from PIL import ImageOps, UnidentifiedImageError

    try:
        with opened(data, "TIFF") as stored:
            image = ImageOps.exif_transpose(stored)
            return np.asarray(image.convert("RGBA" if image.mode in ("LA", "La", "RGBA", "RGBa", "PA") else "RGB"))
    except Exception as error:  # pylint: disable=broad-exception-caught
        # A damaged file can raise almost anything.
        reason = "" if isinstance(error, UnidentifiedImageError) else f" ({error})"
        raise InputError(f"this sort of TIFF file cannot be read{reason}", where=name, do="save it as PNG") from None


def _damaged(name: str) -> InputError:
    return InputError("this TIFF file is truncated or damaged", where=name, do="copy or save it again")


def _pages(data: bytes, name: str) -> list[Directory]:
    """The directories of all pages; smaller copies of a page and masks are no pages of their own."""
    place = first_directory(data)
    seen: set[int] = set()
    pages: list[Directory] = []
    while place:
        if place in seen or len(seen) > _MOST_PAGES or (page := read_directory(data, place)) is None:
            raise _damaged(name)
        seen.add(place)
        if not page.first(_KIND) & (_SMALLER_COPY | _MASK):
            pages.append(page)
        elif not pages and _SUB_DIRECTORIES in page.tags:
            raise InputError("this is a camera's raw file", where=name, do="save the developed image as PNG or JPEG")
        place = page.next
    if not pages:
        raise _damaged(name)
    return pages


def _check_data(page: Directory, data: bytes, name: str) -> None:
    """Raise InputError unless all pieces of the image lie in the file and can be unpacked."""
    tiled = _TILE_PLACES in page.tags
    places = page.tags.get(_TILE_PLACES if tiled else _STRIP_PLACES, ())
    sizes = page.tags.get(_TILE_BYTES if tiled else _STRIP_BYTES, ())
    compression = page.first(_COMPRESSION, _NO_COMPRESSION)
    # Some old programs leave the sizes out where nothing is compressed and all is one piece.
    one_piece = len(places) == 1 and not sizes and compression == _NO_COMPRESSION
    if not page.first(_WIDTH) or not page.first(_HEIGHT) or not (one_piece or len(places) == len(sizes) > 0):
        raise _damaged(name)
    # Pieces that overlap could make a small file unpack the same data thousands of times.
    if any(place + size > len(data) for place, size in zip(places, sizes, strict=False)) or sum(sizes) > len(data):
        raise _damaged(name)
    if compression in _DEFLATE:
        if not all(_unpacks(data[place : place + size]) for place, size in zip(places, sizes, strict=True)):
            raise _damaged(name)
    elif compression != _NO_COMPRESSION and not _pillow_unpacks(data):
        raise _damaged(name)


def _unpacks(piece: bytes) -> bool:
    """Whether a piece is whole by its own checksum."""
    unpacking = zlib.decompressobj()
    try:
        while piece and not unpacking.eof:
            unpacking.decompress(piece, 1 << 20)
            piece = unpacking.unconsumed_tail
    except zlib.error:
        return False
    return unpacking.eof


def _pillow_unpacks(data: bytes) -> bool:
    """Whether Pillow, which is told of faults that OpenCV is not told of, can unpack the image, or does not know it."""
    from PIL import UnidentifiedImageError

    try:
        with opened(data, "TIFF") as image:
            image.load()
    except UnidentifiedImageError:
        return True
    except Exception:  # pylint: disable=broad-exception-caught
        # A damaged file can raise almost anything.
        return False
    return True
