"""Small files that would be large: each is refused for little memory and time, so each is a process of its own."""

from __future__ import annotations

import gzip
import tarfile

from tests.wrong.entries import SERVER, Content, Wrong
from tests.wrong.making import (
    IMAGES,
    IMAGES_MAGIC,
    blank_png,
    characters,
    idx,
    idx_pair,
    strokes,
    tar_of,
    tar_of_zeros,
    zeros_gzipped,
    zip_of_zeros,
)

_SEVEN = "generate-numbers-sequence --sequence 007"
_CONFIG = f"current_dataset: mine\ndatasets: {{mine: {{url: '{SERVER}/good/a.zip'}}}}\n"
_LEFT = (r"home/downloads(/mine-[0-9a-f]{8}(/\.lock)?)?",)
_SIDE = 30_000
_GIGABYTE = 1 << 30
_PACKED = {f"{name}.gz": gzip.compress(data) for name, data in idx_pair().items()}


def _archive(about: str, archive: Content, *words: str) -> Wrong:
    return Wrong(f"{_SEVEN} --config_file my.yaml", words, {"my.yaml": _CONFIG}, {"a.zip": archive}, _LEFT, about=about)


BOMBS = [
    Wrong(
        f"{_SEVEN} --glyphs ./scans",
        ("7/wrong.png", "30000 x 30000", "128 x 128"),
        characters({"7/wrong.png": blank_png(_SIDE)}),
        about="a glyph of 900 million pixels",
    ),
    Wrong(
        "mygenerator show out",
        ("a.png", "30000 x 30000", "67,108,864"),
        {"out/a.png": blank_png(_SIDE)},
        about="an image of 900 million pixels",
    ),
    Wrong(
        f"{_SEVEN} --glyphs ./digits",
        (IMAGES, "15,680 bytes", "holds more"),
        {
            **_PACKED,
            f"digits/{IMAGES}.gz": lambda: (
                gzip.compress(idx(IMAGES_MAGIC, (20, 28, 28), strokes().tobytes())) + zeros_gzipped(1 << 30)()
            ),
        },
        about="a gigabyte behind 20 images",
    ),
    Wrong(
        f"{_SEVEN} --glyphs ./digits",
        (IMAGES, "3,367,254,359,280 bytes", "1,000,000,000"),
        {
            **_PACKED,
            f"digits/{IMAGES}.gz": lambda: (
                gzip.compress(idx(IMAGES_MAGIC, (2**32 - 1, 28, 28), b"")) + zeros_gzipped(1 << 30)()
            ),
        },
        about="a gigabyte of 3,367 that are promised",
    ),
    Wrong(
        f"{_SEVEN} --config_file my.yaml",
        ("my.yaml", "too large for a configuration file", "100,000 bytes"),
        {"my.yaml": "current_dataset: [" + "a," * 490_000 + "]"},
        about="a list of 490,000 in a configuration",
    ),
    Wrong(
        "mygenerator run r.yaml",
        ("r.yaml:1: ", "labels, row 0", "type list"),
        {"r.yaml": "text: {labels: [" + "[a]," * 240_000 + "]}"},
        about="a list of 240,000 lists in a recipe",
    ),
    Wrong(
        "mygenerator run r.yaml",
        ("faults in r.yaml", "r.yaml:1: unknown key 'k0'", "more"),
        {"r.yaml": "".join(f"k{number}: 1\n" for number in range(90_000))},
        about="90,000 faults in a recipe",
    ),
    _archive("a .zip of a gigabyte", zip_of_zeros("7/a.png", _GIGABYTE), "'7/a.png'", "1,000,000,000 bytes"),
    _archive("a .tar.gz of a gigabyte", tar_of_zeros("7/a.png", _GIGABYTE), "'7/a.png'", "1,000,000,000 bytes"),
    _archive(
        "a .tar.gz of 100,001 folders",
        lambda: gzip.compress(gzip.decompress(tar_of({"7": b""}, tarfile.DIRTYPE))[:512] * 100_001 + bytes(1024), 1),
        "100,000 files and folders",
    ),
]
