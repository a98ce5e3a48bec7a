"""What an output format is: it turns the Batches of a shard into files, joins what is one file over all shards, and
gives back the samples of a shard.

A sink decides names and bytes; `mygenerator.save` decides when they are written, sealed and listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar, Protocol, Self, TypeVar

from mygenerator.batch import Batch, Sample
from mygenerator.errors import InputError
from mygenerator.facts import Facts

TRUTH = ("boxes", "gaps", "glyphs")
"""What every sample has whose glyphs were drawn."""

T = TypeVar("T")

_MAX_PREFIX_BYTES = 200


class ShardWriter(Protocol):
    """Where a sink puts a shard's files; each appears under its name whole or not at all, once it is listed."""

    @property
    def number(self) -> int:
        """The shard's number, from 0."""

    @property
    def count(self) -> int:
        """How many shards the data set has. Names and bytes may depend on it only if `extends` is False."""

    @property
    def rows(self) -> range:
        """The indices of its samples."""

    def file(self, name: str, data: bytes) -> None:
        """A file of the data set, listed in the manifest. No other file of the data set may have that name."""

    def part(self, data: bytes) -> None:
        """This shard's part of the joined file, or a piece of it."""


class ShardReader(Protocol):
    """A shard that was saved, as a sink reads it back."""

    @property
    def number(self) -> int:
        """The shard's number, from 0."""

    @property
    def rows(self) -> range:
        """The indices of its samples."""

    @property
    def files(self) -> Sequence[str]:
        """The names of its files, in the order in which they were written."""

    def data(self, name: str) -> bytes:
        """The bytes of one of its files."""

    def view(self, name: str) -> memoryview:
        """One of its files, of which only what is looked at is read; right as long as the shard is kept."""

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """What `make` returns, made once and kept with the shard: what a format has to know before it can read."""

    def part(self) -> bytes:
        """The shard's part of the joined file; empty if the format has none."""


