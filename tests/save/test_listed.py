"""Nobody guesses a file name: what belongs to a data set is listed before it has its name, and only that is removed."""

import json
import re
import shutil
from itertools import count, islice

import pytest

from mygenerator import CharToImages, NlpDataset, Pipeline, RemoveWhitePadding
from mygenerator.errors import FolderConflictError, InputError
from mygenerator.save import read_manifest
from mygenerator.save.execute import run
from mygenerator.save.job import Job
from mygenerator.save.output_folder import OutputFolder
from mygenerator.sinks import PngSink, Sink
from mygenerator.validate import validate_folder
from tests.manifests import rewrite
from tests.save.crash import DIES, run_forked, with_fork
from tests.save.program import strips

FIXED = {"recipe.json", "manifest.json", "shards", "meta.csv"}


@pytest.fixture
def by_lists(monkeypatch):
    """Take every folder for one of a release that lists each file before it has its name."""
    monkeypatch.setattr("mygenerator.save.clearing._SINCE_ALL_IS_LISTED", "recipe_version")


def unlisted(folder):
    """The files in a folder, hidden ones aside, that nothing lists."""
    there = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
    return there - FIXED - set(OutputFolder(folder).names())


class Numbered(PngSink):
    """Names its files by how many samples a shard has: another count gives the last shard others."""

    def file_name(self, number):
        return f"{self.prefix}_{number}_of_{self.rows}.{self.ending}"

    def write_shard(self, shard, batches):
        self.rows = len(shard.rows)
        super().write_shard(shard, batches)

    def name_pattern(self):
        return rf"{re.escape(self.prefix)}_\d+_of_\d+\.png"


def save_numbered(folder, rows):
    return run(Job(strips(rows), Numbered(), OutputFolder(folder), rows, 4, 1))


@pytest.fixture(params=["held", "hidden"])
def waiting(request, monkeypatch):
    """How files wait to be listed: in memory, or under hidden names where they are too many for that."""
    if request.param == "hidden":
        # Two images and a half: three of a shard are hidden, one is held.
        monkeypatch.setattr("mygenerator.save.shards._MOST_HELD_BYTES", 1200)


@with_fork
@pytest.mark.usefixtures("waiting", "by_lists")
@pytest.mark.parametrize("before", ["nothing", "a smaller count", "another data set"])
def test_a_save_that_dies_at_any_step_leaves_no_file_that_is_not_listed_and_overwriting_leaves_none(
    tmp_path, saved, tree, before
):
    after = tree(saved("fresh", 3, prefix="next"))
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
            assert unlisted(folder) == set()
        if (folder / "recipe.json").exists() and not (folder / "manifest.json").exists():
            assert told(folder) == {"unfinished"}
        saved("folder", 3, prefix="next", overwrite=True)
        assert tree(folder) == after
        if status == 0:
            break
    assert step > 20


def told(folder):
    """The kinds of what the validator finds in a folder."""
    return {finding.kind for finding in validate_folder(folder).findings}


@with_fork
def test_an_overwriting_that_dies_at_any_step_is_no_finished_folder_and_goes_on(tmp_path, saved, tree, by_lists):
    after = tree(saved("fresh", 3, prefix="next"))
    start, folder = saved("start"), tmp_path / "folder"
    for step in count():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(start, folder)
        status = run_forked(
            lambda: saved("folder", 3, prefix="next", overwrite=True), lambda number, _, step=step: number == step
        )
        if (folder / "manifest.json").exists():
            assert all((folder / name).exists() for name in OutputFolder(folder).names())
        assert unlisted(folder) == set()
        saved("folder", 3, prefix="next", overwrite=True)
        assert tree(folder) == after
        if status == 0:
            break
    assert step > 20


def test_files_that_a_shard_no_longer_has_are_removed_when_it_is_made_again(tmp_path, tree):
    save_numbered(tmp_path / "folder", 6)
    assert (tmp_path / "folder" / "img_5_of_2.png").exists()
    save_numbered(tmp_path / "folder", 10)
    save_numbered(tmp_path / "fresh", 10)
    assert tree(tmp_path / "folder") == tree(tmp_path / "fresh")


