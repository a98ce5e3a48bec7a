"""Loss of power on a real file system: what was said to be done is there, and the same command does the rest.

An ext4 file system in a file is shut down while it is used, as the tests of Linux's file systems do it: what its
journal and its disk hold at that moment is all that is left. That takes root and a loop device; elsewhere the tests are
skipped.
"""

import os
import shutil
import struct
import subprocess
import sys
import time

import pytest

from mygenerator.inspection.verify import verify_folder
from mygenerator.rng import Stream
from tests.save.conftest import ROOT

pytestmark = pytest.mark.deep

_SHUT_DOWN = 2 << 30 | 4 << 16 | ord("X") << 8 | 125
"""`EXT4_IOC_SHUTDOWN`, and with it: do not write the journal out first."""
_NO_FLUSH = struct.pack("I", 2)

COUNTS = {"small": (300, 20), "large": (3000, 100)}


class Disk:
    """A file system that can lose its power."""

    def __init__(self, image, mount_point):
        self._image, self.path = image, mount_point
        mount_point.mkdir()
        with open(image, "wb") as file:
            file.truncate(400 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
        self._mount()

    def _mount(self):
        subprocess.run(["mount", "-o", "loop", self._image, self.path], check=True)

    def lose_power(self):
        """Lose the power, and start again."""
        import fcntl

        folder = os.open(self.path, os.O_RDONLY)
        fcntl.ioctl(folder, _SHUT_DOWN, _NO_FLUSH)
        os.close(folder)

    def start_again(self):
        self.close()
        self._mount()

    def close(self):
        for _ in range(100):
            if subprocess.run(["umount", self.path], capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.1)
        subprocess.run(["umount", "-l", self.path], check=True)


@pytest.fixture
def disk(tmp_path):
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        pytest.skip("root, mkfs.ext4 and a loop device are needed")
    try:
        disk = Disk(tmp_path / "disk.img", tmp_path / "disk")
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no file system can be mounted here ({error})")
    yield disk
    disk.close()


def start(folder, rows, workers, size, *options):
    program = str(ROOT / "tests" / "save" / "program.py")
    words = [str(word) for word in (folder, rows, workers, size)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, program, *words, *options], env=environment, **pipes)


def run(folder, rows, workers, size, *options):
    process = start(folder, rows, workers, size, *options)
    _, errors = process.communicate()
    assert process.returncode == 0, errors.decode()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A function: the folder of so many samples, saved in peace."""
    made = {}

    def folder(rows, size, name="png"):
        if (rows, size, name) not in made:
            made[rows, size, name] = tmp_path_factory.mktemp("fresh") / "out"
            run(made[rows, size, name], rows, 1, size, name)
        return made[rows, size, name]

    return folder


def files(folder):
    """Every file of a data set with its bytes; what a run keeps until its end, and removes without a sync, aside."""
    paths = [
        path for path in folder.iterdir() if path.name != "shards" and not path.name.startswith((".attempt", ".lock"))
    ]
    return {path.name: path.read_bytes() for path in paths}


def same(one, other):
    return files(one) == files(other)


@pytest.mark.parametrize("format", ["png", "webdataset"])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", COUNTS)
def test_what_was_said_to_be_saved_is_there_after_a_loss_of_power(disk, undisturbed, name, workers, format):
    rows, size = COUNTS[name]
    run(disk.path / "deep" / "out", rows, workers, size, format)
    disk.lose_power()
    disk.start_again()
    assert same(disk.path / "deep" / "out", undisturbed(rows, size, format))


@pytest.mark.parametrize("before", ["nothing", "a smaller count", "another data set"])
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("format", "number"), [("png", 0), ("png", 1), ("png", 2), ("webdataset", 3), ("webdataset", 4)]
)
def test_after_a_loss_of_power_at_any_moment_the_same_command_makes_the_folder_whole(
    disk, undisturbed, before, workers, format, number
):
    rows, size = COUNTS["large"]
    out, options = disk.path / "out", [format]
    if before == "a smaller count":
        run(out, rows // 2, 1, size, format)
    if before == "another data set":
        shutil.copytree(undisturbed(*COUNTS["small"]), out)
        options = ["overwrite", format]
    subprocess.run(["sync", "-f", disk.path], check=True)
    process = start(out, rows, workers, size, *options)
    # A run takes some seconds, the first of which are spent on imports.
    time.sleep(0.5 + 3 * float(Stream(workers, before).uniform(number, 0)))
    disk.lose_power()
    process.wait()
    disk.start_again()
    if before == "another data set":
        # It is one of the two, whole, whenever the power went.
        assert verify_folder(out, samples=0).ok
        assert same(out, undisturbed(*COUNTS["small"])) or same(out, undisturbed(rows, size, format))
    run(out, rows, workers, size, *options)
    assert same(out, undisturbed(rows, size, format))


def test_records_are_synced_in_the_order_that_a_loss_of_power_needs(disk, undisturbed):
    """Power that is lost at each step of the end of a save."""
    rows, size = COUNTS["small"]
    out = disk.path / "out"
    for delay in range(8):
        shutil.rmtree(out, ignore_errors=True)
        process = start(out, rows, 1, size)
        while process.poll() is None and not (out / "meta.csv").exists():
            time.sleep(0.0005)
        time.sleep(delay / 1000)
        disk.lose_power()
        process.wait()
        disk.start_again()
        run(out, rows, 1, size)
        assert same(out, undisturbed(rows, size)), delay
