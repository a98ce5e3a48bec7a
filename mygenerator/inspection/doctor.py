"""What is installed and whether it works: versions, folders, configuration, digits, and the speed of a small run.

It checks and measures, but repairs nothing and leaves nothing behind; the command `doctor` prints the result. Anything
that could be broken is imported only where it is examined.
"""

from __future__ import annotations

import json
import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mygenerator import __version__
from mygenerator.config import EMBEDDED_SOURCE, config_load
from mygenerator.engines import usable_processors
from mygenerator.errors import MyGeneratorError, SaveError, counted
from mygenerator.files import HOME_VARIABLE, NoHomeError, home_folder, read_record

_SPEED_IMAGES = 2_000
_SPEED_SIZE = (280, 28)
_LABEL_WIDTH = 15
_FOR_DEVELOPERS = frozenset({"test", "docs", "dev", "deep"})
"""Extras of the package that nobody needs to use it."""


@dataclass(frozen=True)
class Examination:
    """What was found.

    Attributes
    ----------
    facts : dict
        Plain values under `versions`, `platform`, `home`, `configuration`, `digits`, `cache` and `speed`.
    faults : list of str
        Why the package cannot work here; empty if it can.
    """

    facts: dict[str, Any]
    faults: list[str]

    def to_json(self) -> str:
        """Everything, as one JSON object."""
        return json.dumps({**self.facts, "faults": self.faults}, indent=2, ensure_ascii=False)

    def __str__(self) -> str:
        lines = [f"{label:<{_LABEL_WIDTH}}{text}" for label, text in _lines(self.facts)]
        verdict = [f"FAULT: {fault}" for fault in self.faults] or ["mygenerator works here"]
        return "\n".join([*lines, "", *verdict])


def examine() -> Examination:
    """Examine everything, and make a few images.

    Examples
    --------
    >>> found = examine()
    >>> found.facts["digits"]["source"], found.faults
    ('optdigits', [])
    """
    faults: list[str] = []
    home, lack = _home(faults)
    configuration = _configuration(home, faults)
    facts: dict[str, Any] = {
        "versions": _versions(),
        "platform": {"system": platform.platform(), "processors": usable_processors()},
        "home": {
            "path": home and str(home),
            "exists": bool(home and home.is_dir()),
            "writable": _is_writable(home),
            "lack": lack,
        },
        "configuration": configuration,
        "digits": _examined(lambda: _digits(configuration), faults),
        "cache": _examined(lambda: _cache(home), faults),
        "speed": _speed(faults),
    }
    return Examination(facts, list(dict.fromkeys(faults)))


def _versions() -> dict[str, Any]:
    """The versions of Python, of the package, and of what it needs or can use (None: not installed)."""
    from importlib import metadata

    def version(name: str) -> str | None:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            return None

    try:
        wanted = metadata.requires("mygenerator") or []
    except metadata.PackageNotFoundError:
        wanted = []  # a checkout that was never installed does not say what it needs
    needed, optional = set(), set()
    for line in wanted:
        name, extra = re.split(r"[^\w.-]", line)[0], re.search(r"""extra == ["'](.+?)["']""", line)
        if extra is None:
            needed.add(name)
        elif extra[1] not in _FOR_DEVELOPERS:
            optional.add(name)
    return {
        "mygenerator": __version__,
        "python": f"{platform.python_version()} ({platform.python_implementation()})",
        "needed": {name: version(name) for name in sorted(needed, key=str.lower)},
        "optional": {name: version(name) for name in sorted(optional - needed, key=str.lower)},
    }


def _examined(look: Callable[[], dict[str, Any]], faults: list[str]) -> dict[str, Any]:
    """What `look` finds; if something that it imports is missing, that is a fault, and the rest goes on."""
    try:
        return look()
    except (ImportError, MyGeneratorError) as error:
        faults.append(str(error))
        return {}


def _home(faults: list[str]) -> tuple[Path | None, str]:
    """The home folder or, if there is none that can be used, why."""
    try:
        return home_folder(), ""
    except NoHomeError as error:
        return None, error.what
    except MyGeneratorError as error:
        faults.append(str(error))
        return None, error.what


