"""Processes that die in the middle of a save, at a step that a test chooses; and what must be true of their folders."""

import json
import os
import sys
from itertools import count
from pathlib import Path

import pytest

from mygenerator.save import read_manifest
from mygenerator.save.output_folder import OutputFolder
from mygenerator.util_image import image_read

# On macOS, what numpy and OpenCV lean on may end a process that was forked.
with_fork = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked here, which is safe on Linux")

DIES = 77


def fork_and_die(work, is_last):
    """Run `work` in a forked process that dies, without a word, instead of the first step that `is_last`."""
    run_forked(work, lambda _, target: is_last(Path(target)))


def run_forked(work, is_last):
    """Fork; die before the step for which `is_last(number, target)`; the child's exit status."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        _die_at(is_last)
        work()
        status = 0
    finally:
        os._exit(status)


def _die_at(is_last):
    """From now on this process dies at a step on the disk; a write that it dies in leaves half of its bytes."""
    numbers = count()

    def wrapped(function, target_at=0):
        def call(*arguments, **named):
            if is_last(next(numbers), arguments[target_at]):
                os._exit(DIES)
            return function(*arguments, **named)

        return call

    write_some = os.write

    def write(file, data):
        if is_last(next(numbers), os.readlink(f"/proc/self/fd/{file}")):
            write_some(file, data[: len(data) // 2])
            os._exit(DIES)
        return write_some(file, data)

    os.write = write
    os.replace, os.link, os.rename = wrapped(os.replace, 1), wrapped(os.link, 1), wrapped(os.rename, 1)
    os.mkdir, os.rmdir, os.unlink = wrapped(os.mkdir), wrapped(os.rmdir), wrapped(os.unlink)


def check_nothing_is_torn(folder, finished):
    """Whatever stands under a final name is the finished folder's, and what is sealed is there."""
    for path in folder.glob("img_*.png"):
        image_read(path)
        assert path.read_bytes() == (finished / path.name).read_bytes()
    for sidecar in (folder / "shards").glob("*.json"):
        shard = json.loads(sidecar.read_bytes())
        assert OutputFolder(folder).stands(shard["shard"], shard["rows"])
    if (folder / "manifest.json").exists():
        read_manifest(folder)
