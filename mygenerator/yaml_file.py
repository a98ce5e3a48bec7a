"""Reads YAML with the line of every value; used for recipes and the configuration.

Scalars mean what YAML 1.2 says (`NO` is text, not False), and their spelling is kept. Anchors, aliases and tags are
refused, so that every value is written where it is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mygenerator.errors import InputError
from mygenerator.files import not_there, read_settings

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
"""How deeply lists and mappings can be nested."""

_CONSTANTS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
}  # fmt: skip
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,39})")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0o[0-7]+|0x[0-9a-fA-F]+")
_TEXT_TAG = "tag:yaml.org,2002:str"


@dataclass
class Marked:
    """A value in a YAML file, with its line.

    Attributes
    ----------
    value : None, bool, int, float, str, list of Marked, or dict of str -> Marked
    line : int
        From 1; a value under a key has the key's line. 0 if unknown.
    text : str, optional
        How a scalar is written, if it is not in quotes.
    is_text : bool
        Whether every YAML reader takes it for text: to many, `007` is a number.
    """

    value: Any
    line: int = 0
    text: str | None = None
    is_text: bool = False

    def plain(self) -> Any:
        """The value alone, without lines."""
        if isinstance(self.value, dict):
            return {key: part.plain() for key, part in self.value.items()}
        return [part.plain() for part in self.value] if isinstance(self.value, list) else self.value


@dataclass
class Repeated:
    """A key that occurs twice in one mapping."""

    key: str
    line: int
    first_line: int

    @property
    def error(self) -> InputError:
        """The error for the user."""
        return InputError(f"{self.key!r} is repeated here, after line {self.first_line}")


def read_text(path: Path, noun: str, max_bytes: int = MAX_BYTES) -> str:
    """The text of a small UTF-8 file that messages call `noun`; InputError if it cannot be read as one."""
    if os.path.isdir(path):  # Path.is_dir raises for an impossible name
        raise InputError(f"the {noun} is a folder", where=str(path))
    try:
        data = read_settings(path, max_bytes + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and not os.path.exists(path) and (known := not_there(path)) is not None:
            raise known from None
        if isinstance(error, FileNotFoundError):
            raise InputError(f"there is no such {noun}", where=str(path)) from None
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"the {noun} cannot be read ({reason})", where=str(path)) from error
    if len(data) > max_bytes:
        raise InputError(f"this is too large for a {noun}", where=str(path), allowed=f"up to {max_bytes:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"the {noun} is not UTF-8 ({error.reason})", where=f"{path}:{line}") from None


def marked_tree(text: str, where: str) -> tuple[Marked, list[Repeated]]:
    """The content of a YAML text (None if it is empty), and the keys that occur twice (the first counts).

    Parameters
    ----------
    text : str
    where : str
        What messages call the file.

    Raises
    ------
    InputError
        If it is not YAML, or holds what is refused here; the error gives file and line.

    Examples
    --------
    >>> tree, _ = marked_tree("seed: 11\\ntext:\\n  phone: NO\\n", "recipe.yaml")
    >>> tree.plain(), tree.value["text"].value["phone"].line
    ({'seed': 11, 'text': {'phone': 'NO'}}, 3)
    """
    import yaml

    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(
            f"this is not YAML: the character #x{error.character:04x} is not allowed", where=f"{where}:{line}"
        ) from None
    try:
        builder = _Builder(where, loader)
        with _yaml_errors(where, loader, text):
            # Event by event, because yaml.compose is recursive and follows aliases.
            while loader.check_event():
                builder.take(loader.get_event())
    finally:
        loader.dispose()
    return builder.root or Marked(None, line=1), builder.repeated


@contextmanager
def _yaml_errors(where: str, loader: Any, text: str) -> Iterator[None]:
    import yaml

    try:
        yield
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{where}:{mark.line + 1}" if mark else where
        what = f"this is not YAML: {error.problem or error.context}"
        raise InputError(what, where=place, do=_hint(error, text)) from None
    except InputError:
        raise
    except (ValueError, OverflowError) as error:
        # The number of a character that does not exist, as in "\UFFFFFFFF".
        raise InputError(f"this is not YAML: {error}", where=f"{where}:{loader.line + 1}") from None


_CURLY = frozenset("\u201c\u201d\u201e\u2018\u2019\u201a\u00ab\u00bb")
"""Quotes as word processors write them."""
_NO_QUOTES = "which are no quotes in YAML: write straight ones, \" or '"
_APOSTROPHES = frozenset("\u2018\u2019")


def _is_in_curly(text: str) -> bool:
    """Whether a scalar without quotes begins or ends as one that a word processor has put in quotes.

    A single one at one end alone can be an apostrophe. A quote by itself is what is left where [ follows it.
    """
    ends = {text[:1], text[-1:]} & _CURLY
    return len(text) > 1 and (bool(ends - _APOSTROPHES) or (text[:1] in ends and text[-1:] in ends))


def _hint(error: Any, text: str) -> str:
    if curly := sorted({*text} & _CURLY):
        return f"the file holds {' '.join(curly)}, {_NO_QUOTES}"
    if "'\\t'" in str(error.problem):
        return "indent with spaces; a tab is not allowed there"
    return "check how far the lines are indented, and put text with marks such as [ ] { } , : # in quotes"


@dataclass
class _Open:
    """A list or mapping that is being read."""

    node: Marked
    key: Marked | None = None


@dataclass
class _Builder:
    """Builds the tree from the parser's events."""

    where: str
    loader: Any
    root: Marked | None = None
    repeated: list[Repeated] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def take(self, event: Any) -> None:
        """Add an event to the tree."""
        import yaml

        line = event.start_mark.line + 1
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise self._refused(line, "a second document begins here", "keep one in each file")
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(line, f"anchors and aliases (&{event.anchor}) are not allowed", "write it out")
        elif isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event, line))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._begin(event, Marked([] if isinstance(event, yaml.SequenceStartEvent) else {}, line))
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()

    def _refused(self, line: int, what: str, do: str | None = None) -> InputError:
        return InputError(what, where=f"{self.where}:{line}", do=do)

    def _begin(self, event: Any, node: Marked) -> None:
        if event.tag is not None:
            raise self._refused(node.line, f"the tag {event.tag} is not allowed", "leave it out")
        if len(self.stack) == MAX_DEPTH:
            raise self._refused(node.line, f"more than {MAX_DEPTH} lists and mappings are nested here")
        self._add(node)
        self.stack.append(_Open(node))

    def _scalar(self, event: Any, line: int) -> Marked:
        import yaml

        if event.tag not in (None, "!", _TEXT_TAG):
            raise self._refused(line, f"the tag {event.tag} is not allowed", "leave it out")
        text = event.value
        if not event.implicit[0]:
            return Marked(text, line, is_text=True)
        if _is_in_curly(text):
            raise self._refused(line, f"{text} begins or ends with \u201c, \u201d or the like, {_NO_QUOTES}")
        is_text = self.loader.resolve(yaml.ScalarNode, text, (True, False)) == _TEXT_TAG
        return Marked(_resolved(text), line, text, is_text and not _is_special(text))

    def _add(self, node: Marked) -> None:
        if not self.stack:
            self.root = node
            return
        above = self.stack[-1]
        if isinstance(above.node.value, list):
            above.node.value.append(node)
        elif above.key is None:
            if isinstance(node.value, list | dict):
                raise self._refused(
                    node.line, "a list or a mapping cannot be a key", "put text that begins with [ in quotes"
                )
            above.key = node
        else:
            self._add_pair(above.node.value, above.key, node)
            above.key = None

    def _add_pair(self, mapping: dict[str, Marked], key: Marked, node: Marked) -> None:
        name = key.text if key.text is not None else key.value
        node.line = key.line
        if name in mapping:
            self.repeated.append(Repeated(name, key.line, mapping[name].line))
        else:
            mapping[name] = node


