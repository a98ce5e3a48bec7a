"""Images of every kind for the encoder, and a reader of its files that forgives nothing."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from hypothesis import strategies as st

from mygenerator import PatternNlpDataset, TextToImage
from mygenerator.rng import Stream
from mygenerator.strip.layout import Sizing

SEEDS = st.integers(0, 2**32)
# A row and its filter byte: lengths of runs around what one match, two and three hold, and around a block's 65,535.
RUNS = st.one_of(st.integers(1, 8), st.integers(254, 264), st.integers(514, 522), st.integers(772, 780))


@st.composite
def shapes(draw: st.DrawFn) -> tuple[int, int, int]:
    """How many images, height and width: tiny, one pixel wide, wide, and strips."""
    height, width = draw(
        st.one_of(
            st.tuples(st.integers(1, 4), st.integers(1, 4)),
            st.tuples(st.integers(1, 400), st.just(1)),
            st.tuples(st.integers(1, 3), st.integers(1, 9000)),
            st.tuples(st.integers(20, 40), st.integers(60, 400)),
        )
    )
    return draw(st.integers(1, 3)), height, width


@st.composite
def pictures(draw: st.DrawFn) -> np.ndarray:
    """A batch of any kind: random levels, few levels, flat, runs; with noise or without."""
    shape = draw(shapes())
    return draw(st.sampled_from([random_levels, flat, in_runs, strokes]))(draw, shape)


def random_levels(draw: st.DrawFn, shape: tuple[int, int, int]) -> np.ndarray:
    """Any levels, or only a few of them."""
    return levels(shape, draw(SEEDS), draw(st.sampled_from([1, 2, 3, 10, 255])))


def flat(draw: st.DrawFn, shape: tuple[int, int, int]) -> np.ndarray:
    """One level, with or without salt and pepper."""
    images = np.full(shape, draw(st.integers(0, 255)), np.uint8)
    return noisy(images, draw(SEEDS)) if draw(st.booleans()) else images


def in_runs(draw: st.DrawFn, shape: tuple[int, int, int]) -> np.ndarray:
    """Runs whose lengths are near what a match can hold, wherever the rows end."""
    size = int(np.prod(shape))
    found = draw(st.lists(st.tuples(st.integers(0, 255), RUNS), min_size=1, max_size=30))
    values, counts = np.array(found).T
    line = np.repeat(values, counts).astype(np.uint8)
    return np.resize(line, size).reshape(shape)


def strokes(draw: st.DrawFn, shape: tuple[int, int, int]) -> np.ndarray:
    """Slopes between paper and ink, as soft edges are, on either paper."""
    steps = levels(shape, draw(SEEDS), 6).astype(np.int64) - 3
    images = np.clip(np.cumsum(steps * draw(st.integers(1, 60)), axis=2), 0, 255).astype(np.uint8)
    return 255 - images if draw(st.booleans()) else images


def levels(shape: tuple[int, int, int], seed: int, highest: int) -> np.ndarray:
    """Levels from 0 to `highest`, at random."""
    drawn = Stream(seed, "levels").integers(0, 0, np.arange(np.prod(shape)), low=0, high=highest)
    return drawn.astype(np.uint8).reshape(shape)


def noisy(images: np.ndarray, seed: int = 0) -> np.ndarray:
    """Two pixels in a hundred black or white."""
    drawn = Stream(seed, "noise").integers(0, 0, np.arange(images.size), low=0, high=99).reshape(images.shape)
    return np.where(drawn == 0, 0, np.where(drawn == 1, 255, images)).astype(np.uint8)


def digits(sizing: Sizing, width: int, count: int, invert: bool = False) -> np.ndarray:
    """Strips of the embedded digits."""
    texts = PatternNlpDataset("0[789]0[0-9]{8}", count, seed=width)
    return (
        TextToImage("optdigits", (1, 10), width, sizing, invert=invert).fit_transform(texts).batch(range(count)).images
    )


def strictly_read(file: bytes) -> np.ndarray:
    """The pixels of a file of 8-bit grey; AssertionError for anything that is not as the standards ask."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(file):
        (length,) = struct.unpack_from(">I", file, at)
        kind, data = file[at + 4 : at + 8], file[at + 8 : at + 8 + length]
        assert len(data) == length
        assert struct.unpack_from(">I", file, at + 8 + length) == (zlib.crc32(kind + data),)
        chunks.append((kind, data))
        at += 12 + length
    assert at == len(file)
    assert [kind for kind, _ in chunks] == [b"IHDR", b"IDAT", b"IEND"]
    width, height, *rest = struct.unpack(">IIBBBBB", chunks[0][1])
    assert rest == [8, 0, 0, 0, 0]
    assert chunks[2][1] == b""
    stream = chunks[1][1]
    assert int.from_bytes(stream[:2], "big") % 31 == 0
    reader = zlib.decompressobj()
    raw = reader.decompress(stream)
    # The end was reached, with the right Adler-32, and nothing stands behind it.
    assert reader.eof
    assert not reader.unused_data
    assert stream[-4:] == zlib.adler32(raw).to_bytes(4, "big")
    rows = np.frombuffer(raw, np.uint8).reshape(height, width + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:]
