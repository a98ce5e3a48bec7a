"""What images are judged by (gaps, size, paper), and where it comes from: arguments, a recipe, a row of meta.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from mygenerator.batch import KINDS
from mygenerator.errors import InputError, choice, number_in_text, whole_number
from mygenerator.parameters import MAX_GAP_PX
from mygenerator.strip.layout import SIZINGS
from mygenerator.strip.spacing import Gaps, Ranges, Spacing, Where

_WRITES = {
    "text_to_image": ("spacing_range", "image_width"),
    "combine_images_horizontally": ("padding_range", "combined_width"),
}
"""The kinds of steps that write strips, as recipes name them, and what they call the gaps and the width."""
_CHECKS = ("validate_padding", "image_transform")
"""The kinds of steps that hand strips on as they are; any other can change what was written."""
_DRAWS_OBJECTS = "char_to_images"
_FOLLOW_INK = ("rotate", "shear", "scale", "stroke")
"""The kinds of steps that change glyphs and know where their ink is afterwards."""
_CROPS = "remove_white_padding"
"""After it, images begin and end with ink, so that the gaps between them can be read from the ink."""
_TAKEN_WHOLE = "images were set side by side whole, whatever blank columns they have"


@dataclass(frozen=True)
class Settings:
    """What an image has to be, as far as it is known; None means not known, so not judged.

    Attributes
    ----------
    min_spacing, max_spacing : int or None
        Smallest and largest gap in pixels.
    image_width, image_height : int or None
        In pixels.
    invert : bool or None
        White on black.
    sizing : str or None
    without_gaps : str or None
        Why no gap can be read from the ink, as the end of a sentence.
    margin_ranges : ((int, int), (int, int)) or None
        If margins were drawn: the smallest and the largest left one, and the same for the right one, in pixels.
    one_gap : bool or None
        True: one gap was drawn for a whole strip.
    most_lines, line_gap : int or None
        If texts are wrapped: how many lines an image has at most, and the least number of blank rows between two.
    """

    min_spacing: int | None = None
    max_spacing: int | None = None
    image_width: int | None = None
    image_height: int | None = None
    invert: bool | None = None
    sizing: str | None = None
    without_gaps: str | None = None
    margin_ranges: Ranges | None = None
    one_gap: bool | None = None
    most_lines: int | None = None
    line_gap: int | None = None

    @property
    def no_gaps(self) -> str:
        """Why no gaps are promised, so that none are judged; empty if they are."""
        if self.without_gaps is not None:
            return self.without_gaps
        return "sizing 'resize' promises none" if self.sizing == "resize" else ""

    @property
    def paper(self) -> int | None:
        """The grey level of the background: 255, 0, or None if it is not known."""
        return None if self.invert is None else 0 if self.invert else 255

    def overridden_by(self, other: Settings) -> Settings:
        """These settings, replaced by those that the other has."""
        return replace(self, **other.known())

    def known(self) -> dict[str, Any]:
        """The settings that are known."""
        return {name: value for name, value in vars(self).items() if value is not None}


SETTING_NAMES = ("min_spacing", "max_spacing", "image_width", "image_height", "invert", "sizing")
"""The settings that have a value; single sequences have columns of these names in meta.csv."""
DRAWN_NAMES = ("margin_ranges", "one_gap", "most_lines", "line_gap")
"""The settings that follow from what a step was told to draw."""


def checked_settings(values: Mapping[str, Any], where: str | None = None) -> Settings:
    """The settings among `values`; InputError for a value that is wrong."""
    given = {name: values[name] for name in SETTING_NAMES if values.get(name) is not None}
    try:
        numbers: dict[str, Any] = {
            name: whole_number(name, value, 0 if name.endswith("spacing") else 1)
            for name, value in given.items()
            if name not in ("invert", "sizing")
        }
        settings = Settings(invert=given.get("invert"), sizing=given.get("sizing"), **numbers)
        if not isinstance(settings.invert, bool | None):
            raise InputError(f"invert is {settings.invert!r}", allowed="True or False")
        if settings.sizing is not None:
            choice("sizing", settings.sizing, SIZINGS)
    except InputError as error:
        raise InputError(error.what, where=where, allowed=error.allowed) from None
    low, high = settings.min_spacing, settings.max_spacing
    if low is not None and high is not None and low > high:
        raise InputError(f"the smallest gap, {low}, is above the largest, {high}", where=where)
    return settings


def settings_of_arguments(
    spacing_range: Any, image_width: int | None, image_height: int | None, invert: bool | None
) -> Settings:
    """The settings that a caller asks for; `spacing_range` is None or a pair of numbers, each of which can be None."""
    try:
        low, high = (None, None) if spacing_range is None else spacing_range
    except (TypeError, ValueError):
        raise InputError(
            f"spacing_range is {spacing_range!r}", allowed="two whole numbers, (smallest, largest)"
        ) from None
    return checked_settings(
        {
            "min_spacing": low,
            "max_spacing": high,
            "image_width": image_width,
            "image_height": image_height,
            "invert": invert,
        }
    )


def settings_of_row(row: Mapping[str, str]) -> Settings:
    """The settings that a single sequence's row of meta.csv records as text; InputError for a value that is wrong."""
    values: dict[str, Any] = {}
    for name in SETTING_NAMES:
        text = row.get(name, "")
        if not text:
            continue
        values[name] = text if name == "sizing" else _number_in(name, text)
    return replace(checked_settings(values), **_drawn_in(row, values))