def dumped(content: Any, width: int = 110) -> str:
    """Plain values as YAML that `marked_tree` can read back; keys keep their order.

    Examples
    --------
    >>> print(dumped({"text": {"pattern": "1e3"}, "save": {"shard_size": 7, "prefix": "x"}}))
    text:
      pattern: '1e3'
    save: {shard_size: 7, prefix: x}
    <BLANKLINE>
    """
    import yaml

    class Dumper(yaml.SafeDumper):  # pylint: disable=too-many-ancestors
        """Puts in quotes what any reader could take for a number."""

    def text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
        # In single quotes, PyYAML loses some line separators, such as U+0085.
        style = "'" if _is_special(value) or _is_in_curly(value) else None if value.isprintable() else '"'
        return dumper.represent_scalar(_TEXT_TAG, value, style=style)

    Dumper.add_representer(str, text)
    return yaml.dump(content, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=width)


def _is_special(text: str) -> bool:
    """Whether YAML 1.2 takes a scalar without quotes for something other than text."""
    return text in _CONSTANTS or _NUMBER.fullmatch(text) is not None


def _resolved(text: str) -> Any:
    """What a scalar without quotes means; a whole number is one that every reader understands alike (not `010`)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if re.fullmatch(r"[-+]?[0-9]*\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*\.?[eE][-+]?[0-9]+", text):
        return float(text)
    return text
