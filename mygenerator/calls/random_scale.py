"""random_scale_img: one image, stretched or shrunk about its middle by a random factor along each axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygenerator.dataset.base import root_seed
from mygenerator.errors import InputError
from mygenerator.parameters import check_value
from mygenerator.rng import Stream


def random_scale_img(img: Any, scale_in: float = 0.2, *, seed: int | None = None) -> np.ndarray:
    """Stretch or shrink an image about its middle, by a factor of its own along each axis.

    Pixels are interpolated linearly; where a shrunk image ends, its edge goes on.

    Parameters
    ----------
    img : array (H, W) or (H, W, C) of numbers
        It is left as it is.
    scale_in : float
        Factors are drawn uniformly from 1 - scale_in to 1 + scale_in; more than 0, less than 1.
    seed : int, optional
        0 to 2**64 - 1; by default each call has a fresh one.

    Returns
    -------
    float32, the shape of `img`
        Its values stay in the range of the values of `img`.

    Raises
    ------
    InputError
        If `scale_in` is out of range, or `img` is no image.

    Examples
    --------
    >>> image = np.zeros((28, 28))
    >>> image[10:18, 10:18] = 255
    >>> scaled = random_scale_img(image, 0.5, seed=1)
    >>> scaled.shape, str(scaled.dtype), float(scaled.max())
    ((28, 28), 'float32', 255.0)
    """
    import cv2

    check_value("scale_in", scale_in, float)
    if not 0 < scale_in < 1:
        raise InputError(f"scale_in is {scale_in!r}", allowed="a number above 0 and below 1")
    image = np.asarray(img)
    if image.ndim not in (2, 3) or not image.size or image.dtype.kind not in "buif":
        raise InputError(f"img is {image.dtype} {image.shape}", allowed="an array (H, W) or (H, W, C) of numbers")
    drawn = Stream(root_seed(seed)[0], "random_scale_img").uniform(0, 0, np.arange(2))
    x, y = (1 - scale_in + 2 * scale_in * drawn).tolist()
    height, width = image.shape[:2]
    # About the middle of the image, which is half a pixel before the middle of its coordinates.
    shift_x, shift_y = (1 - x) * (width - 1) / 2, (1 - y) * (height - 1) / 2
    pixels = image.astype(np.float32)
    matrix = np.array([[x, 0, shift_x], [0, y, shift_y]])
    scaled = cv2.warpAffine(pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    # Interpolation rounds: it must not leave the range by a millionth.
    return np.clip(scaled, pixels.min(), pixels.max()).reshape(image.shape)
