"""The embedded digits: what the shipped files hold, and that the script in tools/ makes them again."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import mygenerator.data

DATA = Path(mygenerator.data.__file__).parent
IMAGES, LABELS = DATA / "optdigits-images-idx3-ubyte", DATA / "optdigits-labels-idx1-ubyte"
SCRIPT = Path(__file__).parents[1] / "tools" / "build_optdigits.py"
INK = 64


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    content = IMAGES.read_bytes()
    assert content[:16] == bytes([0, 0, 8, 3]) + np.array([1797, 20, 20], ">u4").tobytes()
    return np.frombuffer(content, np.uint8, offset=16).reshape(1797, 20, 20)


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_optdigits", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def load_digits():
    return pytest.importorskip("sklearn.datasets").load_digits()


def test_everything_embedded_stays_under_a_megabyte():
    assert sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) < 1_000_000


def test_the_labels_are_those_of_scikit_learn_in_its_order(load_digits):
    content = LABELS.read_bytes()
    assert content[:8] == bytes([0, 0, 8, 1]) + np.array([1797], ">u4").tobytes()
    np.testing.assert_array_equal(np.frombuffer(content, np.uint8, offset=8), load_digits.target)


def test_the_ink_of_every_digit_reaches_from_the_first_row_to_the_last(images):
    assert (images[:, 0].max(axis=1) >= INK).all()
    assert (images[:, -1].max(axis=1) >= INK).all()


def test_the_ink_of_every_digit_lies_in_the_middle_of_the_width(images):
    columns = (images >= INK).any(axis=1)
    left, right = columns.argmax(axis=1), columns[:, ::-1].argmax(axis=1)
    assert np.isin(right - left, [0, 1]).all()


def test_strokes_are_white_and_paper_is_black_as_in_mnist(images):
    assert (images.max(axis=(1, 2)) == 255).all()
    # Clean paper takes up half of the cell, and grey is found at the edges only: as in MNIST about half of what is
    # not paper.
    assert 0.5 < (images == 0).mean() < 0.8
    grey = (images > 0) & (images < 230)
    assert 0.4 < grey.sum() / (images > 0).sum() < 0.6


def test_hardly_a_digit_has_a_blank_row_or_column_inside(images):
    ink = images >= INK
    broken = 0
    for axis in (1, 2):
        lines = ink.any(axis=axis)
        first, last = lines.argmax(axis=1), lines.shape[1] - lines[:, ::-1].argmax(axis=1)
        broken += (lines.sum(axis=1) < last - first).sum()
    assert broken < 0.01 * len(images)


def test_the_script_makes_the_same_digits_again(builder, load_digits, images):
    some = slice(None, None, 30)
    np.testing.assert_array_equal(builder.enlarge(load_digits.images[some]), images[some])


def test_a_digit_covers_its_source_cells_as_counted(builder, load_digits):
    counts = load_digits.images[:20].astype(np.int64)
    wanted = np.pad(counts * builder.ONE // 16, ((0, 0), (1, 1), (1, 1)))
    coverage = builder.fit_coverage(wanted)
    found = coverage.reshape(20, 10, builder.CELL, 10, builder.CELL).mean(axis=(2, 4))
    assert np.abs(found - wanted).mean() < builder.ONE / 50


def test_a_check_against_other_bytes_fails_and_writes_nothing(builder, monkeypatch, tmp_path, capsys):
    (tmp_path / builder.IMAGES).write_bytes(b"digits")
    monkeypatch.setattr(builder, "DATA", tmp_path)
    monkeypatch.setattr(builder, "build", lambda: {builder.IMAGES: b"other digits"})
    monkeypatch.setattr("sys.argv", ["build_optdigits.py", "--check"])
    assert builder.main() == 1
    assert (tmp_path / builder.IMAGES).read_bytes() == b"digits"
    assert builder.IMAGES in capsys.readouterr().err


@pytest.mark.deep
def test_the_script_makes_the_shipped_files_byte_for_byte(builder):
    assert builder.build() == {path.name: path.read_bytes() for path in (IMAGES, LABELS)}
