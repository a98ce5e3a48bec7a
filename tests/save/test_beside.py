"""Overwriting: whoever looks finds the old data set or the new one, whole, and files that are of neither."""

import os
import shutil
import stat
import sys
from itertools import count

import numpy as np
import pytest

import mygenerator
from mygenerator.errors import FolderConflictError, InputError
from mygenerator.inspection.verify import verify_folder
from mygenerator.save.beside import can_be_beside, next_folder
from mygenerator.save.exchange import can_exchange
from tests.save.crash import DIES, run_forked, with_fork
from tests.save.program import strips

OTHERS = {"notes.txt": b"mine", "sub": b"", "sub/x": b"mine too"}


@pytest.fixture
def exchangeable(tmp_path):
    if not can_exchange(tmp_path):
        pytest.skip("this system cannot exchange two folders")


def with_others(folder):
    (folder / "notes.txt").write_bytes(b"mine")
    (folder / "sub").mkdir()
    (folder / "sub" / "x").write_bytes(b"mine too")
    return folder


def looked_at(tree, folder):
    """What is in a folder, the corners and locks of runs aside."""
    return {name: data for name, data in tree(folder).items() if not name.startswith(".")}


@with_fork
@pytest.mark.usefixtures("exchangeable")
@pytest.mark.parametrize("options", [{"prefix": "next"}, {"seed": 9}, {"format": "webdataset"}])
def test_whichever_step_it_dies_at_the_folder_is_the_old_data_set_or_the_new_one(tmp_path, saved, tree, options):
    new = tree(saved("fresh", 6, **options)) | OTHERS
    start, folder = with_others(saved("start")), tmp_path / "folder"
    old, seen = tree(start), set()
    for step in count():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(next_folder(folder), ignore_errors=True)
        shutil.copytree(start, folder)
        status = run_forked(
            lambda: saved("folder", 6, overwrite=True, **options), lambda number, _, step=step: number == step
        )
        assert status in (0, DIES)
        found = looked_at(tree, folder)
        # A folder of somebody else's cannot have two names, so it follows a moment later.
        moved = {name: found.get(name, data) for name, data in OTHERS.items()}
        assert found | moved in (old, new), sorted(found)
        assert verify_folder(folder, samples=0).ok
        seen.add(found | moved == new)
        saved("folder", 6, overwrite=True, **options)
        assert tree(folder) == new
        assert not next_folder(folder).exists()
        if status == 0:
            break
    assert seen == {True, False}


@pytest.mark.usefixtures("exchangeable")
def test_what_was_made_before_it_was_stopped_is_not_made_again(tmp_path, saved):
    def stop(done, total):
        raise KeyboardInterrupt

    folder = saved("folder")
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            strips(12, seed=3).save(folder, shard_size=4, overwrite=True, progress=stop)
        assert verify_folder(folder, samples=0).ok
    report = strips(12, seed=3).save(folder, shard_size=4, overwrite=True)
    assert (report.made, report.path) == (4, folder)


@pytest.mark.usefixtures("exchangeable")
def test_what_another_command_left_beside_is_removed_and_files_of_others_come_back(tmp_path, saved, tree):
    def stop(done, total):
        raise KeyboardInterrupt

    folder = with_others(saved("folder"))
    with pytest.raises(KeyboardInterrupt):
        strips(12, seed=3).save(folder, shard_size=4, overwrite=True, progress=stop)
    # As it is after a kill between two steps.
    (folder / "sub").rename(next_folder(folder) / "sub")
    fresh = tree(saved("fresh", 8, prefix="next"))
    saved("folder", 8, prefix="next", overwrite=True)
    assert tree(folder) == fresh | OTHERS
    assert not next_folder(folder).exists()


def test_the_folder_of_the_shell_is_not_taken_away(tmp_path, saved, tree, monkeypatch):
    fresh = tree(saved("fresh", 6, seed=9))
    folder = with_others(saved("folder"))
    monkeypatch.chdir(folder)
    inode = os.stat(".").st_ino
    strips(6, seed=9).save(".", shard_size=4, overwrite=True)
    assert os.stat(".").st_ino == inode
    assert tree(folder) == fresh | OTHERS


