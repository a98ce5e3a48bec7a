"""Steps and sources of a user's own, as recipes reach them by `python:tests.recipes.own.NAME`."""

from typing import ClassVar

import numpy as np

from mygenerator import PatternNlpDataset, Transform


class Darken(Transform):
    """Darkens each strip by its own draw."""

    def __init__(self, most: int = 20, places: tuple = ()):
        self.most, self.places = most, places

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=self.most)

    def apply(self, images, drawn):
        return np.maximum(images.astype(int) - drawn[:, None, None], 0).astype(np.uint8)


class Fussy(Transform):
    """Its constructor refuses what it is given, by an error of Python's."""

    def __init__(self, level=0):
        self.level = int(level)


class Tickets(PatternNlpDataset):
    """A source of text whose size is called `size`, as in the constructors of the package."""

    recipe_names: ClassVar[tuple[str, ...]] = ("tickets",)

    def __init__(self, letter: str, size: int, seed: int | None = None):
        super().__init__(f"{letter}[0-9]{{3}}", size, seed)
        self.letter = letter

    def describe(self):
        return {"text": {"tickets": {"letter": self.letter}}}
