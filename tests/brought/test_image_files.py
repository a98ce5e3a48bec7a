"""Image files as scanners, phones, editors and networks make them: read rightly, or refused by name and kind."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image

from mygenerator.errors import InputError
from mygenerator.util_image import image_grey, image_read
from tests.brought.cases import Case, check, each, refused
from tests.brought.made_images import (
    BLACK_ON_NOTHING,
    COLOUR,
    HEIGHT,
    INK,
    WIDTH,
    as_stored,
    exif,
    exif_as_text,
    packed_12_bits,
    pictures,
    saved,
    tiff,
)

# Orientation


ORIENTED: dict[str, Callable[[int], bytes]] = {
    "JPEG": lambda turn: saved(as_stored(turn), "JPEG", exif=exif(turn), quality=95),
    "PNG": lambda turn: saved(as_stored(turn), "PNG", exif=exif(turn)),
    "PNG, as text": exif_as_text,
    "WebP": lambda turn: saved(as_stored(turn), "WEBP", exif=exif(turn), lossless=True),
    "TIFF": lambda turn: saved(as_stored(turn), "TIFF", exif=exif(turn)),
    "TIFF with transparency": lambda turn: saved(
        np.dstack([as_stored(turn), np.full_like(as_stored(turn), 255)]), "TIFF", exif=exif(turn)
    ),
}
TURNED = [
    Case(f"{form}, EXIF orientation {turn}", "phone photo", lambda form=form, turn=turn: ORIENTED[form](turn), True)
    for form in ORIENTED
    for turn in range(1, 9)
]


@each(TURNED)
def test_every_file_stands_upright_as_its_camera_says(case):
    def stands_upright():
        grey = image_grey(image_read(case.bring())).astype(int)
        return grey.shape == INK.shape and int(np.abs(grey - INK).max()) < 40

    check(case, stands_upright)


# Pixels

PHOTO = Image.fromarray(COLOUR)
SIXTEEN = INK.astype(np.uint16) * 257
PIXELS = [
    Case("PNG, grey", "scanner", lambda: saved(INK, "PNG"), INK),
    Case("PNG, 16 bits", "scanner", lambda: saved(SIXTEEN, "PNG"), INK),
    Case("PNG, 12 bits in 16", "industrial camera", lambda: saved(INK.astype(np.uint16) * 16, "PNG"), INK),
    Case("PNG, 10 bits in 16", "industrial camera", lambda: saved(INK.astype(np.uint16) * 4, "PNG"), INK),
    Case("PNG, 8 bits in 16", "converter", lambda: saved(INK.astype(np.uint16), "PNG"), INK),
    Case("TIFF, 16 bits", "scanner", lambda: saved(SIXTEEN, "TIFF"), INK),
    Case("TIFF, 12 bits in 16", "scanner", lambda: saved(INK.astype(np.uint16) * 16, "TIFF"), INK),
    Case(
        "TIFF, 12 bits packed",
        "scanner",
        lambda: tiff(SIXTEEN, 1, bits=[12], packed=packed_12_bits(SIXTEEN >> 4)),
        INK,
    ),
    Case("TIFF, 0 is white", "fax", lambda: tiff(255 - INK, 0), INK),
    Case("TIFF, 0 is white, 16 bits", "scanner", lambda: tiff(65535 - SIXTEEN, 0), INK),
    Case("TIFF, one bit, 0 is white", "fax", lambda: saved(bitmap(), "TIFF", compression="group4"), "bitmap"),
    Case("TIFF, high byte first", "old Mac", lambda: saved(SIXTEEN.astype(">u2"), "TIFF"), INK),
    Case("TIFF, colour", "editor", lambda: saved(COLOUR, "TIFF"), COLOUR),
    *(
        Case(f"{form} TIFF, {what}", "slide scanner", lambda made=made, options=options: made(options), right)
        for form, options in (
            ("large", {"big": True}),
            ("large, high byte first,", {"big": True, "order": ">"}),
            ("planar", {"apart": True}),
        )
        for what, made, right in (
            ("grey", lambda options: tiff(INK, 1, **options), INK),
            ("grey, 0 is white, 16 bits", lambda options: tiff(65535 - SIXTEEN, 0, **options), INK),
            ("grey of 12 bits, turned", lambda options: tiff(INK[::-1].astype("u2") * 16, 1, turn=4, **options), INK),
            ("colour, turned", lambda options: tiff(COLOUR[::-1], 2, turn=4, **options), COLOUR),
        )
    ),
    Case("TIFF, colour, LZW", "editor", lambda: saved(COLOUR, "TIFF", compression="tiff_lzw"), COLOUR),
    Case("TIFF, deflate that only stores", "editor", lambda: stored_deflate(), INK),
    Case("TIFF, colour, deflate", "editor", lambda: saved(COLOUR, "TIFF", compression="tiff_deflate"), COLOUR),
    Case("TIFF with a smaller copy of the page", "editor", lambda: with_smaller_copy(), INK),
    Case("PNG, 16-bit colour of 12 bits", "camera", lambda: cv2_png(COLOUR.astype(np.uint16) * 16), COLOUR),
    Case("PNG, palette", "web", lambda: saved(palette(), "PNG"), COLOUR),
    Case("BMP, palette", "old Windows", lambda: saved(palette(), "BMP"), COLOUR),
    Case("GIF, one image", "web", lambda: saved(palette(), "GIF"), COLOUR),
    Case("APNG of one image", "editor", lambda: pictures(1, "PNG"), INK),
    Case("JPEG with two bytes too many before its end", "webcam", lambda: spare_bytes(2), "JPEG"),
    Case("JPEG with more after its end", "phone photo", lambda: jpeg() + b"depth map" * 99, "JPEG"),
    Case("JPEG, progressive", "web", lambda: jpeg(progressive=True), "JPEG"),
    Case("JPEG with restart marks", "camera", lambda: jpeg(restart_marker_blocks=1), "JPEG"),
    Case("JPEG in printing colours", "print shop", lambda: saved(PHOTO.convert("CMYK"), "JPEG", quality=95), "near"),
    Case("TIFF in printing colours", "print shop", lambda: saved(PHOTO.convert("CMYK"), "TIFF"), "near"),
]


def palette() -> Image.Image:
    return PHOTO.quantize(4, method=Image.Quantize.MEDIANCUT)


def bitmap() -> Image.Image:
    return Image.fromarray(INK).point(lambda value: 255 * (value > 128)).convert("1")


def cv2_png(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def jpeg(**options: object) -> bytes:
    """A JPEG of some size, with the small unevenness of paper."""
    paper = np.kron(INK, np.ones((8, 8))) - np.arange(8 * HEIGHT)[:, None] % 7 - np.arange(8 * WIDTH) % 5
    return saved(paper.astype(np.uint8), "JPEG", **{"quality": 90, **options})


def spare_bytes(count: int) -> bytes:
    return jpeg()[:-2] + bytes(count) + b"\xff\xd9"


def with_smaller_copy() -> bytes:
    """A page of 24 x 16 pixels, and then a smaller copy of it, as editors add for previews."""
    page, copy = tiff(INK, 1), tiff(INK[::2, ::2].copy(), 1, copy=[1])
    place = struct.unpack_from("<I", page, 4)[0]
    (count,) = struct.unpack_from("<H", page, place)
    link, start = place + 2 + 12 * count, len(page) + len(page) % 2
    directory = struct.unpack_from("<I", copy, 4)[0]
    moved = bytearray(copy[directory:])
    for entry in range(2, 2 + 12 * struct.unpack_from("<H", moved)[0], 12):
        if struct.unpack_from("<H", moved, entry)[0] == 273:
            struct.pack_into("<I", moved, entry + 8, start + 8)
    page = page[:link] + struct.pack("<I", start + directory) + page[link + 4 :]
    return page.ljust(start, b"\0") + copy[:directory] + bytes(moved)


@each(PIXELS)
def test_every_file_shows_the_picture_that_was_stored(case):
    image = image_read(case.bring())
    if isinstance(case.right, np.ndarray):
        assert np.abs(image.astype(int) - case.right).max() <= 1
        assert image.shape == case.right.shape
    elif case.right == "bitmap":
        assert np.array_equal(image, np.where(INK > 128, 255, 0))
    elif case.right == "near":
        assert np.abs(image.astype(int) - COLOUR).max() < 60
    else:
        assert np.abs(image_grey(image)[4::8, 4::8].astype(int) - INK).max() < 40


# Transparency

TRANSPARENT = [
    Case("PNG, grey and alpha", "editor", lambda: saved(BLACK_ON_NOTHING, "PNG"), True),
    Case("TIFF, grey and alpha", "editor", lambda: saved(BLACK_ON_NOTHING, "TIFF"), True),
    Case(
        "TIFF, grey and alpha, LZW",
        "editor",
        lambda: saved(BLACK_ON_NOTHING, "TIFF", compression="tiff_lzw"),
        True,
    ),
    Case("WebP, grey and alpha", "web", lambda: saved(rgba(), "WEBP", lossless=True, exact=True), True),
    Case("TIFF, RGB and alpha", "editor", lambda: tiff(rgba(), 2, extra=2), True),
    Case("TIFF, RGB and alpha multiplied", "editor", lambda: tiff(rgba(), 2, extra=1), True),
    Case("PNG, 16 bits, RGB and alpha", "editor", lambda: cv2_rgba(rgba().astype(np.uint16) * 257), True),
    Case("PNG, one level is transparent", "old web tool", lambda: saved(level(), "PNG", transparency=9), True),
    Case(
        "PNG, one level of one bit is transparent", "old web tool", lambda: saved(bits(), "PNG", transparency=1), True
    ),
    Case(
        "PNG, one colour is transparent", "old web tool", lambda: saved(colours(), "PNG", transparency=(9, 9, 9)), True
    ),
    Case("PNG, palette", "web", lambda: saved(two_colours(), "PNG", transparency=1), True),
    Case("GIF", "web", lambda: saved(two_colours(), "GIF", transparency=1), True),
    Case("large TIFF, grey and alpha", "editor", lambda: tiff(BLACK_ON_NOTHING, 1, extra=2, big=True), True),
    Case(
        "large TIFF, high byte first, grey and alpha",
        "editor",
        lambda: tiff(BLACK_ON_NOTHING, 1, extra=2, big=True, order=">"),
        refused("here: this sort of TIFF file cannot be read; save it as PNG"),
    ),
    Case("planar TIFF, RGB and alpha", "editor", lambda: tiff(rgba(), 2, extra=2, apart=True), True),
    Case(
        "TIFF, 16 bits, grey and alpha",
        "editor",
        lambda: tiff(BLACK_ON_NOTHING.astype(np.uint16) * 257, 1, extra=2),
        refused("here: this TIFF file has transparency .* of 16 bits; save it as PNG"),
    ),
]


def rgba() -> np.ndarray:
    return BLACK_ON_NOTHING[..., [0, 0, 0, 1]].copy()


def cv2_rgba(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image)[1].tobytes()


def level() -> np.ndarray:
    return np.where(INK < 128, 0, 9).astype(np.uint8)


def colours() -> np.ndarray:
    return np.dstack([level()] * 3)


def bits() -> Image.Image:
    return bitmap()


def two_colours() -> Image.Image:
    image = Image.fromarray((INK > 128).astype(np.uint8)).convert("L")
    image.putpalette([0, 0, 0, 0, 0, 0, 9, 9, 9])
    return image


class Named(io.BytesIO):
    """A file whose name is in errors."""

    name = "here"


@each(TRANSPARENT)
def test_what_is_transparent_is_seen_as_paper(case):
    def paper_is_seen():
        grey = image_grey(image_read(Named(case.bring())))
        return np.array_equal(grey, np.where(INK < 128, 0, 255))

    check(case, paper_is_seen)


def made_transparent(ink: int, paper: int) -> bytes:
    """A stroke with soft edges whose paper an editor made transparent: all that is nearer to paper than to ink."""
    side = np.kron(INK < 128, np.ones((4, 4))).astype(np.float32)
    share = cv2.blur(side, (5, 5))
    level = np.round(paper + (ink - paper) * share).astype(np.uint8)
    return saved(np.dstack([level] * 3 + [np.where(share > 0.2, 255, 0).astype(np.uint8)]), "PNG")


SOFT = [
    Case("dark ink on white", "editor", lambda: made_transparent(20, 255), 255),
    Case("light grey ink on white", "editor", lambda: made_transparent(150, 255), 255),
    Case("bright ink on black", "editor", lambda: made_transparent(235, 0), 0),
    Case("dark grey ink on black", "editor", lambda: made_transparent(105, 0), 0),
]


@each(SOFT)
def test_ink_whose_paper_was_made_transparent_lies_on_paper_like_its_soft_edge(case):
    data = case.bring()
    assert np.ptp(np.asarray(Image.open(io.BytesIO(data)).convert("L"))) > 32
    grey = image_grey(image_read(data))
    check(case, lambda: int(grey[0, 0]))
    check(case, lambda: int(grey[-1, -1]))


# Damage, several images, and what is no image


def changed(data: bytes, share: float, new: bytes) -> bytes:
    """The file with other bytes from some share of its length on."""
    place = int(len(data) * share)
    return data[:place] + new + data[place + len(new) :]


def cut(data: bytes, share: float, end: bytes = b"") -> bytes:
    return data[: int(len(data) * share)] + end


def big() -> np.ndarray:
    return np.kron(COLOUR, np.ones((8, 8, 1), np.uint8)) ^ (np.arange(8 * WIDTH, dtype=np.uint8) % 5)[:, None]


def huge() -> bytes:
    """A small TIFF file with transparency that claims to be very wide."""
    return tiff_claiming((1 << 31) - 1, HEIGHT, tiff(BLACK_ON_NOTHING, 1, extra=2))


def tiff_claiming(width: int, height: int | None = None, made: bytes | None = None) -> bytes:
    """A TIFF file with another size in its second and third tag."""
    file = bytearray(made or tiff(INK, 1))
    place = struct.unpack_from("<I", file, 4)[0]
    struct.pack_into("<I", file, place + 2 + 12 + 8, width)
    struct.pack_into("<I", file, place + 2 + 24 + 8, height or width)
    return bytes(file)


def stored_deflate(wrong: bool = False, lacking: int = 0) -> bytes:
    """A TIFF file whose data deflate has only stored, so that it can be unpacked with any byte in it."""
    packed = zlib.compress(INK.tobytes(), 0)
    file = bytearray(tiff(INK, 1, packed=packed[: len(packed) - lacking]))
    place = struct.unpack_from("<I", file, 4)[0]
    for entry in range(place + 2, place + 2 + 12 * struct.unpack_from("<H", file, place)[0], 12):
        if struct.unpack_from("<H", file, entry)[0] == 259:
            struct.pack_into("<I", file, entry + 8, 8)
    file[8 + 100] ^= 255 * wrong
    return bytes(file)


def remarked(numbers: dict[int, int]) -> bytes:
    """A JPEG with other numbers in its restart marks; all else is as it was."""
    file = bytearray(jpeg(restart_marker_blocks=4))
    start = file.index(b"\xff\xda")
    for place in range(start, len(file) - 1):
        number = file[place + 1] - 0xD0
        if file[place] == 0xFF and number in numbers:
            file[place + 1] = 0xD0 + numbers[number]
    return bytes(file)


def claiming(data: bytes, size: bytes, code: str, side: int) -> bytes:
    """The file with another size in its header."""
    assert size in data
    return data.replace(size, struct.pack(code, *[side] * len(struct.unpack(code, size))), 1)


def png_claiming(side: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return saved(COLOUR, "PNG").replace(
        saved(COLOUR, "PNG")[8:33], struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    )


def webp_claiming(side: int) -> bytes:
    data = bytearray(saved(COLOUR, "WEBP", quality=80))
    struct.pack_into("<HH", data, 26, side, side)
    return bytes(data)


PAGES = ("here: this TIFF file holds 3 pages; allowed: one page; save each page",)
VIDEO = "^here: this is not an image but a video; save one picture of it as PNG or JPEG$"
REFUSED = [
    Case("JPEG cut off", "network", lambda: cut(jpeg(), 0.6), refused("here: this JPEG file is truncated or damaged")),
    Case("JPEG cut off and closed", "recovery tool", lambda: cut(jpeg(), 0.6, b"\xff\xd9"), refused("here: this JPEG")),
    Case("JPEG whose end is zeros", "network", lambda: changed(jpeg(), 0.6, bytes(9**4))[:9000], refused("here: this")),
    Case("JPEG with a hole of zeros", "disk", lambda: changed(jpeg(), 0.5, bytes(512)), refused("here: this JPEG")),
    Case("JPEG copied as text", "FTP", lambda: jpeg().replace(b"\n", b"\r\n"), refused("here: this JPEG")),
    Case(
        "progressive JPEG cut off and closed",
        "recovery tool",
        lambda: cut(jpeg(progressive=True), 0.3, b"\xff\xd9"),
        refused("here: this JPEG file is truncated or damaged; copy or save it again"),
    ),
    Case("PNG with a wrong byte", "disk", lambda: changed(saved(big(), "PNG"), 0.5, b"?"), refused("here: this PNG")),
    Case("WebP cut off", "network", lambda: cut(saved(big(), "WEBP"), 0.9), refused("here: this WebP file is trunc")),
    Case("BMP cut off", "network", lambda: cut(saved(big(), "BMP"), 0.9), refused("here: this .*truncated or damaged")),
    Case("GIF cut off", "network", lambda: cut(saved(PHOTO.resize((99, 99)), "GIF"), 0.5), refused("here: this GIF")),
    Case("TIFF cut off", "network", lambda: cut(saved(big(), "TIFF"), 0.5), refused("here: this TIFF file is trunc")),
    Case(
        "TIFF with wrong bytes, deflate",
        "disk",
        lambda: changed(saved(big(), "TIFF", compression="tiff_deflate"), 0.4, b"????"),
        refused("here: this TIFF file is truncated or damaged"),
    ),
    Case(
        "TIFF with a wrong byte that only its checksum tells, deflate",
        "disk",
        lambda: stored_deflate(wrong=True),
        refused("here: this TIFF file is truncated or damaged"),
    ),
    Case(
        "TIFF that lacks its last byte, deflate",
        "broken copy",
        lambda: stored_deflate(lacking=1),
        refused("here: this TIFF file is truncated or damaged"),
    ),
    Case(
        "JPEG with two restart marks exchanged",
        "disk",
        lambda: remarked({0: 1, 1: 0}),
        refused("here: this JPEG file is truncated or damaged"),
    ),
    Case(
        "JPEG with restart marks from 1 on",
        "recovery tool",
        lambda: remarked({number: (number + 1) % 8 for number in range(8)}),
        refused("here: this JPEG file is truncated or damaged"),
    ),
    Case(
        "JPEG with one restart mark twice",
        "recovery tool",
        lambda: remarked({3: 2}),
        refused("here: this JPEG file is truncated or damaged"),
    ),
    Case(
        "TIFF with wrong bytes, LZW",
        "disk",
        lambda: changed(saved(big(), "TIFF", compression="tiff_lzw"), 0.4, bytes(64)),
        refused("here: this TIFF file is truncated or damaged"),
    ),
    Case("TIFF of three pages", "document scanner", lambda: pictures(3, "TIFF"), refused(*PAGES)),
    Case("GIF of three images", "web", lambda: pictures(3, "GIF"), refused("here: this GIF file holds 3 images")),
    Case("APNG of three images", "web", lambda: pictures(3, "PNG"), refused("here: this PNG file holds 3 images")),
    Case("WebP of three images", "web", lambda: pictures(3, "WEBP"), refused("here: this WebP file holds 3 images")),
    Case(
        "TIFF of fractions",
        "numpy",
        lambda: saved(INK.astype(np.float32) / 255, "TIFF"),
        refused("here: the pixels of this TIFF file are floating-point numbers of 32 bits", "convert it to 8 or 16"),
    ),
    Case("TIFF of 32 bits", "microscope", lambda: saved(INK.astype(np.int32), "TIFF"), refused("here: .* of 32 bits")),
    Case(
        "TIFF of two billion pixels a row",
        "attacker",
        lambda: huge(),
        refused("here: this TIFF file claims 24 x 2147483647 pixels; allowed: 1 to 67,108,864 pixels"),
    ),
    *(
        Case(
            f"{form} of {side:,} rows and columns",
            "attacker",
            lambda claimed=claimed: claimed(),
            refused(f"here: this {form} file claims {side} x {side} pixels; allowed: 1 to 67,108,864 pixels"),
        )
        for form, side, claimed in (
            ("JPEG", 65_000, lambda: claiming(jpeg(), struct.pack(">HH", 8 * HEIGHT, 8 * WIDTH), ">HH", 65_000)),
            ("PNG", 65_000, lambda: png_claiming(65_000)),
            (
                "GIF",
                65_000,
                lambda: claiming(saved(INK, "GIF"), struct.pack("<HH", WIDTH, HEIGHT), "<HH", 65_000),
            ),
            ("BMP", 65_000, lambda: claiming(saved(INK, "BMP"), struct.pack("<ii", WIDTH, HEIGHT), "<ii", 65_000)),
            ("WebP", 16_383, lambda: webp_claiming(16_383)),
            ("TIFF", 65_000, lambda: tiff_claiming(65_000)),
            ("PNM", 65_000, lambda: b"P5 # by hand\n# twice\n65000 65000\n255\n" + bytes(99)),
            ("PAM", 65_000, lambda: b"P7\nWIDTH 65000\nHEIGHT 65000\nDEPTH 1\nMAXVAL 255\nENDHDR\n" + bytes(99)),
        )
    ),
    Case(
        "TIFF with signs", "microscope", lambda: tiff(INK.astype(np.int16), 1, kind=2), refused("here: .*with a sign")
    ),
    Case(
        "planar TIFF of 16 bits",
        "slide scanner",
        lambda: tiff(COLOUR.astype(np.uint16) * 257, 2, apart=True),
        refused(r"here: this TIFF file has colours of 16 bits, each stored by itself \(planar\); save it as PNG"),
    ),
    Case(
        "large TIFF cut off",
        "network",
        lambda: cut(tiff(big(), 2, big=True), 0.5),
        refused("here: this TIFF file is truncated"),
    ),
    Case(
        "large TIFF of fractions",
        "microscope",
        lambda: tiff(INK.astype(np.float64), 1, kind=3, big=True),
        refused("here: .*floating-point numbers of 64 bits"),
    ),
    Case("camera's raw file", "camera", lambda: tiff(SIXTEEN, 32803), refused("here: this is a camera's raw file")),
    Case("no bytes", "full disk", lambda: b"", refused("here: this is not an image but an empty file")),
    Case(
        "zeros", "broken copy", lambda: bytes(4096), refused("here: this is not an image but zeros from its first byte")
    ),
    Case(
        "HTML page named .png",
        "download",
        lambda: b"<!DOCTYPE html>\n<html><head><title>404 Not Found</title>",
        refused("here: this is not an image but an HTML page", "download it again"),
    ),
    Case(
        "HEIC named .jpg", "iPhone", lambda: b"\0\0\0\x18ftypheic" + bytes(99), refused("here: .*HEIC.*save it as PNG")
    ),
    Case("PDF", "document scanner", lambda: b"%PDF-1.7\n%\xe2\xe3", refused("here: this is a PDF document")),
    Case(
        "SVG", "drawing program", lambda: b"<?xml version='1.0'?>\n<svg width='9'/>", refused("here: .*an SVG drawing")
    ),
    Case("DICOM", "hospital", lambda: bytes(128) + b"DICM" + b"\x02\0\0\0", refused("here: .*a DICOM file")),
    Case(
        "pointer of Git LFS",
        "git clone",
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n",
        refused("here: .*a pointer of Git LFS", "git lfs pull"),
    ),
    Case("AppleDouble", "Mac", lambda: b"\0\x05\x16\x07\0\x02\0\0Mac OS X" + bytes(40), refused("here: .*AppleDouble")),
    Case("zip archive", "mail", lambda: b"PK\x03\x04" + bytes(40), refused("here: .*a zip archive", "unpack it")),
    Case("numpy array", "numpy", lambda: b"\x93NUMPY\x01\0" + bytes(40), refused("here: .*a numpy array")),
    Case("text", "editor", lambda: b"write a seven here\n", refused("here: this is not an image but text")),
    *(
        Case(
            f"{words}, as it is said",
            source,
            lambda start=start: start.ljust(200, b"\0"),
            refused(rf"^here: this is {words}, a format that is not read here; save it as PNG or JPEG$"),
        )
        for words, source, start in (
            ("a HEIC image, as iPhones make them", "iPhone", b"\0\0\0\x18ftypheic"),
            ("an AVIF image", "web", b"\0\0\0\x18ftypavif"),
            ("a JPEG XL image", "web", b"\xff\x0a"),
            ("a Photoshop document", "designer", b"8BPS"),
            ("a GIMP document", "designer", b"gimp xcf"),
            ("an OpenEXR image", "renderer", b"v/1\x01\x02"),
            ("a PDF document", "document scanner", b"%PDF-1.7"),
            ("a PostScript document", "old Mac", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
        )
    ),
    *(
        Case(f"a video {brand!r}", source, lambda brand=brand: b"\0\0\0\x18ftyp" + brand + bytes(99), refused(VIDEO))
        for source, brand in (("iPhone", b"qt  "), ("telephone", b"mp42"), ("telephone", b"isom"), ("camera", b"3gp5"))
    ),
    *(
        Case(words, source, lambda start=start: start, refused(f"^here: this is {words}; "))
        for words, source, start in (
            ("a pointer of Git LFS, not the file itself", "git clone", b"version https://git-lfs.github.com/spec/v1\n"),
            ("a Windows shortcut, not the file that it leads to", "Windows", b"L\0\0\0\x01\x14\x02\0" + bytes(40)),
            (
                "a property list of macOS, as iCloud leaves in place of a file, not the file itself",
                "Mac",
                b"bplist00" + bytes(range(9)),
            ),
        )
    ),
]


@each(REFUSED)
def test_what_is_damaged_or_no_image_is_refused_by_name_and_nothing_else_is_said(case, capfd, recwarn):
    check(case, lambda: image_read(Named(case.bring())))
    assert not recwarn.list
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize("quality", [30, 75, 95])
@pytest.mark.parametrize("size", [8, 20, 28, 65, 200])
@pytest.mark.parametrize("form", ["L", "RGB", "CMYK"])
def test_no_whole_jpeg_is_taken_for_damaged(quality, size, form):
    rows = np.arange(size)
    for paper in (0, 128, 250):
        image = ((rows[:, None] * rows * 7) % 5 + np.minimum(paper, 250)).astype(np.uint8)
        for options in (
            {},
            {"optimize": True},
            {"progressive": True},
            {"subsampling": 2},
            {"restart_marker_blocks": 2},
        ):
            data = saved(Image.fromarray(image).convert(form), "JPEG", quality=quality, **options)
            assert image_read(data).shape[:2] == (size, size)


def test_a_telephone_s_jpeg_whose_scan_says_odd_numbers_is_read():
    jpeg = bytearray(cv2.imencode(".jpg", np.full((24, 24), 90, np.uint8))[1].tobytes())
    scan = jpeg.index(b"\xff\xda")
    end = scan + 2 + int.from_bytes(jpeg[scan + 2 : scan + 4])
    jpeg[end - 2] = 0  # the last coefficient of the scan, which only a progressive file tells
    assert abs(int(image_read(bytes(jpeg))[0, 0]) - 90) <= 2


def test_a_small_tiff_cannot_unpack_the_same_data_many_times():
    bomb = zlib.compress(bytes(1_000_000), 9)
    count, width = 50, 8
    head = 8
    data = head + len(bomb)
    tags = [(256, 4, 1, width), (257, 4, 1, count), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1)]
    tags += [(273, 4, count, data), (277, 3, 1, 1), (278, 4, 1, 1), (279, 4, count, data + 4 * count)]
    places = struct.pack(f"<{count}I", *[head] * count) + struct.pack(f"<{count}I", *[len(bomb)] * count)
    directory = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *tag) for tag in tags) + bytes(4)
    tiff = b"II*\0" + struct.pack("<I", data + len(places)) + bomb + places + directory
    with pytest.raises(InputError, match="truncated or damaged"):
        image_read(tiff)


@each(
    [
        Case("filling before a marker", "attacker", lambda: filled(2, b"\xff"), True),
        Case("zeros before a marker", "attacker", lambda: filled(2, b"\0"), False),
        Case("filling before the end", "attacker", lambda: filled(-2, b"\xff"), True),
        Case("filling and no end", "attacker", lambda: filled(-2, b"\xff")[:-2], False),
        Case("filling between marks", "attacker", lambda: filled(-2, b"\xff", restart_marker_blocks=1), True),
    ]
)
def test_a_jpeg_of_millions_of_filling_bytes_is_read_at_once(case):
    data = case.bring()
    start = time.process_time()
    try:
        read = image_read(data).shape == (8 * HEIGHT, 8 * WIDTH)
    except InputError:
        read = False
    assert read == case.right
    assert time.process_time() - start < 2


def filled(place: int, byte: bytes, **options: object) -> bytes:
    whole = jpeg(**options)
    return whole[:place] + byte * 8_000_000 + whole[place:]


def test_a_real_image_of_any_size_is_read_if_all_its_bytes_are_there(monkeypatch):
    monkeypatch.setattr("mygenerator.util_image.kinds.MAX_PIXELS", 100)
    for form in ("BMP", "PPM", "TIFF"):
        assert np.array_equal(image_read(saved(INK, form)), INK)
    with pytest.raises(InputError, match="this JPEG file claims"):
        image_read(saved(np.full((99, 99), 7, np.uint8), "JPEG"))
