"""Wrong sources of glyphs on disk: idx files with false headers, folders that hold what is no glyph."""

from __future__ import annotations

import gzip
import struct

import numpy as np

from tests.wrong.entries import Content, Link, Wrong
from tests.wrong.making import (
    DIGITS,
    IMAGES,
    IMAGES_MAGIC,
    LABELS,
    LABELS_MAGIC,
    SIDE,
    characters,
    glyph,
    idx,
    idx_pair,
    overwritten,
    png,
    strokes,
    zeros_gzipped,
)

_PIXELS = strokes().tobytes()
_SHAPE = (DIGITS, SIDE, SIDE)


def _of(folder: str) -> str:
    return f"generate-numbers-sequence --sequence 007 --glyphs ./{folder}"


def _idx(about: str, files: dict[str, bytes], *words: str) -> Wrong:
    return Wrong(_of("digits"), words, files, about=f"idx, {about}")


def _images(about: str, images: bytes, *words: str) -> Wrong:
    return _idx(about, idx_pair(images=images), IMAGES, *words)


def _labels(about: str, labels: bytes, *words: str) -> Wrong:
    return _idx(about, idx_pair(labels=labels), LABELS, *words)


def _folder(about: str, name: str, content: Content, *words: str) -> Wrong:
    """A good folder of characters with one thing more in it."""
    return Wrong(_of("scans"), words, characters({name: content}), about=f"scans, {about}")


def _scan(about: str, image: Content, *words: str) -> Wrong:
    return _folder(about, "7/wrong.png", image, "7/wrong.png", *words)


_HEADERS = [
    _images("another magic number", b"\0\0\x08\x07" + bytes(12), "named like an idx file"),
    _images("no magic number", b"P5 28 28 255\n" + _PIXELS, "named like an idx file"),
    _images("images of int32", idx(b"\0\0\x0c\x03", _SHAPE, 4 * _PIXELS), "named like an idx file"),
    _images("images of float64", idx(b"\0\0\x0e\x03", _SHAPE, 8 * _PIXELS), "named like an idx file"),
    _images("images of two dimensions", idx(b"\0\0\x08\x02", (DIGITS, 784), _PIXELS), "named like an idx file"),
    _images("images of four dimensions", idx(b"\0\0\x08\x04", (*_SHAPE, 1), _PIXELS), "named like an idx file"),
    _images("little-endian", b"\x03\x08\0\0" + struct.pack("<3I", *_SHAPE) + _PIXELS, "named like an idx file"),
    _images("empty", b"", "named like an idx file"),
    _images("three bytes", b"\0\0\x08", "named like an idx file"),
    _images("a header of four bytes", IMAGES_MAGIC, "the header ends after 4 bytes"),
    _images("a header of 15 bytes", IMAGES_MAGIC + bytes(11), "the header ends after 15 bytes"),
    _images("no values", idx(IMAGES_MAGIC, _SHAPE, b""), "promises 20 x 28 x 28 = 15,680 bytes", "holds 0"),
    _images("a byte too few", idx(IMAGES_MAGIC, _SHAPE, _PIXELS[:-1]), "15,680 bytes", "holds 15,679"),
    _images("a byte too many", idx(IMAGES_MAGIC, _SHAPE, _PIXELS + b"\0"), "15,680 bytes", "holds more"),
    _images("no images", idx(IMAGES_MAGIC, (0, SIDE, SIDE), b""), "empty"),
    _images("images without rows", idx(IMAGES_MAGIC, (DIGITS, 0, SIDE), b""), "0 x 28", "1 x 1 to 128 x 128"),
    _images("images without columns", idx(IMAGES_MAGIC, (DIGITS, SIDE, 0), b""), "28 x 0", "1 x 1 to 128 x 128"),
    _images("129 rows", idx(IMAGES_MAGIC, (1, 129, SIDE), bytes(129 * SIDE)), "129 x 28", "128 x 128"),
    _images("4,294,967,295 rows", idx(IMAGES_MAGIC, (1, 2**32 - 1, SIDE), _PIXELS), "4294967295 x 28", "128 x 128"),
    _images(
        "4,294,967,295 images",
        idx(IMAGES_MAGIC, (2**32 - 1, SIDE, SIDE), _PIXELS),
        "3,367,254,359,280",
        "1,000,000,000",
    ),
    _images("1,000,001,184 bytes", idx(IMAGES_MAGIC, (1_275_512, SIDE, SIDE), _PIXELS), "up to 1,000,000,000 bytes"),
    _images("all but 1,000,000,000 bytes", idx(IMAGES_MAGIC, (1_275_510, SIDE, SIDE), _PIXELS), "holds 15,680"),
    _images("labels in place of images", idx_pair()[f"digits/{LABELS}"], "no partner"),
    _idx("images in place of labels", idx_pair(labels=idx_pair()[f"digits/{IMAGES}"]), IMAGES, "no partner"),
    _labels("labels of int32", idx(b"\0\0\x0c\x01", (DIGITS,), bytes(4 * DIGITS)), "named like an idx file"),
    _labels("no labels", idx(LABELS_MAGIC, (0,), b""), "empty"),
    _labels("a header of six bytes", LABELS_MAGIC + bytes(2), "the header ends after 6 bytes"),
    _labels(
        "a label of 10", idx(LABELS_MAGIC, (DIGITS,), bytes([*range(10), 10, *range(9)])), "the label in row 10 is 10"
    ),
    _labels("a label of 255", idx(LABELS_MAGIC, (DIGITS,), b"\xff" * DIGITS), "the label in row 0 is 255", "0 to 9"),
    _labels("a label too few", idx(LABELS_MAGIC, (19,), bytes(19)), "20 images", "19 labels"),
    _labels("4,294,967,295 labels", idx(LABELS_MAGIC, (2**32 - 1,), bytes(20)), "4,294,967,295 bytes", "1,000,000,000"),
    _labels("rows of labels without a column", idx(b"\0\0\x0c\x02", (DIGITS, 0), b""), "its header promises nothing"),
    _labels(
        "rows of labels with a negative one",
        idx(b"\0\0\x0c\x02", (DIGITS, 1), b"\xff" * 4 * DIGITS),
        "the label in row 0 is -1",
    ),
    _idx(
        "all images blank", idx_pair(idx(IMAGES_MAGIC, _SHAPE, bytes(len(_PIXELS)))), "none of 20 glyphs", "empty: 20"
    ),
    _idx("one image of one pixel", idx_pair(idx(IMAGES_MAGIC, (DIGITS, 1, 1), bytes(DIGITS))), "none of 20 glyphs"),
    _idx(
        "every digit in pieces",
        idx_pair(
            idx(IMAGES_MAGIC, _SHAPE, np.tile([[255] * 28, [0] * 28], (14 * DIGITS, 1)).astype(np.uint8).tobytes())
        ),
        "none of 20 glyphs",
        "in pieces: 20",
    ),
]

