"""GlyphSet: all usable glyphs of one source, as arrays, sorted by character.

ingest.py makes it from what a reader found, cache.py stores it as memory-mapped files, and transforms draw from it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mygenerator.errors import InputError, MyGeneratorError, counted
from mygenerator.files import read_record
from mygenerator.glyphs.ingest import MAX_SIDE, RawGlyphs, in_words, ingest
from mygenerator.glyphs.places import check_source_name
from mygenerator.glyphs.scans import read_scans
from mygenerator.util_image import image_check, image_grey

_ARRAYS = {"starts": np.int64, "images": np.uint8, "boxes": np.int16, "rows": np.int64}
_FACTS = "set.json"
_MOST_NAMED = 10


@dataclass(frozen=True, eq=False, repr=False)
class GlyphSet:
    """The usable glyphs of one source. Immutable; two sets are equal if they were made from the same content.

    Parameters
    ----------
    source : str
        The name in the ground truth: "optdigits", "mnist:test", a configured name or a folder's.
    characters : str
        Sorted, each once.
    starts : int64 array (len(characters) + 1,)
        The glyphs of characters[k] are rows starts[k] to starts[k+1] (exclusive) of the arrays below.
    images : uint8 array (K, h, w)
        White ink on black, all on canvases of one size, at most 128 x 128; a pixel of at least 64 is ink.
    boxes : int16 array (K, 4)
        Ink box x0, y0, x1, y1 in pixels of the canvas, ends exclusive; every column inside it has ink.
    rows : int64 array (K,)
        Row of each glyph in the source's own files.
    content : str
        sha256, in hex, of what was read: the set's identity.
    kept_out : mapping of reason -> count
        Glyphs of the source that are not in the set: "empty", "blank column", "in pieces", and further reasons for
        scans; `mygenerator.glyphs.REASONS` says what each means.
    cleaned : int
        The number of glyphs in the set that had a speck removed.
    licence : str
        The terms under which the glyphs may be used.
    folder : Path, optional
        The cache folder whose files the arrays map; the set is then pickled as this path.
    lost : mapping of str -> mapping of reason -> count
        The characters of which the source has glyphs, but none that can be used.
    notes : tuple of str
        What a user should know of how the source was read, such as that its digits were set upright.
    taken_from : Path, optional
        The folder whose sub-folders are the characters, if it was loaded from one: nothing can be saved in it.

    Examples
    --------
    >>> stroke = np.zeros((28, 28), np.uint8)
    >>> stroke[4:24, 13:15] = 255
    >>> glyphs = GlyphSet.from_images([stroke, stroke], ["1", "7"], source="strokes")
    >>> glyphs
    GlyphSet('strokes': 2 glyphs of '17', 28 x 28 px)
    >>> glyphs.boxes[0].tolist(), glyphs.count("7")
    ([13, 4, 15, 24], 1)
    """

    source: str
    characters: str
    starts: np.ndarray
    images: np.ndarray
    boxes: np.ndarray
    rows: np.ndarray
    content: str
    kept_out: Mapping[str, int]
    cleaned: int = 0
    licence: str = ""
    folder: Path | None = None
    lost: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    taken_from: Path | None = None

    def __post_init__(self) -> None:
        for name in _ARRAYS:
            array = getattr(self, name).view(np.ndarray)  # a plain array: indexing a np.memmap costs more
            array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def from_raw(cls, raw: RawGlyphs) -> GlyphSet:
        """Ingest what a reader found; InputError if no usable glyph is left."""
        return cls(source=raw.source, licence=raw.licence, content=raw.content, notes=raw.notes, **vars(ingest(raw)))

    @classmethod
    def from_images(
        cls,
        images: Sequence[np.ndarray] | np.ndarray,
        labels: Sequence[str],
        source: str,
        rows: ArrayLike | None = None,
        licence: str = "",
    ) -> GlyphSet:
        """Make a set from images in memory.

        Parameters
        ----------
        images : sequence of uint8 arrays (h, w), (h, w, 3) or (h, w, 4)
            Any sizes, dark on light or light on dark. Those larger than 128 x 128 are shrunk to that size. They are
            centred on a canvas of the largest height and width.
        labels : sequence of str
            The character that each shows.
        source : str
            The set's name.
        rows : sequence of int, optional
            Row of each image in the source's own files; by default 0, 1, 2, ...
        licence : str
            The terms under which the images may be used.

        Raises
        ------
        InputError
            If the lengths differ, there are no images, one is not an image, a label is not a single character, no glyph
            can be used, or the name is not UTF-8.
        """
        check_source_name(source, "source")
        rows = np.arange(len(images)) if rows is None else np.asarray(rows, np.int64)
        if not len(images) == len(labels) == len(rows):
            raise InputError(
                f"{len(images)} images, {len(labels)} labels and {len(rows)} rows", where=source, allowed="one of each"
            )
        if len(images) == 0:
            raise InputError("there are no images", where=source)
        codes = np.array([_code_point(label, f"{source}, row {row}") for label, row in zip(labels, rows, strict=True)])
        grey = [
            image_grey(image_check(np.asarray(image), f"{source}, row {row}"))
            for image, row in zip(images, rows, strict=True)
        ]
        digest = hashlib.sha256(codes.astype("<u4").tobytes() + rows.astype("<i8").tobytes())
        for image in grey:
            digest.update(b"%d %d " % image.shape + image.tobytes())
        scans = read_scans([fitted(image) for image in grey], codes)
        digest.update(scans.mark)
        return cls.from_raw(
            RawGlyphs(
                source=source,
                licence=licence,
                content=digest.hexdigest(),
                images=scans.images,
                codes=codes,
                rows=rows,
                faults=scans.faults,
            )
        )

    @classmethod
    def open(cls, folder: Path, source: str, licence: str, notes: tuple[str, ...] = ()) -> GlyphSet:
        """The set that `store` wrote into `folder`, its arrays memory-mapped, not read.

        Source, licence and notes are not stored with it: sources of one content can differ in them.

        Raises
        ------
        MyGeneratorError
            If a file is missing, truncated or not what `store` wrote.
        """
        try:
            arrays: dict[str, Any] = {
                name: np.lib.format.open_memmap(folder / f"{name}.npy", mode="r") for name in _ARRAYS
            }
            facts = json.loads(read_record(folder / _FACTS))
            _check_stored(arrays, facts)
            return cls(source=source, licence=licence, notes=notes, folder=folder, **arrays, **facts)
        except Exception as error:  # pylint: disable=broad-exception-caught
            # A damaged file can raise almost anything on its way through numpy's header and json.
            raise MyGeneratorError(f"the stored glyphs are missing or damaged ({error})", where=str(folder)) from error

    def store(self, folder: Path) -> None:
        """Write the set into an existing, empty folder, for `open`; OSError if that fails."""
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name), allow_pickle=False)
        facts = {name: getattr(self, name) for name in ("characters", "content", "kept_out", "cleaned")}
        facts |= {"lost": self.lost} if self.lost else {}
        (folder / _FACTS).write_bytes(json.dumps(facts).encode())

    def __len__(self) -> int:
        return len(self.images)

    def __eq__(self, other: object) -> bool:
        return self.content == other.content if isinstance(other, GlyphSet) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.content)

    def __repr__(self) -> str:
        height, width = self.images.shape[1:]
        return f"GlyphSet({self.source!r}: {len(self)} glyphs of {self._shown()}, {height} x {width} px)"

    def __reduce__(self) -> tuple[Any, tuple]:
        if self.folder is not None:
            return GlyphSet.open, (self.folder, self.source, self.licence, self.notes)
        return _in_memory, ({each.name: getattr(self, each.name) for each in fields(self)},)

    def __deepcopy__(self, memo: dict) -> GlyphSet:
        return self

    @cached_property
    def _codes(self) -> np.ndarray:
        return np.array([ord(character) for character in self.characters], np.uint32)

    def codes_to_ranges(self, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The rows where the glyphs of characters are.

        Parameters
        ----------
        codes : unsigned integer array of any shape
            Code points.

        Returns
        -------
        start, count : int64 arrays of that shape
            The glyphs of a character are rows start to start + count; the count is 0 for one that the set lacks.
        """
        place = np.minimum(np.searchsorted(self._codes, codes), len(self._codes) - 1)
        start, end = self.starts[place], self.starts[place + 1]
        return start, np.where(self._codes[place] == codes, end - start, 0)

    @cached_property
    def _range_of(self) -> dict[str, tuple[int, int]]:
        starts = self.starts.tolist()
        pairs = zip(self.characters, pairwise(starts), strict=True)
        return {character: (start, end - start) for character, (start, end) in pairs}

    def text_to_ranges(self, text: str) -> list[tuple[int, int]]:
        """The rows where the glyphs of a text's characters are: `codes_to_ranges` for one text, as (start, count).

        Raises
        ------
        InputError
            If the set lacks a character.
        """
        known = self._range_of
        try:
            return [known[character] for character in text]
        except KeyError:
            self.check_characters(text)
            raise

    def count(self, character: str) -> int:
        """How many glyphs of a character there are; 0 if the set lacks it."""
        place = self.characters.find(character) if len(character) == 1 else -1
        return 0 if place < 0 else int(self.starts[place + 1] - self.starts[place])

    def check_characters(self, characters: Iterable[str], where: str | None = None) -> None:
        """Raise InputError, which names the missing characters and why they are missing, if the set lacks any."""
        lacking = [repr(character) for character in dict.fromkeys(characters) if not self.count(character)]
        if lacking:
            named = ", ".join(lacking[:_MOST_NAMED])
            more = f" and {len(lacking) - _MOST_NAMED} more" if len(lacking) > _MOST_NAMED else ""
            usable, do = "", None
            for character in self.lost:
                if repr(character) in lacking[:_MOST_NAMED]:
                    counts = self.lost[character]
                    images = counted(sum(counts.values()), "image")
                    usable, do = " usable", "see what was kept out with mygenerator glyphs --show"
                    more += f"; {images} of {character!r} kept out ({in_words(counts)})"
            if do is None and any(
                not each.isascii() and each.isdecimal() for each in characters if not self.count(each)
            ):
                do = "the step ascii_digits (AsciiDigits) writes digits of other scripts as 0 to 9"
            raise InputError(
                f"the glyph source {self.source!r} has no{usable} glyph for {named}{more}",
                where=where,
                allowed=self._shown(),
                do=do,
            )

    def _shown(self) -> str:
        shown = repr(self.characters[:60])
        return shown if len(self.characters) <= 60 else f"{shown} and {len(self.characters) - 60} more characters"


