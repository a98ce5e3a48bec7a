"""TransformedDataset: a data set with one step applied; the node that every `Transform.transform` makes.

It lives with the steps, above the data sets that it extends.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from mygenerator.batch import Batch, Sample, codes_of
from mygenerator.dataset.base import Dataset, free_name, settled
from mygenerator.errors import InputError, counted
from mygenerator.facts import Facts
from mygenerator.rng import Stream, check_epoch, check_seed

if TYPE_CHECKING:
    import pandas

    from mygenerator.transform.base import Transform


class TransformedDataset(Dataset):
    """A data set with one step applied; made by `Transform.transform`, not by hand.

    Parameters
    ----------
    parent : Dataset
    transform : Transform
        Fitted on `parent`, and on nothing else: it is kept, not copied.
    name : str, optional
        The step's name in the recipe; by default its kind, numbered if the name is taken.
    epoch : int
        The training epoch that the step draws for.

    Raises
    ------
    InputError
        If an earlier step has that name: two steps of one name would make the same draws.
    """

    def __init__(self, parent: Dataset, transform: Transform, name: str | None = None, epoch: int = 0):
        self.parent, self.transform, self.epoch = parent, transform, epoch
        self.name = name or free_name(transform.kind_name(), parent.step_names)
        own_streams = transform.stream_names(self.name)
        self.stream_names = (*parent.stream_names, *own_streams)
        if self.name in parent.step_names or set(own_streams) & set(parent.stream_names):
            raise InputError(
                f"two steps are called {self.name!r}, or draw as {self.name!r}", do="give each its own name"
            )
        self._facts = facts_after(transform, parent.facts)
        own = transform.get_params().get("seed")
        self.seed, self.seed_is_fresh = parent.seed, parent.seed_is_fresh
        self._step_seed = parent.seed if own is None else check_seed(own)

    @property
    def facts(self) -> Facts:
        return self._facts

    @cached_property
    def stream(self) -> Stream:
        """The stream that the step draws from."""
        return Stream(self._step_seed, self.name, self.epoch)

    def __len__(self) -> int:
        return len(self.parent)

    def _make(self, index: np.ndarray) -> Batch:
        before = self.parent._make(index)
        if not self.transform.reads_maps:
            before = settled(self.parent, before)
        batch = self.transform.run(before, self.stream)
        self._check(before, batch)
        if batch.boxes is None or self._facts.boxes:
            return batch
        # The step does not promise that they are still right.
        return batch.without_truth()

    def _one(self, row: int) -> Sample:
        run_one = self._run_one
        if run_one is None:
            return super()._one(row)
        return run_one(self.parent._one(row), self.stream)  # pylint: disable=protected-access

    @cached_property
    def _run_one(self) -> Callable[[Sample, Stream], Sample] | None:
        return self.transform.run_one

    def _check(self, before: Batch, batch: Batch) -> None:
        """Raise InputError if the step has done something that it did not declare."""
        step, facts = self.transform, self._facts
        images = len(before) if batch.images is None or batch.splits is not None else len(batch.images)
        if len(batch) != len(before) or images != len(before):
            raise InputError(f"{step!r} made {counted(images, 'image')} from {counted(len(before), 'sample')}")
        if len(batch.labels) != len(before):
            raise InputError(
                f"{step!r} made {counted(len(batch.labels), 'label')} from {counted(len(before), 'sample')}"
            )
        if facts.kind == "text":
            _check_labels(step, batch.labels, facts)
        elif batch.labels is not before.labels and batch.labels.tolist() != before.labels.tolist():
            raise InputError(
                f"{step!r} changes labels",
                do="change them before images are made, by a step that extends LabelTransform",
            )
        if facts.kind == "glyphs" == before.kind and batch.images is not before.images:
            check_ink(step)
        if batch.kind != facts.kind:
            raise InputError(
                f"{step!r} makes samples of kind {batch.kind!r}, and its facts say {facts.kind!r}",
                do="say the kind in `gives`",
            )
        if facts.kind == "strip":
            _check_strips(step, batch.images)
        if facts.kind == "strip" and facts.image_shape is not None and len(batch):
            made = tuple(np.shape(batch.images)[1:])
            if made != facts.image_shape:
                raise InputError(
                    f"{step!r} makes strips of shape {made}, and its facts say {facts.image_shape}",
                    do="say the new shape in its method facts",
                )

    def labels(self, indices: Sequence[int] | np.ndarray | None = None) -> np.ndarray:
        if self.kind != "text":
            return self.parent.labels(indices)
        return self._make(np.arange(len(self)) if indices is None else self._checked(indices)).labels

    @property
    def meta(self) -> pandas.DataFrame:
        return self.parent.meta

    def get_meta_row(self, index: int) -> pandas.Series:
        return self.parent.get_meta_row(index)

    def _meta_row(self, row: int, label: str | None) -> pandas.Series:
        # Only a step on texts changes labels.
        known = None if self.kind == "text" else label
        return self.parent._meta_row(row, known)  # pylint: disable=protected-access

    def with_seed(self, seed: int) -> TransformedDataset:
        return TransformedDataset(self.parent.with_seed(seed), self.transform, self.name, self.epoch)

    def with_epoch(self, epoch: int, texts: bool = False) -> TransformedDataset:
        own = check_epoch(epoch)
        if self.kind == "text" and not texts:
            own = 0
        return TransformedDataset(self.parent.with_epoch(epoch, texts), self.transform, self.name, own)

    def describe(self) -> dict[str, Any]:
        whole, kind = self.parent.describe(), self.transform.kind_name()
        named = {} if self.name == kind else {"name": self.name}
        return {**whole, "steps": [*whole.get("steps", []), {kind: self.transform.describe(), **named}]}

    @property
    def root(self) -> Dataset:
        return self.parent.root

    @property
    def step_names(self) -> tuple[str, ...]:
        return (*self.parent.step_names, self.name)

    def __repr__(self) -> str:
        step = repr(self.transform)
        if self.name != free_name(self.transform.kind_name(), self.parent.step_names):
            step = f"Pipeline([({self.name!r}, {step})])"
        return f"{step}.transform({self.parent!r})"


def nodes_of(ds: Dataset) -> list[TransformedDataset]:
    """The data sets that the steps of a data set made, one for each step, first to last."""
    nodes: list[TransformedDataset] = []
    while isinstance(ds, TransformedDataset):
        nodes.append(ds)
        ds = ds.parent
    return nodes[::-1]


def given_up(ds: Dataset) -> dict[str, str]:
    """What no longer holds after the steps of a data set, and which step gave it up.

    Returns
    -------
    dict
        "boxes" or "gaps" -> the name of the step after which they were no longer right or, if they never were, of the
        step that made the images; "labels" -> the name of the last step that changed them.
    """
    lost: dict[str, str] = {}
    for node in nodes_of(ds):
        before, after = node.parent.facts, node.facts
        if after.kind == "text":
            lost["labels"] = node.name
        elif after.kind in ("strip", "object"):
            for what in ("boxes", "gaps"):
                if getattr(after, what):
                    lost.pop(what, None)
                elif getattr(after, what) is False and (getattr(before, what) or what not in lost):
                    lost[what] = node.name
    return lost


def facts_after(step: Transform, before: Facts) -> Facts:
    """The facts after a step; before a step that does not read maps, glyphs are drawn under their maps."""
    facts = step.facts(before if step.reads_maps else before.settled())
    if not isinstance(facts, Facts):
        raise InputError(
            f"the method facts of {type(step).__name__} returns a {type(facts).__name__}",
            allowed="Facts",
            do="return dataclasses.replace(super().facts(before), ...)",
        )
    return facts


def check_ink(step: Transform) -> None:
    """Raise InputError if a step changes the pixels of glyphs but not what is recorded about their ink."""
    if not getattr(step, "_follows_ink", False):
        raise InputError(
            f"{type(step).__name__} changes the pixels of glyphs, but not what is recorded of their ink",
            do="extend GlyphTransform in place of Transform: it follows the ink",
        )


def _check_strips(step: Transform, images: object) -> None:
    """Raise InputError if strips are not what every later step takes them for."""
    if not isinstance(images, np.ndarray) or images.dtype != np.uint8 or images.ndim != 3:
        made = f"{images.dtype} {images.shape}" if isinstance(images, np.ndarray) else f"a {type(images).__name__}"
        raise InputError(
            f"{step!r} makes strips that are {made}",
            allowed="uint8 (N, H, W)",
            do="convert them at the end of apply, or say gives = 'object'",
        )


def _check_labels(step: Transform, labels: np.ndarray, facts: Facts) -> None:
    """Raise InputError if labels disagree with the facts."""
    if not isinstance(labels, np.ndarray) or labels.dtype.kind != "U":
        raise InputError(f"{step!r} makes labels that are not an array of str")
    if facts.label_lengths is not None and labels.size:
        lengths, (low, high) = np.strings.str_len(labels), facts.label_lengths
        wrong = np.flatnonzero((lengths < low) | (lengths > high))
        if wrong.size:
            raise InputError(
                f"{step!r} makes the label {str(labels[wrong[0]])!r}, of {lengths[wrong[0]]} characters",
                allowed=f"{low} to {high} characters, by its facts",
                do="say all lengths that can occur in its method facts",
            )
    if facts.characters is not None:
        known = np.array([0, *map(ord, facts.characters)], np.uint32)
        codes = codes_of(labels)
        if not np.isin(codes, known).all():
            unknown = chr(int(codes[~np.isin(codes, known)][0]))
            raise InputError(
                f"{step!r} makes labels with {unknown!r}",
                allowed=f"the characters {facts.characters!r}, by its facts",
                do="say all characters that can occur in its method facts",
            )
