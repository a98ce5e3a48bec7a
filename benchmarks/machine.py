"""The machine and the versions of a run, without any name, path or time."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

from benchmarks.processes import usable_cores

_PACKAGES = ("mygenerator", "numpy", "numba", "opencv-python-headless", "albumentations")


def machine() -> dict[str, str | int]:
    """Processor, the number of usable cores, memory, system."""
    cores = len(usable_cores())
    facts: dict[str, str | int] = {"processor": _processor(), "cores": cores, "system": platform.system()}
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        facts["memory_GB"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9)
    return facts


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that matter, if they are installed."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
