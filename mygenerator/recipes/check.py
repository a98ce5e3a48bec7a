"""From the tree of a recipe to its parts: keys, kinds, names and parameters, each complaint with its line.

Everything that is wrong is collected, so that a user hears of it at once; no glyphs are opened and nothing is made.
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mygenerator.dataset import Dataset
from mygenerator.dataset.labels import as_a_list
from mygenerator.dataset.text import Count
from mygenerator.engines import named_engine
from mygenerator.errors import InputError, nearest, unknown_name
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import COUNT, Kind, image_kind, text_kind
from mygenerator.recipes.parts import Parts, Source
from mygenerator.recipes.steps import StepReader
from mygenerator.recipes.values import ValueReader, as_input_error, blamed, mentioned, shown
from mygenerator.rng import check_epoch, check_seed
from mygenerator.save import plan
from mygenerator.save.recipe_file import EPOCH, EPOCH_TEXTS
from mygenerator.sinks import Sink, sink_class
from mygenerator.transform import Transform
from mygenerator.yaml_file import Marked

KEYS = ("seed", EPOCH, EPOCH_TEXTS, "text", "images", "steps", "save")
SAVE_KEYS = {
    name: {"path": Path, "format": str, "engine": str}.get(name, one.annotation)
    for name, one in inspect.signature(plan, eval_str=True).parameters.items()
    if name in ("path", "prefix", "format", "shard_size", "workers", "engine")
}
"""The keys allowed under `save`, and the types of their values."""


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
        self.steps = StepReader(document, self.complaints, allow_code)
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
        if len(self.complaints):
            self.steps.tell_alone()
        self.complaints.raise_any()
        return self.found

    def _complain(self, node: Marked, error: InputError) -> None:
        self.complaints.add(node.line, error)

    def _sections(self, root: Marked, steps_alone: bool) -> None:
        sections = root.value
        for key, node in sections.items():
            if key not in KEYS:
                do = {COUNT: "put it next to the source: text: {phone: JP, count: 100}"}.get(key)
                error = unknown_name("key", key, KEYS)
                self._complain(node, InputError(error.what, allowed=error.allowed, do=do or error.do))
        if "seed" in sections:
            self._seed(sections["seed"])
        self._epoch(sections)
        starts = [key for key in ("text", "images") if key in sections]
        if len(starts) > 1:
            self._complain(sections["images"], InputError("both text and images are given", do="give one of them"))
        elif starts:
            self._source(starts[0], sections[starts[0]])
        elif not steps_alone:
            do = "add, for example, text: {phone: JP, count: 100}"
            self._complain(root, InputError("there is neither text nor images", do=do))
        if "steps" in sections:
            self.found.pipeline = self.steps.pipeline(sections["steps"])
            self.found.hashes = self.steps.hashes
        elif steps_alone:
            self._complain(root, InputError("there are no steps", do="add steps: and a list of them"))
        if "save" in sections:
            self._save(sections["save"])
        if self.steps.first is not None and self._root is not None:
            self._check_first(self.steps.first, self._root, starts[0])

    def _seed(self, node: Marked) -> None:
        try:
            self.found.seed = check_seed(node.value)
        except InputError as error:
            self._complain(node, error)

    def _epoch(self, sections: dict[str, Marked]) -> None:
        if EPOCH in sections:
            try:
                self.found.epoch = check_epoch(sections[EPOCH].value)
            except InputError as error:
                self._complain(sections[EPOCH], error)
        if EPOCH_TEXTS in sections:
            self.found.epoch_texts = bool(self.reader.value(EPOCH_TEXTS, sections[EPOCH_TEXTS], bool))
            if EPOCH not in sections:
                self._complain(sections[EPOCH_TEXTS], InputError(f"there is no {EPOCH}", do=f"add {EPOCH}: 1"))

    # What it begins with

    def _source(self, section: str, node: Marked) -> None:
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
        self._try(Source(section, kind, values), inside)

    def _text_kind(self, node: Marked, entries: dict[str, Marked]) -> tuple[Kind | None, Marked]:
        if len(entries) != 1:
            what = f"text holds {', '.join(entries) or shown(node)}"
            allowed = "one source, as text: {phone: JP, count: 100}"
            self._complain(node, InputError(what, allowed=allowed, do=_without_brackets(entries)))
            return None, node
        ((name, inside),) = entries.items()
        try:
            return text_kind(name, self.allow_code), inside
        except InputError as error:
            self._complain(inside, error)
            return None, inside

    def _try(self, source: Source, node: Marked) -> None:
        """Make it once, with one row if no count is given, to hear what it complains of."""
        if any(name not in source.values for name in source.kind.required):
            return
        try:
            self._root = source.made(self.found.count or (1 if source.needs_count else None), self.found.seed or 0)
        except (TypeError, ValueError) as error:
            refused = as_input_error(error)
            if not _is_sure(refused, source, node):
                return
            named = blamed(refused, [*source.values, COUNT])
            self._complain(node.value[named] if named in (node.value or {}) else node, refused)
        else:
            self.found.source, self.found.begins_with = source, self._root.kind

    # The first step

    def _check_first(self, first: Transform, root: Dataset, section: str) -> None:
        before = _Said(section)
        try:
            first.follow([root.kind], before, before if root.facts.gaps is False else None)
        except InputError as error:
            self.complaints.add(self.document.step_line((0,)), error)

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
        self._check_names(node)

    def _saved(self, name: str, node: Marked) -> Any:
        if name == "path":
            text = self.reader.value(name, node, str)
            if text == "":
                self._complain(node, InputError("path is ''", do="name a folder"))
            try:
                return text and self.reader.path(text)
            except InputError as error:
                self._complain(node, error)
                return None
        return self.reader.value(name, node, SAVE_KEYS[name])

    def _check_names(self, node: Marked) -> None:
        for name, check in (("format", sink_class), ("prefix", Sink), ("engine", named_engine)):
            if self.found.save.get(name) is not None:
                try:
                    check(self.found.save[name])
                except InputError as error:
                    self._complain(node.value[name], error)


def _is_sure(error: InputError, source: Source, node: Marked) -> bool:
    """Whether a complaint holds for the recipe, even if wrong parameters were left out when it was made."""
    given = list(node.value or {})
    meant = {name if name in source.kind.parameters else nearest(name, source.kind.parameters) for name in given}
    if meant <= {*source.values, COUNT, None}:
        return True
    named = mentioned(error, source.kind.parameters)
    return bool(named) and set(named) <= set(source.values)


def _without_brackets(entries: dict[str, Marked]) -> str | None:
    """What to write in place of {labels: 007, 008}, which is a mapping whose second key has no value."""
    (name, first), *others = [*entries.items()] or [("", Marked(None))]
    if not others or any(one.text != "" for _, one in others):
        return None
    return as_a_list(name, ", ".join([str(first.text), *(key for key, _ in others)]))


@dataclass(frozen=True)
class _Said:
    """What a recipe begins with, as messages name it."""

    section: str

    def __repr__(self) -> str:
        return self.section
