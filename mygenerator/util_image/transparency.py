"""From colour and transparency to what is seen: brightness, and images laid on their paper."""

from __future__ import annotations

import numpy as np

_OPAQUE = 255
_WHITE, _BLACK = np.full(3, 255, np.uint16), np.zeros(3, np.uint16)
_STROKE_SHARE = 0.45
"""Ink is narrower than this share of an image's shorter side."""
_ONE_COLOUR = 32
"""Levels that differ by at most this much are taken for one colour."""


def image_grey(image: np.ndarray) -> np.ndarray:
    """The brightness of an image, uint8 (H, W); for RGB by the weights of ITU-R BT.601, in integers."""
    if image.ndim == 2:
        return image
    weighted = image.astype(np.uint32) @ np.array([299, 587, 114], np.uint32)
    return ((weighted + 500) // 1000).astype(np.uint8)


def without_alpha(image: np.ndarray) -> np.ndarray:
    """RGBA laid on its paper, uint8 (H, W, 3)."""
    alpha = image[..., 3]
    if alpha.min() == _OPAQUE:
        return image[..., :3]
    return laid_on(_paper_under(image), image)


def laid_on(paper: np.ndarray, image: np.ndarray) -> np.ndarray:
    """RGBA, uint8 (H, W, 4), laid on paper of one colour, uint16 (3,): uint8 (H, W, 3)."""
    colour, share = image[..., :3].astype(np.uint16), image[..., 3:].astype(np.uint16)
    return ((colour * share + paper * (_OPAQUE - share) + 127) // _OPAQUE).astype(np.uint8)


def _paper_under(image: np.ndarray) -> np.ndarray:
    """The colour of the paper where an RGBA image is transparent: uint16 (3,).

    What is opaque can be ink of one colour: then paper is the opposite, white or black. It can be a sheet - a page that
    was turned, say: then paper is what most of it shows. Otherwise paper of one colour was made transparent, and the
    ink's soft edge still has some of that colour, the more the nearer it is to what is transparent.
    """
    import cv2

    opaque = image[..., 3] > _OPAQUE // 2
    if not opaque.any():
        return _WHITE
    level = image_grey(image[..., :3])[opaque].astype(np.float32)
    if np.ptp(level) <= _ONE_COLOUR:
        return _WHITE if np.median(level) <= _OPAQUE // 2 else _BLACK
    reach = max(3, int(_STROKE_SHARE * min(opaque.shape)))
    # What lies outside the image counts as opaque, so that a sheet may end there.
    if cv2.erode(opaque.astype(np.uint8), np.ones((reach, reach), np.uint8)).any():
        return np.median(image[opaque][:, :3], axis=0).astype(np.uint16)
    clear = cv2.blur((~opaque).astype(np.float32), (3, 3))[opaque]
    slope = float(((level - level.mean()) * (clear - clear.mean())).sum())
    return _WHITE if slope > 0 else _BLACK
