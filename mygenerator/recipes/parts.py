"""What a recipe consists of once it is checked: check.py finds the parts, and other modules use them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.kinds import COUNT, Kind
from mygenerator.transform import Transform

Step = Transform | tuple[str, Transform]
Place = tuple[int, ...]


@dataclass(frozen=True)
class Source:
    """What a recipe begins with.

    Attributes
    ----------
    section : str
        "text" or "images".
    kind : Kind
    values : dict
        Its parameters by the recipe's names, without count and seed.
    """

    section: str
    kind: Kind
    values: dict[str, Any]

    @property
    def takes_count(self) -> bool:
        """Whether its size is a parameter; for others, the count only says how many rows are saved."""
        return COUNT in self.kind.parameters

    @property
    def needs_count(self) -> bool:
        """Whether it cannot be made without a count."""
        return self.takes_count and self.kind.parameters[COUNT].default is inspect.Parameter.empty

    def made(self, count: int | None, seed: int | None) -> Dataset:
        """The data set that it makes."""
        counted = {COUNT: count} if count is not None and self.takes_count else {}
        return self.kind.made({**self.values, **counted}, seed=seed)


@dataclass
class Parts:
    """The parts of a recipe, none of them wrong by itself.

    Attributes
    ----------
    epoch, epoch_texts : int, bool
        See `Dataset.with_epoch`.
    begins_with : str
        The kind of sample (`batch.KINDS`) that the source gives.
    hashes : dict of (place of the step, parameter) -> str
        The content that named glyphs must have.
    """

    seed: int | None = None
    epoch: int = 0
    epoch_texts: bool = False
    source: Source | None = None
    begins_with: str = ""
    count: int | None = None
    pipeline: Pipeline | None = None
    save: dict[str, Any] = field(default_factory=dict)
    hashes: dict[tuple[Place, str], str] = field(default_factory=dict)
