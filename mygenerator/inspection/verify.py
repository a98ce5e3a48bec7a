"""Whether a saved folder is what its recipe makes, to the byte.

Every file is compared with its hash, the records with each other, and samples with what the recipe makes again. The
validator judges images as a stranger would, by what they show; this asks the data set's own records instead, and says
which shard, file and sample differ.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from mygenerator.errors import FolderConflictError, InputError, MyGeneratorError, SaveError, counted, whole_number
from mygenerator.files import given_path, read_file, read_record
from mygenerator.inspection.replay import difference_from_saved
from mygenerator.recipes import Recipe
from mygenerator.save.as_text import AS_TEXT, is_copied_as_text
from mygenerator.save.output_folder import MANIFEST_NAME, OutputFolder, Shard, file_hash, read_manifest
from mygenerator.save.recipe_file import RECIPE_NAME, is_recipe_torn, read_recipe
from mygenerator.save.saved import SavedFolder
from mygenerator.save.shards import rows_at_once

SAMPLES = 20
"""How many samples are made again if nobody says."""
_MOST_SHOWN = 50


@dataclass(frozen=True)
class Fault:
    """What is wrong with a file.

    Attributes
    ----------
    file : str
    what : str
    shard : int or None
        The shard that the file belongs to.
    """

    file: str
    what: str
    shard: int | None = None

    def __str__(self) -> str:
        return f"{self.file}{'' if self.shard is None else f' (shard {self.shard})'}: {self.what}"


@dataclass
class VerifyReport:
    """What `verify_folder` found.

    Attributes
    ----------
    path : Path
    files, samples : int
        How many files were read, and how many samples were made again.
    faults : list of Fault
    """

    path: Path
    files: int = 0
    samples: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        read = f"{counted(self.files, 'file')} read, {counted(self.samples, 'sample')} made again"
        if self.ok:
            return f"{self.path} is as it was saved: {read}"
        lines = [f"{self.path} is NOT as it was saved: {counted(len(self.faults), 'fault')} ({read})"]
        lines += [f"  {fault}" for fault in self.faults[:_MOST_SHOWN]]
        if len(self.faults) > _MOST_SHOWN:
            lines.append(f"  and {len(self.faults) - _MOST_SHOWN:,} more")
        return "\n".join([*lines, f"mygenerator repair {self.path} makes again what is missing or wrong"])


def verify_folder(
    folder: str | Path,
    samples: int | None = SAMPLES,
    allow_code: bool = False,
    glyphs: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    all_files: bool = True,
) -> VerifyReport:
    """Compare a finished folder with its records, and samples with what the recipe makes.

    Parameters
    ----------
    folder : str or Path
    samples : int or None
        How many samples, evenly spread, are made again and compared pixel for pixel; None for all, 0 for none.
    allow_code, glyphs : see `mygenerator.inspection.replay.replay`
    progress : callable, optional
        `progress(done, total)` in samples whose files were read.
    all_files : bool
        Whether the files of all shards are read, or only of those shards that hold the samples that are made again.

    Raises
    ------
    InputError
        If the folder is not finished, or what its samples were made from is not there.
    """
    path = given_path(folder)
    if samples is not None:
        samples = whole_number("sample", samples, 0)
    while True:
        before = _place_of(path)
        try:
            report = _verified(path, samples, allow_code, glyphs, progress, all_files)
        except MyGeneratorError:
            if _place_of(path) == before:
                raise
            continue
        if _place_of(path) == before:
            return report
        # Another data set has taken its place meanwhile: what was read was of both.


def _place_of(path: Path) -> tuple[int, int] | None:
    """What folder has this name now."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino


def _verified(
    path: Path,
    samples: int | None,
    allow_code: bool,
    glyphs: str | Path | None,
    progress: Callable[[int, int], None] | None,
    all_files: bool,
) -> VerifyReport:
    report = VerifyReport(path)
    recipe = _verify_recipe(path, report)
    header = _verify_files(path, report, progress, None if all_files else samples)
    if recipe is None or header is None or samples == 0 or any(fault.file == MANIFEST_NAME for fault in report.faults):
        # Samples are found by both, so they are compared when these are right again.
        return report
    count = header["count"]
    if recipe["count"] != count:
        report.faults.append(
            Fault(MANIFEST_NAME, f"it holds {count} samples, and {RECIPE_NAME} says {recipe['count']}")
        )
    _verify_samples(path, _spread(count, samples), report, allow_code, glyphs)
    return report


