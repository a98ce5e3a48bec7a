"""What a recipe can name: kinds of sources and of steps, each with the parameters that it takes there.

It lies between the registry, which finds classes, and the modules that read, write and describe recipes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from mygenerator.dataset import ImageDataset
from mygenerator.dataset.image_folder import FilePattern
from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet
from mygenerator.parameters import parameters_of
from mygenerator.pipeline import Pipeline
from mygenerator.registry import CODE_PREFIX, find, load_code

COUNT, SEED = "count", "seed"
HASH_SUFFIX = "_sha256"
"""Added to the name of a parameter that names glyphs, it gives the key for the hash of their content."""


@dataclass(frozen=True)
class Kind:
    """A kind of source or step as recipes know it.

    Attributes
    ----------
    name : str
        As recipes write it.
    cls : type
    make : callable
        Makes one from its parameters, given by name.
    parameters : dict of str to inspect.Parameter
        Those that a recipe may give, by the recipe's names.
    renamed : dict of str to str
        The recipe's name -> the constructor's, if they differ.
    main : str, optional
        The parameter that a source's short form gives, as in `pattern: "[0-9]{7}"`.
    """

    name: str
    cls: type
    make: Callable[..., Any]
    parameters: dict[str, inspect.Parameter]
    renamed: dict[str, str] = field(default_factory=dict)
    main: str | None = None

    @property
    def is_pipeline(self) -> bool:
        """Whether it holds steps of its own."""
        return issubclass(self.cls, Pipeline)

    @property
    def glyph_parameters(self) -> list[str]:
        """The parameters that name a source of glyphs."""
        return [name for name, parameter in self.parameters.items() if allows(parameter.annotation, GlyphSet)]

    @property
    def required(self) -> list[str]:
        """The parameters that have no default, except `count`, which can be given when a recipe is run."""
        return [name for name, one in self.parameters.items() if one.default is one.empty and name != COUNT]

    def made(self, values: dict[str, Any], **more: Any) -> Any:
        """One of this kind with these parameters."""
        return self.make(**{self.renamed.get(name, name): value for name, value in values.items()}, **more)


def step_kind(name: str, allow_code: bool) -> Kind:
    """The kind of step of that name; InputError if there is none, or if it is code that is not allowed to run."""
    return step_kind_of(_class("step", name, allow_code), name)


def step_kind_of(cls: type, name: str) -> Kind:
    """A class of steps as recipes know it."""
    return Kind(name, cls, cls, parameters_of(cls))


def text_kind(name: str, allow_code: bool) -> Kind:
    """The kind of text source of that name; see `step_kind`."""
    return text_kind_of(_class("text", name, allow_code), name)


def text_kind_of(cls: type, name: str) -> Kind:
    """A class of text sources as recipes know it under one of its names.

    Recipes call its class method `from_<name>` if there is one, else its constructor, whose `size` they call `count`.
    """
    maker = getattr(cls, f"from_{name}", None)
    if maker is not None:
        return _kind_of_function(name, cls, maker)
    own = {key: one for key, one in parameters_of(cls).items() if key != SEED}
    parameters = {COUNT if key == "size" else key: one for key, one in own.items()}
    main = next((key for key in parameters if key != COUNT), None)
    return Kind(name, cls, cls, parameters, {COUNT: "size"} if "size" in own else {}, main)


def image_kind() -> Kind:
    """What is under `images:`, in place of a text."""
    return _kind_of_function("images", ImageDataset, _images)


def allows(annotation: Any, cls: type) -> bool:
    """Whether a class is among those that an annotation names."""
    return annotation is cls or any(allows(one, cls) for one in get_args(annotation))


def _images(
    path: str | Path, image_suffix: Annotated[str, FilePattern()] = "*.png", seed: int | None = None
) -> ImageDataset:
    return ImageDataset(path, image_suffix=image_suffix, seed=seed)


def _kind_of_function(name: str, cls: type, make: Callable[..., Any]) -> Kind:
    hints = get_type_hints(make, include_extras=True)
    parameters = {
        key: one.replace(annotation=hints.get(key, Any))
        for key, one in inspect.signature(make).parameters.items()
        if key != SEED
    }
    return Kind(name, cls, make, parameters, main=next(key for key in parameters if key != COUNT))


def _class(family: str, name: str, allow_code: bool) -> type:
    if not name.startswith(CODE_PREFIX):
        return find(family, name)
    if not allow_code:
        raise InputError(
            f"{name} is code of your own, which runs when the recipe is read",
            do="say --allow_code (in Python allow_code=True) if you trust the recipe",
        )
    return load_code(family, name)
