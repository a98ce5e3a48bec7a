"""The engine for small jobs: one shard after another, in this process."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

from mygenerator.engines.base import Engine


class SerialEngine(Engine):
    """Runs every shard in the calling process."""

    def run(self, task: Callable[[int], int], shards: Sequence[int]) -> Generator[int, None, None]:
        for shard in shards:
            yield task(shard)
