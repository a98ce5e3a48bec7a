"""What a disk may refuse: room, a name, hard links."""

import errno
import json
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from mygenerator.errors import SaveError
from mygenerator.save.corner import Corner
from tests.save.crash import check_nothing_is_torn
from tests.save.program import strips


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 512 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=512k,nr_inodes=1000", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no small file system can be mounted here (it takes root, and Linux)")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_disk_keeps_what_is_sealed_and_says_what_to_do(small_disk, saved, tree, stamps, workers):
    folder = small_disk / "out"
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(360 * 1024))
    with pytest.raises(SaveError, match=r"out/(img_|shards/)\S+: writing failed: No space left.*make room"):
        strips(60).save(folder, shard_size=4, workers=workers)
    sealed = [json.loads(sidecar.read_bytes()) for sidecar in (folder / "shards").glob("*.json")]
    assert sealed
    assert list(folder.glob(".*")) == []
    fresh = saved("fresh", 60)
    check_nothing_is_torn(folder, fresh)
    ballast.unlink()
    before = stamps(folder)
    assert strips(60).save(folder, shard_size=4, workers=workers).made == 60 - 4 * len(sealed)
    assert tree(folder) == tree(fresh)
    after = stamps(folder)
    assert all(after[name] == before[name] for shard in sealed for name, _, _ in shard["files"])


@pytest.mark.parametrize("failure", [None, errno.ENOSPC, errno.EDQUOT])
def test_a_write_that_the_system_does_in_pieces_is_completed_or_told_and_no_file_stays_open(
    tmp_path, monkeypatch, saved, tree, failure
):
    fresh = saved("fresh")
    real, calls = os.write, count()

    def write(file, data):
        if failure is not None and next(calls) == 80:
            raise OSError(failure, os.strerror(failure))
        return real(file, data[: max(1, len(data) // 2)])

    def opened():
        return len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").exists() else 0

    before = opened()
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", write)
        if failure is None:
            saved("folder")
        else:
            with pytest.raises(SaveError, match=r"img_\d\.png: writing failed: .*make room"):
                saved("folder")
    assert opened() == before
    if failure is not None:
        check_nothing_is_torn(tmp_path / "folder", fresh)
        saved("folder")
    assert tree(tmp_path / "folder") == tree(fresh)


def test_a_disk_that_fills_up_while_the_parts_are_joined_is_an_error_that_names_the_joined_file(
    tmp_path, monkeypatch, saved, tree
):
    real = os.replace

    def replace(source, target):
        if Path(target).name == "meta.csv":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(SaveError, match=r"meta\.csv: writing failed: No space left.*make room"):
            saved("folder")
    assert strips(10).save(tmp_path / "folder", shard_size=4).made == 0
    assert tree(tmp_path / "folder") == tree(saved("fresh"))


def test_a_folder_that_stands_where_a_file_has_to_be_is_an_error_that_names_it(tmp_path, saved):
    folder = saved("folder", 4)
    (folder / "manifest.json").unlink()
    (folder / "img_5.png").mkdir()
    with pytest.raises(SaveError, match=r"img_5\.png: writing failed"):
        saved("folder", 10)


def test_a_file_system_without_hard_links_will_do(tmp_path, monkeypatch, saved, tree):
    def link(source, target):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    fresh = saved("fresh")
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", link)
        assert tree(saved("folder")) == tree(fresh)
        # Killed between claiming the name and filling it.
        (tmp_path / "claimed").mkdir()
        (tmp_path / "claimed" / "recipe.json").touch()
        assert tree(saved("claimed")) == tree(fresh)


def test_a_large_job_that_cannot_fit_is_refused_before_anything_is_written(small_disk):
    folder = small_disk / "out"
    with pytest.raises(SaveError, match=r"out: 10,000 samples would take about \d+ MB more, and \d MB are free"):
        strips(10_000).save(folder)
    assert list(small_disk.iterdir()) == []


def test_what_stands_already_counts_as_room_that_is_not_needed(small_disk, monkeypatch):
    monkeypatch.setattr("mygenerator.save.job._ROOM_COUNTS_FROM", 1)
    folder = small_disk / "out"
    strips(40).save(folder, shard_size=20)
    free = shutil.disk_usage(small_disk).free
    (small_disk / "ballast").write_bytes(bytes(free - 20_000))
    with pytest.raises(SaveError, match="60 samples would take about"):
        strips(60).save(folder, shard_size=20)
    assert strips(40).save(folder, shard_size=20).made == 0


def test_shards_that_threads_of_one_process_write_do_not_meet_in_the_corner(tmp_path):
    # An engine of somebody else's may run its shards in threads, each with a Corner of its own.
    def fill(letter: str) -> None:
        corner = Corner(tmp_path)
        for number in range(200):
            corner.write(tmp_path / f"{letter}{number}", letter.encode() * 5000)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, "abcd"))
    for letter in "abcd":
        for number in range(200):
            assert (tmp_path / f"{letter}{number}").read_bytes() == letter.encode() * 5000
