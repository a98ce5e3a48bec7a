"""Fields longer than Python's csv module expects, so that every table that this package can write can be read.

All code that reads meta.csv does so within `long_fields`.
"""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from contextlib import contextmanager

MAX_FIELD = 2**24
"""The longest field, in characters: 1,000 glyphs, each with its source's name of 16,000 characters."""


class _Limit:
    """The csv module's limit, which is one for the whole process, and how many tables are being read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers = 0
        self._before = 0

    def change(self, readers: int) -> None:
        """Count some readers more or fewer: the first raises the limit, the last puts it back."""
        with self._lock:
            if self._readers == 0:
                self._before = csv.field_size_limit()
            self._readers += readers
            csv.field_size_limit(max(self._before, MAX_FIELD) if self._readers else self._before)


_LIMIT = _Limit()


@contextmanager
def long_fields() -> Iterator[None]:
    """Let the csv module read fields of up to `MAX_FIELD` characters, here and in what is called.

    By default it refuses more than 131,072, which boxes and glyphs of a long label exceed. Several threads, and several
    generators in turn, can be in it at once.

    >>> with long_fields():
    ...     csv.field_size_limit() >= MAX_FIELD
    True
    """
    _LIMIT.change(+1)
    try:
        yield
    finally:
        _LIMIT.change(-1)
