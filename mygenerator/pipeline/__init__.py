"""Pipeline, and the jobs of the two generating commands as functions."""

from mygenerator.pipeline.base import Pipeline
from mygenerator.pipeline.generate import (
    MAX_SEQUENCE,
    MAX_SPACING,
    check_spacing,
    keep_glyphs,
    plan_numbers_sequence,
    plan_phone_numbers,
    run_generate_numbers_sequence,
    run_generate_phone_numbers,
)
from mygenerator.pipeline.one_strip import make_strip

__all__ = [
    "MAX_SEQUENCE",
    "MAX_SPACING",
    "Pipeline",
    "check_spacing",
    "keep_glyphs",
    "make_strip",
    "plan_numbers_sequence",
    "plan_phone_numbers",
    "run_generate_numbers_sequence",
    "run_generate_phone_numbers",
]
