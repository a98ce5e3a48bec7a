"""Weights that make rare digits as frequent as common ones, as far as the labels allow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mygenerator.batch import codes_of
from mygenerator.dataset.text import NlpDataset
from mygenerator.logs import log

_ROWS = 100_000
_MOST_ROUNDS = 1000
_CLOSE = 1e-4
UNITS = 2**20
"""The largest weight. Weights are whole numbers, so that no rounding of another machine's library changes a draw."""
MOST_RATIO = 1000
"""The likeliest label is drawn at most so many times as often as the rarest: no label is given up."""


def digit_balance(texts: NlpDataset) -> np.ndarray:
    """How often each label is to be drawn so that all digits that occur are equally frequent.

    The shares of the digits are a mixture of what the labels hold. Beginning with equal weights, the expectation
    maximisation for mixtures makes the product of the shares larger in each round; it is largest where all are equal.
    Where labels do not allow that, because a digit comes only together with others, the shares become as equal as they
    can while no label is drawn a thousand times as often as another.

    Parameters
    ----------
    texts : NlpDataset

    Returns
    -------
    float64 (N,)
        Whole numbers from UNITS / MOST_RATIO to UNITS. Labels without digits have the mean weight of the others.

    Notes
    -----
    A. P. Dempster, N. M. Laird and D. B. Rubin, "Maximum likelihood from incomplete data via the EM algorithm", Journal
    of the Royal Statistical Society B 39(1), 1977.
    """
    counts = np.concatenate([_digit_counts(labels) for labels in _parts(texts)])
    # Labels with the same digits share a weight: often there are far fewer of these.
    kinds, kind_of_label, times = np.unique(counts, axis=0, return_inverse=True, return_counts=True)
    occurs = np.flatnonzero(counts.any(axis=0))
    digits, lengths = kinds[:, occurs].astype(np.float64), kinds.sum(axis=1)
    held = lengths > 0
    weights = np.ones(len(kinds))
    if len(occurs) > 1:
        weights[held] = _balanced(digits[held], times[held])
        weights[~held] = np.average(weights[held], weights=times[held])
    units = np.maximum(np.rint(weights / weights.max() * UNITS), UNITS // MOST_RATIO)
    if len(occurs) > 1:
        expected = (units * times) @ digits
        shares = expected / expected.sum()
        rare, common = int(shares.argmin()), int(shares.argmax())
        log(
            f"balanced digits: {occurs[rare]} is {shares[rare]:.1%} of the digits, {occurs[common]} "
            f"{shares[common]:.1%}; labels are drawn with repetition, the likeliest "
            f"{units.max() / units.min():,.1f} times as often as the rarest"
        )
    return units[np.ravel(kind_of_label)]


def _balanced(digits: np.ndarray, times: np.ndarray) -> np.ndarray:
    """The weights of kinds of labels that hold some digits, float64 (K, D), each so many times."""
    lengths = digits.sum(axis=1)
    holds = digits / lengths[:, None]
    part = lengths * times / (lengths * times).sum()
    count = digits.shape[1]
    for _ in range(_MOST_ROUNDS):
        shares = part @ holds
        if np.abs(shares * count - 1).max() < _CLOSE:
            break
        part *= (holds / shares).sum(axis=1) / count
        # What each label of a kind weighs, kept within the ratio.
        weights = part / (lengths * times)
        part = np.maximum(weights, weights.max() / MOST_RATIO) * lengths * times
        part /= part.sum()
    result: np.ndarray = part / (lengths * times)
    return result


def _parts(texts: NlpDataset) -> Iterator[np.ndarray]:
    for start in range(0, len(texts), _ROWS):
        yield texts.labels(np.arange(start, min(start + _ROWS, len(texts))))


def _digit_counts(labels: np.ndarray) -> np.ndarray:
    """How often each of the ten digits is in each label: int32 (N, 10)."""
    codes = codes_of(labels)
    return np.stack([(codes == ord("0") + digit).sum(axis=1, dtype=np.int32) for digit in range(10)], axis=1)
