"""What our code is compared with: loops that a user would write, published packages, and lower limits of time.

None of this is part of the package, and none of it is exact or repeatable: numbers are drawn by `random`, as in a
script of twenty lines.
"""

from __future__ import annotations

import gzip
import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.setting import Setting, SkipError

LENGTH = 11
HEIGHT = 28


@dataclass(frozen=True)
class Digits:
    """Images uint8 (K, 28, 28), white on black, and for each of the ten digits the rows that show it."""

    images: np.ndarray
    rows: list[list[int]]

    @classmethod
    def load(cls, setting: Setting) -> Digits:
        """MNIST's test digits if the setting names them, else the embedded ones."""
        if setting.data is not None:
            images, labels = read_idx_pair(Path(setting.data) / "mnist")
        else:
            from mygenerator.glyphs import load_glyphs

            glyphs = load_glyphs("optdigits")
            images, labels = np.array(glyphs.images), np.repeat(np.arange(10), np.diff(glyphs.starts))
        return cls(images, [np.flatnonzero(labels == digit).tolist() for digit in range(10)])

    def pick(self, text: str) -> list[np.ndarray]:
        """A random image for each digit of a text."""
        return [self.images[random.choice(self.rows[ord(digit) - 48])] for digit in text]


def read_idx_pair(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """The images (K, 28, 28) and labels (K,) of the first idx pair in a folder, as a short script reads them."""
    images, labels = (next(iter(sorted(folder.glob(f"*{part}*"))), None) for part in ("images-idx3", "labels-idx1"))
    if images is None or labels is None:
        raise SkipError(f"there is no idx pair in {folder}")
    return _read(images, 16).reshape(-1, 28, 28), _read(labels, 8)


def _read(path: Path, head: int) -> np.ndarray:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return np.frombuffer(data, np.uint8, offset=head)


def random_text() -> str:
    """Eleven digits."""
    return f"{random.randrange(10**LENGTH):0{LENGTH}d}"


def plain_strip(digits: Digits, width: int, gap: int = 5) -> np.ndarray:
    """The plain loop's strip: whole cells with a fixed gap between, then resized, gaps and all; no ground truth."""
    blank = np.zeros((HEIGHT, gap), np.uint8)
    cells: list[np.ndarray] = []
    for image in digits.pick(random_text()):
        cells += [image, blank]
    strip = np.hstack(cells[:-1])
    return 255 - cv2.resize(strip, (width, HEIGHT))


def honest_strip(digits: Digits, width: int, gaps: tuple[int, int]) -> np.ndarray:
    """The same with exact, uniformly drawn gaps: digits cut to their ink, widths that add up, pasted one by one."""
    images = digits.pick(random_text())
    drawn = [random.randint(*gaps) for _ in images[1:]]
    crops = []
    for image in images:
        x, y, w, h = cv2.boundingRect(image)
        crops.append(image[y : y + h, x : x + w])
    ink = [crop.shape[1] for crop in crops]
    room, total, ends = width - sum(drawn), sum(ink), [0]
    for count in range(1, len(ink) + 1):
        ends.append(sum(ink[:count]) * room // total)
    strip = np.full((HEIGHT, width), 255, np.uint8)
    scale = min(room / total, HEIGHT / max(crop.shape[0] for crop in crops))
    at = 0
    for place, crop in enumerate(crops):
        w, h = ends[place + 1] - ends[place], max(1, min(HEIGHT, round(crop.shape[0] * scale)))
        top = (HEIGHT - h) // 2
        strip[top : top + h, at : at + w] = 255 - cv2.resize(crop, (w, h))
        at += w + (drawn[place] if place < len(drawn) else 0)
    return strip


def plain_loop(digits: Digits, width: int, count: int) -> Callable[[], None]:
    """A turn of the plain loop in memory: `count` strips in one array, and nothing else."""

    def turn() -> None:
        strips = np.empty((count, HEIGHT, width), np.uint8)
        for row in range(count):
            strips[row] = plain_strip(digits, width)

    return turn


def honest_loop(digits: Digits, width: int, count: int, gaps: tuple[int, int]) -> Callable[[], None]:
    """A turn of the honest loop in memory."""

    def turn() -> None:
        strips = np.empty((count, HEIGHT, width), np.uint8)
        for row in range(count):
            strips[row] = honest_strip(digits, width, gaps)

    return turn


def plain_files(digits: Digits, width: int, count: int, folder: Path, first: int = 0) -> None:
    """The plain loop with `cv2.imwrite`."""
    for row in range(first, first + count):
        cv2.imwrite(f"{folder}/img_{row}.png", plain_strip(digits, width))


@dataclass(frozen=True)
class FloatDigits:
    """What generators of digit strips on float images do in each call.

    They hold black digits on white as floats from 0 to 1, and draw by numpy's global generator.
    """

    images: np.ndarray
    rows: list[np.ndarray]

    @classmethod
    def load(cls, setting: Setting) -> FloatDigits:
        """The digits of `Digits`, as float32 (K, 28, 28)."""
        digits = Digits.load(setting)
        return cls(1 - digits.images.astype(np.float32) / 255, [np.array(rows) for rows in digits.rows])

    def strip(self, digits: Sequence[int], gaps: tuple[int, int], width: int) -> np.ndarray:
        """A random image of each digit and white columns between, side by side, then resized, gaps and all."""
        low, high = gaps
        parts: list[np.ndarray] = []
        for digit in digits:
            parts.append(self.images[np.random.choice(self.rows[digit])])  # noqa: NPY002
            parts.append(np.ones((HEIGHT, np.random.randint(low, high + 1)), np.float32))  # noqa: NPY002
        strip = Image.fromarray(np.hstack(parts[:-1]))
        return np.asarray(strip.resize((width, HEIGHT)), np.float32)


def albumentations_loop(digits: Digits, width: int, count: int) -> Callable[[], None]:
    """A turn of albumentations on strips of the plain loop; SkipError if it is not installed."""
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")  # it would look up its newest version on the network
    try:
        import albumentations
    except ImportError:
        raise SkipError("albumentations is not installed") from None
    cv2.setNumThreads(1)
    change = albumentations.Compose(
        [
            albumentations.Affine(rotate=(-10, 10), scale=(0.9, 1.1), shear={"x": (-10, 10)}, fill=255, p=1),
            albumentations.SaltAndPepper(amount=(0.02, 0.02), p=1),
        ]
    )

    def turn() -> None:
        strips = np.empty((count, HEIGHT, width), np.uint8)
        for row in range(count):
            strips[row] = change(image=plain_strip(digits, width))["image"]

    return turn


TRDG = """
import sys, time
from trdg.generators import GeneratorFromStrings
count = int(sys.argv[1])
strips = iter(GeneratorFromStrings(["09012345678"], count=count + 1, size=28, background_type=1))
next(strips)
start = time.perf_counter()
for _ in range(count):
    next(strips)
print(time.perf_counter() - start)
"""
"""Eleven printed digits by trdg, on plain white; prints the seconds, without the import and the first strip."""


def touch_memory(shape: tuple[int, ...]) -> Callable[[], None]:
    """The lower limit in memory: every byte of the result written once."""

    def turn() -> None:
        np.empty(shape, np.uint8).fill(255)

    return turn


def files_alone(contents: Sequence[bytes], count: int, folder: Path, renamed: bool) -> None:
    """The lower limit on disk: files written from existing bytes, directly or under another name and then renamed."""
    for row, data in zip(range(count), _endless(contents), strict=False):
        name = f"{folder}/img_{row}.png"
        with open(f"{name}.part" if renamed else name, "wb", buffering=0) as file:
            file.write(data)
        if renamed:
            os.rename(f"{name}.part", name)


def _endless(values: Sequence[bytes]) -> Iterator[bytes]:
    while True:
        yield from values
