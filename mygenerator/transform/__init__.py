"""Transforms: steps from one data set to another, in scikit-learn's manner."""

from typing import Any

from mygenerator.transform.ascii_digits import AsciiDigits
from mygenerator.transform.base import Transform
from mygenerator.transform.char_to_images import CharToImages
from mygenerator.transform.combine_images_horizontally import CombineImagesHorizontally
from mygenerator.transform.elastic import Elastic
from mygenerator.transform.format import Format
from mygenerator.transform.geometry import Rotate, Scale, Shear
from mygenerator.transform.glyph_transform import GlyphTransform
from mygenerator.transform.image import ImageTransform, RemoveWhitePadding, ScaleImage
from mygenerator.transform.label_transform import LabelTransform
from mygenerator.transform.noise import SaltAndPepper
from mygenerator.transform.stroke import Stroke
from mygenerator.transform.text_to_image import TextToImage
from mygenerator.transform.transformed import TransformedDataset
from mygenerator.transform.validate_padding import ValidatePadding

__all__ = [
    "AsciiDigits",
    "CharToImages",
    "CombineImagesHorizontally",
    "Elastic",
    "Format",
    "GlyphTransform",
    "ImageTransform",
    "LabelTransform",
    "RemoveWhitePadding",
    "Rotate",
    "SaltAndPepper",
    "Scale",
    "ScaleImage",
    "Shear",
    "Stroke",
    "TextToImage",
    "Transform",
    "TransformedDataset",
    "ValidatePadding",
]


def __getattr__(name: str) -> Any:
    """A step that is not imported above, from this package or another, by its class's name."""
    from mygenerator.registry import class_named

    found = class_named("step", name) if name[:1].isupper() else None
    if found is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found
