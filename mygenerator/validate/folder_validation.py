"""Going through a folder from end to end: every file is read once, judged by the rules, and forgotten."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from mygenerator.errors import InputError
from mygenerator.files import broken_link, given_path
from mygenerator.litter import is_litter
from mygenerator.save.corner import CORNER_PREFIX
from mygenerator.save.output_folder import MANIFEST_NAME, SHARDS_NAME
from mygenerator.save.recipe_file import RECIPE_NAME
from mygenerator.util_image import image_read
from mygenerator.util_image.kinds import is_image_name
from mygenerator.util_image.losses import grey_if_equal, is_lossy, is_webp
from mygenerator.util_image.own_folders import META_NAME
from mygenerator.util_image.reading import MOST_IMAGE_BYTES
from mygenerator.validate.claim import Claim
from mygenerator.validate.formats import ReadSample
from mygenerator.validate.images import ImageRules
from mygenerator.validate.records import REPEATED, Listed, Row
from mygenerator.validate.report import Findings, ValidationReport
from mygenerator.validate.settings import DRAWN_NAMES, SETTING_NAMES, Settings
from mygenerator.validate.sources import Sources

_OWN_FILES = (RECIPE_NAME, MANIFEST_NAME)
_IMAGES_A_TELL = 100
_USUAL_BYTES = 1 << 16
_READS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
"""Without waiting: a pipe might have taken a file's place since the folder was listed."""
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_COLOURS = {2: "RGB", 3: "a palette", 4: "grey with transparency", 6: "RGB with transparency"}

Progress = Callable[[int, int], None]
"""Called with (images judged, images in the folder) now and then, and at the end."""


