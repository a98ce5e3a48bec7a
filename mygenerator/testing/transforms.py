"""The contracts of a step, each a function of the step and a data set that it takes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np

from mygenerator.batch import Batch
from mygenerator.dataset import Dataset, ImageDataset, NlpDataset
from mygenerator.errors import InputError
from mygenerator.parameters import parameters_of
from mygenerator.pipeline import Pipeline
from mygenerator.registry import kinds
from mygenerator.testing.base import ContractError, require, require_same_batch, require_same_rows, same
from mygenerator.testing.blocks import block_glyph_data, block_glyphs, block_strips
from mygenerator.testing.ink_contracts import (
    boxes_stay_on_the_ink,
    ink_lies_in_its_box,
    ink_moves_no_further_than_its_reach,
)
from mygenerator.transform import CharToImages, TextToImage, Transform, ValidatePadding

_LABELS = ("007", "42", "10", "90210", "33") * 4
_WHOLE = range(len(_LABELS))


def check_transform(step: Transform, ds: Dataset | None = None) -> None:
    """Check that a step keeps every contract of the package.

    Parameters
    ----------
    step : Transform
        Its parameters can be used.
    ds : Dataset, optional
        The data set that it is applied to, with at least 20 samples; by default a small one of each kind that it takes.

    Raises
    ------
    ContractError
        Names the contract that is broken, and where.

    Examples
    --------
    >>> check_transform(TextToImage(spacing_range=(3, 8), image_width=200))
    """
    require(isinstance(step, Transform), f"{step!r} is not an instance of a class that extends Transform")
    for one in data_sets_for(step) if ds is None else [ds]:
        for contract in TRANSFORM_CONTRACTS:
            contract(step, one)
    for one in _block_data_sets_for(step) if ds is None else []:
        for contract in INK_CONTRACTS:
            contract(step, one)


def data_sets_for(step: Transform) -> list[Dataset]:
    """One small data set for each kind of sample that the step takes."""
    texts = NlpDataset(list(_LABELS), seed=11)
    ready: dict[str, Callable[[], Dataset]] = {
        "text": lambda: texts,
        "glyphs": lambda: CharToImages().fit_transform(texts),
        "strip": lambda: TextToImage().fit_transform(texts),
        "object": _objects,
    }
    made = [ready[kind]() for kind in step.takes]
    require(made, f"{step!r} takes no kind of sample")
    return made


def _block_data_sets_for(step: Transform) -> list[Dataset]:
    """Data sets of glyphs that touch the edges of their canvas, of those kinds of sample that the step takes."""
    # Three times as many as elsewhere, for a step that goes wrong only now and then.
    texts = NlpDataset(list(_LABELS) * 3, seed=11)
    ready = {"glyphs": block_glyph_data, "strip": block_strips}
    return [ready[kind](texts) for kind in step.takes if kind in ready]


class _Lists:
    """A user's own function: sample -> a list of images."""

    def __call__(self, index: int) -> list[np.ndarray]:
        return [np.full((28, 8 + place), 60 + 10 * index, np.uint8) for place in range(len(_LABELS[index]))]


def _objects() -> Dataset:
    import pandas

    return ImageDataset(get_image_fn=_Lists(), meta=pandas.DataFrame({"label": _LABELS}), seed=11)


def the_same_seed_gives_the_same_samples(step: Transform, ds: Dataset) -> None:
    """Applied twice, the step makes the same samples."""
    first, second = (step.fit_transform(ds).batch(_WHOLE) for _ in range(2))
    require_same_batch(first, second, f"{step!r} made twice")


def a_batch_is_the_same_however_it_is_split(step: Transform, ds: Dataset) -> None:
    """Sample i depends on recipe, seed and i alone, not on its batch or the order."""
    made = step.fit_transform(ds)
    whole = made.batch(_WHOLE)
    orders: list[list[int]] = [[row] for row in _WHOLE]
    orders += [list(range(start, min(start + 3, len(_WHOLE)))) for start in range(0, len(_WHOLE), 3)]
    orders += [list(_WHOLE)[::-1]]
    for rows in orders:
        require_same_rows(whole, made.batch(rows), rows, f"{step!r} on the samples {rows}")


