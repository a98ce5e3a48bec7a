"""Phone numbers as a data set of text: the strings of a numbering plan's pattern; see text.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Self

from mygenerator.dataset.labels import Lengths
from mygenerator.dataset.text import Count, PatternNlpDataset
from mygenerator.errors import InputError, whole_number
from mygenerator.text.numbering_plan import NumberType, PhonePlan, Separator, Written, is_number, phone_plan


class PhoneNlpDataset(PatternNlpDataset):
    """Different valid phone numbers of a region and a type, by default mobile ones as they are dialled inside it.

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
    type : str
        "mobile", "fixed_line", "toll_free", "premium_rate", "shared_cost", "voip", "personal_number", "pager", "uan" or
        "voicemail"; not every region has all.
    written : str
        "national": the digits that are dialled inside the region, and nothing else. "spaced": the same in groups, as
        the region writes them (`090-1234-5678`, `06 12 34 56 78`). "international": with the telephone code, in groups
        (`+81 90-1234-5678`). There have to be glyphs for all characters.
    separator : str, optional
        "-", ".", "/" or "none": what stands between groups in place of what the region writes there, as in
        `+81-90-1234-5678`. Not for "national".

    Raises
    ------
    InputError
        If the region has no numbers of the type (the message names the types that it has), or fewer than `size`.

    Examples
    --------
    >>> numbers = PhoneNlpDataset(size=100, region="JP", seed=7)
    >>> numbers.is_valid(numbers.get_text_only(99)), numbers.is_valid("123")
    (True, False)
    >>> lines = PhoneNlpDataset(5, "FR", seed=7, type="fixed_line", written="international", separator="-")
    >>> lines.get_text_only(0)[:4], lines.get_text_only(0).count("-")
    ('+33-', 5)
    """

    recipe_names = ("phone",)

    # The plan's fields are parameters.
    def __init__(  # pylint: disable=too-many-arguments
        self,
        size: int,
        region: str | PhonePlan = "JP",
        seed: int | None = None,
        *,
        type: NumberType = "mobile",
        written: Written = "national",
        separator: Separator | None = None,
    ):
        self._is_given = isinstance(region, PhonePlan)
        if isinstance(region, PhonePlan):
            if (type, written, separator) != ("mobile", "national", None):
                raise InputError("a plan is given, and a type or a way to write it too", do="say it in the plan")
            self.plan = region
        else:
            self.plan = phone_plan(region, type, written, separator)
        self.region = self.plan.region
        count = self.plan.full_pattern.count
        if whole_number("size", size, 1) > count:
            raise InputError(
                f"{size:,} different phone numbers were asked for, but region {self.region} has {count:,}"
                + (f" of type {self.plan.type}" if self.plan.type != "mobile" else ""),
                allowed=f"1 to {count}",
            )
        super().__init__(self.plan.full_pattern, size, seed)

    @classmethod
    def examples(cls) -> list[Self]:
        return [
            cls(100, seed=1),
            cls(100_000_000, "FR", seed=1),
            cls(100, "KZ", seed=1, type="toll_free"),
            cls(100, "US", seed=1, written="international"),
        ]

    @classmethod
    def from_phone(  # pylint: disable=too-many-arguments
        cls,
        region: str = "JP",
        *,
        count: Count,
        type: NumberType = "mobile",
        written: Written = "national",
        separator: Separator | None = None,
        prefix: str | None = None,
        pattern: str | None = None,
        lengths: Annotated[Sequence[int], Lengths()] | None = None,
        seed: int | None = None,
    ) -> Self:
        """`count` different numbers of a region and type, or of the plan that prefix, pattern and lengths give."""
        plan = (prefix, pattern, lengths)
        if plan == (None, None, None):
            return cls(count, region, seed, type=type, written=written, separator=separator)
        if prefix is None or pattern is None or lengths is None:
            raise InputError(
                "a plan needs prefix, pattern and lengths", do=f"give all three, or none for the plan of {region} today"
            )
        return cls(count, PhonePlan(region, prefix, pattern, tuple(lengths), type, written, separator), seed)

    def get_phone_number(self, index: int) -> str:
        """Number `index`, as `get_text_only` gives it; negative indices count from the end."""
        return self.get_text_only(index)

    def is_valid(self, text: str) -> bool:
        """Whether `text` is a number of the same plan: it has the plan's form and is valid by `phonenumbers`."""
        return self.plan.full_pattern.matches(text) and is_number(text, self.region, self.plan.type)

    def describe(self) -> dict[str, Any]:
        plan = self.plan
        return {
            "text": {
                "phone": {
                    "region": plan.region,
                    **plan.way,
                    "prefix": plan.prefix,
                    "pattern": plan.pattern,
                    "lengths": list(plan.lengths),
                }
            }
        }

    def __repr__(self) -> str:
        region = self.plan if self._is_given else self.region
        way = "" if self._is_given else "".join(f", {name}={value!r}" for name, value in self.plan.way.items())
        return f"PhoneNlpDataset(size={self.size}, region={region!r}, seed={self.seed}{way})"
