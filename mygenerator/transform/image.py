"""Steps that change images one by one: the identity base for a user's own, cropping to the ink, scaling.

They take whatever a user's data set holds - arrays of any shape, any object, lists of them - and are correct but slow;
steps that have to be fast work on whole stacks.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Annotated, Any, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.parameters import Whole
from mygenerator.rng import Stream
from mygenerator.strip.ink import GLYPH_INK
from mygenerator.transform.base import Transform
from mygenerator.util_image import INTER_AREA, image_remove_extra_padding, image_resize
from mygenerator.util_image.reading import image_in_bytes

MAX_SIDE_PX = 32_767
"""The longest side that OpenCV scales an image to."""


class ImageTransform(Transform):
    """Hands images on as they are; extend it and write `transform_sample` to change them one by one.

    If a sample is a list of images, each of them is changed. A subclass drops whatever was recorded of a strip (boxes,
    gaps, glyphs), because it cannot be known whether that still holds.

    Examples
    --------
    >>> import numpy as np
    >>> class Mirror(ImageTransform):
    ...     def transform_sample(self, image):
    ...         return image[:, ::-1]
    >>> Mirror().transform_sample(np.array([[1, 2, 3]], np.uint8)).tolist()
    [[3, 2, 1]]
    """

    takes = ("glyphs", "strip", "object")

    # Nothing is drawn, so it takes neither the index nor the seed of the base class.
    def transform_sample(self, image: Any) -> Any:  # type: ignore[override]  # pylint: disable=arguments-differ
        """The changed image; here the image itself."""
        return image

    @property
    def is_identity(self) -> bool:
        """Whether images are handed on as they are."""
        return type(self).transform_sample is ImageTransform.transform_sample

    @property
    def gives(self) -> str:  # type: ignore[override]
        """A changed image can be anything, so it is an object."""
        return "" if self.is_identity else "object"

    @property
    def reads_maps(self) -> bool:  # type: ignore[override]
        """The identity does not look at glyphs, so it hands their maps on."""
        return self.is_identity

    def facts(self, before: Facts) -> Facts:
        if self.is_identity:
            return before
        # What a list of changed images holds is not known; the gaps of a strip are given up.
        return replace(super().facts(before), gaps=False if before.kind == "strip" else None)

    def run(self, batch: Batch, rng: Stream) -> Batch:
        del rng
        if self.is_identity:
            return batch
        changed = batch.replace(
            kind="object",
            images=[self._named(batch, row) for row in range(len(batch))],
            splits=None,
            ink=None,
        )
        # A list of glyphs still holds the same glyphs; those of a strip might have moved.
        return changed if batch.boxes is None else changed.without_truth()

    def _named(self, batch: Batch, row: int) -> Any:
        try:
            return self._changed(batch, row)
        except InputError as error:
            what = f"{error.where}: {error.what}" if error.where else error.what
            raise InputError(what, where=f"sample {batch.index[row]}", allowed=error.allowed, do=error.do) from None

    def _changed(self, batch: Batch, row: int) -> Any:
        """The changed image of a row, or its changed images."""
        sample = batch.image(row)
        if isinstance(sample, list | tuple):
            return [self.transform_sample(image) for image in sample]
        return self.transform_sample(sample)


class RemoveWhitePadding(ImageTransform):
    """Crops every image to its ink; in a list, every image of the list.

    Glyphs are cropped to their ink boxes, strips to the outline of the boxes that were recorded. In images of a user's
    own, a pixel is ink if it differs from paper by at least 64; softer edges would be lost in the gaps. If no pixel
    differs by that much, every pixel that differs from paper at all is ink.

    Parameters
    ----------
    inverse : bool
        For images of a user's own: True for dark ink on white, False for light ink on black.
    removedot : bool
        For images of a user's own: whether small specks next to the ink are ignored. If an image shows several
        characters, a decimal point can be such a speck.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.zeros((28, 28), np.uint8)
    >>> image[4:24, 10:18] = 255
    >>> RemoveWhitePadding().transform_sample(image).shape
    (20, 8)
    """

    def __init__(self, inverse: bool = False, removedot: bool = False):
        self.inverse = inverse
        self.removedot = removedot

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls(inverse=True), cls(removedot=True)]

    @property
    def _crops(self) -> bool:
        """Whether it does what this class does: a subclass can change images in another way."""
        return type(self).transform_sample is RemoveWhitePadding.transform_sample

    def facts(self, before: Facts) -> Facts:
        after = super().facts(before)
        if before.kind == "strip" or not self._crops:
            return after
        # Cropped to their ink boxes, glyphs begin and end with ink, so gaps between them are as exact as before.
        return replace(after, gaps=before.gaps)

    def transform_sample(self, image: Any) -> Any:  # type: ignore[override]
        """The image, uint8 (H, W) or (H, W, 3), cropped to its ink; for a list, each of its images."""
        if isinstance(image, list | tuple):
            return [self.transform_sample(one) for one in image]
        array = image_in_bytes(image, "the given array")
        darkest = int((255 - array).max() if self.inverse else array.max()) if array.size else 0
        least = GLYPH_INK if darkest >= GLYPH_INK else 1
        return image_remove_extra_padding(image, self.inverse, self.removedot, min_ink=least)

    def _changed(self, batch: Batch, row: int) -> Any:
        if self._crops and batch.kind == "glyphs" and batch.splits is not None and batch.ink is not None:
            boxes = batch.ink[batch.splits[row] : batch.splits[row + 1]]
            return [_cut(image, box) for image, box in zip(batch.image(row), boxes, strict=True)]
        if self._crops and batch.kind == "strip" and batch.boxes is not None:
            boxes = batch.boxes[row][batch.boxes[row][:, 0] >= 0]
            return _cut(batch.image(row), np.concatenate([boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)]))
        if batch.kind == "strip":
            by_paper = copy.copy(self)
            by_paper.inverse = batch.paper > 127
            return by_paper.transform_sample(batch.image(row))
        return super()._changed(batch, row)


def _cut(image: np.ndarray, box: np.ndarray) -> np.ndarray:
    x0, y0, x1, y1 = box.tolist()
    return image[y0:y1, x0:x1]


class ScaleImage(ImageTransform):
    """Scales every image; if only one side is given, the other follows, so that the image keeps its shape.

    It uses OpenCV's arithmetic: pixels are the same for equal versions of OpenCV.

    Parameters
    ----------
    width, height : int, optional
        In pixels; at least one of them is needed.
    inter : int
        OpenCV's interpolation, `cv2.INTER_AREA` by default.

    Raises
    ------
    InputError
        From `fit`: if neither side is given, or one is not a whole number of pixels.

    Examples
    --------
    >>> import numpy as np
    >>> ScaleImage(width=3).transform_sample(np.array([[8]], np.uint8)).tolist()
    [[8, 8, 8], [8, 8, 8], [8, 8, 8]]
    """

    libraries = ("cv2",)

    def __init__(
        self,
        width: Annotated[int, Whole(1, MAX_SIDE_PX)] | None = None,
        height: Annotated[int, Whole(1, MAX_SIDE_PX)] | None = None,
        inter: Annotated[int, Whole(0, 6)] = INTER_AREA,
    ):
        self.width, self.height, self.inter = width, height, inter

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(width=40), cls(height=14), cls(30, 20, inter=0)]

    def check(self, ds: Dataset) -> None:
        if self.width is None and self.height is None:
            raise InputError(f"{self!r} has neither width nor height", do="give one of them, or both")

    def transform_sample(self, image: Any) -> Any:  # type: ignore[override]
        """The image, uint8 (H, W) or (H, W, 3), scaled; for a list, each of its images."""
        if isinstance(image, list | tuple):
            return [self.transform_sample(one) for one in image]
        return image_resize(image, self.width, self.height, self.inter)
