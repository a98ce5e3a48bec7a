"""The lowest version of every package that setup.py allows, as constraints for pip.

    python tools/lowest_bounds.py           print the constraints: one line `name==version` for each package
    python tools/lowest_bounds.py --check   compare them with what is installed; exit with 1 if a version differs

`bash run_tests.sh --lowest` installs exactly these, and runs the everyday tests. They are those of the package and of
its extra `test`; linters and documentation are for developers alone, who take the newest.
"""

from __future__ import annotations

import re
import runpy
import sys
import types
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any
from unittest import mock

SETUP = Path(__file__).parents[1] / "setup.py"
_BOUND = re.compile(r"([A-Za-z0-9._-]+)>=([0-9][0-9.]*)(?:,<[0-9.]+)?")


def requirements(setup: Path = SETUP) -> list[str]:
    """What setup.py says that the package and its tests need."""
    given: dict[str, Any] = {}
    # Not the real setuptools: the environment need not have it.
    stand_in = types.SimpleNamespace(setup=lambda **said: given.update(said), find_packages=lambda **_: [])
    with mock.patch.dict(sys.modules, {"setuptools": stand_in}):  # type: ignore[dict-item]
        runpy.run_path(str(setup), run_name="__main__")
    return [*given["install_requires"], *given["extras_require"]["test"]]


def lowest(wanted: Iterable[str]) -> dict[str, str]:
    """The lowest version of each package.

    Raises
    ------
    ValueError
        If a requirement is not `name>=version`, with or without an upper bound.

    Examples
    --------
    >>> lowest(["numpy>=2.0", "mypy>=2.4,<3"])
    {'numpy': '2.0', 'mypy': '2.4'}
    """
    found: dict[str, str] = {}
    for line in wanted:
        bound = _BOUND.fullmatch(line)
        if bound is None:
            raise ValueError(f"{line!r} in setup.py has no lower bound of the form name>=version")
        found[bound[1]] = bound[2]
    return found


def differing(bounds: dict[str, str]) -> list[str]:
    """A line for each package whose installed version is not the lowest."""
    lines = []
    for name, version in bounds.items():
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            installed = "not installed"
        if re.sub(r"(\.0)+$", "", installed) != re.sub(r"(\.0)+$", "", version):  # 2.0 and 2.0.0 are the same
            lines.append(f"{name}: {installed}, lowest {version}")
    return lines


def main(words: list[str]) -> int:
    """Run as a command; the exit status."""
    bounds = lowest(requirements())
    if words == ["--check"]:
        found = differing(bounds)
        print("\n".join(found) or f"the lowest versions of {len(bounds)} packages are installed")
        return 1 if found else 0
    if words:
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(f"{name}=={version}" for name, version in bounds.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