class Sink:
    """One output format.

    Parameters
    ----------
    prefix : str
        What the names of the files begin with: letters, digits, `_`, `-` and `.`.

    with_truth : bool
        Whether the samples come with boxes, gaps and glyphs, which are written too.

    Attributes
    ----------
    with_margins : bool
        Whether the samples come with margins too, which are then written as well; `made_for` sets it.
    with_lines : bool
        The same for the lines of wrapped texts.
    takes : tuple of str
        The kinds of sample (`batch.KINDS`) that it can write.
    format : str
        The name of the format.
    ending : str
        What the names of its files end with; by default the format's name.
    joined : str or None
        The name of the one file that holds the parts of all shards; None if there is none.
    extends : bool
        Whether a data set can grow by more shards: not if its names or bytes depend on how many shards there are.
    lossy : bool
        Whether images come back with other levels than were written; recipes say so.
    max_side : int or None
        The longest side of an image, in pixels, that it can hold; None if it has no limit of its own.
    shard_rows : int
        How many samples are sealed together if nobody says it.
    libraries : tuple of str
        The modules whose versions can change the bytes of its files; `versions` puts them into the recipe.
    needs : tuple of str
        More modules that it imports.
    extra : str or None
        The extra of this package that installs its modules, as in `pip install "mygenerator[parquet]"`; None if they
        always are there.

    Raises
    ------
    InputError
        If the prefix is anything else.
    """

    takes: ClassVar[tuple[str, ...]] = ("strip", "object")
    format: ClassVar[str] = ""
    ending: ClassVar[str]
    joined: ClassVar[str | None] = None
    extends: ClassVar[bool] = True
    lossy: ClassVar[bool] = False
    max_side: ClassVar[int | None] = None
    shard_rows: ClassVar[int] = 1000
    libraries: ClassVar[tuple[str, ...]] = ()
    needs: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str | None] = None
    with_margins: bool = False
    with_lines: bool = False

    def __init_subclass__(cls, **options: Any):
        super().__init_subclass__(**options)
        if "format" in vars(cls) and "ending" not in vars(cls):
            cls.ending = cls.format

    def __init__(self, prefix: str = "img", with_truth: bool = True):
        fits = isinstance(prefix, str) and re.fullmatch(r"[\w-][\w.-]*", prefix)
        if not fits or len(prefix.encode("utf-8")) > _MAX_PREFIX_BYTES:
            raise InputError(
                f"prefix is {prefix!r}",
                allowed=f"letters, digits, '_', '-' and '.', not '.' first, at most {_MAX_PREFIX_BYTES} bytes",
            )
        self.prefix, self.with_truth = prefix, with_truth

    @classmethod
    def made_for(cls, facts: Facts, prefix: str = "img") -> Self:
        """The format for samples of which these facts are known."""
        sink = cls(prefix, facts.boxes)
        sink.with_margins = facts.boxes and facts.margin_ranges is not None
        sink.with_lines = facts.boxes and facts.most_lines is not None
        return sink

    @classmethod
    def check_installed(cls) -> None:
        """Raise InputError unless the modules that it needs can be imported."""
        missing = [name for name in (*cls.libraries, *cls.needs) if find_spec(name) is None]
        if missing:
            raise InputError(
                f"the format {cls.format!r} needs {' and '.join(missing)}, not installed here",
                do=f'pip install "mygenerator[{cls.extra}]"' if cls.extra else None,
            )

    def file_name(self, number: int) -> str:
        """The name of the file of sample `number`; or of shard `number`, if the format has one file for each."""
        return f"{self.prefix}_{number}.{self.ending}"

    def name_pattern(self) -> str:
        """A regular expression that matches the names of its files; by default those that `file_name` gives.

        It finds the files in a folder that this format would write, before anything lists them. Its first group, if it
        has one, is a number that is smaller than the number of samples.
        """
        return rf"{re.escape(self.prefix)}_([0-9]+)\.{re.escape(self.ending)}"

    def describe(self) -> dict[str, Any]:
        """The settings of the format that decide the bytes; they are written into the recipe."""
        return {"format": self.format, "prefix": self.prefix} | ({"lossy": True} if self.lossy else {})

    @classmethod
    def check_shape(cls, shape: tuple[int, ...] | None, where: str | None = None) -> None:
        """Raise InputError if images of that shape, (H, W) or more, are too large for the format."""
        if shape is not None and cls.max_side is not None and max(shape[:2]) > cls.max_side:
            raise InputError(
                f"an image of {shape[1]:,} x {shape[0]:,} pixels cannot be written as {cls.format.upper()}",
                where=where,
                allowed=f"up to {cls.max_side:,} pixels a side",
                do="choose another format, such as png",
            )

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        """What can change the bytes of its files, with versions, for the recipe.

        Parameters
        ----------
        grey, others : bool
            Whether samples can be strips, uint8 (H, W), and whether they can be anything else.
        """
        del grey, others
        return {name: import_module(name).__version__ for name in self.libraries}

    def head(self) -> bytes:
        """What the joined file begins with, before the first shard's part."""
        return b""

    def as_promised(self, batch: Batch) -> Batch:
        """The batch with all the truth that its data set promises, and no other.

        Raises
        ------
        InputError
            If some of it is missing.
        """
        if not self.with_truth:
            return batch.without_truth()
        promised = [*((name, True) for name in TRUTH), ("margins", self.with_margins), ("lines", self.with_lines)]
        for name, has_it in promised:
            if not has_it:
                batch = batch.replace(**{name: None})
            elif getattr(batch, name) is None:
                what = f"a data set that promises {name} made a batch without them"
                raise InputError(what, where=f"sample {batch.index[0]}")
        return batch

    def write_shard(self, shard: ShardWriter, batches: Iterable[Batch]) -> None:
        """Write the samples of one shard, in order."""
        raise NotImplementedError(f"{type(self).__name__} has no method write_shard(shard, batches)")

    def read(self, shard: ShardReader, rows: Sequence[int]) -> Iterable[Sample]:
        """Samples of one shard, with label, image and whatever truth was written, in the order asked for.

        Parameters
        ----------
        shard : ShardReader
        rows : sequence of int
            Their indices in the data set, each among `shard.rows`.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method read(shard, rows)")

    def read_labels(self, shard: ShardReader, rows: Sequence[int]) -> list[str]:
        """The labels of samples of one shard, in the order asked for; by default the samples are read for that."""
        return [sample.label for sample in self.read(shard, rows)]

    def file_of(self, shard: ShardReader, index: int) -> str:
        """The name of the file that holds the image of sample `index`.

        By default the shard's files are shared out among its samples in order. This is right for one file a shard, and
        for one or several files a sample; of several, this is the first.
        """
        if not shard.files:
            return self.joined or ""
        return shard.files[(index - shard.rows.start) * len(shard.files) // len(shard.rows)]
