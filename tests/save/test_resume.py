"""A save that was killed, disturbed or is extended goes on to the folder that an undisturbed one makes."""

import json
import os
import shutil
import signal
import time
from itertools import count

import pytest

from mygenerator import NlpDataset, ScaleImage, TextToImage, Transform
from mygenerator.engines import SerialEngine
from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.rng import Stream
from mygenerator.save import read_recipe
from tests.save.crash import DIES, check_nothing_is_torn, run_forked, with_fork
from tests.save.program import strips, strokes

with_kill = pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGKILL")


# Killed


@with_fork
@pytest.mark.parametrize("before", ["nothing", "a smaller count", "another data set"])
def test_a_save_that_dies_at_any_step_is_completed_by_the_same_call(tmp_path, saved, tree, before):
    fresh = saved("fresh")
    after = tree(fresh)
    folder = tmp_path / "folder"
    if before == "a smaller count":
        saved("start", 6)
    if before == "another data set":
        strips(6, seed=8).save(tmp_path / "start", prefix="old", shard_size=4)
    options = {"overwrite": before == "another data set"}
    for step in count():
        shutil.rmtree(folder, ignore_errors=True)
        if (tmp_path / "start").exists():
            shutil.copytree(tmp_path / "start", folder)
        status = run_forked(lambda: saved("folder", **options), lambda number, _, step=step: number == step)
        assert status in (0, DIES)
        if folder.exists():
            check_nothing_is_torn(folder, fresh)
        saved("folder", **options)
        assert tree(folder) == after
        if status == 0:
            break
    assert step > 30


