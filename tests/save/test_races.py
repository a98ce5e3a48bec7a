"""Several runs at work in one folder at the same time."""

import os
from pathlib import Path

import pytest

from mygenerator.errors import FolderConflictError
from mygenerator.save import plan, run
from tests.save.crash import with_fork
from tests.save.program import strips

with_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system shows no /proc")


@with_fork
@pytest.mark.parametrize("start", [0, 30])
def test_several_processes_that_save_the_same_into_one_folder_all_succeed(tmp_path, saved, tree, start):
    rows, size = 100, 5
    folder = saved("folder", start, shard_size=size) if start else tmp_path / "folder"
    fresh = saved("fresh", rows, shard_size=size)
    children = []
    for _ in range(4):
        child = os.fork()
        if not child:
            status = 1
            try:
                saved("folder", rows, shard_size=size)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    assert tree(folder) == tree(fresh)


@with_fork
def test_of_several_recipes_that_race_for_a_folder_one_wins_and_none_is_mixed_in(tmp_path, tree):
    folder = tmp_path / "folder"
    children = {}
    for seed in (1, 2, 3):
        child = os.fork()
        if not child:
            status = 1
            try:
                strips(30, seed=seed).save(folder, shard_size=5)
                status = 0
            except FolderConflictError:
                status = 2
            finally:
                os._exit(status)
        children[child] = seed
    ends = {seed: os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, seed in children.items()}
    assert sorted(ends.values()) == [0, 2, 2]
    (winner,) = (seed for seed, end in ends.items() if end == 0)
    strips(30, seed=winner).save(tmp_path / "alone", shard_size=5)
    assert tree(folder) == tree(tmp_path / "alone")


def test_a_run_sweeps_no_other_run_of_its_own_process(tmp_path, saved, tree):
    folder = tmp_path / "folder"
    other = plan(strips(10, seed=8), folder)

    def run_another(*_):
        with pytest.raises(FolderConflictError):
            run(other)

    strips(10).save(folder, shard_size=4, progress=run_another)
    assert tree(folder) == tree(saved("fresh"))


@with_proc
def test_an_error_of_the_caller_s_progress_ends_the_workers_even_while_its_traceback_is_kept(tmp_path, saved, tree):
    def fail(*_):
        raise KeyError("the caller's")

    folder = tmp_path / "folder"
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    with pytest.raises(KeyError) as kept:
        strips(400).save(folder, shard_size=4, workers=2, progress=fail)
    assert kept.tb is not None
    assert children.read_text() == ""
    assert list(folder.glob(".*")) == []
    strips(400).save(folder, shard_size=4)
    assert tree(folder) == tree(saved("fresh", 400))


@with_fork
def test_what_a_dead_run_left_is_swept_and_what_a_live_one_needs_is_not(tmp_path, unfinished):
    folder = unfinished("folder")
    (dead,) = folder.glob(".attempt-*")
    host = dead.name.split("-")[1]
    alive = folder / f".attempt-{host}-{os.getppid()}-0"
    earlier = folder / f".attempt-{host}-{os.getpid()}-987654"
    elsewhere = folder / ".attempt-00000000-1-0"
    long_ago = folder / ".attempt-00000000-2-0"
    foreign = folder / ".attempt-of-somebody"
    for corner in (alive, earlier, elsewhere, long_ago, foreign):
        corner.mkdir()
    os.utime(long_ago, (0, 0))
    strips(10).save(folder, shard_size=4)
    assert set(folder.glob(".*")) == {alive, elsewhere, foreign}


def test_a_run_that_begins_while_another_is_being_planned_is_no_stranger(tmp_path, saved, tree, monkeypatch):
    """The recipe is not there yet when the folder is looked at, and what is made by it is when names are listed."""
    from mygenerator.save import job

    real, begun = job._foreign_names, []

    def late(asked):
        if not begun:
            begun.append(True)
            saved("folder")
        return real(asked)

    monkeypatch.setattr(job, "_foreign_names", late)
    assert strips(10).save(tmp_path / "folder", shard_size=4).made == 0
    monkeypatch.undo()
    assert tree(tmp_path / "folder") == tree(saved("fresh"))
