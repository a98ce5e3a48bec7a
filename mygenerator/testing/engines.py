"""The contract of an engine: it runs every shard once, passes errors on and leaves nothing running."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from mygenerator.engines import Engine, running
from mygenerator.testing.base import ContractError, require


@dataclass
class _Double:
    """A task that returns twice the shard's number, fails for shard 13, and notes every call in a folder."""

    folder: Path

    def __call__(self, shard: int) -> int:
        with open(self.folder / str(shard), "ab") as calls:
            calls.write(b".")
        if shard == 13:
            raise ValueError("shard 13 cannot be made")
        return 2 * shard


def check_engine(engine: Engine) -> None:
    """Check that an engine runs a task once for every shard, raises the task's own error, and can be closed.

    Parameters
    ----------
    engine : Engine
        Not its class.

    Raises
    ------
    ContractError
        Names what is wrong.

    Examples
    --------
    >>> from mygenerator.engines import SerialEngine
    >>> check_engine(SerialEngine())
    """
    require(isinstance(engine, Engine), f"{engine!r} is not an instance of a class that extends Engine")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with running(engine, _Double(folder), range(10)) as found:
            results = sorted(found)
        calls = {int(path.name): path.stat().st_size for path in folder.iterdir()}
        require(calls == dict.fromkeys(range(10), 1), f"{engine!r} did not call the task once for each shard: {calls}")
        require(results == [2 * shard for shard in range(10)], f"{engine!r} gives {results} for the shards 0 to 9")
        with running(engine, _Double(folder), []) as found:
            require(not list(found), f"{engine!r} gives results without shards")
        try:
            with running(engine, _Double(folder), [1, 13, 2]) as found:
                list(found)
        except ValueError as error:
            require("shard 13" in str(error), f"{engine!r} raises {error}, but the task raised another error")
        else:
            raise ContractError(f"{engine!r} hides an error of the task")
        with running(engine, _Double(folder), range(10)) as found:
            next(found)
