"""Build the embedded digits `optdigits` from the 8 x 8 counts that scikit-learn ships.

    python tools/build_optdigits.py            write the idx pair into mygenerator/data
    python tools/build_optdigits.py --check    rebuild in memory, exit with 1 if the shipped bytes differ

A source cell says how many of its 4 x 4 pixels were ink. Each digit is redrawn on a fine grid as a smooth shape that
covers every cell by exactly that much, thinned to a pen's width, and reduced to MNIST's form: ink 20 px high.
Integers only, without any library's filter or resize, so the bytes are the same on every machine.
"""

from __future__ import annotations

import argparse
import functools
import struct
import sys
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parents[1] / "mygenerator" / "data"
IMAGES, LABELS = "optdigits-images-idx3-ubyte", "optdigits-labels-idx1-ubyte"

SIDE = 20  # of a stored image, px: the interior of MNIST's 28 x 28 cell
INK = 64  # a pixel of at least this is ink

FULL_COUNT = 16  # ink pixels in a source cell that is all ink
CELL = 12  # fine pixels along one source cell
MARGIN = 1  # empty source cells around the digit, so that a stroke can round off outside
ONE = 1 << 12  # full coverage in fixed point

FIT_GAINS = (4,) * 12 + (8,) * 12  # contrast of each fitting round: soft edges first, then harder ones
SMOOTHING = 12  # passes of [1 2 1]/4, a Gaussian of about 2.4 fine pixels
PEEL, REGROW = 4, 3  # layers taken off the strokes, and put back around what is left
HALF_PEN = 6  # half a stroke's width before it regrows; a thicker digit (usually a 1) loses more layers
EDGE_GAIN = 4  # contrast of the final edge: soft over about one stored pixel
BATCH = 64  # digits at a time, to stay in the processor's cache


@functools.cache
def spline_weights() -> tuple[np.ndarray, int]:
    """Weights that turn a row of cell values into fine pixels by a uniform cubic B-spline.

    Returns
    -------
    (np.ndarray, int)
        Weights int64 (fine pixels, cells) and the sum of each row (cells beyond the rim count as the rim).
    """
    cells = 8 + 2 * MARGIN
    unit = 2 * CELL  # pixel centres are on odd multiples of 1/unit of a cell
    weights = np.zeros((cells * CELL, cells), np.int64)
    for pixel in range(cells * CELL):
        first, t = divmod(2 * pixel + 1 - CELL, unit)  # t / unit: distance from the centre of cell `first`
        s = unit - t
        basis = (
            s**3,
            3 * t**3 - 6 * t**2 * unit + 4 * unit**3,
            3 * s**3 - 6 * s**2 * unit + 4 * unit**3,
            t**3,
        )
        for cell, weight in enumerate(basis, start=first - 1):
            weights[pixel, min(max(cell, 0), cells - 1)] += weight
    return weights, 6 * unit**3


