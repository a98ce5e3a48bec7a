"""What happens to the files of a source between two starts: the right glyphs are used, and no more is read than needed.

Reads are counted, not timed.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.glyphs import cache, load_glyphs
from mygenerator.glyphs.character_folder import FolderSource
from mygenerator.glyphs.idx import IdxSource
from mygenerator.glyphs.npz import NpzSource
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.recipes import Recipe
from tests.brought.cases import Case, each

COUNT = 40
IMAGES, LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources that were read, in order."""
    names: list[str] = []

    def counting(kind: type) -> Callable:
        read = kind.read

        def counted(self):
            names.append(self.name)
            return read(self)

        return counted

    for kind in (IdxSource, FolderSource, NpzSource):
        monkeypatch.setattr(kind, "read", counting(kind))
    return names


def bars(count: int = COUNT) -> np.ndarray:
    """Upright strokes, each of its own place and width."""
    images = np.zeros((count, 28, 28), np.uint8)
    for k, image in enumerate(images):
        image[4:24, 4 + k % 9 : 8 + k % 13 + k % 9] = 150 + k
    return images


def idx(values: np.ndarray) -> bytes:
    return struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


def make_pair(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / IMAGES).write_bytes(idx(bars()))
    (folder / LABELS).write_bytes(idx(np.arange(COUNT) % 10))
    return folder


def make_scans(folder: Path) -> Path:
    for k, image in enumerate(bars(8)):
        path = folder / str(k % 4) / f"{k}.bmp"  # of one size whatever they show
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), 255 - image)
    return folder


def make_npz(folder: Path) -> Path:
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", x_train=bars(), y_train=np.arange(COUNT) % 10)
    return folder / "mnist.npz"


def written_back(path: Path, data: bytes) -> None:
    """Other content of the same size, and the times set back, as `rsync --times` and restored backups do."""
    state = path.stat()
    assert len(data) == state.st_size
    path.write_bytes(data)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert path.stat().st_mtime_ns == state.st_mtime_ns


def corrected_labels(folder: Path) -> None:
    written_back(folder / LABELS, idx((np.arange(COUNT) + 1) % 10))


def corrected_images(folder: Path) -> None:
    written_back(folder / IMAGES, idx(bars()[::-1]))


def moved_into_place(folder: Path) -> None:
    """The corrected labels come as a new file that is renamed over the old one."""
    state = (folder / LABELS).stat()
    (folder / "new").write_bytes(idx((np.arange(COUNT) + 1) % 10))
    os.utime(folder / "new", ns=(state.st_atime_ns, state.st_mtime_ns))
    os.replace(folder / "new", folder / LABELS)


def corrected_scan(folder: Path) -> None:
    path = folder / "0" / "4.bmp"
    written_back(path, (folder / "3" / "7.bmp").read_bytes())


def swapped_scans(folder: Path) -> None:
    """Two scans that lay in each other's folder: the same files, times and sizes under other names."""
    one, other = folder / "0" / "0.bmp", folder / "1" / "1.bmp"
    os.replace(one, folder / "swap")
    os.replace(other, one)
    os.replace(folder / "swap", other)


def corrected_npz(path: Path) -> None:
    data = path.read_bytes()
    state = path.stat()
    np.savez(path, x_train=bars(), y_train=(np.arange(COUNT) + 1) % 10)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert len(path.read_bytes()) == len(data)


def touched(folder: Path) -> None:
    os.utime(folder / IMAGES, ns=(1, 1))


def copied(folder: Path) -> None:
    """The same bytes in new inodes, as after a network share was mounted anew."""
    shutil.copytree(folder, folder.with_name("copy"))
    shutil.rmtree(folder)
    os.rename(folder.with_name("copy"), folder)


def nothing(folder: Path) -> None:
    """Nothing happens."""


CHANGES = [
    Case("nothing is changed", "MNIST", (make_pair, nothing), (1, True)),
    Case("nothing is changed", "scans", (make_scans, nothing), (1, True)),
    Case("nothing is changed", "Keras", (make_npz, nothing), (1, True)),
    Case("labels are corrected, size and time the same", "editor", (make_pair, corrected_labels), (2, False)),
    Case("images are corrected, size and time the same", "editor", (make_pair, corrected_images), (2, False)),
    Case("a corrected file is renamed into its place", "rsync", (make_pair, moved_into_place), (2, False)),
    Case("a scan is corrected, size and time the same", "scans", (make_scans, corrected_scan), (2, False)),
    Case("two scans are put right", "scans", (make_scans, swapped_scans), (2, False)),
    Case("labels are corrected in the file", "Keras", (make_npz, corrected_npz), (2, False)),
    Case("the time is set", "touch", (make_pair, touched), (2, True)),
    Case("the same bytes in new inodes", "network share", (make_pair, copied), (2, True)),
]


@each(CHANGES)
def test_the_next_start_uses_what_the_files_hold_now(tmp_path, case, reads):
    make, change = case.bring
    often, same = case.right
    place = make(tmp_path / "source")
    first = load_glyphs(place)
    change(place)
    second = load_glyphs(place)
    assert (len(reads), second == first) == (often, same)
    anew = shutil.copy(place, tmp_path / "anew.npz") if place.is_file() else shutil.copytree(place, tmp_path / "anew")
    right = load_glyphs(anew)
    assert np.array_equal(second.images, right.images)
    assert second.characters == right.characters
    assert np.array_equal(second.starts, right.starts)
    reads.clear()
    assert load_glyphs(place) == second
    assert not reads  # the pointer was written again


