"""The png format: one 8-bit PNG for each sample, and meta.csv with a row for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.sinks.image_files import ImageFileSink
from mygenerator.sinks.image_files.encoding import encode_by_opencv
from mygenerator.sinks.png.encoder import png_encode

ENCODER = "png_encoder"
"""The name of the encoder of strips, `mygenerator.sinks.png.encoder`, among the versions in a recipe."""
ENCODER_VERSION = "1"
"""Changes when a release makes other bytes from the same strips; a test with stored values guards it."""


class PngSink(ImageFileSink):
    """Files `{prefix}_{i}.png`, 8-bit grey (RGB if a user's own images are RGB), and `meta.csv`.

    Strips are encoded by `mygenerator.sinks.png.encoder`, a batch at a time; other images one by one, of any size and
    colour, by OpenCV.
    """

    format = "png"
    libraries = ("cv2",)

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        own = {ENCODER: ENCODER_VERSION} if grey else {}
        return own | (super().versions(grey, others) if others else {})

    def encode(self, image: Any, name: str) -> bytes:
        return encode_png(image, name)

    def encode_batch(self, batch: Batch, names: Sequence[str]) -> Iterable[bytes]:
        return png_files(batch, names)


def png_files(batch: Batch, names: Sequence[str]) -> Iterable[bytes]:
    """The image of each sample of a batch as a PNG file; messages call the images by `names`."""
    images = batch.images
    if batch.kind == "strip" and isinstance(images, np.ndarray) and images.dtype == np.uint8 and images.ndim == 3:
        return png_encode(images)
    return map(encode_png, images, names)


def encode_png(image: Any, name: str) -> bytes:
    """An image as PNG bytes: uint8, (H, W) grey or (H, W, 3) RGB; InputError for anything else."""
    return encode_by_opencv("png", image, name)
