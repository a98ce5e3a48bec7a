"""Functional image layer: arrays in, arrays out. At the bottom of the package.

reading    files, bytes and arrays to images: what every image passes through
decoding   the bytes of a file to pixels; png, jpeg and tiff know these formats, exif the tags of cameras
claims     the sizes that headers claim
earlier    what earlier releases made of a file
kinds      what a file is, by its name and by its first bytes
transparency  brightness, and the paper under transparent pixels
shaping    merging, cropping and scaling images; random paddings
"""

from mygenerator.util_image.png import png_size
from mygenerator.util_image.reading import image_check, image_read
from mygenerator.util_image.shaping import (
    INTER_AREA,
    image_merge,
    image_remove_extra_padding,
    image_resize,
    padding_generate,
)
from mygenerator.util_image.transparency import image_grey

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
