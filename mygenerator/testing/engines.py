"""The contract of an engine: it runs every shard once, hands errors on and leaves nothing running."""

from __future__ import annotations

from mygenerator.engines import Engine
from mygenerator.testing.base import ContractError, require


class _Double:
    """A task: it returns twice the shard's number, and raises an error for shard 13."""

    def __call__(self, shard: int) -> int:
        if shard == 13:
            raise ValueError("shard 13 cannot be made")
        return 2 * shard


def check_engine(engine: Engine) -> None:
    """Check that an engine runs a task once for every shard, raises the task's own error, and can be closed.

    Raises
    ------
    ContractError
        Names what is wrong.

    Examples
    --------
    >>> from mygenerator.engines import SerialEngine
    >>> check_engine(SerialEngine())
    """
    results = sorted(engine.run(_Double(), range(10)))
    require(results == [2 * shard for shard in range(10)], f"{engine!r} gives {results} for the shards 0 to 9")
    require(not list(engine.run(_Double(), [])), f"{engine!r} gives results without shards")
    try:
        list(engine.run(_Double(), [1, 13, 2]))
    except ValueError as error:
        require("shard 13" in str(error), f"{engine!r} raises {error}, but the task raised another error")
    else:
        raise ContractError(f"{engine!r} hides an error of the task")
    begun = engine.run(_Double(), range(10))
    next(begun)
    begun.close()
