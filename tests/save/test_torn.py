"""What a loss of power can leave of the records of a folder: the same call makes the folder whole again."""

import shutil

import pytest

from mygenerator.errors import FolderConflictError
from tests.save.crash import with_fork
from tests.save.program import strips

TORN = {
    "empty": lambda data: b"",
    "zeros": lambda data: bytes(len(data)),
    "half": lambda data: data[: len(data) // 2],
    "end in zeros": lambda data: data[:-100] + bytes(100),
}


@pytest.fixture(params=list(TORN))
def tear(request):
    """A function that tears a file."""

    def tear(path):
        path.write_bytes(TORN[request.param](path.read_bytes()))

    return tear


@pytest.mark.parametrize("rows", [10, 12])
def test_a_torn_recipe_is_mended_from_the_manifest(tmp_path, saved, tree, tear, stamps, rows):
    fresh = saved("fresh", rows)
    folder = saved("folder")
    before = stamps(folder)
    tear(folder / "recipe.json")
    saved("folder", rows)
    assert tree(folder) == tree(fresh)
    # No image was made again.
    assert stamps(folder)["img_0.png"] == before["img_0.png"]


def test_the_seed_of_a_torn_recipe_is_adopted_from_the_manifest(tmp_path, tree, tear):
    strips(10, seed=None).save(tmp_path / "folder", shard_size=4)
    before = tree(tmp_path / "folder")
    tear(tmp_path / "folder" / "recipe.json")
    strips(10, seed=None).save(tmp_path / "folder", shard_size=4)
    assert tree(tmp_path / "folder") == before


@with_fork
@pytest.mark.parametrize("seed", [7, 8])
def test_a_torn_recipe_of_an_unfinished_folder_is_made_again_and_so_are_its_shards(
    tmp_path, saved, unfinished, tree, tear, seed, caplog
):
    folder = unfinished("folder")
    assert list(folder.glob("img_*.png"))
    tear(folder / "recipe.json")
    strips(10, seed=seed).save(folder, shard_size=4)
    strips(10, seed=seed).save(tmp_path / "fresh", shard_size=4)
    assert tree(folder) == tree(tmp_path / "fresh")
    assert "recipe.json is torn: it is made again, and so is all that was made" in caplog.text


@with_fork
def test_files_that_nothing_lists_are_somebody_else_s_even_if_the_recipe_is_torn(unfinished, tree, tear, saved):
    folder = unfinished("folder")
    (folder / "img_9.png").write_bytes(b"mine")
    tear(folder / "recipe.json")
    before = tree(folder)
    with pytest.raises(FolderConflictError, match=r"holds img_9\.png but no recipe\.json"):
        saved("folder")
    assert tree(folder) == before


@with_fork
@pytest.mark.parametrize("kind", ["json", "part", "list"])
def test_a_torn_record_of_a_shard_is_made_again_with_its_shard(unfinished, saved, tree, tear, kind):
    fresh = saved("fresh")
    folder = unfinished("folder")
    if kind == "list":
        shutil.copy(folder / "shards" / "000000.json", folder / "shards" / "000002.list")
    (torn, *_) = (folder / "shards").glob(f"*.{kind}")
    tear(torn)
    saved("folder")
    assert tree(folder) == tree(fresh)


@with_fork
def test_an_image_that_lost_its_content_and_kept_its_size_is_made_again(unfinished, saved, tree):
    fresh = saved("fresh")
    folder = unfinished("folder")
    image = folder / "img_2.png"
    image.write_bytes(bytes(image.stat().st_size))
    saved("folder", trust=True)
    assert tree(folder) != tree(fresh)
    saved("folder")
    assert tree(folder) == tree(fresh)


@pytest.mark.parametrize(("name", "made"), [("img_1.png", 4), ("img_9.png", 2), ("meta.csv", 4)])
@pytest.mark.parametrize("rows", [10, 12])
def test_a_changed_bit_in_a_finished_folder_is_found_and_mended(tmp_path, saved, tree, name, made, rows):
    fresh, folder = saved("fresh", rows), saved("folder")
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 4
    (folder / name).write_bytes(data)
    report = strips(rows).save(folder, shard_size=4)
    assert tree(folder) == tree(fresh)
    assert report.made == (made if rows == 10 else 4 + 4 * (name != "img_9.png"))