@pytest.mark.parametrize("finished", [True, False])
def test_overwriting_removes_what_is_listed_and_no_file_that_is_only_called_so(tmp_path, saved, by_lists, finished):
    folder = saved("folder")
    (folder / "img_5.png").rename(tmp_path / "kept.png")
    manifest = folder / "manifest.json"
    rewrite(manifest, rb'\["img_5.png",[^]]*\],', b"")
    (tmp_path / "kept.png").rename(folder / "img_5.png")
    if not finished:
        # As a clearing leaves it that was killed.
        (folder / "shards").mkdir()
        manifest.rename(folder / "shards" / "manifest.list")
    saved("folder", 3, prefix="next", overwrite=True)
    assert sorted(path.name for path in folder.glob("*.png")) == ["img_5.png", "next_0.png", "next_1.png", "next_2.png"]


@pytest.mark.parametrize("name", ["../precious.txt", "recipe.json", "shards", ".hidden", "sub/a.png", ""])
def test_overwriting_trusts_no_list_with_names_outside_of_the_folder(tmp_path, saved, tree, name):
    folder = saved("folder")
    (tmp_path / "precious.txt").write_text("mine")
    rewrite(folder / "manifest.json", b'"img_5.png"', json.dumps(name).encode())
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=f"its lists name {name!r}"):
        saved("folder", overwrite=True)
    assert tree(tmp_path) == before


def test_what_a_damaged_list_named_alone_stays_and_that_is_told(saved, by_lists, caplog):
    folder = saved("folder")
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"start":4', b'"start":x'))
    saved("folder", 2, prefix="next", overwrite=True)
    assert "a list of files in " in caplog.text
    assert {path.name for path in folder.glob("img_*")} == {f"img_{index}.png" for index in range(4, 10)}


# Folders of older releases


@with_fork
@pytest.mark.parametrize("old", [True, False])
def test_of_an_unfinished_folder_of_an_older_release_files_that_nothing_lists_are_removed_too(unfinished, saved, old):
    folder = unfinished("folder")
    if old:
        recipe = json.loads((folder / "recipe.json").read_text())
        del recipe["facts"]
        (folder / "recipe.json").write_text(json.dumps(recipe))
    (folder / "img_9.png").write_bytes(b"of a shard that was not sealed")
    (folder / "img_10.png").write_bytes(b"of somebody else")
    saved("folder", 3, prefix="next", overwrite=True)
    left = {"img_10.png"} if old else {"img_9.png", "img_10.png"}
    assert {path.name for path in folder.glob("img_*")} == left


# Formats that cannot grow


class Counting(PngSink):
    """Writes into each shard how many there are."""

    extends = False

    def write_shard(self, shard, batches):
        super().write_shard(shard, batches)
        shard.file(f"{self.prefix}-{shard.number}-of-{shard.count}-{shard.rows.start}-{shard.rows.stop}", b"")


def save_counting(folder, rows, progress=None):
    return run(Job(strips(rows), Counting(), OutputFolder(folder), rows, 4, 1), progress)


def test_a_shard_is_told_its_number_how_many_there_are_and_its_rows(tmp_path):
    save_counting(tmp_path, 10)
    assert sorted(path.name for path in tmp_path.glob("img-*")) == [
        "img-0-of-3-0-4",
        "img-1-of-3-4-8",
        "img-2-of-3-8-10",
    ]


@pytest.mark.parametrize("finished", [True, False])
def test_a_format_whose_names_depend_on_the_number_of_shards_is_not_extended_by_more(tmp_path, tree, finished):
    def stop(*_):
        raise KeyboardInterrupt

    if finished:
        save_counting(tmp_path, 7)
    else:
        with pytest.raises(KeyboardInterrupt):
            save_counting(tmp_path, 7, stop)
    before = tree(tmp_path)
    with pytest.raises(FolderConflictError, match=r"the number of shards.*2 in the folder, 3 for the 9 samples"):
        save_counting(tmp_path, 9)
    assert tree(tmp_path) == before
    # Within its last shard there is room.
    save_counting(tmp_path, 8)
    save_counting(tmp_path.with_name("fresh"), 8)
    assert tree(tmp_path) == tree(tmp_path.with_name("fresh"))
    shutil.rmtree(tmp_path.with_name("fresh"))


