"""The contracts of a data set, each a function of the data set alone."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Sequence

import numpy as np

from mygenerator.batch import KINDS
from mygenerator.dataset import Dataset
from mygenerator.testing.base import ContractError, require, require_same_batch, require_same_rows, same

_MOST = 50


def check_dataset(ds: Dataset) -> None:
    """Check that a data set keeps every contract of the package, on its first 50 samples.

    Parameters
    ----------
    ds : Dataset
        It has at least one sample.

    Raises
    ------
    ContractError
        Names the contract that is broken, and where.

    Examples
    --------
    >>> from mygenerator import PhoneNlpDataset
    >>> check_dataset(PhoneNlpDataset(100, region="FR", seed=1))
    """
    for contract in DATASET_CONTRACTS:
        contract(ds)


def a_batch_is_the_same_however_it_is_split(ds: Dataset) -> None:
    """Sample i depends on recipe, seed and i alone, not on its batch or the order."""
    rows = _rows(ds)
    whole = ds.batch(rows)
    require_same_rows(whole, ds.batch(rows), rows, f"{ds!r} asked twice")
    require_same_rows(whole, ds.batch(rows[::-1]), rows[::-1], f"{ds!r} backwards")
    require(len(ds.batch([])) == 0, f"{ds!r} makes samples if none are asked for")
    for row in rows[::7]:
        require_same_rows(whole, ds.batch([row]), [row], f"{ds!r} alone")
    for row in rows:
        alone, expected = ds[row], whole.sample(row)
        for name, value in vars(expected).items():
            require(same(getattr(alone, name), value), f"{name} of {ds!r}[{row}] is not that in a batch")


def indices_count_from_both_ends_and_stop_there(ds: Dataset) -> None:
    """Negative indices count from the end; an index outside the data set raises an IndexError."""
    require(len(ds) > 0, f"{ds!r} is empty")
    last = len(ds) - 1
    require(ds[-1].index == ds[last].index == last, f"{ds!r}[-1] is not its last sample")
    for outside in (len(ds), -len(ds) - 1):
        try:
            ds[outside]
        except IndexError:
            continue
        raise ContractError(f"{ds!r}[{outside}] is a sample, but there are only {len(ds)} samples")


def labels_are_those_of_the_samples(ds: Dataset) -> None:
    """`labels` needs no image and agrees with what is made."""
    rows = _rows(ds)
    labels = ds.labels(rows)
    require(isinstance(labels, np.ndarray) and labels.dtype.kind == "U", f"labels of {ds!r} are not an array of str")
    require(labels.tolist() == ds.batch(rows).labels.tolist(), f"labels of {ds!r} are not those of its samples")


def meta_is_the_caller_s_and_nobody_can_change_it(ds: Dataset) -> None:
    """`meta` has a row for each sample, and changes to it do not reach the data set."""
    if len(ds) > 10_000:
        return
    table = ds.meta
    require(len(table) == len(ds), f"meta of {ds!r} has {len(table)} rows")
    before = ds.get_meta_row(0).to_dict()
    require(before == table.iloc[0].to_dict(), f"row 0 of {ds!r} is not row 0 of its meta")
    table.iloc[0] = None
    require(ds.get_meta_row(0).to_dict() == before, f"{ds!r} was changed through its meta")


def what_is_declared_is_what_is_made(ds: Dataset) -> None:
    """The kind is known before anything is made."""
    require(ds.kind in KINDS, f"{ds!r} has the kind {ds.kind!r}; there are {', '.join(KINDS)}")
    batch = ds.batch([0])
    require(batch.kind == ds.kind, f"{ds!r} declares {ds.kind} and makes {batch.kind}")
    require((batch.boxes is not None) == ds.facts.boxes, f"{ds!r} says boxes={ds.facts.boxes} in its facts")


def another_seed_is_another_data_set_of_the_same_rows(ds: Dataset) -> None:
    """`with_seed` makes a copy; the data set itself stays as it was."""
    rows, seed = _rows(ds), ds.seed
    before = ds.batch(rows)
    other = ds.with_seed((seed + 1) % 2**64)
    require(other.seed != seed and ds.seed == seed, f"with_seed changed {ds!r}, or did not change the copy")
    require(len(other) == len(ds), f"{ds!r} has another length with another seed")
    require_same_batch(before, ds.batch(rows), f"{ds!r} after with_seed")
    require_same_batch(before, other.with_seed(seed).batch(rows), f"{ds!r} with its own seed again")


def it_travels(ds: Dataset) -> None:
    """It comes back from pickle as it was, and a deep copy is itself."""
    rows = _rows(ds)
    again = pickle.loads(pickle.dumps(ds))
    require_same_batch(ds.batch(rows), again.batch(rows), f"{ds!r} after pickling")
    require(copy.deepcopy(ds) is ds, f"a deep copy of {ds!r} is another data set")


def a_recipe_can_hold_it(ds: Dataset) -> None:
    """Its description is plain, and mentions no address in memory."""
    described = json.dumps(ds.describe(), default=str)
    require(" at 0x" not in described, f"{ds!r} describes itself by an address in memory")
    require(described == json.dumps(ds.describe(), default=str), f"{ds!r} describes itself differently the second time")


DATASET_CONTRACTS: Sequence[Callable[[Dataset], None]] = (
    a_batch_is_the_same_however_it_is_split,
    indices_count_from_both_ends_and_stop_there,
    labels_are_those_of_the_samples,
    meta_is_the_caller_s_and_nobody_can_change_it,
    what_is_declared_is_what_is_made,
    another_seed_is_another_data_set_of_the_same_rows,
    it_travels,
    a_recipe_can_hold_it,
)
"""Every contract of a data set, each a function of the data set."""


def _rows(ds: Dataset) -> list[int]:
    return list(range(min(len(ds), _MOST)))
