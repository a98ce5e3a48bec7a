"""Pairs of the wrong polarity or orientation: dark ink on light paper, rows and columns exchanged."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import GlyphSet, load_glyphs
from tests.brought.cases import Case, check, each
from tests.brought.made_pairs import (
    configured,
    half,
    pair,
    put,
    warnings_in,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


# Polarity


def faded(images: np.ndarray, paper: int, ink: int) -> np.ndarray:
    """White on black as ink of one level on paper of another."""
    return (paper + (images.astype(np.int32) * (ink - paper)) // 255).astype(np.uint8)


def papers_of_their_own(images: np.ndarray) -> np.ndarray:
    """Dark ink on paper of another level for each image, 150 to 249."""
    return np.stack([faded(image, 150 + k % 100, 30) for k, image in enumerate(images)])


def shares_of_ink(glyphs: GlyphSet) -> np.ndarray:
    return (glyphs.images >= 64).mean(axis=(1, 2))


def as_it_is(images: np.ndarray) -> np.ndarray:
    return images


def cropped(images: np.ndarray) -> np.ndarray:
    """Cut to the ink: it touches all four sides."""
    return images[:, 4:24, 4:24]


def noisy_white(images: np.ndarray) -> np.ndarray:
    """Dark ink on paper of 250 to 252."""
    return faded(images, 252, 3) - (np.arange(784) % 3).reshape(28, 28).astype(np.uint8)


POLARITY = [
    Case("white on black", "MNIST", (as_it_is, as_it_is), 1.0),
    Case("black on white", "own export", (as_it_is, lambda images: 255 - images), 1.0),
    Case("grey paper", "scans in an idx file", (as_it_is, lambda images: faded(images, 230, 30)), 0.98),
    Case("dark grey paper", "photos in an idx file", (as_it_is, lambda images: faded(images, 110, 20)), 0.8),
    Case("white ink on grey paper", "blackboard", (as_it_is, lambda images: faded(images, 90, 250)), 0.98),
    Case("paper of many levels", "photos in an idx file", (as_it_is, papers_of_their_own), 0.9),
    Case("nearly white paper with noise", "JPEG in an idx file", (as_it_is, noisy_white), 0.98),
    Case("cropped, black on white", "own export", (cropped, lambda images: 255 - images), 1.0),
    Case("cropped, white on black", "UCI", (cropped, as_it_is), 1.0),
]


@each(POLARITY)
def test_a_pair_is_turned_as_a_whole(tmp_path, case):
    images, labels = half("train")
    prepare, turn = case.bring
    right = load_glyphs(pair(tmp_path / "right", prepare(images), labels))
    glyphs = load_glyphs(pair(tmp_path / "given", turn(prepare(images)), labels))
    rows, ours, theirs = np.intersect1d(right.rows, glyphs.rows, return_indices=True)
    assert len(rows) >= 0.98 * len(right.rows)
    one, other = right.images[ours] >= 64, glyphs.images[theirs] >= 64
    same = (one & other).sum(axis=(1, 2)) / (one | other).sum(axis=(1, 2))
    assert same.mean() >= case.right, same.mean()
    assert same.min() >= case.right - 0.1, same.min()


def blocks(paper: int, ink: int, margin: int = 2) -> np.ndarray:
    images = np.full((20, 28, 28), paper, np.uint8)
    images[:, margin : 28 - margin, margin : 28 - margin] = ink
    return images


BLOCKS = [
    Case("white blocks on black paper", "display font", lambda: blocks(0, 255), (24, 24)),
    Case("black blocks on white paper", "display font", lambda: blocks(255, 0), (24, 24)),
    Case("blocks and no paper", "display font", lambda: blocks(255, 255), (28, 28)),
    Case("grey blocks on black paper", "display font", lambda: blocks(0, 100), (24, 24)),
]


@each(BLOCKS)
def test_a_solid_block_of_ink_is_a_glyph(tmp_path, case):
    folder = pair(tmp_path / "blocks", case.bring(), np.arange(20, dtype=np.uint8) % 10)
    glyphs = load_glyphs(folder)
    assert len(glyphs) == 20
    x0, y0, x1, y1 = glyphs.boxes[0]
    check(case, lambda: (x1 - x0, y1 - y0))


def test_ink_that_can_hardly_be_told_from_paper_is_refused(tmp_path):
    images, labels = half("train")
    with pytest.raises(InputError, match=r"paper and ink of these images differ by 20 levels .*paper 200, ink 180"):
        load_glyphs(pair(tmp_path / "faint", faded(images, 200, 180), labels))


def test_turned_glyphs_are_other_content_than_those_used_as_they_are(tmp_path):
    images, labels = half("train")
    given = load_glyphs(pair(tmp_path / "given", 255 - images, labels))
    old = hashlib.sha256(f"idx {images.shape} (1, 1)".encode() + labels.tobytes() + (255 - images).tobytes())
    assert given.content != old.hexdigest()
    upright = hashlib.sha256(f"idx {images.shape} (1, 1)".encode() + labels.tobytes() + images.tobytes())
    assert load_glyphs(pair(tmp_path / "upright", images, labels)).content == upright.hexdigest()


def test_a_pair_of_both_polarities_is_said(tmp_path, caplog):
    images, labels = half("train")
    load_glyphs(pair(tmp_path / "mixed", np.concatenate([images[:280], 255 - images[280:]]), labels))
    (said,) = warnings_in(caplog)
    assert "20 of 300 images have a bright border" in said


# Orientation


def lying(images: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(images.transpose(0, 2, 1))


def stands(glyphs: GlyphSet) -> bool:
    """Whether the 1s are taller than wide."""
    boxes = glyphs.boxes[glyphs.starts[1] : glyphs.starts[2]]
    return bool(np.mean(boxes[:, 3] - boxes[:, 1] > boxes[:, 2] - boxes[:, 0]) > 0.5)


NAMED = "emnist-digits-test-"
ORIENTATION = [
    Case("its own file", "EMNIST", (NAMED, lying, {}), (True, "taken for one of EMNIST's files")),
    Case("its own file, capitals", "EMNIST", ("EMNIST-MNIST-train-", lying, {}), (True, "taken for one of EMNIST's")),
    Case(
        "few digits of it",
        "EMNIST",
        (NAMED, lambda images: lying(images)[:40], {}),
        (True, "taken for one of EMNIST's"),
    ),
    Case("set upright by somebody", "EMNIST", (NAMED, lambda images: images, {}), (True, "the 1s stand upright, so")),
    Case("the configuration says it lies", "EMNIST", (NAMED, lying, {"transposed": True}), (True, "")),
    Case("the configuration says it stands", "EMNIST", (NAMED, lying, {"transposed": False}), (False, "")),
    Case("under another name", "EMNIST", ("", lying, {}), (False, "the 1s lie on their side; if rows")),
    Case("another name, configured", "EMNIST", ("", lying, {"transposed": True}), (True, "")),
    Case("MNIST", "MNIST", ("t10k-", lambda images: images, {}), (True, "")),
    Case("black on white", "EMNIST", (NAMED, lambda images: 255 - lying(images), {}), (True, "taken for one of")),
]


@each(ORIENTATION)
def test_digits_stand_upright(tmp_path, case, caplog):
    prefix, turn, entry = case.bring
    images, labels = half("train")
    turned = turn(images)
    pair(tmp_path / "d", turned, labels[: len(turned)], prefix)
    glyphs = load_glyphs("mine", configured(tmp_path, path="d", **entry))
    assert stands(glyphs) == case.right[0]
    said = warnings_in(caplog)
    assert len(said) == bool(case.right[1])
    assert case.right[1] in "".join(said)


def test_a_file_of_emnist_s_size_is_known_under_any_name(tmp_path, caplog):
    images, labels = half("train")
    # As many as EMNIST's test digits, so small that they are quickly made.
    small = np.resize(lying(images)[:, ::2, ::2], (40_000, 14, 14))
    glyphs = load_glyphs(pair(tmp_path / "d", small, np.resize(labels, 40_000)))
    assert stands(glyphs)
    assert "taken for one of EMNIST's files" in "".join(warnings_in(caplog))


def test_transposed_is_refused_for_a_folder_of_characters(tmp_path):
    put(tmp_path / "scans" / "7", {"a.png": b"-"})
    with pytest.raises(ValueError, match="transposed is given for a folder of characters"):
        load_glyphs("mine", configured(tmp_path, path="scans", transposed=True))


def test_the_digest_of_emnist_s_digits_is_that_of_the_built_in_source(tmp_path):
    images, labels = half("test")
    old = hashlib.sha256(f"idx {images.shape} (1, 1) transposed".encode() + labels.tobytes() + lying(images).tobytes())
    assert load_glyphs(pair(tmp_path / "d", lying(images), labels, NAMED)).content == old.hexdigest()
