"""What all contract checks share: how a broken contract is reported, and when two batches are the same."""

from __future__ import annotations

from typing import Any

import numpy as np

from mygenerator.batch import Batch

_TRUTH = ("index", "labels", "boxes", "gaps", "margins", "lines", "glyphs")


class ContractError(AssertionError):
    """A contract of the package is broken; the message says which, and by what."""


def require(kept: object, message: str) -> None:
    """Raise ContractError with the message unless the contract is kept."""
    if not kept:
        raise ContractError(message)


def same(first: Any, second: Any) -> bool:
    """Whether two values are equal: arrays by type, shape and content, lists and dicts by their parts."""
    if isinstance(first, np.ndarray) or isinstance(second, np.ndarray):
        return type(first) is type(second) and first.dtype == second.dtype and np.array_equal(first, second)
    if isinstance(first, list | tuple):
        return type(first) is type(second) and len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict):
        return (
            isinstance(second, dict) and first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
        )
    return bool(first == second)


def require_same_rows(whole: Batch, part: Batch, rows: list[int], message: str) -> None:
    """Raise ContractError unless row k of `part` is row rows[k] of `whole`, image and truth.

    Arrays that are padded to the longest label of a batch are compared without their padding.
    """
    require(len(part) == len(rows), f"{message}: {len(part)} samples, but {len(rows)} were asked for")
    for place, row in enumerate(rows):
        ours, theirs = whole.sample(row), part.sample(place)
        for name in ("index", "label", "boxes", "gaps", "margins", "lines", "glyphs", "glyph_source", "image"):
            require(
                same(getattr(ours, name), getattr(theirs, name)),
                f"{message}: {name} of sample {ours.index} differs",
            )


def require_same_batch(first: Batch, second: Batch, message: str) -> None:
    """Raise ContractError unless two Batches are the same in every field."""
    for name in ("kind", "paper", "glyph_source", "splits", "ink", *_TRUTH, "images"):
        require(same(getattr(first, name), getattr(second, name)), f"{message}: {name} differs")
