"""Rules for a row of meta.csv: whether its label fits the recipe's text source, and its columns fit each other."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from mygenerator.errors import InputError
from mygenerator.text.numbering_plan import PhonePlan
from mygenerator.text.patterns import Pattern
from mygenerator.validate.lines import misfit_of_lines
from mygenerator.validate.records import Row
from mygenerator.validate.report import Findings


class RowRules:
    """Judges rows one after the other.

    Parameters
    ----------
    text_source : dict
        The recipe's (`{"pattern": ...}`, `{"phone": ...}`); for other sources the form of labels is not known.
    facts : dict, optional
        What the recipe records of its labels; it counts instead of the source if a step has changed the labels.

    Raises
    ------
    InputError
        If the source is not as this package writes it.
    """

    def __init__(self, text_source: Mapping[str, Any], facts: Any = None):
        self._step = _changed_by(facts)
        self._patterns, self._called, self._is_unique = _patterns_of(text_source if self._step is None else {})
        self._characters, self._lengths = (None, None) if self._step is None else _claimed_labels(facts)
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
            if row.lines is not None and (fault := misfit_of_lines(row.lines, len(row.boxes))):
                findings.add_image(row.name, "meta", fault)
                return
            starts = {first for first, _ in row.lines or ()}
            between = [
                -1 if place in starts else right[0] - left[2]
                for place, (left, right) in enumerate(pairwise(row.boxes), start=1)
            ]
            if between != row.gaps:
                findings.add_image(row.name, "meta", f"recorded gaps {row.gaps}, but {between} between recorded boxes")

    def _judge_label(self, file: str, label: str, findings: Findings) -> None:
        if self._characters is not None and not self._characters.issuperset(label):
            unknown = "".join(sorted(set(label) - self._characters))
            findings.add_image(file, "label", f"{label!r} holds {unknown!r}, which step {self._step!r} never writes")
        elif self._lengths is not None and not self._lengths[0] <= len(label) <= self._lengths[1]:
            reason = f"{label!r} does not have the {self._lengths[0]} to {self._lengths[1]} characters"
            findings.add_image(file, "label", f"{reason} that step {self._step!r} writes")
        if self._patterns and not any(pattern.matches(label) for pattern in self._patterns):
            findings.add_image(file, "label", f"{label!r} is not one of {self._called}")
        if self._is_unique and (first := self._first.setdefault(label, file)) != file:
            findings.add_image(file, "label", f"{label!r} is the label of {first} too")


def _changed_by(facts: Any) -> str | None:
    """The step that changed the labels of the text source; None if none did."""
    lost = facts.get("given_up") if isinstance(facts, Mapping) else None
    step = lost.get("labels") if isinstance(lost, Mapping) else None
    return step if isinstance(step, str) else None


def _claimed_labels(facts: Mapping[str, Any]) -> tuple[set[str] | None, tuple[int, int] | None]:
    """The characters and lengths that labels can have, as far as they are claimed."""
    characters, lengths = facts.get("characters"), facts.get("label_lengths")
    span: tuple[int, int] | None = None
    match lengths:
        case [int() as low, int() as high]:
            span = (low, high)
    return (set(characters) if isinstance(characters, str) else None), span


def _judge_length(row: Row, length: int, findings: Findings) -> None:
    if row.boxes is not None and len(row.boxes) != length:
        findings.add_image(row.name, "label", f"{length} characters in {row.label!r}, but {len(row.boxes)} boxes")
    elif row.boxes is None and row.gaps is not None and len(row.gaps) != length - 1:
        findings.add_image(row.name, "label", f"{length} characters in {row.label!r}, but {len(row.gaps)} gaps")


def _patterns_of(text_source: Mapping[str, Any]) -> tuple[list[Pattern], str, bool]:
    """The patterns of which all labels of a text source match one, what to call them, and whether all labels differ.

    For a source of another kind there are none.
    """
    try:
        if "phone" in text_source:
            plan = PhonePlan(**text_source["phone"])
            return [plan.full_pattern], f"the phone numbers of region {plan.region} that the recipe describes", True
        if "pattern" in text_source:
            pattern = Pattern(text_source["pattern"]["pattern"], text_source["pattern"].get("lengths"))
            return [pattern], f"the strings of pattern {pattern.pattern!r}", True
        if "patterns" in text_source:
            patterns = [Pattern(pattern) for pattern in text_source["patterns"]["patterns"]]
            return patterns, "the strings of the recipe's patterns", not text_source["patterns"].get("repetition")
        if "digits" in text_source:
            low, high = (text_source["digits"][name] for name in ("min_length", "max_length"))
            pattern = Pattern(f"[0-9]{{{low},{high}}}")
            return [pattern], f"strings of {low} to {high} digits", not text_source["digits"].get("repetition")
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"the text source is not as this package writes it ({error})") from None
    return [], "", False
