"""The jpg format: one JPEG for each sample, and meta.csv; for programs that read nothing else.

JPEG changes levels a little, so png is smaller for strips as well as exact.
"""

from __future__ import annotations

from typing import Any

from mygenerator.sinks.image_files import ImageFileSink
from mygenerator.sinks.image_files.encoding import encode_by_opencv

QUALITY = 95
"""OpenCV's own default. No level of a strip is then off by more than `mygenerator.strip.ink.LEVELS_LOST`."""


class JpgSink(ImageFileSink):
    """Files `{prefix}_{i}.jpg`, grey (RGB if a user's own images are RGB), of quality 95, and `meta.csv`."""

    format = "jpg"
    libraries = ("cv2",)
    lossy = True
    max_side = 65_500

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"quality": QUALITY}

    def encode(self, image: Any, name: str) -> bytes:
        import cv2

        self.check_shape(getattr(image, "shape", None), name)
        # All is said, because the defaults are OpenCV's to change.
        settings = {
            cv2.IMWRITE_JPEG_QUALITY: QUALITY,
            cv2.IMWRITE_JPEG_PROGRESSIVE: 0,
            cv2.IMWRITE_JPEG_OPTIMIZE: 0,
            cv2.IMWRITE_JPEG_RST_INTERVAL: 0,
        }
        return encode_by_opencv("jpg", image, name, [number for pair in settings.items() for number in pair])
