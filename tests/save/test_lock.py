"""Runs that cannot go together never hold a folder at once, whoever begins first, and whoever dies."""

import json
import os
import signal
import time
import traceback
from contextlib import suppress

import numpy as np
import pytest

from mygenerator.errors import FolderConflictError
from mygenerator.rng import Stream
from mygenerator.save.corner import attempt
from mygenerator.save.lock import LOCK_NAME, Claim, held
from tests.save.crash import with_fork
from tests.save.program import strips

pytestmark = with_fork


def forked(work):
    """The number of a child that does the work, and ends with 0, 2 for a conflict, or 1."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except FolderConflictError:
        status = 2
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


def ends_of(children):
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def holding(folder, claim, wait=False, seconds=0.0):
    """Hold a folder for a while; AssertionError if a run that does not suit holds it too."""
    with attempt(folder) as corner, held(folder, corner, claim, wait):
        mine = folder / f"held-{os.getpid()}"
        mine.write_text(f"{claim.key} {claim.alone}")
        time.sleep(seconds)
        others = [path for path in folder.glob("held-*") if path != mine]
        for path in others:
            with suppress(FileNotFoundError):  # it has just ended
                key, alone = path.read_text().split() or (claim.key, "False")
                assert (key, alone, claim.alone) == (claim.key, "False", False)
        mine.unlink()


def waits_to_hold(folder, *claim):
    """A child that holds the folder until it is killed."""
    child = forked(lambda: holding(folder, Claim(*claim), seconds=60))
    while not list(folder.glob("held-*")):
        time.sleep(0.005)
    return child


@pytest.mark.parametrize("seed", range(6))
def test_runs_that_do_not_suit_never_hold_a_folder_at_once(tmp_path, seed):
    draws = Stream(seed, "lock")

    def work(number):
        for turn in range(20):
            key, alone, wait, long = draws.uniform(number, turn, np.arange(4)).tolist()
            claim = Claim("a" if key < 0.5 else "b", alone < 0.3)
            try:
                holding(tmp_path, claim, wait=wait < 0.5, seconds=long / 100)
            except FolderConflictError:
                continue

    children = [forked(lambda number=number: work(number)) for number in range(6)]
    if seed % 2:
        # One dies, whatever it is doing; it might leave the sign that it holds the folder behind.
        time.sleep(float(draws.uniform(99, 0)) / 10)
        os.kill(children[0], signal.SIGKILL)
        os.waitpid(children.pop(0), 0)
        for path in tmp_path.glob("held-*"):
            if int(path.name.partition("-")[2]) not in children:
                path.unlink(missing_ok=True)
    assert ends_of(children) == [0] * len(children)
    holding(tmp_path, Claim("c", alone=True))
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith("held-")] == []


def test_another_run_is_refused_with_who_holds_the_folder(tmp_path):
    child = waits_to_hold(tmp_path, "a", False)
    with pytest.raises(FolderConflictError, match=rf"process {child} on .*, since \d{{4}}-.*--wait"):
        holding(tmp_path, Claim("b", alone=False))
    holding(tmp_path, Claim("a", alone=False))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    (tmp_path / f"held-{child}").unlink()
    holding(tmp_path, Claim("b", alone=False))
    assert list(tmp_path.iterdir()) == []


def test_a_stopped_run_still_holds_the_folder(tmp_path):
    child = waits_to_hold(tmp_path, "a", False)
    os.kill(child, signal.SIGSTOP)
    with pytest.raises(FolderConflictError, match=f"process {child}"):
        holding(tmp_path, Claim("b", alone=False))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_waiting_ends_when_the_other_run_does(tmp_path):
    child = forked(lambda: holding(tmp_path, Claim("a", alone=True), seconds=0.5))
    while not list(tmp_path.glob("held-*")):
        time.sleep(0.005)
    began = time.monotonic()
    holding(tmp_path, Claim("b", alone=False), wait=True)
    assert time.monotonic() - began > 0.2
    assert ends_of([child]) == [0]


def test_of_two_runs_with_one_key_one_waits_if_they_work_alone(tmp_path):
    children = [forked(lambda: holding(tmp_path, Claim("a", alone=True), seconds=0.2)) for _ in range(3)]
    assert ends_of(children) == [0, 0, 0]


@pytest.mark.parametrize("content", [b"", b"\0" * 60, b"{", b'{"key": 1}', b"[]"])
def test_a_lock_that_was_torn_is_taken_away(tmp_path, content, monkeypatch):
    monkeypatch.setattr("mygenerator.save.lock._NOT_WRITTEN_S", 0.1)
    (tmp_path / LOCK_NAME).write_bytes(content)
    holding(tmp_path, Claim("a", alone=True))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("alive", [True, False])
def test_a_run_on_another_host_lives_as_long_as_it_says_so(tmp_path, alive):
    corner = tmp_path / ".attempt-0badcafe-4711-0"
    corner.mkdir()
    said = {"process": 4711, "host": "elsewhere", "since": "2026-01-02 03:04:05", "boot": "another"}
    (corner / "alive").write_text(json.dumps(said))
    claim = json.dumps({"key": "b", "alone": False, "corner": corner.name})
    (corner / "owner.json").write_text(claim)
    (tmp_path / LOCK_NAME).write_text(claim)
    if alive:
        with pytest.raises(FolderConflictError, match="process 4711 on elsewhere, since 2026-01-02 03:04:05"):
            holding(tmp_path, Claim("a", alone=False))
        return
    long_ago = time.time() - 3600
    os.utime(corner / "alive", (long_ago, long_ago))
    holding(tmp_path, Claim("a", alone=False))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("overwrite", [True, False])
def test_two_recipes_that_are_saved_into_one_folder_at_once_are_never_mixed(tmp_path, tree, overwrite):
    folder = tmp_path / "folder"
    if overwrite:
        strips(20, seed=9).save(folder, shard_size=5)
    children = [
        forked(lambda seed=seed: strips(30 + seed, seed=seed).save(folder, shard_size=5, overwrite=overwrite))
        for seed in (1, 2, 3, 4)
    ]
    ends = ends_of(children)
    assert set(ends) <= {0, 2}
    assert 0 in ends
    whole = []
    for seed in (1, 2, 3, 4):
        strips(30 + seed, seed=seed).save(tmp_path / "alone", shard_size=5, overwrite=True)
        whole.append(tree(tmp_path / "alone"))
    assert tree(folder) in [made for made, end in zip(whole, ends, strict=True) if end == 0]


@pytest.mark.parametrize("counts", [(20, 40), (40, 20), (30, 30)])
def test_two_counts_of_one_recipe_at_once_leave_a_whole_folder(tmp_path, tree, counts):
    folder = tmp_path / "folder"
    ends = ends_of([forked(lambda rows=rows: strips(rows).save(folder, shard_size=5)) for rows in counts])
    assert set(ends) <= {0, 2}
    assert 0 in ends
    made = [rows for rows, end in zip(counts, ends, strict=True) if end == 0]
    strips(max(made)).save(tmp_path / "alone", shard_size=5)
    assert tree(folder) == tree(tmp_path / "alone")
