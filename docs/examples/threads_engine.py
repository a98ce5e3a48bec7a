"""The threads engine: runs shards in threads of this process, which share one copy of the data set."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from mygenerator.engines import Engine


class ThreadsEngine(Engine):
    """Runs shards in `workers` threads.

    Parameters
    ----------
    workers : int
    """

    def __init__(self, workers: int = 2):
        self.workers = workers

    def run(self, task: Callable[[int], int], shards: Sequence[int]) -> Generator[int, None, None]:
        with ThreadPoolExecutor(self.workers) as pool:
            futures = [pool.submit(task, shard) for shard in shards]
            try:
                for future in as_completed(futures):
                    yield future.result()
            finally:
                # After an error, or if the run is closed: what has begun is waited for, the rest is never begun.
                pool.shutdown(cancel_futures=True)
