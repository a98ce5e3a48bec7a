"""Logging through the standard logger "mygenerator", which is silent until the application adds a handler."""

from __future__ import annotations

import functools
import logging

_logger = logging.getLogger("mygenerator")
# A library says nothing until the application (here: the commands) gives the logger a handler.
_logger.addHandler(logging.NullHandler())


def log(*values: object) -> None:
    """Log what a user may want to know, at level INFO; several values are joined as `print` joins them."""
    _logger.info("%s", " ".join(map(str, values)), stacklevel=2)


def log2(*values: object) -> None:
    """Log what helps to find a fault, at level DEBUG; several values are joined as `print` joins them."""
    _logger.debug("%s", " ".join(map(str, values)), stacklevel=2)


def logw(*values: object) -> None:
    """Log what a user should look at, at level WARNING; several values are joined as `print` joins them."""
    _logger.warning("%s", " ".join(map(str, values)), stacklevel=2)


@functools.cache
def logw_once(message: str) -> None:
    """Log what a user should look at, at level WARNING, once in a process however often it comes up."""
    _logger.warning("%s", message, stacklevel=2)
