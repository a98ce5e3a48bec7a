"""What an output format is: it turns the Batches of a shard into files, and joins what is one file over all shards.

A sink decides names and bytes; when they are written, sealed and listed is the business of `mygenerator.save`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol

from mygenerator.batch import Batch
from mygenerator.errors import InputError

_MAX_PREFIX_BYTES = 200


class ShardWriter(Protocol):
    """Where a sink puts a shard's files; each appears under its name whole or not at all."""

    def file(self, name: str, data: bytes) -> None:
        """A file of the data set, listed in the manifest."""

    def part(self, data: bytes) -> None:
        """This shard's part of the joined file, or a piece of it."""


class Sink:
    """One output format.

    Parameters
    ----------
    prefix : str
        What the names of the image files begin with: letters, digits, `_`, `-` and `.`.

    with_truth : bool
        Whether the samples come with boxes, gaps and glyphs, which are written too.

    Raises
    ------
    InputError
        For any other prefix.
    """

    takes: ClassVar[tuple[str, ...]] = ("strip", "object")
    """The kinds of sample (`batch.KINDS`) that it can write."""
    format: ClassVar[str]
    """The name of the format, and the ending of its files."""
    joined: ClassVar[str]
    """The name of the one file that holds the parts of all shards."""
    libraries: ClassVar[tuple[str, ...]] = ()
    """The modules whose versions may change the bytes of its files: by `versions` they stand in the recipe."""

    def __init__(self, prefix: str = "img", with_truth: bool = True):
        fits = isinstance(prefix, str) and re.fullmatch(r"[\w-][\w.-]*", prefix)
        if not fits or len(prefix.encode("utf-8")) > _MAX_PREFIX_BYTES:
            raise InputError(
                f"prefix is {prefix!r}",
                allowed=f"letters, digits, '_', '-' and '.', not '.' first, at most {_MAX_PREFIX_BYTES} bytes",
            )
        self.prefix, self.with_truth = prefix, with_truth

    def file_name(self, index: int) -> str:
        """The name of the file of sample `index`."""
        return f"{self.prefix}_{index}.{self.format}"

    def describe(self) -> dict[str, Any]:
        """What of the format decides the bytes: it stands in the recipe."""
        return {"format": self.format, "prefix": self.prefix}

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        """What may change the bytes of its files, with versions, for the recipe.

        Parameters
        ----------
        grey, others : bool
            Whether samples may be strips, uint8 (H, W), and whether they may be anything else.
        """
        del grey, others
        return {name: import_module(name).__version__ for name in self.libraries}

    def head(self) -> bytes:
        """What the joined file begins with, before the first shard's part."""
        return b""

    def write_shard(self, writer: ShardWriter, batches: Iterable[Batch]) -> None:
        """Write the samples of one shard, in order."""
        raise NotImplementedError

    def read_shard(self, folder: Path, start: int, stop: int) -> Iterator[tuple[str, Any]]:
        """(label, image) of the samples from `start` to `stop`, read back from a finished folder."""
        raise NotImplementedError
