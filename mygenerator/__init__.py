"""mygenerator: labelled images of digit strings, made from real handwritten digits, with exact gaps.

The public names are loaded when they are first used, so that importing the package stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mygenerator import moved

__version__ = "0.1.0"

if TYPE_CHECKING:
    from mygenerator.batch import Batch as Batch
    from mygenerator.batch import Sample as Sample
    from mygenerator.calls import DataGenerator as DataGenerator
    from mygenerator.calls import generate_numbers_sequence as generate_numbers_sequence
    from mygenerator.calls import generate_phone_numbers as generate_phone_numbers
    from mygenerator.calls import random_scale_img as random_scale_img
    from mygenerator.dataset import Dataset as Dataset
    from mygenerator.dataset import DigitsNlpDataset as DigitsNlpDataset
    from mygenerator.dataset import DropMissing as DropMissing
    from mygenerator.dataset import ImageDataset as ImageDataset
    from mygenerator.dataset import NlpDataset as NlpDataset
    from mygenerator.dataset import PatternNlpDataset as PatternNlpDataset
    from mygenerator.dataset import PatternsNlpDataset as PatternsNlpDataset
    from mygenerator.dataset import PhoneNlpDataset as PhoneNlpDataset
    from mygenerator.dataset import SampledNlpDataset as SampledNlpDataset
    from mygenerator.facts import Facts as Facts
    from mygenerator.glyphs import GlyphSet as GlyphSet
    from mygenerator.pipeline import Pipeline as Pipeline
    from mygenerator.pipeline import run_generate_numbers_sequence as run_generate_numbers_sequence
    from mygenerator.pipeline import run_generate_phone_numbers as run_generate_phone_numbers
    from mygenerator.recipes import Recipe as Recipe
    from mygenerator.save import SavedDataset as SavedDataset
    from mygenerator.save import open as open  # pylint: disable=redefined-builtin
    from mygenerator.transform import AsciiDigits as AsciiDigits
    from mygenerator.transform import CharToImages as CharToImages
    from mygenerator.transform import CombineImagesHorizontally as CombineImagesHorizontally
    from mygenerator.transform import Elastic as Elastic
    from mygenerator.transform import Format as Format
    from mygenerator.transform import GlyphTransform as GlyphTransform
    from mygenerator.transform import ImageTransform as ImageTransform
    from mygenerator.transform import LabelTransform as LabelTransform
    from mygenerator.transform import RemoveWhitePadding as RemoveWhitePadding
    from mygenerator.transform import Rotate as Rotate
    from mygenerator.transform import SaltAndPepper as SaltAndPepper
    from mygenerator.transform import Scale as Scale
    from mygenerator.transform import ScaleImage as ScaleImage
    from mygenerator.transform import Shear as Shear
    from mygenerator.transform import Stroke as Stroke
    from mygenerator.transform import TextToImage as TextToImage
    from mygenerator.transform import Transform as Transform
    from mygenerator.transform import ValidatePadding as ValidatePadding

_HOMES = {
    "Batch": "mygenerator.batch",
    "Sample": "mygenerator.batch",
    "DataGenerator": "mygenerator.calls",
    "generate_numbers_sequence": "mygenerator.calls",
    "generate_phone_numbers": "mygenerator.calls",
    "random_scale_img": "mygenerator.calls",
    "Dataset": "mygenerator.dataset",
    "DigitsNlpDataset": "mygenerator.dataset",
    "DropMissing": "mygenerator.dataset",
    "ImageDataset": "mygenerator.dataset",
    "NlpDataset": "mygenerator.dataset",
    "PatternNlpDataset": "mygenerator.dataset",
    "PatternsNlpDataset": "mygenerator.dataset",
    "PhoneNlpDataset": "mygenerator.dataset",
    "SampledNlpDataset": "mygenerator.dataset",
    "Facts": "mygenerator.facts",
    "GlyphSet": "mygenerator.glyphs",
    "Pipeline": "mygenerator.pipeline",
    "run_generate_numbers_sequence": "mygenerator.pipeline",
    "run_generate_phone_numbers": "mygenerator.pipeline",
    "Recipe": "mygenerator.recipes",
    "SavedDataset": "mygenerator.save",
    "open": "mygenerator.save",
    "AsciiDigits": "mygenerator.transform",
    "CharToImages": "mygenerator.transform",
    "CombineImagesHorizontally": "mygenerator.transform",
    "Elastic": "mygenerator.transform",
    "Format": "mygenerator.transform",
    "GlyphTransform": "mygenerator.transform",
    "ImageTransform": "mygenerator.transform",
    "LabelTransform": "mygenerator.transform",
    "RemoveWhitePadding": "mygenerator.transform",
    "Rotate": "mygenerator.transform",
    "SaltAndPepper": "mygenerator.transform",
    "Scale": "mygenerator.transform",
    "ScaleImage": "mygenerator.transform",
    "Shear": "mygenerator.transform",
    "Stroke": "mygenerator.transform",
    "TextToImage": "mygenerator.transform",
    "Transform": "mygenerator.transform",
    "ValidatePadding": "mygenerator.transform",
}

__all__ = ["__version__", *_HOMES]


moved.install()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        # A step that was added since, here or by another package; only classes begin with a capital.
        value = import_module("mygenerator.registry").class_named("step", name) if name[:1].isupper() else None
        if value is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
