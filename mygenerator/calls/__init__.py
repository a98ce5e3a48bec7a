"""Functions that scripts call in a loop: digits in, arrays out, and files on request."""

from mygenerator.calls.batches import DataGenerator
from mygenerator.calls.numbers import generate_numbers_sequence, generate_phone_numbers
from mygenerator.calls.random_scale import random_scale_img

__all__ = ["DataGenerator", "generate_numbers_sequence", "generate_phone_numbers", "random_scale_img"]
