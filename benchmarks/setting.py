"""What a run was told: sizes, rounds, folders, digits. It goes to each case's process as JSON."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

RAM_DISK = Path("/dev/shm")


class SkipError(Exception):
    """A case, or a contender, that cannot be run here; says why."""


@dataclass(frozen=True)
class Setting:
    """What the command line chose.

    Parameters
    ----------
    quick : bool
        Every case at its smallest, to see that nothing is broken.
    full : bool
        The sizes that take many minutes too.
    rounds : int or None
        How often contenders take turns; None: what the case thinks right.
    data : str or None
        A folder that holds mnist/; None: the embedded digits are used.
    disk : str
        A folder on the disk that is measured.
    scratch : str
        A folder for what is needed beside, with the home folder of all that is run.
    trdg : str or None
        An interpreter that has the generator trdg, which does not work beside a Pillow of today.
    """

    quick: bool
    full: bool
    rounds: int | None
    data: str | None
    disk: str
    scratch: str
    trdg: str | None = None

    @classmethod
    def from_json(cls, text: str) -> Setting:
        """What `to_json` wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """All of it as text."""
        return json.dumps(asdict(self))

    @property
    def glyphs(self) -> str | Path:
        """What data sets are told to write with."""
        return "optdigits" if self.data is None else Path(self.data) / "mnist"

    @property
    def digits_name(self) -> str:
        """What is written with, as the report calls it."""
        return "the embedded optdigits" if self.data is None else "MNIST's test digits"

    def turns(self, usual: int) -> int:
        """How many rounds a case runs that usually takes so many."""
        return self.rounds or (2 if self.quick else usual)

    def size(self, usual: int, quick: int) -> int:
        """A size, and what becomes of it in a quick run."""
        return quick if self.quick else usual

    @contextmanager
    def folder(self, on: str | Path | None = None) -> Iterator[Path]:
        """An empty folder (by default below `scratch`), gone afterwards."""
        with tempfile.TemporaryDirectory(prefix="benchmark-", dir=on or self.scratch) as name:
            yield Path(name)

    def ram_disk(self, needed: int = 0) -> Path:
        """Where a RAM disk is that has room for `needed` bytes; SkipError where there is none."""
        if not (RAM_DISK.is_dir() and os.access(RAM_DISK, os.W_OK)):
            raise SkipError(f"there is no RAM disk at {RAM_DISK}")
        state = os.statvfs(RAM_DISK)
        if state.f_bavail * state.f_frsize < needed:
            raise SkipError(f"{RAM_DISK} has no {needed / 1e9:.1f} GB free")
        return RAM_DISK
