"""Unpacking .zip and .tar.gz archives that nobody vouches for: into one folder, within stated limits, as a whole.

An archive is a list of claims (members.py). Names that lead out of the folder are refused here, and so is all that is
neither file nor folder; sizes are counted while unpacking, whatever the headers say. sources.py says what to unpack.
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
from mygenerator.glyphs.members import Member, members_of


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold; MNIST's 70,000 digits as one image each stay within.

    Parameters
    ----------
    entries : int
        Members, and folders made for them.
    file_bytes, total_bytes : int
        Of one file, and of all.
    depth : int
        Folders in folders.
    """

    entries: int = 100_000
    file_bytes: int = 1_000_000_000
    total_bytes: int = 2_000_000_000
    depth: int = 20


LIMITS = Limits()

_PIECE_BYTES = 1 << 20
_BESIDE_FILES = "__MACOSX"
"""A folder that macOS adds to every archive; it holds nothing for others."""


def unpack(archive: Path, folder: Path, wanted: Collection[str] | None = None, limits: Limits = LIMITS) -> None:
    """Unpack an archive as `folder`, which appears with all its content or not at all.

    Parameters
    ----------
    archive : Path
        A .zip (stored or deflated) or a .tar.gz; told by its content, not by its name.
    folder : Path
        Must not exist; the folder around it must, and be locked: what is hidden there under its name is swept.
    wanted : collection of str, optional
        The names of the files to unpack; all where not given.
    limits : Limits

    Raises
    ------
    InputError
        For an archive that is torn, encrypted or none at all; for a name that leads out of the folder, cannot be a
        file's name or stands twice; for a link or a device; for one that holds more than `limits`. The message names
        the member.
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
        problem = f"cannot be unpacked ({reason})" if reason else f"is torn or damaged ({str(error) or repr(error)})"
        raise InputError(f"the archive {problem}", where=str(archive)) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Unpacker:
    """Unpacks one archive, counting."""

    def __init__(self, archive: Path, folder: Path, limits: Limits):
        self._archive, self._folder, self._limits = archive, folder, limits
        self._entries, self._bytes = 0, 0
        self._folders = {folder}

    def unpack(self, wanted: Collection[str] | None) -> None:
        """Every member, or those that are wanted, into the folder."""
        lacking = set(wanted or ())
        # Each file of a tar takes a header or three, and is filled up to a multiple of 512 bytes.
        most = self._limits.total_bytes + 2_048 * self._limits.entries
        with self._archive.open("rb") as file:
            for member in members_of(file, str(self._archive), most):
                self._count_entry()
                parts = self._parts(member)
                if member.fault:
                    raise self._refused(member.name, f"is {member.fault}")
                if parts[:1] == [_BESIDE_FILES] or (wanted is not None and member.name not in wanted):
                    continue
                lacking.discard(member.name)
                self._unpack_member(member, parts)
        if lacking:
            raise InputError(f"the archive lacks {', '.join(sorted(lacking))}", where=str(self._archive))

    def _parts(self, member: Member) -> list[str]:
        """The names of the folders and the file that a member's name is made of, where it leads nowhere else."""
        name = member.name
        if "\0" in name or "\\" in name:
            raise self._refused(name, "has a name with NUL or a backslash")
        if name.startswith("/") or re.match("[A-Za-z]:", name):
            raise self._refused(name, "has an absolute path")
        parts = [part for part in name.split("/") if part not in ("", ".")]
        if ".." in parts:
            raise self._refused(name, "leads out of the archive")
        if not parts and not member.is_folder:
            raise self._refused(name, "has no name")
        if len(parts) > self._limits.depth:
            raise self._refused(name, f"lies more than {self._limits.depth} folders deep")
        return parts

    def _unpack_member(self, member: Member, parts: list[str]) -> None:
        path = self._folder.joinpath(*parts)
        try:
            self._make_folder(path if member.is_folder else path.parent)
            if not member.is_folder:
                with path.open("xb") as target, member.open() as content:
                    self._copy(member.name, content, target)
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise self._refused(member.name, "stands there twice") from error
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

    def _refused(self, name: str, why: str) -> InputError:
        shown = repr(name if len(name) <= 100 else f"{name[:100]}...")
        return InputError(f"{shown} in the archive {why}", where=str(self._archive), do="nothing of it is used")
