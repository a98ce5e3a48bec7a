"""Rules for a row of meta.csv: its label by the recipe's text source, and whether its columns agree with each other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from mygenerator.errors import InputError
from mygenerator.text.numbering_plan import PhonePlan
from mygenerator.text.patterns import Pattern
from mygenerator.validate.records import Row
from mygenerator.validate.report import Findings


class RowRules:
    """Judges rows one after the other.

    Parameters
    ----------
    text_source : dict
        The recipe's (`{"pattern": ...}`, `{"phone": ...}`); of other sources no form of labels is known.

    Raises
    ------
    InputError
        Where the source is not what this package writes.
    """

    def __init__(self, text_source: Mapping[str, Any]):
        self._pattern, self._called = _pattern_of(text_source)
        self._first: dict[str, str] = {}

    def judge(self, row: Row, findings: Findings) -> None:
        """Add what is wrong with one row."""
        if row.fault:
            findings.add_image(row.name, "meta", row.fault)
            return
        if row.label == "":
            findings.add_image(row.name, "label", "the label is empty")
        elif row.label is not None:
            self._judge_label(row.name, row.label, findings)
            _judge_length(row, len(row.label), findings)
        if row.boxes is not None and row.gaps is not None:
            between = [right[0] - left[2] for left, right in pairwise(row.boxes)]
            if between != row.gaps:
                findings.add_image(row.name, "meta", f"recorded gaps {row.gaps}, but {between} between recorded boxes")

    def _judge_label(self, file: str, label: str, findings: Findings) -> None:
        if self._pattern is None:
            return
        if not self._pattern.matches(label):
            findings.add_image(file, "label", f"{label!r} is not one of {self._called}")
        # The text sources that have a pattern promise different labels.
        if (first := self._first.setdefault(label, file)) != file:
            findings.add_image(file, "label", f"{label!r} is the label of {first} too")


def _judge_length(row: Row, length: int, findings: Findings) -> None:
    if row.boxes is not None and len(row.boxes) != length:
        findings.add_image(row.name, "label", f"{length} characters in {row.label!r}, but {len(row.boxes)} boxes")
    elif row.boxes is None and row.gaps is not None and len(row.gaps) != length - 1:
        findings.add_image(row.name, "label", f"{length} characters in {row.label!r}, but {len(row.gaps)} gaps")


def _pattern_of(text_source: Mapping[str, Any]) -> tuple[Pattern | None, str]:
    """The pattern that all labels of a text source match, and what to call it; None where it has none."""
    try:
        if "phone" in text_source:
            plan = PhonePlan(**text_source["phone"])
            return plan.full_pattern, f"the phone numbers of region {plan.region} that the recipe describes"
        if "pattern" in text_source:
            pattern = Pattern(text_source["pattern"]["pattern"], text_source["pattern"].get("lengths"))
            return pattern, f"the strings of pattern {pattern.pattern!r}"
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"the text source is not as this package writes it ({error})") from None
    return None, ""
