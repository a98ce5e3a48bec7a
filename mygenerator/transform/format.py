"""Format: labels in a form that is the same for all, such as padded with zeros to one length."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from typing import Any, Self

import numpy as np

from mygenerator.dataset import Dataset
from mygenerator.dataset.labels import MAX_LABEL_LENGTH
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.transform.label_transform import LabelTransform

_SPEC = re.compile(
    r"(?:(?P<fill>.)?(?P<align>[<>^]))?(?P<width>[1-9]\d{0,3})?(?:\.(?P<most>[1-9]\d{0,3}))?s?", re.DOTALL
)
_PRINTF = re.compile(
    r"(?P<literal>(?:[^%]|%%)*)(?:%(?P<flag>[0-]?)(?P<width>[1-9]\d{0,3})?(?:\.(?P<most>[1-9]\d{0,3}))?[sd])?"
)
_ALLOWED = "one field for the label, as in '{:0>8}', 'No. {}' or '%08d'"


class Format(LabelTransform):
    """Writes every label into a template, as Python's `str.format` or C's `printf` does; labels stay text.

    Parameters
    ----------
    template : str
        With one field for the label; by default that is all, so that labels stay as they are. `{:0>8}` (or `%08d`)
        fills a label up with zeros from the left to 8 characters, `{:<8}` (`%-8s`) with blanks from the right,
        `{:*^8}` with stars from both sides; `{:.4}` (`%.4s`) keeps the first four characters. A longer label is written
        as it is. What stands around the field is written too; `{{` and `}}` (in a template with `%`, `%%`) are the
        characters themselves.

    Raises
    ------
    InputError
        From `fit`: if the template has no such field, or makes labels that are too long.

    Notes
    -----
    Labels that were different can become the same: `7` and `07` are both `07` with `{:0>2}`.

    Examples
    --------
    >>> from mygenerator import NlpDataset
    >>> Format("{:0>5}").fit_transform(NlpDataset(["007", "42"], seed=1)).labels().tolist()
    ['00007', '00042']
    """

    def __init__(self, template: str = "{}"):
        self.template = template

    @classmethod
    def examples(cls) -> list[Self]:
        return [cls("{:0>12}"), cls("%-9s"), cls("{{{:.3}}} {{}}")]

    def check(self, ds: Dataset) -> None:
        _parsed(self.template)
        lengths = self.facts(ds.facts).label_lengths
        if lengths is not None and lengths[1] > MAX_LABEL_LENGTH:
            raise InputError(
                f"template {self.template!r} makes labels of {lengths[1]} characters",
                allowed=f"1 to {MAX_LABEL_LENGTH}",
            )

    def facts(self, before: Facts) -> Facts:
        after = super().facts(before)
        form = _parsed(self.template)
        if before.label_lengths is None or before.characters is None:
            return replace(after, characters=None, label_lengths=None)
        lengths = [form.length(length) for length in before.label_lengths]
        characters = {*before.characters, *form.before, *form.after}
        if min(before.label_lengths[0], form.most) < form.width:
            characters.add(form.fill)
        return replace(after, characters="".join(sorted(characters)), label_lengths=(lengths[0], lengths[1]))

    def apply(self, labels: Any, drawn: Any) -> list[str]:
        form = _parsed(self.template)
        return [form.written(label) for label in np.asarray(labels).tolist()]


class _Form:
    """A template's parts: what stands before and after the label, and how the label is filled up and cut."""

    def __init__(self, before: str, after: str, align: str, fill: str, width: str | None, most: str | None):
        self.before, self.after, self.align, self.fill = before, after, align, fill
        self.width = int(width or 0)
        self.most = int(most or MAX_LABEL_LENGTH)

    def length(self, length: int) -> int:
        """The length of what is written for a label of a length."""
        return len(self.before) + max(min(length, self.most), self.width) + len(self.after)

    def written(self, label: str) -> str:
        """What is written for a label."""
        return self.before + format(label[: self.most], f"{self.fill}{self.align}{self.width or ''}") + self.after


def _parsed(template: Any) -> _Form:
    """The parts of a template; InputError if it is none."""
    if not isinstance(template, str) or "\0" in template:
        raise InputError(f"template is {template!r}", allowed=_ALLOWED)
    form = _from_braces(template) if "{" in template or "}" in template else _from_printf(template)
    if form is None:
        raise InputError(f"template is {template!r}", allowed=_ALLOWED)
    return form


def _from_braces(template: str) -> _Form | None:
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:  # a brace without its partner
        return None
    fields = [number for number, (_, name, _, _) in enumerate(parts) if name is not None]
    if len(fields) != 1:
        return None
    _, name, spec, conversion = parts[fields[0]]
    found = _SPEC.fullmatch(spec or "")
    # A name could reach into the label's methods.
    if name not in ("", "0", "label") or conversion or found is None:
        return None
    before = "".join(literal for literal, *_ in parts[: fields[0] + 1])
    after = "".join(literal for literal, *_ in parts[fields[0] + 1 :])
    return _Form(before, after, found["align"] or "<", found["fill"] or " ", found["width"], found["most"])


def _from_printf(template: str) -> _Form | None:
    first = _PRINTF.match(template)
    rest = template[first.end() :] if first else ""
    if first is None or first["flag"] is None or re.fullmatch(r"(?:[^%]|%%)*", rest) is None:
        return None
    align, fill = ("<", " ") if first["flag"] == "-" else (">", first["flag"] or " ")
    before, after = (text.replace("%%", "%") for text in (first["literal"], rest))
    return _Form(before, after, align, fill, first["width"], first["most"])