def an_empty_batch_is_no_error(step: Transform, ds: Dataset) -> None:
    """If no samples are asked for, none are made."""
    require(len(step.fit_transform(ds).batch([])) == 0, f"{step!r} makes samples if none are asked for")


def yaml_gives_the_same_step(step: Transform, ds: Dataset) -> None:
    """`from_yaml` gives back what `to_yaml` wrote, for registered steps whose parameters YAML can hold."""
    if kinds("step").get(step.kind_name()) is not type(step):
        return
    line = Pipeline([step])
    try:
        text = line.to_yaml()
    except InputError:
        # Glyphs in memory, and whatever else YAML cannot hold.
        return
    again = Pipeline.from_yaml(text)
    require(again == line, f"{step!r} comes back from YAML as {again!r}")
    message = f"{step!r} written to YAML and read back"
    require_same_batch(line.fit_transform(ds).batch(_WHOLE), again.fit_transform(ds).batch(_WHOLE), message)


def what_comes_in_is_not_changed(step: Transform, ds: Dataset) -> None:
    """`run` leaves the Batch that it is handed as it was."""
    made = step.fit_transform(ds)
    before = ds.batch(_WHOLE)
    kept = copy.deepcopy(before)
    _run_all(made, ds, before)
    require_same_batch(before, kept, f"{step!r} changed what it was handed")


def fitting_makes_no_sample(step: Transform, ds: Dataset) -> None:
    """`fit` and `transform` are lazy."""
    watched = _watched(ds)
    step.fit(watched).transform(watched)
    require(watched.asked == 0, f"{step!r} made samples before anybody asked for one")


def parameters_make_the_same_step_again(step: Transform, ds: Dataset) -> None:
    """Parameters are stored as given, read by get_params and set by set_params."""
    params = step.get_params(deep=False)
    require(list(params) == list(parameters_of(type(step))), f"get_params of {step!r} does not give its parameters")
    again = type(step)(**params)
    for name, value in again.get_params(deep=False).items():
        require(
            value is params[name] or same(value, params[name]), f"parameter {name} of {step!r} is not kept as given"
        )
    again.set_params(**params)
    require_same_batch(
        step.fit_transform(ds).batch(_WHOLE), again.fit_transform(ds).batch(_WHOLE), f"{step!r} from its own parameters"
    )
    require(repr(again) == repr(step), f"{again!r} and {step!r} have equal parameters but different reprs")
    require(again == step, f"{step!r} is not equal to a step with the same parameters")


def an_unknown_parameter_is_refused(step: Transform, ds: Dataset) -> None:
    """set_params raises an InputError for a name that it does not know."""
    del ds
    try:
        step.set_params(no_such_parameter=1)
    except InputError:
        return
    raise ContractError(f"{step!r} accepts the parameter no_such_parameter")


def later_changes_do_not_reach_a_data_set(step: Transform, ds: Dataset) -> None:
    """A data set keeps the parameters that its step had when it was made."""
    own = type(step)(**step.get_params(deep=False))
    made = own.fit_transform(ds)
    before = made.batch(_WHOLE)
    for name in own.get_params(deep=False):
        setattr(own, name, object())
    require_same_batch(before, made.batch(_WHOLE), f"{step!r} was changed after it was applied")


def it_comes_back_from_pickle(step: Transform, ds: Dataset) -> None:
    """Steps and data sets travel to worker processes."""
    made = step.fit_transform(ds)
    require(repr(_through_pickle(step)) == repr(step), f"{step!r} comes back from pickle as another step")
    again = _through_pickle(made)
    require_same_batch(made.batch(_WHOLE), again.batch(_WHOLE), f"{step!r} after pickling")


