"""What flows between datasets, transforms and sinks: a Batch of samples of one kind, with their truth.

Every dataset makes Batches, every transform turns one into another; a `Sample` is one row of a batch.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

KINDS = ("text", "glyphs", "strip", "object")
"""The kinds of sample, declared by every dataset before anything runs.

text: strings only; glyphs: some glyph images for each sample, all on one canvas; strip: one uint8 image (H, W) for each
sample, all of one size; object: whatever a user's own function returns, handled one by one.
"""


@dataclass(frozen=True, eq=False)
class Sample:
    """One sample with its truth.

    Attributes
    ----------
    index : int
    label : str
    image : object
        uint8 (H, W) for a strip, a list of uint8 (h, w) for glyphs, None for text, otherwise what the data set holds.
    boxes : int32 (L, 4) or None
        x0, y0, x1, y1 of each glyph's ink in pixels, ends exclusive.
    gaps : int32 (L - 1,) or None
        Pixels between one glyph's box and the next; -1 where a line ends.
    glyphs : int64 (L,) or None
        Each glyph's row in the files of its source.
    glyph_source : str
        The source's name, empty if no glyphs were drawn.
    margins : int32 (2,) or None
        Pixels to the left of the first box and to the right of the last, if margins were drawn.
    lines : int32 (K, 2) or None
        For each line its first glyph and the one after its last, if digits are wrapped (`TextToImage(wrap=...)`).
    """

    index: int
    label: str
    image: Any = None
    boxes: np.ndarray | None = None
    gaps: np.ndarray | None = None
    glyphs: np.ndarray | None = None
    glyph_source: str = ""
    margins: np.ndarray | None = None
    lines: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Batch:
    """N samples of one kind.

    Attributes
    ----------
    kind : str
        One of KINDS.
    index : int64 (N,)
        Each sample's index in its data set.
    labels : str array (N,)
    images : uint8 (N, H, W), uint8 (M, h, w), a list of N objects, or None
        Strips: one array. Glyphs: those of all samples as one stack (white ink on black). Objects: a list. Text: None.
    paper : int
        The grey level of a strip's background: 255, or 0 for white on black.
    boxes : int32 (N, L, 4) or None
        x0, y0, x1, y1 of each glyph's ink, ends exclusive; L is the longest label's length, missing places are -1.
    gaps : int32 (N, L - 1) or None
        Pixels from one box to the next; missing places are -1, and so are those where a line ends.
    glyphs : int64 (N, L) or None
        Each glyph's row in the files of its source; missing places are -1.
    glyph_source : str
    splits : int64 (N + 1,) or None
        Glyphs only: those of sample k are rows splits[k] to splits[k + 1] of the stack.
    ink : int (M, 4) or None
        Glyphs only: x0, y0, x1, y1 of each one's ink on its canvas, ends exclusive.
    maps : int32 (M, 2, 2) or None
        Glyphs only, and only between steps: the affine map that each one is still to be drawn under, in 2**-16 fixed
        point, on (x, y) about the middle of its ink box, y down. The Batches that data sets hand out have none.
    margins : int32 (N, 2) or None
        Pixels to the left of the first box and to the right of the last, if margins were drawn.
    lines : int32 (N, K, 2) or None
        If digits are wrapped: for each line its first glyph and the one after its last; K is the most lines that an
        image can have, missing ones are -1.
    """

    kind: str
    index: np.ndarray
    labels: np.ndarray
    images: Any = None
    paper: int = 255
    boxes: np.ndarray | None = None
    gaps: np.ndarray | None = None
    glyphs: np.ndarray | None = None
    glyph_source: str = ""
    splits: np.ndarray | None = None
    ink: np.ndarray | None = None
    maps: np.ndarray | None = None
    margins: np.ndarray | None = None
    lines: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.index)

    @property
    def lengths(self) -> np.ndarray:
        """How many glyphs each sample has: int64 (N,); zeros if no glyphs were drawn."""
        if self.glyphs is None:
            return np.zeros(len(self), np.int64)
        return (self.glyphs >= 0).sum(axis=1)

    @property
    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """The index of each glyph's sample, and the glyph's position in that sample: two int64 arrays (M,)."""
        splits = np.asarray(self.splits)
        lengths = np.diff(splits)
        return np.repeat(self.index, lengths), np.arange(splits[-1]) - np.repeat(splits[:-1], lengths)

    def replace(self, **changes: Any) -> Batch:
        """A copy with some fields changed; the arrays are shared, not copied."""
        if not changes.keys() <= self.__dict__.keys():
            return dataclasses.replace(self, **changes)  # which says what is wrong
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__, **changes)
        return copied

    def without_truth(self) -> Batch:
        """A copy that does not say where which glyphs are."""
        return self.replace(boxes=None, gaps=None, margins=None, lines=None, glyphs=None, glyph_source="")

    def sample(self, row: int) -> Sample:
        """Row `row` of the batch as a Sample; its truth has no padding."""
        truth: dict[str, Any] = {}
        if self.glyphs is not None and self.boxes is not None and self.gaps is not None:
            length = int((self.glyphs[row] >= 0).sum())
            truth = {
                "boxes": self.boxes[row, :length],
                "gaps": self.gaps[row, : max(length - 1, 0)],
                "glyphs": self.glyphs[row, :length],
                "glyph_source": self.glyph_source,
                "margins": None if self.margins is None else self.margins[row],
                "lines": None if self.lines is None else self.lines[row][self.lines[row, :, 0] >= 0],
            }
        return Sample(int(self.index[row]), str(self.labels[row]), self.image(row), **truth)

    def image(self, row: int) -> Any:
        """The image of row `row`: for glyphs a list of that row's glyphs, for text None."""
        if self.splits is not None:
            return list(self.images[self.splits[row] : self.splits[row + 1]])
        return None if self.images is None else self.images[row]


def codes_of(labels: np.ndarray) -> np.ndarray:
    """The labels' characters as code points: uint32 (N, L), 0 after a label's end.

    >>> codes_of(np.array(["12", "7"])).tolist()
    [[49, 50], [55, 0]]
    """
    width = labels.dtype.itemsize // 4
    return np.ascontiguousarray(labels).view(np.uint32).reshape(len(labels), width)
