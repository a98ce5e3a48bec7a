"""Pillow, used where OpenCV is wrong or silent; imported only for files that need it."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


@contextmanager
def opened(data: bytes, form: str) -> Iterator[Image.Image]:
    """The image in a file of the form "TIFF" or "GIF"; what Pillow warns of is not printed.

    Raises
    ------
    Exception
        Of almost any kind, if the file is damaged.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(data), formats=[form]) as image:
            yield image
