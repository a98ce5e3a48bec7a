"""Ways to break a folder of images, one fault at a time, and to ask a report for what it found."""

import csv
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from mygenerator.validate import ValidationReport


def found(report: ValidationReport, kind: str) -> list[str]:
    """The names of the files with findings of one kind, sorted."""
    return sorted(finding.file for finding in report.findings if finding.kind == kind)


def read(path: Path) -> np.ndarray:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def change(path: Path, how: Callable[[np.ndarray], np.ndarray]) -> None:
    """Put another image in the place of one."""
    assert cv2.imwrite(str(path), how(read(path)))


def boxes_of(folder: Path, name: str) -> list[list[int]]:
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return next(json.loads(row["boxes"]) for row in csv.DictReader(file) if row["file_name"] == name)


def widen_gap(folder: Path, name: str, gap: int, by: int) -> None:
    """Make a gap (1 is the first) wider by so many columns, or narrower; the image keeps its width."""
    end = boxes_of(folder, name)[gap - 1][2]

    def widened(image: np.ndarray) -> np.ndarray:
        paper = np.full((len(image), abs(by)), 255, np.uint8)
        if by > 0:
            return np.hstack([image[:, :end], paper, image[:, end:-by]])
        return np.hstack([image[:, :end], image[:, end - by :], paper])

    change(folder / name, widened)


def edit_meta(folder: Path, how: Callable[[list[list[str]]], list[list[str]]]) -> None:
    """Put other rows (the first is the header) into meta.csv."""
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    with open(folder / "meta.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(how(rows))
