"""The members that a .zip or .tar.gz archive claims to hold, read so that false claims cannot exhaust memory or time.

Used by archive.py, which unpacks; it guards zipfile and tarfile, which trust headers.
"""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO, TYPE_CHECKING, Any, cast

from mygenerator.beginnings import GZIP, LOOK_BYTES, ZIPS
from mygenerator.errors import InputError
from mygenerator.glyphs.what_is import what_begins

if TYPE_CHECKING:
    from tarfile import TarInfo
    from zipfile import ZipInfo

_ZIP_INDEX_BYTES = 1 << 24
_TAR_HEADER_BYTES = 1 << 16
_PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Member:
    """What an archive holds under one name.

    Parameters
    ----------
    name : str
        As written in the archive.
    is_folder : bool
    fault : str or None
        What it is if it is neither a file nor a folder, or cannot be read.
    open : callable
        Returns its content as a binary file; to be called before the next member is asked for.
    """

    name: str
    is_folder: bool
    fault: str | None
    open: Callable[[], IO[bytes]]
    is_readable_elsewhere: bool = False
    """Whether the fault is that this package does not unpack it, as other programs do."""


def members_of(file: IO[bytes], where: str, most_bytes: int) -> Iterator[Member]:
    """The members of an archive, in its order.

    Parameters
    ----------
    file : binary file
        At its beginning; its first bytes show whether it is a .zip or a .tar.gz.
    where : str
        Its name, for messages.
    most_bytes : int
        If a .tar.gz is larger than this once its gzip is removed, reading ends with an error.

    Raises
    ------
    InputError
        If the file is not an archive, or a header is implausibly large.
    Exception
        Whatever zipfile, tarfile and gzip raise for an archive that is truncated or damaged.
    """
    head = file.read(LOOK_BYTES)
    file.seek(0)
    if head.startswith(ZIPS):
        return _zip_members(_CarefulReader(file, where))
    if head.startswith(GZIP):
        import gzip

        return _tar_members(_CarefulReader(cast(IO[bytes], gzip.open(file)), where, most_bytes))
    told = what_begins(head)
    raise InputError(
        f"this is not an archive but {told.text}", where=where, allowed=".zip, .tar.gz or .tgz", do=told.do
    )


class _CarefulReader:
    """A file that gives at most `left` bytes, and none past `end`: a header can claim any number.

    zipfile and tarfile read as much in one go as a header says, and all of it would have to fit into memory.
    """

    def __init__(self, file: IO[bytes], where: str, end: float = math.inf):
        self._file, self._where, self._end = file, where, end
        self.left = math.inf
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes; if that is negative, up to a mebibyte."""
        if size > self.left:
            raise InputError(f"a header of the archive claims {size:,} bytes", where=self._where)
        self.last = self._file.read(size if size >= 0 else _PIECE_BYTES)
        self.left -= len(self.last)
        self._check(self._file.tell())
        return self.last

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place; in a gzipped file this takes as long as reading everything before it."""
        if whence == os.SEEK_SET:
            self._check(offset)
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """The current place."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Always True."""
        return True

    def _check(self, place: int) -> None:
        if place > self._end:
            raise InputError(f"the archive holds more than {self._end:,} bytes", where=self._where)


def _zip_members(reader: _CarefulReader) -> Iterator[Member]:
    import zipfile

    reader.left = _ZIP_INDEX_BYTES
    with zipfile.ZipFile(cast(IO[bytes], reader)) as archive:
        reader.left = math.inf
        for info in archive.infolist():
            # Not `filename`, which zipfile cuts at a NUL.
            elsewhere = _unpacked_elsewhere(info)
            opens = partial(archive.open, info)
            yield Member(info.orig_filename, info.is_dir(), elsewhere or _zip_fault(info), opens, elsewhere is not None)


def _unpacked_elsewhere(info: ZipInfo) -> str | None:
    """What other programs can unpack, but this package does not."""
    import zipfile

    if info.flag_bits & 1:
        return "encrypted"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # bz2 and lzma unpack a few bytes to gigabytes in one go.
        return f"packed by method {info.compress_type}, neither stored nor deflated"
    return None


def _zip_fault(info: ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)  # 0 if it was packed on Windows
    if kind == stat.S_IFLNK:
        return "a link"
    return None if kind in (0, stat.S_IFREG, stat.S_IFDIR) else "a device or the like"


def _tar_members(reader: _CarefulReader) -> Iterator[Member]:
    import tarfile

    reader.left = _TAR_HEADER_BYTES
    with tarfile.open(fileobj=cast(IO[bytes], reader), mode="r:") as archive:
        while info := archive.next():
            reader.left = math.inf
            content = cast(Callable[[], IO[bytes]], partial(archive.extractfile, info))
            yield Member(info.name, info.isdir(), _tar_fault(info), content)
            cast(Any, archive).members.clear()  # tarfile would keep them all
            reader.left = _TAR_HEADER_BYTES
        if any(reader.last):  # an archive ends with zeros; tarfile takes a damaged header for the end
            raise tarfile.ReadError("a damaged header")
    reader.left = math.inf
    while reader.read(_PIECE_BYTES):  # gzip's own checksum is at the end
        pass


def _tar_fault(info: TarInfo) -> str | None:
    if info.issym() or info.islnk():
        return "a link"
    if info.issparse():
        return "a sparse file"
    return None if info.isreg() or info.isdir() else "a device or the like"
