"""Pipeline, a sequence of steps that is itself a step; and the two jobs that the commands run, as functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from mygenerator.batch import KINDS
from mygenerator.config import config_load
from mygenerator.dataset import Dataset, NlpDataset, PhoneNlpDataset
from mygenerator.dataset.base import free_name
from mygenerator.errors import InputError, StepError, whole_number
from mygenerator.glyphs import GlyphSet, load_glyphs
from mygenerator.transform import CharToImages, CombineImagesHorizontally, TextToImage, Transform, ValidatePadding

if TYPE_CHECKING:
    from mygenerator.save import SaveReport

MAX_SPACING = 50
MAX_SEQUENCE = 100


class Pipeline(Transform):
    """Steps that are applied one after the other.

    Parameters
    ----------
    steps : list of Transform, or of (str, Transform)
        In order. A step's name decides its draws; without one it is its kind, numbered where the kind occurs again.

    Raises
    ------
    InputError
        When it is put together: for no steps, something that is no step, or an order that cannot work (it names both).

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
        """Raise InputError where the steps cannot follow each other; note what the whole takes and gives."""
        kinds: set[str] = set(KINDS)
        before: Transform | None = None
        without_gaps: Transform | None = None
        for place, step in self.placed_steps:
            try:
                step.follow(kinds, before, without_gaps)
            except InputError as error:
                raise StepError.at(place, error) from error
            kinds = {step.gives} if step.gives else kinds & set(step.takes)
            without_gaps = None if step.keeps_gaps(without_gaps is None) else without_gaps or step
            before = step
        self.takes = self.named_steps[0][1].takes
        self.gives = next((step.gives for step in reversed(self.flat_steps) if step.gives), "")

    @property
    def flat_steps(self) -> list[Transform]:
        """The steps, with those of pipelines among them in their place."""
        return [step for _, step in self.placed_steps]

    @property
    def placed_steps(self) -> list[tuple[tuple[int, ...], Transform]]:
        """`flat_steps`, each with its place as `StepError` says it."""
        parts = []
        for number, (_, step) in enumerate(self.named_steps):
            inside = step.placed_steps if isinstance(step, Pipeline) else [((), step)]
            parts += [((number, *place), inner) for place, inner in inside]
        return parts

    @property
    def named_steps(self) -> list[tuple[str | None, Transform]]:
        """Each step with its own name, None where it has none."""
        if not isinstance(self.steps, Sequence) or isinstance(self.steps, str) or not self.steps:
            raise InputError(f"the steps of a Pipeline are {self.steps!r}", allowed="a list of at least one Transform")
        named: list[tuple[str | None, Transform]] = []
        for entry in self.steps:
            name, step = entry if isinstance(entry, tuple) and len(entry) == 2 else (None, entry)
            if not isinstance(step, Transform) or not (name is None or (isinstance(name, str) and name)):
                raise InputError(f"step {entry!r} of a Pipeline", allowed="a Transform, or a pair (name, Transform)")
            if name is not None and name in [other for other, _ in named]:
                raise InputError(f"two steps are called {name!r}", do="give each its own name")
            named.append((name, step))
        return named

    def set_params(self, **params: Any) -> Self:
        super().set_params(**params)
        self._check_order()
        return self

    def fit(self, ds: Dataset, y: Any = None) -> Self:
        """Fit every step on what the steps before it make of `ds`; no sample is made."""
        del y
        for number, (name, step) in enumerate(self.named_steps):
            with _blamed_on(number):
                ds = step.fit(ds).transform_named(ds, name)
        return self

    def transform_named(self, ds: Dataset, name: str | None) -> Dataset:
        """All steps after `ds`; a name of the whole goes before the names of its steps."""
        for number, (own, step) in enumerate(self.named_steps):
            inside = f"{name}/{own or step.kind_name()}"
            with _blamed_on(number):
                ds = step.transform_named(ds, own if name is None else free_name(inside, ds.step_names))
        return ds

    @classmethod
    def from_yaml(cls, source: str | Path, allow_code: bool = False) -> Self:
        """The steps of a recipe.

        Parameters
        ----------
        source : str or Path
            A recipe's file, or YAML itself; of a whole recipe the steps alone are taken.
        allow_code : bool
            Whether `python:package.module.Class` may name a step: it is imported, which runs it.

        Raises
        ------
        InputError
            With file and line, for everything that is wrong.

        Examples
        --------
        >>> Pipeline.from_yaml("steps: [{text_to_image: {image_width: 300}}, validate_padding]")
        Pipeline(steps=[TextToImage(image_width=300), ValidatePadding()])
        """
        # Recipes stand above pipelines and import them.
        from mygenerator.recipes import steps_of  # pylint: disable=cyclic-import

        return cls(steps_of(source, allow_code))

    def to_yaml(self, path: str | Path | None = None) -> str:
        """The steps as a recipe has them, which `from_yaml` reads; written to a file too where a path is given.

        Raises
        ------
        InputError
            For a parameter that YAML cannot hold, such as glyphs in memory.

        Examples
        --------
        >>> print(Pipeline([TextToImage(image_width=300)]).to_yaml())
        steps:
        - text_to_image: {image_width: 300}
        <BLANKLINE>
        """
        from mygenerator.recipes import pipeline_to_yaml  # pylint: disable=cyclic-import

        return pipeline_to_yaml(self, path)


@contextmanager
def _blamed_on(number: int) -> Iterator[None]:
    """Make what a step complains of a StepError."""
    try:
        yield
    except InputError as error:
        raise StepError.at((number,), error) from error


