"""From the tree of a recipe to its parts: keys, kinds, names and parameters, each complaint with its line.

Whatever is wrong is collected, so that a user hears of everything at once; no glyphs are opened and nothing is made.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.dataset.text import Count
from mygenerator.errors import InputError, StepError, unknown_name
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import COUNT, Kind, image_kind, step_kind, text_kind
from mygenerator.recipes.parts import Parts, Place, Source, Step
from mygenerator.recipes.values import ValueReader, blamed, shown
from mygenerator.rng import check_seed
from mygenerator.save import plan
from mygenerator.sinks import Sink, sink_class
from mygenerator.transform import Transform
from mygenerator.yaml_file import Marked

KEYS = ("seed", "text", "images", "steps", "save")
NAME = "name"
SAVE_KEYS = {
    name: Path if name == "path" else one.annotation
    for name, one in inspect.signature(plan, eval_str=True).parameters.items()
    if name in ("path", "prefix", "format", "shard_size", "workers")
}
"""What may stand under `save`, and what it may be."""


def checked(document: Document, allow_code: bool, steps_alone: bool = False) -> Parts:
    """The parts of a recipe; InputError with everything that is wrong with it.

    Parameters
    ----------
    document : Document
    allow_code : bool
        Whether `python:package.module.Class` is imported.
    steps_alone : bool
        Whether the steps are all that is needed.
    """
    return _Checker(document, allow_code).parts(steps_alone)


class _Checker:
    def __init__(self, document: Document, allow_code: bool):
        self.document, self.allow_code = document, allow_code
        self.complaints = Complaints(document.where)
        self.reader = ValueReader(document, self.complaints)
        self.found = Parts()
        self._root: Dataset | None = None

    def parts(self, steps_alone: bool) -> Parts:
        """See `checked`."""
        for repeated in self.document.repeated:
            self.complaints.add(repeated.line, repeated.error)
        root = self.document.root
        if isinstance(root.value, dict):
            self._sections(root, steps_alone)
        else:
            self._complain(root, InputError(f"a recipe holds {shown(root)}", allowed=f"{', '.join(KEYS)}, with values"))
        self.complaints.raise_any()
        return self.found

    def _complain(self, node: Marked, error: InputError) -> None:
        self.complaints.add(node.line, error)

    def _sections(self, root: Marked, steps_alone: bool) -> None:
        sections = root.value
        for key, node in sections.items():
            if key not in KEYS:
                do = {COUNT: "put it beside the source: text: {phone: JP, count: 100}"}.get(key)
                error = unknown_name("key", key, KEYS)
                self._complain(node, InputError(error.what, allowed=error.allowed, do=do or error.do))
        if "seed" in sections:
            self._seed(sections["seed"])
        starts = [key for key in ("text", "images") if key in sections]
        if len(starts) > 1:
            self._complain(sections["images"], InputError("both text and images are given", do="give one of them"))
        elif starts:
            self._source(starts[0], sections[starts[0]])
        elif not steps_alone:
            do = "add, for example, text: {phone: JP, count: 100}"
            self._complain(root, InputError("there is neither text nor images", do=do))
        if "steps" in sections:
            self._pipeline(sections["steps"])
        elif steps_alone:
            self._complain(root, InputError("there are no steps", do="add steps: and a list of them"))
        if "save" in sections:
            self._save(sections["save"])
        if self.found.pipeline is not None and self._root is not None:
            self._check_first(self.found.pipeline, self._root)

    def _seed(self, node: Marked) -> None:
        try:
            self.found.seed = check_seed(node.value)
        except InputError as error:
            self._complain(node, error)

    # What it begins with

    def _source(self, section: str, node: Marked) -> None:
        before = len(self.complaints)
        entries = dict(node.value) if isinstance(node.value, dict) else {}
        count = entries.pop(COUNT, None)
        kind: Kind | None
        if section == "text":
            kind, inside = self._text_kind(node, entries)
        else:
            kind, inside = image_kind(), Marked(entries, node.line) if isinstance(node.value, dict) else node
        if kind is None:
            return
        if kind.main is not None and not isinstance(inside.value, dict | None):
            inside = Marked({kind.main: inside}, inside.line)
        values, _ = self.reader.parameters(kind, inside)
        own = values.pop(COUNT, None)
        if count is not None:
            if own is not None:
                self._complain(count, InputError("count is given twice", do="give it once"))
            own = self.reader.value(COUNT, count, Count)
        self.found.count = own
        if len(self.complaints) == before:
            self._try(Source(section, kind, values), inside)

    def _text_kind(self, node: Marked, entries: dict[str, Marked]) -> tuple[Kind | None, Marked]:
        if len(entries) != 1:
            what = f"text holds {', '.join(entries) or shown(node)}"
            self._complain(node, InputError(what, allowed="one source, as text: {phone: JP, count: 100}"))
            return None, node
        ((name, inside),) = entries.items()
        try:
            return text_kind(name, self.allow_code), inside
        except InputError as error:
            self._complain(inside, error)
            return None, inside

    def _try(self, source: Source, node: Marked) -> None:
        """Make it once, of one row where nobody said a count, to hear what it complains of."""
        try:
            self._root = source.made(self.found.count or (1 if source.needs_count else None), self.found.seed or 0)
        except (TypeError, ValueError) as error:
            refused = _as_input_error(error)
            named = blamed(refused, [*source.values, COUNT])
            self._complain(node.value[named] if named in (node.value or {}) else node, refused)
        else:
            self.found.source = source

    # Steps

    def _pipeline(self, node: Marked) -> None:
        steps = self._steps(node, ())
        if steps:
            try:
                self.found.pipeline = Pipeline(steps)
            except StepError as error:
                self.complaints.add(self.document.step_line(error.place), error)

    def _check_first(self, pipeline: Pipeline, root: Dataset) -> None:
        try:
            pipeline.flat_steps[0].follow([root.kind], root, None if root.promises_gaps else root)
        except InputError as error:
            self.complaints.add(self.document.step_line((0,)), error)

    def _steps(self, node: Marked, above: Place) -> list[Step]:
        """The steps of a list; none where one of them is wrong."""
        if not isinstance(node.value, list) or not node.value:
            self._complain(
                node, InputError(f"steps holds {shown(node)}", allowed="a list, with a step behind each '-'")
            )
            return []
        before = len(self.complaints)
        names: list[str] = []
        steps: list[Step] = []
        for number, item in enumerate(node.value):
            name, step = self._step(item, (*above, number))
            if name is not None and name in names:
                error = InputError(f"two steps are called {name!r}", do="give each its own name")
                self._complain(item.value[NAME], error)
            names += [name] if name is not None else []
            if step is not None:
                steps.append(step if name is None else (name, step))
        return steps if len(self.complaints) == before else []

    def _step(self, node: Marked, place: Place) -> tuple[str | None, Transform | None]:
        """A step and its own name, None where it has none; no step where it is wrong."""
        entries = {node.value: Marked(None, node.line)} if isinstance(node.value, str) else node.value
        kinds = [key for key in entries if key != NAME] if isinstance(entries, dict) else []
        if len(kinds) != 1:
            what = f"a step holds {', '.join(kinds) or shown(node)}"
            self._complain(node, InputError(what, allowed="one kind, as - text_to_image: {image_width: 300}"))
            return None, None
        name = None
        if NAME in entries:
            name = self.reader.value(NAME, entries[NAME], str)
            if name == "":
                self._complain(entries[NAME], InputError("name is ''", do="give the step a name, or leave it out"))
        try:
            kind = step_kind(kinds[0], self.allow_code)
        except InputError as error:
            self._complain(entries[kinds[0]], error)
            return name, None
        return name, self._made_step(kind, entries[kinds[0]], place)

    def _made_step(self, kind: Kind, node: Marked, place: Place) -> Transform | None:
        before = len(self.complaints)
        if kind.is_pipeline and isinstance(node.value, dict) and "steps" in node.value:
            others = {key: value for key, value in node.value.items() if key != "steps"}
            values, hashes = self.reader.parameters(kind, Marked(others, node.line), given=["steps"])
            values["steps"] = self._steps(node.value["steps"], place)
        else:
            values, hashes = self.reader.parameters(kind, node)
        if len(self.complaints) > before:
            return None
        self.found.hashes |= {(place, name): content for name, content in hashes.items()}
        try:
            made = kind.made(values)
        except StepError as error:
            self.complaints.add(self.document.step_line((*place, *error.place)), error)
            return None
        except (TypeError, ValueError) as error:
            refused = _as_input_error(error)
            self.complaints.add(self.document.step_line(place, blamed(refused, list(values))), refused)
            return None
        for name, wrong in made.wrong_parameters().items():
            self.complaints.add(self.document.step_line(place, name), wrong)
        return made

    # Saving

    def _save(self, node: Marked) -> None:
        if not isinstance(node.value, dict):
            self._complain(
                node, InputError(f"save holds {shown(node)}", allowed=f"{', '.join(SAVE_KEYS)}, with values")
            )
            return
        for name, one in node.value.items():
            if name in SAVE_KEYS:
                self.found.save[name] = self._saved(name, one)
            else:
                do = {"overwrite": "say it when the recipe is run: --overwrite"}.get(name)
                error = unknown_name("key of save", name, list(SAVE_KEYS))
                self._complain(one, InputError(error.what, allowed=error.allowed, do=do or error.do))
        self._check_sink(node)

    def _saved(self, name: str, node: Marked) -> Any:
        if name == "path":
            text = self.reader.value(name, node, str)
            if text == "":
                self._complain(node, InputError("path is ''", do="name a folder"))
            return text and self.reader.path(text)
        return self.reader.value(name, node, SAVE_KEYS[name])

    def _check_sink(self, node: Marked) -> None:
        for name, check in (("format", sink_class), ("prefix", Sink)):
            if self.found.save.get(name) is not None:
                try:
                    check(self.found.save[name])
                except InputError as error:
                    self._complain(node.value[name], error)


def _as_input_error(error: Exception) -> InputError:
    """What a constructor raised; a user's own class knows nothing of InputError."""
    return error if isinstance(error, InputError) else InputError(f"{type(error).__name__}: {error}")
