"""Recipes at random, and what it takes to say that both twins make the same batch of one."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
from hypothesis import strategies as st

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    GlyphSet,
    NlpDataset,
    Pipeline,
    Rotate,
    SaltAndPepper,
    Scale,
    Shear,
    Stroke,
    Transform,
    twins,
)
from mygenerator.dataset import Dataset
from mygenerator.strip.layout import ALIGNS, SIZINGS, width_limits
from tests.made_glyphs import made_glyphs

_MOST_WIDE = 4000


@st.composite
def glyph_sets(draw: st.DrawFn) -> GlyphSet:
    """Made up glyphs on any canvas, most of them on one of a size that is common."""
    canvas = draw(st.one_of(st.just((28, 28)), st.tuples(st.integers(1, 128), st.integers(1, 128))))
    return made_glyphs("0123456789-", 2, canvas, seed=draw(st.integers(0, 50)))


@st.composite
def strips(draw: st.DrawFn, glyphs: GlyphSet | None = None) -> Dataset:
    """A data set of strips: height 8 to 128, width 1 to 4,000, 1 to 100 glyphs, every sizing, align and paper."""
    glyphs = glyphs if glyphs is not None else draw(glyph_sets())
    longest = draw(st.sampled_from([1, 4, 11, 100]))
    labels = draw(st.lists(st.text("0123456789-", min_size=1, max_size=longest), min_size=1, max_size=4))
    lengths = (min(map(len, labels)), max(map(len, labels)))
    sizing = draw(st.sampled_from(SIZINGS))
    gaps = sorted(draw(st.tuples(*[st.integers(0, 12)] * 2)))
    boxes = glyphs.boxes.astype(int)
    spacing, where = draw(st.sampled_from(["uniform", "fixed"])), draw(st.sampled_from(["between", "edges"]))
    widest = int((boxes[:, 2] - boxes[:, 0]).max())
    smallest, largest = width_limits(sizing, (gaps[0], gaps[1]), lengths, widest, where)
    largest = min(largest or _MOST_WIDE, _MOST_WIDE)
    if smallest > largest:
        labels, (smallest, largest) = ["7"], (200, 200)
    height = draw(st.integers(8, 128)) if sizing != "pad" else 128
    changes = draw(geometry())
    if changes and sizing == "pad":
        # Glyphs grow: a strip that holds them however they are turned.
        smallest, largest = smallest + 3 * 128 * lengths[1], _MOST_WIDE * 11
        gaps, height = [0, 3], 128
        glyphs, labels = made_glyphs("0123456789-", 2, (9, 9)), labels[:2]
    step = CombineImagesHorizontally(
        gaps,
        # Small ones first: they find the same faults.
        draw(st.one_of(st.integers(smallest, min(largest, smallest + 60)), st.integers(smallest, largest))),
        sizing,
        height,
        draw(st.sampled_from(ALIGNS)),
        draw(st.booleans()),
        spacing=spacing,
        where=where,
    )
    texts = NlpDataset(labels, seed=draw(st.integers(0, 2**64 - 1)))
    noise = [SaltAndPepper(draw(st.sampled_from([0, 0.001, 0.02, 0.5])))] if draw(st.booleans()) else []
    return Pipeline([CharToImages(glyphs), *changes, step, *noise]).fit_transform(texts)


@st.composite
def geometry(draw: st.DrawFn) -> list[Transform]:
    """No step or some steps of geometry, in any order."""
    span = {low: st.tuples(*[st.floats(low, high)] * 2).map(sorted) for low, high in ((-45, 45), (-1, 1), (0.5, 2))}
    kinds = st.one_of(
        st.builds(Rotate, span[-45]),
        st.builds(Shear, span[-1], span[-1]),
        st.builds(Scale, span[0.5], span[0.5]),
        st.builds(Stroke, st.sampled_from([(-1, 0), (-0.5, 1), (0, 2)])),
    )
    return draw(st.one_of(st.just([]), st.lists(kinds, min_size=1, max_size=2)))


def both(ds: Dataset) -> None:
    """Raise AssertionError unless both twins make the same of all samples of a data set."""
    batches = []
    for which in ("numpy", "numba"):
        with twins.forced(which):  # type: ignore[arg-type]
            batches.append(ds.batch(range(len(ds))))
    for field in fields(batches[0]):
        one, other = (getattr(batch, field.name) for batch in batches)
        assert same(one, other), f"{field.name} of {ds!r}"


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    return bool(one == other)
