"""Files that tests of brought inputs make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def file(name: str, content: str | bytes, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """Makes a file in a folder; its text is written as it is, without another end of line."""

    def bring(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return bring
