"""A saved folder, finished or not, read back: which files belong to it, and its samples, in whatever format.

The manifest, or the sealed shards of an unfinished folder, say which files there are; only the format knows what is in
them. One sample is read without the rest: for other shards only the heads of their lines are read.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from mygenerator.batch import Sample
from mygenerator.errors import InputError, MyGeneratorError, SaveError, counted
from mygenerator.files import given_path
from mygenerator.save.output_folder import OutputFolder, Shard, broken_manifest, read_manifest, shard_lines
from mygenerator.save.recipe_file import RECIPE_NAME, differences, read_recipe
from mygenerator.save.saved_shard import Place, SavedShard
from mygenerator.sinks import Sink, sink_class

_MOST_OPEN = 64
"""How many shards are kept open, the last that were asked for."""


class SavedFolder:
    """A folder that `save` has written; its samples are read when they are asked for.

    Parameters
    ----------
    path : str or Path
    sink : Sink, optional
        The format that reads it; by default the one that its recipe names.

    Attributes
    ----------
    path : Path
    recipe : dict
        What its recipe.json holds.
    sink : Sink
        The format that it was saved in.
    is_finished : bool
        Whether all samples are there. An unfinished folder has those of its sealed shards.

    Raises
    ------
    InputError
        If it has no recipe, or its format is not known here.
    SaveError
        If its manifest is damaged.

    Examples
    --------
    >>> import tempfile
    >>> from mygenerator import PatternNlpDataset, TextToImage
    >>> codes = PatternNlpDataset("[0-9]{3}", size=10, seed=1)
    >>> with tempfile.TemporaryDirectory() as path:
    ...     _ = TextToImage(image_width=100).fit_transform(codes).save(path, shard_size=4)
    ...     folder = SavedFolder(path)
    ...     print(len(folder), folder.file_of(7), folder[7].label == codes[7].label)
    10 img_7.png True
    """

    def __init__(self, path: str | Path, sink: Sink | None = None):
        self.path = given_path(path)
        recipe, manifest, self._stamp = _records_of(self.path)
        if recipe is None:
            raise InputError(f"there is no {RECIPE_NAME}", where=str(path), allowed="a folder that was saved")
        self.recipe = recipe
        self.sink = _recorded_sink(recipe, str(path)) if sink is None else sink
        self.is_finished = manifest is not None
        header = manifest[0] if manifest is not None else {}
        self._count: int = header.get("count", recipe["count"])
        self._open: dict[int, SavedShard] = {}
        self._joined = _checked_joined(header.get("joined"), OutputFolder(self.path))

    def __len__(self) -> int:
        """How many samples it holds, or is to hold."""
        return self._count

    def __getitem__(self, index: int) -> Sample:
        """One sample; negative indices count from the end, IndexError if there is none."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"there is no sample {index} among {counted(len(self), 'sample')}")
        return self.read([index % len(self)])[0]

    def __iter__(self) -> Iterator[Sample]:
        """All samples that are saved, in order, shard by shard."""
        for shard in self.shards():
            yield from self.read_shard(shard, shard.rows)

    def read(self, indices: Iterable[int]) -> list[Sample]:
        """Samples by their indices, in the order asked for; each shard is read once.

        Raises
        ------
        InputError
            If one is not saved, or cannot be read.
        """
        wanted = list(indices)
        samples = (sample for shard, rows in self._by_shard(wanted) for sample in self.read_shard(shard, rows))
        found = {sample.index: sample for sample in samples}
        return [found[index] for index in wanted]

    def labels(self, indices: Iterable[int]) -> list[str]:
        """The labels of samples by their indices, in the order asked for; errors are those of `read`."""
        wanted = list(indices)
        found: dict[int, str] = {}
        for shard, rows in self._by_shard(wanted):
            with self._named(shard, partial(next, iter(rows))):
                found |= dict(zip(rows, self.sink.read_labels(shard, rows), strict=True))
        self._check_same()
        return [found[index] for index in wanted]

    def _by_shard(self, wanted: Iterable[int]) -> Iterator[tuple[SavedShard, list[int]]]:
        """The shards of samples, each with those of its samples that are wanted; InputError if one is not saved."""
        self._check_same()
        of_shard: dict[int, list[int]] = {}
        for index in dict.fromkeys(wanted):
            place = self._place_of(index)
            if place is None:
                raise InputError(f"sample {index} is not saved", where=str(self.path), allowed=self._what_is_saved())
            of_shard.setdefault(place, []).append(index)
        for place, rows in of_shard.items():
            yield self._shard(place), rows

    def listed(self) -> Iterator[Shard]:
        """What is recorded of each shard that is saved, in order, but not its files."""
        return (place.head for place in self._places)

    def read_shard(self, shard: SavedShard, rows: Sequence[int]) -> Iterator[Sample]:
        """Samples of one shard, in the order asked for; InputError, which names the file, if one cannot be read."""
        done = 0
        with self._named(shard, lambda: rows[min(done, len(rows) - 1)]):
            for sample, index in zip(self.sink.read(shard, rows), rows, strict=True):
                if sample.index != index:
                    raise InputError(f"sample {sample.index} was read")
                # Asked after reading: what was read then was of the data set that was opened.
                self._check_same()
                yield sample
                done += 1

    @contextmanager
    def _named(self, shard: SavedShard, index: Callable[[], int]) -> Iterator[None]:
        """Whatever a format raises as an InputError that names the file of the sample that was next."""
        try:
            yield
        # This can be another package's code, reading damaged files: it can raise anything.
        except Exception as error:  # pylint: disable=broad-exception-caught
            self._check_same()
            what = str(error) if isinstance(error, InputError) else f"{type(error).__name__}: {error}"
            where = self.path / self.name_in(shard, index())
            raise InputError(f"its format cannot read it ({what})", where=str(where)) from error

    def shards(self) -> Iterator[SavedShard]:
        """The shards that are saved, in order."""
        return map(self._shard, range(len(self._places)))

    def file_of(self, index: int) -> str | None:
        """The name of the file that holds a sample; None if it is not saved yet."""
        place = self._place_of(index)
        return None if place is None else self.sink.file_of(self._shard(place), index)

    def name_of(self, index: int) -> str:
        """What to call a sample in messages."""
        place = self._place_of(index)
        return f"sample {index}" if place is None else self.name_in(self._shard(place), index)

    def name_in(self, shard: SavedShard, index: int) -> str:
        """What to call a sample of a shard in messages: its file, if it has one of its own."""
        try:
            name = self.sink.file_of(shard, index)
        # Asked when something is wrong already, and it can be another package's code.
        except Exception:  # pylint: disable=broad-exception-caught
            return f"sample {index}"
        return name if len(shard.files) >= len(shard.rows) else f"{name}, sample {index}"

    def files(self) -> Iterator[str]:
        """The names of all its files but recipe and manifest; in an unfinished folder some might not be there yet."""
        yield from OutputFolder(self.path).names()
        if self._joined is not None:
            yield self._joined[0]

    def _check_same(self) -> None:
        """Raise InputError if another data set has taken this one's place: its labels are not those of these images."""
        stamp = _stamp_of(self.path)
        if stamp == self._stamp:
            return
        recipe = read_recipe(self.path)
        if recipe is None or differences(self.recipe, recipe):
            raise InputError(
                "another data set has taken the place of the one that was opened",
                where=str(self.path),
                do="open the folder again",
            )
        self._stamp = stamp  # more of the same was made

    def _what_is_saved(self) -> str:
        saved = sum(len(place.rows) for place in self._places)
        if saved == len(self):
            return f"0 to {len(self) - 1}"
        return f"the {saved} of {len(self)} samples whose shards are sealed"

    def _place_of(self, index: int) -> int | None:
        """The place, in the list of shards, of the one that holds a sample; None if it is not saved."""
        place = bisect_right(self._starts, index) - 1
        return place if place >= 0 and index in self._places[place].rows else None

    def _shard(self, place: int) -> SavedShard:
        """A shard; the last few are kept, with what their format knows of them."""
        shard = self._open.pop(place, None) or SavedShard(self.path, self._places[place])
        self._open[place] = shard
        while len(self._open) > _MOST_OPEN:
            del self._open[next(iter(self._open))]
        return shard

    @cached_property
    def _starts(self) -> list[int]:
        return [place.rows.start for place in self._places]

    @cached_property
    def _places(self) -> list[Place]:
        """Every shard that is saved, in order of its first sample."""
        folder = OutputFolder(self.path)
        places = self._in_manifest(folder) if self.is_finished else _sealed_places(folder)
        self._check_same()
        return sorted(places, key=lambda place: place.rows.start)

    def _in_manifest(self, folder: OutputFolder) -> list[Place]:
        try:
            found = [(at, Shard.head_of(line)) for at, line in shard_lines(folder.manifest)]
        except (OSError, ValueError) as error:
            raise broken_manifest(folder.manifest, error) from None
        if self._joined is None:
            return [Place(shard, folder.manifest, at) for at, shard in found]
        name, size = self._joined
        places = []
        # What the joined file begins with belongs to no shard.
        part_at = size - sum(shard.part_bytes for _, shard in found)
        if part_at < 0:
            raise broken_manifest(folder.manifest, SaveError(f"the parts of {name} are longer than {name}"))
        for at, shard in found:
            places.append(Place(shard, folder.manifest, at, folder.path / name, part_at, size))
            part_at += shard.part_bytes
        return places


