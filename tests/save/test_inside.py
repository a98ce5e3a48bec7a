"""Overwriting where folders cannot be exchanged: the old data set stays until the new one is whole, all the same."""

import json
import os
import shutil
import subprocess
from itertools import count

import pytest

from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.save import execute, read_manifest
from mygenerator.save.beside import next_folder
from mygenerator.save.inside import inside_folder, is_arriving
from mygenerator.save.output_folder import OutputFolder
from tests.save.crash import DIES, fork_and_die, run_forked, with_fork
from tests.save.program import strips

OTHERS = {"notes.txt": b"mine", "img_99.png": b"mine too", "more": b"", "more/img_1.png": b"as well"}


@pytest.fixture
def no_exchange(monkeypatch):
    """Take this system for one that cannot exchange folders."""
    monkeypatch.setattr(execute, "can_be_beside", lambda _: False)


@pytest.fixture
def old(tmp_path):
    """A finished folder of 6 samples of another recipe, with files and a folder of somebody else."""
    folder = tmp_path / "old"
    strips(6, seed=8).save(folder, shard_size=4)
    (folder / "more").mkdir()
    for name, data in OTHERS.items():
        if data:
            (folder / name).write_bytes(data)
    return folder


def overwrite(folder, rows=10, **options):
    return strips(rows).save(folder, **({"shard_size": 4, "overwrite": True} | options))


def seen(folder, trees):
    """Which data set somebody finds who asks for a finished one: its name, or None if there is none."""
    if read_manifest(folder) is None:
        return None
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    (name,) = (name for name, tree in trees.items() if all(found.get(one) == data for one, data in tree.items()))
    return name


@with_fork
@pytest.mark.usefixtures("no_exchange")
def test_killed_at_any_step_the_old_data_set_is_there_or_the_new_one_is_whole(tmp_path, saved, tree, old):
    after = tree(saved("fresh"))
    trees = {"new": after, "old": {name: data for name, data in tree(old).items() if name not in OTHERS}}
    folder, came = tmp_path / "folder", []
    for step in count():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(old, folder)
        status = run_forked(lambda: overwrite(folder), lambda number, _, step=step: number == step)
        assert status in (0, DIES)
        came.append(seen(folder, trees))
        # Where there is none to be found, the whole new one is on its way.
        assert came[-1] is not None or is_arriving(folder)
        assert {name: data for name, data in tree(folder).items() if name in OTHERS} == OTHERS
        arriving = is_arriving(folder)
        report = overwrite(folder)
        assert tree(folder) == {**after, **OTHERS}
        if status == 0:
            break
        if arriving:
            assert report.made == 0
    assert sorted(came, key=["old", None, "new"].index) == came
    assert set(came) == {"old", None, "new"}


@with_fork
@pytest.mark.parametrize("can_exchange", [True, False])
@pytest.mark.parametrize("seed", [7, None])
def test_the_same_command_goes_on_with_what_a_killed_one_sealed(tmp_path, old, tree, monkeypatch, seed, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(execute, "can_be_beside", lambda _: False)

    def save():
        return strips(10, seed=seed).save(old, shard_size=4, overwrite=True)

    fork_and_die(save, lambda path: path.name == "000002.json")
    begun = [path for path in (next_folder(old), inside_folder(old)) if path.exists()]
    drawn = [json.loads((path / "recipe.json").read_bytes())["seed"] for path in begun]
    report = save()
    assert ([report.seed], report.made) == (drawn, 2)
    strips(10, seed=report.seed).save(tmp_path / "fresh", shard_size=4)
    assert tree(old) == {**tree(tmp_path / "fresh"), **OTHERS}


@with_fork
@pytest.mark.parametrize("last", ["000001.json", "mygenerator-arriving", "recipe.json"])
@pytest.mark.usefixtures("no_exchange")
def test_another_recipe_cleans_up_what_a_killed_run_left(tmp_path, old, tree, last):
    run_forked(lambda: overwrite(old), lambda _, target: str(target).endswith(last) and "next/rec" not in str(target))
    strips(3, seed=9).save(old, shard_size=4, prefix="next", overwrite=True)
    strips(3, seed=9).save(tmp_path / "fresh", shard_size=4, prefix="next")
    assert tree(old) == {**tree(tmp_path / "fresh"), **OTHERS}


@with_fork
@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_run_of_the_old_recipe_removes_what_a_killed_run_had_made(old, tree, monkeypatch, can_exchange):
    if not can_exchange:
        monkeypatch.setattr(execute, "can_be_beside", lambda _: False)
    before = tree(old)
    fork_and_die(lambda: overwrite(old), lambda path: path.name == "000001.json")
    assert os.path.lexists(inside_folder(old)) or os.path.lexists(next_folder(old))
    assert strips(6, seed=8).save(old, shard_size=4).made == 0
    assert tree(old) == before
    assert not os.path.lexists(next_folder(old))


@with_fork
def test_an_overwriting_run_goes_on_with_an_unfinished_folder_of_its_recipe(unfinished, saved, tree):
    folder = unfinished("folder")
    assert overwrite(folder).made == 2
    assert tree(folder) == tree(saved("fresh"))


def test_the_same_recipe_is_made_again_if_its_folder_is_finished(saved, tree):
    folder = saved("folder")
    before = tree(folder)
    assert overwrite(folder).made == 10
    assert tree(folder) == before


@pytest.mark.usefixtures("no_exchange")
def test_a_file_that_comes_at_the_last_moment_is_named_and_the_same_command_goes_on(old, tree, saved, monkeypatch):
    real = execute.begin_to_arrive

    def late(*arguments):
        (old / "img_9.png").write_text("late")
        real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(execute, "begin_to_arrive", late)
        with pytest.raises(SaveError, match=r"img_9\.png: it is in the way.*move it elsewhere and run the same again"):
            overwrite(old)
    (old / "img_9.png").unlink()
    assert overwrite(old).made == 0
    assert tree(old) == {**tree(saved("fresh")), **OTHERS}


@pytest.mark.usefixtures("no_exchange")
def test_a_link_that_has_the_name_that_is_needed_is_left_alone(tmp_path, old, tree):
    (tmp_path / "elsewhere").mkdir()
    inside_folder(old).symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=r"\.mygenerator-next.*remove it"):
        overwrite(old)
    assert tree(tmp_path) == before


def test_an_interrupted_run_in_the_current_directory_keeps_the_old_data_set(old, monkeypatch):
    def stop(done, total):
        raise KeyboardInterrupt

    names = set(OutputFolder(old).names())
    monkeypatch.chdir(old)
    with pytest.raises(KeyboardInterrupt):
        overwrite(".", progress=stop)
    assert (old / "manifest.json").exists()
    assert all((old / name).exists() for name in names)
    assert overwrite(".").made == 6


def test_a_mount_point_is_replaced_file_by_file(tmp_path, tree, saved):
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here (it takes root, and Linux)")
    try:
        strips(6, seed=8).save(folder, shard_size=4)
        overwrite(folder)
        assert tree(folder) == tree(saved("fresh"))
    finally:
        subprocess.run(["umount", str(folder)], check=True)
