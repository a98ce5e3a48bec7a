"""Compiled kernels that a full disk, a killed process or a sync program has left: none that is not whole is used."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.brought.cases import Case, each
from tools.code_blocks import ROOT


def _truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20])


def _garble(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _folder_in_its_place(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGE = [
    Case("an index cut short", "full disk", ("*.nbi", _truncate), True),
    Case("an empty index", "power failure", ("*.nbi", _empty), True),
    Case("machine code with one byte changed", "old disk", ("*.nbc", _garble), True),
    Case("a folder in place of machine code", "sync program", ("*.nbc", _folder_in_its_place), True),
]

LOAD = """import logging; logging.basicConfig()
import numpy; from mygenerator import twins
module = twins.load("mygenerator.text.patterns.automaton_numba", 1)
print(module is not None)"""


def _kernels(folder: Path) -> subprocess.CompletedProcess:
    environment = {"PYTHONPATH": str(ROOT), "NUMBA_CACHE_DIR": str(folder), "MYGENERATOR_TWINS": "numba"}
    return subprocess.run(
        [sys.executable, "-c", LOAD], env=os.environ | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def kept_kernels(tmp_path_factory) -> Path:
    """A folder with the kernels of one small module."""
    pytest.importorskip("numba")
    folder = tmp_path_factory.mktemp("kernels") / "numba"
    done = _kernels(folder)
    assert (done.stdout, done.stderr) == ("True\n", "")
    return folder


@each(DAMAGE)
def test_damaged_kernels_are_compiled_again_and_one_line_says_so(case, kept_kernels, tmp_path):
    folder = tmp_path / "numba"
    shutil.copytree(kept_kernels, folder)
    pattern, damage = case.bring
    damage(next(folder.rglob(pattern)))
    done = _kernels(folder)
    assert done.stdout == "True\n", done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("are not as they were kept") == 1
    again = _kernels(folder)
    assert (again.stdout, again.stderr) == ("True\n", "")


def _longer(folder: Path) -> None:
    """Change the files so that numba would load them without a fault."""
    for file in folder.rglob("automaton_numba.*.nb[ic]"):
        file.write_bytes(file.read_bytes() + b"more")


UNSEALED = [
    Case("whole", "killed before the seal", lambda folder: None, ""),
    Case("with bytes behind their end", "killed", _longer, ""),
    Case("machine code cut short", "killed", lambda folder: _truncate(next(folder.rglob("automaton_numba*.nbc"))), ""),
    Case("an index cut short", "killed", lambda folder: _truncate(next(folder.rglob("automaton_numba*.nbi"))), ""),
    Case("an empty seal", "power failure", lambda folder: _empty(_seal_of(folder)), "have changed"),
    Case("the seal of a folder", "sync program", lambda folder: _folder_in_its_place(_seal_of(folder)), "have changed"),
]


def _seal_of(folder: Path) -> Path:
    (seal,) = folder.rglob("mygenerator.text.patterns.automaton_numba-*")
    return seal


def _facts_of_kernels(folder: Path) -> dict[Path, tuple[int, int]]:
    """What changes if a file is written anew."""
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.rglob("*.nb[ic]")}


@each(UNSEALED)
def test_kernels_that_were_never_sealed_are_compiled_again_and_not_believed(case, kept_kernels, tmp_path):
    folder = tmp_path / "numba"
    shutil.copytree(kept_kernels, folder)
    seal = _seal_of(folder)
    right = seal.read_bytes()
    if not case.right:
        seal.unlink()
    case.bring(folder)
    before = _facts_of_kernels(folder)
    done = _kernels(folder)
    assert done.stdout == "True\n", done.stderr
    assert case.right in done.stderr
    assert len(done.stderr.splitlines()) == bool(case.right)
    after = _facts_of_kernels(folder)
    assert after.keys() == before.keys()
    assert not after.items() & before.items()
    assert (len(seal.read_bytes()), seal.is_file()) == (len(right), True)
    again = _kernels(folder)
    assert (again.stdout, again.stderr) == ("True\n", "")
    assert _facts_of_kernels(folder) == after


class _Runs:
    """Unpickled, it makes a file: what a kernel's index of somebody else could do, and worse."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


@pytest.mark.skipif(os.name == "nt", reason="folders have no such modes there")
@pytest.mark.parametrize("mode", [0o777, 0o757])
def test_what_others_could_have_put_among_the_kernels_is_not_run(mode, kept_kernels, tmp_path):
    folder = tmp_path / "numba"
    shutil.copytree(kept_kernels, folder)
    for index in folder.rglob("*.nbi"):
        # numba reads its version first, then the rest.
        index.write_bytes(index.read_bytes().split(b".", 1)[0] + b"." + pickle.dumps(_Runs(tmp_path / "was run")))
    (seal,) = folder.rglob("mygenerator.text.patterns.automaton_numba-*")
    kernels = seal.parent
    program = (
        "import sys; from pathlib import Path; from mygenerator.twins.kept import _hash_of_files\n"
        "sys.stdout.buffer.write(_hash_of_files(Path(sys.argv[1]), 'mygenerator.text.patterns.automaton_numba'))"
    )
    words, environment = [sys.executable, "-c", program, str(kernels)], os.environ | {"PYTHONPATH": str(ROOT)}
    digest = subprocess.run(words, env=environment, capture_output=True, text=True, check=True).stdout
    seal.write_text(digest)
    before = _facts_of_kernels(folder)
    kernels.chmod(mode)
    done = _kernels(folder)
    assert (done.stdout, done.stderr) == ("True\n", "")
    assert not (tmp_path / "was run").exists()
    assert _facts_of_kernels(folder) == before
