"""Processes for which the permissions of files count, even where the tests are run by root."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache

import pytest

_OPEN = "import os, sys; os.listdir(sys.argv[1])"
_CAPABILITIES = "--bounding-set=-dac_override,-dac_read_search"


def as_any_user() -> tuple[str, ...]:
    """What to write before a command; the test is skipped where the system refuses nothing to this user."""
    words = _words()
    if words is None:
        pytest.skip("this user may enter every folder, and there is no setpriv to give that up")
    return words


@cache
def _words() -> tuple[str, ...] | None:
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0)
        try:
            return next((words for words in ((), ("setpriv", _CAPABILITIES)) if _is_refused(words, folder)), None)
        finally:
            os.chmod(folder, 0o700)


def _is_refused(words: tuple[str, ...], folder: str) -> bool:
    try:
        done = subprocess.run([*words, sys.executable, "-c", _OPEN, folder], capture_output=True, check=False)
    except OSError:
        return False
    return b"PermissionError" in done.stderr
