"""A copy of the package in a user's hands, with a module of theirs dropped in, and a folder that they work in."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path

from tools.code_blocks import ROOT


@dataclass(frozen=True)
class Installed:
    """A copy of the package, and a user's folder."""

    site: Path
    work: Path

    @property
    def environment(self) -> dict[str, str]:
        """What the user's processes run in."""
        return os.environ | {"PYTHONPATH": str(self.site), "MYGENERATOR_HOME": str(self.work / "home")}

    def run(self, *words: str, status: int = 0) -> str:
        """What python prints that is given these words, in the user's folder."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=self.work,
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=100,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    def python(self, code: str) -> str:
        return self.run("-c", textwrap.dedent(code))


def copied_package(site: Path) -> Path:
    """The package as it is installed: its modules, and the configuration within."""
    shutil.copytree(ROOT / "mygenerator", site / "mygenerator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "config", site / "mygenerator" / "config_files")
    return site
