"""Writes config/recipe.schema.json anew, from what is registered: after a step, a source or a parameter has changed.

    python tools/build_schema.py

Kinds that other installed packages announce would stand in it too: use an environment without any.
"""

from __future__ import annotations

from pathlib import Path

from mygenerator.recipes.schema import write_schema

if __name__ == "__main__":
    print(write_schema(Path(__file__).parents[1] / "config"))