def _is_writable(folder: Path | None) -> bool:
    """Whether a file can be written in the folder or, if the folder does not exist yet, whether it can be made."""
    if folder is None:
        return False
    if not folder.exists():
        return os.access(next(above for above in folder.parents if above.exists()), os.W_OK | os.X_OK)
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _configuration(home: Path | None, faults: list[str]) -> dict[str, Any]:
    """The configuration file of the home folder, and what is wrong with it."""
    path = home and home / "config.yaml"
    found = path is not None and os.path.lexists(path)
    facts: dict[str, Any] = {"path": path and str(path), "found": found, "complaint": None}
    facts |= {"current_dataset": EMBEDDED_SOURCE, "datasets": {}}
    if path is not None and found:
        try:
            facts |= config_load(path)
        except (MyGeneratorError, ImportError) as error:
            facts["complaint"] = str(error)
            faults.append(str(error))
    return facts


def _cache(home: Path | None) -> dict[str, Any]:
    return (
        {}
        if home is None
        else {"sets": _cached_sets(home / "cache" / "glyphs"), "downloads_bytes": _bytes_below(home / "downloads")}
    )


def _cached_sets(cache: Path) -> list[dict[str, Any]]:
    """The glyph sets in the cache, each with the names of the sources that have its content."""
    from mygenerator.glyphs import GlyphSet

    names: dict[str, list[str]] = {}
    for pointer in sorted(cache.glob("*.json")):
        try:
            facts = json.loads(read_record(pointer))
            names.setdefault(facts["content"], []).append(facts["source"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged pointer is ignored here, and made anew when it is needed
    sets = []
    for folder in sorted(path for path in cache.glob("[!.]*") if path.is_dir()):
        entry: dict[str, Any] = {"folder": str(folder), "bytes": _bytes_below(folder), "sources": [], "usable": None}
        try:
            glyphs = GlyphSet.open(folder, "", "")
            entry |= {"sources": names.get(glyphs.content, []), "usable": len(glyphs)}
        except MyGeneratorError:
            pass
        sets.append(entry)
    return sets


def _bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _digits(configuration: dict[str, Any]) -> dict[str, Any]:
    """The glyphs that are used by default, and those that are kept out; nothing is downloaded."""
    from mygenerator.glyphs import known_sources, load_glyphs

    source = configuration["current_dataset"]
    facts: dict[str, Any] = {"source": source, "usable": None, "kept_out": {}, "cleaned": 0}
    facts |= {"notes": [], "complaint": None}
    config = {"current_dataset": source, "datasets": configuration["datasets"]}
    known = next(known for known in known_sources(config) if known.name == source)
    try:
        if not known.present:
            return facts | {"complaint": known.note}
        glyphs = load_glyphs(source, config, keep=False)
    except MyGeneratorError as error:
        return facts | {"complaint": str(error)}
    found = {"usable": len(glyphs), "kept_out": dict(glyphs.kept_out), "cleaned": glyphs.cleaned}
    return facts | found | {"notes": list(glyphs.notes)}


def _speed(faults: list[str]) -> dict[str, Any]:
    """How many phone numbers per second this process makes, in memory and as files; a fault if it makes none."""
    facts: dict[str, Any] = {"images": _SPEED_IMAGES, "size": list(_SPEED_SIZE), "folder": tempfile.gettempdir()}
    facts |= {"in_memory_per_second": None, "on_disk_per_second": None, "complaint": None}
    try:
        ds = _small_job()
        ds.batch(range(50))  # so that loading on first use is not measured
        start = time.perf_counter()
        for _ in ds.batches():
            pass
        facts["in_memory_per_second"] = round(len(ds) / (time.perf_counter() - start))
        with tempfile.TemporaryDirectory() as folder:
            start = time.perf_counter()
            ds.save(folder, workers=1)
            facts["on_disk_per_second"] = round(len(ds) / (time.perf_counter() - start))
    except (OSError, SaveError) as error:
        facts["complaint"] = str(error)
    # Any error that keeps a few images from being made is what a doctor has to report.
    except Exception as error:  # pylint: disable=broad-exception-caught
        facts["complaint"] = f"{type(error).__name__}: {error}"
        faults.append(f"a small run fails: {facts['complaint']}")
    return facts


def _small_job() -> Any:
    from mygenerator import PhoneNlpDataset, TextToImage
    from mygenerator.glyphs import load_glyphs

    # The embedded digits, not stored in the cache, so that nothing is left behind.
    step = TextToImage(load_glyphs(EMBEDDED_SOURCE, keep=False), image_width=_SPEED_SIZE[0])
    return step.fit_transform(PhoneNlpDataset(_SPEED_IMAGES, seed=1))


def _lines(facts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The facts for people to read, as (label, text)."""
    versions, machine, home = facts["versions"], facts["platform"], facts["home"]
    yield "mygenerator", versions["mygenerator"]
    yield "Python", versions["python"]
    yield "needed", _listed_versions(versions["needed"]) or "unknown: this checkout was never installed"
    if versions["optional"]:
        yield "optional", _listed_versions(versions["optional"])
    yield "machine", f"{machine['system']}, {counted(machine['processors'], 'usable processor')}"
    there = "" if home["exists"] else ", made on first use"
    found = f"{home['path']} ({'can' if home['writable'] else 'CANNOT'} be written{there})"
    lack = f"{home['lack']}; nothing is kept for later runs ({HOME_VARIABLE} can name one)"
    yield "home folder", found if home["path"] else lack
    yield "configuration", _shown_configuration(facts["configuration"])
    if facts["digits"]:
        yield "digits", _shown_digits(facts["digits"])
        yield from (("", note) for note in facts["digits"]["notes"])
    if facts["cache"]:
        yield from _shown_cache(facts["cache"])
    yield "speed", _shown_speed(facts["speed"])


def _listed_versions(versions: Mapping[str, str | None]) -> str:
    return ", ".join(f"{name} {version or '(not installed)'}" for name, version in versions.items())


def _shown_configuration(configuration: Mapping[str, Any]) -> str:
    if configuration["complaint"]:
        return f"BROKEN: {configuration['complaint']}"
    if configuration["path"] is None:
        return "the default"
    if not configuration["found"]:
        return f"{configuration['path']} is written on first use"
    return f"{configuration['path']}, valid; the digits are those of {configuration['current_dataset']}"


def _shown_digits(digits: Mapping[str, Any]) -> str:
    if digits["complaint"]:
        return f"{digits['source']}: not here ({digits['complaint']})"
    reasons = ", ".join(f"{count:,} {reason}" for reason, count in digits["kept_out"].items() if count) or "none"
    cleaned = f"; {counted(digits['cleaned'], 'glyph')} cleaned of specks" if digits["cleaned"] else ""
    return f"{digits['source']}: {digits['usable']:,} usable; kept out: {reasons}{cleaned}"


def _shown_cache(cache: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    label = "cache"
    for entry in cache["sets"]:
        what = "damaged, made anew when it is used" if entry["usable"] is None else counted(entry["usable"], "glyph")
        named = ", ".join(entry["sources"]) or "no current source"
        yield label, f"{named}: {what}, {entry['bytes'] / 1e6:,.1f} MB in {entry['folder']}"
        label = ""
    if label:
        yield label, "empty; filled on first use"
    if cache["downloads_bytes"]:
        yield "downloads", f"{cache['downloads_bytes'] / 1e6:,.1f} MB"


def _shown_speed(speed: Mapping[str, Any]) -> str:
    memory, disk = (_rounded(speed[name]) for name in ("in_memory_per_second", "on_disk_per_second"))
    if not memory:
        return f"not measured: {speed['complaint']}"
    width, height = speed["size"]
    if disk:
        saved = f"about {disk} as PNG files in {speed['folder']}"
    else:
        saved = f"not measured as files in {speed['folder']} ({speed['complaint']})"
    return (
        f"about {memory} images per second in memory, {saved}: here and now, one process, "
        f"{speed['images']:,} phone numbers of {width} x {height} pixels"
    )


def _rounded(number: int | None) -> str:
    """Rounded to two digits, which is as precise as such a measurement is; empty for None."""
    return "" if number is None else f"{float(f'{number:.2g}'):,.0f}"
