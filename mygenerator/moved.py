"""Modules that have moved: imports under their names in earlier releases keep working.

Python asks the finder below first, so a package that has moved, and the modules in it, are never loaded twice.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType

NEW_NAMES = {
    "account": "inspection.explanation",
    "affine": "strip.affine",
    "contact_sheet": "inspection.contact_sheet",
    "doctor": "inspection.doctor",
    "extent": "strip.extent",
    "layout": "strip.layout",
    "measure": "strip.measure",
    "patterns": "text.patterns",
    "permutation": "text.permutation",
    "phone": "text.numbering_plan",
    "raster": "strip.raster",
    "replay": "inspection.replay",
    "sheet": "inspection.sheets",
    "transform.padding": "transform.validate_padding",
    "transform.strip": "transform.strip_writer",
    "util_png": "sinks.png.encoder",
}
"""Old name -> new name, both relative to the package."""

_PACKAGE = f"{__name__.partition('.')[0]}."


def new_name(name: str) -> str | None:
    """The full current name of a module, or None if it never moved.

    >>> new_name("mygenerator.patterns.syntax")
    'mygenerator.text.patterns.syntax'
    """
    below, inside = name.removeprefix(_PACKAGE), ""
    while name.startswith(_PACKAGE) and below:
        if below in NEW_NAMES:
            return f"{_PACKAGE}{NEW_NAMES[below]}{inside}"
        below, dot, last = below.rpartition(".")
        inside = f"{dot}{last}{inside}"
    return None


class _Finder:
    """Finds and loads a moved module: the module of the new name is what is imported."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The specification of a moved module, None for any other."""
        del path, target
        return None if new_name(name) is None else ModuleSpec(name, self)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Let Python make an empty module, which `exec_module` replaces."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the module of the new name in place of the old one."""
        name = new_name(module.__name__)
        assert name is not None
        sys.modules[module.__name__] = import_module(name)


def install() -> None:
    """Let Python find the old names; called once, when the package is imported."""
    sys.meta_path.insert(0, _Finder())
