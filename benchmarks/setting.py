"""The settings of a run: sizes, rounds, folders, digits. They are passed to each case's process as JSON."""

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
    """A case or a contender cannot be run here; says why."""


@dataclass(frozen=True)
class Setting:
    """What the command line chose.

    Parameters
    ----------
    quick : bool
        Every case at its smallest size, to check that nothing is broken.
    full : bool
        Also the sizes that take many minutes.
    rounds : int or None
        How many times contenders take turns; None for the case's own number.
    data : str or None
        A folder that holds mnist/; None for the embedded digits.
    disk : str
        A folder on the disk to measure.
    scratch : str
        A folder for other temporary files, with the home folder of everything that is run.
    trdg : str or None
        An interpreter that has the generator trdg, which does not work with a current Pillow.
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
        """The setting that `to_json` wrote."""
        return cls(**json.loads(text))

    def to_json(self) -> str:
        """The setting as text."""
        return json.dumps(asdict(self))

    @property
    def glyphs(self) -> str | Path:
        """The glyph source of our data sets."""
        return "optdigits" if self.data is None else Path(self.data) / "mnist"

    @property
    def digits_name(self) -> str:
        """The report's name for the glyphs."""
        return "the embedded optdigits" if self.data is None else "MNIST's test digits"

    def turns(self, usual: int) -> int:
        """How many rounds a case runs whose usual number is `usual`."""
        return self.rounds or (2 if self.quick else usual)

    def size(self, usual: int, quick: int) -> int:
        """The usual size of a case, or its size in a quick run."""
        return quick if self.quick else usual

    @contextmanager
    def folder(self, on: str | Path | None = None) -> Iterator[Path]:
        """An empty folder (by default below `scratch`), removed afterwards."""
        with tempfile.TemporaryDirectory(prefix="benchmark-", dir=on or self.scratch) as name:
            yield Path(name)

    def ram_disk(self, needed: int = 0) -> Path:
        """A folder on a RAM disk that has room for `needed` bytes; SkipError if there is none."""
        if not (RAM_DISK.is_dir() and os.access(RAM_DISK, os.W_OK)):
            raise SkipError(f"there is no RAM disk at {RAM_DISK}")
        state = os.statvfs(RAM_DISK)
        if state.f_bavail * state.f_frsize < needed:
            raise SkipError(f"{RAM_DISK} does not have {needed / 1e9:.1f} GB free")
        return RAM_DISK
