"""What is round every command: its exit status and one message, whatever happens and whatever the streams are like."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from mygenerator.errors import InputError, MyGeneratorError
from mygenerator.streams import able_to_show_all, fill_missing_streams, silence

COULD_NOT_RUN = 2
INTERRUPTED = 130
_ENDS_LIKE_CTRL_C = ("SIGTERM", "SIGHUP")
_BY_A_SIGNAL = 128
"""What shells add to a signal's number for the exit status of a command that it has ended."""


class _EndedBySignal(KeyboardInterrupt):
    """Another signal than that of Ctrl-C, which is to end the command as orderly."""

    def __init__(self, number: int):
        super().__init__()
        self.status = _BY_A_SIGNAL + number


def guarded(name: str, words: Sequence[str], action: Callable[[], int]) -> int:
    """The exit status of an action, or of what ended it; errors become messages that begin with `name`.

    Status 1 comes from the action alone: it means that what was checked has faults.
    """
    fill_missing_streams()
    with able_to_show_all(), _signals_as_exceptions():
        try:
            status = action()
            _flush()
            return status
        except KeyboardInterrupt as stop:
            say(f"\n{name}: stopped; what is finished is kept, run the same command again to go on")
            return getattr(stop, "status", INTERRUPTED)
        # A dependency or a user's own code can raise anything; SystemExit would end with a status of its own.
        except (Exception, SystemExit) as error:  # pylint: disable=broad-exception-caught
            debug = "--debug" in words
            if debug:
                say(traceback.format_exc().rstrip())
            say(f"{name}: {_message(error, debug)}")
            # What was told before cannot change the status any more.
            with suppress(InputError):
                _flush()
            return COULD_NOT_RUN


def say(text: str) -> None:
    """Print a message on standard error: only results go to standard output. A stream that fails stops no command."""
    try:
        print(text, file=sys.stderr, flush=True)
    except (OSError, ValueError):
        silence(sys.stderr)


def tell(text: object) -> None:
    """Print a result on standard output; if its reader is gone, nothing is printed, and the command goes on.

    Raises
    ------
    InputError
        If the output cannot be written, for example to a full disk.
    """
    with _output():
        print(text)


def _flush() -> None:
    with _output():
        sys.stdout.flush()


@contextmanager
def _output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as error:
        silence(sys.stdout)
        raise InputError(f"the output cannot be written ({error.strerror or error})", where="stdout") from None


@contextmanager
def _signals_as_exceptions() -> Iterator[None]:
    """Raise an exception for signals that end a process by default, so that workers and hidden files go with it."""
    before = {}
    for number in (getattr(signal, name) for name in _ENDS_LIKE_CTRL_C if hasattr(signal, name)):
        # A signal that is ignored (nohup) or handled by the program around stays so; a thread cannot set any.
        with suppress(ValueError):
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    raise _EndedBySignal(number)


def _message(error: BaseException, debug: bool) -> str:
    """What a user is told about an error."""
    if isinstance(error, MyGeneratorError):
        return str(error)
    if isinstance(error, OSError):
        # The system does not say which folder it misses.
        return str(error) if _working_folder_is_there() else "the working folder is gone; change to another one"
    more = "please report it" if debug else "--debug shows where it comes from; please report it"
    what = "".join(traceback.format_exception_only(error)).strip()
    if isinstance(error, MemoryError):
        return f"there is not enough memory ({what}); ask for less at once, or for fewer workers"
    if isinstance(error, ImportError):
        return f"something that is needed cannot be imported ({what}); `mygenerator doctor` shows what is installed"
    if isinstance(error, SystemExit):
        return f"some code ended the program ({what}), which only the command itself may do; {more}"
    return f"an unforeseen error: {what}; {more}"


def _working_folder_is_there() -> bool:
    try:
        os.getcwd()
    except OSError:
        return False
    return True
