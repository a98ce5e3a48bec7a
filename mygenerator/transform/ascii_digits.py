"""AsciiDigits: digits of other scripts as 0 to 9, for which there are glyphs."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np

from mygenerator.facts import Facts
from mygenerator.transform.label_transform import LabelTransform


class AsciiDigits(LabelTransform):
    r"""Writes the digits of all scripts as 0 to 9: full-width, Arabic-Indic, Devanagari and every other decimal digit.

    Other characters stay as they are, also those that only look like digits or have another value, such as a
    superscript, a digit in a circle, a Roman or a Chinese numeral.

    Without this step such a digit is a character like any other: it is drawn if the glyphs include it, and refused if
    they do not.

    Notes
    -----
    Labels that were different can become the same.

    Examples
    --------
    >>> from mygenerator import NlpDataset
    >>> AsciiDigits().fit_transform(NlpDataset(["\uff10\uff17", "\u0664\u0662-\u00b2"], seed=1)).labels().tolist()
    ['07', '42-²']
    """

    def facts(self, before: Facts) -> Facts:
        after = super().facts(before)
        if before.characters is None:
            return after
        return replace(after, characters="".join(sorted(set(_mapped(before.characters)))))

    def apply(self, labels: Any, drawn: Any) -> list[str]:
        return [label if label.isascii() else _mapped(label) for label in np.asarray(labels).tolist()]


def _mapped(text: str) -> str:
    return "".join(str(unicodedata.decimal(character, character)) for character in text)
