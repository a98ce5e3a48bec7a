"""What a validation found: findings as they are collected, and the report for a person or a program to read.

Knows nothing about images and folders; it is at the bottom of `mygenerator.validate`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from mygenerator.errors import counted

KINDS = (
    "unfinished",
    "count",
    "missing",
    "extra",
    "unreadable",
    "hash",
    "meta",
    "label",
    "colour",
    "depth",
    "wrong-size",
    "blank",
    "paper",
    "gap",
    "margin",
    "boxes",
    "line",
)
"""What can be wrong; these words are stable.

unfinished: a recipe without a manifest. count: recipe and manifest do not list the same number of samples. missing: a
listed file is not there. extra: a file that is not listed. unreadable: a file that is truncated, or not what its name
says. hash: the bytes are not those that were saved. meta: a row of meta.csv is missing, repeated or malformed.
label: empty, not one of the text source's, not as long as its boxes, or not unique. colour: the image is not stored as
grey. depth: not 8 bits. wrong-size: the width or height is not what it has to be. blank: no ink. paper: the background
is not pure, or is black instead of white. gap: the gaps in the pixels are not those recorded, are out of range, or
differ from each other where one was drawn for all. margin: the same for a margin, where margins were drawn.
boxes: ink and the recorded boxes do not cover the same columns, though the gaps agree, or a box is outside the image.
line: the lines of a wrapped text are too many, not one below the other, or too near, or there is ink between them.
"""

MAX_KEPT = 1000
"""This many findings of each kind are kept with their reasons; all are counted."""

_SHOWN = 10
_BARS = 20
_BAR_WIDTH = 40


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    file : str
        The file's name in the folder.
    kind : str
        One of KINDS.
    reason : str
        What is wrong, in words and numbers.
    """

    file: str
    kind: str
    reason: str