def stored_files(folder: Path) -> list[Path]:
    """The files that `GlyphSet.store` writes into a folder."""
    return [*(folder / f"{name}.npy" for name in _ARRAYS), folder / _FACTS]


def _in_memory(values: dict[str, Any]) -> GlyphSet:
    return GlyphSet(**values)


def _code_point(label: object, where: str) -> int:
    if not isinstance(label, str) or len(label) != 1:
        raise InputError(f"the label is {label!r}", where=where, allowed="one character")
    return ord(label)


def fitted(image: np.ndarray) -> np.ndarray:
    """The grey image, shrunk in proportion if it is larger than MAX_SIDE: uint8 (h, w).

    Each new pixel is the mean of what it covers, so that thin strokes stay.
    """
    height, width = image.shape
    longer = max(height, width)
    if longer <= MAX_SIDE:
        return image
    import cv2

    size = [max(1, round(side * MAX_SIDE / longer)) for side in (width, height)]
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def check_size(shape: tuple[int, ...], where: str) -> None:
    """Raise InputError if this (height, width) is too large for a glyph image, or has no pixels."""
    if not all(1 <= side <= MAX_SIDE for side in shape):
        raise InputError(
            f"the glyph image is {shape[0]} x {shape[1]} pixels (height x width)",
            where=where,
            allowed=f"1 x 1 to {MAX_SIDE} x {MAX_SIDE}",
        )


def _check_stored(arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Raise ValueError unless the arrays fit each other: the compiled code that reads them checks no bounds."""
    starts, images, boxes, rows = (arrays[name] for name in _ARRAYS)
    whole = (
        all(arrays[name].dtype == dtype for name, dtype in _ARRAYS.items())
        and images.ndim == 3
        and boxes.shape == (len(images), 4)
        and rows.shape == (len(images),)
        and starts.shape == (len(facts["characters"]) + 1,)
        and starts[0] == 0
        and starts[-1] == len(images)
        and bool((np.diff(starts) > 0).all())
        and bool((boxes[:, :2] >= 0).all() and (boxes[:, :2] < boxes[:, 2:]).all())
        and bool((boxes[:, 2:] <= images.shape[:0:-1]).all())
    )
    if not whole:
        raise ValueError("the arrays do not fit each other")
