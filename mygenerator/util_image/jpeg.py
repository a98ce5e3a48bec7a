"""Whether a JPEG file is whole, and how it is to be turned.

Decoders go on after damage: what is missing becomes grey, and a warning goes to stderr, where nobody can catch it. So
the file is gone through here from marker to marker, and decoded a second time, at an eighth of its size, without the
end of its data. JPEG has no checksums: damage after which the codes fit again by chance is not seen, and in progressive
files only a missing part is.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

import numpy as np

from mygenerator.util_image.exif import orientation_of

SIGNATURE = b"\xff\xd8"

_FILLING = re.compile(rb"\0*+\xff*+")
# Each looks at a run of 0xFF once: a file can hold millions of them.
_MARKER = re.compile(rb"(?<!\xff)\xff++[^\x00\xff\xd0-\xd7]")
_RESTART = re.compile(rb"(?<!\xff)\xff++([\xd0-\xd7])")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BASELINE = (0xC0, 0xC1)
_END, _SCAN, _RESTARTS, _EXIF = 0xD9, 0xDA, 0xDD, 0xE1
_SPARE_BYTES = 4
"""Some cameras write a few bytes too many at the end of the coded data; all decoders pass over them."""
_ALL = (1 << 64) - 1
_SHRINK = 8
_NO_DATA = 128
"""The grey of pixels for which there was no data."""


@dataclass
class Jpeg:
    """What a JPEG file says about itself.

    Attributes
    ----------
    orientation : int
        1 to 8, as EXIF says.
    scans : int
        How often the file goes over the image.
    data_end : int
        Where the coded data of the last scan ends, in bytes.
    height, width, colours : int
        The size in pixels, and the number of colours.
    baseline : bool
        Whether its codes are those of the plain sort, not progressive.
    """

    orientation: int = 1
    scans: int = 0
    data_end: int = 0
    height: int = 0
    width: int = 0
    colours: int = 0
    baseline: bool = False


def read_markers(data: bytes) -> Jpeg | None:  # pylint: disable=too-many-branches
    """What the file says about itself; None if it does not go from marker to marker up to its end."""
    found, place, restarts = Jpeg(), len(SIGNATURE), 0
    lacking: dict[int, int] = {}  # by the number of a colour: which of its 64 coefficients are not told to the last bit
    while True:
        place = _after_filling(data, place)
        if data[place : place + 1] != b"\xff" or place + 2 > len(data):
            return None
        kind = data[place + 1]
        if kind == _END:
            return found if found.scans and not any(lacking.values()) else None
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4])
        if end < place + 4 or end > len(data):
            return None
        if kind == _EXIF and found.orientation == 1:
            found.orientation = orientation_of(data[place + 4 : end])
        elif kind in _FRAMES:
            if end < place + 10:
                return None
            found.baseline = kind in _BASELINE
            found.height, found.width, found.colours = struct.unpack_from(">HHB", data, place + 5)
            lacking = dict.fromkeys(data[place + 10 : end : 3], _ALL)
        elif kind == _RESTARTS:
            restarts = int.from_bytes(data[place + 4 : end])
        elif kind == _SCAN:
            coded = memoryview(data)[end:]
            marker = _MARKER.search(coded)
            if marker is None:
                return None
            # Some telephones write other numbers into files that are not progressive, where they mean nothing.
            first, last, bits = (0, 63, 0) if found.baseline else data[end - 3 : end]
            if not bits & 15:  # the last bits of these coefficients
                for colour in data[place + 5 : end - 3 : 2]:
                    lacking[colour] = lacking.get(colour, 0) & ~((2 << last) - (1 << first))
            found.scans, found.data_end = found.scans + 1, end + marker.start()
            if restarts:
                marks = [mark[0] - 0xD0 for mark in _RESTART.findall(coded[: marker.start()])]
                if marks != [number % 8 for number in range(len(marks))]:
                    return None
            end = found.data_end
        place = end


def _after_filling(data: bytes, place: int) -> int:
    """The place of the last 0xFF in what fills the space before a marker: zeros, and more of 0xFF."""
    filling = _FILLING.match(data, place)
    end = filling.end() if filling else place
    return end - 1 if end > place and data[end - 1] == 0xFF else end


def fits_its_data(data: bytes, found: Jpeg, image: np.ndarray) -> bool:
    """Whether the image ends where the coded data does, as far as that can be seen.

    Parameters
    ----------
    data : bytes
    found : Jpeg
        From `read_markers`.
    image : uint8 array (H, W) or (H, W, C)
        What the file was decoded to.
    """
    if not found.baseline or found.scans != 1 or found.colours not in (1, 3):
        return True
    # A damaged code makes the decoder lose its place: it is done before the data ends, or runs out of data. Without
    # the last bytes, the last row of a whole file cannot be decoded, and stays black.
    before_end = _last_row(data[: found.data_end - _SPARE_BYTES - 1], found)
    if before_end is not None and before_end[0]:
        return False
    # The last pixel has the grey of missing data: if it is not missing, it can be decoded from the data that is there.
    # The decoder reads eight bytes ahead.
    if any(abs(level - _NO_DATA) > 1 for level in image[-1, -1:].ravel().tolist()):
        return True
    at_end = _last_row(data[: found.data_end] + bytes(8), found)
    return at_end is None or at_end[1] > 0


def _last_row(data: bytes, found: Jpeg) -> tuple[int, int] | None:
    """The brightest and the last pixel of the last row that part of a file gives, at an eighth of its size.

    They are black where nothing could be decoded. None if Pillow does not decode this sort of file.
    """
    from PIL import Image

    width, height = -(-found.width // _SHRINK), -(-found.height // _SHRINK)
    try:
        # What `Image.open` and `load` call, without the rest of their work, which takes ten times as long.
        # pylint: disable-next=c-extension-no-member
        image = Image.core.new("L", (width, height))
        # pylint: disable-next=c-extension-no-member
        decoder = Image.core.jpeg_decoder("L", "L", "", _SHRINK, 0)
        decoder.setimage(image, (0, 0, width, height))
        decoder.decode(data)
        last = image.crop((0, height - 1, width, height))
        return int(last.getextrema()[1]), int(last.getpixel((width - 1, 0)))
    except Exception:  # pylint: disable=broad-exception-caught
        return None