def _drawn_in(row: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """What follows from the columns of rows that draw other than plain gaps, or whose texts can be wrapped."""
    spacing, where = (row.get(name) or otherwise for name, otherwise in (("spacing", "uniform"), ("where", "between")))
    choice("spacing", spacing, get_args(Spacing))
    choice("where", where, get_args(Where))
    gaps = Gaps(values.get("min_spacing", 0), values.get("max_spacing", MAX_GAP_PX), spacing, where)
    ranges = gaps.margin_ranges(values.get("sizing", ""), row.get("align", ""), values.get("image_width", 0))
    drawn = {"margin_ranges": ranges, "one_gap": True if gaps.is_one else None}
    if (wrap := number_in_text("wrap", row["wrap"]) if row.get("wrap") else 1) == 1:
        return drawn
    return drawn | {"most_lines": wrap, "line_gap": number_in_text("line_gap", row.get("line_gap", ""))}


def _number_in(name: str, text: str) -> int | bool:
    if name == "invert":
        return choice("invert", text, ("0", "1")) == "1"
    return number_in_text(name, text)


def settings_of_recipe(recipe: Mapping[str, Any]) -> Settings:
    """The settings of a recipe's images; InputError if it is not as this package writes it."""
    # Wrong steps are a fault even if nothing is judged by them.
    by_steps, facts = _settings_of_steps(recipe), recipe.get("facts")
    return by_steps if facts is None else replace(settings_of_facts(facts), sizing=by_steps.sizing)


def settings_of_facts(facts: Any) -> Settings:
    """What a recipe's record of `mygenerator.facts` claims; InputError for claims that are wrong."""
    try:
        if choice("the kind in its facts", facts["kind"], KINDS) != "strip":
            return Settings()
        low, high = facts.get("gap_range", (None, None))
        height, width = facts.get("image_shape", (None, None))
        paper, step = facts.get("paper"), facts.get("given_up", {}).get("gaps")
        wrapped = {name: facts[name] for name in ("most_lines", "line_gap") if name in facts}
        for name, value in wrapped.items():
            whole_number(name, value, 1)
        margin_ranges = None if facts.get("margin_ranges") is None else _ranges(facts["margin_ranges"])
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("its facts are not as this package writes them") from None
    if paper not in (None, 0, 255):
        raise InputError(f"its facts say paper {paper!r}", allowed="0 or 255")
    claimed = {
        "min_spacing": low,
        "max_spacing": high,
        "image_height": height,
        "image_width": width,
        "invert": None if paper is None else paper == 0,
    }
    return replace(
        checked_settings(claimed),
        without_gaps=_why_without_gaps(facts.get("gaps"), step),
        margin_ranges=margin_ranges,
        one_gap=True if facts.get("one_gap") is True else None,
        **wrapped,
    )


def _ranges(value: Any) -> Ranges:
    """The ranges of both margins, as facts record them; ValueError if they are not two pairs of whole numbers."""
    (left_low, left_high), (right_low, right_high) = value
    for margin in (left_low, left_high, right_low, right_high):
        whole_number("margin", margin, 0)
    return (left_low, left_high), (right_low, right_high)


def _why_without_gaps(gaps: Any, step: Any) -> str | None:
    if gaps is True:
        return None
    if gaps is None:
        return _TAKEN_WHOLE
    return f"step {step!r} gives them up" if isinstance(step, str) else "a step gives them up"


def _settings_of_steps(recipe: Mapping[str, Any]) -> Settings:
    """The settings of a recipe of an earlier release, which recorded no facts, from the names of its steps."""
    try:
        steps = [(next(kind for kind in step if kind != "name"), step) for step in recipe.get("steps", [])]
        kinds = [kind for kind, _ in steps]
        writes = next((place for place, kind in enumerate(kinds) if kind in _WRITES), None)
        if writes is None:
            return Settings()
        written = dict(steps[writes][1][kinds[writes]])
        gaps_name, width_name = _WRITES[kinds[writes]]
        low, high = written[gaps_name]
        drawn = (step[kind]["font"] for kind, step in steps[:writes] if kind == _DRAWS_OBJECTS)
        changed = {kind for kind in kinds[:writes] if kind not in (_DRAWS_OBJECTS, *_CHECKS, *_FOLLOW_INK)}
        whole = any(isinstance(font, dict) for font in drawn) or bool(changed and _CROPS not in changed)
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        raise InputError("the steps are not a list of kinds with parameters") from None
    written |= {"min_spacing": low, "max_spacing": high, "image_width": written.get(width_name)}
    settings = checked_settings(written)
    changed_by = next((kind for kind in kinds[writes + 1 :] if kind not in _CHECKS), None)
    if changed_by is not None:
        return Settings(without_gaps=f"step {changed_by!r} changes the strips after they are written")
    return replace(settings, without_gaps=_TAKEN_WHOLE if whole else None)
