"""generate_numbers_sequence and generate_phone_numbers: digits in, arrays out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

import numpy as np

from mygenerator.calls.digits import digits_text
from mygenerator.calls.image_files import write_image
from mygenerator.calls.strips import (
    DIGIT_PX,
    PHONE_DIGITS,
    PHONE_NUMBERS,
    as_floats,
    checked_range,
    digit_strip,
    in_memory,
    phone_strips,
)
from mygenerator.errors import whole_number


def generate_numbers_sequence(
    digits: str | Iterable[int],
    spacing_range: Sequence[int] = (2, 10),
    image_width: int | None = None,
    *,
    output_path: str | os.PathLike | None = None,
    augment: bool = False,
    seed: int | None = None,
) -> np.ndarray:
    """One image of a sequence of handwritten digits. A call in a loop is cheap: nothing is opened or parsed again.

    Parameters
    ----------
    digits : str or iterable of int
        1 to 100 digits from 0 to 9.
    spacing_range : (int, int)
        Smallest and largest gap between neighbouring digits in pixels, both drawn.
    image_width : int, optional
        Pixels; by default 28 for each digit.
    output_path : str or path, optional
        A folder; the image is also written there, as `<digits>.png`. If there is such a file, it stays, and the image
        becomes `<digits>_1.png` and so on.
    augment : bool
        Whether the digits are turned by up to 15 degrees and scaled by 0.5 to 1.5, and dots are strewn over the image.
    seed : int, optional
        0 to 2**64 - 1; the same seed gives the same image. By default each call gives another one.

    Returns
    -------
    float32 (28, image_width)
        Black on white: 0 is ink, 1 is paper.

    Raises
    ------
    InputError
        A ValueError: for anything else than digits, or a width that cannot hold the widest gaps (the message names
        widths that can); nothing is written.

    Examples
    --------
    >>> image = generate_numbers_sequence([0, 0, 7], (3, 8), 100, seed=1)
    >>> image.shape, str(image.dtype), float(image.max())
    ((28, 100), 'float32', 1.0)
    """
    text = digits_text(digits)
    width = DIGIT_PX * len(text) if image_width is None else image_width
    image = as_floats(digit_strip(text, checked_range(spacing_range), width, augment, seed).image)
    if output_path is not None:
        write_image(image, output_path, text)
    return image


def generate_phone_numbers(
    num_images: int,
    spacing_range: Sequence[int] = (2, 10),
    image_width: int | None = None,
    *,
    output_path: str | os.PathLike | None = None,
    augment: bool = False,
    seed: int | None = None,
) -> tuple[list[np.ndarray], list[str]]:
    """Images of different phone numbers of eleven digits, 0 and then 1 to 9 first.

    Parameters
    ----------
    num_images : int
        1 or more. They are all in memory; `generate-phone-numbers` and `Dataset.save` write any number to disk.
    spacing_range, image_width : see `generate_numbers_sequence`
    output_path : str or path, optional
        A folder; the images are also written there, as `<number>.png`.
    augment, seed : see `generate_numbers_sequence`

    Returns
    -------
    images : list of float32 (28, image_width)
        Black on white: 0 is ink, 1 is paper.
    labels : list of str

    Raises
    ------
    InputError
        See `generate_numbers_sequence`.

    Examples
    --------
    >>> images, labels = generate_phone_numbers(3, image_width=400, seed=1)
    >>> images[0].shape, [len(label) for label in labels]
    ((28, 400), [11, 11, 11])
    """
    count = whole_number("num_images", num_images, 1, PHONE_NUMBERS)
    width = DIGIT_PX * PHONE_DIGITS if image_width is None else image_width
    strips = phone_strips(count, checked_range(spacing_range), width, augment, seed)
    images, labels = in_memory(strips)
    if output_path is not None:
        for image, label in zip(images, labels, strict=True):
            write_image(image, output_path, label)
    return images, labels
