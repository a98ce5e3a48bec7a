"""What images are judged by - gaps, size, paper - and where that comes from: arguments, a recipe, a row of meta.csv."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from mygenerator.errors import InputError, choice, whole_number
from mygenerator.layout import SIZINGS

_WRITES = "text_to_image"
"""The kind of step that writes strips, as recipes name it."""
_CHECKS = ("validate_padding",)
"""The kinds of steps that hand strips on as they are; any other may change what was written."""


@dataclass(frozen=True)
class Settings:
    """What is known of how an image has to be; None: not known, so not judged.

    Attributes
    ----------
    min_spacing, max_spacing : int or None
        Smallest and largest gap in pixels.
    image_width, image_height : int or None
        In pixels.
    invert : bool or None
        White on black.
    sizing : str or None
    changed_by : str or None
        The step after the writing one that may have changed size, paper and gaps.
    """

    min_spacing: int | None = None
    max_spacing: int | None = None
    image_width: int | None = None
    image_height: int | None = None
    invert: bool | None = None
    sizing: str | None = None
    changed_by: str | None = None

    @property
    def no_gaps(self) -> str:
        """Why no gaps are promised, so that none are judged; empty where they are."""
        if self.changed_by is not None:
            return f"step {self.changed_by!r} changes the strips after they are written"
        return "sizing 'resize' promises none" if self.sizing == "resize" else ""

    @property
    def paper(self) -> int | None:
        """The grey level of the background: 255, 0, or None where it is not known."""
        return None if self.invert is None else 0 if self.invert else 255

    def overridden_by(self, other: Settings) -> Settings:
        """These settings, but the other's wherever it has one."""
        return replace(self, **other.known())

    def known(self) -> dict[str, Any]:
        """The settings that are known."""
        return {name: value for name, value in vars(self).items() if value is not None}


SETTING_NAMES = ("min_spacing", "max_spacing", "image_width", "image_height", "invert", "sizing")
"""The settings that have a value; single sequences have columns of these names in meta.csv."""


def checked_settings(values: Mapping[str, Any], where: str | None = None) -> Settings:
    """The settings among `values`; InputError for a value that cannot be one."""
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
    """The settings that a caller asks for; `spacing_range` is None or a pair of numbers, each of which may be None."""
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
    """The settings that a single sequence's row of meta.csv records, as text; InputError for what cannot be one."""
    values: dict[str, Any] = {}
    for name in SETTING_NAMES:
        text = row.get(name, "")
        if not text:
            continue
        if name == "sizing":
            values[name] = text
        elif not (text.isascii() and text.isdigit()) or (name == "invert" and text not in ("0", "1")):
            raise InputError(f"{name} is {text!r}", allowed="0 or 1" if name == "invert" else "a whole number")
        else:
            values[name] = text == "1" if name == "invert" else int(text)
    return checked_settings(values)


def settings_of_recipe(recipe: Mapping[str, Any]) -> Settings:
    """The settings of a recipe's images; InputError where its steps are not what this package writes."""
    try:
        steps = [(next(kind for kind in step if kind != "name"), step) for step in recipe.get("steps", [])]
        kinds = [kind for kind, _ in steps]
        if _WRITES not in kinds:
            return Settings()
        written = dict(steps[kinds.index(_WRITES)][1][_WRITES])
        low, high = written["spacing_range"]
    except (AttributeError, KeyError, StopIteration, TypeError, ValueError):
        raise InputError("the steps are not a list of kinds with parameters") from None
    settings = checked_settings({**written, "min_spacing": low, "max_spacing": high})
    after = kinds[kinds.index(_WRITES) + 1 :]
    changed_by = next((kind for kind in after if kind not in _CHECKS), None)
    return settings if changed_by is None else Settings(changed_by=changed_by)
