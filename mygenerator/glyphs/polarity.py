"""Converts scans and pictures of glyphs to MNIST's form: white ink on black, paper exactly black.

Comes between reading images (character_folder.py, GlyphSet.from_images) and ingest.py.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

_MIDDLE = 128
_CLEAR_SHARE = 0.75
"""A border shows whether the paper is dark if this share of its pixels agrees; a tightly cropped glyph covers more."""


def white_on_black(images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Convert each image so that its paper is 0 and its ink bright.

    Paper is what most of the image's border shows. If the border does not show it (a glyph cropped so tightly that ink
    covers much of the border, or all of the image), the image is treated as most of the others are. Brightness is then
    stretched from paper to the extreme of ink: (value - paper) * 255 / (255 - paper) on the bright side, in integers.

    Parameters
    ----------
    images : sequence of uint8 arrays (h, w)
        Grey, of any sizes.

    Returns
    -------
    list of uint8 arrays (h, w)
    """
    borders = [_border(image) for image in images]
    dark_paper = [_paper_is_dark(image, border) for image, border in zip(images, borders, strict=True)]
    clear = [dark for dark in dark_paper if dark is not None]
    most = sum(clear) * 2 > len(clear) if clear else _mostly_dark(np.concatenate(borders))
    return [
        _turned(image, border, most if dark is None else dark)
        for image, border, dark in zip(images, borders, dark_paper, strict=True)
    ]


def _border(image: np.ndarray) -> np.ndarray:
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def _mostly_dark(pixels: np.ndarray) -> bool:
    return bool(np.median(pixels) < _MIDDLE)


def _paper_is_dark(image: np.ndarray, border: np.ndarray) -> bool | None:
    """Whether the paper is dark, or None if the border does not show it."""
    dark_share = np.mean(border < _MIDDLE)
    if dark_share >= _CLEAR_SHARE and image.max() >= _MIDDLE:
        return True
    if dark_share <= 1 - _CLEAR_SHARE and image.min() < _MIDDLE:
        return False
    return None


def _turned(image: np.ndarray, border: np.ndarray, dark: bool) -> np.ndarray:
    if not dark:
        image, border = 255 - image, 255 - border
    on_paper = border[border < _MIDDLE]
    paper = int(np.median(on_paper)) if on_paper.size else 0
    above = np.maximum(image.astype(np.int32) - paper, 0)
    return (above * 255 // (255 - paper)).astype(np.uint8)