class FolderValidation:
    """One validation of one folder; `run` does it, once.

    Parameters
    ----------
    path : str or Path
    asked : Settings
        The caller's, which take precedence over what the folder records.
    progress : Progress, optional

    Raises
    ------
    InputError
        If there is no folder, or it cannot be listed.
    """

    def __init__(self, path: str | Path, asked: Settings, progress: Progress | None = None):
        self._path, self._asked, self._progress = given_path(path), asked, progress
        # What is there and has not been met in a list yet; what is left in the end is extra.
        self._there = _listing(self._path)
        self._before_names = os.path.join(self._path, "")
        self._total = sum(map(is_image_name, self._there.files))
        self._findings = Findings()
        self._sources = Sources(self._path, self._there.files, self._findings)
        self._rules = ImageRules(self._findings)
        self._settings_of: dict[Settings | None, Settings] = {}
        self._last_settings: tuple[Settings | None, Settings] | None = None
        self._images = 0
        self._changed: list[tuple[str, Listed, str]] = []

    def run(self) -> ValidationReport:
        """Read and judge everything; InputError if there is nothing to judge."""
        for name, listed, row in self._sources.entries():
            self._judge_entry(name, listed, row)
        if self._sources.reads_samples:
            for sample in self._sources.samples():
                self._judge_sample(sample)
        self._rules.finish()
        self._name_changed()
        # A table of no use, without a manifest, does not say which files belong here.
        if self._sources.knows_files and (self._sources.lists_files or not self._findings.has(META_NAME, "unreadable")):
            self._name_extra()
        if not self._images and not self._findings.counts:
            raise InputError(
                "there is nothing to validate in this folder", where=str(self._path), do="name one with images"
            )
        self._tell()
        return self._report()

    def _judge_entry(self, name: str, listed: Listed | None, row: Row | None) -> None:
        data = self._read(name, listed)
        if data is None:
            return
        if listed is None and row is not None and self._sources.lists_files:
            self._findings.add(name, "extra", f"it has a row in {META_NAME}, but was not saved with the others")
            return
        if listed is not None:
            self._judge_bytes(listed, data)
        if self._sources.reads_samples:
            return
        self._count()
        if not self._sources.format.is_ours:
            return
        if row is not None:
            self._sources.row_rules.judge(row, self._findings)
        elif listed is not None and self._sources.has_rows and not self._findings.has(META_NAME, "unreadable"):
            self._findings.add_image(name, "meta", f"it has no row in {META_NAME}")
        image = self._decoded(name, data)
        if image is not None and not self._sources.own_images:
            self._rules.add(self._claim(name, row, is_lossy(data)), image)

    def _judge_sample(self, sample: ReadSample) -> None:
        """Judge what another package's format read back."""
        self._count()
        row, image = sample.row, sample.image
        if sample.fault:
            self._findings.add_image(row.name, "unreadable", sample.fault)
            return
        self._sources.row_rules.judge(row, self._findings)
        if self._sources.own_images:
            return
        if image.dtype != np.uint8:
            self._findings.add_image(row.name, "depth", f"its values are {image.dtype}, expected uint8")
        elif image.ndim != 2 or not image.size:
            self._findings.add_image(row.name, "colour", f"its shape is {image.shape}, expected one of grey (H, W)")
        else:
            self._rules.add(self._claim(row.name, row, sample.lossy), image)

    def _count(self) -> None:
        self._images += 1
        if self._images % _IMAGES_A_TELL == 0:
            self._tell()

    def _read(self, name: str, listed: Listed | None) -> bytes | None:
        """The bytes of a file; None if they cannot be read, which is a finding."""
        if name in self._there.files:
            self._there.files.discard(name)
            path = self._before_names + name
            # A link to nowhere, or something that might never end: a device, a pipe.
            if name in self._there.doubtful and not os.path.isfile(path):
                self._findings.add(name, "unreadable", "it is not a file")
                return None
            try:
                return _read_whole(path, _USUAL_BYTES if listed is None else listed.size)
            except OSError as error:
                self._findings.add(name, "unreadable", f"it cannot be read ({error.strerror})")
        elif not name or Path(name).name != name or "\0" in name:
            self._findings.add(
                META_NAME if listed is None else MANIFEST_NAME,
                "meta",
                f"{name!r} is not the name of a file in this folder",
            )
        elif os.path.isfile(self._path / name):
            self._findings.add(name, "meta", REPEATED)
        else:
            self._findings.add(name, "missing", "it is listed, but not there")
        return None

    def _judge_bytes(self, listed: Listed, data: bytes) -> None:
        digest = xxhash.xxh3_128_hexdigest(data)
        if digest != listed.digest or len(data) != listed.size:
            self._changed.append((digest, listed, f"{len(data)} bytes, {listed.size} were saved"))

    def _name_changed(self) -> None:
        """Add the files whose bytes have changed; last, when it is known whether two of them were swapped."""
        saved_as = {listed.digest: listed.name for _, listed, _ in self._changed}
        for digest, listed, sizes in self._changed:
            other = saved_as.get(digest)
            reason = (
                f"its bytes are not those that were saved ({sizes})"
                if other is None
                else f"it holds what was saved as {other}"
            )
            self._findings.add_image(listed.name, "hash", reason)

    def _claim(self, name: str, row: Row | None, lossy: bool) -> Claim:
        own = None if row is None else row.settings
        # Most rows share one object for their settings, so that what was found last holds for them too.
        if self._last_settings is None or own is not self._last_settings[0]:
            if own not in self._settings_of:
                recorded = self._sources.settings if own is None else self._sources.settings.overridden_by(own)
                self._settings_of[own] = recorded.overridden_by(self._asked)
            self._last_settings = own, self._settings_of[own]
        settings = self._last_settings[1]
        if row is None:
            return Claim(name, settings, lossless=not lossy)
        return Claim(name, settings, row.label, row.gaps, row.boxes, not lossy, row.margins, row.lines)

    def _decoded(self, name: str, data: bytes) -> np.ndarray | None:
        """The image, uint8 (H, W); None if it cannot be measured, which is a finding."""
        try:
            image = image_read(data)
            # WebP has no grey: every grey image is stored as RGB.
            image = grey_if_equal(image) if is_webp(data) else image
        except InputError as error:
            self._findings.add_image(name, "unreadable", error.what)
            return None
        if data.startswith(_PNG_SIGNATURE):
            # From the header: the decoded image does not show 16 bits or 8, a palette or RGB.
            depth, colour = data[24], _PNG_COLOURS.get(data[25])
            if depth != 8:
                self._findings.add_image(name, "depth", f"{depth} bits, expected 8")
        else:
            colour = "RGB" if image.ndim == 3 else None
        if colour is not None and not self._sources.own_images:
            self._findings.add_image(name, "colour", f"it is stored as {colour}, expected grey")
        return image if image.ndim == 2 else None

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(self._images, max(self._total, self._images))

    def _name_extra(self) -> None:
        allowed = {SHARDS_NAME} if self._sources.unfinished else set()
        table = self._sources.format.table
        own = (*_OWN_FILES, *([] if table is None else [table]))
        for name in sorted(self._there.files.difference(own)):
            self._findings.add(name, "extra", "nothing that was saved here has this name")
        for name in sorted(self._there.folders - allowed):
            self._findings.add(name, "extra", "a folder that was not saved here")

    def _report(self) -> ValidationReport:
        recorded, asked = self._sources.settings.known(), self._asked.known()
        settings = {}
        for name in (*SETTING_NAMES, *DRAWN_NAMES):
            if name in asked:
                settings[name] = [asked[name], "argument"]
            elif name in recorded:
                settings[name] = [recorded[name], RECIPE_NAME]
            elif name in self._sources.row_settings:
                settings[name] = [None, META_NAME]
        reasons = dict.fromkeys(each.no_gaps for each in self._settings_of.values() if each.no_gaps)
        notes = ["the images are a user's own: size, colour and gaps were not judged"] * self._sources.own_images
        notes += self._sources.notes
        notes += self._rules.notes
        notes += [f"gaps were not judged where {reason}" for reason in reasons]
        # No fault of the data: whether its run still goes on, on another host or before a restart, cannot be seen.
        notes += [f"{name} belongs to a run that has not ended, or was killed" for name in sorted(self._there.corners)]
        if not {"min_spacing", "max_spacing"} & settings.keys() and self._rules.gaps:
            notes.append("no range of gaps is recorded or was asked for")
        return ValidationReport(
            str(self._path),
            self._images,
            self._images - len(self._findings.bad_images),
            dict(self._findings.counts),
            self._findings.kept,
            dict(sorted(self._rules.gaps.items())),
            settings,
            notes,
            {side: dict(sorted(counts.items())) for side, counts in self._rules.margins.items()},
        )


