"""Logging through the standard logger "mygenerator".

Python itself prints warnings of a logger without a handler on standard error. So a script sees that something was not
taken, for example. An application that sets up logging, or gives this logger a `NullHandler`, decides for itself.
"""

from __future__ import annotations

import logging
from functools import lru_cache

from mygenerator.errors import printable

_logger = logging.getLogger("mygenerator")


def log(*values: object) -> None:
    """Log what a user may want to know, at level INFO; several values are joined as `print` joins them."""
    _logger.info("%s", _joined(values), stacklevel=2)


def log2(*values: object) -> None:
    """Log what helps to find a fault, at level DEBUG; several values are joined as `print` joins them."""
    _logger.debug("%s", _joined(values), stacklevel=2)


def logw(*values: object) -> None:
    """Log what a user should look at, at level WARNING; several values are joined as `print` joins them."""
    _logger.warning("%s", _joined(values), stacklevel=2)


def loge(*values: object) -> None:
    """Log what went wrong, at level ERROR; several values are joined as `print` joins them."""
    _logger.error("%s", _joined(values), stacklevel=2)


@lru_cache(maxsize=256)
def logw_once(message: str) -> None:
    """Log a message as `logw` does, once in this process: what is read again need not be said again."""
    _logger.warning("%s", printable(message), stacklevel=2)


def _joined(values: tuple[object, ...]) -> str:
    return printable(" ".join(map(str, values)))
