"""Manifests and lists of shards that are wrong, and yet have the hashes that such a record ends with."""

from __future__ import annotations

import json
import re
from pathlib import Path

from mygenerator.save.output_folder import Shard, write_manifest


def rewrite(path: Path, pattern: bytes, by: bytes) -> None:
    """Replace what the pattern matches in a manifest, or in the list of one shard, and hash every record anew."""
    text = re.sub(pattern, by, path.read_bytes())
    head, begins, _ = text.partition(b'"shards": [\n')
    shards = [_hashed_anew(line.rstrip(b",")) for line in text.split(b"\n") if line.startswith(b'{"shard"')]
    if not begins:
        path.write_bytes(shards[0] + b"\n")
        return
    header = json.loads(head.rstrip().rstrip(b",") + b"}")
    del header["check"]
    lines = path.with_name("lines")
    lines.write_bytes(b",\n".join(shards))
    write_manifest(path, header, lines)
    lines.unlink()


def _hashed_anew(line: bytes) -> bytes:
    plain = json.loads(line)
    plain.pop("check", None)
    return Shard(**plain).to_json().encode()
