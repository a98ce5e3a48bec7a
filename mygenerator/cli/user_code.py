"""Where the commands that read recipes find the user's own code."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def find_code_beside(path: Path) -> None:
    """Let Python find the user's modules in a folder or next to a recipe, and then in the working folder.

    A data set's folder holds no code: a user who makes it again does so in the folder where the code is.
    """
    for folder in (path if path.is_dir() else path.parent, Path.cwd()):
        sys.path.append(os.path.abspath(folder))
