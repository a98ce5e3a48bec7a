"""What is round every command: its exit status and one message, whatever happens and whatever the streams are like."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from mygenerator.errors import InputError, MyGeneratorError, printable
from mygenerator.streams import able_to_show_all, fill_missing_streams, silence

COULD_NOT_RUN = 2
INTERRUPTED = 130
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")
_UNTIL_RAISED_AGAIN_S = 0.01
_BY_A_SIGNAL = 128
"""What shells add to a signal's number for the exit status of a command that it has ended."""


def guarded(name: str, words: Sequence[str], action: Callable[[], int], goes_on: bool = False) -> int:
    """The exit status of an action, or of what ended it; errors become messages that begin with `name`.

    `goes_on` says that the same command, run again, goes on where it was stopped. Status 1 comes from the action alone:
    it means that what was checked has faults.
    """
    fill_missing_streams()
    with able_to_show_all(), _signals_as_exceptions() as arrived:
        try:
            status = action()
            _flush()
            return status
        except KeyboardInterrupt:
            return _stopped(name, arrived, goes_on)
        # A dependency or a user's own code can raise anything; SystemExit would end with a status of its own.
        except (Exception, SystemExit) as error:  # pylint: disable=broad-exception-caught
            debug = "--debug" in words
            if debug:
                import traceback  # which few runs need

                say(traceback.format_exc().rstrip())
            if arrived:
                # Stopped while it imports a module, compiled code says that the module cannot be imported.
                return _stopped(name, arrived, goes_on)
            say(f"{name}: {_message(error, debug)}")
            # What was told before cannot change the status any more.
            with suppress(InputError):
                _flush()
            return COULD_NOT_RUN


def _stopped(name: str, arrived: Sequence[int], goes_on: bool) -> int:
    more = "; what is finished is kept, run the same command again to go on" if goes_on else ""
    say(f"\n{name}: stopped{more}")
    # If Ctrl-C arrived while text was executed as code, Python would end with a signal instead of the status that it is
    # told. It forgets that when it next executes text.
    exec("")  # pylint: disable=exec-used
    return INTERRUPTED if not arrived or arrived[0] == signal.SIGINT else _BY_A_SIGNAL + arrived[0]


def say(text: str) -> None:
    """Print a message on standard error: only results go to standard output. A stream that fails stops no command."""
    try:
        print(printable(text), file=sys.stderr, flush=True)
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
        print(printable(str(text)))


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


_arrived: list[int] = []
"""The signals that have arrived since the outermost guard began."""


@contextmanager
def _signals_as_exceptions() -> Iterator[list[int]]:
    """Raise KeyboardInterrupt for signals that end a process, so that workers and hidden files go with it.

    Yields the list of those that have arrived, because the exception does not always get through.
    """
    before = {}
    for number in (getattr(signal, name) for name in _ENDING if hasattr(signal, name)):
        # A signal that is ignored (nohup) or handled by the program around stays so; a thread cannot set any.
        with suppress(ValueError):
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
                before[number] = signal.signal(number, _end)
    hook = sys.unraisablehook
    if before:
        _arrived.clear()
        sys.unraisablehook = _raise_again(hook)
    try:
        yield _arrived
    finally:
        if before:
            sys.unraisablehook = hook
            _arrived.clear()
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    _arrived.append(number)
    raise KeyboardInterrupt


def _raise_again(hook: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A hook for exceptions that Python can only print, as in a destructor: one for a signal comes again, outside."""

    def later() -> None:
        time.sleep(_UNTIL_RAISED_AGAIN_S)
        if _arrived:
            _thread.interrupt_main(signal.Signals(_arrived[-1]))

    def raised(unraisable: Any) -> None:
        if _arrived and issubclass(unraisable.exc_type, KeyboardInterrupt):
            # Raised here, it would be printed again. Without a thread, the user has to press the keys once more.
            with suppress(RuntimeError):
                _thread.start_new_thread(later, ())
        else:
            hook(unraisable)

    return raised


def _message(error: BaseException, debug: bool) -> str:
    """What a user is told about an error."""
    if isinstance(error, MyGeneratorError):
        return str(error)
    if isinstance(error, OSError):
        # The system does not say which folder it misses.
        return str(error) if _working_folder_is_there() else "the working folder is gone; change to another one"
    import traceback

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