@pytest.mark.usefixtures("exchangeable")
def test_a_link_to_the_folder_stays_one(tmp_path, saved, tree):
    fresh = tree(saved("fresh", 6, seed=9))
    folder = saved("folder")
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "link"
    link.symlink_to(folder)
    strips(6, seed=9).save(link, shard_size=4, overwrite=True)
    assert link.is_symlink()
    assert tree(folder) == fresh
    assert sorted(path.name for path in tmp_path.iterdir()) == ["elsewhere", "folder", "fresh"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_the_mode_of_the_folder_stays(saved):
    folder = saved("folder")
    folder.chmod(0o2750)
    strips(6, seed=9).save(folder, shard_size=4, overwrite=True)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2750


@pytest.mark.usefixtures("exchangeable")
def test_what_has_the_name_that_is_needed_is_left_alone(tmp_path, saved, tree):
    folder = saved("folder")
    (tmp_path / "elsewhere").mkdir()
    next_folder(folder).symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=r"\.folder\.next.*remove it"):
        strips(6, seed=9).save(folder, shard_size=4, overwrite=True)
    assert tree(tmp_path) == before


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="root gives a folder to another user here")
def test_a_folder_of_another_user_is_not_exchanged(saved):
    folder = saved("folder")
    assert can_be_beside(folder) == can_exchange(folder)
    os.chown(folder, 12345, -1)
    assert not can_be_beside(folder)


# Files of others that have the names of ours


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("img_11.png", {"rows": 12}),  # extended
        ("img_11.png", {"rows": 12, "seed": 9, "overwrite": True}),
        ("next_0.png", {"rows": 3, "prefix": "next", "overwrite": True}),
        ("img_000000.tar", {"rows": 3, "format": "webdataset", "overwrite": True}),
    ],
)
def test_a_file_of_others_that_would_be_replaced_is_named_before_anything_is_done(saved, tree, name, options):
    folder = saved("folder")
    (folder / name).write_bytes(b"mine")
    before = tree(folder)
    with pytest.raises(FolderConflictError, match=f"holds {name}, which is not of its data set"):
        saved("folder", **options)
    assert tree(folder) == before


def test_a_table_of_others_is_not_replaced_by_ours(saved, tree):
    folder = saved("folder", format="webdataset")
    (folder / "meta.csv").write_bytes(b"mine")
    before = tree(folder)
    with pytest.raises(FolderConflictError, match=r"holds meta\.csv"):
        saved("folder", seed=9, overwrite=True)
    assert tree(folder) == before


def test_files_of_others_with_numbers_beyond_ours_are_left_alone(saved, tree):
    folder = saved("folder")
    (folder / "img_12.png").write_bytes(b"mine")
    saved("folder", 12)
    saved("folder", 12, seed=9, overwrite=True)
    assert (folder / "img_12.png").read_bytes() == b"mine"
    assert tree(folder) == tree(saved("fresh", 12, seed=9)) | {"img_12.png": b"mine"}


# Others at the same moment


@with_fork
@pytest.mark.usefixtures("exchangeable")
def test_whoever_reads_while_four_overwrite_finds_one_whole_data_set(tmp_path, saved):
    folder = saved("folder", 20)
    children = []
    for seed in (1, 2, 3, 4):
        child = os.fork()
        if not child:
            status = 1
            try:
                strips(30 + seed, seed=seed).save(folder, shard_size=4, overwrite=True, wait=seed > 2)
                status = 0
            except FolderConflictError:
                status = 2
            finally:
                os._exit(status)
        children.append(child)
    ends = []
    while children:
        assert verify_folder(folder, samples=0).ok
        for child in list(children):
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                children.remove(child)
                ends.append(os.waitstatus_to_exitcode(status))
    assert sorted(set(ends)) in ([0], [0, 2])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder"]


@pytest.mark.parametrize("name", ["png", "webdataset", "npy"])
def test_an_opened_data_set_never_mixes_what_it_was_with_what_took_its_place(tmp_path, saved, name):
    folder = saved("folder", format=name)
    opened = mygenerator.open(folder)
    before = [opened[row].image for row in range(2)]
    saved("folder", 12, format=name)  # more of the same
    assert np.array_equal(opened[1].image, before[1])
    assert len(opened) == 10
    saved("folder", 12, format=name, seed=9, overwrite=True)
    for ask in (lambda: opened[0], lambda: opened.labels([5]), lambda: list(opened)):
        with pytest.raises(InputError, match="another data set has taken the place"):
            ask()
    assert len(mygenerator.open(folder)) == 12


@pytest.mark.parametrize("name", ["png", "webdataset"])
@pytest.mark.parametrize("many", [False, True])
@pytest.mark.usefixtures("exchangeable")
def test_what_was_read_while_another_took_the_place_is_handed_to_nobody(saved, name, many, monkeypatch):
    folder = saved("folder", format=name)
    opened = mygenerator.open(folder)
    kind = type(opened.folder.sink)
    real = kind.read

    def late(sink, shard, rows):
        if monkeypatch.undo() is None:
            saved("folder", 12, format=name, seed=9, overwrite=True)
        return real(sink, shard, rows)

    monkeypatch.setattr(kind, "read", late)
    with pytest.raises(
        InputError, match="another data set has taken the place of the one that was opened; open"
    ) as told:
        list(opened) if many else opened[0]
    assert "its format cannot read it" not in str(told.value)
