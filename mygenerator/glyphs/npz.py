"""Reads `mnist.npz` as Keras distributes it: the arrays x_train, y_train, x_test and y_test in one file of numpy.

Nothing in it is trusted: no pickle is loaded, and what a header promises is checked before it is read.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from mygenerator.errors import InputError
from mygenerator.files import AGAIN, open_file
from mygenerator.glyphs.base import check_size
from mygenerator.glyphs.idx import MAX_BYTES, read_up_to
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.glyphs.members import Member, members_of
from mygenerator.glyphs.pair import PairFacts, checked_digits, raw_pair
from mygenerator.glyphs.parts import choose, suffix
from mygenerator.glyphs.places import Asked
from mygenerator.glyphs.what_is import what_is

_PAIRS = {"train": ("x_train", "y_train"), "test": ("x_test", "y_test")}
_LAYOUT = "the arrays x_train and y_train, x_test and y_test, as in the mnist.npz of Keras"
_MAX_HEADER = 10_000


@dataclass(frozen=True)
class NpzSource:
    """A pair of arrays in an .npz file: a glyph source.

    Parameters
    ----------
    name : str
    path : Path
    part : str
        "train" or "test".
    transposed : bool, optional
        As for IdxSource.
    """

    name: str
    path: Path
    part: str
    transposed: bool | None = None

    @property
    def key(self) -> str:
        """The key by which the cache finds the source."""
        return f"npz {self._facts.key}"

    @property
    def files(self) -> list[Path]:
        """The file."""
        return [self.path]

    @property
    def _facts(self) -> PairFacts:
        images, labels = (f"{self.path} ({name})" for name in _PAIRS[self.part])
        is_emnist = "emnist" in self.path.name.lower()
        return PairFacts(self.name, "", (1, 1), self.transposed, images=images, labels=labels, is_emnist=is_emnist)

    def read(self) -> RawGlyphs:
        """Read both arrays; row k of the result is image k. InputError if one is missing or wrong."""
        images, labels = (_array(self.path, name) for name in _PAIRS[self.part])
        where = self._facts.images
        if images.ndim == 4 and images.shape[-1] == 1:
            images = images[..., 0]
        if images.dtype != np.uint8 or images.ndim != 3 or not images.shape[0]:
            raise InputError(f"the array is {_in_words(images)}", where=where, allowed="uint8, number x height x width")
        check_size(images.shape[1:], where)
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.dtype.kind not in "iu" or labels.ndim != 1:
            raise InputError(
                f"the array is {_in_words(labels)}", where=self._facts.labels, allowed="one whole number each"
            )
        return raw_pair(self._facts, images, checked_digits(labels, self._facts.labels))


def holds_pairs(path: Path) -> bool:
    """Whether a file is an .npz file with a pair of arrays."""
    return what_is(path).kind == "npz" and bool(_parts(_names(path)))


def find_in_npz(asked: Asked, folder: str) -> NpzSource:
    """The pair of an .npz file that is asked for.

    Parameters
    ----------
    asked : Asked
        Its `file` is the .npz file.
    folder : str
        What the source is called if nothing else names it.

    Raises
    ------
    InputError
        If the file holds no pair, or not the one that is asked for.
    """
    assert asked.file is not None
    names = _names(asked.file)
    parts = _parts(names)
    if not parts:
        held = ", ".join(names[:10]) or "nothing"
        raise InputError(f"the file holds {held}", where=str(asked.file), allowed=_LAYOUT)
    shown = [" with ".join(_PAIRS[part]) for part in parts]
    words = [(part,) for part in parts]
    chosen = choose(words, shown, asked.part, asked.shown)
    return NpzSource(asked.named(suffix(words, chosen), folder), asked.file, parts[chosen], asked.transposed)


def _parts(names: list[str]) -> list[str]:
    return [part for part, pair in _PAIRS.items() if set(pair) <= set(names)]


def _names(path: Path) -> list[str]:
    with _members(path) as members:
        return [member.name.removesuffix(".npy") for member in members]


@contextmanager
def _members(path: Path) -> Iterator[Iterator[Member]]:
    """The members of the file; whatever goes wrong on the way through zipfile and numpy is an InputError."""
    try:
        with open_file(path) as file:
            yield members_of(file, str(path), MAX_BYTES)
    except InputError:
        raise
    except Exception as error:
        reason = getattr(error, "strerror", None) or str(error) or repr(error)
        what = f"the .npz file is unreadable, truncated or damaged ({reason})"
        raise InputError(what, where=str(path), do=AGAIN) from error


def _array(path: Path, name: str) -> np.ndarray:
    """One array of the file."""
    with _members(path) as members:
        member = next((one for one in members if one.name == f"{name}.npy"), None)
        if member is None:
            raise InputError(f"the file holds no {name}", where=str(path), allowed=_LAYOUT)
        if member.fault:
            raise InputError(f"{name} is {member.fault}", where=str(path))
        with member.open() as content:
            return _read_array(cast(BinaryIO, content), f"{path} ({name})")


def _read_array(content: BinaryIO, where: str) -> np.ndarray:
    version = np.lib.format.read_magic(content)
    read_header: Any = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    # numpy would read as much as the length says before it looks at it.
    length = content.read(2 if version == (1, 0) else 4)
    if int.from_bytes(length, "little") > _MAX_HEADER:
        raise InputError(f"the header claims {int.from_bytes(length, 'little'):,} bytes", where=where)
    header = io.BytesIO(length + content.read(int.from_bytes(length, "little")))
    shape, in_columns, dtype = read_header(header, max_header_size=_MAX_HEADER)
    if dtype.kind not in "iufb":
        raise InputError(f"the array holds {dtype}", where=where, allowed="numbers")
    promised = math.prod(shape) * dtype.itemsize
    if promised > MAX_BYTES:
        raise InputError(f"the header promises {promised:,} bytes", where=where, allowed=f"up to {MAX_BYTES:,} bytes")
    values = read_up_to(content, promised + 1)
    if len(values) != promised:
        held = "more" if len(values) > promised else f"{len(values):,}"
        raise InputError(f"the header promises {promised:,} bytes, but the array holds {held}", where=where, do=AGAIN)
    return np.ascontiguousarray(np.frombuffer(values, dtype).reshape(shape, order="F" if in_columns else "C"))


def _in_words(array: np.ndarray) -> str:
    return f"{array.dtype}, {' x '.join(map(str, array.shape))}"
