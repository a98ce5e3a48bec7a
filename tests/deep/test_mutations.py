"""10,000 files with changed bytes: each is read, or refused by a message; none hangs, and none costs much memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.deep import mutations
from tests.deep.mutations import KINDS
from tests.glyphs.mirrors import Mirrors
from tests.wrong.bombs import BOMBS
from tests.wrong.running import changes, prepared, process, start, tree

BATCH = 500
MOST_BYTES = 500_000_000
BATCHES = [(kind, first) for kind, one in KINDS.items() for first in range(0, one.count, BATCH)]

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(sys.platform == "win32", reason="this system has no alarms and tells no peak of memory"),
]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """An empty working folder with a home folder in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "2")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return tmp_path


def test_there_are_ten_thousand_of_files_that_users_bring():
    assert sum(one.count for kind, one in KINDS.items() if kind != "data_set") == 10_000
    assert all(one.count % BATCH == 0 for one in KINDS.values())


@pytest.mark.parametrize(("kind", "first"), BATCHES)
def test_a_mutated_file_is_read_or_refused_in_little_time_and_memory(kind, first, place):
    words = [sys.executable, mutations.__file__, kind, str(first), str(BATCH)]
    done = subprocess.run(words, capture_output=True, timeout=450, check=False)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert told, f"it died; what it was reading lies in {place / 'now'}: {done.stderr.decode(errors='replace')[-2000:]}"
    *faults, last = told
    shown = "\n".join(f"{one['kind']} {one['number']}: {one['fault']}" for one in faults[:5])
    assert not faults, f"{len(faults)} faults; `mutations.put(kind, number)` makes the files again:\n{shown}"
    assert (done.returncode, last["read"]) == (0, BATCH), done.stderr.decode(errors="replace")[-2000:]
    assert last["peak_bytes"] < MOST_BYTES


@pytest.mark.parametrize("number", [3, 33, 333])
@pytest.mark.parametrize("kind", list(KINDS))
def test_a_command_answers_a_mutated_file(kind, number, place):
    mutations.prepare(kind)
    status, _, err = start(mutations.put_for_command(kind, number))
    assert mutations.wrong_answer(status, err) == ""


@pytest.fixture
def server():
    mirrors = Mirrors()
    yield mirrors
    mirrors.close()


@pytest.mark.parametrize("wrong", BOMBS, ids=str)
def test_a_bomb_is_refused_for_little_memory(wrong, place, server):
    words, expected = prepared(wrong, place, server)
    before = tree(place)
    with process(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as bomb:
        err = bomb.stderr.read()
        _, status, used = os.wait4(bomb.pid, 0)
        bomb.returncode = os.waitstatus_to_exitcode(status)
    assert bomb.returncode == 2, err
    assert [word for word in expected if word not in err] == []
    assert used.ru_maxrss * mutations.MAXRSS_BYTES < MOST_BYTES
    assert changes(before, tree(place), wrong.leaves) == []