def run_generate_numbers_sequence(
    sequence: str,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "./",
    config_file: str = "default",
    *,
    seed: int | None = None,
    **options: Any,
) -> Path:
    """Write one image of a sequence of characters, beside what is there.

    Parameters
    ----------
    sequence : str
        1 to 100 characters that the glyphs have.
    min_spacing, max_spacing : int
        Smallest and largest gap in pixels, 1 to 50.
    image_width : int
        Pixels; it has to hold the widest gaps with 2 to 200 pixels a character.
    output_path : str
        The folder; `img_<sequence>_<k>.png` and a row of `meta.csv` are added to it.
    config_file : str
        Names the glyphs; "default" is the file in the home folder.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default, recorded in meta.csv.
    **options
        `glyphs`, `sizing`, `image_height`, `invert`: as for TextToImage.

    Returns
    -------
    Path
        The image.

    Raises
    ------
    MyGeneratorError
        For anything that cannot be; nothing is written then.
    """
    from mygenerator.save.single import add_sequence, check_sequence_folder

    text, step = plan_numbers_sequence(sequence, min_spacing, max_spacing, image_width, config_file, seed, **options)
    check_sequence_folder(Path(output_path))
    return add_sequence(text, keep_glyphs(text, step, config_file, options.get("glyphs")), Path(output_path))


def run_generate_phone_numbers(
    num_images: int = 10,
    min_spacing: int = 1,
    max_spacing: int = 10,
    image_width: int = 280,
    output_path: str = "./",
    config_file: str = "default",
    *,
    seed: int | None = None,
    region: str = "JP",
    workers: int | None = None,
    shard_size: int = 1000,
    overwrite: bool = False,
    progress: Callable[[int, int], None] | None = None,
    **options: Any,
) -> SaveReport:
    """Write a data set of images of different valid phone numbers.

    Parameters
    ----------
    num_images : int
    min_spacing, max_spacing, image_width, output_path, config_file, seed : see `run_generate_numbers_sequence`
    region : str
        Whose mobile numbers, two capital letters.
    workers, shard_size, overwrite, progress : see `mygenerator.save.save`
    **options
        `glyphs`, `sizing`, `image_height`, `invert`: as for TextToImage.

    Returns
    -------
    SaveReport

    Raises
    ------
    MyGeneratorError
        For anything that cannot be; nothing is written or changed then.
    """
    from mygenerator.save import plan, run

    text, step = plan_phone_numbers(
        num_images, min_spacing, max_spacing, image_width, config_file, seed, region, **options
    )
    save_options: dict[str, Any] = {"workers": workers, "shard_size": shard_size, "overwrite": overwrite}
    plan(step.transform(text), output_path, **save_options)
    step = keep_glyphs(text, step, config_file, options.get("glyphs"))
    return run(plan(step.transform(text), output_path, **save_options), progress)


def plan_numbers_sequence(
    sequence: str,
    min_spacing: int,
    max_spacing: int,
    image_width: int,
    config_file: str,
    seed: int | None,
    **options: Any,
) -> tuple[NlpDataset, TextToImage]:
    """What `run_generate_numbers_sequence` will write: the text and the fitted step.

    Nothing is written, not even the glyphs' cache; `keep_glyphs` does that when everything else is known to be right.
    """
    if not isinstance(sequence, str) or not 1 <= len(sequence) <= MAX_SEQUENCE:
        raise InputError(f"sequence is {sequence!r}", allowed=f"text of 1 to {MAX_SEQUENCE} characters")
    text = NlpDataset([sequence], seed=seed)
    return text, _writing_step(min_spacing, max_spacing, image_width, config_file, options).fit(text)


def plan_phone_numbers(
    num_images: int,
    min_spacing: int,
    max_spacing: int,
    image_width: int,
    config_file: str,
    seed: int | None,
    region: str,
    **options: Any,
) -> tuple[PhoneNlpDataset, TextToImage]:
    """What `run_generate_phone_numbers` will save: the numbers and the fitted step; see `plan_numbers_sequence`."""
    num_images = whole_number("num_images", num_images, 1)
    text = PhoneNlpDataset(num_images, region=region, seed=seed)
    return text, _writing_step(min_spacing, max_spacing, image_width, config_file, options).fit(text)


def keep_glyphs(text: NlpDataset | PhoneNlpDataset, step: TextToImage, config_file: str, glyphs: Any) -> TextToImage:
    """The step with its glyphs kept in the cache, so that later runs and other processes open them from there."""
    if step.glyph_set_.folder is not None:
        return step
    return TextToImage(**{**step.get_params(), "glyphs": _open_glyphs(glyphs, config_file, keep=True)}).fit(text)


def check_spacing(min_spacing: Any, max_spacing: Any) -> None:
    """Raise InputError unless 1 <= min_spacing <= max_spacing <= 50, the limits of the commands."""
    low = whole_number("min_spacing", min_spacing, 1, MAX_SPACING)
    high = whole_number("max_spacing", max_spacing, 1, MAX_SPACING)
    if low > high:
        raise InputError(f"min_spacing {low} is above max_spacing {high}", allowed="min_spacing <= max_spacing")


def _writing_step(
    min_spacing: int, max_spacing: int, image_width: int, config_file: str, options: dict[str, Any]
) -> TextToImage:
    """The step of both jobs."""
    check_spacing(min_spacing, max_spacing)
    step = TextToImage(**options, spacing_range=(min_spacing, max_spacing), image_width=image_width)
    # Glyphs come last: to open them they may have to be downloaded.
    for name, problem in step.wrong_parameters().items():
        if name != "glyphs":
            raise problem
    return step.set_params(glyphs=_open_glyphs(options.get("glyphs"), config_file, keep=False))


def _open_glyphs(glyphs: Any, config_file: str, keep: bool) -> GlyphSet:
    """The glyphs that are named, or those of the configuration."""
    config = config_load(config_file)
    return load_glyphs(config["current_dataset"] if glyphs is None else glyphs, config, keep)
