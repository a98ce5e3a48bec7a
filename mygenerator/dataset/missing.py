"""DropMissing: a table, a list or a file without the rows that have no label.

It is a source and no step: a step makes one label of each, and other sources refuse a table with missing labels before
a step could see it. The rows are left out once, when the table is read, so that any row is still found at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np

from mygenerator.dataset.label_file import Place
from mygenerator.dataset.labels import Labels, read_labels, rows_with_labels
from mygenerator.dataset.text import Count, NlpDataset
from mygenerator.errors import InputError, counted
from mygenerator.facts import Facts
from mygenerator.files import given_path
from mygenerator.logs import logw, logw_once

_MOST_SHOWN = 5


class DropMissing(NlpDataset):
    """Texts from a table, a list or a file, without the rows that have no label.

    A label is missing if it is None, NaN, pandas' NA or NaT, or empty. Everything else that is no label is refused, as
    `NlpDataset` does: a number, what a spreadsheet shows in place of a value (`#N/A`). The text `NA` is a label; read
    tables with `keep_default_na=False` so that pandas leaves it one. A message says how many rows are left out, and a
    saved recipe does (`left_out` in its facts).

    Parameters
    ----------
    meta, seed : see `NlpDataset`

    Attributes
    ----------
    left_out : int
        How many rows had no label.

    Raises
    ------
    InputError
        If no row has a label, or as `NlpDataset` raises it; rows keep the numbers that they have in what was given.

    Examples
    --------
    >>> texts = DropMissing(["007", None, "", "42"], seed=1)
    >>> texts.labels().tolist(), texts.left_out
    (['007', '42'], 2)
    """

    recipe_names = ("drop_missing",)
    left_out: int = 0

    def _read(self, meta: Any) -> tuple[list[str], Any, Place]:
        missing: list[int] = []
        many = 0

        def rows(labels: Sequence[Any]) -> list[int]:
            nonlocal many
            kept, many = rows_with_labels(labels), len(labels)
            missing.extend(np.setdiff1d(np.arange(many), kept).tolist())
            if many and not kept:
                raise InputError(f"no row has a label, of {counted(many, 'row')}", where=_called(meta))
            return kept

        labels, columns, place = read_labels(meta, rows)
        self.left_out = len(missing)
        if missing:
            whole = replace(place, rows=None)
            shown = ", ".join(map(whole, missing[:_MOST_SHOWN])) + (", ..." if len(missing) > _MOST_SHOWN else "")
            verb = "has no label and is" if len(missing) == 1 else "have no label and are"
            # A recipe reads its file more than once.
            tell = logw_once if isinstance(meta, str | Path) else logw
            tell(f"{len(missing):,} of {counted(many, 'row')} {verb} left out: {shown}")
        return labels, columns, place

    @classmethod
    def examples(cls) -> list[Self]:
        table = {"label": ["7", None, "42", ""], "note": list("wxyz")}
        return [cls(["007", "", "a b", None, "日本"] * 3, seed=1), cls(table, seed=1)]

    @classmethod
    def from_drop_missing(
        cls,
        file: str | Path | None = None,
        *,
        labels: Annotated[Sequence[str | None], Labels(missing=True)] | None = None,
        count: Count | None = None,
        seed: int | None = None,
    ) -> Self:
        """The first `count` (default: all) labels of a file, or of a list, that are not missing."""
        if (file is None) == (labels is None):
            raise InputError(
                "drop_missing takes a file or labels", do="give one of the two, file: codes.csv or labels: [...]"
            )
        meta = list(labels) if file is None and labels is not None else given_path(str(file))
        return cls(meta, seed)._cut(count)

    @cached_property
    def facts(self) -> Facts:
        return replace(super().facts, left_out=self.left_out)


def _called(meta: Any) -> str | None:
    return str(meta) if isinstance(meta, str | Path) else None
