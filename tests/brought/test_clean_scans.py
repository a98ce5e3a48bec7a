"""Clean scans give what they have always given: the same glyphs, the same content, the same files in the cache."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.glyphs import GlyphSet, load_glyphs

STORED = {
    "black on white": "f72b8bae1809285050fe93e9a8a99be2311c019fedf4a2d587ae5fc50e73cc04",
    "white on black": "10264939485cdd74a61b341a62ed20aed71b29a63b4cfa0886258a00948de971",
    "dark grey on light grey": "1c36fe53f0618e08c73c9fbebe56173b05aaf498c7256fe6b1d52bbe57ee208a",
    "blue on white": "7e845a801d30e1df057c6f892dcd755da464fac28d23df477b29de8f86d59e54",
}
"""The sha256 of all files that the cache has of a folder of clean scans, as releases before this test stored them."""


def clean_scans(folder: Path, kind: str) -> Path:
    """The first 200 embedded digits as one PNG each, with a sub-folder for each digit."""
    digits = load_glyphs("optdigits")
    for place in range(0, len(digits), 9):
        digit = digits.images[place].astype(np.int32)
        character = digits.characters[int(np.searchsorted(digits.starts, place, side="right")) - 1]
        image = {
            "black on white": 255 - digit,
            "white on black": digit,
            "dark grey on light grey": 215 - digit * 195 // 255,
            "blue on white": np.dstack([255 - digit // 3, 255 - digit, 255 - digit]),
        }[kind]
        path = folder / character / f"{place}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), image.astype(np.uint8))
    return folder


@pytest.mark.parametrize("kind", STORED)
def test_clean_scans_are_stored_as_before(kind, tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    glyphs = load_glyphs(clean_scans(tmp_path / "scans", kind))
    assert glyphs.folder is not None
    digest = hashlib.sha256()
    for path in sorted(glyphs.folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    assert digest.hexdigest() == STORED[kind]


def test_images_in_memory_have_the_same_content_as_before():
    digits = load_glyphs("optdigits")
    images = [255 - image for image in digits.images[::9]]
    characters = np.repeat(list(digits.characters), np.diff(digits.starts))[::9].tolist()
    glyphs = GlyphSet.from_images(images, characters, source="mine")
    assert glyphs.content == "0f01d01a2a41b830286224b0137354af8b81821ed53ce20764a4fdef692baa9d"
