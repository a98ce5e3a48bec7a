"""What a saved folder is, in lines of text: format, how many samples, sizes, facts and recipe, by its records alone.

No image is read, so the answer for a million of them is there at once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mygenerator.errors import counted
from mygenerator.facts import Facts
from mygenerator.files import given_path
from mygenerator.save.output_folder import OutputFolder
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.save.saved import SavedFolder
from mygenerator.util_image.own_folders import MANIFEST_NAME
from mygenerator.yaml_file import dumped

_SHOWN = ("seed", "epoch", "text", "images", "steps")
"""The parts of a recipe that say what is made."""


@dataclass(frozen=True)
class About:
    """What is known of a saved folder.

    Attributes
    ----------
    path : Path
    format : str
    count, saved : int
        How many samples it is to hold, and how many are saved.
    shards, shard_size : int
        How many shards are saved, and how many samples a whole one holds.
    files, size : int
        How many files there are, records included, and their bytes.
    recipe : dict
        What recipe.json holds.
    facts : Facts
        What is known of its samples.
    """

    path: Path
    format: str
    count: int
    saved: int
    shards: int
    shard_size: int
    files: int
    size: int
    recipe: dict[str, Any]
    facts: Facts

    @property
    def is_finished(self) -> bool:
        """Whether all samples are there."""
        return self.saved == self.count and (self.path / MANIFEST_NAME).exists()

    def plain(self) -> dict[str, Any]:
        """The same as values that JSON can hold."""
        names = ("format", "count", "saved", "shards", "shard_size", "files", "size", "recipe")
        return {"path": str(self.path), "finished": self.is_finished, **{name: getattr(self, name) for name in names}}

    def __str__(self) -> str:
        facts, of_size = self.facts, ""
        if facts.image_shape is not None:
            of_size = f" of {facts.image_shape[1]} x {facts.image_shape[0]} pixels"
        so_far = "" if self.is_finished else f", of which {self.saved:,} are saved so far"
        lines = [
            f"{self.path}: {counted(self.count, 'image')}{of_size}{so_far}",
            f"  format    {self.format}, {counted(self.shards, 'shard')} of up to {self.shard_size:,} samples",
            f"  size      {_size(self.size)} in {counted(self.files, 'file')}",
            *(f"  {name:9} {text}" for name, text in _of_samples(facts)),
            "",
            dumped({name: self.recipe[name] for name in _SHOWN if name in self.recipe}).rstrip("\n"),
        ]
        return "\n".join(lines)


def about_folder(folder: str | Path) -> About:
    """What a folder that was saved is, finished or not.

    Raises
    ------
    InputError
        If it was not saved by mygenerator, or its format is not known here.
    SaveError
        If its manifest is damaged.
    """
    path = given_path(folder)
    saved = SavedFolder(path)
    shards = list(saved.listed())
    files = [RECIPE_NAME, MANIFEST_NAME, *saved.files()]
    sizes = []
    for name in files:
        with suppress(OSError):  # not there yet, or gone: `verify` tells
            sizes.append(os.stat(OutputFolder(path).path / name).st_size)
    recorded = saved.recipe.get("facts")
    facts = Facts.of_claims(recorded if isinstance(recorded, dict) else {})
    return About(
        path,
        saved.sink.format,
        len(saved),
        sum(shard.rows for shard in shards),
        len(shards),
        saved.recipe["save"].get("shard_size", 0),
        len(sizes),
        sum(sizes),
        saved.recipe,
        facts.after_loss() if saved.sink.lossy else facts,
    )


def _of_samples(facts: Facts) -> Iterator[tuple[str, str]]:
    """What is known of the samples, and its name."""
    if facts.label_lengths is not None:
        low, high = facts.label_lengths
        yield "labels", f"{low if low == high else f'{low} to {high}'} characters of {facts.characters or 'any kind'}"
    if facts.gap_range is not None:
        exact = "measured in the pixels" if facts.gaps else "as drawn, no longer exact in the pixels"
        yield "gaps", f"{facts.gap_range[0]} to {facts.gap_range[1]} pixels, {exact}"
    if facts.most_lines is not None:
        yield "lines", f"up to {facts.most_lines}"
    yield "truth", "boxes, gaps and glyphs of each sample" if facts.boxes else "labels alone"


def _size(count: int) -> str:
    """A number of bytes for readers."""
    for unit, most in (("bytes", 10**4), ("kB", 10**6), ("MB", 10**10)):
        if count < most:
            return f"{count:,} bytes" if unit == "bytes" else f"{count / {'kB': 1e3, 'MB': 1e6}[unit]:,.1f} {unit}"
    return f"{count / 1e9:,.1f} GB"
