"""Trains the code tables of the PNG encoder and rewrites mygenerator/sinks/png/encoder/trained.py.

    python tools/train_png_table.py            write the file
    python tools/train_png_table.py --check    train in memory, exit with 1 if the shipped tables differ

Other tables give files with other bytes, so released tables stay as they are: train anew only with good reason.

What is counted: the tokens of strips of the embedded digits, `fill` at widths 160 to 400 and `pad` at 400, both as they
are and with every fiftieth pixel black or white, on light paper and on dark. The counts of the levels between black and
white are averaged over five neighbours, so that the tables suit other digits too and the header of a block, which lists
runs of equal code lengths, stays short. Every symbol counts a few times more than it was seen, so that each has a code.
The codes come from the package-merge algorithm (Larmore and Hirschberg 1990), which is exact, in integers, so they are
the same on every machine.
"""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

import numpy as np

from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.rng import Stream
from mygenerator.sinks.png.encoder.code_tables import length_symbols
from mygenerator.sinks.png.encoder.deflate import tokens_of
from mygenerator.sinks.png.encoder.framing import raw_rows
from mygenerator.strip.layout import Sizing

FILE = Path(__file__).resolve().parents[1] / "mygenerator" / "sinks" / "png" / "encoder" / "trained.py"
CASES: tuple[tuple[Sizing, int], ...] = (*(("fill", width) for width in (160, 200, 250, 300, 350, 400)), ("pad", 400))
COUNT = 500  # strips of each case
NOISE = 50  # one pixel in this many is black or white
MOST_BITS = 12  # so that three tokens, each with its distance and extra bits, fit into 61 bits
SMOOTHING = 5  # how many neighbours a grey level's count is averaged over
SEEN_MORE = 16  # how many times more every symbol counts than it was seen
SYMBOLS, END = 286, 256
ORDER = (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15)  # of code lengths in a header: RFC 1951

BEGIN = '''"""The trained code tables of the PNG encoder, written by tools/train_png_table.py."""

from __future__ import annotations

from typing import NamedTuple


class Trained(NamedTuple):
    """A code table: the code lengths of the 286 symbols as hex digits, and the header of a block that uses it."""

    lengths: str
    header_bits: int
    header: str


TRAINED = (
'''


def counts(inverted: bool, count: int = COUNT) -> np.ndarray:
    """How often each of the 286 symbols occurs in strips on light paper, or on dark.

    Returns
    -------
    int64 (286,)
    """
    symbols = np.concatenate([np.arange(256), length_symbols()[0]])
    found = np.zeros(SYMBOLS, np.int64)
    for number, (sizing, width) in enumerate(CASES):
        texts = PatternNlpDataset("0[789]0[0-9]{8}", count, seed=number)
        images = TextToImage("optdigits", (1, 10), width, sizing).fit_transform(texts).batch(range(count)).images
        drawn = Stream(number, "noise").integers(
            np.arange(count)[:, None], 0, np.arange(images[0].size), low=0, high=2 * NOISE - 1
        )
        drawn = drawn.reshape(images.shape)
        for strips in (images, np.where(drawn == 0, 0, np.where(drawn == 1, 255, images)).astype(np.uint8)):
            tokens, _ = tokens_of(raw_rows(255 - strips if inverted else strips))
            found += np.bincount(symbols[tokens], minlength=SYMBOLS)
        found[END] += 2 * count
    return found


def smoothed(found: np.ndarray) -> np.ndarray:
    """The counts for which codes are made, times SMOOTHING."""
    weights = found * SMOOTHING
    between = np.pad(found[1:255], SMOOTHING // 2, mode="edge")
    weights[1:255] = np.lib.stride_tricks.sliding_window_view(between, SMOOTHING).sum(axis=1)
    return weights + SMOOTHING * SEEN_MORE


def code_lengths(weights: list[int], most: int) -> list[int]:
    """The best lengths of a prefix code, none above `most` bits, by package-merge."""
    coins: list[tuple[int, tuple[int, ...]]] = sorted((weight, (symbol,)) for symbol, weight in enumerate(weights))
    merged = coins
    for _ in range(most - 1):
        pairs = zip(merged[0::2], merged[1::2], strict=False)
        merged = sorted([*coins, *((one[0] + other[0], one[1] + other[1]) for one, other in pairs)])
    lengths = [0] * len(weights)
    for _, symbols in merged[: 2 * len(weights) - 2]:
        for symbol in symbols:
            lengths[symbol] += 1
    return lengths


def runs(lengths: list[int]) -> list[tuple[int, int]]:
    """(symbol, repeats) of a header's code lengths, none of them 0; symbol 16 repeats the one before 3 to 6 times."""
    listed = []
    for length, same in groupby(lengths):
        left = len(list(same)) - 1
        listed.append((length, 0))
        while left >= 3:
            # A run that would leave one or two is divided differently.
            repeats = min(left, 6) if left not in (7, 8) else left - 3
            listed.append((16, repeats))
            left -= repeats
        listed += [(length, 0)] * left
    return listed


def header(lengths: list[int]) -> tuple[int, int]:
    """The bits that begin a block with this table, the first lowest, and their number."""
    # One distance is used, with a code of one bit: the last of the lengths.
    listed = runs([*lengths, 1])
    used = sorted({symbol for symbol, _ in listed})
    found = [sum(symbol == one for symbol, _ in listed) for one in used]
    own = dict(zip(used, code_lengths(found, 7), strict=True))
    last = max(place for place, symbol in enumerate(ORDER) if symbol in own) + 1
    bits = count = 0

    def put(value: int, width: int) -> None:
        nonlocal bits, count
        bits |= value << count
        count += width

    # Not the last block, dynamic codes; 286 symbols, one distance.
    for value, width in ((0, 1), (2, 2), (SYMBOLS - 257, 5), (0, 5), (last - 4, 4)):
        put(value, width)
    for symbol in ORDER[:last]:
        put(own.get(symbol, 0), 3)
    codes, code = {}, 0
    for width in range(1, 8):
        for symbol in (symbol for symbol in used if own[symbol] == width):
            codes[symbol] = int(f"{code:0{width}b}"[::-1], 2)
            code += 1
        code <<= 1
    for symbol, repeats in listed:
        put(codes[symbol], own[symbol])
        if symbol == 16:
            put(repeats - 3, 2)
    return bits, count


def table_text(lengths: list[int]) -> str:
    """One table as it is written in the file."""
    bits, count = header(lengths)

    def quoted(text: str) -> str:
        return "\n".join(f'        "{text[at : at + 96]}"' for at in range(0, len(text), 96))

    return (
        f"    Trained(\n{quoted(''.join(f'{length:x}' for length in lengths))},\n        {count},\n"
        f"{quoted(f'{bits:x}')},\n    ),\n"
    )


def trained_text(count: int = COUNT) -> str:
    """The whole file."""
    lengths = (code_lengths(smoothed(counts(inverted, count)).tolist(), MOST_BITS) for inverted in (False, True))
    return BEGIN + "".join(map(table_text, lengths)) + ")\n"


def main() -> int:
    """Train and write, or compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 if the file differs")
    check = parser.parse_args().check
    text = trained_text()
    if not check:
        FILE.write_text(text, encoding="utf-8")
        print(FILE)
        return 0
    same = FILE.read_text(encoding="utf-8") == text
    print("the shipped tables are rebuilt exactly" if same else "the shipped tables differ from the trained ones")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
