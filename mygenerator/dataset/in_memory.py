"""A whole data set of strips in memory, as arrays; and an estimate of what making it costs, for `twins`."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mygenerator import twins
from mygenerator.errors import InputError, counted
from mygenerator.progress import progress_bar

if TYPE_CHECKING:
    from mygenerator.dataset.base import Dataset

MAKING_NS_A_PIXEL = 10
"""About how long making a strip takes without compiled twins; measured, for 28 x 160 to 64 x 600 pixels."""
_ROWS = 1000
_MOST_OF_MEMORY = 0.9
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_USED = ("/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory/memory.usage_in_bytes")


def to_numpy(ds: Dataset, progress: Callable[[int, int], None] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The images and the labels of all samples; users call it as `Dataset.to_numpy`."""
    if ds.kind != "strip":
        raise InputError(
            f"{ds!r} holds {ds.kind}, not strips of one size",
            allowed="a data set of strips, as TextToImage and CombineImagesHorizontally make them",
            do="take labels() for text, and batches() for samples of any kind",
        )
    count = len(ds)
    shape = ds.facts.image_shape or (ds[0].image.shape if count else (0, 0))
    _check_memory(ds, count, shape)
    expect_samples(ds, count)
    progress = progress or progress_bar("images")
    images = np.empty((count, *shape), np.uint8)
    for start in range(0, count, _ROWS):
        stop = min(start + _ROWS, count)
        made = ds.batch(np.arange(start, stop, dtype=np.int64)).images
        if made.shape[1:] != images.shape[1:] or made.dtype != np.uint8:
            raise InputError(
                f"images of {made.dtype} {made.shape[1:]} after images of uint8 {images.shape[1:]}",
                where=f"samples {start} to {stop - 1}",
                do="take batches() for images of several sizes",
            )
        images[start:stop] = made
        if progress is not None:
            progress(stop, count)
    return images, ds.labels()


def expect_samples(ds: Dataset, count: int, more_ns_a_pixel: float = 0) -> None:
    """Announce that `count` samples will be made, and what else is done to each pixel, in nanoseconds."""
    if ds.facts.image_shape is not None:
        height, width = ds.facts.image_shape
        twins.expect(count * height * width * (MAKING_NS_A_PIXEL + more_ns_a_pixel))


def _check_memory(ds: Dataset, count: int, shape: tuple[int, int]) -> None:
    """Raise InputError if the images and labels would not fit in the memory that is free."""
    _, longest = ds.facts.label_lengths or (0, 0)
    needed, free = count * (shape[0] * shape[1] + 4 * longest), available_memory()
    if free is not None and needed > _MOST_OF_MEMORY * free:
        raise InputError(
            f"{counted(count, 'image')} of {shape[1]} x {shape[0]} pixels take {needed / 1e9:,.1f} GB of memory, "
            f"and {free / 1e9:,.1f} GB are free",
            do="go through batches(), or save them to a folder",
        )


def available_memory() -> int | None:
    """How many bytes this process can still take without swapping; None if the system does not say."""
    found = []
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.append(1024 * int(next(line for line in lines if line.startswith("MemAvailable:")).split()[1]))
    if not found:
        with suppress(AttributeError, OSError, ValueError):
            found.append(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    # A container can have less than its machine.
    for limit, used in zip(_LIMITS, _USED, strict=True):
        with suppress(OSError, ValueError):
            found.append(max(int(Path(limit).read_text("ascii")) - int(Path(used).read_text("ascii")), 0))
    return min(found, default=None)