_PACKED = {name: gzip.compress(data, mtime=0) for name, data in idx_pair(suffix=".gz").items()}
_PACKED_IMAGES = _PACKED[f"digits/{IMAGES}.gz"]


def _packed(about: str, images: Content, *words: str) -> Wrong:
    files = {**_PACKED, f"digits/{IMAGES}.gz": images}
    return Wrong(_of("digits"), (f"{IMAGES}.gz", *words), files, about=f"idx, {about}")


_GZIPPED = [
    _packed("gzip cut in half", _PACKED_IMAGES[: len(_PACKED_IMAGES) // 2], "truncated or damaged"),
    _packed("gzip without its end", _PACKED_IMAGES[:-4], "truncated or damaged"),
    _packed("gzip with a wrong sum", overwritten(_PACKED_IMAGES, -8, b"\0\0\0\0"), "truncated or damaged"),
    _packed("gzip with a wrong length", overwritten(_PACKED_IMAGES, -4, b"\xff\xff\xff\xff"), "truncated or damaged"),
    _packed("gzip damaged in its head", overwritten(_PACKED_IMAGES, 10, b"\xff" * 9), "named like an idx file"),
    _packed("gzip of nothing", gzip.compress(b"", mtime=0), "named like an idx file"),
    _packed("gzip in gzip", gzip.compress(_PACKED_IMAGES, mtime=0), "named like an idx file"),
    _packed("gzip and then something", _PACKED_IMAGES + b"more", "truncated or damaged"),
    _packed(
        "gzip of more than its header promises",
        lambda: gzip.compress(idx(IMAGES_MAGIC, _SHAPE, _PIXELS), mtime=0) + zeros_gzipped(1 << 26)(),
        "15,680 bytes",
        "holds more",
    ),
    _packed("gzipped zeros, 64 MB", zeros_gzipped(1 << 26), "named like an idx file"),
    _packed("zip in place of gzip", b"PK\3\4" + bytes(30), "named like an idx file"),
]

_PAIRS = [
    _idx("images alone", {f"digits/{IMAGES}": idx_pair()[f"digits/{IMAGES}"]}, IMAGES, "no partner"),
    _idx("labels alone", {f"digits/{LABELS}": idx_pair()[f"digits/{LABELS}"]}, LABELS, "no partner"),
    _idx(
        "two pairs",
        {name.replace("t10k", prefix): data for name, data in idx_pair().items() for prefix in ("anna", "ben")},
        "several idx pairs",
        "anna-images-idx3-ubyte with anna-labels-idx1-ubyte",
    ),
    _idx(
        "a pair and a label file",
        idx_pair() | {"digits/train-labels-idx1-ubyte": idx_pair()[f"digits/{LABELS}"]},
        "train-labels-idx1-ubyte",
        "no partner",
    ),
    _idx("empty files", idx_pair(b"", b""), IMAGES, "named like an idx file"),
    _idx("an empty folder", {"digits/": b""}, "digits", "holds no glyphs", "one sub-folder of images"),
    _idx("files of other names", {"digits/a.bin": b"a", "digits/b.txt": b"b"}, "digits", "holds no glyphs"),
    Wrong(
        _of("digits"),
        ("digits", "a link that leads nowhere", "mend it"),
        {"digits": Link("nowhere")},
        about="a link to nowhere",
    ),
    Wrong(
        _of("digits"), ("digits", "a link that leads to itself"), {"digits": Link("digits")}, about="a link to itself"
    ),
    Wrong(
        "generate-numbers-sequence --sequence 007 --glyphs 'a\0/b'", (r"'a\x00/b'", "not a path"), about="NUL in glyphs"
    ),
    Wrong(f"generate-numbers-sequence --sequence 007 --glyphs /{'x' * 300}", ("too long",), about="long glyphs"),
    Wrong("mygenerator glyphs --show ./digits", ("digits", "does not exist")),
    Wrong("mygenerator glyphs --show ./digits", ("holds no glyphs",), {"digits/": ""}, about="an empty folder"),
]

_SCANS = [
    _folder("a name of two characters", "77/a.png", glyph(), "'77' is not a character", "U+002F"),
    _folder("an empty folder of two characters", "77/", "", "'77' is not a character", "U+002F"),
    _folder("a name that is half a character", "U+D800/a.png", glyph(), "'U+D800' is not a character"),
    _folder("a name above Unicode", "U+110000/a.png", glyph(), "'U+110000' is not a character"),
    _folder("a folder in a character's", "7/more/a.png", glyph(), "7/more", "image files only"),
    _folder("a dead link", "7/gone.png", Link("nowhere.png"), "7/gone.png", "this is a link that leads nowhere"),
    _folder("a link to a device", "7/zero.png", Link("/dev/zero"), "7/zero.png", "a device, not an image"),
    _scan("text", "no image at all", "not an image", "leading dot"),
    _scan("nothing", "", "not an image"),
    _scan("a PNG cut in half", glyph()[:60], "truncated or damaged"),
    _scan("a PNG without its end", glyph()[:-12], "truncated or damaged"),
    _scan("a PNG with a wrong sum", overwritten(glyph(), -14, b"\0\0"), "truncated or damaged"),
    _scan("a PNG's name alone", glyph()[:8], "truncated or damaged"),
    _scan("a PNG without pixels", png(strokes(1)[0], (0, 0)), "0 x 0", "1 to 67,108,864 pixels"),
    _scan("a PNG of other pixels than it says", png(strokes(1)[0], (100, 100)), "truncated or damaged"),
    _scan("a PNG of 30,000 x 30,000", png(strokes(1)[0], (30_000, 30_000)), "30000 x 30000", "1 to 67,108,864 pixels"),
    _scan("a PNG of 2,147,483,647 columns", png(strokes(1)[0], (2**31 - 1, 1)), "2147483647", "1 to 67,108,864 pixels"),
    _scan("a JPEG's name alone", b"\xff\xd8\xff\xe0", "this JPEG file is truncated or damaged"),
    _scan("a GIF's head", b"GIF89a" + bytes(20), "this GIF file is truncated or damaged"),
    _scan(
        "a BMP of 30,000 x 30,000",
        b"BM" + struct.pack("<IIIIiiHHIIiiII", 58, 0, 54, 40, 30_000, 30_000, 1, 24, *6 * [0]),
    ),
    _scan("an SVG", "<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing, a format that is not read here"),
    Wrong(
        _of("scans"),
        ("none of 2 glyphs", "empty: 2"),
        {f"scans/7/{name}.png": png(np.full((28, 28), 255, np.uint8)) for name in "ab"},
        about="scans, all blank",
    ),
    Wrong(
        _of("scans"),
        ("none of 1 glyphs", "empty: 1"),
        {"scans/7/a.png": png(np.zeros((28, 28, 4), np.uint8))},
        about="scans, wholly transparent",
    ),
    Wrong(
        _of("scans"), ("has no glyph for '0'", "'7'"), {"scans/7/a.png": glyph()}, about="scans, without the characters"
    ),
    Wrong(_of("scans"), ("holds no glyphs",), {"scans/7/": "", "scans/8/.hidden.png": glyph()}, about="scans, hidden"),
]

GLYPH_FILES = [*_HEADERS, *_GZIPPED, *_PAIRS, *_SCANS]