def stored(home: Path) -> list[Path]:
    return sorted(path for path in (home / "cache" / "glyphs").iterdir() if path.is_dir())


def test_equal_content_under_another_state_is_stored_once_and_not_ingested_again(tmp_path, home, monkeypatch):
    place = make_pair(tmp_path / "source")
    load_glyphs(place)
    (before,) = stored(home)
    inode = before.stat().st_ino
    copied(place)

    def never(raw):
        raise AssertionError("the glyphs were ingested again")

    monkeypatch.setattr("mygenerator.glyphs.base.ingest", never)
    load_glyphs(place)
    assert [path.stat().st_ino for path in stored(home)] == [inode]


def in_python(place: Path, out: Path) -> None:
    load_glyphs(place)


def by_function(place: Path, out: Path) -> None:
    run_generate_numbers_sequence("123", output_path=str(out), glyphs=str(place), image_width=100)


def by_recipe(place: Path, out: Path) -> None:
    text = "{seed: 1, text: {labels: ['123']}, steps: [text_to_image: {image_width: 100, glyphs: 'PLACE'}]}"
    Recipe.from_yaml(text.replace("PLACE", str(place))).dataset()


STARTS = [
    Case("load_glyphs", "Python", in_python, ["a", "b"]),
    Case("a generating function, as the commands call it", "command", by_function, ["a", "b"]),
    Case("a recipe", "command", by_recipe, ["a", "b"]),
]


@each(STARTS)
def test_a_source_whose_content_is_cached_under_another_path_is_read_once(tmp_path, case, reads):
    one, other = make_pair(tmp_path / "a"), make_pair(tmp_path / "b")
    case.bring(one, tmp_path / "out")
    for _ in range(3):
        case.bring(other, tmp_path / "out")
    case.bring(one, tmp_path / "out")
    assert reads == case.right


def test_planning_alone_writes_nothing_but_what_it_read_is_kept_without_reading_it_again(tmp_path, home, reads):
    place = make_pair(tmp_path / "source")
    planned = load_glyphs(place, keep=False)
    assert not home.joinpath("cache").exists()
    assert not cache.is_kept(planned)
    kept = load_glyphs(place)
    assert cache.is_kept(kept)
    assert kept == planned
    assert reads == ["source"]


def test_what_was_planned_with_is_read_again_if_the_source_has_changed_since(tmp_path, reads):
    place = make_pair(tmp_path / "source")
    planned = load_glyphs(place, keep=False)
    corrected_labels(place)
    assert load_glyphs(place) != planned
    assert reads == ["source", "source"]


def pointers(home: Path) -> list[Path]:
    return sorted(path for path in (home / "cache" / "glyphs").iterdir() if path.is_file())


def damaged(home: Path) -> None:
    for pointer in pointers(home):
        pointer.write_bytes(pointer.read_bytes()[:20])


def of_an_older_stamp(home: Path) -> None:
    """As an earlier release wrote it: from sizes and times alone."""
    for pointer in pointers(home):
        pointer.write_text(json.dumps(json.loads(pointer.read_text()) | {"stamp": "0" * 32}))


def to_content_that_is_gone(home: Path) -> None:
    shutil.rmtree(stored(home)[0])


def of_an_older_format(home: Path) -> None:
    """What an earlier release made of the same content must not be used."""
    folder = stored(home)[0]
    older = folder.with_name(folder.name.replace(f"-v{cache.FORMAT_VERSION}", f"-v{cache.FORMAT_VERSION - 1}"))
    assert older != folder
    os.rename(folder, older)
    wrong = np.load(older / "images.npy")
    np.save(older / "images.npy", 255 - wrong)


HOMES = [
    Case("a damaged pointer", "crash", damaged, 2),
    Case("a pointer with an older stamp", "earlier release", of_an_older_stamp, 2),
    Case("a pointer to what is gone", "cleaner", to_content_that_is_gone, 2),
    Case("glyphs of an older format", "earlier release", of_an_older_format, 2),
]


@each(HOMES)
def test_what_is_wrong_in_the_home_folder_is_mended(tmp_path, case, home, reads):
    place = make_pair(tmp_path / "source")
    images = load_glyphs(place).images.copy()
    case.bring(home)
    again = load_glyphs(place)
    assert np.array_equal(again.images, images)
    load_glyphs(place)
    assert len(reads) == case.right


def test_one_content_of_two_names_keeps_both_names(tmp_path, reads):
    for name in ("a", "b", "a", "b"):
        place = tmp_path / name
        assert load_glyphs(place if place.exists() else make_pair(place)).source == name
    assert reads == ["a", "b"]


def test_in_a_home_that_cannot_be_written_the_corrected_labels_are_used_too(tmp_path, read_only_folder, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(read_only_folder))
    place = make_pair(tmp_path / "source")
    first = load_glyphs(place)
    corrected_labels(place)
    assert load_glyphs(place) != first


CLOCKS = [
    Case("the clock is ahead of the file's", "two machines", 3600, False),
    Case("the clock is behind the file's", "two machines", -3600, False),
    Case("the file was written this moment", "script", 0, True),
]


@each(CLOCKS)
def test_only_a_file_that_was_written_this_moment_is_waited_for(tmp_path, case, monkeypatch):
    place = make_pair(tmp_path / "source")
    now = max(path.stat().st_ctime_ns for path in place.iterdir()) + case.bring * 10**9
    waited: list[float] = []
    monkeypatch.setattr(cache, "file_clock", lambda: now)
    monkeypatch.setattr(time, "sleep", waited.append)
    load_glyphs(place)
    assert bool(waited) == case.right
    assert sum(waited) < 0.05
