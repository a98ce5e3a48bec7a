"""CombineImagesHorizontally: the glyphs of each sample side by side on a strip of a fixed size, with gaps between."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.parameters import GapRange, Seed
from mygenerator.rng import Stream
from mygenerator.strip.extent import extent_of
from mygenerator.strip.layout import SIZINGS, Align, Sizing
from mygenerator.strip.spacing import Spacing, Where
from mygenerator.strip.strip import digits_of
from mygenerator.transform.base import Transform
from mygenerator.transform.char_to_images import text_extent
from mygenerator.transform.strip_writer import Height, LineGap, Lines, StripWriter, Width
from mygenerator.util_image import image_grey


class CombineImagesHorizontally(StripWriter, Transform):
    """Sets the images of each sample side by side on a strip, in black on white.

    Glyphs are laid out by their ink boxes, or by their ink's outline after `Rotate`, `Shear` and `Scale`. If the sample
    is a list of images (uint8, light ink on black), each image is taken whole, colour as grey, and is copied unchanged
    unless it has to be scaled; images lower than the tallest are centred vertically.

    Parameters
    ----------
    padding_range : (int, int)
        Smallest and largest gap between neighbours in pixels, both drawn; 0 or more.
    combined_width : int
        Width of the strip in pixels.
    sizing, image_height, align, invert : see `TextToImage`
    seed : int, optional
        0 to 2**64 - 1; by default the data set's.
    spacing, where, wrap, line_gap : see `TextToImage`

    Raises
    ------
    InputError
        From `fit`: if a parameter is out of range, or the width cannot hold every draw. For lists, whose lengths are
        not known before they are made, the width is checked while samples are made.

    Examples
    --------
    >>> import numpy as np
    >>> flat = [np.full((28, 20), level, np.uint8) for level in (10, 20)]
    >>> strip = CombineImagesHorizontally((1, 1), 41).transform_sample(flat)
    >>> strip.shape, strip[0, [0, 19, 20, 21, 40]].tolist()
    ((28, 41), [245, 245, 255, 235, 235])
    """

    takes = ("glyphs", "object")
    gap_parameter, width_parameter = "padding_range", "combined_width"

    def __init__(
        self,
        padding_range: GapRange = (1, 10),
        combined_width: Width = 280,
        sizing: Sizing = "fill",
        image_height: Height = 28,
        align: Align = "center",
        invert: bool = False,
        seed: Seed | None = None,
        *,
        spacing: Spacing = "uniform",
        where: Where = "between",
        wrap: Lines = 1,
        line_gap: LineGap = 4,
    ):
        self.padding_range = padding_range
        self.combined_width = combined_width
        self.wrap, self.line_gap = wrap, line_gap
        self.sizing = sizing
        self.image_height = image_height
        self.align = align
        self.invert = invert
        self.seed = seed
        self.spacing = spacing
        self.where = where

    @property
    def reads_maps(self) -> bool:  # type: ignore[override]
        """Glyphs are drawn once, under their maps, except for `resize`, which scales whole cells."""
        return self.sizing != "resize"

    @classmethod
    def examples(cls) -> list[Self]:
        some = [cls((0, 5), 200, sizing=sizing, seed=3) for sizing in SIZINGS]
        spaced = [cls((0, 5), 300, sizing=sizing, where="edges") for sizing in SIZINGS]
        wrapped = [cls((0, 5), 80, sizing=sizing, image_height=92, wrap=3) for sizing in ("fill", "equal", "pad")]
        turned = cls((2, 2), 240, "pad", 40, align="random", invert=True)
        return [cls(), *some, turned, cls(spacing="fixed"), *spaced, *wrapped]

    def facts(self, before: Facts) -> Facts:
        return self.strip_facts(before, before.gaps)

    def stream_names(self, name: str) -> tuple[str, ...]:
        return self.strip.spaces.stream_names(name)

    def check(self, ds: Dataset) -> None:
        # If it does not read maps, glyphs are drawn under them before it, on larger canvases.
        extent = (ds.facts if self.reads_maps else ds.facts.settled()).extent
        if extent is not None:
            self.check_room(text_extent(ds)[1], extent)
            self.widest_ = extent.widest

    def run(self, batch: Batch, rng: Stream) -> Batch:
        if batch.kind == "glyphs" and batch.splits is not None and batch.ink is not None:
            digits = digits_of(batch.labels)
            ids = np.full(digits.shape, -1, np.int64)
            ids[np.arange(digits.shape[1]) < np.diff(batch.splits)[:, None]] = np.arange(batch.splits[-1])
            given = batch.images, batch.ink, ids, batch.index, digits, rng, batch.maps
            made = self.made(*given, widest=self.widest_)
            return batch.replace(**made, splits=None, ink=None, maps=None)
        if len(batch) == 0:
            return batch.replace(**self.strip.nothing(), glyphs=np.empty((0, 0), np.int64))
        return _joined(batch, [self._of_list(batch, row, rng) for row in range(len(batch))])

    def _of_list(self, batch: Batch, row: int, rng: Stream) -> dict[str, Any]:
        where = f"sample {batch.index[row]}"
        images, ink = _on_one_canvas(batch.images[row], where)
        try:
            extent = extent_of(ink, images.shape[1:])
            self.check_room((len(images), len(images)), extent)
        except InputError as error:
            raise InputError(error.what, where=where, allowed=error.allowed, do=error.do) from None
        ids = np.arange(len(images))[None, :]
        given = images, ink, ids, batch.index[row : row + 1], np.ones(ids.shape, bool), rng
        return self.made(*given, widest=extent.widest)


def _on_one_canvas(sample: Any, where: str) -> tuple[np.ndarray, np.ndarray]:
    """The images of a list on canvases of one size, uint8 (M, h, w), and the box of each on its canvas, int (M, 4)."""
    if not isinstance(sample, list | tuple) or not sample:
        raise InputError(f"a sample of type {type(sample).__name__}", where=where, allowed="a list of images")
    grey = [_grey(image, f"{where}, image {place}") for place, image in enumerate(sample)]
    canvas = max(image.shape[0] for image in grey), max(image.shape[1] for image in grey)
    images, boxes = np.zeros((len(grey), *canvas), np.uint8), np.zeros((len(grey), 4), np.int64)
    for image, whole, box in zip(grey, images, boxes, strict=True):
        height, width = image.shape
        top = (canvas[0] - height) // 2
        whole[top : top + height, :width] = image
        box[:] = 0, top, width, top + height
    return images, boxes


def _grey(image: Any, where: str) -> np.ndarray:
    fits = isinstance(image, np.ndarray) and image.dtype == np.uint8 and image.size > 0
    if not fits or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)):
        shown = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise InputError(f"{shown} cannot be set on a strip", where=where, allowed="uint8 (H, W) or (H, W, 3) RGB")
    return image_grey(image)


def _joined(batch: Batch, made: list[dict[str, Any]]) -> Batch:
    """Strips that were made one by one, as one Batch."""
    longest = max((one["boxes"].shape[1] for one in made), default=0)
    boxes = np.full((len(made), longest, 4), -1, np.int32)
    gaps, places = np.full((len(made), max(longest - 1, 0)), -1, np.int32), np.full((len(made), longest), -1, np.int64)
    for row, one in enumerate(made):
        count = one["boxes"].shape[1]
        boxes[row, :count], gaps[row, : count - 1], places[row, :count] = one["boxes"], one["gaps"], np.arange(count)
    # If glyphs come from no source, each is known by its place in the list.
    known = batch.glyphs is not None
    has_margins, has_lines = (made[0].get(name) is not None for name in ("margins", "lines"))
    return batch.replace(
        kind="strip",
        images=np.concatenate([one["images"] for one in made]),
        paper=made[0]["paper"],
        boxes=boxes,
        gaps=gaps,
        margins=np.concatenate([one["margins"] for one in made]) if has_margins else None,
        lines=np.concatenate([one["lines"] for one in made]) if has_lines else None,
        glyphs=batch.glyphs if known else places,
        glyph_source=batch.glyph_source if known else "list",
    )
