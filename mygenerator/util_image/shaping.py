"""Merging, cropping and scaling images, and drawing random paddings: arrays in, arrays out.

Steps on a user's own images use these; strips of glyphs are laid out by `strip.layout` and drawn by `strip.raster`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from mygenerator.errors import InputError, counted, whole_number
from mygenerator.rng import Stream, fresh_seed
from mygenerator.util_image.reading import image_check, image_in_bytes

INTER_AREA = 3
"""OpenCV's flag of that name, as a number, so that importing this module does not wait for OpenCV."""

DOT_SHARE = 10
"""A connected part no longer than 1/10 of the longest one is a dot, not ink.

By length, not by ink as for specks at ingest (`glyphs.ingest`): an outline one pixel wide has little ink, however large
it is. The dot of an i is well above 1/10 of its stem.
"""


def image_merge(
    image_list: Sequence[np.ndarray], n_dim: int, padding_size: Sequence[int], max_height: int, total_width: int
) -> tuple[np.ndarray, Sequence[int]]:
    """Images side by side on black, all at the top, the first at the left edge.

    Parameters
    ----------
    image_list : sequence of arrays
        Whole numbers from 0 to 255: (h, w) if `n_dim` is 2, (h, w, 3) if it is 3; at most `max_height` high.
    n_dim : {2, 3}
        Grey or RGB.
    padding_size : sequence of int
        Blank columns between each image and the next: one number fewer than there are images, each at least 0.
    max_height, total_width : int
        The size of the result, in pixels; the space left over at the right and below is black.

    Returns
    -------
    merged : np.ndarray
        uint8 (max_height, total_width), or (max_height, total_width, 3).
    padding_size : sequence of int
        As it was given.

    Raises
    ------
    InputError
        If an image does not fit, images and paddings are together too wide, or the number of paddings is wrong.

    Examples
    --------
    >>> merged, paddings = image_merge([np.array([[8]]), np.array([[1], [2]])], 2, (1,), 2, 4)
    >>> merged.tolist(), paddings
    ([[8, 0, 1, 0], [0, 0, 2, 0]], (1,))
    """
    shape = (whole_number("max_height", max_height, 1), whole_number("total_width", total_width, 1), 3)
    merged = np.zeros(shape[: whole_number("n_dim", n_dim, 2, 3)], np.uint8)
    images = _images_to_merge(image_list, merged)
    paddings = _paddings(padding_size, len(images) - 1)
    needed = sum(image.shape[1] for image in images) + sum(paddings)
    if needed > total_width:
        raise InputError(
            f"images and paddings are {needed} pixels wide", allowed=f"total_width, which is {total_width}"
        )
    left = 0
    for image, padding in zip(images, [*paddings, 0], strict=True):
        merged[: image.shape[0], left : left + image.shape[1]] = image
        left += image.shape[1] + padding
    return merged, padding_size


def image_remove_extra_padding(
    img: np.ndarray, inverse: bool = False, removedot: bool = True, *, min_ink: int = 1
) -> np.ndarray:
    """Crop an image to its ink.

    Parameters
    ----------
    img : np.ndarray
        Whole numbers from 0 to 255, (H, W) or (H, W, 3).
    inverse : bool
        False: paper is 0, ink is lighter. True: paper is 255, ink is darker.
    removedot : bool
        Whether to ignore small specks: connected parts (by sides or corners) that are no longer than 1/10 of the
        longest one, in their longer direction.
    min_ink : int
        How much a pixel has to differ from paper, in any channel, to be ink: 1 to 255.

    Returns
    -------
    np.ndarray
        A view of `img`, with every pixel as it was, even specks inside the ink's box; all of `img` if it has no ink.

    Raises
    ------
    InputError
        If `img` is not an image.

    Examples
    --------
    >>> image_remove_extra_padding(np.array([[0, 0, 0, 0], [0, 9, 7, 0], [0, 0, 5, 0]], np.uint8)).tolist()
    [[9, 7], [0, 5]]
    """
    pixels = image_check(image_in_bytes(img, "the given array"), "the given array")
    away = 255 - pixels if inverse else pixels
    ink = np.asarray((away.max(axis=2) if away.ndim == 3 else away) >= min_ink)
    if removedot:
        ink = _without_dots(ink)
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return img[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] if rows.size else img


