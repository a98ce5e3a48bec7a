"""What a wrong input is: files, a command line, and the words that the answer must hold. The table is made of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SERVER = "http://127.0.0.1:0"
"""Stands in files, lines and words for the server that serves `served`; `SERVER/good/a.zip` is one of them."""


@dataclass(frozen=True)
class Link:
    """A symbolic link to a path."""

    to: str


Content = str | bytes | Link | Callable[[], bytes]
"""What a file holds; a function makes what is too large to be made before it is needed."""


@dataclass(frozen=True)
class Wrong:
    """One wrong input.

    Attributes
    ----------
    line : str
        The command line, as a shell would take it. The working folder is `.`, the home folder `home`.
    words : tuple of str
        What the message must hold.
    files : dict of path -> Content
        What lies in the working folder beforehand; a path that ends with / is a folder.
    served : dict of name -> Content
        What the server has.
    leaves : tuple of str
        Patterns of paths that may be there afterwards; the home folder's `config.yaml` always may.
    locked : tuple of str
        What nobody may read or write meanwhile.
    about : str
        What is wrong, in a few words: the name of the test. The line says it where this does not.
    """

    line: str
    words: tuple[str, ...]
    files: Mapping[str, Content] = field(default_factory=dict)
    served: Mapping[str, Content] = field(default_factory=dict)
    leaves: tuple[str, ...] = ()
    locked: tuple[str, ...] = ()
    about: str = ""

    def __str__(self) -> str:
        return f"{self.line.split(' --')[0]}: {self.about}" if self.about else self.line
