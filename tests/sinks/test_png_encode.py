"""util_png: any image is encoded rightly, strips are small, and both twins make the same bytes."""

import io
import runpy
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from PIL import Image

from mygenerator import twins
from mygenerator.errors import InputError
from mygenerator.sinks.png.encoder import png_encode
from mygenerator.sinks.png.encoder.code_tables import END, SIZE, tables
from mygenerator.sinks.png.encoder.trained import TRAINED
from tests.sinks.making import digits, levels, noisy, pictures, strictly_read

ROOT = Path(__file__).parents[2]
BLOCK = 65_535
TWINS = [
    "numpy",
    pytest.param("numba", marks=pytest.mark.skipif(find_spec("numba") is None, reason="numba is missing")),
]
# Rows with their filters that fill a block, two blocks, a block and a byte; and more than a chunk of the definition.
LARGE = [(1, 255, 256), (2, 510, 256), (1, 256, 255), (1, 1, 70_000), (1, 900, 600)]


def encoded(images: np.ndarray, which: str) -> list[bytes]:
    with twins.forced(which):  # type: ignore[arg-type]
        return png_encode(images)


def assert_right(images: np.ndarray, files: list[bytes]) -> None:
    assert len(files) == len(images)
    for image, file in zip(images, files, strict=True):
        assert np.array_equal(strictly_read(file), image)
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(file))), image)
        assert np.array_equal(cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_UNCHANGED), image)


# Right for any image


@settings(deadline=None)
@given(images=pictures())
def test_what_is_encoded_is_read_back(images):
    assert_right(images, encoded(images, "numpy"))


@settings(deadline=None, max_examples=200)
@given(images=pictures())
def test_both_twins_make_the_same_files(images):
    pytest.importorskip("numba")
    assert encoded(images, "numba") == encoded(images, "numpy")


