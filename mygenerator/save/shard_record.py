"""What is recorded of a shard: a line of JSON, in the manifest or in a file of its own, that ends with its own hash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

import xxhash

_COLUMNS: tuple[list[set[type]], ...] = ([{str}, {int}, {str}], [set(), set(), set()])
"""The types in a shard's list of files: name, size, hash; and in an empty one."""
_CHECK, _FILES = b',"check":"', b',"files":'
_MOST = 2**53
"""The largest number: any reader of JSON has it exactly, and no disk holds as many bytes."""
LINE_BEGIN = b'{"shard"'
"""How every such line begins."""


def _check_of(text: bytes) -> str:
    """What ends a record: a hash of what is before it."""
    return f'{xxhash.xxh3_64_hexdigest(text)}"}}'


def _unchanged(text: str | bytes) -> bytes:
    """A record without the hash at its end, if it is right or, as in earlier releases, missing; else ValueError."""
    line = text.encode("utf-8") if isinstance(text, str) else text
    record, mark, check = line.rstrip().rpartition(_CHECK)
    if not mark:
        return line
    if check != _check_of(record).encode():
        raise ValueError("its hash is another: it was changed")
    return record + b"}"


@dataclass
class Shard:
    """A sealed shard.

    Attributes
    ----------
    shard, start, rows : int
        Its number, its first sample, how many samples it holds.
    pixels : str
        xxh3-128 over the pixels of its images, in order.
    part_bytes, part_hash : int, str
        Length and xxh3-128 of its part of the joined file.
    files : list of [name, size in bytes, xxh3-128]
    """

    shard: int
    start: int
    rows: int
    pixels: str
    part_bytes: int
    part_hash: str
    files: list[list[Any]] = field(default_factory=list)

    def to_json(self) -> str:
        """The shard on one line, which ends with a hash of the rest, so that a changed line is known for one."""
        # The attributes in their order: `asdict` would copy every list of every file.
        line = json.dumps(vars(self), separators=(",", ":"), ensure_ascii=False)[:-1]
        return f"{line}{_CHECK.decode()}{_check_of(line.encode('utf-8'))}"

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The shard of such a line; ValueError if the line does not hold one, or was changed."""
        return cls._from_plain(_unchanged(text))

    @classmethod
    def _from_plain(cls, text: bytes) -> Self:
        try:
            shard = cls(**json.loads(text))
            numbers = (shard.shard, shard.start, shard.rows, shard.part_bytes)
            # By type, because True is an int too.
            whole = set(map(type, numbers)) == {int} and 0 <= min(numbers) <= max(numbers) <= _MOST
            whole &= isinstance(shard.pixels, str) and isinstance(shard.part_hash, str)
            # By columns: there are thousands of files.
            columns = list(zip(*shard.files, strict=True)) or [(), (), ()]
            whole &= [set(map(type, column)) for column in columns] in _COLUMNS
            if whole and shard.files:
                whole = 0 <= min(columns[1]) <= max(columns[1]) <= _MOST
                # JSON can hold half of a surrogate pair, which no name of a file can; UnicodeError is a ValueError.
                "".join(columns[0]).encode("utf-8")
        except (TypeError, RecursionError) as error:
            raise ValueError(str(error)) from None
        if not whole:
            raise ValueError("a shard with values that mygenerator does not write")
        return shard

    @classmethod
    def head_of(cls, line: bytes) -> Self:
        """The shard of such a line without its files, which are not parsed; ValueError as in `from_json`."""
        head, files, _ = _unchanged(line).partition(_FILES)
        return cls._from_plain(head + b"}" if files else head)
