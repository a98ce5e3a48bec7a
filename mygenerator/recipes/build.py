"""From the parts of a recipe to a data set: opens and verifies glyphs, applies steps; complaints have their lines."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.errors import InputError, StepError, short_hash
from mygenerator.glyphs import GlyphSet, is_kept, is_source_name, load_glyphs
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import step_kind_of
from mygenerator.recipes.own_faults import fault_alone
from mygenerator.recipes.parts import Parts, Place, Source
from mygenerator.recipes.values import blamed
from mygenerator.registry import kinds
from mygenerator.save.recipe_file import READ_OTHERWISE
from mygenerator.sinks import sink_class
from mygenerator.transform import Transform
from mygenerator.transform.base import steps_between
from mygenerator.transform.transformed import nodes_of


def built(parts: Parts, document: Document, seed: int | None, count: int | None, glyphs: Any, keep: bool) -> Dataset:
    """The data set of a recipe, its steps applied; no sample is made.

    Parameters
    ----------
    parts : Parts
    document : Document
        Where its complaints find their lines.
    seed, count : int, optional
        In place of the recipe's own.
    glyphs : str, Path or GlyphSet, optional
        What every step takes in place of the glyphs that it names.
    keep : bool
        Whether glyphs that the cache does not have yet are kept there.

    Raises
    ------
    InputError
        If it cannot be made; with file and line.
    """
    root = _root(parts, document, parts.seed if seed is None else seed, parts.count if count is None else count)
    ds = _applied(parts, document, root, _GlyphOpener(parts, document, glyphs, keep=False))
    if keep and not all(map(is_kept, glyph_sets(ds))):
        # Only now that nothing is wrong: a recipe that is refused leaves nothing in the cache.
        ds = _applied(parts, document, root, _GlyphOpener(parts, document, glyphs, keep=True))
    return ds.with_epoch(parts.epoch, parts.epoch_texts) if parts.epoch else ds


def _applied(parts: Parts, document: Document, root: Dataset, opener: _GlyphOpener) -> Dataset:
    if parts.pipeline is None:
        return root
    pipeline = opener.opened(parts.pipeline)
    complaints = Complaints(document.where)
    try:
        return pipeline.transform(root)
    except StepError as error:
        _complain_of_step(complaints, document, pipeline, error)
        for place, step in pipeline.placed_steps:
            fault = fault_alone(step) if place > error.place else None
            if fault is not None:
                _complain_of_step(complaints, document, pipeline, StepError.at(place, fault))
    complaints.raise_any()
    raise AssertionError("a step complained")


def _complain_of_step(complaints: Complaints, document: Document, pipeline: Pipeline, error: StepError) -> None:
    step = _step_at(pipeline, error.place)
    complaints.add(document.step_line(error.place, blamed(error, list(step.get_params(deep=False)))), error)


def check_saveable(parts: Parts, document: Document, format: str, count: int | None) -> None:
    """Raise InputError, with all that is wrong, if the recipe gives no images to save or no count is given.

    Parameters
    ----------
    parts : Parts
    document : Document
    format : str
        The images' format.
    count : int, optional
        In place of the recipe's own.
    """
    complaints = Complaints(document.where)
    takes = sink_class(format).takes
    given = (parts.pipeline.gives if parts.pipeline is not None else "") or parts.begins_with
    if given not in takes:
        complaints.add(*_no_images(parts, document, given, takes))
    if parts.source is not None and count is None and parts.count is None and parts.source.needs_count:
        complaints.add(*_no_count(parts.source, document))
    complaints.raise_any()


def _no_images(parts: Parts, document: Document, given: str, takes: tuple[str, ...]) -> tuple[int, InputError]:
    """The line, and what to say of it, if what the steps give is not images."""
    classes = steps_between({given}, takes)
    fitting = " or ".join(name for name, cls in kinds("step").items() if cls.__name__ in classes)
    if parts.pipeline is None:
        what, do = f"there are no steps that make images of {given}", f"add steps: [{fitting}]"
        return document.line(parts.source.section if parts.source else ""), InputError(what, do=do if fitting else None)
    what, do = f"the last step gives {given}, not images", f"add {fitting} after it"
    place, _ = parts.pipeline.placed_steps[-1]
    return document.step_line(place), InputError(what, do=do if fitting else None)


def _no_count(source: Source, document: Document) -> tuple[int, InputError]:
    error = InputError(f"{source.kind.name} has no count", do="add count: N, or say it when the recipe is run")
    return document.line(source.section, source.kind.name), error


def glyph_sets(ds: Dataset) -> list[GlyphSet]:
    """The glyphs that the steps of a data set draw from, first to last."""
    found: list[GlyphSet] = []
    for node in nodes_of(ds):
        for name in step_kind_of(type(node.transform), "").glyph_parameters:
            value = getattr(node.transform, name)
            found += [value] if isinstance(value, GlyphSet) else []
    return found


def _root(parts: Parts, document: Document, seed: int | None, count: int | None) -> Dataset:
    source = parts.source
    if source is None:
        raise InputError("there is neither text nor images", where=document.where)
    keys = (source.section, source.kind.name)
    if count is None and source.needs_count:
        raise _placed(document, *_no_count(source, document))
    try:
        root = source.made(count, seed)
    except InputError as error:
        named = blamed(error, list(source.values)) or "count"
        raise _placed(document, document.line(*keys, named), error) from error
    if count is not None and not source.takes_count and count > len(root):
        few = InputError(f"count is {count}, but there are {len(root)} rows", allowed=f"1 to {len(root)}")
        raise _placed(document, document.line(source.section, "count"), few)
    return root


def _placed(document: Document, line: int, error: InputError) -> InputError:
    return Complaints.placed(document.where, line, error)


def _step_at(pipeline: Pipeline, place: Place) -> Transform:
    step: Transform = pipeline
    for number in place:
        assert isinstance(step, Pipeline)
        step = step.entries[number][1]
    return step


class _GlyphOpener:
    """Opens the glyphs that the steps of a recipe name, all of them before one is used."""

    def __init__(self, parts: Parts, document: Document, instead: Any, keep: bool):
        self._hashes, self._document, self._keep = parts.hashes, document, keep
        self._instead = load_glyphs(instead, keep=keep) if instead is not None else None
        self._complaints = Complaints(document.where)
        self._met = 0

    def opened(self, pipeline: Pipeline) -> Pipeline:
        """The pipeline with its glyphs in place of their names."""
        changed = _changed(pipeline, self._opened_step)
        self._complaints.raise_any()
        if self._instead is not None and not self._met:
            raise InputError("glyphs are given, but no step of the recipe takes any", where=self._document.where)
        return changed

    def _opened_step(self, step: Transform, place: Place) -> Transform:
        step = copy.deepcopy(step)
        for name in step_kind_of(type(step), "").glyph_parameters:
            named = getattr(step, name)
            if isinstance(named, str | Path):
                self._met += 1
                try:
                    step.set_params(**{name: self._open(named, self._hashes.get((place, name)))})
                except InputError as error:
                    self._complaints.add(self._document.step_line(place, name), error)
        return step

    def _open(self, named: str | Path, content: str | None) -> GlyphSet:
        if self._instead is None and content is not None and isinstance(named, str) and not is_source_name(named):
            raise InputError(
                f"the glyphs {named!r} are not known here", do="say where they are: --glyphs FOLDER (glyphs=...)"
            )
        glyphs = load_glyphs(named, keep=self._keep, content=content) if self._instead is None else self._instead
        if content is not None and glyphs.content != content:
            raise InputError(
                f"the glyphs {glyphs.source!r} are not those of the recipe: sha256 {short_hash(glyphs.content)} "
                f"here, {short_hash(content)} there",
                do=f"{READ_OTHERWISE}; say where those of the recipe are: --glyphs FOLDER (glyphs=...)",
            )
        # The same glyphs, under the name that the recipe gives them.
        return glyphs if content is None or not isinstance(named, str) else replace(glyphs, source=named)


def _changed(pipeline: Pipeline, change: Callable[[Transform, Place], Transform], above: Place = ()) -> Pipeline:
    """A pipeline in which every step is changed, also in the pipelines inside it."""
    steps: list[Any] = []
    for number, (name, step) in enumerate(pipeline.entries):
        place = (*above, number)
        made = _changed(step, change, place) if isinstance(step, Pipeline) else change(step, place)
        steps.append(made if name is None else (name, made))
    return Pipeline(steps)
