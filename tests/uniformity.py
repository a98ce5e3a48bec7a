"""Chi-square tests of what a data set drew: a whole family of them, judged together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import chi2_contingency, chisquare

from mygenerator import GlyphSet
from mygenerator.batch import Batch

FAMILY_WISE = 1e-4
_BINS = 8


def suspects(batches: list[Batch], glyphs: GlyphSet, spacing_range: tuple[int, int], free: range) -> dict[str, float]:
    """The tests that an honest family of this size fails with a chance of FAMILY_WISE in all, with their p-values.

    Parameters
    ----------
    batches : list of Batch
        Strings of digits, all of one length, whose positions `free` may hold any digit.
    glyphs : GlyphSet
        What they were written with.
    spacing_range : (int, int)
    """
    labels = np.concatenate([batch.labels for batch in batches])
    digits = labels.view(np.uint32).reshape(len(labels), -1).astype(int) - ord("0")
    gaps = np.concatenate([batch.gaps for batch in batches]) - spacing_range[0]
    rows = np.concatenate([batch.glyphs for batch in batches])
    place = np.argsort(glyphs.rows)[np.searchsorted(glyphs.rows, rows, sorter=np.argsort(glyphs.rows))]
    ranks = place - glyphs.starts[digits]
    found = dict(_family(digits, gaps, ranks, glyphs, spacing_range[1] - spacing_range[0] + 1, free))
    return {name: p for name, p in found.items() if not p > FAMILY_WISE / len(found)}


def _family(
    digits: np.ndarray, gaps: np.ndarray, ranks: np.ndarray, glyphs: GlyphSet, values: int, free: range
) -> Iterator[tuple[str, float]]:
    bins = ranks % _BINS
    for position in free:
        yield f"digits at {position}", uniform(digits[:, position], 10)
    for position in free[:-1]:
        yield f"digits at {position} and the next", independent(digits[:, position], digits[:, position + 1])
    for digit, count in enumerate(np.diff(glyphs.starts).tolist()):
        yield f"glyphs of {digit}", uniform(ranks[digits == digit], count)
    for position in range(gaps.shape[1]):
        yield f"gaps at {position}", uniform(gaps[:, position], values)
        yield f"glyph and gap at {position}", independent(bins[:, position], gaps[:, position])
        yield f"glyphs at {position} and the next", independent(bins[:, position], bins[:, position + 1])
        yield f"gaps at {position} of neighbouring samples", independent(gaps[:-1, position], gaps[1:, position])
    for position in range(gaps.shape[1] - 1):
        yield f"gaps at {position} and the next", independent(gaps[:, position], gaps[:, position + 1])
    yield "digit and gap", independent(digits[:, free[0]], gaps[:, free[0]])
    yield "glyphs of neighbouring samples", independent(bins[:-1, 0], bins[1:, 0])


def uniform(values: np.ndarray, count: int) -> float:
    return float(chisquare(np.bincount(values, minlength=count)).pvalue) if count > 1 else 1.0


def independent(first: np.ndarray, second: np.ndarray) -> float:
    table = np.zeros((first.max() + 1, second.max() + 1))
    np.add.at(table, (first, second), 1)
    return float(chi2_contingency(table[table.any(axis=1)][:, table.any(axis=0)]).pvalue)