def labels_and_meta_are_handed_on(step: Transform, ds: Dataset) -> None:
    """The caller's table and the length come out as they went in; so do labels, except for steps on labels."""
    made = step.fit_transform(ds)
    require(len(made) == len(ds), f"{step!r} changed the length")
    if made.kind != "text":
        require(same(made.labels(), ds.labels()), f"{step!r} changed the labels")
    labels = made.batch(_WHOLE).labels.tolist()
    require(labels == made.labels(_WHOLE).tolist(), f"labels of {step!r} are not those of its samples")
    require(labels == made.labels().tolist()[: len(_WHOLE)], f"{step!r} has other labels if all are asked for")
    require(made.meta.equals(ds.meta), f"{step!r} changed meta")


def a_label_is_what_is_written(step: Transform, ds: Dataset) -> None:
    """The image of a changed label shows that label: one glyph for each of its characters, in order."""
    made = step.fit_transform(ds)
    if made.kind != "text":
        return
    require(made.facts.characters is not None, f"{step!r} does not say which characters its labels can hold")
    glyphs = block_glyphs(made.facts.characters or "")
    written = CharToImages(glyphs).fit_transform(made).batch(_WHOLE)
    for row, rows in enumerate(np.asarray(written.glyphs)):
        shown = "".join(glyphs.characters[place // 2] for place in rows[rows >= 0].tolist())
        require(shown == written.labels[row], f"{step!r}: the image of label {written.labels[row]!r} shows {shown!r}")


def an_epoch_is_drawn_anew_and_comes_back(step: Transform, ds: Dataset) -> None:
    """Another epoch keeps rows, labels and facts; epoch 0 is the data set itself."""
    made = step.fit_transform(ds)
    before, later = made.batch(_WHOLE), made.with_epoch(7)
    drawn = later.batch(_WHOLE)
    require(drawn.labels.tolist() == before.labels.tolist(), f"{step!r} has other labels in another epoch")
    require(later.facts == made.facts, f"{step!r} has other facts in another epoch")
    require_same_batch(drawn, made.with_epoch(7).batch(_WHOLE), f"{step!r} in epoch 7, twice")
    require_same_batch(before, later.with_epoch(0).batch(_WHOLE), f"{step!r} in epoch 0 again")


def what_is_declared_is_what_is_made(step: Transform, ds: Dataset) -> None:
    """Kind, size and truth of the samples are known before they are made."""
    made = step.fit_transform(ds)
    batch = made.batch([0, 1])
    require(batch.kind == made.kind, f"{step!r} declares {made.kind} and makes {batch.kind}")
    require(batch.kind in (step.gives or ds.kind), f"{step!r} gives {step.gives} and makes {batch.kind}")
    recorded, facts = batch.boxes is not None, made.facts
    require(recorded == facts.boxes, f"{step!r} says boxes={facts.boxes} in its facts, but {recorded} is true")
    if batch.kind == "strip":
        shape = batch.images.shape[1:]
        require(batch.images.dtype == np.uint8 and batch.images.ndim == 3, f"{step!r} makes strips that are not uint8")
        require(facts.image_shape in (None, shape), f"{step!r} says {facts.image_shape} and makes {shape}")
        require(batch.paper in (0, 255), f"{step!r} makes strips on paper {batch.paper}")
        require(facts.paper in (None, batch.paper), f"{step!r} says paper {facts.paper} and makes {batch.paper}")
    if batch.kind == "glyphs":
        _require_whole_glyphs(step, batch)


def _require_whole_glyphs(step: Transform, batch: Batch) -> None:
    """The stack holds the glyphs of every sample, one for each character, each with its ink box."""
    if batch.splits is None or batch.ink is None:
        raise ContractError(f"{step!r} makes glyphs without splits or ink boxes")
    require(len(batch.images) == len(batch.ink) == batch.splits[-1], f"{step!r} makes glyphs that splits do not span")
    lists = [batch.image(row) for row in range(len(batch))]
    require([len(images) for images in lists] == np.diff(batch.splits).tolist(), f"{step!r} loses glyphs of a sample")
    require(same(np.concatenate(lists), batch.images), f"{step!r} gives samples other glyphs than the stack holds")
    lengths = np.strings.str_len(batch.labels).tolist()
    require([len(images) for images in lists] == lengths, f"{step!r} does not make one glyph for each character")


def gaps_can_be_measured(step: Transform, ds: Dataset) -> None:
    """If gaps are exact, the columns of ink are those of the boxes, and gaps are within their range."""
    made = step.fit_transform(ds)
    if made.kind == "strip" and made.facts.gaps and made.facts.boxes:
        ValidatePadding(made.facts.gap_range or (0, 10_000)).fit_transform(made).batch(_WHOLE)


def a_recipe_can_hold_it(step: Transform, ds: Dataset) -> None:
    """Its description is plain and does not change."""
    import json

    made = step.fit_transform(ds)
    described = json.dumps(made.describe(), sort_keys=True, default=str)
    again = json.dumps(step.fit_transform(ds).describe(), sort_keys=True, default=str)
    require(described == again, f"{step!r} describes itself in two ways")
    require(" at 0x" not in described, f"{step!r} describes itself by an address in memory")


def scikit_learn_takes_it(step: Transform, ds: Dataset) -> None:
    """`sklearn.base.clone` and a scikit-learn Pipeline accept it; not checked if scikit-learn is not installed."""
    if find_spec("sklearn") is None:
        return
    from sklearn.base import clone
    from sklearn.pipeline import make_pipeline

    expected = step.fit_transform(ds).batch(_WHOLE)
    again = clone(step)
    require(again is not step and repr(again) == repr(step), f"clone makes another step of {step!r}")
    require_same_batch(again.fit_transform(ds).batch(_WHOLE), expected, f"a clone of {step!r}")
    line = make_pipeline(step)
    require_same_batch(line.fit(ds).transform(ds).batch(_WHOLE), expected, f"{step!r} in a Pipeline of scikit-learn")


TRANSFORM_CONTRACTS: Sequence[Callable[[Transform, Dataset], None]] = (
    the_same_seed_gives_the_same_samples,
    a_batch_is_the_same_however_it_is_split,
    an_empty_batch_is_no_error,
    what_comes_in_is_not_changed,
    fitting_makes_no_sample,
    parameters_make_the_same_step_again,
    an_unknown_parameter_is_refused,
    later_changes_do_not_reach_a_data_set,
    it_comes_back_from_pickle,
    labels_and_meta_are_handed_on,
    a_label_is_what_is_written,
    an_epoch_is_drawn_anew_and_comes_back,
    what_is_declared_is_what_is_made,
    gaps_can_be_measured,
    ink_moves_no_further_than_its_reach,
    ink_lies_in_its_box,
    boxes_stay_on_the_ink,
    a_recipe_can_hold_it,
    yaml_gives_the_same_step,
    scikit_learn_takes_it,
)
"""Every contract of a step, each a function of the step and a data set."""

INK_CONTRACTS: Sequence[Callable[[Transform, Dataset], None]] = (
    gaps_can_be_measured,
    ink_moves_no_further_than_its_reach,
    ink_lies_in_its_box,
    boxes_stay_on_the_ink,
)
"""The contracts that are also checked on glyphs that touch the edges of their canvas."""


def _through_pickle(value: Any) -> Any:
    """The value as it arrives in a worker process."""
    return pickle.loads(pickle.dumps(value))


def _run_all(made: Any, ds: Dataset, batch: Batch) -> None:
    """Run the steps that lead from `ds` to `made` on a Batch of `ds`."""
    nodes = []
    while made is not ds:
        nodes.append(made)
        made = made.parent
    for node in reversed(nodes):
        batch = node.transform.run(batch, node.stream)


def _watched(ds: Dataset) -> Any:
    """A copy of the data set that counts how often it is asked for samples."""
    watched = copy.copy(ds)
    watched.__class__ = type(f"Watched{type(ds).__name__}", (type(ds),), {"_make": _counting_make, "asked": 0})
    return watched


def _counting_make(self: Any, index: np.ndarray) -> Any:
    self.asked += 1
    return super(type(self), self)._make(index)
