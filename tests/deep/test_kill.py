"""Killed at any moment, a save goes on: SIGKILL at 20 random moments while real processes save 6,000 images."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mygenerator.rng import Stream
from mygenerator.save.output_folder import OutputFolder, file_hash
from mygenerator.util_image import image_read
from tests.save import program

ROWS, SHARD_SIZE, KILLS = 6000, 100, 20

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system shows no /proc"),
]


def start_saving(folder, workers):
    words = [sys.executable, program.__file__, folder, ROWS, workers, SHARD_SIZE]
    return subprocess.Popen(
        [str(word) for word in words],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process):
    """Wait for a save; how many samples it made."""
    made, complaints = process.communicate()
    assert (process.returncode, complaints) == (0, "")
    return int(made)


def stamp(path):
    return path.stat().st_ino, path.stat().st_mtime_ns


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}


def children_of(process):
    """The processes that a process has started."""
    lists = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(word) for listed in lists for word in listed.read_text().split()]


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def sealed_shards(folder):
    return [json.loads(path.read_bytes()) for path in (folder / "shards").glob("*.json")]


def check_after_kill(folder):
    """No file under a final name is torn, and what is sealed is what was sealed; the names of the sealed images."""
    for path in folder.glob("img_*.png"):
        image_read(path)
    sealed = sealed_shards(folder)
    for shard in sealed:
        assert OutputFolder(folder).stands(shard["shard"], shard["rows"])
        for name, _, digest in shard["files"]:
            assert file_hash(folder / name) == digest
    assert set(files_of(folder)) & {"meta.csv", "manifest.json"} in (set(), {"meta.csv"}, {"meta.csv", "manifest.json"})
    return [name for shard in sealed for name, _, _ in shard["files"]]


def kill_at(folder, workers, seconds):
    """Start a save and kill it so long after its recipe stands; no worker may outlive it for a second."""
    process = start_saving(folder, workers)
    wait_for_recipe(folder)
    time.sleep(seconds)
    started = children_of(process)
    process.kill()
    killed = time.monotonic()
    while any(is_running(pid) for pid in started):
        assert time.monotonic() < killed + 1.0
        time.sleep(0.01)
    process.communicate()


def wait_for_recipe(folder):
    end = time.monotonic() + 60
    while not (folder / "recipe.json").exists():
        assert time.monotonic() < end
        time.sleep(0.001)


@pytest.fixture(scope="module", params=[1, 2])
def uninterrupted(request, tmp_path_factory):
    """(number of workers, folder, seconds from recipe to end) of a save that nobody disturbed."""
    folder = tmp_path_factory.mktemp("uninterrupted") / "folder"
    process = start_saving(folder, request.param)
    wait_for_recipe(folder)
    begun = time.monotonic()
    assert finish(process) == ROWS
    return request.param, folder, time.monotonic() - begun


@pytest.mark.parametrize("kill", range(KILLS // 2))
def test_a_save_that_was_killed_and_started_again_equals_the_uninterrupted_one(uninterrupted, tmp_path, kill):
    workers, whole, seconds = uninterrupted
    folder = tmp_path / "folder"
    kill_at(folder, workers, seconds * float(Stream(workers, "kills").uniform(kill, 0)))
    stood = check_after_kill(folder)
    was_finished = (folder / "manifest.json").exists()
    before = {name: stamp(folder / name) for name in stood}
    made = finish(start_saving(folder, workers))
    assert made == (0 if was_finished else ROWS - len(stood))
    assert {name: stamp(folder / name) for name in stood} == before

    found, expected = files_of(folder), files_of(whole)
    assert set(found) == set(expected)
    assert [name for name in found if found[name].read_bytes() != expected[name].read_bytes()] == []
    assert {path.name for path in folder.iterdir() if path.is_dir()} == set()


def test_a_save_that_is_killed_again_and_again_is_finished_in_the_end(uninterrupted, tmp_path):
    workers, whole, seconds = uninterrupted
    folder, stood = tmp_path / "folder", set()
    for kill in range(10, 15):
        kill_at(folder, workers, seconds * float(Stream(workers, "kills").uniform(kill, 0)) / 4)
        stands_now = set(check_after_kill(folder))
        if (folder / "manifest.json").exists():
            # The machine was faster than when it was timed: the last kill came after the end.
            break
        assert stood <= stands_now
        stood = stands_now
    was_finished = (folder / "manifest.json").exists()
    assert finish(start_saving(folder, workers)) == (0 if was_finished else ROWS - len(stood))
    found, expected = files_of(folder), files_of(whole)
    assert {name: path.read_bytes() for name, path in found.items()} == {
        name: path.read_bytes() for name, path in expected.items()
    }
