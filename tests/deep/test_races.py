"""Two processes race for one folder, while somebody reads it: 44 races, half of them across two PID namespaces."""

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress

import numpy as np
import pytest
import xxhash

import mygenerator
from mygenerator.errors import MyGeneratorError
from mygenerator.rng import Stream
from mygenerator.save import read_manifest, save
from tests.deep import racer
from tests.save.conftest import ROOT

pytestmark = [pytest.mark.deep, pytest.mark.skipif(sys.platform != "linux", reason="races are run on Linux")]

OLD, ROWS = 0, 120
MOST_ROWS = 240


def _save(seed, rows=ROWS, **options):
    return {"do": "save", "seed": seed, "rows": rows, "overwrite": False, "wait": False, "workers": 1} | options


def _overwrite(seed, **options):
    return _save(seed, overwrite=True, **options)


KINDS = {
    # name: (what is in the folder before, the two racers)
    "equal": (None, _save(1), _save(1, workers=2)),
    "different": (None, _save(1), _save(2)),
    "different, one waits": (None, _save(1), _save(2, wait=True)),
    "two overwrite": ("whole", _overwrite(1), _overwrite(2)),
    "two overwrite, both wait": ("whole", _overwrite(1, wait=True), _overwrite(2, wait=True, workers=2)),
    "two overwrite their working folder": ("whole", _overwrite(1, within=True), _overwrite(2, within=True, wait=True)),
    "one overwrites, one extends": ("whole", _overwrite(1), _save(OLD, rows=MOST_ROWS)),
    "both extend": ("whole", _save(OLD, rows=MOST_ROWS), _save(OLD, rows=ROWS + 45)),
    "one overwrites, one verifies": ("whole", _overwrite(1, workers=2), {"do": "verify"}),
    "one overwrites, one repairs": ("damaged", _overwrite(1), {"do": "repair"}),
    "one extends, one repairs": ("damaged", _save(OLD, rows=MOST_ROWS), {"do": "repair"}),
}


