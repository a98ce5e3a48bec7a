"""The numbering plans that the documentation shows numbers of."""

from __future__ import annotations

from importlib.metadata import version

import pytest

SHOWN_SINCE = (9, 0, 32)
"""The first version of phonenumbers with the plan of JP whose numbers the pages show."""


def skip_with_older_plans() -> None:
    """Skip a test of numbers that are shown, if the installed plans are older; newer ones that differ are a fault."""
    installed = version("phonenumbers")
    if tuple(map(int, installed.split("."))) < SHOWN_SINCE:
        pytest.skip(f"phonenumbers {installed} has an older plan than the one whose numbers are shown")
