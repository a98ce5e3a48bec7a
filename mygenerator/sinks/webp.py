"""The webp format: one lossless WebP for each sample, and meta.csv; smaller than png, and slower to write."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.sinks.image_files import ImageFileSink
from mygenerator.sinks.image_files.encoding import check_image
from mygenerator.util_image.losses import grey_if_equal

_METHOD, _EFFORT = 2, 50
"""How hard libwebp looks for a small file. More makes strips hardly smaller."""


class WebpSink(ImageFileSink):
    """Files `{prefix}_{i}.webp`, lossless, and `meta.csv`.

    WebP has no grey: an image whose three channels are equal is read back as grey, (H, W).
    """

    format = "webp"
    libraries = ("PIL",)
    max_side = 16_383

    def versions(self, grey: bool, others: bool) -> dict[str, str]:
        from PIL import features

        # Pillow can be built with any libwebp, which decides the bytes.
        return super().versions(grey, others) | {"libwebp": str(features.version("webp"))}

    def encode(self, image: Any, name: str) -> bytes:
        from PIL import Image

        check_image(self.format, image, name)
        self.check_shape(image.shape, name)
        file = io.BytesIO()
        picture = Image.fromarray(np.ascontiguousarray(image))
        picture.save(file, "WEBP", lossless=True, exact=True, method=_METHOD, quality=_EFFORT)
        return file.getvalue()

    def read_image(self, source: bytes | Path) -> np.ndarray:
        return grey_if_equal(super().read_image(source))
