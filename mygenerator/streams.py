"""The standard streams, which can be missing (`2>&-`, a service, pythonw) or unable to show every character.

The commands and the workers mend them first of all.
"""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

_ESCAPED = "mygenerator.escaped"
_STREAMS = (("stdin", os.O_RDONLY), ("stdout", os.O_WRONLY), ("stderr", os.O_WRONLY))
_REPLACED = {"stdout": ("strict", "surrogateescape"), "stderr": ("strict", "surrogateescape", "backslashreplace")}
"""How streams treat characters that they cannot encode, where that can end in an error or is Python's own way for
standard error, which does not show the bytes of a name as they are."""


def _escape(error: UnicodeError) -> tuple[str | bytes, int]:
    """A character that cannot be encoded as `\\xe9` or `\\u65e5`; a byte of a file's name as that byte."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    part = error.object[error.start]
    if "\udc80" <= part <= "\udcff":
        # Python reads a byte of a name that it cannot decode as such a character.
        return bytes([ord(part) - 0xDC00]), error.start + 1
    return part.encode("ascii", "backslashreplace").decode("ascii"), error.start + 1


codecs.register_error(_ESCAPED, _escape)


def fill_missing_streams() -> None:
    """Open the null device in place of each standard stream that is closed, so that no other file takes its number.

    Otherwise the next file that is opened would be standard error to every library that writes its warnings there.
    """
    # All numbers first: what is opened for one stream would take the number of the next.
    for number, (_, mode) in enumerate(_STREAMS):
        with suppress(OSError):
            _fill(number, mode)
    for name, mode in _STREAMS:
        stream = getattr(sys, name)
        if stream is None or getattr(stream, "closed", False):
            # Not closed with the stream: Python warns of a file that nobody closes.
            null = os.open(os.devnull, mode)
            setattr(sys, name, os.fdopen(null, "r" if mode == os.O_RDONLY else "w", encoding="utf-8", closefd=False))


def _fill(number: int, mode: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        null = os.open(os.devnull, mode)
        if null != number:
            os.dup2(null, number)
            os.close(null)
        os.set_inheritable(number, True)


@contextmanager
def able_to_show_all() -> Iterator[None]:
    """Within this context, standard output and error show a character that they cannot encode as its escape."""
    changed = []
    for name, replaced in _REPLACED.items():
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and stream.errors in replaced:
            changed.append((stream, stream.errors))
            stream.reconfigure(errors=_ESCAPED)
    try:
        yield
    finally:
        for stream, before in changed:
            with suppress(ValueError, OSError):
                stream.reconfigure(errors=before)


def silence(stream: TextIO) -> None:
    """Send what is still written to a stream to nowhere: it has failed, and would fail again when Python flushes it."""
    with suppress(OSError, ValueError):
        number = stream.fileno()
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)
    with suppress(OSError, ValueError):
        stream.flush()