def _can_unshare():
    words = ["unshare", "--pid", "--fork", "true"]
    tool = shutil.which("unshare")
    return tool is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def expected():
    """A function: all labels and images of a seed; a larger count begins with those of a smaller one."""
    made = {}

    def of(seed):
        if seed not in made:
            batch = racer.images(MOST_ROWS, seed).batch(np.arange(MOST_ROWS))
            made[seed] = batch.labels.tolist(), batch.images
        return made[seed]

    return of


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A function: the files of a data set that was saved in peace."""
    made = {}

    def of(seed, rows):
        if (seed, rows) not in made:
            folder = tmp_path_factory.mktemp("alone") / "folder"
            save(racer.images(rows, seed), folder, shard_size=racer.SHARD_SIZE)
            made[seed, rows] = {path.name: path.read_bytes() for path in folder.iterdir()}
        return made[seed, rows]

    return of


class Reader(threading.Thread):
    """Reads a folder again and again; what it saw is counted, and what no one may see is kept."""

    def __init__(self, folder, expected):
        super().__init__(daemon=True)
        self.folder, self.expected = folder, expected
        self.ended = threading.Event()
        self.saw, self.wrong = Counter(), []

    def run(self):
        while not self.ended.is_set():
            for look in (self._by_mygenerator, self._by_an_open_folder):
                try:
                    look()
                except Exception as error:
                    self.wrong.append(f"{look.__name__}: {type(error).__name__}: {error}")

    def _by_mygenerator(self):
        try:
            opened = mygenerator.open(self.folder)
            samples = list(opened)
        except MyGeneratorError as error:
            # Told, so nobody takes it for a data set.
            self.saw["unfinished" if "not finished" in str(error) else "told"] += 1
            return
        labels, images = self.expected(opened.seed)
        right = [
            sample.label == labels[sample.index] and np.array_equal(sample.image, images[sample.index])
            for sample in samples
        ]
        if len(samples) != len(opened) or not all(right):
            self.wrong.append(f"a mixture: {right.count(False)} of {len(right)} samples are not of seed {opened.seed}")
        self.saw[f"seed {opened.seed}"] += 1

    def _by_an_open_folder(self):
        """As a program that opens the folder once, and all files from there."""
        try:
            opened = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            return
        try:
            manifest = read_manifest(self.folder.__class__(f"/proc/self/fd/{opened}"))
            if manifest is None:
                return
            wrong = []
            for shard in manifest[1]:
                for name, _, digest in shard.files:
                    # Gone: it is being removed, or made again.
                    with suppress(FileNotFoundError), open(f"/proc/self/fd/{opened}/{name}", "rb") as file:
                        if xxhash.xxh3_128_hexdigest(file.read()) != digest:
                            wrong.append(name)
            if wrong:
                self.wrong.append(f"files that the manifest of their folder does not list: {wrong[:3]}")
        except MyGeneratorError:
            return
        finally:
            os.close(opened)


def start(folder, work, job, in_namespace):
    words = [sys.executable, racer.__file__, str(folder), str(work), json.dumps(job)]
    if in_namespace:
        words = ["unshare", "--pid", "--fork", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def race(tmp_path, before, jobs, expected, alone, in_namespaces):
    """Run one race; (how each ended, what the reader saw)."""
    folder, work = tmp_path / "folder", tmp_path / "work"
    work.mkdir()
    if before is not None:
        folder.mkdir()
        for name, data in alone(OLD, ROWS).items():
            (folder / name).write_bytes(data)
        (folder / "notes.txt").write_text("mine")
    if before == "damaged":
        (folder / "img_33.png").unlink()
    processes = [start(folder, work, job, in_namespaces) for job in jobs]
    reader = Reader(folder, expected)
    try:
        while len(list(work.glob("ready-*"))) < len(jobs):
            assert all(process.poll() is None for process in processes), processes[0].communicate()
        reader.start()
        (work / "go").touch()
        outcomes = [process.communicate(timeout=120) for process in processes]
    finally:
        reader.ended.set()
        for process in processes:
            process.kill()
    reader.join()
    ends = []
    for process, (out, errors) in zip(processes, outcomes, strict=True):
        assert process.returncode == 0, errors
        ends.append(json.loads(out))
    return folder, ends, reader


def saved_by(job):
    return (job["seed"], job["rows"]) if job["do"] == "save" else (OLD, ROWS)


@pytest.mark.parametrize("in_namespaces", [False, True])
@pytest.mark.parametrize("turn", range(2))
@pytest.mark.parametrize("kind", KINDS)
def test_of_two_that_race_for_a_folder_none_is_mixed_into_the_other(
    tmp_path, expected, alone, kind, turn, in_namespaces, record_property
):
    if in_namespaces and not _can_unshare():
        pytest.skip("a namespace of process numbers takes root, and unshare")
    before, *jobs = KINDS[kind]
    delays = Stream(turn, kind).uniform(int(in_namespaces), np.arange(2)).tolist()
    jobs = [
        job | {"name": number, "delay": delay / 10}
        for number, (job, delay) in enumerate(zip(jobs, delays, strict=True))
    ]
    folder, ends, reader = race(tmp_path, before, jobs, expected, alone, in_namespaces)
    record_property("saw", dict(reader.saw))
    print(kind, [end["status"] for end in ends], dict(reader.saw))
    assert reader.wrong == []
    assert {end["status"] for end in ends} <= {0, 2}, ends
    done = [job for job, end in zip(jobs, ends, strict=True) if end["status"] == 0]
    assert done, ends

    # Of two recipes that were saved, one was made wholly after the other.
    spans = [
        (end["times"][0], end["times"][-1], saved_by(job)[0])
        for job, end in zip(jobs, ends, strict=True)
        if end["status"] == 0 and end["times"]
    ]
    if len(spans) == 2 and spans[0][2] != spans[1][2]:
        (_, first_end, _), (second_begin, _, _) = sorted(spans)
        assert first_end < second_begin

    # What is there in the end is what one of those made that succeeded, to the byte, and nothing else is left.
    kept = {"notes.txt": b"mine"} if before else {}
    found = {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}
    assert found in [alone(*saved_by(job)) | kept for job in done]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["folder", "work"]


def test_the_reader_of_these_races_knows_a_mixture(tmp_path, expected, alone):
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, data in alone(1, ROWS).items():
        (folder / name).write_bytes(data)
    (folder / "img_7.png").write_bytes(alone(2, ROWS)["img_7.png"])
    reader = Reader(folder, expected)
    reader._by_mygenerator()
    reader._by_an_open_folder()
    assert len(reader.wrong) == 2
