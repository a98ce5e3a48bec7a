"""GlyphTransform: the base of a step that changes the pixels of glyphs; it keeps ink boxes and sizes right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from mygenerator.batch import Batch
from mygenerator.errors import InputError, counted, whole_number
from mygenerator.facts import Facts
from mygenerator.rng import Stream
from mygenerator.strip.ink import GLYPH_INK, ink_boxes
from mygenerator.transform.base import Transform

_MOST_REACH = 1000


class GlyphTransform(Transform):
    """A step on glyphs: write `draw`, `apply`, and how far ink can move (`reach`).

    In `draw(rng, batch)`, `batch.places` gives each glyph's sample and its position in it, and `batch.ink` its ink box.
    `apply(images, drawn)` is given uint8 (M, h, w), white ink on black, and returns as many glyphs on canvases of the
    same size.

    Canvases grow by `reach` pixels on every side before `draw` and `apply` see them, so no ink is lost at their edges.
    Afterwards the ink boxes are measured again. If a column within a glyph has lost its ink, its brightest pixel is
    made ink, so a glyph stays in one piece and gaps stay exact. A glyph that has lost all its ink is an error.

    Attributes
    ----------
    reach : int
        By how many pixels ink can move outwards, at most, on any side; 0 if it stays where it is. It can depend on the
        step's parameters.

    Examples
    --------
    A step that moves each glyph up or down:

    >>> class Bounce(GlyphTransform):
    ...     def __init__(self, pixels=2):
    ...         self.pixels = self.reach = pixels
    ...     def draw(self, rng, batch):
    ...         return rng.integers(*batch.places, low=-self.pixels, high=self.pixels)
    ...     def apply(self, images, drawn):
    ...         return np.stack([np.roll(image, shift, axis=0) for image, shift in zip(images, drawn)])
    >>> from mygenerator import CharToImages, NlpDataset
    >>> glyphs = CharToImages().fit_transform(NlpDataset(["8"], seed=1))
    >>> Bounce().fit_transform(glyphs)[0].image[0].shape
    (32, 32)
    """

    takes = ("glyphs",)
    gives = "glyphs"
    keeps = ("gaps",)
    reach: int = 0
    _is_base = True
    _follows_ink = True

    def facts(self, before: Facts) -> Facts:
        extent = None if before.extent is None else before.extent.grown(self.reach)
        return replace(super().facts(before), extent=extent)

    def run(self, batch: Batch, rng: Stream) -> Batch:
        larger = enlarged(batch, self.reach)
        images = self.apply(larger.images, self.draw(rng, larger))
        if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.shape != larger.images.shape:
            made = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else type(images).__name__
            raise InputError(f"{self!r} made {made} from glyphs", allowed=f"uint8 {larger.images.shape}, as they came")
        erased = np.flatnonzero(images.max(axis=(1, 2), initial=0) < GLYPH_INK)
        if erased.size:
            sample, position = (int(part[erased[0]]) for part in batch.places)
            what = f"{self!r} leaves no ink of glyph {position + 1}"
            raise InputError(what, where=f"sample {sample}", allowed=f"a pixel of at least {GLYPH_INK}")
        if not images.flags.writeable:
            images = images.copy()
        before = np.asarray(larger.ink)
        ink = ink_boxes(images, before)
        outwards = np.maximum(before[:, :2] - ink[:, :2], ink[:, 2:] - before[:, 2:])
        moved = int(outwards.max(initial=0))
        if moved > self.reach:
            glyph = int(outwards.max(axis=1).argmax())
            sample, position = (int(part[glyph]) for part in batch.places)
            raise InputError(
                f"{self!r} moves the ink of glyph {position + 1} outwards by {counted(moved, 'pixel')}",
                where=f"sample {sample}",
                allowed=f"{self.reach}, its reach",
                do="say in `reach` by how many pixels ink can move",
            )
        return batch.replace(images=images, ink=ink)

    def _check_code(self, kind: str) -> None:
        super()._check_code(kind)
        whole_number(f"reach of {type(self).__name__}", self.reach, 0, _MOST_REACH)


def kept_if_lost(changed: np.ndarray, images: np.ndarray) -> np.ndarray:
    """The changed glyphs, but for those that have lost all their ink, which stay as they were.

    Parameters
    ----------
    changed : uint8 (M, h, w)
        It is changed.
    images : uint8 (M, h, w)
        The glyphs before.
    """
    lost = changed.max(axis=(1, 2), initial=0) < GLYPH_INK
    changed[lost] = images[lost]
    return changed


def enlarged(batch: Batch, pixels: int) -> Batch:
    """A batch of glyphs on canvases that are larger by so many pixels on every side."""
    around = (pixels, pixels)
    return batch.replace(images=np.pad(batch.images, ((0, 0), around, around)), ink=np.asarray(batch.ink) + pixels)
