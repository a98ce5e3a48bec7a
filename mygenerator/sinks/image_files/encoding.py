"""Images as the bytes of files, as OpenCV encodes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygenerator.errors import InputError


def encode_by_opencv(ending: str, image: Any, name: str, options: Sequence[int] = ()) -> bytes:
    """An image as the bytes of a file with that ending; `options` are OpenCV's. InputError as for `check_image`."""
    check_image(ending, image, name)
    # Strips, which most data sets hold as PNG, do without it.
    import cv2

    pixels = np.ascontiguousarray(image if image.ndim == 2 else image[:, :, ::-1])
    try:
        done, data = cv2.imencode(f".{ending}", pixels, list(options))
    except cv2.error:
        done = False
    if not done:
        raise InputError(f"the {ending.upper()} encoder refused an image of shape {image.shape}", where=name)
    return data.tobytes()


def check_image(ending: str, image: Any, name: str) -> None:
    """Raise InputError unless an image can be written: uint8, (H, W) grey or (H, W, 3) RGB."""
    fits = isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.size > 0
    if not fits or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)):
        shown = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise InputError(
            f"{shown} cannot be written as {ending.upper()}", where=name, allowed="uint8 (H, W) or (H, W, 3) RGB"
        )
