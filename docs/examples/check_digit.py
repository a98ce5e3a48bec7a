"""CheckDigit: numbers with an extra digit that reveals a slip of the pen."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Self

import numpy as np

from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.transform import LabelTransform

_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9])


class CheckDigit(LabelTransform):
    """Adds a check digit by the algorithm of H. P. Luhn (US patent 2,950,048), as on bank cards.

    Parameters
    ----------
    place : {"after", "before"}
        Whether it is written after or before the number.

    Examples
    --------
    >>> from mygenerator import NlpDataset
    >>> CheckDigit().fit_transform(NlpDataset(["7992739871"], seed=1)).labels().tolist()
    ['79927398713']
    """

    def __init__(self, place: Literal["after", "before"] = "after"):
        self.place = place

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(), cls("before")]

    def facts(self, before: Facts) -> Facts:
        low, high = before.label_lengths or (1, 1)
        if before.characters is not None and not before.characters.isdigit():
            raise InputError(f"{self!r} takes digits, but labels can hold {before.characters!r}")
        return replace(super().facts(before), characters="0123456789", label_lengths=(low + 1, high + 1))

    def apply(self, labels: np.ndarray, drawn: None) -> list[str]:
        made = []
        for label in labels.tolist():
            digits = np.array([int(digit) for digit in label])
            digits[::-1][::2] = _DOUBLED[digits[::-1][::2]]
            check = str(-digits.sum() % 10)
            made.append(label + check if self.place == "after" else check + label)
        return made
