"""A small data set, and a program that saves it: the tests of saving start it as a process that they can kill.

python program.py FOLDER COUNT WORKERS SHARD_SIZE [overwrite] [FORMAT]
"""

import sys
from functools import cache
from pathlib import Path

import numpy as np

from mygenerator import GlyphSet, PatternNlpDataset, TextToImage
from mygenerator.dataset import Dataset
from mygenerator.glyphs.ingest import RawGlyphs
from mygenerator.rng import Stream
from mygenerator.save import save


@cache
def strokes() -> GlyphSet:
    """Five glyphs for each digit: upright bars of many widths and greys."""
    row = np.arange(50)
    draws = Stream(1, "strokes").integers(row[:, None], [[0, 1, 2]], low=[4, 2, 100], high=[12, 10, 255])
    images = np.zeros((50, 28, 28), np.uint8)
    for image, (left, width, ink) in zip(images, draws, strict=True):
        image[4:24, left : left + width] = ink
    # Not as scans, which would be stretched to full ink.
    return GlyphSet.from_raw(RawGlyphs("strokes", "", "strokes", images, (row % 10 + ord("0")).astype(np.uint32), row))


def strips(count: int, seed: int | None = 7, pattern: str = "[0-9]{4}", **options) -> Dataset:
    """Images of different strings of a pattern, 80 x 28 pixels."""
    step = TextToImage(strokes(), **({"spacing_range": (3, 8), "image_width": 80} | options))
    return step.fit_transform(PatternNlpDataset(pattern, size=count, seed=seed))


def main() -> None:
    """Save as the command line says, and say on standard output how many samples were made."""
    folder, count, workers, shard_size = Path(sys.argv[1]), *(int(word) for word in sys.argv[2:5])
    format = next((word for word in sys.argv[5:] if word != "overwrite"), "png")
    options = {"workers": workers, "shard_size": shard_size, "overwrite": "overwrite" in sys.argv[5:]}
    report = save(strips(count), folder, format=format, **options)
    print(report.made)


if __name__ == "__main__":
    main()
