"""Data sets: rows of metadata and a way to make the samples of any rows."""

from mygenerator.dataset.base import Dataset
from mygenerator.dataset.image import ImageDataset
from mygenerator.dataset.phone import PhoneNlpDataset
from mygenerator.dataset.text import NlpDataset, PatternNlpDataset, TextDataset

__all__ = [
    "Dataset",
    "ImageDataset",
    "NlpDataset",
    "PatternNlpDataset",
    "PhoneNlpDataset",
    "TextDataset",
]