def _records_of(folder: Path) -> tuple[dict[str, Any] | None, Any, tuple[int, ...] | None]:
    """Recipe and manifest of one data set, and the folder's stamp: not of two, if one takes the other's place now."""
    while True:
        stamp = _stamp_of(folder)
        try:
            recipe, manifest = read_recipe(folder), read_manifest(folder)
        except MyGeneratorError:
            if _stamp_of(folder) == stamp:
                raise
            continue
        if _stamp_of(folder) == stamp:
            return recipe, manifest, stamp


def _stamp_of(folder: Path) -> tuple[int, ...] | None:
    """What changes if another recipe is put into a folder, or another folder into its place."""
    try:
        facts = os.stat(folder / RECIPE_NAME)
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_size


def _recorded_sink(recipe: dict[str, Any], where: str) -> Sink:
    """The format that a recipe.json records; InputError if it is not known here."""
    saved = recipe["save"]
    try:
        return sink_class(saved.get("format"))(saved.get("prefix", ""))
    except InputError as error:
        known = f"the format {saved.get('format')!r} is not known here ({error})"
        raise InputError(known, where=where, do="install the package that it comes from") from None


def _sealed_places(folder: OutputFolder) -> list[Place]:
    """The sealed shards of an unfinished folder; like a resumed save, this skips what is not a sidecar of ours."""
    places = []
    for path in sorted(folder.shards.glob("[0-9]*.json")):
        try:
            ((at, line),) = shard_lines(path)
            shard = Shard.head_of(line)
        except (OSError, ValueError):
            continue
        places.append(Place(shard, path, at, folder.part(shard.shard), 0, shard.part_bytes))
    return places


def _checked_joined(joined: Any, folder: OutputFolder) -> tuple[str, int] | None:
    """Name and size of the joined file, as the manifest gives them."""
    match joined:
        case None:
            return None
        case [str() as name, int() as size, str()] if Path(name).name == name:
            return name, size
    raise broken_manifest(folder.manifest, SaveError(f"it lists {joined!r} as the joined file"))
