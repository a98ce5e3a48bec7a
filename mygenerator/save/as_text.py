"""Files that a program for copying took for text: the ends of their lines became CR LF, and nothing else changed.

The validator and `verify` say so, in place of a hash that differs.
"""

from __future__ import annotations

from pathlib import Path

import xxhash

from mygenerator.files import open_file

AS_TEXT = "its lines end in CR LF, as after a copy as text: copy it again as it is"
"""What is wrong with such a file."""


def is_copied_as_text(path: str | Path, digest: str) -> bool:
    """Whether a file whose xxh3-128 is another has the right one but for the ends of its lines, which are CR LF."""
    found = xxhash.xxh3_128()
    with open_file(path) as file:
        for line in file:
            if not line.endswith(b"\r\n"):
                return False
            found.update(line[:-2] + b"\n")
    return found.hexdigest() == digest
