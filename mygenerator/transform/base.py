"""Transform: Dataset -> Dataset in scikit-learn's manner; the base that every step of a pipeline extends.

A contributor writes the parameters, `draw` (all randomness) and `apply` (pure); the rest is here.
"""

from __future__ import annotations

import copy
import inspect
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from mygenerator.batch import KINDS, Batch, Sample
from mygenerator.dataset.base import Dataset
from mygenerator.dataset.one_sample import alone
from mygenerator.errors import InputError, unknown_name, whole_number
from mygenerator.facts import KEPT, Facts
from mygenerator.parameters import parameters_of, plain_value, wrong_parameters
from mygenerator.rng import Stream
from mygenerator.transform.transformed import TransformedDataset, check_ink


class Transform:
    """One step: its parameters are stored as given and are checked in `fit`, before anything is made.

    What the constructor's annotations allow (`mygenerator.parameters`) is checked automatically; `check` is for what
    depends on the data set.

    Attributes
    ----------
    takes : tuple of str
        The kinds of sample (`batch.KINDS`) that it accepts.
    gives : str
        The kind that it makes; empty if it keeps the kind that came in.
    keeps : tuple of str
        What stays right after it: "boxes", "gaps" or both; by default neither. "boxes": every glyph's ink still lies in
        its recorded box. "gaps": every column between two boxes is still pure paper, and every column of a box still
        holds ink, so that gaps can be measured.
    reads_maps : bool
        Whether it takes glyphs with maps (`Batch.maps`); any other step is given them drawn under their maps.
    libraries : tuple of str
        The modules whose arithmetic decides its pixels: pixels are the same only for equal versions of these modules.

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
    keeps: ClassVar[tuple[str, ...]] = ()
    reads_maps: bool = False
    libraries: ClassVar[tuple[str, ...]] = ()

    def draw(self, rng: Stream, batch: Batch) -> Any:
        """Everything random about these samples, as a function of their indices alone; by default nothing."""
        del rng, batch

    def apply(self, images: Any, drawn: Any) -> Any:
        """The changed images, made from `images` (which is left as it was) and what was drawn; by default unchanged."""
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
        """Some usable steps of this kind for the contract tests, not all of them with default parameters."""
        return [cls()]

    def stream_names(self, name: str) -> tuple[str, ...]:
        """The names of the streams that the step draws from if it has this name."""
        return (name,)

    def check(self, ds: Dataset) -> None:
        """Raise InputError if a parameter cannot be used on `ds`; called by `fit`, makes nothing."""

    def facts(self, before: Facts) -> Facts:
        """What is known of samples after this step, given what is known before it.

        By default these are the facts that follow from `gives`, `keeps` and `libraries`, and images keep their size. A
        step that knows more, or changes more, says so here.
        """
        return before.after(self.gives or before.kind, self.keeps, self.libraries)

    def follow(self, kinds: Iterable[str], before: object, without_gaps: object = None) -> None:
        """Raise InputError if this step cannot come after `before`, which gives one of these kinds of sample.

        Parameters
        ----------
        kinds : iterable of str
        before, without_gaps : Dataset or Transform
            What comes before, and the part of it that gave up exact gaps, if one did; used in the message, and by a
            step that needs gaps.
        """
        del without_gaps
        if isinstance(self.takes, str) or not set(self.takes) <= set(KINDS):
            raise InputError(f"{type(self).__name__} takes {self.takes!r}", allowed=f"a tuple of {', '.join(KINDS)}")
        if not set(kinds) & set(self.takes):
            raise InputError(
                f"{self!r} takes {' or '.join(self.takes)}, but {before!r} gives {' or '.join(sorted(kinds))}",
                do=_fitting(set(kinds), self.takes),
            )

    @property
    def run_one(self) -> Callable[[Sample, Stream], Sample] | None:
        """A short way that makes of one sample, with all its truth, what `run` makes of a Batch of it; None without.

        It must make the same, byte by byte. What `run` makes is checked against the facts, and what it makes is not.
        """
        return None

    def run(self, batch: Batch, rng: Stream) -> Batch:
        """The batch after this step; what `rng` gives is decided by the seed, the epoch and the step's name."""
        images = self.apply(batch.images, self.draw(rng, batch))
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
        self.follow([ds.kind], ds, ds if ds.facts.gaps is False else None)
        for error in wrong_parameters(type(self), self.get_params(deep=False)).values():
            raise error
        self._check_code(ds.kind)
        self.check(ds)
        return self

    def _check_code(self, kind: str) -> None:
        """Raise InputError if the step is written in a way that this release cannot run."""
        if "seed" in inspect.signature(self.run).parameters:
            raise InputError(
                f"{type(self).__name__} writes run(batch, seed, name), as earlier releases called it",
                do="write run(batch, rng): rng is the Stream of the seed, the epoch and the step's name",
            )
        for name in ("keeps", "libraries"):
            value = getattr(self, name)
            if not isinstance(value, tuple | list) or not all(isinstance(word, str) for word in value):
                raise InputError(f"{name} of {type(self).__name__} is {value!r}", allowed="a tuple of str")
        if self.gives not in ("", *KINDS):
            raise InputError(f"{type(self).__name__} gives {self.gives!r}", allowed=f"'' or one of {', '.join(KINDS)}")
        if unknown := [word for word in self.keeps if word not in KEPT]:
            raise InputError(
                f"keeps of {type(self).__name__} names {unknown[0]!r}", allowed=", ".join(KEPT), do='such as ("boxes",)'
            )
        if kind == "glyphs" == (self.gives or kind) and type(self).apply is not Transform.apply:
            check_ink(self)

    def transform(self, ds: Dataset, name: str | None = None) -> Dataset:
        """`ds` with this step after it: a new, lazy data set. Later changes of parameters do not reach it.

        `name` is the step's name in the recipe, which decides its draws; by default it is the step's kind, numbered if
        the kind occurs again.
        """
        return TransformedDataset(ds, copy.deepcopy(self).fit(ds), name)

    def fit_transform(self, ds: Dataset, y: Any = None) -> Dataset:
        """`fit`, then `transform`."""
        return self.fit(ds, y).transform(ds)

    def transform_sample(self, sample: Any, index: int = 0, seed: int | None = None, **params: Any) -> Any:
        """This step on one sample alone.

        Parameters
        ----------
        sample : str, uint8 (H, W), list, or whatever the step takes
        index : int
            Which sample it is: index and seed decide the draws.
        seed : int, optional
            0 to 2**64 - 1. The step's own seed takes precedence; if there is neither, a fresh one is taken.
        **params
            Parameters of the step that are others for this call, such as `padding_range=(2, 5)`.

        Returns
        -------
        object
            The image, the list of images, or the text.
        """
        if params:
            return copy.copy(self).set_params(**params).transform_sample(sample, index, seed)
        index = whole_number("index", index, 0, 2**63 - 1)
        made = self.fit_transform(alone(sample, self.takes, seed))
        batch = made.samples_alone(np.array([index], np.int64))
        return str(batch.labels[0]) if batch.kind == "text" else batch.image(0)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters as they were given, by name."""
        del deep
        try:
            return {name: getattr(self, name) for name in parameters_of(type(self))}
        except AttributeError as error:
            raise InputError(
                f"{type(self).__name__} does not keep its parameter {error.name!r}",
                do=f"store it in the constructor as it was given: self.{error.name} = {error.name}",
            ) from error

    def set_params(self, **params: Any) -> Self:
        """Change parameters; an unknown name raises an InputError that names the nearest."""
        known = parameters_of(type(self))
        for name in params:
            if name not in known:
                raise unknown_name(f"parameter of {type(self).__name__}", name, list(known))
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def describe(self) -> dict[str, Any]:
        """The parameters as they are written in a recipe, defaults too."""
        return {name: plain_value(value) for name, value in self.get_params(deep=False).items()}

    def __eq__(self, other: object) -> bool:
        """Whether the other is a step of the same class with equal parameters."""
        if type(self) is not type(other):
            return NotImplemented
        ours, theirs = (step.get_params(deep=False) for step in (self, other))
        return all(_equal(ours[name], theirs[name]) for name in ours)

    # Parameters can be changed, and a hash must not.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        given = {name: plain_value(value) for name, value in self.get_params(deep=False).items()}
        changed = [
            f"{name}={given[name]!r}"
            for name, parameter in parameters_of(type(self)).items()
            if not _same(given[name], parameter.default)
        ]
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_tags__(self) -> Any:
        # scikit-learn calls this on every step of its own Pipeline, so it is installed if this runs.
        from sklearn.utils import Tags, TargetTags, TransformerTags

        return Tags(
            estimator_type="transformer",
            target_tags=TargetTags(required=False),
            transformer_tags=TransformerTags(),
            requires_fit=False,
        )


def _same(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)


def _equal(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return np.array_equal(value, other)
    if isinstance(value, list | tuple) and isinstance(other, list | tuple):
        # YAML knows no tuples: (3, 8) and [3, 8] are one range.
        return len(value) == len(other) and all(map(_equal, value, other))
    if isinstance(value, os.PathLike) != isinstance(other, os.PathLike):
        # YAML knows no paths either: a folder comes back as text. A bare name might be that of a source.
        texts = [one for one in (value, other) if isinstance(one, str)]
        return bool(texts) and os.path.basename(texts[0]) != texts[0] and Path(value) == Path(other)
    return value is other or bool(value == other)


def steps_between(given: set[str], wanted: tuple[str, ...]) -> list[str]:
    """The registered steps that take one of the kinds of sample that are `given`, and give one that is `wanted`."""
    # The registry is a layer above the steps that it finds.
    from mygenerator.registry import kinds

    steps = [(kind.__name__, kind.examples()[0]) for kind in kinds("step").values()]  # type: ignore[attr-defined]
    return [name for name, step in steps if given & set(step.takes) and step.gives in wanted and name != "Pipeline"]


def _fitting(given: set[str], wanted: tuple[str, ...]) -> str | None:
    if wanted == ("text",):
        return "put it first, on a data set of text (NlpDataset, PatternNlpDataset, PhoneNlpDataset)"
    names = steps_between(given, wanted)
    return f"put {' or '.join(names)} between them" if names else None