class Findings:
    """Findings as they come in: all are counted, and the first ones of each kind are kept.

    Attributes
    ----------
    counts : Counter
        How many there are of each kind.
    kept : list of Finding
    bad_images : set of str
        The names of the images with findings.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.kept: list[Finding] = []
        self.bad_images: set[str] = set()

    def add(self, file: str, kind: str, reason: str) -> None:
        """Add a finding about the folder, or about a file that is not examined as an image."""
        self.counts[kind] += 1
        if self.counts[kind] <= MAX_KEPT:
            self.kept.append(Finding(file, kind, reason))

    def has(self, file: str, kind: str) -> bool:
        """Whether there is a finding of a kind about a file, among those that are kept."""
        return any((one.file, one.kind) == (file, kind) for one in self.kept)

    def add_image(self, file: str, kind: str, reason: str) -> None:
        """Add a finding about an image."""
        self.bad_images.add(file)
        self.add(file, kind, reason)


@dataclass(frozen=True)
class ValidationReport:
    """What `validate_folder` found.

    Attributes
    ----------
    path : str
        The folder, as it was given.
    images : int
        The number of images that were there and were examined.
    good : int
        The number of those without findings.
    counts : dict of kind -> int
        How many findings of each kind there are.
    findings : list of Finding
        The first MAX_KEPT of each kind, in the order in which they were found.
    gaps : dict of int -> int
        How often each gap, in pixels, was measured.
    settings : dict of name -> [value, source]
        What the images were judged by, and where it comes from: "argument", "recipe.json" or "meta.csv". The value is
        None if each row of meta.csv has its own.
    notes : list of str
        What could not be judged, and why.
    margins : dict of str -> dict of int -> int
        If margins were drawn: "left" and "right" -> how often each margin, in pixels, was measured.
    """

    path: str
    images: int
    good: int
    counts: dict[str, int]
    findings: list[Finding]
    gaps: dict[int, int]
    settings: dict[str, list[Any]]
    notes: list[str] = field(default_factory=list)
    margins: dict[str, dict[int, int]] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.counts

    @property
    def exit_code(self) -> int:
        """0 if nothing was found, otherwise 1."""
        return 0 if self.ok else 1

    def to_dict(self) -> dict[str, Any]:
        """The report as plain JSON values; the keys of `gaps` and `margins` become text."""
        return {
            "ok": self.ok,
            "path": self.path,
            "images": self.images,
            "good": self.good,
            "counts": dict(self.counts),
            "findings": [vars(finding) for finding in self.findings],
            "gaps": {str(gap): count for gap, count in self.gaps.items()},
            "margins": {
                side: {str(margin): count for margin, count in counts.items()} for side, counts in self.margins.items()
            },
            "settings": self.settings,
            "notes": list(self.notes),
        }

    def to_json(self) -> str:
        """The report as one JSON object, in ASCII, because names of files need not be valid Unicode.

        It is the same in every locale: a name whose bytes are UTF-8 is read as UTF-8.
        """
        return json.dumps(_in_utf_8(self.to_dict()), indent=2)

    def __str__(self) -> str:
        parts = (self._verdict(), self._offenders(), self._judged_by(), self._margins_measured(), self._histogram())
        return "\n".join(chain.from_iterable(parts))

    def _verdict(self) -> Iterator[str]:
        if self.ok:
            yield f"good: {counted(self.images, 'image')} in {self.path}"
            return
        total = sum(self.counts.values())
        yield f"NOT good: {counted(total, 'finding')} in {self.path}"
        yield f"images: {self.images}, of which {self.good} are good"
        yield "findings: " + ", ".join(f"{kind} {count}" for kind, count in self.counts.items())

    def _offenders(self) -> Iterator[str]:
        # The kinds take turns, so that a hundred wrong gaps do not hide the one missing file.
        turn: Counter[str] = Counter()
        turns = []
        for finding in self.findings:
            turns.append(turn[finding.kind])
            turn[finding.kind] += 1
        order = sorted(range(len(turns)), key=turns.__getitem__)[:_SHOWN]
        for number in order:
            finding = self.findings[number]
            yield f"  {_printable(finding.file)}: {finding.kind}: {finding.reason}"
        if (more := sum(self.counts.values()) - len(order)) > 0:
            yield f"  ... and {more} more"

    def _judged_by(self) -> Iterator[str]:
        for name, (value, source) in self.settings.items():
            yield f"{name}: {'as each row says' if value is None else value} ({source})"
        if not self.settings:
            yield "sizes and gaps are neither recorded nor given"
        for note in self.notes:
            yield f"note: {note}"

    def _margins_measured(self) -> Iterator[str]:
        if self.margins:
            sides = [f"{side} {min(counts)} to {max(counts)}" for side, counts in self.margins.items()]
            yield f"margins measured: {', '.join(sides)} pixels"

    def _histogram(self) -> Iterator[str]:
        if not self.gaps:
            return
        low, high = min(self.gaps), max(self.gaps)
        yield f"gaps measured: {sum(self.gaps.values())}, from {low} to {high} pixels{_expected_gaps(self.settings)}"
        step = -(-(high - low + 1) // _BARS)
        counts = [0] * ((high - low) // step + 1)
        for gap, count in self.gaps.items():
            counts[(gap - low) // step] += count
        for number, count in enumerate(counts):
            first, last = low + number * step, min(low + (number + 1) * step - 1, high)
            name = str(first) if first == last else f"{first}-{last}"
            # Rounded up, so that whatever occurs at all is visible.
            yield f"  {name:>9} |{'#' * -(-count * _BAR_WIDTH // max(counts))} {count}"


def _printable(name: str) -> str:
    """A file's name as one line of text that any terminal can show."""
    return name if name.isprintable() else ascii(name)


def _expected_gaps(settings: Mapping[str, list[Any]]) -> str:
    """The range of allowed gaps, as the end of a sentence; empty if none is known."""
    low, high = (settings.get(name, [None])[0] for name in ("min_spacing", "max_spacing"))
    if low is None and high is None:
        return ""
    return f", expected {'0' if low is None else low} to {'any' if high is None else high}"


def _in_utf_8(value: Any) -> Any:
    """The same, with all texts as they are where Python reads names of files as UTF-8."""
    if isinstance(value, dict):
        return {_in_utf_8(key): _in_utf_8(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_in_utf_8(one) for one in value]
    if not isinstance(value, str):
        return value
    try:
        return value.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a surrogate pair in a label
        return value
