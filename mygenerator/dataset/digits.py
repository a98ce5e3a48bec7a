"""Digit strings of several lengths, with a choice of what is equally likely: each string, or each length."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from mygenerator.dataset.patterns import PatternsNlpDataset
from mygenerator.errors import InputError, choice, whole_number
from mygenerator.parameters import Whole

MAX_DIGITS = 100
_LAWS = ("each_string", "each_length")


class DigitsNlpDataset(PatternsNlpDataset):
    """Strings of the digits 0 to 9 with lengths from a range; all are different unless `repetition` is asked for.

    Parameters
    ----------
    min_length, max_length : int
        Lengths of the strings, 1 to 100.
    size : int
        How many rows. Without repetition, at most as many as are possible before the strings, or with "each_length"
        those of the smallest length, are used up.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.
    law : str
        "each_string": every string is equally likely, so that nine of ten have the largest length. "each_length": every
        length has equally many rows.
    repetition : bool
        Whether a string can come again.

    Raises
    ------
    InputError
        If there are too few strings, or the lengths are not such a range.

    Examples
    --------
    >>> numbers = DigitsNlpDataset(3, 7, size=1000, seed=5, law="each_length")
    >>> sorted(map(len, numbers.labels([0, 1, 2, 3, 4]).tolist()))
    [3, 4, 5, 6, 7]
    """

    recipe_names = ("digits",)

    def __init__(
        self,
        min_length: Annotated[int, Whole(1, MAX_DIGITS)],
        max_length: Annotated[int, Whole(1, MAX_DIGITS)],
        size: int,
        seed: int | None = None,
        *,
        law: Literal["each_string", "each_length"] = "each_string",
        repetition: bool = False,
    ):
        low = whole_number("min_length", min_length, 1, MAX_DIGITS)
        high = whole_number("max_length", max_length, 1, MAX_DIGITS)
        if low > high:
            raise InputError(f"min_length {low} is above max_length {high}", allowed="min_length <= max_length")
        self.min_length, self.max_length, self.law = low, high, choice("law", law, _LAWS)
        if law == "each_length":
            patterns = [f"[0-9]{{{length}}}" for length in range(low, high + 1)]
        else:
            patterns = [f"[0-9]{{{low},{high}}}"]
        super().__init__(patterns, size, seed, repetition=repetition)

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(1, 20, 100, seed=1), cls(3, 6, 100, seed=1, law="each_length"), cls(2, 2, 50, 1, repetition=True)]

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = {"min_length": self.min_length, "max_length": self.max_length, "law": self.law}
        return {"text": {"digits": described | ({"repetition": True} if self.repetition else {})}}

    def __repr__(self) -> str:
        more = ", repetition=True" if self.repetition else ""
        lengths = f"{self.min_length}, {self.max_length}"
        return f"DigitsNlpDataset({lengths}, size={self.size}, seed={self.seed}, law={self.law!r}{more})"
