"""The calls of imgAug: white digits on black, as float64 from exactly 0 to exactly 1.

As a script: `python -m mygenerator.compat.imgaug --dataset_dir dataset --digits "[1,2,4]" --spacing_range "[5,10]"
--image_width 200`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.calls import random_scale_img
from mygenerator.calls.digits import digits_text
from mygenerator.calls.image_files import write_image
from mygenerator.calls.strips import checked_range, scaled_strip
from mygenerator.cli.guard import guarded, tell
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.files import given_path
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.pipeline import make_strip

__all__ = ["generate_numbers_sequence", "generate_numbers_sequence_speedup", "load_dataset", "random_scale_img"]

FOLDER = "./dataset"
"""Where digits are looked for first; without it, the configuration names them."""


def generate_numbers_sequence(
    digits: str | Iterable[int], spacing_range: Sequence[int], image_width: int
) -> np.ndarray:
    """One image of a sequence of digits, each as it was written.

    The digits are those of `./dataset` if there is such a folder, else those that the configuration names.

    Parameters
    ----------
    digits : str or iterable of int
        1 to 100 digits from 0 to 9.
    spacing_range : (int, int)
        Smallest and largest gap in pixels, both drawn; a list or a tuple.
    image_width : int
        Pixels.

    Returns
    -------
    float64 (28, image_width)
        White on black; its smallest value is exactly 0, its largest exactly 1.

    Raises
    ------
    InputError
        A ValueError: for anything else than digits, or a width that cannot hold the widest gaps.
    """
    glyphs = Path(FOLDER) if os.path.isdir(FOLDER) else None
    strip = make_strip(digits_text(digits), checked_range(spacing_range), image_width, glyphs=glyphs, invert=True)
    return _stretched(strip.image)


def load_dataset(folder: str | os.PathLike = FOLDER) -> tuple[GlyphSet, str]:
    """Open the digits of a folder once, for `generate_numbers_sequence_speedup`; of MNIST's four files, the train pair.

    Returns
    -------
    tuple of two objects
        To be handed on as they are.

    Raises
    ------
    InputError
        If there are no digits in the folder.
    """
    glyphs = load_glyphs(given_path(folder))
    return glyphs, glyphs.content


def generate_numbers_sequence_speedup(
    digits: str | Iterable[int],
    spacing_range: Sequence[int],
    image_width: int,
    df_dt: GlyphSet,
    dt_gp: str,
    scaleFlg: bool = True,  # noqa: N803  # pylint: disable=invalid-name
) -> np.ndarray:
    """`generate_numbers_sequence` with digits that are open already, each scaled by its own factors.

    Parameters
    ----------
    digits, spacing_range, image_width : see `generate_numbers_sequence`
    df_dt, dt_gp : what `load_dataset` returned
    scaleFlg : bool
        Whether each digit is scaled by 0.8 to 1.2 along each axis. Gaps stay exact either way.

    Returns
    -------
    float64 (28, image_width)
        See `generate_numbers_sequence`.
    """
    if not isinstance(df_dt, GlyphSet) or dt_gp != df_dt.content:
        raise InputError("df_dt and dt_gp do not belong together", allowed="what load_dataset returned")
    text, gaps = digits_text(digits), checked_range(spacing_range)
    if not scaleFlg:
        return _stretched(make_strip(text, gaps, image_width, glyphs=df_dt, invert=True).image)
    return _stretched(scaled_strip(text, gaps, image_width, df_dt).image)


def _stretched(image: np.ndarray) -> np.ndarray:
    """Levels with paper 0 as float64 whose largest value is exactly 1."""
    return image.astype(np.float64) / float(image.max())


def main(argv: Sequence[str] | None = None) -> int:
    """The script; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    given = _parser().parse_args(words)
    return guarded("imgaug", words, lambda: _run(given))


def _run(given: argparse.Namespace) -> int:
    count = whole_number("image_count", given.image_count, 1)
    data = load_dataset(given.dataset_dir)
    # The time names the files of one call; what another call has taken is left alone.
    stem = time.strftime("%Y%m%d%H%M%S")
    for number in range(count):
        image = generate_numbers_sequence_speedup(given.digits, given.spacing_range, given.image_width, *data)
        write_image(image, given.dataout_dir, f"{stem}_{number:02d}")
    tell(f"{counted(count, 'image')} in {given.dataout_dir}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m mygenerator.compat.imgaug",
        description="Make images of one sequence of digits, white on black, with the flags of imgAug.",
        epilog='example: python -m mygenerator.compat.imgaug --dataset_dir mnist --digits "[0,0,7]" --image_count 5',
    )
    parser.add_argument("--dataset_dir", default="dataset", help="a folder of digits (default: dataset)")
    parser.add_argument("--digits", type=_list, default="[1,2,4,6,3, 5, 0]", help="a list (default: %(default)s)")
    parser.add_argument("--spacing_range", type=_list, default="[5,10]", help="gaps in pixels (default: %(default)s)")
    parser.add_argument("--image_width", type=int, default=200, help="pixels (default: 200)")
    parser.add_argument("--dataout_dir", default="dataout", help="the folder to write to (default: dataout)")
    parser.add_argument("--image_count", type=int, default=100, help="how many images (default: 100)")
    return parser


def _list(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, list):
        raise argparse.ArgumentTypeError(f"{text!r} is no list such as [1, 2, 4]")
    return value


if __name__ == "__main__":
    sys.exit(main())
