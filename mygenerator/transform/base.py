"""Transform: Dataset -> Dataset in scikit-learn's manner; the base that every step of a pipeline extends.

A contributor writes the parameters, `draw` (all randomness) and `apply` (pure); the rest is here.
"""

from __future__ import annotations

import copy
import inspect
import re
from typing import Any, ClassVar, Self

from mygenerator.batch import Batch
from mygenerator.dataset.base import Dataset, TransformedDataset
from mygenerator.errors import InputError, unknown_name
from mygenerator.rng import Stream


class Transform:
    """One step: its parameters are stored as given and are checked in `fit`, before anything is made.

    Attributes
    ----------
    takes : tuple of str
        The kinds of sample (`batch.KINDS`) that it accepts.
    gives : str
        The kind that it makes; empty where it keeps the kind that came in.

    Examples
    --------
    A step that makes every strip a little darker or lighter, differently for each sample:

    >>> import numpy as np
    >>> class Brighten(Transform):
    ...     takes = ("strip",)
    ...     def __init__(self, most=20):
    ...         self.most = most
    ...     def draw(self, rng, batch):
    ...         return rng.integers(batch.index, 0, low=-self.most, high=self.most)
    ...     def apply(self, images, drawn):
    ...         return np.clip(images.astype(int) + drawn[:, None, None], 0, 255).astype(np.uint8)
    >>> Brighten(most=5)
    Brighten(most=5)
    """

    takes: ClassVar[tuple[str, ...]] = ("strip",)
    gives: ClassVar[str] = ""
    records_boxes: ClassVar[bool] = False
    """Whether it is this step that decides where glyphs stand, and so records boxes, gaps and glyphs."""
    aliases: ClassVar[dict[str, str]] = {}
    """Old names of parameters: accepted by the constructor, not reported by `get_params`."""

    def draw(self, rng: Stream, batch: Batch) -> Any:
        """Everything random about these samples: a function of their indices alone. Nothing by default."""
        del rng, batch

    def apply(self, images: Any, drawn: Any) -> Any:
        """The changed images; `images` itself is left as it was."""
        raise NotImplementedError(f"{type(self).__name__} has no apply")

    def check(self, ds: Dataset) -> None:
        """Raise InputError where a parameter cannot be used on `ds`; called by `fit`, makes nothing."""

    def keeps_gaps(self, promised: bool) -> bool:
        """Whether gaps can be read from the pixels after this step, given whether they could before it."""
        del promised
        return False

    def shape_after(self, shape: tuple[int, int] | None) -> tuple[int, int] | None:
        """Height and width of the images after this step, given those before it; None where they vary."""
        return shape

    def follows(self, previous: Transform) -> None:
        """Raise InputError where this step cannot come after `previous`, whatever the data."""
        given = (previous.gives,) if previous.gives else previous.takes
        if not set(given) & set(self.takes):
            raise InputError(
                f"step {self!r} takes {' or '.join(self.takes)}, but {previous!r} before it gives {' or '.join(given)}",
                do=f"change their order, or put a step between them that makes {' or '.join(self.takes)}",
            )

    def run(self, batch: Batch, seed: int, name: str) -> Batch:
        """The batch after this step; `name` is the step's in the recipe and, with the seed, decides the draws."""
        drawn = self.draw(Stream(seed, name), batch)
        return batch.replace(images=self.apply(batch.images, drawn), kind=self.gives or batch.kind)

    def fit(self, ds: Dataset, y: Any = None) -> Self:
        """Check that this step can be applied to `ds`, and prepare for it; no sample is made. `y` is ignored."""
        del y
        if ds.kind not in self.takes:
            raise InputError(
                f"{type(self).__name__} takes {' or '.join(self.takes)}, but {type(ds).__name__} gives {ds.kind}",
                do=_fitting(self.takes),
            )
        self.check(ds)
        return self

    def transform(self, ds: Dataset) -> Dataset:
        """`ds` with this step after it: a new, lazy data set. Later changes of parameters do not reach it."""
        return self.transform_named(ds, None)

    def fit_transform(self, ds: Dataset, y: Any = None) -> Dataset:
        """`fit`, then `transform`."""
        return self.fit(ds, y).transform(ds)

    def transform_named(self, ds: Dataset, name: str | None) -> Dataset:
        """`transform` with the step's own name in the recipe; None: its kind, numbered where it occurs again."""
        step = copy.copy(self).fit(ds)
        return TransformedDataset(ds, step, name or _free_name(step_kind(type(self)), ds.step_names))

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters as they were given, by name."""
        del deep
        return {name: getattr(self, name) for name in self._parameters()}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; an unknown name is an InputError that names the nearest."""
        known = self._parameters()
        for name in params:
            if name not in known:
                raise unknown_name(f"parameter of {type(self).__name__}", name, list(known))
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def describe(self) -> dict[str, Any]:
        """The parameters as they stand in a recipe, defaults too."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.get_params().items()}

    def __repr__(self) -> str:
        changed = [
            f"{name}={getattr(self, name)!r}"
            for name, parameter in self._parameters().items()
            if not _same(getattr(self, name), parameter.default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    @classmethod
    def _parameters(cls) -> dict[str, inspect.Parameter]:
        signature = inspect.signature(cls)
        return {name: value for name, value in signature.parameters.items() if name not in cls.aliases}


def step_kind(kind: type) -> str:
    """The name of a class of steps in recipes.

    >>> step_kind(type("ValidatePadding", (), {}))
    'validate_padding'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind.__name__).lower()


def _free_name(kind: str, taken: tuple[str, ...]) -> str:
    number, name = 1, kind
    while name in taken:
        number += 1
        name = f"{kind}_{number}"
    return name


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)


def _fitting(takes: tuple[str, ...]) -> str:
    advice = {
        "text": "begin with a data set of text (NlpDataset, PatternNlpDataset, PhoneNlpDataset)",
        "strip": "put TextToImage before it",
    }
    return "; or ".join(advice[kind] for kind in takes if kind in advice)
