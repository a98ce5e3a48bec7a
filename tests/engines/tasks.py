"""What the tests of engines hand to worker processes, which have to be able to import it."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mygenerator.errors import InputError, SaveError


@dataclass
class Task:
    """Writes a file for each call, `shard-process`, then does what `how` says; its result is ten times the shard."""

    folder: Path
    how: str = ""
    shard: int = -1
    times: int = 1

    def __call__(self, shard):
        calls = len(list(self.folder.glob(f"{shard}-*")))
        (self.folder / f"{shard}-{os.getpid()}").touch()
        if self.how and (shard == self.shard or self.shard == -1) and calls < self.times:
            getattr(self, self.how)()
        return 10 * shard

    def sleep(self):
        time.sleep(60)

    def meet(self):
        """Wait until another process has been called, too."""
        until = time.monotonic() + 60
        while len({path.name.partition("-")[2] for path in self.folder.iterdir()}) < 2 and time.monotonic() < until:
            time.sleep(0.01)

    def spin(self):
        while True:
            sum(range(1000))

    def die_by_signal(self):
        os.kill(os.getpid(), signal.SIGKILL)

    def die_by_exit(self):
        os._exit(3)

    def leave(self):
        sys.exit("I am leaving")

    def print(self):
        print("printed", flush=True)
        os.write(1, b"written\n")
        subprocess.run([sys.executable, "-c", "print('by a child')"], check=True)

    def one_thread(self):
        import cv2
        import numba

        assert (cv2.getNumThreads(), numba.get_num_threads()) == (1, 1)

    def input_error(self):
        raise InputError("a bad value", where="row 3", allowed="good ones", do="mend it")

    def save_error(self):
        raise SaveError("a full disk", where="img_3.png")

    def system_error(self):
        raise FileNotFoundError(2, "no such scan", "scan.png")

    def key_error(self):
        raise KeyError("missing column")

    def odd_error(self):
        raise OddError("one", "two")

    def local_error(self):
        class LocalError(Exception):
            pass

        raise LocalError("cannot be pickled")


class OddError(Exception):
    """Can be pickled but not made anew."""

    def __init__(self, first, second):
        super().__init__(f"{first} and {second}")


class OnlyHere(Task):
    """Can be pickled, but is refused by every process that reads it."""

    def __reduce__(self):
        return _rebuild, (os.getpid(), self.folder)


def _rebuild(pid, folder):
    if pid != os.getpid():
        raise RuntimeError("not in this process")
    return OnlyHere(folder)