# Formats without a joined file


class Bare(PngSink):
    """Images alone."""

    format = "bare"
    ending = "png"
    joined = None

    def write_shard(self, shard, batches):
        class Files:
            number, count, rows = shard.number, shard.count, shard.rows
            file = staticmethod(shard.file)

            def part(self, data):
                pass

        super().write_shard(Files(), batches)


def test_without_a_joined_file_there_is_none_and_no_part_of_one(tmp_path):
    seen = []

    def look(*_):
        seen.extend(path.suffix for path in (tmp_path / "shards").iterdir())

    run(Job(strips(6), Bare(), OutputFolder(tmp_path), 6, 4, 1), look)
    assert set(seen) == {".json"}
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"recipe.json", "manifest.json", *(f"img_{index}.png" for index in range(6))}
    assert read_manifest(tmp_path)[0] == {
        "count": 6,
        "joined": None,
        "recipe": (tmp_path / "recipe.json").read_text(encoding="utf-8"),
    }
    run(Job(strips(10), Bare(), OutputFolder(tmp_path), 10, 4, 1))
    assert len(list(tmp_path.glob("*.png"))) == 10


def test_files_end_as_the_format_says_or_with_its_name():
    assert Bare().file_name(3) == "img_3.png"
    assert type("Other", (PngSink,), {"format": "other"})().file_name(3) == "img_3.other"


# Formats that take other samples, or not all of them


class Labels(Sink):
    """One file of text for each sample."""

    takes = ("text", "object")
    format = "txt"

    def write_shard(self, shard, batches):
        for batch in batches:
            for index, label in zip(batch.index, batch.labels.tolist(), strict=True):
                shard.file(self.file_name(index), label.encode())


class FirstBatch(Labels):
    def write_shard(self, shard, batches):
        super().write_shard(shard, [next(batches)])


class LastUnasked(Labels):
    """Stops when it has all samples, without asking for more."""

    def write_shard(self, shard, batches):
        super().write_shard(shard, islice(batches, -(-len(shard.rows) // 64)))


def pixel_hashes(folder):
    return [line["pixels"] for line in json.loads((folder / "manifest.json").read_text())["shards"]]


def test_texts_are_saved_by_a_format_that_takes_them(tmp_path):
    for folder, texts in (("one", ["007", "42"]), ("two", ["007", "43"])):
        run(Job(NlpDataset(texts, seed=1), Labels(), OutputFolder(tmp_path / folder), 2, 4, 1))
    assert (tmp_path / "one" / "img_1.txt").read_bytes() == b"42"
    assert pixel_hashes(tmp_path / "one") != pixel_hashes(tmp_path / "two")


def test_lists_of_images_of_any_size_are_saved_by_a_format_that_takes_them(tmp_path):
    ds = Pipeline([CharToImages(), RemoveWhitePadding()]).fit_transform(NlpDataset(["007", "42"], seed=1))
    run(Job(ds, Labels(), OutputFolder(tmp_path), 2, 4, 1))
    assert (tmp_path / "img_0.txt").read_bytes() == b"007"


def test_a_format_that_leaves_batches_out_is_refused_and_one_that_asks_for_no_more_is_not(tmp_path):
    texts = NlpDataset([str(number) for number in range(1500)], seed=1)
    with pytest.raises(InputError, match=r"the format 'txt' left out samples of shard 0; take every batch"):
        run(Job(texts, FirstBatch(), OutputFolder(tmp_path / "first"), 1500, 1500, 1))
    assert not (tmp_path / "first" / "manifest.json").exists()
    ds = RemoveWhitePadding().fit_transform(CharToImages().fit_transform(texts))
    for folder, sink in (("all", Labels()), ("unasked", LastUnasked())):
        run(Job(ds, sink, OutputFolder(tmp_path / folder), 100, 100, 1))
    assert pixel_hashes(tmp_path / "all") == pixel_hashes(tmp_path / "unasked")
