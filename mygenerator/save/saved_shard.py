"""One shard of a saved folder, read back: its files, whole or as they are looked at, and its part of the joined one."""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from mygenerator.errors import InputError
from mygenerator.files import open_file
from mygenerator.save.output_folder import broken_manifest
from mygenerator.save.shard_record import Shard

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """What the head of a shard's line says, where that line is, and where its part is, in a file of `part_of` bytes."""

    head: Shard
    listed_in: Path
    listed_at: int
    part_in: Path | None = None
    part_at: int = 0
    part_of: int = 0

    @property
    def rows(self) -> range:
        """The indices of the shard's samples."""
        return range(self.head.start, self.head.start + self.head.rows)


class SavedShard:
    """A shard of a saved folder, as the `ShardReader` that its format is given."""

    def __init__(self, folder: Path, place: Place):
        self._folder, self._place = folder, place
        self.number, self.rows = place.head.shard, place.rows
        self._kept: dict[str, Any] = {}

    @cached_property
    def files(self) -> list[str]:
        """The names of its files, in the order in which they were written."""
        try:
            with open_file(self._place.listed_in) as file:
                file.seek(self._place.listed_at)
                shard = Shard.from_json(file.readline().rstrip().rstrip(b","))
        except (OSError, ValueError) as error:
            raise broken_manifest(self._place.listed_in, error) from None
        return [name for name, _, _ in shard.files]

    def data(self, name: str) -> bytes:
        """The bytes of one of its files, as they are now."""
        _check_name(name, self._folder)
        return _read(self._folder / name)

    def view(self, name: str) -> memoryview:
        """One of its files, mapped into memory; InputError if it is not there."""
        return self.keep(f"file {name}", lambda: self._mapped(name))

    def _mapped(self, name: str) -> memoryview:
        _check_name(name, self._folder)
        path = self._folder / name
        try:
            with open_file(path) as file:
                if os.fstat(file.fileno()).st_size == 0:
                    return memoryview(b"")
                return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise InputError(f"it cannot be read ({error.strerror or error})", where=str(path)) from None

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made once for this shard."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def part(self) -> bytes:
        """Its part of the joined file, as it is now; empty if the format has none.

        Raises
        ------
        InputError
            If the joined file no longer has the size that it was saved with, so that its parts cannot be found.
        """
        place = self._place
        if place.part_in is None or not place.head.part_bytes:
            return b""
        data = _read(place.part_in, place.part_at, place.head.part_bytes, place.part_of)
        if len(data) != place.head.part_bytes:
            raise InputError("its end is missing", where=str(place.part_in))
        return data


def _check_name(name: str, folder: Path) -> None:
    if os.path.basename(name) != name:
        raise InputError(f"{name!r} is not the name of a file in this folder", where=str(folder))


def _read(path: Path, start: int = 0, size: int = -1, whole: int | None = None) -> bytes:
    """Bytes of a file; InputError if it cannot be read, or its size is not `whole`."""
    try:
        with open_file(path) as file:
            found = os.fstat(file.fileno()).st_size
            if whole is not None and found != whole:
                raise InputError(f"it was changed: {found} bytes, {whole} were saved", where=str(path))
            file.seek(start)
            return file.read(size)
    except OSError as error:
        raise InputError(f"it cannot be read ({error.strerror or error})", where=str(path)) from None
