"""What an engine is: it calls a task for every shard, somewhere, and says which are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from mygenerator.errors import SaveError


class Engine:
    """Runs the shards of a job; which engine runs them changes no byte of the result.

    Attributes
    ----------
    workers : int
        How many processes share the shards.
    """

    workers: int = 1

    def run(self, task: Callable[[int], int], shards: Sequence[int]) -> Iterator[int]:
        """Call `task(shard)` once for each shard, in any order; yield each result as it comes.

        An error of the task ends the run and is raised here; shards that are done stay done. Closing the generator
        ends the run too, and every process that it has started.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method run(task, shards)")


@contextmanager
def running(engine: Engine, task: Callable[[int], int], shards: Sequence[int]) -> Iterator[Iterator[int]]:
    """The results of an engine; whatever the engine has started ends when the context is left."""
    results = engine.run(task, shards)
    if not isinstance(results, Iterable):
        raise SaveError(
            f"the method run of {type(engine).__name__} returns a {type(results).__name__}",
            allowed="an iterator over the results",
        )
    try:
        yield iter(results)
    finally:
        # A generator ends what it has started when it is closed; a list or a map cannot be closed.
        if hasattr(results, "close"):
            results.close()