def image_resize(
    image: np.ndarray, width: int | None = None, height: int | None = None, inter: int = INTER_AREA
) -> np.ndarray:
    """Scale an image.

    Parameters
    ----------
    image : np.ndarray
        (H, W) or (H, W, C) of a type that OpenCV scales, such as uint8 or float32; whole numbers from 0 to 255 of
        other types become uint8.
    width, height : int, optional
        In pixels. If one is given, the other is calculated so that the image keeps its proportions, rounded and at
        least 1. If both are given, the image gets exactly that size. If neither is given, it is returned as it is.
    inter : int
        OpenCV's interpolation, such as `cv2.INTER_NEAREST`.

    Returns
    -------
    np.ndarray
        (height, width) or (height, width, C).

    Raises
    ------
    InputError
        If the image cannot be scaled, a side is below 1, or OpenCV does not have the interpolation.

    Examples
    --------
    >>> image_resize(np.array([[8]]), width=3).tolist()
    [[8, 8, 8], [8, 8, 8], [8, 8, 8]]
    """
    if width is None and height is None:
        return image
    import cv2

    given = isinstance(image, np.ndarray) and image.dtype.name in ("uint16", "int16", "float32", "float64")
    pixels = image if given else image_in_bytes(image, "the given array")
    if pixels.ndim not in (2, 3) or not pixels.size:
        raise InputError(f"an image of shape {pixels.shape}", allowed="(H, W) or (H, W, C)")
    size = _scaled_size(pixels.shape, width, height)
    inter = whole_number("inter", inter, cv2.INTER_NEAREST, cv2.INTER_NEAREST_EXACT)
    try:
        scaled = cv2.resize(pixels, size, interpolation=inter)
    except cv2.error as error:
        raise InputError(
            f"OpenCV cannot scale {pixels.dtype} of shape {pixels.shape} to {size} ({error.err})"
        ) from None
    # OpenCV drops the axis of a single channel.
    return scaled.reshape(*scaled.shape[:2], *pixels.shape[2:])


def padding_generate(
    paddings_number: int = 1, min_padding: int = 1, max_padding: int = 1, seed: int | None = None
) -> np.ndarray:
    """Random paddings, each drawn uniformly and independently, both ends included.

    Parameters
    ----------
    paddings_number : int
        How many, from 0.
    min_padding, max_padding : int
        In pixels, 0 <= min_padding <= max_padding.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.

    Returns
    -------
    np.ndarray
        int64 (paddings_number,).

    Raises
    ------
    InputError
        If the range is empty or a number is below 0.

    Examples
    --------
    >>> padding_generate(4, min_padding=7, max_padding=7).tolist()
    [7, 7, 7, 7]
    """
    count = whole_number("paddings_number", paddings_number, 0)
    low = whole_number("min_padding", min_padding, 0)
    high = whole_number("max_padding", max_padding, low, 2**31)
    stream = Stream(fresh_seed() if seed is None else seed, "padding_generate")
    return stream.integers(0, np.arange(count), low=low, high=high)


def _images_to_merge(image_list: Any, merged: np.ndarray) -> list[np.ndarray]:
    """The images as uint8; each is checked to fit into `merged`."""
    if not isinstance(image_list, Sequence | np.ndarray) or len(image_list) == 0:
        raise InputError(f"image_list is {image_list!r}", allowed="a list of at least one image")
    images = [image_in_bytes(image, f"image {number}") for number, image in enumerate(image_list, 1)]
    for number, image in enumerate(images, 1):
        if image.ndim != merged.ndim or image.shape[2:] != merged.shape[2:] or len(image) > len(merged):
            form = "(h, w)" if merged.ndim == 2 else "(h, w, 3)"
            raise InputError(
                f"an image of shape {image.shape}",
                where=f"image {number}",
                allowed=f"{form} with h up to max_height, which is {len(merged)}, as n_dim is {merged.ndim}",
            )
    return images


def _paddings(padding_size: Any, wanted: int) -> list[int]:
    if not isinstance(padding_size, Sequence | np.ndarray) or len(padding_size) != wanted:
        raise InputError(
            f"padding_size is {padding_size!r}", allowed=f"{counted(wanted, 'number')}, one from each image to the next"
        )
    return [whole_number(f"padding {number}", padding, 0) for number, padding in enumerate(padding_size, 1)]


def _without_dots(ink: np.ndarray) -> np.ndarray:
    """The ink, bool (H, W), without its small connected parts."""
    import cv2

    _, parts, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    lengths = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    lengths[0] = 0  # what is not ink
    return (lengths * DOT_SHARE > lengths.max())[parts]


def _scaled_size(shape: tuple[int, ...], width: int | None, height: int | None) -> tuple[int, int]:
    """Width and height of the scaled image; a side that is not given keeps the proportions, halves rounded up."""
    if width is not None:
        width = whole_number("width", width, 1)
    if height is not None:
        height = whole_number("height", height, 1)
    if width is None and height is not None:
        width = max(1, (2 * shape[1] * height + shape[0]) // (2 * shape[0]))
    elif height is None and width is not None:
        height = max(1, (2 * shape[0] * width + shape[1]) // (2 * shape[1]))
    return width, height  # type: ignore[return-value]
