"""The configuration file: which glyph sources there are besides the embedded one, and which is the default.

Read by the commands, and by `glyphs` for names that it does not know; imports only errors, files, logs and yaml_file.
"""

from __future__ import annotations

import copy
import os
import re
import reprlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mygenerator.beginnings import ARCHIVE_ENDINGS
from mygenerator.errors import InputError, did_you_mean, unknown_name
from mygenerator.files import check_shipped, given_path, home_if_known, write_atomically
from mygenerator.logs import log, logw
from mygenerator.unchanged import Unchanged, states_of
from mygenerator.yaml_file import Marked, marked_tree, read_text

EMBEDDED_SOURCE = "optdigits"
"""The glyph source that comes with the package; it needs no configuration."""

PUBLIC_SOURCES = ("mnist", "mnist:test", "qmnist", "qmnist:test", "emnist-digits", "emnist-digits:test")
"""Public sets of digits that are known by name and downloaded when they are first used; see glyphs/public.py."""

KINDS = ("idx", "folder")
"""The kinds of glyph sources that a configuration file can name."""

_KEYS = ("current_dataset", "datasets")
_SOURCE_KEYS = ("kind", "path", "url", "sha256", "transposed")
_MAX_BYTES = 100_000


def config_load(config_file: str | os.PathLike | None = "default") -> dict[str, Any]:
    """Read and check a configuration file.

    Parameters
    ----------
    config_file : str or path, optional
        "default" or None is `config.yaml` in the home folder, written on first use.

    Returns
    -------
    dict
        `current_dataset` : str, the default glyph source;
        `datasets` : dict of name -> dict, which has some of the keys `path` (absolute, as text), `kind` (as
        written), `url` (list of addresses), `sha256` (64 lower-case hexadecimal digits) and `transposed` (bool).

    Raises
    ------
    InputError
        If the file is missing or broken, if a key or value is unknown (with file and line), or if `current_dataset`
        cannot be used. Entries of older releases that are not the current source are kept unchecked.

    Examples
    --------
    >>> config_load(packaged_config())["current_dataset"]
    'optdigits'
    """
    is_default, path = config_file is None or str(config_file) == "default", config_path(config_file)
    # Paths in the file can begin with ~, which the environment decides.
    key, states = (str(path), os.path.expanduser("~")), states_of([path])
    config = _read_before.get(key, [path])
    if config is None:
        text = _default_text(path) if is_default else _read(path)
        content, lines = _parse(text, path)
        config = _Checker(path, lines).config(content)
        _read_before.keep(key, states, config)
    return copy.deepcopy(config)


_read_before: Unchanged[dict[str, Any]] = Unchanged()


def packaged_config() -> Path:
    """The default configuration file: inside the package in a wheel, in `config/` next to it in a checkout."""
    package = Path(__file__).parent
    installed = package / "config_files" / "config.yaml"
    return installed if installed.exists() else package.parent / "config" / "config.yaml"


def config_path(config_file: str | os.PathLike | None = "default") -> Path:
    """The file that `config_load` reads: for "default" the home folder's or, without one, the packaged one."""
    if config_file is not None and str(config_file) != "default":
        return Path(os.path.abspath(given_path(config_file)))
    home = home_if_known()
    return packaged_config() if home is None else home / "config.yaml"


def _default_text(path: Path) -> str:
    """The content of the default file, which is written if there is none yet."""
    if not os.path.lexists(path):
        check_shipped(packaged_config())
    if path == packaged_config():
        return path.read_text(encoding="utf-8")
    if os.path.lexists(path):
        return _read(path)
    data = packaged_config().read_bytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, data)
        log(f"wrote the default configuration to {path}")
    except OSError as error:
        logw(f"{path} cannot be written ({error.strerror}); the default configuration is used without it")
    return data.decode("utf-8")


def _read(path: Path) -> str:
    return read_text(path, "configuration file", _MAX_BYTES)


def _parse(text: str, path: Path) -> tuple[Any, dict[tuple[str, ...], int]]:
    """The file's content, and the line of each key by its path of keys."""
    root, repeated = marked_tree(text, str(path))
    for again in repeated:
        raise InputError(again.error.what, where=f"{path}:{again.line}")
    return root.plain(), dict(_key_lines(root))


def _key_lines(node: Marked, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], int]]:
    if isinstance(node.value, dict):
        for key, part in node.value.items():
            yield (*above, key), part.line
            yield from _key_lines(part, (*above, key))


