"""The cache: later starts read nothing, many processes make one, and nothing on the disk can break it."""

import os
import subprocess
import sys
import time

import numpy as np
import pytest

from mygenerator.glyphs import load_glyphs


def cached(home):
    """Folders and other files in the cache."""
    entries = sorted((home / "cache" / "glyphs").iterdir())
    return [path for path in entries if path.is_dir()], [path for path in entries if not path.is_dir()]


def test_a_later_start_maps_the_same_glyphs_without_reading_the_source(idx_folder, monkeypatch):
    first = load_glyphs(idx_folder)
    monkeypatch.setattr("mygenerator.glyphs.idx.IdxSource.read", never_read)
    again = load_glyphs(idx_folder)
    assert again == first
    assert (again.source, again.characters, again.kept_out) == (first.source, first.characters, first.kept_out)
    for name in ("images", "boxes", "rows", "starts"):
        assert np.array_equal(getattr(again, name), getattr(first, name))


def never_read(self):
    raise AssertionError("the source was read")


def test_the_first_start_already_works_from_the_mapped_files(idx_folder, home):
    glyphs = load_glyphs(idx_folder)
    assert glyphs.folder.parent == home / "cache" / "glyphs"
    assert glyphs.content.startswith(glyphs.folder.name.split("-")[0])


def test_a_touched_source_is_found_unchanged_and_not_stored_again(idx_folder, home):
    load_glyphs(idx_folder)
    [folder], [pointer] = cached(home)
    before, pointed = folder.stat().st_ino, pointer.read_bytes()
    os.utime(idx_folder / "t10k-images-idx3-ubyte", ns=(1, 1))
    load_glyphs(idx_folder)
    assert cached(home) == ([folder], [pointer])
    assert folder.stat().st_ino == before
    assert pointer.read_bytes() != pointed


@pytest.mark.parametrize("count", [100, 90])
def test_a_changed_source_is_read_again(idx_folder, digits, write_idx, count):
    first = load_glyphs(idx_folder)
    images, labels = digits(count)
    write_idx(idx_folder, images[::-1], labels)
    os.utime(idx_folder / "t10k-images-idx3-ubyte", ns=(1, 1))  # a coarse clock may not have moved on
    again = load_glyphs(idx_folder)
    assert again != first
    assert len(again) == count


def test_a_file_added_to_a_folder_of_characters_is_noticed(write_image, stroke):
    assert len(load_glyphs(write_image("1/a.png", stroke()))) == 1
    assert len(load_glyphs(write_image("1/b.png", stroke()))) == 2


def test_two_sources_of_one_content_share_the_stored_glyphs_and_keep_their_names(tmp_path, digits, write_idx, home):
    names = [load_glyphs(write_idx(tmp_path / name, *digits(30))).source for name in "ab"]
    folders, pointers = cached(home)
    assert names == ["a", "b"]
    assert (len(folders), len(pointers)) == (1, 2)
    assert load_glyphs(tmp_path / "a").source == "a"


@pytest.mark.parametrize("name", ["images.npy", "boxes.npy", "rows.npy", "starts.npy", "set.json"])
@pytest.mark.parametrize("damage", ["missing", "empty", "torn", "zeros", "garbage"])
def test_a_damaged_cache_is_made_again(idx_folder, home, name, damage):
    first = load_glyphs(idx_folder)
    images = first.images.copy()
    path = cached(home)[0][0] / name
    data = path.read_bytes()
    path.unlink()
    if damage != "missing":
        half = len(data) // 2
        broken = {"empty": b"", "torn": data[:half], "zeros": bytes(len(data)), "garbage": data[half:] + data[:half]}
        path.write_bytes(broken[damage])
    again = load_glyphs(idx_folder)
    assert np.array_equal(again.images, images)
    assert path.read_bytes() == data
    assert len(cached(home)[0]) == 1


def test_a_damaged_pointer_is_written_again(idx_folder, home):
    load_glyphs(idx_folder)
    [pointer] = cached(home)[1]
    sound = pointer.read_bytes()
    for broken in (b"", b"[]", b"{", b'{"stamp": 1}', sound[:-3]):
        pointer.write_bytes(broken)
        assert len(load_glyphs(idx_folder)) == 100
        assert pointer.read_bytes() == sound


def test_ten_processes_at_the_same_moment_make_one_cache(tmp_path, home, digits, write_idx):
    source = write_idx(tmp_path / "many", *digits(3000))
    script = (
        "import sys, time\n"
        "from mygenerator.glyphs import load_glyphs\n"
        "time.sleep(max(0, float(sys.argv[2]) - time.time()))\n"
        "glyphs = load_glyphs(sys.argv[1])\n"
        "print(len(glyphs), glyphs.content, glyphs.folder, glyphs.images.sum())\n"
    )
    command = [sys.executable, "-c", script, str(source), str(time.time() + 2)]
    processes = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(10)
    ]
    results = [process.communicate(timeout=100) for process in processes]
    assert {process.returncode for process in processes} == {0}, results
    assert {err for _, err in results} == {""}
    assert len({out for out, _ in results}) == 1
    folders, pointers = cached(home)
    assert (len(folders), len(pointers)) == (1, 1)
    assert not [path for path in (*folders, *pointers) if path.name.startswith(".")]


def warnings_of(caplog):
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def test_without_a_place_to_write_the_glyphs_work_from_memory_and_one_warning_says_so(idx_folder, home, caplog):
    home.mkdir()
    (home / "cache").write_text("a file where the folder should be")
    first, again = load_glyphs(idx_folder), load_glyphs(idx_folder)
    assert first == again
    assert first.folder is None
    [warning] = warnings_of(caplog)
    assert "cannot be written" in warning
    assert str(home) in warning


def test_a_read_only_home_is_a_warning(idx_folder, read_only_folder, monkeypatch, caplog):
    monkeypatch.setenv("MYGENERATOR_HOME", str(read_only_folder))
    assert len(load_glyphs(idx_folder)) == 100
    assert len(warnings_of(caplog)) == 1


def test_a_disk_that_runs_full_is_a_warning_and_leaves_nothing(idx_folder, home, monkeypatch, caplog):
    def full(path, array, **_):
        path.write_bytes(array.tobytes()[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert len(load_glyphs(idx_folder)) == 100
    assert "No space left on device" in warnings_of(caplog)[0]
    assert cached(home) == ([], [])


def test_what_dead_processes_left_is_swept_and_what_is_being_written_is_not(idx_folder, home):
    cache = home / "cache" / "glyphs"
    old, new, old_pointer = cache / ".old.1-2-3", cache / ".new.1-2-3", cache / ".x.json.1-2-3"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "images.npy").write_bytes(b"half")
    old_pointer.write_bytes(b"{")
    for path in (old, old_pointer):
        os.utime(path, (time.time() - 7200,) * 2)
    load_glyphs(idx_folder)
    assert not old.exists()
    assert not old_pointer.exists()
    assert new.exists()


def test_opening_a_kept_source_reads_neither_its_files_nor_its_pixels(tmp_path, digits, write_idx, monkeypatch):
    images, labels = digits(1000)
    source = write_idx(tmp_path / "large", images, labels)
    load_glyphs(source)

    monkeypatch.setattr("mygenerator.glyphs.idx.IdxSource.read", never_read)
    glyphs = load_glyphs(source)
    assert len(glyphs) == 1000
    assert isinstance(glyphs.images.base, np.memmap)