@pytest.mark.parametrize("shape", LARGE)
@pytest.mark.parametrize("kind", ["flat", "random", "few levels", "runs"])
def test_images_of_several_blocks(shape, kind):
    if kind == "runs":
        images = np.repeat(levels((*shape[:2], -(-shape[2] // 50)), 1, 255), 50, axis=2)[:, :, : shape[2]].copy()
    else:
        images = levels(shape, 1, {"flat": 0, "few levels": 2, "random": 255}[kind])
    files = encoded(images, "numpy")
    assert_right(images, files)
    pytest.importorskip("numba")
    assert encoded(images, "numba") == files


@pytest.mark.parametrize("which", TWINS)
def test_a_file_does_not_depend_on_its_neighbours(which):
    # Each of another kind, so that another table is best for each.
    strips = digits("fill", 300, 30)
    images = np.concatenate([strips, 255 - strips, levels(strips.shape, 1, 255), strips * 0, noisy(strips)])
    images = images[np.arange(len(images)).reshape(5, 30).T.reshape(-1)]
    files = encoded(images, which)
    assert_right(images, files)
    assert files == [encoded(image[None], which)[0] for image in images]


@pytest.mark.parametrize("which", TWINS)
def test_memory_may_lie_in_any_order_and_be_read_only(which):
    strips = levels((4, 12, 40), 1, 9)
    files = encoded(strips, which)
    assert encoded(np.asfortranarray(strips), which) == files
    assert encoded(strips[:, ::-1][:, ::-1][::1], which) == files
    assert encoded(np.repeat(strips, 2, axis=2)[:, :, ::2], which) == files
    strips.flags.writeable = False
    assert encoded(strips, which) == files


@pytest.mark.parametrize("which", TWINS)
def test_more_strips_than_are_done_at_once(which):
    strips = digits("fill", 300, 400)
    assert_right(strips, encoded(strips, which))


def test_pngcheck_finds_nothing(tmp_path):
    if not shutil.which("pngcheck"):
        pytest.skip("pngcheck is not installed")
    images = np.concatenate([digits("fill", 300, 3), levels((3, 28, 300), 1, 255), np.zeros((1, 28, 300), np.uint8)])
    for number, file in enumerate(png_encode(images)):
        (tmp_path / f"{number}.png").write_bytes(file)
    subprocess.run(["pngcheck", "-q", *sorted(tmp_path.iterdir())], check=True)


# Small where it should be


@pytest.mark.parametrize("noise", [False, True])
@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize(
    ("sizing", "width"), [("fill", 160), ("fill", 230), ("fill", 300), ("fill", 400), ("pad", 400)]
)
def test_strips_are_as_small_as_those_of_opencv(sizing, width, invert, noise):
    strips = digits(sizing, width, 60, invert)
    if noise:
        strips = noisy(strips)
    ours = sum(map(len, png_encode(strips)))
    theirs = sum(len(cv2.imencode(".png", strip)[1]) for strip in strips)
    assert ours <= (1.15 if noise else 1.05) * theirs


def test_noise_is_stored():
    images = levels((2, 300, 600), 1, 255)
    raw = 300 * 601
    # Signature, header, end, what is around the data; the stream's own head and check; three blocks.
    assert [len(file) for file in png_encode(images)] == [8 + 25 + 12 + 12 + 6 + raw + 3 * 5] * 2


def test_a_flat_image_is_a_few_bytes():
    # Matches of 258 under the fixed table take 13 bits, those of the trained ones fewer behind a longer header.
    assert len(png_encode(np.zeros((1, 1, 1), np.uint8))[0]) <= 70
    assert len(png_encode(np.zeros((1, 28, 300), np.uint8))[0]) <= 130


# What is asked


@pytest.mark.parametrize(
    ("images", "said"),
    [
        (np.zeros((1, 4, 4)), "float64"),
        (np.zeros((1, 4, 4), np.int8), "int8"),
        (np.zeros((1, 4, 4), bool), "bool"),
        (np.zeros((4, 4), np.uint8), r"\(4, 4\)"),
        (np.zeros((1, 4, 4, 1), np.uint8), r"\(1, 4, 4, 1\)"),
        ([[[0]]], "list"),
        (np.zeros((1, 0, 4), np.uint8), "0 x 4"),
        (np.zeros((1, 4, 0), np.uint8), "4 x 0"),
        (np.broadcast_to(np.uint8(0), (1, 2**15, 2**15)), "32768 x 32768"),
    ],
)
def test_what_is_no_batch_of_grey_images_is_refused(images, said):
    with pytest.raises(InputError, match=f"{said}.*allowed: "):
        png_encode(images)


@pytest.mark.parametrize("which", TWINS)
def test_no_images_are_no_files(which):
    assert encoded(np.zeros((0, 28, 300), np.uint8), which) == []


def test_a_small_job_needs_neither_numba_nor_opencv():
    code = """
import sys
import numpy as np
from mygenerator.sinks.png.encoder import png_encode
png_encode(np.zeros((10, 28, 300), np.uint8))
assert not {"numba", "cv2", "PIL"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# The tables


@pytest.mark.parametrize("table", TRAINED)
def test_every_symbol_has_a_code_and_no_code_is_left(table):
    lengths = [int(digit, 16) for digit in table.lengths]
    assert len(lengths) == 286
    assert min(lengths) >= 1
    assert sum(2 ** (15 - length) for length in lengths) == 2**15


def test_a_token_is_shorter_than_a_word_and_the_sums_of_bits_fit():
    known = tables()
    bits = known.entries & SIZE
    # Three tokens and seven bits that are kept of others make a word of 64.
    assert 3 * bits.max() + 7 <= 64
    assert BLOCK * int(bits[:, :END].max()) < 2**21
    assert (known.entries >> 6 < 2**bits).all()


def test_tables_are_trained_anew():
    tool = runpy.run_path(str(ROOT / "tools" / "train_png_table.py"))
    made: dict = {}
    exec(tool["trained_text"](4), made)
    for table in made["TRAINED"]:
        lengths = [int(digit, 16) for digit in table.lengths]
        assert sum(2 ** (15 - length) for length in lengths) == 2**15
        # The header, an end, an empty stored block that is the last: what any decoder reads.
        bits = int(table.header, 16)
        assert bits < 2**table.header_bits
        assert bits & 0b111 == 0b100