def _spread(count: int, samples: int | None) -> list[int]:
    """The samples that are made again, evenly spread; None for all."""
    wanted = count if samples is None else min(samples, count)
    return [number * count // wanted for number in range(wanted)]


def _verify_recipe(path: Path, report: VerifyReport) -> dict[str, Any] | None:
    """The recipe, if it can be used; what is wrong with it is reported."""
    try:
        recipe = read_recipe(path)
    except FolderConflictError as error:
        report.faults.append(Fault(RECIPE_NAME, error.what))
        return None
    held = held_recipe(path)
    try:
        found = read_record(path / RECIPE_NAME)
    except FileNotFoundError:
        if held is None:
            raise InputError(f"there is no {RECIPE_NAME}", where=str(path), allowed="a folder that was saved") from None
        report.faults.append(Fault(RECIPE_NAME, f"it is gone; {MANIFEST_NAME} holds its text"))
        return None
    report.files += 1
    if held is not None and found != held:
        as_text = f": {AS_TEXT}" if found.replace(b"\r\n", b"\n") == held else ""
        report.faults.append(Fault(RECIPE_NAME, f"it is not the recipe that {MANIFEST_NAME} holds{as_text}"))
        return None
    if is_recipe_torn(path):
        report.faults.append(Fault(RECIPE_NAME, "it is torn"))
        return None
    return recipe


def held_recipe(path: Path) -> bytes | None:
    """The bytes of recipe.json as the manifest holds them; None if it does not, or is damaged itself."""
    try:
        manifest = read_manifest(path)
    except SaveError:
        return None
    held = None if manifest is None else manifest[0].get("recipe")
    return held.encode("utf-8", "surrogatepass") if isinstance(held, str) else None


def _verify_files(
    path: Path, report: VerifyReport, progress: Callable[[int, int], None] | None, samples: int | None = None
) -> dict[str, Any] | None:
    """Hash every file, or those of the shards that hold so many samples; the manifest's head, if it can be read."""
    try:
        manifest = read_manifest(path)
    except SaveError as error:
        report.faults.append(Fault(MANIFEST_NAME, error.what))
        return None
    if manifest is None:
        raise InputError(
            f"there is no {MANIFEST_NAME}: the folder is not finished",
            where=str(path),
            do="run the command that began it again; it goes on from what is right",
        )
    header, shards = manifest
    report.files += 1
    folder, joined = OutputFolder(path), header.get("joined")
    if joined is not None:
        report.files += 1
        fault = _fault_of(folder, *joined)
        if fault is not None:
            report.faults += _parts_at_fault(path, header) or [Fault(joined[0], fault)]
    listed = 0
    wanted = None if samples is None else _spread(header["count"], samples)
    try:
        for shard in shards:
            is_read = wanted is None or bisect_left(wanted, shard.start) < bisect_left(wanted, shard.start + shard.rows)
            for name, size, digest in shard.files if is_read else ():
                report.files += 1
                fault = _fault_of(folder, name, size, digest)
                if fault is not None:
                    report.faults.append(Fault(name, fault, shard.shard))
            listed += shard.rows
            if progress is not None:
                progress(min(listed, header["count"]), header["count"])
    except SaveError as error:
        report.faults.append(Fault(MANIFEST_NAME, error.what))
    else:
        if listed != header["count"]:
            lists = f"it lists {listed} samples and says {header['count']}"
            report.faults.append(Fault(MANIFEST_NAME, lists))
    return header


def _fault_of(folder: OutputFolder, name: str, size: int, digest: str) -> str | None:
    """How a file differs from what was saved."""
    path = folder.path / name
    try:
        found = path.stat().st_size
        if found == size and file_hash(path) == digest:
            return None
        as_text = f": {AS_TEXT}" if is_copied_as_text(path, size, digest) else ""
        sizes = f"it has {found:,} bytes, {size:,} were saved"
        return f"{'its bytes are not those that were saved' if found == size else sizes}{as_text}"
    except FileNotFoundError:
        return "it is gone"
    except OSError as error:
        return f"it cannot be read ({error.strerror})"


def _parts_at_fault(path: Path, header: dict[str, Any]) -> list[Fault]:
    """The shards whose part of the joined file was changed; none if that is not known."""
    name, size, _ = header["joined"]
    shards: list[Shard] = []
    try:
        data, manifest = read_file(path / name, size), read_manifest(path)
        shards = [] if manifest is None else list(manifest[1])
    except (OSError, SaveError):
        return []
    at = size - sum(shard.part_bytes for shard in shards)
    if len(data) != size or at < 0:
        return []
    faults = []
    for shard in shards:
        if xxhash.xxh3_128_hexdigest(data[at : at + shard.part_bytes]) != shard.part_hash:
            faults.append(Fault(name, "its rows are not those that were saved", shard.shard))
        at += shard.part_bytes
    return faults


def _verify_samples(
    path: Path, rows: Sequence[int], report: VerifyReport, allow_code: bool, glyphs: str | Path | None
) -> None:
    """Make samples again; a fault if an image has other pixels, whatever its file's hash says."""
    saved = SavedFolder(path)
    damaged = {fault.file for fault in report.faults}
    try:
        ds = Recipe.read(path / RECIPE_NAME, allow_code).dataset(glyphs=glyphs, keep_glyphs=False)
        step = rows_at_once(ds.facts.image_shape)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            batch = ds.samples_alone(np.array(some, np.int64))
            for row, index in enumerate(some):
                _verify_sample(saved, index, difference_from_saved(batch.image(row), saved, index), report, damaged)
    except MyGeneratorError as error:
        raise InputError(f"samples cannot be made again: {error.what}", where=error.where, do=error.do) from None


def _verify_sample(saved: SavedFolder, index: int, differs: str, report: VerifyReport, damaged: set[str]) -> None:
    """Report how a sample differs from what its recipe makes; '' if it does not."""
    name, file = saved.name_of(index), saved.file_of(index)
    differs = differs.removeprefix(f"{name} ")
    report.samples += 1
    if name == file and name in damaged:
        pixels = differs or "its pixels are those of the recipe, so that only their encoding differs"
        report.faults = [
            replace(fault, what=f"{fault.what}; {pixels}") if fault.file == name else fault for fault in report.faults
        ]
    elif differs:
        # A file of many samples that was changed need not be the reason for each of them.
        unchanged = "its file is as it was saved, so what makes the pixels has changed"
        report.faults.append(Fault(name, differs if file in damaged else f"{differs}: {unchanged}"))