def _read_whole(path: str, expected: int) -> bytes:
    """The bytes of a file, by one call if there are no more than expected."""
    file = os.open(path, _READS)
    try:
        # One more than expected, to see that the file ends there.
        expected = min(expected, MOST_IMAGE_BYTES)
        data = os.read(file, expected + 1)
        if len(data) > expected:
            if os.fstat(file).st_size > MOST_IMAGE_BYTES:
                raise OSError(errno.EFBIG, f"it has more than {MOST_IMAGE_BYTES:,} bytes")
            with open(file, "rb", closefd=False) as rest:
                data += rest.read()
        return data
    finally:
        os.close(file)


class _Listing(NamedTuple):
    """The names in a folder.

    Attributes
    ----------
    files, folders : set of str
        Without those that are hidden or that systems leave behind.
    doubtful : set of str
        Those of `files` that might not be files: links, and anything else that is not a plain file; checked when met.
    corners : set of str
        The hidden folders that runs write in.
    """

    files: set[str]
    folders: set[str]
    doubtful: set[str]
    corners: set[str]


def _listing(path: Path) -> _Listing:
    """What is in a folder."""
    try:
        if not path.is_dir():
            if not path.exists() and (error := broken_link(path)) is not None:
                raise error
            problem = "this is a file" if path.exists() else "there is no such folder"
            raise InputError(problem, where=str(path), allowed="a folder of images")
        with os.scandir(path) as entries:
            found = list(entries)
        shown = [entry for entry in found if not is_litter(entry.name)]
        folders = {entry.name for entry in shown if entry.is_dir()}
        doubtful = {entry.name for entry in shown if not entry.is_file(follow_symlinks=False)}
        corners = {entry.name for entry in found if entry.name.startswith(CORNER_PREFIX) and entry.is_dir()}
        return _Listing({entry.name for entry in shown} - folders, folders, doubtful - folders, corners)
    except InputError:
        raise  # a ValueError too, but not one about the path's characters
    except OSError as error:
        raise InputError(f"the folder cannot be read ({error.strerror})", where=str(path)) from error
    except ValueError as error:
        raise InputError(f"the path cannot be used: {error}", where=repr(str(path))) from None
