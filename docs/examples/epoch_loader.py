"""EpochLoader: batches for a training loop, drawn and shuffled anew in every epoch."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from mygenerator import Dataset
from mygenerator.text.permutation import Permutation


class EpochLoader:
    """Batches of images and labels, as a training loop reads them.

    Each epoch has every sample once. `loader.set_epoch(n)` decides which epoch the next loop sees, as in PyTorch's
    samplers. Several processes (ranks) can share an epoch; none reads a sample that another reads.

    Parameters
    ----------
    ds : Dataset
        A data set of strips.
    batch_size : int
    rank, ranks : int
        The number of this process, from 0, and how many there are: each reads every `ranks`-th sample of the shuffled
        epoch.

    Examples
    --------
    >>> from mygenerator import PhoneNlpDataset, TextToImage
    >>> loader = EpochLoader(TextToImage(image_width=200).fit_transform(PhoneNlpDataset(10, seed=1)), batch_size=4)
    >>> [images.shape for images, labels in loader]
    [(4, 1, 28, 200), (4, 1, 28, 200), (2, 1, 28, 200)]
    """

    def __init__(self, ds: Dataset, batch_size: int, rank: int = 0, ranks: int = 1):
        self.ds, self.batch_size, self.rank, self.ranks = ds, batch_size, rank, ranks
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch of the next loop."""
        self.epoch = epoch
        self._drawn = self.ds.with_epoch(epoch)

    def __len__(self) -> int:
        return -(-len(self._rows()) // self.batch_size)

    def __iter__(self) -> Iterator[tuple[np.ndarray, list[str]]]:
        rows = self._rows()
        for start in range(0, len(rows), self.batch_size):
            samples = self._drawn.__getitems__(rows[start : start + self.batch_size])
            images = np.stack([sample.image for sample in samples])[:, None]
            yield images.astype(np.float32) / 255, [sample.label for sample in samples]

    def _rows(self) -> list[int]:
        order = Permutation(len(self.ds), self.ds.seed, "epoch_loader", self.epoch)
        return order(np.arange(self.rank, len(self.ds), self.ranks)).astype(int).tolist()
