"""The calls of seqgen: the width comes second, and a width that is too small is no error.

As a script: `python -m mygenerator.compat.seqgen sequence --digits 0123 --image_width 200`.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from collections.abc import Iterable, Sequence

import numpy as np

from mygenerator.calls import DataGenerator as DataGenerator
from mygenerator.calls.digits import digits_text
from mygenerator.calls.image_files import write_image
from mygenerator.calls.strips import (
    DIGIT_PX,
    PHONE_DIGITS,
    as_floats,
    checked_range,
    digit_strip,
    in_memory,
    phone_strips,
)
from mygenerator.cli.guard import guarded, tell
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.parameters import check_value
from mygenerator.progress import progress_bar
from mygenerator.strip.layout import Sizing
from mygenerator.transform.strip_writer import Width

__all__ = ["generate_numbers_sequence", "generate_phone_numbers"]
"""Also here, and documented in `mygenerator.calls`: DataGenerator."""


def generate_numbers_sequence(
    digits: str | Iterable[int],
    image_width: int | None = None,
    spacing_range: Sequence[int] = (2, 10),
    output_path: str | os.PathLike | None = None,
    augment: bool = False,
    *,
    seed: int | None = None,
) -> np.ndarray:
    """One image of a sequence of digits: `mygenerator.generate_numbers_sequence` with the arguments in seqgen's order.

    Where a width cannot hold the widest gaps, whole cells are put side by side and resized, gaps and all, as seqgen
    does, and a UserWarning says so.

    Parameters
    ----------
    digits : see `mygenerator.generate_numbers_sequence`
    image_width : int, optional
        Pixels; by default 28 for each digit.
    spacing_range : see `mygenerator.generate_numbers_sequence`
    output_path : str or path, optional
        A folder for `<digits>.png`; nothing there is overwritten.
    augment, seed : see `mygenerator.generate_numbers_sequence`

    Returns
    -------
    float32 (28, image_width)
        Black on white: 0 is ink, 1 is paper.

    Raises
    ------
    InputError
        A ValueError: for anything else than digits, or parameters out of range.
    """
    text, gaps = digits_text(digits), checked_range(spacing_range)
    width = DIGIT_PX * len(text) if image_width is None else image_width
    try:
        image = digit_strip(text, gaps, width, augment, seed).image
    except InputError as error:
        image = digit_strip(text, gaps, width, augment, seed, sizing=_resized(error, width)).image
    image = as_floats(image)
    if output_path is not None:
        write_image(image, output_path, text)
    return image


def generate_phone_numbers(
    num_images: int,
    image_width: int | None = None,
    spacing_range: Sequence[int] = (2, 10),
    output_path: str | os.PathLike | None = None,
    augment: bool = False,
    seed: int | None = None,
    verbose: bool = True,
) -> tuple[list[np.ndarray], list[str]]:
    """Images of different phone numbers, with seqgen's order of arguments; see `mygenerator.generate_phone_numbers`.

    Parameters
    ----------
    num_images : see `mygenerator.generate_phone_numbers`
    image_width, spacing_range, output_path, augment, seed : see `generate_numbers_sequence`
    verbose : bool
        Whether a progress bar is shown on a terminal.

    Returns
    -------
    images : list of float32 (28, image_width)
    labels : list of str
    """
    count, gaps = whole_number("num_images", num_images, 1), checked_range(spacing_range)
    width = DIGIT_PX * PHONE_DIGITS if image_width is None else image_width
    try:
        strips = phone_strips(count, gaps, width, augment, seed)
    except InputError as error:
        strips = phone_strips(count, gaps, width, augment, seed, sizing=_resized(error, width))
    images, labels = in_memory(strips, progress_bar("images") if verbose else None)
    if output_path is not None:
        for image, label in zip(images, labels, strict=True):
            write_image(image, output_path, label)
    return images, labels


def _resized(error: InputError, width: object) -> Sizing:
    """The sizing of strips that a width cannot hold otherwise, with a warning; another error is raised again."""
    check_value("image_width", width, Width)
    if "cannot hold" not in error.what:
        raise error
    warnings.warn(
        f"{error}. Whole cells are put side by side and resized instead, so that gaps are not in the range",
        UserWarning,
        stacklevel=3,
    )
    return "resize"


def main(argv: Sequence[str] | None = None) -> int:
    """The script; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser()
    given = parser.parse_args(words)
    if given.what == "sequence" and given.digits is None:
        parser.error("sequence needs -d/--digits")
    return guarded("seqgen", words, lambda: _run(given))


def _run(given: argparse.Namespace) -> int:
    if given.what == "sequence":
        generate_numbers_sequence(given.digits, given.image_width, output_path=given.output_dir, augment=given.augment)
        tell(f"1 image in {given.output_dir}")
        return 0
    generate_phone_numbers(given.num_images, given.image_width, output_path=given.output_dir, augment=given.augment)
    tell(f"{counted(given.num_images, 'image')} in {given.output_dir}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m mygenerator.compat.seqgen",
        description="Make images of digit sequences or phone numbers, with the flags of seqgen.",
        epilog="example: python -m mygenerator.compat.seqgen sequence -d 007 -iw 100",
    )
    parser.add_argument("what", choices=("sequence", "phone"))
    parser.add_argument("-d", "--digits", type=str, help="the digits of a sequence, taken as text")
    parser.add_argument("-n", "--num_images", type=int, default=2, help="how many phone numbers (default: 2)")
    parser.add_argument("-iw", "--image_width", type=int, required=True, help="width of an image in pixels")
    parser.add_argument("-od", "--output_dir", default="outputs", help="the folder to write to (default: outputs)")
    parser.add_argument(
        *("-aug", "--augment"), type=_boolean, nargs="?", const=True, default=False, help="turn and scale the digits"
    )
    return parser


def _boolean(text: str) -> bool:
    if text.lower() in ("true", "yes", "1", "false", "no", "0"):
        return text.lower() in ("true", "yes", "1")
    raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")


if __name__ == "__main__":
    sys.exit(main())
