"""What the tests of saving share: how a folder looks from outside, and the program of program.py as a process."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.save.crash import fork_and_die
from tests.save.program import strips

ROOT = Path(__file__).parents[2]


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="session")
def tree() -> Callable[[Path], dict[str, bytes]]:
    """`tree(folder)`: every name in it, hidden ones too, with its bytes."""
    return _tree


@pytest.fixture(scope="session")
def stamps() -> Callable[[Path], dict[str, tuple[int, int]]]:
    """`stamps(folder)`: every file in it with its inode and time of change."""

    def stamps(folder: Path) -> dict[str, tuple[int, int]]:
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {file.relative_to(folder).as_posix(): (file.stat().st_ino, file.stat().st_mtime_ns) for file in files}

    return stamps


@pytest.fixture(scope="session")
def start_saving() -> Callable[..., subprocess.Popen]:
    """`start_saving(folder, count, workers, shard_size)`: program.py, started and not waited for."""

    def start(*arguments: object) -> subprocess.Popen:
        words = [str(Path(__file__).parent / "program.py"), *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.Popen(
            [sys.executable, *words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    return start


@pytest.fixture
def saved(tmp_path):
    """A function that saves `strips(rows)` in shards of 4 under a name."""

    def save(name, rows=10, **options):
        strips(rows).save(tmp_path / name, **({"shard_size": 4} | options))
        return tmp_path / name

    return save


@pytest.fixture
def unfinished(tmp_path, saved):
    """A function that saves under a name as `saved` does, killed after it has sealed the first 8 of 10 samples."""

    def stop(name):
        fork_and_die(lambda: saved(name), lambda path: path.name == "000002.part")
        assert not (tmp_path / name / "manifest.json").exists()
        return tmp_path / name

    return stop
