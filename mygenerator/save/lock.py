"""One writer: runs of one recipe write a folder side by side, because they write the same; any other run has to wait.

A run holds the folder from its corner: a file `owner.json` there says for what. `.lock` in the folder decides between
runs that begin at the same moment: whoever creates it is first, and others join it or give way.

A run says that it holds the folder first, and then looks at the others. So of two that cannot go together one at least
sees the other, whatever the order in which they go on. `.lock` alone could not promise that, because somebody has to
take it away when its owner is dead.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from mygenerator.errors import FolderConflictError, SaveError
from mygenerator.files import open_file
from mygenerator.logs import log
from mygenerator.save.alive import is_alive, who_is
from mygenerator.save.corner import CORNER_PREFIX, Corner, attempt, save_errors

LOCK_NAME = ".lock"
_OWNER_NAME = "owner.json"
_MOST_BYTES = 4096
_POLL_S = 0.1
_TRIES = 100
_NOT_WRITTEN_S = 2.0
"""After so long, a lock that says nothing was torn."""


@dataclass(frozen=True)
class Claim:
    """What a run wants a folder for.

    Attributes
    ----------
    key : str
        Runs with the same key write the same bytes.
    alone : bool
        Whether it changes what is there, so that no other run can be at work, not even one with the same key.
    corner : str
        The name of the run's corner.
    """

    key: str
    alone: bool
    corner: str = ""

    def suits(self, other: Claim) -> bool:
        """Whether both can hold a folder at once."""
        return self.key == other.key and not self.alone and not other.alone


def check_held(folder: Path, corner: Corner) -> None:
    """Raise SaveError if another run took this one for dead, and the folder with it."""
    if not (corner.path / _OWNER_NAME).exists():
        raise SaveError(
            "another run has taken the folder, because this one gave no sign of life",
            where=str(folder),
            do="run the same again",
        )


@contextmanager
def at_work(
    folder: Path, claim: Claim, wait: bool = False, rescue: Callable[[Path, Corner], None] | None = None
) -> Iterator[Corner]:
    """A corner in a folder that is held while the context lasts; parameters and errors are those of `held`.

    `rescue` is called as `attempt` does.
    """
    for left in reversed(range(_TRIES)):
        with ExitStack() as stack:
            try:
                corner = stack.enter_context(attempt(folder, rescue))
                stack.enter_context(held(folder, corner, claim, wait))
            except SaveError as error:
                # Another folder can have taken this one's place meanwhile, and the corner with it.
                if left and isinstance(error.__cause__, FileNotFoundError) and folder.is_dir():
                    continue
                raise
            yield corner
            return


@contextmanager
def held(folder: Path, corner: Corner, claim: Claim, wait: bool = False) -> Iterator[None]:
    """Hold a folder while the context lasts.

    Parameters
    ----------
    folder : Path
    corner : Corner
        The run's corner in it.
    claim : Claim
    wait : bool
        Whether to wait for runs that cannot go together with this one. A run with the same key that changes the folder
        alone is always waited for: then it does what this one was to do.

    Raises
    ------
    FolderConflictError
        If another run holds the folder, with which process and host it is; nothing was changed.
    """
    claim = replace(claim, corner=corner.path.name)
    told = False
    while (rival := _rival(folder, corner, claim)) is not None:
        if not wait and rival.key != claim.key:
            raise FolderConflictError(
                f"another run writes here, and makes something else: {_named(folder / rival.corner)}",
                where=str(folder),
                do="wait until it has ended (--wait does), or choose another folder",
            )
        if not told:
            log(f"waiting for {_named(folder / rival.corner)}, which writes to {folder}")
            told = True
        time.sleep(_POLL_S)
    try:
        yield
    finally:
        # Where the corner is by now: the folder can have changed its place.
        _release(corner.path.parent, corner)


def give_up(corner: Corner) -> None:
    """Hold the folder that a corner is in no more, and remove the corner."""
    _release(corner.path.parent, corner)
    shutil.rmtree(corner.path, ignore_errors=True)


def _rival(folder: Path, corner: Corner, claim: Claim) -> Claim | None:
    """Take hold of the folder; the claim of a run that prevents it, and then nothing is held."""
    path = folder / LOCK_NAME
    while True:
        if not corner.create(path, _text(claim)):
            first = _read(path)
            if first is None:
                # Gone by now; or torn by a loss of power; or, where files cannot be linked, not yet written.
                if _is_old(path, corner):
                    _take_away(path, corner, None)
                time.sleep(_POLL_S / 10)
                continue
            if not claim.suits(first):
                rivals = [each for each in _holders(folder, corner) if not claim.suits(each)]
                if rivals or _lives(folder / first.corner, corner):
                    return rivals[0] if rivals else first
                _take_away(path, corner, first)
                continue
        _say(corner, claim)
        rivals = [each for each in _holders(folder, corner) if not claim.suits(each)]
        now = _read(path)
        if not rivals and now is not None and (now == claim or claim.suits(now)):
            return None
        _release(folder, corner)
        if rivals:
            return rivals[0]


def _release(folder: Path, corner: Corner) -> None:
    """Hold the folder no more. Whose lock it is takes it away, and so does the last: without a run, it says nothing."""
    with save_errors(folder):
        (corner.path / _OWNER_NAME).unlink(missing_ok=True)
        first = _read(folder / LOCK_NAME)
        if first is not None and (first.corner == corner.path.name or not any(_holders(folder, corner))):
            _take_away(folder / LOCK_NAME, corner, first)


def _take_away(lock: Path, corner: Corner, seen: Claim | None) -> None:
    """Remove a lock, if it is still the one that was seen; another's is put back."""
    taken = corner.temporary()
    with suppress(FileNotFoundError):
        os.rename(lock, taken)
        if _read(taken) != seen:
            with suppress(OSError):
                os.link(taken, lock)
        taken.unlink()


def _holders(folder: Path, corner: Corner) -> Iterator[Claim]:
    """The claims of the other runs that hold the folder and live."""
    for name in os.listdir(folder):
        if name.startswith(CORNER_PREFIX) and name != corner.path.name:
            claim = _read(folder / name / _OWNER_NAME)
            if claim is not None and _lives(folder / name, corner):
                yield claim


def _is_old(lock: Path, corner: Corner) -> bool:
    try:
        return corner.now() - lock.stat().st_mtime > _NOT_WRITTEN_S
    except OSError:
        return False


def _lives(other: Path, corner: Corner) -> bool:
    return bool(is_alive(other, corner.now()))


def _say(corner: Corner, claim: Claim) -> None:
    corner.write(corner.path / _OWNER_NAME, _text(claim))


def _text(claim: Claim) -> bytes:
    return json.dumps(asdict(claim)).encode()


def _read(path: Path) -> Claim | None:
    """The claim in a file; None if there is none."""
    try:
        with open_file(path) as file:
            return Claim(**json.loads(file.read(_MOST_BYTES)))
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def _named(corner: Path) -> str:
    """The run in a corner as messages call it."""
    said = who_is(corner)
    if not said:
        return "a run that has just ended"
    return f"process {said.get('process')} on {said.get('host')}, since {said.get('since')}"