def contrast(field: np.ndarray, gain: int) -> np.ndarray:
    """Steepen `field` about one half and clip it to 0..ONE."""
    return np.clip((field - ONE // 2) * gain + ONE // 2, 0, ONE)


def surface(coefficients: np.ndarray) -> np.ndarray:
    """Cubic B-spline surface int64 (N, 120, 120) over the cells int64 (N, 10, 10), in the same unit."""
    weights, weight_sum = spline_weights()
    return (weights @ coefficients @ weights.T) // weight_sum**2


def fit_coverage(wanted: np.ndarray) -> np.ndarray:
    """Smooth ink shapes whose area in every source cell is the count of that cell.

    The shape is where a spline surface over the cells exceeds one half. Its coefficients start as the counts; each
    round adds what each cell still lacks (iterated back-projection).

    Parameters
    ----------
    wanted : np.ndarray
        Ink in every cell, int64 (N, 10, 10), 0..ONE.

    Returns
    -------
    np.ndarray
        int64 (N, 120, 120), 0..ONE.
    """
    cells = wanted.shape[1]
    coefficients, coverage = wanted.copy(), wanted
    for gain in FIT_GAINS:
        coverage = contrast(surface(coefficients), gain)
        found = coverage.reshape(-1, cells, CELL, cells, CELL).sum(axis=(2, 4)) // CELL**2
        coefficients += (wanted - found) * FIT_GAINS[0] // gain
    return coverage


def smooth(field: np.ndarray) -> np.ndarray:
    """Blur by repeated [1 2 1]/4 along both axes; the rim, which is empty, is left as it is."""
    field = field.copy()
    for _ in range(SMOOTHING):
        field[:, 1:-1] = (field[:, :-2] + 2 * field[:, 1:-1] + field[:, 2:] + 2) >> 2
        field[:, :, 1:-1] = (field[:, :, :-2] + 2 * field[:, :, 1:-1] + field[:, :, 2:] + 2) >> 2
    return field


def neighbours(ink: np.ndarray) -> list[np.ndarray]:
    """The eight neighbours of every pixel, clockwise from the one above, as views of a padded copy."""
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    height, width = ink.shape[1:]
    steps = ((0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0), (0, 0))
    return [padded[:, y : y + height, x : x + width] for y, x in steps]


def peel(ink: np.ndarray) -> np.ndarray:
    """Take one layer off every stroke without breaking a stroke, closing a loop or opening one.

    One round of T. Y. Zhang and C. Y. Suen, "A fast parallel algorithm for thinning digital patterns",
    Communications of the ACM 27 (1984), 236-239.
    """
    for half in (0, 1):
        ring = neighbours(ink)
        up, right, down, left = ring[0], ring[2], ring[4], ring[6]
        around = np.zeros(ink.shape, np.int8)
        runs = np.zeros(ink.shape, np.int8)  # of ink, met when walking around the pixel
        for here, following in zip(ring, ring[1:] + ring[:1], strict=True):
            around += here
            runs += ~here & following
        side = ~(right & down & (up | left)) if half == 0 else ~(up & left & (right | down))
        ink = ink & ~((around >= 2) & (around <= 6) & (runs == 1) & side)
    return ink


def half_width(ink: np.ndarray) -> np.ndarray:
    """Mean distance from the middle of a digit's strokes to their edge, int64 (N,): its area divided by its edge."""
    up, _, right, _, down, _, left, _ = neighbours(ink)
    edge = ink & ~(up & right & down & left)
    return ink.sum(axis=(1, 2)) // edge.sum(axis=(1, 2))


def thin(ink: np.ndarray) -> np.ndarray:
    """Take PEEL layers off every digit, and then more off each one that is still thicker than a pen."""
    for _ in range(PEEL):
        ink = peel(ink)
    while (thick := half_width(ink) >= HALF_PEN).any():
        ink[thick] = peel(ink[thick])
    return ink


def regrow(ink: np.ndarray, layers: int) -> np.ndarray:
    """Widen strokes by `layers` pixels, with 4 and 8 neighbours in turn so that the pen is round."""
    for layer in range(layers):
        for neighbour in neighbours(ink)[:: 2 - layer % 2]:
            ink = ink | neighbour
    return ink


def draw_strokes(counts: np.ndarray) -> np.ndarray:
    """Even pen strokes for the counts int64 (N, 8, 8), 0..16: coverage int64 (N, 120, 120), 0..ONE."""
    wanted = np.pad(counts * (ONE // FULL_COUNT), ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))
    # A threshold that follows the local amount of ink (0.2 on paper, 0.8 in solid ink) keeps small loops open and faint
    # strokes whole; smoothing first closes the pinholes in cells with 13 or 14 ink pixels within solid ink.
    ink = smooth(fit_coverage(wanted)) > (ONE + 3 * surface(wanted)) // 5
    return contrast(smooth(regrow(thin(ink), REGROW) * np.int64(ONE)), EDGE_GAIN)


def span(profile: np.ndarray) -> np.ndarray:
    """The first True element of every row of `profile` (N, L) and one past the last, as int64 (N, 2)."""
    return np.stack([profile.argmax(axis=1), profile.shape[1] - profile[:, ::-1].argmax(axis=1)], axis=1)


def overlaps(start: np.ndarray, step: np.ndarray, length: int) -> np.ndarray:
    """How much of each fine pixel is in each of SIDE adjacent windows, as int64 (N, SIDE, length).

    `start` and `step` (N,) are in 1/(2 SIDE) of a fine pixel; so is the result.
    """
    unit = 2 * SIDE
    low = (start[:, None] + step[:, None] * np.arange(SIDE))[:, :, None]
    high = low + step[:, None, None]
    pixel = np.arange(length) * unit
    return np.clip(np.minimum(high, pixel + unit) - np.maximum(low, pixel), 0, None)


def reduce(field: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Average the area of `field` into SIDE x SIDE pixels: the given rows fill the height, the columns are centred.

    Proportions are kept; only a digit that is wider than high is squeezed to the width.
    """
    unit = 2 * SIDE
    height, width = rows[:, 1] - rows[:, 0], columns[:, 1] - columns[:, 0]
    step_y, step_x = 2 * height, 2 * np.maximum(height, width)
    vertical = overlaps(rows[:, 0] * unit, step_y, field.shape[1])
    # The digit's middle is between two pixels if its width is nearer to an even number of them, else on a pixel.
    odd = (width * unit + step_x // 2) // step_x % 2
    start = columns.sum(axis=1) * SIDE - step_x * (SIDE - odd) // 2
    horizontal = overlaps(start, step_x, field.shape[2])
    total = vertical @ field @ horizontal.transpose(0, 2, 1)
    area = (step_y * step_x)[:, None, None] * ONE
    return (total * 255 + area // 2) // area


def centre(image: np.ndarray) -> np.ndarray:
    """Move the ink box of one image (SIDE, SIDE) to the middle of the width; if its width is odd, half a pixel left."""
    ((left, right),) = span(image.max(axis=0)[None] >= INK)
    moved = np.zeros_like(image)
    to = (SIDE - (right - left)) // 2
    moved[:, to : to + right - left] = image[:, left:right]
    # The faint rim of the edge pixels is moved too, as far as there is room for it.
    if left and to:
        moved[:, to - 1] = image[:, left - 1]
    if right < SIDE and to + right - left < SIDE:
        moved[:, to + right - left] = image[:, right]
    return moved


def reduce_to_full_height(field: np.ndarray) -> np.ndarray:
    """Glyphs uint8 (N, SIDE, SIDE) whose first and last rows have ink, from coverage (N, 120, 120)."""
    half = ONE // 2
    rows, columns = span(field.max(axis=2) >= half), span(field.max(axis=1) >= half)
    while True:
        images = reduce(field, rows, columns)
        # The tip of a curve can average to less than ink: cut it off by a fine pixel and try again.
        faint = images[:, [0, -1]].max(axis=2) < INK
        if not faint.any():
            return np.stack([centre(image) for image in images]).astype(np.uint8)
        rows += faint * np.array([1, -1])


def enlarge(counts: np.ndarray) -> np.ndarray:
    """Glyphs uint8 (N, 20, 20), white ink on black, from the ink counts (N, 8, 8), 0..16, in the source's cells."""
    counts = counts.astype(np.int64)
    batches = [counts[start : start + BATCH] for start in range(0, len(counts), BATCH)]
    return np.concatenate([reduce_to_full_height(draw_strokes(batch)) for batch in batches])


def build() -> dict[str, bytes]:
    """The content of both idx files by name, in the order of `sklearn.datasets.load_digits()`."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    images, labels = enlarge(digits.images), digits.target.astype(np.uint8)
    return {
        IMAGES: struct.pack(">4B3I", 0, 0, 8, 3, *images.shape) + images.tobytes(),
        LABELS: struct.pack(">4BI", 0, 0, 8, 1, len(labels)) + labels.tobytes(),
    }


def main() -> int:
    """Write the files, or compare with `--check`; returns the exit status."""
    parser = argparse.ArgumentParser(description="Build the embedded digits from scikit-learn's copy.")
    parser.add_argument("--check", action="store_true", help="compare with the shipped files and write nothing")
    check = parser.parse_args().check
    differing = 0
    for name, content in build().items():
        path = DATA / name
        if not check:
            path.write_bytes(content)
            print(f"{path}: {len(content):,} bytes")
        elif not path.is_file() or path.read_bytes() != content:
            differing += 1
            print(f"{path} is not what this script builds", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
