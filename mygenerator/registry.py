"""Registry: every kind of step, text source, output format and engine, found by where it is and what it extends.

A class in a module of the family's package is registered by being there; other packages announce theirs through entry
points. There is no list to edit, and nothing is imported before it is asked for.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from mygenerator.errors import InputError, unknown_name
from mygenerator.logs import logw

CODE_PREFIX = "python:"
"""What the name of a user's own class begins with in a recipe: `python:package.module.Class`."""


@dataclass(frozen=True)
class Family:
    """Kinds of one sort.

    Attributes
    ----------
    noun : str
        What messages call one of them.
    packages : tuple of str
        The package whose modules hold them, or single modules.
    base : str
        The class that all of them extend, as `module:Class`.
    group : str
        The entry-point group in which other packages announce theirs.
    names : callable
        Class -> the names that recipes know it by; an empty tuple for a class that no recipe can name.
    """

    noun: str
    packages: tuple[str, ...]
    base: str
    group: str
    names: Callable[[Any], tuple[str, ...]]

    @property
    def base_class(self) -> type:
        """The class that all of them extend."""
        module, _, name = self.base.partition(":")
        return getattr(import_module(module), name)


FAMILIES = {
    "step": Family(
        "step",
        ("mygenerator.transform", "mygenerator.pipeline"),  # a Pipeline is a step too
        "mygenerator.transform.base:Transform",
        "mygenerator.steps",
        lambda cls: (cls.kind_name(),),
    ),
    "text": Family(
        "text source",
        ("mygenerator.dataset",),
        "mygenerator.dataset.base:Dataset",
        "mygenerator.texts",
        lambda cls: tuple(cls.recipe_names),
    ),
    "format": Family(
        "format",
        ("mygenerator.sinks",),
        "mygenerator.sinks.base:Sink",
        "mygenerator.formats",
        lambda cls: (cls.format,) if cls.format else (),
    ),
    "engine": Family(
        "engine",
        ("mygenerator.engines",),
        "mygenerator.engines.base:Engine",
        "mygenerator.engines",
        lambda cls: (cls.__name__.removesuffix("Engine").lower(),),
    ),
}


def kinds(family: str) -> dict[str, type]:
    """Every registered class of a family ("step", "text", "format", "engine") by its name, sorted.

    Examples
    --------
    >>> kinds("format")["png"].__name__
    'PngSink'
    """
    return dict(_kinds(family))


def find(family: str, name: str, where: str | None = None) -> type:
    """The class of that name; InputError with the nearest name if there is none.

    The module of that name is looked at first, so that asking for one kind does not import all.
    """
    one = FAMILIES[family]
    for package in one.packages:
        if isinstance(name, str) and name.isidentifier() and _has_module(package, name):
            for cls in _classes_in(f"{package}.{name}", one):
                if name in one.names(cls):
                    return cls
    known = _kinds(family)
    if not isinstance(name, str) or name not in known:
        raise unknown_name(one.noun, name, list(known), where)
    return known[name]


def load_code(family: str, name: str, where: str | None = None) -> type:
    """The user's own class of a name `python:package.module.Class`, imported; the caller checks that this is allowed.

    Raises
    ------
    InputError
        If it cannot be imported, or is not a class of the family.
    """
    one = FAMILIES[family]
    path, _, attribute = name.removeprefix(CODE_PREFIX).rpartition(".")
    try:
        found = getattr(import_module(path), attribute)
    # Importing runs the user's module, which can raise anything.
    except Exception as error:  # pylint: disable=broad-exception-caught
        reason = f"{type(error).__name__}: {error}"
        raise InputError(
            f"{name} cannot be imported ({reason})", where=where, do="check the name and PYTHONPATH"
        ) from error
    if not (inspect.isclass(found) and issubclass(found, one.base_class)):
        raise InputError(
            f"{name} is not {_with_article(one.noun)}", where=where, allowed=f"a class that extends {one.base}"
        )
    return found


def class_named(family: str, name: str) -> type | None:
    """The registered class with that Python name, None if there is none."""
    return next((cls for cls in _kinds(family).values() if cls.__name__ == name), None)


@cache
def _kinds(family: str) -> dict[str, type]:
    one = FAMILIES[family]
    found: dict[str, type] = {}
    for cls in _classes(one):
        for name in one.names(cls):
            if found.setdefault(name, cls) is not cls:
                raise InputError(
                    f"two classes are called {name!r}: {_full_name(found[name])} and {_full_name(cls)}",
                    do=f"rename one of these {one.noun}s",
                )
    for package, cls in _announced(one):
        names = one.names(cls)
        if not names:
            logw(f"the {one.noun} {_full_name(cls)} of the installed package {package} has no name")
        for name in names:
            # It must not keep others from their work: what was there first stays.
            if found.setdefault(name, cls) is not cls:
                there = _full_name(found[name])
                logw(f"the {one.noun} {name!r} of the installed package {package} is ignored: {there} has that name")
    return dict(sorted(found.items()))


def _classes(family: Family) -> Iterator[type]:
    for package in family.packages:
        module = import_module(package)
        below = [package] if not hasattr(module, "__path__") else _modules_of(package)
        for name in below:
            yield from _classes_in(name, family)


def _modules_of(package: str) -> list[str]:
    names = (info.name for info in pkgutil.iter_modules(import_module(package).__path__))
    # Compiled twins hold no kinds, and importing them costs half a second.
    return [f"{package}.{name}" for name in names if not name.endswith("_numba")]


def _has_module(package: str, name: str) -> bool:
    return f"{package}.{name}" in _modules_of(package) if hasattr(import_module(package), "__path__") else False


def _classes_in(module: str, family: Family) -> Iterator[type]:
    """The public classes of the family that a module defines, not those that it imports."""
    base = family.base_class
    for name, cls in vars(import_module(module)).items():
        extends = inspect.isclass(cls) and issubclass(cls, base) and cls is not base
        # A class that only serves as a base of others says so.
        if extends and not vars(cls).get("_is_base") and cls.__module__ == module and not name.startswith("_"):
            yield cls


def _announced(family: Family) -> Iterator[tuple[str, type]]:
    """The classes that other installed packages announce, each with its package's name.

    A class that cannot be loaded is skipped with a warning.
    """
    from importlib.metadata import entry_points

    for point in entry_points(group=family.group):
        package = point.dist.name if point.dist is not None else "unknown"
        try:
            found = point.load()
        # A plug-in can raise anything while it is imported; that must not stop the others.
        except Exception as error:  # pylint: disable=broad-exception-caught
            logw(f"the {family.noun} {point.value} of the installed package {package} cannot be loaded: {error}")
            continue
        if inspect.isclass(found) and issubclass(found, family.base_class):
            yield package, found
        else:
            what = f"{point.value} of the installed package {package}, announced as {_with_article(family.noun)},"
            logw(f"{what} does not extend {family.base}")


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _full_name(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"