class _Checker:
    """Checks the content of one file; it knows the line of each key."""

    def __init__(self, path: Path, lines: Mapping[tuple[str, ...], int]):
        self.path, self.lines = path, lines

    def _where(self, *keys: object) -> str:
        """The line of a key, or of the key above it if YAML reads the key as something other than text (`no`, `~`)."""
        named = tuple(map(str, keys))
        line = next((self.lines[named[:end]] for end in range(len(named), 0, -1) if named[:end] in self.lines), None)
        return f"{self.path}:{line}" if line else str(self.path)

    def _mapping(self, value: Any, known: tuple[str, ...] | None, *keys: str) -> dict:
        """`value` as a dict whose keys are all known; None counts as an empty one."""
        if value is None:
            return {}
        name = ".".join(keys) or "the file"
        if not isinstance(value, dict):
            raise InputError(
                f"{name} holds {reprlib.repr(value)}",
                where=self._where(*keys),
                allowed=f"keys and values ({', '.join(known or ['name: ...'])})",
            )
        for key in value:
            if known and key not in known:
                raise unknown_name("key", key, known, self._where(*keys, key))
        return value

    def _text(self, value: Any, *keys: str) -> str:
        if not isinstance(value, str) or not value:
            raise InputError(f"{'.'.join(keys)} is {reprlib.repr(value)}", where=self._where(*keys), allowed="text")
        return value

    def config(self, content: Any) -> dict[str, Any]:
        """What `config_load` returns for a file's content."""
        content = self._mapping(content, _KEYS)
        sources = self._mapping(content.get("datasets"), None, "datasets")
        datasets = {name: self._source(name, entry) for name, entry in sources.items()}
        current = self._text(content.get("current_dataset", EMBEDDED_SOURCE), "current_dataset")
        self._check_current(current, datasets)
        return {"current_dataset": current, "datasets": datasets}

    def _source(self, name: str, entry: Any) -> dict[str, Any]:
        keys = ("datasets", name)
        if name == EMBEDDED_SOURCE:
            raise InputError(
                f"{name!r} is the name of the digits that come with the package",
                where=self._where(*keys),
                do="give this source another name",
            )
        entry = self._mapping(entry, _SOURCE_KEYS, *keys)
        texts = {key: value for key, value in entry.items() if key not in ("url", "transposed")}
        checked: dict[str, Any] = {key: self._text(value, *keys, key) for key, value in texts.items()}
        if "path" in checked:
            # A path is relative to the file, so that the file means the same in any working folder.
            path = given_path(checked["path"], self._where(*keys, "path"))
            checked["path"] = os.path.normpath(self.path.parent / path)
        if "url" in entry:
            checked["url"] = self._texts(entry["url"], *keys, "url")
        if "sha256" in checked:
            checked["sha256"] = self._sha256(checked["sha256"], *keys)
        if "transposed" in entry:
            checked["transposed"] = self._transposed(entry, *keys)
        return checked

    def _transposed(self, entry: Mapping[str, Any], *keys: str) -> bool:
        """Whether rows and columns are exchanged in the files of a pair."""
        where = self._where(*keys, "transposed")
        transposed = entry["transposed"]
        if not isinstance(transposed, bool):
            raise InputError(
                f"{'.'.join(keys)}.transposed is {reprlib.repr(transposed)}", where=where, allowed="true or false"
            )
        if entry.get("kind") == "folder":
            raise InputError(
                f"{'.'.join(keys)} is a folder of characters, which cannot be transposed",
                where=where,
                do="remove the key",
            )
        if keys[-1] in PUBLIC_SOURCES and "path" not in entry:
            raise InputError(
                f"{keys[-1]!r} is the name of a public set, of which this is known",
                where=where,
                do="give this source another name, or remove the key",
            )
        return transposed

    def _texts(self, value: Any, *keys: str) -> list[str]:
        """One text, or a list of at least one, as a list."""
        if not isinstance(value, list):
            return [self._text(value, *keys)]
        if not value:
            raise InputError(f"{'.'.join(keys)} is empty", where=self._where(*keys), allowed="an address, or several")
        return [self._text(one, *keys) for one in value]

    def _sha256(self, text: str, *keys: str) -> str:
        where = self._where(*keys, "sha256")
        if not re.fullmatch("[0-9a-fA-F]{64}", text):
            raise InputError(f"{'.'.join(keys)}.sha256 is {text!r}", where=where, allowed="64 hexadecimal digits")
        if keys[-1] in PUBLIC_SOURCES:
            raise InputError(
                f"{keys[-1]!r} is the name of a public set, whose files are checked with hashes of their own",
                where=where,
                do="give this source another name, or remove the key",
            )
        return text.lower()

    def _check_current(self, name: str, datasets: Mapping[str, Mapping[str, Any]]) -> None:
        """Refuse a current source that this release cannot read: a file of an older release can name one."""
        if name in datasets:
            check_source(name, datasets[name], self._where("datasets", name))
        elif name not in (EMBEDDED_SOURCE, *PUBLIC_SOURCES):
            known = [EMBEDDED_SOURCE, *PUBLIC_SOURCES, *datasets]
            raise InputError(
                f"current_dataset is {name!r}, which is not (or no longer) a known glyph source",
                where=self._where("current_dataset"),
                allowed=", ".join(dict.fromkeys(known)),
                do=did_you_mean(name, known),
            )


def check_source(name: str, entry: Mapping[str, Any], where: str | None = None) -> None:
    """Raise InputError unless a source's entry can be used: a known kind (or none), and a path or an archive's url.

    An entry with the name of a public set needs neither; if it has no path, it means the set.
    """
    if name in PUBLIC_SOURCES and "path" not in entry:
        return
    kind = entry.get("kind")
    if kind is not None and kind not in KINDS:
        raise unknown_name(f"kind of glyph source {name!r}:", kind, KINDS, where)
    if "path" in entry:
        return
    if "url" not in entry:
        raise InputError(
            f"the glyph source {name!r} has no path and no url",
            where=where,
            do="give a folder as `path`, or the address of an archive as `url`",
        )
    for url in entry["url"]:
        _check_url(name, url, where)


def _check_url(name: str, url: str, where: str | None) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is not a number, a bracket that is not closed
        usable = False
    if not usable or not unquote(parts.path).lower().endswith(ARCHIVE_ENDINGS):
        raise InputError(
            f"the glyph source {name!r} has the url {url!r}",
            where=where,
            allowed=f"an address that begins with http:// or https:// and ends with {', '.join(ARCHIVE_ENDINGS)}",
            do="give the unpacked folder as `path`",
        )
