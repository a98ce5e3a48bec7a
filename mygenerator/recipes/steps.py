"""The steps of a recipe: from a list in its tree to a Pipeline, each complaint with its line.

check.py asks for them; values.py reads their parameters.
"""

from __future__ import annotations

from mygenerator.errors import InputError, StepError, nearest
from mygenerator.parameters import wrong_parameters
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.complaints import Complaints
from mygenerator.recipes.document import Document
from mygenerator.recipes.kinds import Kind, step_kind
from mygenerator.recipes.own_faults import fault_alone
from mygenerator.recipes.parts import Place, Step
from mygenerator.recipes.values import ValueReader, as_input_error, blamed, shown
from mygenerator.registry import CODE_PREFIX, kinds
from mygenerator.transform import Transform
from mygenerator.yaml_file import Marked

NAME = "name"
_ONE_KIND = "one kind, as - text_to_image: {image_width: 300}"


class StepReader:
    """Reads the steps of one recipe.

    Parameters
    ----------
    document : Document
    complaints : Complaints
    allow_code : bool
        Whether `python:package.module.Class` is imported.

    Attributes
    ----------
    hashes : dict of (Place, str) -> str
        See `Parts`; filled by `pipeline`.
    first : Transform or None
        The step that comes first, if it could be made and the steps after it can follow each other.
    """

    def __init__(self, document: Document, complaints: Complaints, allow_code: bool):
        self._document, self._complaints, self._allow_code = document, complaints, allow_code
        self._reader = ValueReader(document, complaints)
        self._right: list[tuple[Place, Transform]] = []
        self.hashes: dict[tuple[Place, str], str] = {}
        self.first: Transform | None = None

    def pipeline(self, node: Marked) -> Pipeline | None:
        """The steps of a list; None if one of them cannot be made, or their order is wrong."""
        steps = self._steps(node, ())
        if steps and steps[0] is not None:
            first = steps[0][1] if isinstance(steps[0], tuple) else steps[0]
            self.first = first.flat_steps[0] if isinstance(first, Pipeline) else first
        made = [step for step in steps if step is not None]
        if not made or len(made) < len(steps):
            return None
        try:
            return Pipeline(made)
        except StepError as error:
            self._complaints.add(self._document.step_line(error.place), error)
            self.first = None
            return None

    def tell_alone(self) -> None:
        """Note what steps complain of by themselves, for a recipe that is wrong anyway and so is not built."""
        for place, step in self._right:
            fault = fault_alone(step)
            if fault is not None:
                self._complaints.add(self._document.step_line(place, blamed(fault, list(step.get_params()))), fault)

    def _complain(self, node: Marked, error: InputError) -> None:
        self._complaints.add(node.line, error)

    def _steps(self, node: Marked, above: Place) -> list[Step | None]:
        """The steps of a list, None in place of those that cannot be made."""
        if not isinstance(node.value, list) or not node.value:
            allowed = "a list of at least one step, with a step after each '-'"
            self._complain(node, InputError(f"steps holds {shown(node)}", allowed=allowed))
            return []
        names: list[str] = []
        steps: list[Step | None] = []
        for number, item in enumerate(node.value):
            name, step = self._step(item, (*above, number))
            if name is not None and name in names:
                error = InputError(f"two steps are called {name!r}", do="give each its own name")
                self._complain(item.value[NAME], error)
                name = None
            names += [name] if name is not None else []
            steps.append(step if name is None or step is None else (name, step))
        return steps

    def _step(self, node: Marked, place: Place) -> tuple[str | None, Transform | None]:
        """A step's own name and the step; None for a missing name, or for a step that cannot be made."""
        entries = {node.value: Marked(None, node.line)} if isinstance(node.value, str) else node.value
        found = self._kind_and_parameters(node, entries if isinstance(entries, dict) else {})
        if found is None:
            return None, None
        kind_name, inside = found
        name = None
        if NAME in entries:
            name = self._reader.value(NAME, entries[NAME], str)
            if name == "":
                self._complain(entries[NAME], InputError("name is ''", do="give the step a name, or leave it out"))
                name = None
        try:
            kind = step_kind(kind_name, self._allow_code)
        except InputError as error:
            self._complain(entries[kind_name], error)
            return name, None
        return name, self._made(kind, inside, place)

    def _kind_and_parameters(self, node: Marked, entries: dict[str, Marked]) -> tuple[str, Marked] | None:
        """The kind of a step, and what is under it; None if its kind is not clear."""
        keys = [key for key in entries if key != NAME]
        if len(keys) == 1:
            return keys[0], entries[keys[0]]
        known = [key for key in keys if key.startswith(CODE_PREFIX) or key in kinds("step")]
        if len(known) != 1:
            what = f"a step holds {', '.join(keys) or shown(node)}"
            self._complain(node, InputError(what, allowed=_ONE_KIND))
            return None
        inside = entries[known[0]]
        beside = {key: entries[key] for key in keys if key != known[0]}
        try:
            moved = self._told_beside(step_kind(known[0], self._allow_code), beside)
        except InputError:
            return known[0], inside  # the caller meets this error again
        return known[0], Marked(moved | (inside.value or {}), inside.line) if _may_hold_more(inside) else inside

    def _told_beside(self, kind: Kind, beside: dict[str, Marked]) -> dict[str, Marked]:
        """Complain of what is next to a kind; returns what should have been under it."""
        moved = {}
        for key, node in beside.items():
            meant = nearest(key, [*kind.parameters, NAME])
            if meant is None or meant == NAME:
                do = "did you mean 'name'?" if meant else None
                self._complain(node, InputError(f"unknown key {key!r} next to {kind.name}", allowed=NAME, do=do))
            else:
                do = f"indent {key} under {kind.name}, further than {kind.name} itself"
                self._complain(node, InputError(f"{key} is next to {kind.name}, not under it", do=do))
                moved[key] = node
        return moved

    def _made(self, kind: Kind, node: Marked, place: Place) -> Transform | None:
        """A step, made even if parameters are wrong, to check the order; None if it cannot be made at all."""
        before = len(self._complaints)
        if kind.is_pipeline and isinstance(node.value, dict) and "steps" in node.value:
            others = {key: value for key, value in node.value.items() if key != "steps"}
            values, hashes = self._reader.parameters(kind, Marked(others, node.line), given=["steps"])
            inner = self._steps(node.value["steps"], place)
            values |= {"steps": inner} if inner and None not in inner else {}
        else:
            values, hashes = self._reader.parameters(kind, node)
        if any(name not in values for name in kind.required):
            return None
        self.hashes |= {(place, name): content for name, content in hashes.items()}
        is_right = len(self._complaints) == before
        try:
            made = kind.made(values)
        except StepError as error:
            self._complaints.add(self._document.step_line((*place, *error.place)), error)
            return None
        except (TypeError, ValueError) as error:
            if is_right:
                refused = as_input_error(error)
                self._complaints.add(self._document.step_line(place, blamed(refused, list(values))), refused)
            return None
        if is_right:
            wrong = wrong_parameters(type(made), made.get_params(deep=False))
            for name, fault in wrong.items():
                self._complaints.add(self._document.step_line(place, name), fault)
            self._right += [] if wrong or kind.is_pipeline else [(place, made)]
        return made


def _may_hold_more(node: Marked) -> bool:
    return node.value is None or isinstance(node.value, dict)
