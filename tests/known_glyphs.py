"""Digits that can be read back from an image: each is a solid block of a grey that tells which digit it is."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np

SIDE, BLOCK = 28, 10
LEVELS = [120 + 15 * digit for digit in range(10)]
"""The level of each digit's block, white on black: 120 to 255."""


def write_known_digits(folder: Path) -> Path:
    """Write an idx pair of the ten digits, in MNIST's layout: blocks 10 wide and 20 high, in the middle."""
    folder.mkdir(parents=True, exist_ok=True)
    images = np.zeros((10, SIDE, SIDE), np.uint8)
    for digit, level in enumerate(LEVELS):
        images[digit, 4:24, 9 : 9 + BLOCK] = level
    head = b"\0\0\x08\x03" + np.array(images.shape, ">u4").tobytes()
    (folder / "train-images-idx3-ubyte").write_bytes(head + images.tobytes())
    labels = b"\0\0\x08\x01" + np.array([10], ">u4").tobytes() + bytes(range(10))
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    return folder


def use_known_digits(home: Path) -> None:
    """Write a configuration into a home folder that names such digits."""
    folder = write_known_digits(home / "known")
    text = {"current_dataset": "known", "datasets": {"known": {"path": str(folder)}}}
    (home / "config.yaml").write_text(json.dumps(text), encoding="utf-8")


def read_back(image: np.ndarray) -> tuple[str, list[int], tuple[int, int]]:
    """The digits in an image, the gaps between them, and the left and right margin.

    Parameters
    ----------
    image : float (H, W), 0 ink and 1 paper
    """
    columns = np.rint((1 - image) * 255).max(axis=0).astype(int)
    runs = [
        (ink, [place for place, _ in part])
        for ink, part in itertools.groupby(enumerate(columns > 8), lambda one: bool(one[1]))
    ]
    blocks = [places for ink, places in runs if ink]
    # The middle of a block has the block's own level, however wide it is.
    digits = [int(np.argmin(np.abs(np.array(LEVELS) - columns[places[len(places) // 2]]))) for places in blocks]
    gaps = [after[0] - before[-1] - 1 for before, after in itertools.pairwise(blocks)]
    return "".join(map(str, digits)), gaps, (blocks[0][0], image.shape[1] - 1 - blocks[-1][-1])
