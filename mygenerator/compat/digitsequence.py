"""The calls of DigitSequence: sequences by a configuration of type, subtype, transform and output_format.

As a script: `python -m mygenerator.compat.digitsequence 0,1,2 5 10 100`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mygenerator.calls.digits import digits_text
from mygenerator.calls.image_files import write_image
from mygenerator.calls.strips import as_floats, checked_range, drawn_glyphs, steps_to_strips, strip_by
from mygenerator.cli.guard import guarded, tell
from mygenerator.errors import InputError, MyGeneratorError, did_you_mean
from mygenerator.files import given_path
from mygenerator.glyphs.opened import opened_glyphs
from mygenerator.pipeline import make_strip
from mygenerator.transform import Elastic, Transform
from mygenerator.transform.blur import GaussianBlur
from mygenerator.transform.brightness import Brightness
from mygenerator.transform.loss import CropEdges, Dropout

CELL_PX = 28
"""The side of the cells that `fixed` puts side by side."""
DEFAULTS = {"type": "variable", "subtype": "between", "transform": False, "output_format": "png"}
"""What a DigitSequence without a configuration does."""
_ALLOWED = {
    "type": ("variable", "fixed"),
    "subtype": ("between", "edge"),
    "transform": (True, False),
    "output_format": ("png", "jpg", "jpeg"),
}


class MissingKeyError(MyGeneratorError, KeyError):
    """A configuration lacks a key."""

    __str__ = Exception.__str__


class WrongTypeError(MyGeneratorError, TypeError):
    """An argument is of a type that the call does not take."""


class OneDigitError(MyGeneratorError, RuntimeError):
    """One digit has no gap to be drawn between digits."""


class NoFileError(MyGeneratorError, FileNotFoundError):
    """There is no such configuration file."""

    __str__ = Exception.__str__


class DigitSequence:
    """Images of digit sequences by one configuration.

    Parameters
    ----------
    config_path : str, path or dict, optional
        A JSON file, or its content: `type` ("variable": each gap is drawn; "fixed": whole cells of 28 pixels with one
        gap), `subtype` ("between": gaps between digits only; "edge": margins too), `transform` (whether each digit is
        blurred, bent, cropped, made fainter and loses pixels) and `output_format` ("png", "jpg" or "jpeg"). By default
        variable, between, without transform, png.

    Raises
    ------
    MissingKeyError
        A KeyError: if a key is missing.
    InputError
        A ValueError: for values that are not allowed, or a file that is not JSON.
    WrongTypeError
        A TypeError: for a configuration, type or subtype of another type.
    NoFileError
        A FileNotFoundError: if there is no such file.

    Examples
    --------
    >>> sequence = DigitSequence({"type": "fixed", "subtype": "edge", "transform": False, "output_format": "png"})
    >>> sequence.generate_numbers_sequence([0, 0, 7], (3, 8), 3 * 28 + 4 * 5).shape
    (28, 104)
    """

    def __init__(self, config_path: str | os.PathLike | Mapping[str, Any] | None = None):
        given = DEFAULTS if config_path is None else config_path
        config = given if isinstance(given, Mapping) else _read(given)
        where = None if isinstance(given, Mapping) else str(given)
        for key, allowed in _ALLOWED.items():
            if key not in config:
                raise MissingKeyError(
                    f"the configuration has no {key!r}", where=where, do=f"add one of {_listed(allowed)}"
                )
            if key in ("type", "subtype") and not isinstance(config[key], str):
                raise WrongTypeError(f"{key} is {config[key]!r}", where=where, allowed=_listed(allowed))
            if not any(config[key] == each and type(config[key]) is type(each) for each in allowed):
                near = did_you_mean(str(config[key]), [str(each) for each in allowed])
                raise InputError(f"{key} is {config[key]!r}", where=where, allowed=_listed(allowed), do=near)
        self.type, self.subtype = str(config["type"]), str(config["subtype"])
        self.transform, self.output_format = bool(config["transform"]), str(config["output_format"])

    def generate_numbers_sequence(
        self,
        digits: str | Iterable[int],
        spacing_range: tuple[int, int],
        image_width: int,
        *,
        seed: int | None = None,
    ) -> np.ndarray:
        """One image of a sequence of digits.

        Parameters
        ----------
        digits : str or iterable of int
            1 to 100 digits from 0 to 9; at least 2 with subtype "between".
        spacing_range : tuple of (int, int)
            Smallest and largest gap in pixels. variable: each is drawn; where the width cannot hold the widest gaps,
            whole cells are resized, gaps and all, with a UserWarning. fixed: the gap has to be in this range.
        image_width : int
            Pixels. fixed: 28 for each digit, and one gap g between digits (and, with "edge", at both ends).
        seed : int, optional
            0 to 2**64 - 1; by default each call gives another image.

        Returns
        -------
        float32 (28, image_width)
            Black on white: 0 is ink, 1 is paper.

        Raises
        ------
        WrongTypeError
            A TypeError: for arguments of other types.
        OneDigitError
            A RuntimeError: for one digit with subtype "between".
        InputError
            A ValueError: for no digits, other numbers than digits, or a width that fixed cells do not have (the message
            names the nearest that they have).
        """
        text, gaps = self._checked(digits, spacing_range, image_width)
        if len(text) == 1 and self.subtype == "between":
            raise OneDigitError("one digit has no gap", do="give more digits, or use subtype 'edge'")
        if self.type == "fixed":
            return self._in_cells(text, gaps, image_width, seed)
        where = "edges" if self.subtype == "edge" else "between"
        try:
            return self._strip(text, gaps, image_width, seed, where=where)
        except InputError as error:
            if "cannot hold" not in error.what:
                raise
            warnings.warn(
                f"{error}. Whole cells are put side by side and resized instead, so that gaps are not in the range",
                UserWarning,
                stacklevel=2,
            )
        return self._strip(text, gaps, image_width, seed, where=where, sizing="resize")

    def save_image(self, image_out: np.ndarray, digits: str | Iterable[int], save_dir: str | os.PathLike = "./") -> str:
        """Write an image to `save_dir/seq_<digits>.<output_format>`; if there is such a file, to `..._1` and so on.

        Parameters
        ----------
        image_out : float (H, W), 0 to 1
        digits : str or iterable of int
        save_dir : str or path
            Made if it is missing.

        Returns
        -------
        str
            The path of the file.
        """
        path = write_image(image_out, save_dir, f"seq_{digits_text(digits)}", self.output_format)
        return os.path.join(os.fspath(save_dir), path.name)

    def _checked(self, digits: Any, spacing_range: Any, image_width: Any) -> tuple[str, tuple[int, int]]:
        if not isinstance(digits, str):
            try:
                digits = list(digits)
            except TypeError:
                raise WrongTypeError(f"digits is {digits!r}", allowed="digits from 0 to 9") from None
            wrong = next((one for one in digits if not _is_whole(one)), None)
            if wrong is not None:
                raise WrongTypeError(f"digits holds {wrong!r}", allowed="whole numbers from 0 to 9")
        pair = isinstance(spacing_range, tuple) and len(spacing_range) == 2 and all(map(_is_whole, spacing_range))
        if not pair:
            raise WrongTypeError(f"spacing_range is {spacing_range!r}", allowed="a tuple of two whole numbers")
        if not _is_whole(image_width):
            raise WrongTypeError(f"image_width is {image_width!r}", allowed="a whole number")
        return digits_text(digits), checked_range(spacing_range)

    def _strip(self, text: str, gaps: tuple[int, int], width: int, seed: int | None, **options: Any) -> np.ndarray:
        if not self.transform:
            return as_floats(make_strip(text, gaps, width, seed=seed, **options).image)
        line = steps_to_strips(opened_glyphs(), gaps, width, _changes(), **options)
        return as_floats(strip_by(line, text, seed).image)

    def _in_cells(self, text: str, gaps: tuple[int, int], width: int, seed: int | None) -> np.ndarray:
        count = len(text)
        number = count + (1 if self.subtype == "edge" else -1)
        gap = _gap_of(width, count, number, gaps)
        cells = drawn_glyphs(opened_glyphs(), text, seed, _changes() if self.transform else ())
        if cells.shape[1:] != (CELL_PX, CELL_PX):
            height, wide = cells.shape[1:]
            raise InputError(
                f"the digits are on canvases of {wide} x {height} pixels, and fixed cells are {CELL_PX} x {CELL_PX}",
                do="use type 'variable', or digits of that size",
            )
        image = np.ones((CELL_PX, width), np.float32)
        left = gap if self.subtype == "edge" else 0
        for cell in cells:
            image[:, left : left + CELL_PX] -= as_floats(cell)
            left += CELL_PX + gap
        return image


def _gap_of(width: int, count: int, number: int, gaps: tuple[int, int]) -> int:
    """The one gap of fixed cells in a width; InputError if it is no whole number in the range."""
    cells, (low, high) = CELL_PX * count, gaps
    gap, rest = divmod(width - cells, number)
    if rest == 0 and low <= gap <= high:
        return gap
    nearest = sorted({cells + number * min(max(near, low), high) for near in (gap, gap + 1)})
    needed = f"{count} cells of {CELL_PX} pixels and {number} equal gaps of {low} to {high}"
    raise InputError(
        f"image_width {width} does not hold {needed}",
        allowed=f"{cells + number * low} to {cells + number * high} in steps of {number}",
        do=f"the nearest that works is {' or '.join(map(str, nearest))}",
    )


def _changes() -> tuple[Transform, ...]:
    """What `transform` does to each digit. Paper between cells stays paper."""
    return Elastic(1.0), GaussianBlur((0.0, 0.6)), Dropout((0.0, 0.1)), CropEdges((0, 1)), Brightness((0.6, 1.0))


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _listed(allowed: Sequence[object]) -> str:
    return ", ".join(repr(each) for each in allowed)


def _read(path: Any) -> Mapping[str, Any]:
    """The content of a configuration file."""
    if not isinstance(path, str | os.PathLike):
        raise WrongTypeError(f"config_path is {path!r}", allowed="a path, a dict or None")
    place = given_path(path)
    try:
        content = json.loads(Path(place).read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NoFileError("there is no such file", where=str(place), allowed="a JSON file") from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"it cannot be read as JSON ({error})", where=str(place)) from None
    if not isinstance(content, dict):
        raise InputError(
            "it holds no configuration", where=str(place), allowed=f"an object with {_listed([*_ALLOWED])}"
        )
    return content


def main(argv: Sequence[str] | None = None) -> int:
    """The script; returns its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    given = _parser().parse_args(words)
    return guarded("digitsequence", words, lambda: _run(given))


def _run(given: argparse.Namespace) -> int:
    sequence = DigitSequence(given.config)
    digits = given.digits.replace(",", "").replace(" ", "")
    image = sequence.generate_numbers_sequence(digits, (given.minimum, given.maximum), given.image_width)
    tell(sequence.save_image(image, digits))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m mygenerator.compat.digitsequence",
        description="Make an image of a digit sequence in the working folder, with the arguments of DigitSequence.",
        epilog="example: python -m mygenerator.compat.digitsequence 0,0,7 3 8 100",
    )
    parser.add_argument("digits", help="digits with commas between, such as 0,1,2")
    parser.add_argument("minimum", type=int, help="smallest gap in pixels")
    parser.add_argument("maximum", type=int, help="largest gap in pixels")
    parser.add_argument("image_width", type=int, help="width of the image in pixels")
    parser.add_argument("-c", "--config", help="a JSON file with type, subtype, transform and output_format")
    return parser


if __name__ == "__main__":
    sys.exit(main())