@with_kill
@pytest.mark.parametrize(("kill", "workers"), [(0, 1), (1, 2), (2, 2)])
def test_a_killed_process_is_followed_by_one_that_makes_only_what_is_missing(
    tmp_path, start_saving, saved, tree, stamps, kill, workers
):
    folder, rows, size = tmp_path / "killed", 240, 12
    process = start_saving(folder, rows, workers, size)
    sealed_before = int(Stream(3, "kills").integers(kill, 0, low=1, high=rows // size // 2))
    while len(list((folder / "shards").glob("*.json"))) < sealed_before and process.poll() is None:
        time.sleep(0.002)
    process.kill()
    process.communicate()
    fresh = saved("fresh", rows, shard_size=size)
    check_nothing_is_torn(folder, fresh)
    sealed = [json.loads(sidecar.read_bytes()) for sidecar in (folder / "shards").glob("*.json")]
    assert len(sealed) >= sealed_before
    stood = {name for shard in sealed for name, _, _ in shard["files"]}
    before = stamps(folder)
    again = start_saving(folder, rows, workers, size)
    made, complaints = again.communicate()
    assert (again.returncode, complaints) == (0, "")
    assert int(made) == rows - len(stood)
    assert tree(folder) == tree(fresh)
    after = stamps(folder)
    assert {name for name in stood if before[name] != after[name]} == set()


@with_kill
def test_an_interrupted_save_ends_at_once_and_can_go_on(tmp_path, start_saving, saved, tree):
    folder = tmp_path / "folder"
    process = start_saving(folder, 2000, 2, 20)
    while not list((folder / "shards").glob("*.json")) and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    _, complaints = process.communicate(timeout=20)
    assert time.monotonic() - begun < 5
    assert process.returncode == -signal.SIGINT
    assert complaints.rstrip().endswith("KeyboardInterrupt")
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []
    strips(2000).save(folder, shard_size=20)
    assert tree(folder) == tree(saved("fresh", 2000, shard_size=20))


# Disturbed between two runs


@with_fork
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("img_5.png", None),
        ("img_5.png", lambda data: data[:-1]),
        ("shards/000001.part", None),
        ("shards/000001.part", lambda data: data.replace(b"img_5", b"img_6")),
        ("shards/000001.json", lambda data: b""),
        ("shards/000001.json", lambda data: data[: len(data) // 2]),
        ("shards/000001.json", lambda data: b"[]"),
        ("shards/000001.json", lambda data: b"null"),
        ("shards/000001.json", lambda data: b"\xff"),
        ("shards/000001.json", lambda data: data.replace(b'"files":[', b'"files":[7,')),
        ("shards/000001.json", lambda data: data.replace(b'"rows":4', b'"rows":"4"')),
        ("shards/000001.json", lambda data: data.replace(b'"part_hash":"', b'"part_hash":"0')),
    ],
)
def test_a_shard_that_was_damaged_meanwhile_is_made_again_and_no_other(unfinished, saved, tree, stamps, name, change):
    folder = unfinished("folder")
    before = stamps(folder)
    if change is None:
        (folder / name).unlink()
    else:
        (folder / name).write_bytes(change((folder / name).read_bytes()))
    report = strips(10).save(folder, shard_size=4)
    assert report.made == 6
    assert tree(folder) == tree(saved("fresh"))
    after = stamps(folder)
    assert [after[f"img_{index}.png"] == before[f"img_{index}.png"] for index in range(4)] == [True] * 4


@with_fork
def test_an_unfinished_folder_can_be_moved_and_finished_elsewhere(unfinished, saved, tree, tmp_path):
    moved = unfinished("folder").rename(tmp_path / "elsewhere")
    assert strips(10).save(moved, shard_size=4, workers=2).made == 2
    assert tree(moved) == tree(saved("fresh"))


@with_fork
def test_an_unfinished_folder_goes_on_with_the_seed_it_recorded_where_nobody_gives_one(unfinished, saved, tree):
    folder = unfinished("folder")
    assert strips(10, seed=None).save(folder, shard_size=4).seed == 7
    assert tree(folder) == tree(saved("fresh"))


@with_fork
def test_a_library_that_changed_meanwhile_is_told(unfinished, caplog):
    folder = unfinished("folder")
    recipe = json.loads((folder / "recipe.json").read_text())
    recipe["versions"]["numpy"] = "0.1"
    (folder / "recipe.json").write_text(json.dumps(recipe))
    strips(10).save(folder, shard_size=4)
    assert "was begun with numpy 0.1 (here " in caplog.text
    assert "the pixels are the same, but the bytes of the files might differ" in caplog.text


@with_fork
@pytest.mark.parametrize(
    ("versions", "told"),
    [
        ({"cv2": "4.0"}, "PNG files by cv2 4.0 (here by png_encoder 1)"),
        ({"png_encoder": "0"}, "png_encoder 0 (here 1)"),
        ({"png_encoder": "1"}, ""),
    ],
)
def test_an_encoder_that_changed_meanwhile_is_told_and_the_folder_completed(unfinished, caplog, versions, told):
    folder = unfinished("folder")
    recipe = json.loads((folder / "recipe.json").read_text())
    del recipe["versions"]["png_encoder"]
    recipe["versions"] |= versions
    (folder / "recipe.json").write_text(json.dumps(recipe))
    assert strips(10).save(folder, shard_size=4).made == 2
    assert ("was begun with" in caplog.text) == bool(told)
    assert told in caplog.text
    assert (folder / "manifest.json").exists()


def test_pixels_are_said_to_differ_where_a_library_changed_that_a_step_leans_on(tmp_path, caplog):
    def scaled(count):
        return ScaleImage(height=14).fit_transform(strips(count))

    scaled(8).save(tmp_path, shard_size=4)
    recipe = json.loads((tmp_path / "recipe.json").read_text())
    for changed, rows in (("numpy", 9), ("cv2", 10)):
        caplog.clear()
        begun = recipe | {"versions": recipe["versions"] | {changed: "0.1"}}
        (tmp_path / "recipe.json").write_text(json.dumps(begun))
        scaled(rows).save(tmp_path, shard_size=4)
        assert ("the pixels are the same" in caplog.text) == (changed == "numpy")
        assert ("the pixels might differ, because a step depends on cv2" in caplog.text) == (changed == "cv2")
        assert json.loads((tmp_path / "recipe.json").read_text()) == begun | {"count": rows}


def test_the_versions_of_the_libraries_that_steps_lean_on_are_recorded(tmp_path):
    class Filter(Transform):
        libraries = ("pandas", "cv2")

    Filter().fit_transform(strips(2)).save(tmp_path)
    assert set(read_recipe(tmp_path)["versions"]) == {"mygenerator", "numpy", "cv2", "pandas", "png_encoder"}


def test_a_finished_folder_is_left_as_it_is(saved, stamps):
    folder = saved("folder")
    before = stamps(folder)
    assert strips(10).save(folder, shard_size=4).made == 0
    assert stamps(folder) == before


# Extended


@pytest.mark.parametrize("start", [4, 6, 8, 9])
def test_a_larger_count_makes_what_a_fresh_run_makes_and_keeps_full_shards(saved, tree, stamps, start):
    folder = saved("folder", start)
    before = stamps(folder)
    report = strips(10).save(folder, shard_size=4)
    full = start - start % 4
    assert (report.count, report.made) == (10, 10 - full)
    assert tree(folder) == tree(saved("fresh"))
    after = stamps(folder)
    assert all(after[f"img_{index}.png"] == before[f"img_{index}.png"] for index in range(full))


@pytest.mark.parametrize("count", [7, 9])
def test_the_first_labels_of_a_list_are_extended_as_any_others(tmp_path, tree, count):
    labels = ["007", "42", "1", "12345", "9", "90", "8", "77", "6"]
    ds = TextToImage(strokes(), (3, 8), 120).fit_transform(NlpDataset(labels, seed=3))
    ds.save(tmp_path / "folder", nrows=3, shard_size=2)
    assert ds.save(tmp_path / "folder", nrows=count, shard_size=2).made == count - 2
    ds.save(tmp_path / "fresh", nrows=count, shard_size=2)
    assert tree(tmp_path / "folder") == tree(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("change", "made"),
    [
        (lambda data: data.replace(b"img_5.png", b"img_x.png"), 6),
        (lambda data: data.replace(b"\nimg_0.png", b"\n\nimg_0.png"), 10),
        (lambda data: data[:-9], 2),
        (lambda data: b"", 10),
        (None, 10),
    ],
    ids=["a cell", "a line more", "its end", "emptied", "removed"],
)
def test_a_meta_csv_that_was_edited_is_put_right_by_the_extension(saved, tree, change, made):
    folder = saved("folder", 9)
    table = folder / "meta.csv"
    if change is None:
        table.unlink()
    else:
        table.write_bytes(change(table.read_bytes()))
    assert strips(10).save(folder, shard_size=4).made == made
    assert tree(folder) == tree(saved("fresh"))


def test_an_image_that_is_gone_is_made_again_by_the_extension(saved, tree):
    folder = saved("folder", 8)
    (folder / "img_5.png").unlink()
    assert strips(10).save(folder, shard_size=4).made == 6
    assert tree(folder) == tree(saved("fresh"))


def test_an_engine_that_leaves_shards_out_ends_no_run(monkeypatch, saved, tree):
    def all_but_the_last(self, task, shards):
        return map(task, shards[:-1])

    with monkeypatch.context() as patch:
        patch.setattr(SerialEngine, "run", all_but_the_last)
        with pytest.raises(SaveError, match="SerialEngine ran 2 of 3 shards; choose another engine"):
            saved("folder", 10)
    folder = saved("folder", 10)
    assert not (folder / "shards").exists()
    assert tree(folder) == tree(saved("fresh"))


def test_an_engine_whose_run_gives_nothing_is_named(monkeypatch, saved):
    monkeypatch.setattr(SerialEngine, "run", lambda self, task, shards: None)
    with pytest.raises(SaveError, match="the method run of SerialEngine returns a NoneType; allowed: an iterator"):
        saved("folder", 10)


def test_a_smaller_count_is_refused_and_nothing_changed(saved, stamps):
    folder = saved("folder")
    before = stamps(folder)
    with pytest.raises(FolderConflictError, match="holds 10 samples of this recipe, more than the 9"):
        strips(9).save(folder, shard_size=4)
    assert stamps(folder) == before


# Finished, and then spoilt


@pytest.mark.parametrize(
    ("gone", "made", "said"),
    [
        (["img_3.png"], 4, "img_3.png is gone or changed"),
        (["img_9.png"], 2, "img_9.png is gone or changed"),
        (["img_0.png", "img_9.png"], 6, "img_0.png, img_9.png are gone or changed"),
        (
            ["img_0.png", "img_1.png", "img_2.png", "img_3.png"],
            4,
            "img_0.png, img_1.png, img_2.png and more are gone or changed",
        ),
        (["meta.csv"], 10, "meta.csv is gone or changed"),
    ],
)
def test_what_is_gone_from_a_finished_folder_is_made_again_with_its_shard_and_said(
    tmp_path, tree, caplog, gone, made, said
):
    folder = tmp_path / "folder"
    strips(10).save(folder, shard_size=4)
    before = tree(folder)
    for name in gone:
        (folder / name).unlink()
    report = strips(10).save(folder, shard_size=4)
    assert (report.made, tree(folder)) == (made, before)
    assert f"{folder} was finished, but {said}: made again" in caplog.text
    caplog.clear()
    assert strips(10).save(folder, shard_size=4).made == 0
    assert not caplog.records


def test_what_is_gone_is_made_again_when_the_folder_is_extended(tmp_path, tree):
    strips(10).save(tmp_path / "folder", shard_size=4)
    strips(14).save(tmp_path / "fresh", shard_size=4)
    (tmp_path / "folder" / "img_1.png").unlink()
    strips(14).save(tmp_path / "folder", shard_size=4)
    assert tree(tmp_path / "folder") == tree(tmp_path / "fresh")
