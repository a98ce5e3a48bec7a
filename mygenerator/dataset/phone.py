"""Phone numbers as a data set of text: the strings of a numbering plan's pattern; see text.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from mygenerator.dataset.labels import Lengths
from mygenerator.dataset.text import Count, PatternNlpDataset
from mygenerator.errors import InputError, whole_number
from mygenerator.text.numbering_plan import PhonePlan, is_mobile, phone_plan


class PhoneNlpDataset(PatternNlpDataset):
    """Different valid mobile phone numbers of a region, as they are dialled inside it.

    Pattern and prefix are those of Google's numbering plans (the `phonenumbers` package). They are written out in the
    recipe, because plans change.

    Parameters
    ----------
    size : int
        How many numbers, at most as many as the plan has.
    region : str or PhonePlan
        Two capital letters (ISO 3166); JP gives 0 followed by ten digits. Or a plan, which is taken as it is.
    seed : int, optional
        0 to 2**64 - 1; a fresh one by default.

    Examples
    --------
    >>> numbers = PhoneNlpDataset(size=100, region="JP", seed=7)
    >>> numbers.is_valid(numbers.get_text_only(99)), numbers.is_valid("123")
    (True, False)
    """

    recipe_names = ("phone",)

    def __init__(self, size: int, region: str | PhonePlan = "JP", seed: int | None = None):
        self._is_given = isinstance(region, PhonePlan)
        self.plan = region if isinstance(region, PhonePlan) else phone_plan(region)
        self.region = self.plan.region
        count = self.plan.full_pattern.count
        if whole_number("size", size, 1) > count:
            raise InputError(
                f"{size:,} different phone numbers were asked for, but region {self.region} has {count:,}",
                allowed=f"1 to {count}",
            )
        super().__init__(self.plan.full_pattern, size, seed)

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls(100, seed=1), cls(100_000_000, "FR", seed=1)]

    # The plan's fields are parameters.
    @classmethod
    def from_phone(  # pylint: disable=too-many-arguments
        cls,
        region: str = "JP",
        *,
        count: Count,
        prefix: str | None = None,
        pattern: str | None = None,
        lengths: Annotated[Sequence[int], Lengths()] | None = None,
        seed: int | None = None,
    ) -> Self:
        """`count` different mobile numbers of a region, or of the plan that prefix, pattern and lengths give."""
        plan = (prefix, pattern, lengths)
        if plan == (None, None, None):
            return cls(count, region, seed)
        if prefix is None or pattern is None or lengths is None:
            raise InputError(
                "a plan needs prefix, pattern and lengths", do=f"give all three, or none for the plan of {region} today"
            )
        return cls(count, PhonePlan(region, prefix, pattern, tuple(lengths)), seed)

    def get_phone_number(self, index: int) -> str:
        """Number `index`, as `get_text_only` gives it; negative indices count from the end."""
        return self.get_text_only(index)

    def is_valid(self, text: str) -> bool:
        """Whether `text` is a number of the same plan: it has the plan's form and is valid by `phonenumbers`."""
        return self.plan.full_pattern.matches(text) and is_mobile(text, self.region)

    def describe(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "text": {
                "phone": {
                    "region": plan.region,
                    "prefix": plan.prefix,
                    "pattern": plan.pattern,
                    "lengths": list(plan.lengths),
                }
            }
        }

    def __repr__(self) -> str:
        region = self.plan if self._is_given else self.region
        return f"PhoneNlpDataset(size={self.size}, region={region!r}, seed={self.seed})"
