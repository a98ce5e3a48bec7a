"""What spreadsheets make of labels, in any language: it is text, but the label itself is lost or changed.

Applied to tables in files; `label_file.py` reads them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from mygenerator.errors import InputError
from mygenerator.logs import logw_once

_APOSTROPHES = "'`\u00b4\u02bc\u2018\u2019\u201b\u2032\uff07"
_MADE = (
    (r"-?\d([.,]\d+)?[Ee]\+0*(1[1-9]|[2-9]\d|[1-9]\d\d)", "a long number that a spreadsheet has shortened"),
    (r"-?\d[.,]\d\dE[+-]\d\d", "a number that a spreadsheet has rounded to three digits"),
    (r'="[^"]*"|=[\u201c-\u201f][^\u201c-\u201f]*[\u201c-\u201f]', "a spreadsheet's formula"),
    (rf"[{_APOSTROPHES}]\d+", "a number behind the apostrophe that makes it text in a spreadsheet"),
    # Errors end with ! or ? in all languages, but for a missing value; Spanish ones also begin with ¡ or ¿.
    (r"#[\u00a1\u00bf]?[^\W\d_]{2,}([_/][^\W\d_]+)*(/0)?[!?]", "what a spreadsheet shows in place of a value"),
    (
        r"#(N/A|N/D|N/B|I/T|\u041d/\u0414|\u0394/\u03a5|NV|YOK|HI\u00c1NYZIK|NEN\u00cd_K_DISPOZICI|GETTING_DATA|#+)",
        "what a spreadsheet shows in place of a value",
    ),
    (r"(Err|Error|Erreur|Fehler) ?: ?5\d\d", "what a spreadsheet shows in place of a value"),
)
"""The patterns, and what each is. They are compiled when a table is read, not at start-up."""
_MOST_SHOWN = 200


def check_spreadsheet(labels: Sequence[str], place: Callable[[int], str]) -> None:
    """Raise InputError for a label that is not what was typed, but what a spreadsheet made of it.

    Parameters
    ----------
    labels : sequence of str
    place : callable
        Row -> how the message calls it.
    """
    begins = f"=#{_APOSTROPHES}"
    for row, label in enumerate(labels):
        if (label[:1] in begins or "E" in label or "+" in label or ":" in label) and (what := _made(label)):
            raise InputError(
                f"the label {label[:_MOST_SHOWN]!r} is {what}",
                where=place(row),
                do="format the column as text, fill it in again and save it; if this is the label, write it "
                "into a file .txt with one label a line",
            )


_MISSING = frozenset(("nan", "NaN", "None", "null", "NULL", "<NA>", "NaT", "NA"))
_TRUTHS = frozenset(
    (
        *("TRUE", "FALSE", "True", "False", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO"),
        *("VERDADEIRO", "WAAR", "ONWAAR", "PRAWDA", "SANT", "FALSKT", "SAND", "FALSK"),
    )
)


def say_doubtful(labels: Sequence[str], place: Callable[[int], str]) -> None:
    """Log a warning if a label is what programs write in place of a value: somebody might mean it all the same."""
    # Each different label is looked at once.
    found = {label for label in set(labels) if label in _MISSING or label in _TRUTHS}
    if not found:
        return
    rows = [row for row, label in enumerate(labels) if label in found]
    first = labels[rows[0]]
    more = f" (and {len(rows) - 1:,} more like it)" if len(rows) > 1 else ""
    logw_once(
        f"{place(rows[0])}: the label {first!r} is what programs write for a "
        f"{'missing' if first in _MISSING else 'truth'} value{more}; it is written as it is; leave the row out if that "
        "is not meant"
    )


def _made(label: str) -> str | None:
    """What a spreadsheet has made of a label; None if it is a label."""
    text = unicodedata.normalize("NFC", label)
    # Errors are in capitals. Alphabets without capitals have none: there, spreadsheets show the English ones.
    if text.startswith("#") and not all(letter.isupper() for letter in text if letter.isalpha()):
        return None
    return next((what for pattern, what in _MADE if re.fullmatch(pattern, text)), None)
