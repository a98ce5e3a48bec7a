"""The contracts about ink: it is where the ink boxes and the recorded boxes say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset
from mygenerator.strip.ink import GLYPH_INK, MIN_INK
from mygenerator.testing.base import require
from mygenerator.transform import GlyphTransform, Transform, TransformedDataset
from mygenerator.transform.glyph_transform import enlarged

_SHARE = 0.4
"""How far the darkness of a line at an edge may be from what it should be, as a share of the darkness of ink."""
_ROOM_PX = 4


def ink_lies_in_its_box(step: Transform, ds: Dataset) -> None:
    """Every glyph's ink lies in its ink box, and every column of the box holds ink."""
    made = step.fit_transform(ds)
    if made.kind != "glyphs":
        return
    batch = made.batch(range(len(made)))
    for place, (image, box) in enumerate(zip(batch.images, np.asarray(batch.ink).tolist(), strict=True)):
        x0, y0, x1, y1 = box
        inked = image >= GLYPH_INK
        inside = inked[y0:y1, x0:x1]
        require(inside.sum() == inked.sum(), f"{step!r}: glyph {place} has ink outside its ink box {box}")
        require(bool(inside.any(axis=0).all()), f"{step!r}: glyph {place} has a column without ink in its box {box}")
    extent = made.facts.extent
    if extent is not None:
        height, width = batch.images.shape[1:]
        widest = int((np.asarray(batch.ink)[:, 2] - np.asarray(batch.ink)[:, 0]).max())
        require(
            height <= extent.settled().canvas_height and width <= extent.settled().canvas_width,
            f"{step!r} makes canvases of {height} x {width}, larger than its facts say",
        )
        require(widest <= extent.widest, f"{step!r} makes glyphs {widest} wide, but its facts say {extent.widest}")


def ink_moves_no_further_than_its_reach(step: Transform, ds: Dataset) -> None:
    """A step that extends GlyphTransform moves ink outwards by at most `reach` pixels."""
    made = step.fit_transform(ds)
    if not isinstance(step, GlyphTransform) or not isinstance(made, TransformedDataset):
        return
    batch = ds.batch(range(len(ds)))
    fitted, around = made.transform, step.reach + _ROOM_PX
    assert isinstance(fitted, GlyphTransform)
    larger = enlarged(batch, around)
    changed = fitted.apply(larger.images, fitted.draw(made.stream, larger))
    for place, (image, box) in enumerate(zip(changed, np.asarray(larger.ink).tolist(), strict=True)):
        rows, columns = np.nonzero(image >= GLYPH_INK)
        if rows.size:
            out = max(box[0] - columns.min(), box[1] - rows.min(), columns.max() + 1 - box[2], rows.max() + 1 - box[3])
            require(
                out <= step.reach, f"{step!r} moves ink of glyph {place} by {out} pixels, but its reach is {step.reach}"
            )


def boxes_stay_on_the_ink(step: Transform, ds: Dataset) -> None:
    """If a step keeps boxes, each box holds ink. If it keeps gaps too, no ink lies outside boxes.

    If only boxes are kept, there can be noise between the glyphs. Then edges decide, on strips of solid blocks: the
    line just inside an edge is as dark as the block, the line just outside as light as the paper. Each sample is judged
    alone.
    """
    made = step.fit_transform(ds)
    if made.kind != "strip" or not made.facts.boxes:
        return
    batch = made.batch(range(len(made)))
    ink = np.abs(batch.images.astype(int) - batch.paper)
    covered = np.zeros(ink.shape, bool)
    for sample, row, (x0, y0, x1, y1) in _boxes_of(batch):
        require(ink[row, y0:y1, x0:x1].max(initial=0) >= MIN_INK, f"{step!r}: a box of sample {sample} holds no ink")
        covered[row, y0:y1, x0:x1] = True
    if made.facts.gaps:
        outside = np.flatnonzero(((ink >= MIN_INK) & ~covered).any(axis=(1, 2)))
        names = batch.index[outside].tolist()
        require(not outside.size, f"{step!r} says that it keeps boxes and gaps; samples {names} have ink outside boxes")
        blank = [row for _, row, (x0, _, x1, _) in _boxes_of(batch) if (ink[row, :, x0:x1].max(axis=0) < MIN_INK).any()]
        require(not blank, f"{step!r} says that it keeps gaps; boxes of samples {blank} have columns without ink")
    elif _of_blocks(batch):
        _require_edges(step, batch, ink, covered)


def _boxes_of(batch: Batch) -> list[tuple[int, int, tuple[int, int, int, int]]]:
    """For every recorded box: the index of its sample, the row of that in the batch, and the box."""
    boxes = np.asarray(batch.boxes)
    return [
        (int(batch.index[row]), row, tuple(box))
        for row, line in enumerate(boxes.tolist())
        for box in line
        if box[0] >= 0
    ]


def _of_blocks(batch: Batch) -> bool:
    return batch.glyph_source == "blocks"


def _require_edges(step: Transform, batch: Batch, ink: np.ndarray, covered: np.ndarray) -> None:
    """Raise ContractError if solid blocks do not begin and end at their boxes."""
    paper = ink[~covered].mean()
    # Every other glyph is a solid block, the rest are frames.
    solid = [(sample, row, box) for sample, row, box, glyph in _with_glyphs(batch) if glyph % 2 == 0]
    within = np.mean([ink[row, y0:y1, x0:x1].mean() for _, row, (x0, y0, x1, y1) in solid])
    allowed = _SHARE * max(within - paper, MIN_INK)
    for sample in sorted({sample for sample, _, _ in solid}):
        lines: dict[str, list[float]] = {}
        for _, row, box in (one for one in solid if one[0] == sample):
            for side, inside, outside in _edge_lines(ink[row], box):
                lines.setdefault(side, []).append(max(within - inside, outside - paper))
        for side, errors in lines.items():
            require(
                np.mean(errors) <= allowed,
                f"{step!r} says that it keeps boxes, but ink does not end at their {side} edges in sample {sample}",
            )


def _edge_lines(ink: np.ndarray, box: tuple[int, int, int, int]) -> Iterator[tuple[str, float, float]]:
    """How dark the lines are just inside and just outside each edge of a box that has paper next to it."""
    x0, y0, x1, y1 = box
    height, width = ink.shape
    if x0 > 0:
        yield "left", ink[y0:y1, x0].mean(), ink[y0:y1, x0 - 1].mean()
    if x1 < width:
        yield "right", ink[y0:y1, x1 - 1].mean(), ink[y0:y1, x1].mean()
    if y0 > 0:
        yield "upper", ink[y0, x0:x1].mean(), ink[y0 - 1, x0:x1].mean()
    if y1 < height:
        yield "lower", ink[y1 - 1, x0:x1].mean(), ink[y1, x0:x1].mean()


def _with_glyphs(batch: Batch) -> Iterator[tuple[int, int, tuple[int, int, int, int], int]]:
    """`_boxes_of`, each with the row of its glyph in the source."""
    rows = np.asarray(batch.glyphs)
    for (sample, row, box), glyph in zip(_boxes_of(batch), rows[rows >= 0].tolist(), strict=True):
        yield sample, row, box, glyph
