"""Data sets: rows of metadata and a way to make the samples of any rows."""

from mygenerator.dataset.base import Dataset
from mygenerator.dataset.digits import DigitsNlpDataset
from mygenerator.dataset.image import ImageDataset
from mygenerator.dataset.missing import DropMissing
from mygenerator.dataset.patterns import PatternsNlpDataset
from mygenerator.dataset.phone import PhoneNlpDataset
from mygenerator.dataset.sampled import SampledNlpDataset
from mygenerator.dataset.text import NlpDataset, PatternNlpDataset, TextDataset

__all__ = [
    "Dataset",
    "DigitsNlpDataset",
    "DropMissing",
    "ImageDataset",
    "NlpDataset",
    "PatternNlpDataset",
    "PatternsNlpDataset",
    "PhoneNlpDataset",
    "SampledNlpDataset",
    "TextDataset",
]
