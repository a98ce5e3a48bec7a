"""Transform: Dataset -> Dataset in scikit-learn's manner; the base that every step of a pipeline extends.

A contributor writes the parameters, `draw` (all randomness) and `apply` (pure); the rest is here.
"""

from __future__ import annotations

import copy
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset.base import Dataset, TransformedDataset
from mygenerator.dataset.one_sample import alone
from mygenerator.errors import InputError, unknown_name, whole_number
from mygenerator.parameters import parameters_of, wrong_parameters
from mygenerator.rng import Stream

if TYPE_CHECKING:
    from mygenerator.strip.extent import GlyphExtent


class Transform:
    """One step: its parameters are stored as given and are checked in `fit`, before anything is made.

    What the constructor's annotations allow (`mygenerator.parameters`) is checked without being asked; `check` is for
    what depends on the data set.

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

    takes: tuple[str, ...] = ("strip",)
    gives: str = ""
    needs_gaps: ClassVar[bool] = False
    """Whether it reads gaps from the pixels, and so cannot follow a step that promises none."""
    reads_maps: bool = False
    """Whether it takes glyphs with maps (`Batch.maps`); any other step is given them drawn under their maps."""
    libraries: ClassVar[tuple[str, ...]] = ()
    """The modules on whose arithmetic its pixels lean, so that they are the same for equal versions alone."""
    aliases: ClassVar[dict[str, str]] = {}
    """Old names of parameters: accepted by the constructor, not reported by `get_params`."""

    def draw(self, rng: Stream, batch: Batch) -> Any:
        """Everything random about these samples: a function of their indices alone. Nothing by default."""
        del rng, batch

    def apply(self, images: Any, drawn: Any) -> Any:
        """The changed images, made of `images` (which is left as it was) and what was drawn. By default unchanged."""
        del drawn
        return images

    @classmethod
    def kind_name(cls) -> str:
        """The name of this kind of step in recipes.

        >>> type("ValidatePadding", (Transform,), {}).kind_name()
        'validate_padding'
        """
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def examples(cls) -> list[Self]:
        """Some steps of this kind that can be used, for the contract tests; not all of them with default parameters."""
        return [cls()]

    def stream_names(self, name: str) -> tuple[str, ...]:
        """The names of the streams that the step of this name draws from."""
        return (name,)

    def wrong_parameters(self) -> dict[str, InputError]:
        """What is wrong with the parameters by themselves, by name; empty where they are right."""
        return wrong_parameters(type(self), self.get_params(deep=False))

    def check(self, ds: Dataset) -> None:
        """Raise InputError where a parameter cannot be used on `ds`; called by `fit`, makes nothing."""

    def keeps_gaps(self, promised: bool) -> bool:
        """Whether gaps can be read from the pixels after this step, given whether they could before it."""
        del promised
        return False

    def keeps_boxes(self, recorded: bool) -> bool:
        """Whether Batches hold boxes, gaps and glyphs after this step, given whether they did before it."""
        return recorded

    def gap_range_after(self, gap_range: tuple[int, int] | None) -> tuple[int, int] | None:
        """The range, in pixels, that gaps were drawn from after this step, given that before it; None: not known."""
        return gap_range if self.keeps_gaps(True) else None

    def extent_after(self, ds: Dataset) -> GlyphExtent | None:
        """How large the glyphs are at most after this step on `ds`; None where there are none on a canvas."""
        return ds.glyph_extent if (self.gives or ds.kind) == "glyphs" else None

    def shape_after(self, shape: tuple[int, int] | None) -> tuple[int, int] | None:
        """Height and width of the images after this step, given those before it; None where they vary."""
        return shape

    def follow(self, kinds: Iterable[str], before: object, without_gaps: object = None) -> None:
        """Raise InputError where this step cannot come after `before`, which gives one of these kinds of sample.

        Parameters
        ----------
        kinds : iterable of str
        before, without_gaps : Dataset or Transform
            What comes before, and the first part of it that promises no gaps, if there is one; for the message.
        """
        if not set(kinds) & set(self.takes):
            raise InputError(
                f"{self!r} takes {' or '.join(self.takes)}, but {before!r} gives {' or '.join(sorted(kinds))}",
                do=_fitting(set(kinds), self.takes),
            )
        if self.needs_gaps and without_gaps is not None:
            raise InputError(
                f"{self!r} cannot follow {without_gaps!r}, which promises no gaps",
                do="put it right after TextToImage, with sizing 'fill', 'equal' or 'pad'",
            )

    def run(self, batch: Batch, seed: int, name: str) -> Batch:
        """The batch after this step; `name` is the step's in the recipe and, with the seed, decides the draws."""
        images = self.apply(batch.images, self.draw(Stream(seed, name), batch))
        return batch.replace(images=images, kind=self.gives or batch.kind)

    def fit(self, ds: Dataset, y: Any = None) -> Self:
        """Check that this step can be applied to `ds`, and prepare for it; no sample is made. `y` is ignored."""
        del y
        if not isinstance(ds, Dataset):
            raise InputError(
                f"{self!r} was given a {type(ds).__name__}",
                allowed="a Dataset",
                do="make one of texts (NlpDataset) or of images (ImageDataset)",
            )
        self.follow([ds.kind], ds, None if ds.promises_gaps else ds)
        for error in self.wrong_parameters().values():
            raise error
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
        return TransformedDataset(ds, copy.deepcopy(self).fit(ds), name)

    def transform_sample(self, sample: Any, index: int = 0, seed: int | None = None) -> Any:
        """This step on one sample alone.

        Parameters
        ----------
        sample : str, uint8 (H, W), list, or whatever the step takes
        index : int
            Which sample it is: with the seed that decides the draws.
        seed : int, optional
            0 to 2**64 - 1; the step's own goes before it, a fresh one is taken where there is neither.

        Returns
        -------
        object
            The image, or the list of images.
        """
        index = whole_number("index", index, 0, 2**63 - 1)
        made = self.fit_transform(alone(sample, self.takes, seed))
        return made.samples_alone(np.array([index], np.int64)).image(0)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters as they were given, by name."""
        del deep
        return {name: getattr(self, name) for name in parameters_of(type(self))}

    def set_params(self, **params: Any) -> Self:
        """Change parameters; an unknown name is an InputError that names the nearest."""
        known = parameters_of(type(self))
        for name in params:
            if name not in known:
                raise unknown_name(f"parameter of {type(self).__name__}", name, list(known))
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def describe(self) -> dict[str, Any]:
        """The parameters as they stand in a recipe, defaults too."""
        return {name: _plain(value) for name, value in self.get_params(deep=False).items()}

    def __eq__(self, other: object) -> bool:
        """Whether the other is a step of the same class with equal parameters."""
        if type(self) is not type(other):
            return NotImplemented
        ours, theirs = (step.get_params(deep=False) for step in (self, other))
        return all(_equal(ours[name], theirs[name]) for name in ours)

    # Parameters can be changed, and a hash must not.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = {name: _plain(value) for name, value in self.get_params(deep=False).items()}
        changed = [
            f"{name}={given[name]!r}"
            for name, parameter in parameters_of(type(self)).items()
            if not _same(given[name], parameter.default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        # scikit-learn asks this of whatever stands in a Pipeline of its own; it is there when it asks.
        from sklearn.utils import Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer",
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(),
            requires_fit=False,
        )


def _plain(value: Any) -> Any:
    """Numbers of numpy's as Python's, so that a recipe and a repr say 280, not np.int64(280)."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return type(value)(_plain(part) for part in value) if type(value) in (tuple, list) else value


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)


