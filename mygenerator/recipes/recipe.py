"""Recipe: everything that decides a data set, read from YAML or from a finished folder, and run.

It uses all of the package but the commands: check.py reads, build.py builds, `mygenerator.save` saves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError, whole_number
from mygenerator.logs import logw
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.build import built, check_saveable
from mygenerator.recipes.check import checked
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document, document_of, open_document
from mygenerator.recipes.parts import Parts, Source
from mygenerator.recipes.values import blamed
from mygenerator.recipes.write import in_full, recipe_content, shown_in, write_text
from mygenerator.rng import check_seed
from mygenerator.save import Job, plan
from mygenerator.save.recipe_file import version_changes
from mygenerator.yaml_file import dumped


@dataclass(frozen=True, eq=False, repr=False)
class Recipe:
    """A checked recipe, made by `read` or `from_yaml`. Recipes that say the same are equal.

    Attributes
    ----------
    seed : int or None
        None if a fresh one is taken each time.
    count : int or None
        How many samples; None if that is said when it is run, or decided by the labels.
    pipeline : Pipeline or None
        The steps.
    save_options : dict
        `path`, `format`, `prefix`, `shard_size`, `workers` and `engine`, those that are given.

    Examples
    --------
    >>> recipe = Recipe.from_yaml('''
    ... seed: 11
    ... text: {phone: {region: JP, count: 300}}
    ... steps:
    ...   - text_to_image: {image_width: 300, spacing_range: [3, 8]}
    ...   - validate_padding: {spacing_range: [3, 8]}
    ... ''')
    >>> recipe.dataset()[299].image.shape, recipe.count
    ((28, 300), 300)
    """

    _parts: Parts
    _document: Document = field(compare=False)

    @classmethod
    def read(cls, path: str | Path, allow_code: bool = False) -> Self:
        """A recipe from a path.

        Parameters
        ----------
        path : str or Path
            A YAML file; a folder that was saved, finished or not, or its recipe.json; or the name of a recipe that
            comes with the package, such as "meter_readings".
        allow_code : bool
            Whether `python:package.module.Class` may name a step or a source: it is imported, which runs its code.

        Raises
        ------
        InputError
            If anything is wrong: it names every fault, with file and line.
        """
        document = open_document(path)
        return cls(checked(document, allow_code), document)

    @classmethod
    def from_yaml(cls, source: str | Path, allow_code: bool = False) -> Self:
        """A recipe from YAML in a str, whose paths are relative to the working folder; or from a path, as in `read`."""
        document = document_of(source)
        return cls(checked(document, allow_code), document)

    @property
    def seed(self) -> int | None:
        """What the recipe says; see the class."""
        return self._parts.seed

    @property
    def count(self) -> int | None:
        """What the recipe says; see the class."""
        return self._parts.count

    @property
    def source(self) -> Source:
        """What it begins with."""
        assert self._parts.source is not None
        return self._parts.source

    @property
    def pipeline(self) -> Pipeline | None:
        """The steps, with glyphs as they were named: they are not opened."""
        return self._parts.pipeline

    @property
    def save_options(self) -> dict[str, Any]:
        """What the recipe says; see the class."""
        return dict(self._parts.save)

    @property
    def is_recorded(self) -> bool:
        """Whether it was read from a folder's recipe.json."""
        return self._document.is_recorded

    def dataset(
        self, seed: int | None = None, count: int | None = None, glyphs: Any = None, keep_glyphs: bool = True
    ) -> Dataset:
        """The data set, with its steps applied; lazy, nothing is made.

        Parameters
        ----------
        seed, count : int, optional
            In place of the recipe's.
        glyphs : str, Path or GlyphSet, optional
            In place of those that the steps name. If the recipe records their hash, they have to be the same ones.
        keep_glyphs : bool
            Whether glyphs that are not in the cache yet are kept there.

        Raises
        ------
        InputError
            If it cannot be made; with file and line.
        """
        if seed is not None:
            check_seed(seed)
        if count is not None:
            whole_number("count", count, 1)
        return built(self._parts, self._document, seed, count, glyphs, keep_glyphs)

    def plan(
        self,
        output_path: str | Path | None = None,
        *,
        seed: int | None = None,
        count: int | None = None,
        glyphs: Any = None,
        overwrite: bool = False,
        trust: bool = False,
        wait: bool = False,
        allow_large: bool = False,
        keep_glyphs: bool = False,
        **options: Any,
    ) -> Job:
        """The job of saving it, checked, with nothing written yet; `mygenerator.save.run` runs the job.

        Parameters
        ----------
        output_path : str or Path, optional
            In place of the recipe's `path`.
        seed, count, glyphs : see `dataset`
        overwrite : bool
            First remove the data set that is in the folder.
        trust, wait, allow_large : see `mygenerator.save.save`
        keep_glyphs : see `dataset`
        **options
            `format`, `prefix`, `shard_size`, `workers`, `engine` in place of the recipe's; None leaves the recipe's.
            `sync`: see `mygenerator.save.save`.

        Raises
        ------
        MyGeneratorError
            If it cannot be saved, before anything is written.
        """
        given = {name: value for name, value in options.items() if value is not None}
        saved = {"path": output_path} if output_path is not None else {}
        chosen = {**self._parts.save, **saved, **given}
        if "path" not in chosen:
            raise InputError("nothing says where to save to", where=self._document.where, do="give an output path")
        check_saveable(self._parts, self._document, chosen.get("format", "png"), count)
        ds = self.dataset(seed, count, glyphs, keep_glyphs)
        count = self.count if count is None else count
        try:
            now: dict[str, Any] = {"overwrite": overwrite, "trust": trust, "wait": wait, "allow_large": allow_large}
            job = plan(ds, **chosen, nrows=-1 if count is None else count, **now)
        except InputError as error:
            named = blamed(error, list(self._parts.save))
            if named is None or not _is_same(chosen[named], self._parts.save[named]):
                raise
            raise Complaints.placed(self._document.where, self._document.line("save", named), error) from error
        self._compare_versions(job)
        return job

    def to_yaml(self, path: str | Path | None = None) -> str:
        """The recipe as YAML without defaults; also written to a file if a path is given.

        In a file, paths below its folder are written relative to it, others in full. Without a file they stay as they
        were given: those of a recipe from YAML in a str are relative to the working folder, before and after.

        Raises
        ------
        InputError
            For a parameter that YAML cannot hold.
        """
        text = dumped(recipe_content(self._parts, shown_in(path)))
        if path is not None:
            write_text(path, text)
        return text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recipe):
            return NotImplemented
        return recipe_content(self._parts, in_full) == recipe_content(other._parts, in_full)

    def __hash__(self) -> int:
        return hash(dumped(recipe_content(self._parts, in_full)))

    def __repr__(self) -> str:
        return f"Recipe.from_yaml({dumped(recipe_content(self._parts))!r})"

    def _compare_versions(self, job: Job) -> None:
        """Warn if a recorded recipe was made with other versions of libraries."""
        recorded, pixels = self._document.versions, job.ds.facts.libraries
        if isinstance(recorded, dict) and self._parts.save.get("format") != job.sink.format:
            # What made the files of another format does not matter.
            recorded = {name: version for name, version in recorded.items() if name in pixels}
        if told := version_changes(recorded, job.recipe, pixels):
            logw(f"{self._document.where} was made with {told}")


def _is_same(said: Any, own: Any) -> bool:
    """Whether an option of a save is what the recipe says itself; its own path can be given from the working folder."""
    return Path(said).absolute() == own if isinstance(own, Path) else said == own
