"""Changes of bytes that are drawn at random: what mutations.py does to files."""

from __future__ import annotations

import re
import struct
from typing import Any

from mygenerator.rng import Stream

_TOKENS = (
    *"{}[]'\"\\#~.*()=\t\0\r\n\u2028\ufeffé",
    *(": ", ", ", "- ", "? ", "&a ", "*a ", "!!int ", "!x ", "|\n", ">\n", "<<: ", "---\n", "%Y 1\n", "true", ".inf"),
    *("9" * 30, "1e999", "-0", "0x7", "{1,9}", "../", "/dev/null", "\\UFFFFFFFF", "a: {" * 40, "[" * 40, "x" * 1_001),
)
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF)


class Draws:
    """The draws of one mutation, one after the other."""

    def __init__(self, kind: str, number: int):
        self._stream, self._number, self._drawn = Stream(2024, f"mutations/{kind}"), number, 0

    def below(self, end: int) -> int:
        """A whole number from 0 to end - 1."""
        self._drawn += 1
        return int(self._stream.integers(self._number, self._drawn, low=0, high=max(end, 1) - 1))

    def one_of(self, values: Any) -> Any:
        """One of some values."""
        return values[self.below(len(values))]


def mutated(data: bytes, draws: Draws, tokens: bool = False) -> bytes:
    """The data with one to four changes; of text two thirds of them change nothing but text."""
    changes = [_flip, _overwrite, extreme, _cut, _remove, _insert, _repeat]
    if tokens and draws.below(3):
        changes = [_insert_token, _replace_word, _replace_word, _remove, _repeat, _move_line]
    for _ in range(draws.one_of((1, 1, 1, 2, 2, 3, 4))):
        data = draws.one_of(changes)(bytearray(data), draws)
    return data


def _flip(data: bytearray, draws: Draws) -> bytes:
    if data:
        data[draws.below(len(data))] ^= 1 << draws.below(8)
    return bytes(data)


def _overwrite(data: bytearray, draws: Draws) -> bytes:
    start = draws.below(len(data))
    for place in range(start, min(start + 1 + draws.below(8), len(data))):
        data[place] = draws.below(256)
    return bytes(data)


def extreme(data: bytearray, draws: Draws) -> bytes:
    """The data with a number of 1 to 8 bytes replaced, most often where headers are: at the beginning or the end."""
    code = draws.one_of((">B", ">H", "<H", ">I", "<I", ">Q", "<Q"))
    number = struct.pack(code, draws.one_of(_EXTREMES) % 256 ** struct.calcsize(code))
    start = draws.one_of((draws.below(min(len(data), 64)), draws.below(len(data)), len(data) - draws.below(64)))
    data[max(start, 0) : max(start, 0) + len(number)] = number
    return bytes(data)


def _cut(data: bytearray, draws: Draws) -> bytes:
    return bytes(data[: draws.below(len(data))])


def _remove(data: bytearray, draws: Draws) -> bytes:
    start = draws.below(len(data))
    del data[start : start + 1 + draws.below(40)]
    return bytes(data)


def _insert(data: bytearray, draws: Draws) -> bytes:
    start = draws.below(len(data))
    data[start:start] = bytes(draws.below(256) for _ in range(1 + draws.below(12)))
    return bytes(data)


def _repeat(data: bytearray, draws: Draws) -> bytes:
    start = draws.below(len(data))
    data[start:start] = data[start : start + 1 + draws.below(60)] * draws.one_of((1, 1, 2, 50))
    return bytes(data)


def _insert_token(data: bytearray, draws: Draws) -> bytes:
    start = draws.below(len(data))
    data[start : start + draws.below(6)] = draws.one_of(_TOKENS).encode()
    return bytes(data)


def _replace_word(data: bytearray, draws: Draws) -> bytes:
    """One of its words in the place of another, or a token."""
    words = list(re.finditer(rb"[\w.-]+|\[.*?\]|\{.*?\}", bytes(data)))
    if words:
        start, end = draws.one_of(words).span()
        data[start:end] = draws.one_of((draws.one_of(words)[0], draws.one_of(_TOKENS).encode()))
    return bytes(data)


def _move_line(data: bytearray, draws: Draws) -> bytes:
    lines = data.splitlines(keepends=True)
    if lines:
        lines.insert(draws.below(len(lines)), draws.below(40) * b" " + lines.pop(draws.below(len(lines))).lstrip())
    return b"".join(lines)
