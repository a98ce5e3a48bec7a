"""How a sample came about: an account, in lines of text, of every random draw that decided it.

Follows a data set from its root through its steps with a Batch of one, and reports the ground truth in the Batches;
used by `replay.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset, PatternNlpDataset, PatternsNlpDataset, PhoneNlpDataset
from mygenerator.dataset.text import PERMUTATION_STREAM
from mygenerator.errors import counted
from mygenerator.glyphs import GlyphSet
from mygenerator.strip.spacing import SIDES
from mygenerator.transform import GlyphTransform, Transform, TransformedDataset
from mygenerator.transform.glyph_transform import enlarged
from mygenerator.transform.strip_writer import StripWriter
from mygenerator.transform.transformed import nodes_of

_MOST_SHOWN = 300
"""How many characters of a step's parameters, and of what it drew, are shown."""


def account_of(ds: Dataset, index: int) -> str:
    """How sample `index` of a data set came about, in lines of text.

    Parameters
    ----------
    ds : Dataset
    index : int
        0 or more; for the one-sample data sets of single sequences it can be beyond the end.

    Examples
    --------
    >>> from mygenerator import NlpDataset, TextToImage
    >>> ds = TextToImage(spacing_range=(3, 3), image_width=60).fit_transform(NlpDataset(["42"], seed=1))
    >>> print(account_of(ds, 0))
    label '42'
      given as it is; drawn as sample 0
    <BLANKLINE>
    step text_to_image: TextToImage(spacing_range=(3, 3), image_width=60)
      draws by seed 1 under 'char_to_images' and 'combine_images_horizontally'
      glyphs of 'optdigits': each of a character's usable ones equally likely
      gaps of 3 to 3 pixels: each width equally likely
      #  character  glyph drawn  row   ink    at x   at y  ...
    """
    rows = np.array([index], np.int64)
    steps, root = nodes_of(ds), ds.root
    batch = root.samples_alone(rows)
    written = str(ds.samples_alone(rows).labels[0])
    lines = [f"label {written!r}", *_root_lines(root, index)]
    glyphs: GlyphSet | None = None
    for step in steps:
        before, batch = batch, step.samples_alone(rows)
        glyphs = getattr(step.transform, "glyph_set_", glyphs)
        known = glyphs if glyphs is not None and glyphs.source == batch.glyph_source else None
        lines += ["", f"step {step.name}: {_cut(repr(step.transform))}", *_step_lines(step, before, batch, known)]
    return "\n".join(lines)


def _root_lines(ds: Dataset, index: int) -> list[str]:
    if isinstance(ds, PatternNlpDataset):
        rank = ds.ranks([index])[0]
        what = f"{ds.plan.type} numbers of {ds.region}" if isinstance(ds, PhoneNlpDataset) else "strings of the pattern"
        return [
            f"  row {index} of {len(ds):,}: rank {rank:,} (from 0) of the {ds.pattern.count:,} {what}",
            f"  pattern {_cut(ds.pattern.pattern)}",
            f"  ranks are shuffled by seed {ds.seed} under {PERMUTATION_STREAM!r}",
        ]
    if isinstance(ds, PatternsNlpDataset):
        ((number, rank),) = ds.ranks([index])
        pattern = ds.patterns[number]
        drawn = "drawn" if ds.repetition else "ranks are shuffled"
        return [
            f"  row {index} of {len(ds):,}: pattern {number + 1} of {len(ds.patterns)}, rank {rank:,} (from 0) of its "
            f"{pattern.count:,} strings",
            f"  pattern {_cut(pattern.pattern)}",
            f"  patterns take turns, and {drawn}, by seed {ds.seed} under {', '.join(map(repr, ds.stream_names[:1]))}",
        ]
    if len(ds) == 1:
        return [f"  given as it is; drawn as sample {index}"]
    return [f"  row {index} of {counted(len(ds), 'label' if ds.kind == 'text' else 'image')}"]


def _step_lines(step: TransformedDataset, before: Batch, after: Batch, glyphs: GlyphSet | None) -> Iterator[str]:
    """What a step drew and what came of it, from a Batch of one before and after the step."""
    transform = step.transform
    if before.kind == after.kind and _same(before, after, "labels", "images"):
        yield "  passes the sample on unchanged"
        return
    epoch = f" and epoch {step.epoch}" if step.epoch else ""
    *others, last = map(repr, transform.stream_names(step.name))
    names = f"{', '.join(others)} and {last}" if others else last
    yield f"  draws by seed {step.stream.seed}{epoch} under {names}"
    if type(transform).draw is not Transform.draw:
        seen = enlarged(before, transform.reach) if isinstance(transform, GlyphTransform) else before
        yield f"  drew {_cut(repr(transform.draw(step.stream, seen)))}"
    if not _same(before, after, "labels"):
        yield f"  makes {str(after.labels[0])!r} of {str(before.labels[0])!r}"
    if before.glyphs is None and glyphs is not None:
        yield f"  glyphs of {glyphs.source!r}: each of a character's usable ones equally likely"
    if before.gaps is None and after.gaps is not None:
        yield from _range_lines(step, after)
    if not _same(before, after, "glyphs", "boxes", "gaps", "margins", "lines"):
        yield from _aligned([column for column in _columns(after, glyphs) if any(column[1:])])
    if after.boxes is not None and after.kind == "strip":
        left, right = int(after.boxes[0, 0, 0]), after.images.shape[2] - int(after.boxes[0].max(axis=0)[2])
        yield f"  margins: {left} pixels to the left, {right} to the right"


