"""Image files in all the forms that people have them in, made of one small picture."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

HEIGHT, WIDTH = 24, 16
INK = np.full((HEIGHT, WIDTH), 240, np.uint8)
INK[3:20, 4:7] = 10
INK[17:20, 4:13] = 10
"""An L, which looks different however it is turned or mirrored: dark ink on light paper."""
COLOUR = np.dstack([INK, INK // 2, 255 - INK])
BLACK_ON_NOTHING = np.dstack([np.zeros_like(INK), np.where(INK < 128, 255, 0).astype(np.uint8)])
"""Grey and alpha: black ink, and everywhere else nothing, whose hidden colour is black too."""


def saved(image: np.ndarray | Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(file, form, **options)
    return file.getvalue()


def pictures(count: int, form: str, **options: object) -> bytes:
    """One file with several pictures in it."""
    frames = [Image.fromarray(np.roll(INK, number, 1)) for number in range(count)]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], **options)


def tiff(
    image: np.ndarray,
    colours: int,
    extra: int | None = None,
    kind: int = 1,
    order: str = "<",
    big: bool = False,
    apart: bool = False,
    turn: int = 1,
    **tags: list[int],
) -> bytes:
    """A plain TIFF file by its tags, for what no library writes.

    `order` is that of bytes, `big` the large form with 64 bits, `apart` stores each colour by itself.
    """
    samples = image.shape[2] if image.ndim == 3 else 1
    bits = tags.get("bits", [8 * image.itemsize])[0]
    image = image.astype(image.dtype.newbyteorder(order))
    planes = [image[..., one].tobytes() for one in range(samples)] if apart and samples > 1 else [image.tobytes()]
    data = bytes(tags["packed"]) if "packed" in tags else b"".join(planes)
    start, head, entry, room, number = (16, 8, 20, 8, "Q") if big else (8, 2, 12, 4, "I")
    sizes = [len(data) // len(planes)] * len(planes)
    values = {254: tags.get("copy", [0]), 256: [image.shape[1]], 257: [image.shape[0]], 258: [bits] * samples}
    values |= {259: [1], 262: [colours], 273: [start + size * one for one, size in enumerate(sizes)]}
    values |= {277: [samples], 278: [image.shape[0]], 279: sizes, 339: [kind] * samples}
    values |= ({338: [extra]} if extra is not None else {}) | ({284: [2]} if apart else {})
    values |= {274: [turn]} if turn != 1 else {}
    place = start + len(data) + len(data) % 2
    after, entries, rest = place + head + entry * len(values) + room, b"", b""
    for tag, numbers in sorted(values.items()):
        raw = b"".join(struct.pack(f"{order}I", one) for one in numbers)
        if len(raw) > room:
            raw, rest = struct.pack(order + number, after + len(rest)), rest + raw
        entries += struct.pack(f"{order}HH{number}", tag, 4, len(numbers)) + raw.ljust(room, b"\0")
    mark = b"II" if order == "<" else b"MM"
    first = struct.pack(f"{order}HHHQ", 43, 8, 0, place) if big else struct.pack(f"{order}HI", 42, place)
    count = struct.pack(order + ("Q" if big else "H"), len(values))
    return mark + first + data.ljust(place - start, b"\0") + count + entries + bytes(room) + rest


def packed_12_bits(image: np.ndarray) -> bytes:
    bits = "".join(f"{value:012b}" for value in image.ravel().tolist())
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def with_chunk(png: bytes, kind: bytes, content: bytes) -> bytes:
    """A PNG file with one more chunk after its header."""
    chunk = struct.pack(">I", len(content)) + kind + content
    return png[:33] + chunk + struct.pack(">I", zlib.crc32(chunk[4:])) + png[33:]


def exif(orientation: int) -> Image.Exif:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def as_stored(orientation: int) -> np.ndarray:
    """The pixels of a file that says this orientation and shows the L upright."""
    turns = {5: 5, 6: 8, 7: 7, 8: 6}.get(orientation, orientation)  # quarter turns undo each other
    made = {
        1: lambda image: image,
        2: np.fliplr,
        3: lambda image: np.rot90(image, 2),
        4: np.flipud,
        5: np.transpose,
        6: lambda image: np.rot90(image, -1),
        7: lambda image: np.rot90(image, 2).T,
        8: np.rot90,
    }
    return np.ascontiguousarray(made[turns](INK))


def exif_as_text(orientation: int) -> bytes:
    """As ImageMagick wrote it before PNG had a chunk for it."""
    data = exif(orientation).tobytes()
    text = f"\nexif\n{len(data):8}\n{data.hex()}\n".encode()
    return with_chunk(saved(as_stored(orientation), "PNG"), b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(text))
