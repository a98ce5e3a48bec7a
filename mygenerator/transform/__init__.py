"""Transforms: steps from one data set to another, in scikit-learn's manner."""

from mygenerator.transform.base import Transform
from mygenerator.transform.padding import ValidatePadding
from mygenerator.transform.text_to_image import TextToImage

__all__ = ["TextToImage", "Transform", "ValidatePadding"]
