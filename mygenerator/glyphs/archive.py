"""Unpacks untrusted .zip and .tar.gz archives: into one folder, within fixed limits, whole or not at all.

An archive is a list of claims (members.py). Names that lead out of the folder are refused here, as is everything that
is neither a file nor a folder. Sizes are counted while unpacking, whatever the headers say. sources.py says what to
unpack.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from mygenerator.errors import InputError
from mygenerator.files import AGAIN, WITH_ITS_PROGRAM, open_file
from mygenerator.glyphs.members import Member, members_of
from mygenerator.litter import is_litter


@dataclass(frozen=True)
class Limits:
    """How much an archive can hold; MNIST's 70,000 digits as one image each are within the limits.

    Parameters
    ----------
    entries : int
        The most members, with the folders made for them.
    file_bytes, total_bytes : int
        The most bytes in one file, and in all.
    depth : int
        How deeply folders can be nested.
    """

    entries: int = 100_000
    file_bytes: int = 1_000_000_000
    total_bytes: int = 2_000_000_000
    depth: int = 20


LIMITS = Limits()

_PIECE_BYTES = 1 << 20


def unpack(archive: Path, folder: Path, wanted: Collection[str] | None = None, limits: Limits = LIMITS) -> None:
    """Unpack an archive as `folder`, which appears with all its content or not at all.

    Parameters
    ----------
    archive : Path
        A .zip (stored or deflated) or a .tar.gz; recognised by its content, not by its name.
    folder : Path
        Must not exist. Its parent must exist and be locked: a hidden folder of the same name there is removed.
    wanted : collection of str, optional
        The names of the files to unpack; by default all but what systems leave behind, such as macOS's `__MACOSX`.
    limits : Limits

    Raises
    ------
    InputError
        If the file is truncated, encrypted or not an archive, or the archive holds more than `limits`. If a member is
        a link or a device, or its name leads out of the folder, cannot be a file's name or occurs twice; the message
        names the member.
    """
    temporary = folder.with_name(f".{folder.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    try:
        temporary.mkdir()
        _Unpacker(archive, temporary, limits).unpack(wanted)
        os.rename(temporary, folder)
    except InputError:
        raise
    except Exception as error:
        # A damaged header can raise almost anything on its way through zipfile and tarfile.
        reason = getattr(error, "strerror", None)
        if getattr(error, "errno", None) in _NO_ROOM:
            raise InputError(
                f"the archive cannot be unpacked into {folder.parent} ({reason})",
                where=str(archive),
                do="make room on that disk, or set MYGENERATOR_HOME to a folder on another",
            ) from error
        fault = str(error) or repr(error)
        problem = f"cannot be unpacked ({reason})" if reason else f"is truncated or damaged ({fault})"
        raise InputError(f"the archive {problem}", where=str(archive), do=None if reason else AGAIN) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


_UNPACK_IT = f"nothing from it is used: {WITH_ITS_PROGRAM}"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class _Unpacker:
    """Unpacks one archive and counts as it goes."""

    def __init__(self, archive: Path, folder: Path, limits: Limits):
        self._archive, self._folder, self._limits = archive, folder, limits
        self._entries, self._bytes = 0, 0
        self._folders = {folder}

    def unpack(self, wanted: Collection[str] | None) -> None:
        """Unpack every member, or those that are wanted, into the folder."""
        lacking = set(wanted or ())
        # Each file in a tar takes up to three headers and is padded to a multiple of 512 bytes.
        most = self._limits.total_bytes + 2_048 * self._limits.entries
        with open_file(self._archive) as file:
            for member in members_of(file, str(self._archive), most):
                self._count_entry()
                parts = self._parts(member)
                if member.fault:
                    raise self._refused(
                        member.name, f"is {member.fault}", *([_UNPACK_IT] * member.is_readable_elsewhere)
                    )
                if any(map(is_litter, parts)) if wanted is None else member.name not in wanted:
                    continue
                lacking.discard(member.name)
                self._unpack_member(member, parts)
        if lacking:
            raise InputError(f"the archive does not hold {', '.join(sorted(lacking))}", where=str(self._archive))

    def _parts(self, member: Member) -> list[str]:
        """The folders and the file in a member's name; InputError if the name leads out of the archive."""
        name = member.name
        if "\0" in name or "\\" in name:
            raise self._refused(name, "has a name with NUL or a backslash", _UNPACK_IT)
        if name.startswith("/") or re.match("[A-Za-z]:", name):
            raise self._refused(name, "has an absolute path")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise self._refused(name, "leads out of the archive")
        if not parts and not member.is_folder:
            raise self._refused(name, "has no name")
        if len(parts) > self._limits.depth:
            raise self._refused(name, f"is more than {self._limits.depth} folders deep")
        return parts

    def _unpack_member(self, member: Member, parts: list[str]) -> None:
        path = self._folder.joinpath(*parts)
        try:
            self._make_folder(path if member.is_folder else path.parent)
            if not member.is_folder:
                with path.open("xb") as target, member.open() as content:
                    self._copy(member.name, content, target)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise self._refused(member.name, "occurs twice") from error
        except OSError as error:
            if error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ):
                raise self._refused(member.name, "has a name that cannot be used here") from error
            raise

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._folders:
            self._make_folder(folder.parent)
            folder.mkdir()
            self._folders.add(folder)
            self._count_entry()

    def _copy(self, name: str, content: IO[bytes], target: IO[bytes]) -> None:
        size = 0
        while piece := content.read(_PIECE_BYTES):
            size += len(piece)
            self._bytes += len(piece)
            if size > self._limits.file_bytes:
                raise self._refused(name, f"is larger than {self._limits.file_bytes:,} bytes")
            if self._bytes > self._limits.total_bytes:
                raise self._too_much(f"{self._limits.total_bytes:,} bytes")
            target.write(piece)

    def _count_entry(self) -> None:
        self._entries += 1
        if self._entries > self._limits.entries:
            raise self._too_much(f"{self._limits.entries:,} files and folders")

    def _too_much(self, limit: str) -> InputError:
        return InputError(f"the archive holds more than {limit}", where=str(self._archive))

    def _refused(self, name: str, why: str, do: str = "nothing from it is used") -> InputError:
        shown = repr(name if len(name) <= 100 else f"{name[:100]}...")
        return InputError(f"{shown} in the archive {why}", where=str(self._archive), do=do)
