"""Which folders a save accepts: its own and free ones; what is somebody else's is refused and left alone."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset, PatternNlpDataset, Pipeline, TextToImage, Transform, ValidatePadding
from mygenerator.errors import FolderConflictError, InputError, MyGeneratorError, SaveError
from mygenerator.save import plan, read_manifest
from tests.save.program import strips, strokes


@pytest.fixture
def folder(tmp_path):
    """A finished folder of `strips(10)` in shards of 4."""
    strips(10).save(tmp_path / "out", shard_size=4)
    return tmp_path / "out"


def save_into(folder, ds=None, **options):
    return (ds or strips(10)).save(folder, **({"shard_size": 4} | options))


class Shift(Transform):
    """Adds a grey level."""

    def __init__(self, level=1):
        self.level = level

    def apply(self, images, drawn):
        return images - np.uint8(self.level)


class Mirror(Transform):
    """A step without parameters."""

    def apply(self, images, drawn):
        return images[:, :, ::-1]


# Another recipe


@pytest.mark.parametrize(
    ("other", "options", "says"),
    [
        (lambda: strips(10, seed=8), {}, ["seed: 7 there, 8 now"]),
        (lambda: strips(10, image_width=90), {}, ["image_width: 80 there, 90 now"]),
        (
            lambda: strips(10, sizing="pad", spacing_range=(3, 4), image_width=130),
            {},
            ['sizing: "fill" there, "pad" now', "spacing_range: [3, 8] there, [3, 4] now"],
        ),
        (lambda: strips(10, pattern="[0-9]{5}"), {}, ['pattern: "[0-9]{4}" there, "[0-9]{5}" now']),
        (lambda: Mirror().fit_transform(strips(10)), {}, ['["text_to_image", "mirror"] now']),
        (lambda: strips(10), {"prefix": "x"}, ['prefix: "img" there, "x" now']),
        (lambda: strips(10), {"shard_size": 5}, ["shard_size: 4 there, 5 now"]),
        (lambda: strips(20, seed=8), {}, ["seed: 7 there, 8 now"]),
    ],
)
def test_another_recipe_is_refused_its_differences_named_and_nothing_changed(
    folder, tree, stamps, other, options, says
):
    before = tree(folder), stamps(folder), os.stat(folder).st_mtime_ns
    with pytest.raises(FolderConflictError) as refusal:
        save_into(folder, other(), **options)
    assert [part for part in says if part not in str(refusal.value)] == []
    assert (tree(folder), stamps(folder), os.stat(folder).st_mtime_ns) == before


def test_the_order_of_steps_is_part_of_a_recipe(tmp_path):
    save_into(tmp_path, Shift(2).fit_transform(Mirror().fit_transform(strips(4))))
    with pytest.raises(FolderConflictError, match=r'"mirror", "shift"\] there, .*"shift", "mirror"\] now'):
        save_into(tmp_path, Mirror().fit_transform(Shift(2).fit_transform(strips(4))))


def test_each_of_several_steps_of_one_kind_is_part_of_a_recipe(tmp_path):
    save_into(tmp_path, Shift(2).fit_transform(Shift(1).fit_transform(strips(4))))
    with pytest.raises(FolderConflictError, match=r"steps\.2\.shift\.level: 1 there, 3 now"):
        save_into(tmp_path, Shift(2).fit_transform(Shift(3).fit_transform(strips(4))))


def test_the_own_name_of_each_step_is_part_of_a_recipe(tmp_path):
    def named(name):
        steps = [(name, TextToImage(strokes(), (3, 8), 80)), ("check", ValidatePadding((3, 8)))]
        return Pipeline(steps).fit_transform(PatternNlpDataset("[0-9]{4}", 3, seed=7))

    assert not np.array_equal(named("a")[0].image, named("b")[0].image)
    save_into(tmp_path, named("a"))
    with pytest.raises(FolderConflictError, match='name: "a" there, "b" now'):
        save_into(tmp_path, named("b"))


def blot(module, level):
    """A step whose class is called Blot and lies in a module of that name."""

    class Blot(Transform):
        takes = ("strip",)

        def apply(self, images, drawn):
            return np.full_like(images, level)

    Blot.__module__, Blot.__qualname__ = module, "Blot"
    return Blot()


def test_a_step_of_the_same_name_from_another_module_is_another_recipe(tmp_path, tree):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save_into(tmp_path, blot("scans", 9).fit_transform(strips(10)), progress=stop)
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=r'code\.steps\.blot: "scans.Blot" there, "prints.Blot" now'):
        save_into(tmp_path, blot("prints", 99).fit_transform(strips(10)))
    assert tree(tmp_path) == before
    assert save_into(tmp_path, blot("scans", 9).fit_transform(strips(10))).made == 6


def test_the_class_of_each_step_of_a_user_s_own_is_recorded_by_the_step_s_name(tmp_path):
    steps = [blot("scans", 9), ("last", blot("prints", 99)), blot("scans", 9)]
    save_into(tmp_path, Pipeline(steps).fit_transform(strips(4)))
    assert json.loads((tmp_path / "recipe.json").read_text())["code"] == {
        "steps": {"blot": "scans.Blot", "last": "prints.Blot", "blot_2": "scans.Blot"}
    }


def test_own_images_that_have_changed_are_another_recipe(tmp_path):
    picture = tmp_path / "pictures" / "0" / "a.png"
    picture.parent.mkdir(parents=True)
    cv2.imwrite(str(picture), np.full((4, 5), 10, np.uint8))
    ImageDataset(tmp_path / "pictures", seed=1).save(tmp_path / "saved")
    assert ImageDataset(tmp_path / "pictures", seed=1).save(tmp_path / "saved").made == 0
    cv2.imwrite(str(picture), np.full((4, 5), 200, np.uint8))
    with pytest.raises(FolderConflictError, match=r'files_sha256: "[0-9a-f]{12}\.\.\." there, "[0-9a-f]{12}\.\.\."'):
        ImageDataset(tmp_path / "pictures", seed=1).save(tmp_path / "saved")
    table = pandas.DataFrame({"label": ["0"]})
    with pytest.raises(FolderConflictError, match="function"):
        ImageDataset(get_image_fn=len, meta=table, seed=1).save(tmp_path / "saved")


def test_without_a_seed_the_recorded_one_is_adopted_and_a_given_one_is_compared(folder):
    assert save_into(folder, strips(10, seed=None)).seed == 7
    with pytest.raises(FolderConflictError, match="seed"):
        save_into(folder, strips(10, seed=8))
    with pytest.raises(FolderConflictError, match="image_width"):
        save_into(folder, strips(10, seed=None, image_width=90))


# What is not ours


@pytest.mark.parametrize(
    "content",
    [
        b"not JSON",
        b'{"name": "cake", "servings": 4}',
        b"[]",
        b'{"recipe_version": 1',
        b"\xff\xfe",
        b'{"recipe_version": 1}',
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_recipe_that_is_none_of_ours_is_left_alone(tmp_path, tree, content, overwrite):
    (tmp_path / "recipe.json").write_bytes(content)
    before = tree(tmp_path)
    with pytest.raises(
        FolderConflictError, match=r"recipe\.json: this is not a recipe that mygenerator wrote.*choose another folder"
    ):
        save_into(tmp_path, overwrite=overwrite)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("name", ["img_0.png", "img_123.png", "meta.csv", "manifest.json", "shards/000000.json"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path, tree, name, overwrite):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=f"holds {name.partition('/')[0]} but no recipe"):
        save_into(tmp_path, overwrite=overwrite)
    assert tree(tmp_path) == before


def test_other_files_in_the_folder_stay(tmp_path, tree):
    for name in ("notes.txt", "img_a.png", "img_1.jpg", ".hidden", "sub/img_0.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    before = tree(tmp_path)
    save_into(tmp_path)
    save_into(tmp_path, strips(6), overwrite=True)
    assert {name: tree(tmp_path).get(name) for name in before} == before


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: bytes(len(data)),
        lambda data: data[: len(data) // 2],
        lambda data: data[:-4],
        lambda data: data.replace(b'"count"', b'"many"'),
        lambda data: data.replace(b'"count": 10', b'"count": 11'),
        lambda data: data.replace(b'"start":4', b'"start":5'),
        lambda data: data.replace(b'"pixels":"', b'"pixels":"a'),
        lambda data: data.replace(b'{"shard":0', b'{"sharp":0'),
        lambda data: data.replace(b'"img_5.png"', b'"img_6.png"'),
    ],
)
@pytest.mark.parametrize("rows", [10, 12])
def test_a_torn_or_changed_manifest_is_made_again_by_the_same_call(folder, tree, tmp_path, change, rows):
    manifest = folder / "manifest.json"
    before = manifest.read_bytes()
    manifest.write_bytes(change(before))
    assert manifest.read_bytes() != before
    save_into(folder, strips(rows))
    save_into(tmp_path / "fresh", strips(rows))
    assert tree(folder) == tree(tmp_path / "fresh")


@pytest.mark.parametrize("change", [lambda data: b"not JSON", lambda data: b'{"name": "a web application"}'])
@pytest.mark.parametrize("rows", [10, 12])
def test_a_manifest_of_somebody_else_is_an_error_that_names_it_and_can_be_removed(folder, tree, tmp_path, change, rows):
    manifest = folder / "manifest.json"
    manifest.write_bytes(change(manifest.read_bytes()))
    before = tree(folder)
    with pytest.raises(SaveError, match=r"manifest\.json: this is not a manifest that mygenerator wrote.*remove it"):
        save_into(folder, strips(rows))
    assert tree(folder) == before
    manifest.unlink()
    save_into(folder, strips(rows))
    save_into(tmp_path / "fresh", strips(rows))
    assert tree(folder) == tree(tmp_path / "fresh")


def test_a_damaged_shard_in_a_manifest_is_an_error_that_names_it(folder):
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"start":4', b'"start":x'))
    with pytest.raises(SaveError, match=r"manifest\.json: this is not a manifest that mygenerator wrote"):
        list(read_manifest(folder)[1])


def test_a_folder_without_a_manifest_has_none(tmp_path):
    assert read_manifest(tmp_path) is None


# Paths


def test_an_output_path_that_is_a_file_or_lies_below_one_is_refused(tmp_path, tree):
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "new" / "folder"):
        for seed in (7, None):
            with pytest.raises(InputError, match="file: the output path is a file"):
                strips(3, seed=seed).save(path)
    assert tree(tmp_path) == {"file": b"mine"}


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_path_that_no_file_can_have_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"the output path cannot be used|is not a path"):
        strips(3).save(tmp_path / name)


def test_a_read_only_folder_is_refused_before_anything_is_made(read_only_folder):
    for path in (read_only_folder, read_only_folder / "new"):
        with pytest.raises(InputError, match="read_only: the folder cannot be written"):
            strips(3).save(path)


@pytest.mark.skipif(not hasattr(os, "setuid") or os.getuid() != 0, reason="only root can become another user")
def test_a_folder_of_another_user_is_refused(tmp_path):
    # Everything is imported before the change of user, who may not be allowed to read this checkout.
    code = (
        "import os, sys; from tests.save.program import strips; from mygenerator.save import plan; ds = strips(3)\n"
        "os.setuid(65534)\n"
        "for path in sys.argv[1:]:\n"
        "    try: plan(ds, path)\n"
        "    except Exception as error: print(type(error).__name__)\n"
    )
    tmp_path.chmod(0o700)
    words = [sys.executable, "-c", code, str(tmp_path), str(tmp_path / "new")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["InputError", "InputError"]


def test_a_folder_is_made_with_its_parents(tmp_path):
    assert save_into(tmp_path / "a" / "b" / "c").count == 10


def test_a_path_may_hold_spaces_and_other_scripts(tmp_path, tree, folder):
    save_into(tmp_path / "数 字 & [x]", workers=2)
    assert tree(tmp_path / "数 字 & [x]") == tree(folder)


# Overwrite


def test_overwriting_replaces_a_data_set_of_another_recipe_prefix_and_count(folder, tree, tmp_path):
    (folder / "img_99.png").write_text("of somebody else")
    save_into(folder, strips(5, seed=8), prefix="other", shard_size=2, overwrite=True)
    save_into(tmp_path / "fresh", strips(5, seed=8), prefix="other", shard_size=2)
    assert tree(folder) == {**tree(tmp_path / "fresh"), "img_99.png": b"of somebody else"}


def test_overwriting_makes_everything_again_with_a_new_seed_where_none_is_given(folder):
    report = save_into(folder, strips(10, seed=None), overwrite=True)
    assert report.made == 10
    assert report.seed != 7


def test_a_plan_to_overwrite_changes_nothing_yet(folder, stamps):
    before = stamps(folder)
    plan(strips(5, seed=8), folder, overwrite=True)
    assert stamps(folder) == before


@pytest.mark.parametrize("change", [{"prefix": "../precious"}, {"prefix": 7}, {"format": "tiff"}, {"format": None}])
def test_overwriting_trusts_no_recipe_with_names_outside_of_the_folder(folder, tmp_path, tree, change):
    (tmp_path / "precious_0.png").write_text("mine")
    recipe = json.loads((folder / "recipe.json").read_text())
    recipe["save"] |= change
    (folder / "recipe.json").write_text(json.dumps(recipe))
    before = tree(tmp_path)
    with pytest.raises(MyGeneratorError):
        save_into(folder, overwrite=True)
    assert tree(tmp_path) == before


def test_overwriting_a_folder_with_a_damaged_manifest_works(folder):
    (folder / "manifest.json").write_text("not JSON")
    assert save_into(folder, overwrite=True).made == 10


def test_a_file_of_somebody_else_between_the_shards_keeps_its_folder(tmp_path, tree):
    save_into(tmp_path, strips(4))
    (tmp_path / "shards").mkdir()
    (tmp_path / "shards" / "notes.txt").write_text("mine")
    save_into(tmp_path)
    assert tree(tmp_path)["shards/notes.txt"] == b"mine"
    assert sorted(name for name in tree(tmp_path) if name.startswith("shards/")) == ["shards/notes.txt"]


@pytest.mark.parametrize("refused", ["unlink", "rmdir"])
def test_records_of_shards_that_the_system_does_not_remove_are_told_and_go_with_the_next_run(
    tmp_path, tree, monkeypatch, caplog, refused
):
    real = getattr(Path, refused)

    def refuse(path, **options):
        if "shards" in path.parts[-2:] and path.suffix != ".list":
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))
        return real(path, **options)

    with monkeypatch.context() as patch:
        patch.setattr(Path, refused, refuse)
        save_into(tmp_path / "folder")
    assert "the data set is whole, but " in caplog.text
    assert "shards cannot be removed (Operation not permitted): run the same again" in caplog.text
    assert save_into(tmp_path / "folder").made == 0
    save_into(tmp_path / "fresh")
    assert tree(tmp_path / "folder") == tree(tmp_path / "fresh")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("options", [{}, {"rows": 20}, {"seed": 9, "overwrite": True}])
@pytest.mark.parametrize("finished", [True, False])
def test_a_link_in_the_place_of_shards_leads_nowhere_that_is_written_or_cleared(
    tmp_path, saved, tree, options, finished
):
    folder = saved("folder")
    if not finished:
        (folder / "manifest.json").unlink()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "000000.json").write_text("mine")
    (folder / "shards").symlink_to(tmp_path / "elsewhere")
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=r"shards is a link.*remove the link"):
        saved("folder", **options)
    assert tree(tmp_path) == before


def test_a_file_of_others_in_shards_stays_whatever_it_is_called(saved):
    folder = saved("folder")
    (folder / "shards").mkdir()
    (folder / "shards" / "20240101.json").write_text('{"day": "2024-01-01"}')
    saved("folder", 12)
    assert [path.name for path in (folder / "shards").iterdir()] == ["20240101.json"]
