"""Pipeline: a sequence of steps that is itself a step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from mygenerator.batch import KINDS
from mygenerator.dataset import Dataset
from mygenerator.dataset.base import free_name
from mygenerator.errors import InputError, StepError, unknown_name
from mygenerator.facts import Facts
from mygenerator.transform import CharToImages, CombineImagesHorizontally, TextToImage, Transform, ValidatePadding
from mygenerator.transform.transformed import facts_after


class Pipeline(Transform):
    """Steps that are applied one after the other.

    Parameters
    ----------
    steps : list of Transform, or of (str, Transform)
        In order. A step's name decides its draws; by default it is the step's kind, numbered if the kind occurs again.

    Raises
    ------
    InputError
        When it is put together: if there are no steps, one is not a Transform, or two cannot follow each other (the
        message names both).

    Examples
    --------
    >>> from mygenerator import Pipeline, PatternNlpDataset, TextToImage, ValidatePadding
    >>> line = Pipeline([TextToImage(spacing_range=(3, 8), image_width=200), ValidatePadding((3, 8))])
    >>> ds = line.fit_transform(PatternNlpDataset("[0-9]{5}", size=10, seed=1))
    >>> ds[0].image.shape
    (28, 200)
    """

    def __init__(self, steps: Sequence[Transform | tuple[str, Transform]]):
        self.steps = steps
        self._check_order()

    @classmethod
    def examples(cls) -> list[Self]:
        parts = [("draw", CharToImages()), ("join", CombineImagesHorizontally((2, 4), 240))]
        return [cls([TextToImage(), ValidatePadding()]), cls([*parts, ValidatePadding((2, 4))])]

    def _check_order(self) -> None:
        """Raise InputError if the steps cannot follow each other; set what the whole takes and gives."""
        kinds: set[str] = set(KINDS)
        before: Transform | None = None
        without_gaps: Transform | None = None
        gaps: bool | None = None
        for place, step in self.placed_steps:
            try:
                step.follow(kinds, before, without_gaps)
            except InputError as error:
                raise StepError.at(place, error) from error
            given = sorted(kinds & set(step.takes))[0]
            kinds = {step.gives} if step.gives else kinds & set(step.takes)
            gaps = _gaps_after(step, Facts(given, gaps=gaps))
            without_gaps = (without_gaps or step) if gaps is False else None
            before = step
        self.takes = self.entries[0][1].takes
        self.gives = next((step.gives for step in reversed(self.flat_steps) if step.gives), "")

    @property
    def flat_steps(self) -> list[Transform]:
        """The steps in order, with the steps of a pipeline in place of the pipeline."""
        return [step for _, step in self.placed_steps]

    @property
    def placed_steps(self) -> list[tuple[tuple[int, ...], Transform]]:
        """`flat_steps`, each with its place as `StepError` gives it."""
        parts = []
        for number, (_, step) in enumerate(self.entries):
            inside = step.placed_steps if isinstance(step, Pipeline) else [((), step)]
            parts += [((number, *place), inner) for place, inner in inside]
        return parts

    @property
    def entries(self) -> list[tuple[str | None, Transform]]:
        """Each step with its own name, None if it has none."""
        if not isinstance(self.steps, Sequence) or isinstance(self.steps, str) or not self.steps:
            raise InputError(f"the steps of a Pipeline are {self.steps!r}", allowed="a list of at least one Transform")
        named: list[tuple[str | None, Transform]] = []
        for entry in self.steps:
            name, step = entry if isinstance(entry, tuple) and len(entry) == 2 else (None, entry)
            if not isinstance(step, Transform) or not (name is None or (isinstance(name, str) and name)):
                raise InputError(
                    f"step {entry!r} of a Pipeline",
                    allowed="a Transform, or a pair (name, Transform)",
                    do=f"write {step.__name__}(...), which makes one of it" if isinstance(step, type) else None,
                )
            if name is not None and name in [other for other, _ in named]:
                raise InputError(f"two steps are called {name!r}", do="give each its own name")
            named.append((name, step))
        return named

    @property
    def named_steps(self) -> dict[str, Transform]:
        """The steps by what `get_params` calls them: their own name, or their kind, numbered if it occurs again."""
        named: dict[str, Transform] = {}
        for name, step in self.entries:
            named[name or free_name(step.kind_name(), list(named))] = step
        return named

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, key: int | str | slice) -> Any:
        """A step by its number or its name; for a slice, a Pipeline of those steps."""
        if isinstance(key, slice):
            return type(self)(list(self.steps)[key])
        return self.named_steps[key] if isinstance(key, str) else self.entries[key][1]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The parameters by name; with `deep` also each step by its name, and its parameters as `name__parameter`."""
        params = super().get_params(deep)
        if deep:
            for name, step in self.named_steps.items():
                params[name] = step
                params |= {f"{name}__{inner}": value for inner, value in step.get_params().items()}
        return params

    def set_params(self, **params: Any) -> Self:
        """Change parameters, those of the steps too, by the names that `get_params` gives them.

        Examples
        --------
        >>> Pipeline([TextToImage()]).set_params(text_to_image__image_width=300)
        Pipeline(steps=[TextToImage(image_width=300)])
        """
        before = self.steps
        try:
            self._set_params(params)
            self._check_order()
        except InputError:
            self.steps = before
            raise
        return self

    def _set_params(self, params: dict[str, Any]) -> None:
        if "steps" in params:
            super().set_params(steps=params.pop("steps"))
        for name, value in params.items():
            key, inside, inner = name.partition("__")
            if key not in self.named_steps or (not inside and not isinstance(value, Transform)):
                raise unknown_name("parameter of Pipeline", name, list(self.get_params()))
            if inside:
                self.named_steps[key].set_params(**{inner: value})
            else:
                self._replace(key, value)

    def _replace(self, key: str, step: Transform) -> None:
        """Put another step in the place of the one that `get_params` calls `key`."""
        place = list(self.named_steps).index(key)
        entry = (key, step) if isinstance(self.steps[place], tuple) else step
        self.steps = [*self.steps[:place], entry, *self.steps[place + 1 :]]

    def fit(self, ds: Dataset, y: Any = None) -> Self:
        """Fit every step on what the steps before it make from `ds`; no sample is made."""
        del y
        for number, (name, step) in enumerate(self.entries):
            with _blamed_on(number):
                ds = step.fit(ds).transform(ds, name)
        return self

    def facts(self, before: Facts) -> Facts:
        for step in self.flat_steps:
            before = facts_after(step, before)
        return before

    def transform(self, ds: Dataset, name: str | None = None) -> Dataset:
        """`ds` with all steps after it; if the Pipeline has a name, it goes before the names of the steps."""
        for number, (own, step) in enumerate(self.entries):
            inside = f"{name}/{own or step.kind_name()}"
            with _blamed_on(number):
                ds = step.transform(ds, own if name is None else free_name(inside, ds.step_names))
        return ds

    @classmethod
    def from_yaml(cls, source: str | Path, allow_code: bool = False) -> Self:
        """The steps of a recipe.

        Parameters
        ----------
        source : str or Path
            A recipe's file, or YAML itself; only the steps of the recipe are used.
        allow_code : bool
            Whether `python:package.module.Class` may name a step: its module is imported, which runs it.

        Raises
        ------
        InputError
            With file and line, for everything that is wrong.

        Examples
        --------
        >>> Pipeline.from_yaml("steps: [{text_to_image: {image_width: 300}}, validate_padding]")
        Pipeline(steps=[TextToImage(image_width=300), ValidatePadding()])
        """
        # Recipes are a layer above pipelines and import them.
        from mygenerator.recipes import steps_of  # pylint: disable=cyclic-import

        return cls(steps_of(source, allow_code))

    def to_yaml(self, path: str | Path | None = None) -> str:
        """The steps as a recipe has them, which `from_yaml` reads; if a path is given, they are written to it too.

        Without a path, folders stay as they were given; in a file they are relative to it.

        Raises
        ------
        InputError
            If YAML cannot hold a parameter, such as glyphs in memory.

        Examples
        --------
        >>> print(Pipeline([TextToImage(image_width=300)]).to_yaml())
        steps:
        - text_to_image: {image_width: 300}
        <BLANKLINE>
        """
        from mygenerator.recipes import pipeline_to_yaml  # pylint: disable=cyclic-import

        return pipeline_to_yaml(self, path)


def _gaps_after(step: Transform, before: Facts) -> bool | None:
    """Whether gaps are exact after a step, which need not be fitted: its parameters can still be wrong."""
    try:
        return step.facts(before).gaps
    # A step of a user's own can raise anything when it knows as little as this.
    except Exception:  # pylint: disable=broad-exception-caught
        return None


@contextmanager
def _blamed_on(number: int) -> Iterator[None]:
    """Turn an InputError of a step into a StepError."""
    try:
        yield
    except InputError as error:
        raise StepError.at((number,), error) from error
