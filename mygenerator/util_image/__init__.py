"""Functional image layer: arrays in, arrays out. At the bottom of the package; imports only errors.py and rng.py.

reading    files, bytes and arrays to images
shaping    merging, cropping and scaling images; random paddings
"""

from mygenerator.util_image.reading import image_check, image_grey, image_read, png_size
from mygenerator.util_image.shaping import (
    INTER_AREA,
    image_merge,
    image_remove_extra_padding,
    image_resize,
    padding_generate,
)

__all__ = [
    "INTER_AREA",
    "image_check",
    "image_grey",
    "image_merge",
    "image_read",
    "image_remove_extra_padding",
    "image_resize",
    "padding_generate",
    "png_size",
]
