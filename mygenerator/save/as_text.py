"""Files that a program for copying took for text: the ends of their lines became CR LF, and nothing else changed.

The validator and `verify` say so, in place of a hash that differs.
"""

from __future__ import annotations

import os
from pathlib import Path

import xxhash

from mygenerator.files import MOST_RECORD_BYTES, open_file

AS_TEXT = "its lines end in CR LF, as after a copy as text: copy it again as it is"
"""What is wrong with such a file."""


def is_copied_as_text(path: str | Path, size: int, digest: str) -> bool:
    """Whether a file is one of that size and xxh3-128, but for the ends of its lines, which are CR LF."""
    found = xxhash.xxh3_128()
    with open_file(path) as file:
        if not size < os.fstat(file.fileno()).st_size <= 2 * size:
            return False
        while line := file.readline(MOST_RECORD_BYTES):
            if not line.endswith(b"\r\n"):
                return False
            found.update(line[:-2] + b"\n")
    return found.hexdigest() == digest
