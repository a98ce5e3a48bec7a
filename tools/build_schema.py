"""Rewrites config/recipe.schema.json from what is registered; run it after a step, a source or a parameter has changed.

    python tools/build_schema.py

Kinds that other installed packages register would be in it too: use an environment without such packages.
"""

from __future__ import annotations

from pathlib import Path

from mygenerator.recipes.schema import write_schema

if __name__ == "__main__":
    print(write_schema(Path(__file__).parents[1] / "config"))