def _range_lines(step: TransformedDataset, after: Batch) -> Iterator[str]:
    if step.facts.gap_range is not None:
        yield from _drawn_lines(step, after, *step.facts.gap_range)
        if step.transform.get_params(deep=False).get("sizing") == "resize":
            yield "  (drawn before the strip was resized; the results are below)"


def _drawn_lines(step: TransformedDataset, after: Batch, low: int, high: int) -> Iterator[str]:
    """What the widths of gaps and margins were drawn from."""
    ranges, transform = step.facts.margin_ranges, step.transform
    if step.facts.one_gap:
        what = "all gaps" if ranges is None else "all gaps and both margins"
        yield f"  one width of {low} to {high} pixels for {what}: each equally likely"
    else:
        what = "gaps" if ranges is None else "gaps and margins"
        yield f"  {what} of {low} to {high} pixels: each width equally likely"
    if after.lines is not None and step.facts.most_lines is not None:
        count = int((after.lines[0, :, 0] >= 0).sum())
        held = (
            f"{counted(count, 'line')} of up to {step.facts.most_lines}: as few as hold the glyphs with the widest gaps"
        )
        yield f"  {held}; at least {step.facts.line_gap} rows between two"
    wider = [side for side, (_, most) in zip(SIDES, ranges or (), strict=False) if most > high]
    if wider and isinstance(transform, StripWriter):
        _, drawn = transform.drawn_spaces(step.stream, after.index, 1)
        left, right = [] if drawn is None else drawn[0].tolist()
        yield f"  margins drawn: {left} and {right}; what is left over is added to the {' and the '.join(wider)} one"


def _same(before: Batch, after: Batch, *names: str) -> bool:
    return all(np.array_equal(getattr(before, name), getattr(after, name)) for name in names)


@dataclass(frozen=True)
class _Glyph:
    """One character of a sample: which glyph shows it and where; None for what is unknown."""

    character: str
    row: int
    drawn: tuple[int, int] | None
    ink: tuple[int, int] | None
    box: list[int] | None
    gap: int | None
    line: int | None


def _glyphs_of(batch: Batch, glyphs: GlyphSet | None) -> Iterator[_Glyph]:
    label = str(batch.labels[0])
    rows = [] if batch.glyphs is None else batch.glyphs[0, : int(batch.lengths[0])].tolist()
    # Images that a user put side by side need not show single characters.
    characters = list(label) if len(label) == len(rows) else [""] * len(rows)
    for place, (character, row) in enumerate(zip(characters, rows, strict=True)):
        drawn, ink = (None, None) if glyphs is None else _found(glyphs, character, row)
        box = None if batch.boxes is None else batch.boxes[0, place].tolist()
        gap = None if batch.gaps is None or place + 1 >= len(rows) else int(batch.gaps[0, place])
        line = None
        if batch.lines is not None:
            line = int(np.searchsorted(batch.lines[0, :, 1][batch.lines[0, :, 1] >= 0], place, side="right")) + 1
            gap = None if gap == -1 else gap
        yield _Glyph(character, row, drawn, ink, box, gap, line)


def _found(glyphs: GlyphSet, character: str, row: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which of a character's glyphs a row of the source is, as (number from 1, count); its ink's width and height."""
    start, count = (int(part) for part in glyphs.codes_to_ranges(np.array(ord(character), np.uint32)))
    place = int(np.flatnonzero(glyphs.rows[start : start + count] == row)[0])
    x0, y0, x1, y1 = glyphs.boxes[start + place].tolist()
    return (place + 1, count), (x1 - x0, y1 - y0)


def _columns(batch: Batch, glyphs: GlyphSet | None) -> list[list[str]]:
    """The table of a sample's glyphs, column by column, each with its heading; "" for what is unknown."""
    found = list(_glyphs_of(batch, glyphs))
    return [
        ["#", *(str(place) for place in range(1, len(found) + 1))],
        ["character", *(repr(glyph.character) if glyph.character else "" for glyph in found)],
        ["glyph drawn", *(f"{glyph.drawn[0]} of {glyph.drawn[1]}" if glyph.drawn else "" for glyph in found)],
        ["row", *(str(glyph.row) for glyph in found)],
        ["ink", *(f"{glyph.ink[0]} x {glyph.ink[1]}" if glyph.ink else "" for glyph in found)],
        ["line", *("" if glyph.line is None else str(glyph.line) for glyph in found)],
        ["at x", *(f"{glyph.box[0]}-{glyph.box[2] - 1}" if glyph.box else "" for glyph in found)],
        ["at y", *(f"{glyph.box[1]}-{glyph.box[3] - 1}" if glyph.box else "" for glyph in found)],
        ["scaled by", *(_scale(glyph) for glyph in found)],
        ["gap after", *("" if glyph.gap is None else str(glyph.gap) for glyph in found)],
    ]


def _scale(glyph: _Glyph) -> str:
    if glyph.box is None or glyph.ink is None:
        return ""
    x0, y0, x1, y1 = glyph.box
    return f"{(x1 - x0) / glyph.ink[0]:.2f} x {(y1 - y0) / glyph.ink[1]:.2f}"


def _aligned(columns: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in columns]
    lines = zip(*columns, strict=True)
    return ["  " + "  ".join(f"{cell:>{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines]


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 3]}..."
