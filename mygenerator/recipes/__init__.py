"""Recipes: data sets that are written down, in YAML or by a finished folder, and run again.

document.py finds and reads; check.py, steps.py, values.py and own_faults.py check; build.py builds, write.py writes,
schema.py describes.
"""

from __future__ import annotations

from pathlib import Path

from mygenerator.errors import InputError
from mygenerator.pipeline import Pipeline
from mygenerator.recipes.build import glyph_sets
from mygenerator.recipes.check import checked
from mygenerator.recipes.document import document_of, shipped_recipes
from mygenerator.recipes.parts import Step
from mygenerator.recipes.recipe import Recipe
from mygenerator.recipes.schema import schema_path
from mygenerator.recipes.write import shown_in, steps_content, write_text
from mygenerator.yaml_file import dumped

__all__ = ["Recipe", "glyph_sets", "pipeline_to_yaml", "schema_path", "shipped_recipes", "steps_of"]


def steps_of(source: str | Path, allow_code: bool = False) -> list[Step]:
    """The steps of a recipe; see `Pipeline.from_yaml`."""
    document = document_of(source)
    pipeline = checked(document, allow_code, steps_alone=True).pipeline
    if pipeline is None:
        raise InputError("there are no steps", where=document.where)
    return list(pipeline.steps)


def pipeline_to_yaml(pipeline: Pipeline, path: str | Path | None = None) -> str:
    """The steps of a pipeline as YAML; see `Pipeline.to_yaml`."""
    text = dumped({"steps": steps_content(pipeline, shown_in(path))})
    if path is not None:
        write_text(path, text)
    return text