def _equal(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(value, other)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        # YAML knows no tuples: (3, 8) and [3, 8] are one range.
        return len(value) == len(other) and all(map(_equal, value, other))
    if isinstance(value, os.PathLike) != isinstance(other, os.PathLike):
        # YAML knows no paths either: a folder comes back as text. A bare name may be that of a source.
        texts = [one for one in (value, other) if isinstance(one, str)]
        return bool(texts) and os.path.basename(texts[0]) != texts[0] and Path(value) == Path(other)
    return value is other or bool(value == other)


def steps_between(given: set[str], wanted: tuple[str, ...]) -> list[str]:
    """The registered steps that take one of the kinds of sample that are `given`, and give one that is `wanted`."""
    # The registry stands above the steps that it finds.
    from mygenerator.registry import kinds

    steps = [(kind.__name__, kind.examples()[0]) for kind in kinds("step").values()]  # type: ignore[attr-defined]
    return [name for name, step in steps if given & set(step.takes) and step.gives in wanted and name != "Pipeline"]


def _fitting(given: set[str], wanted: tuple[str, ...]) -> str | None:
    if wanted == ("text",):
        return "put it first, on a data set of text (NlpDataset, PatternNlpDataset, PhoneNlpDataset)"
    names = steps_between(given, wanted)
    return f"put {' or '.join(names)} between them" if names else None
