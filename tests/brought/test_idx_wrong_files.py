"""Files that are not what their names promise: refused by what they are."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs
from tests.brought.cases import Case, check, each, refused
from tests.brought.made_pairs import (
    FOUR,
    four,
    half,
    idx,
    npz,
    pair,
    put,
)
from tests.brought.permissions import as_any_user


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


IMAGES = idx(half("train")[0])
HEAD = IMAGES[4:16]
WRONG = [
    Case(
        "a page", "browser", lambda: b"<!DOCTYPE html>\n<html>404</html>", refused("an HTML page", "download it again")
    ),
    Case(
        "a packed page", "proxy", lambda: gzip.compress(b"<html>Sign in</html>"), refused("a gzip file of an HTML page")
    ),
    Case(
        "access denied",
        "S3",
        lambda: b'<?xml version="1.0"?><Error><Code>AccessDenied</Code>',
        refused("XML .*AccessDenied"),
    ),
    Case(
        "packed twice",
        "browser",
        lambda: gzip.compress(gzip.compress(IMAGES)),
        refused("gzip inside gzip", "unpack it once"),
    ),
    Case(
        "floats",
        "numpy",
        lambda: b"\0\0\x0d\3" + HEAD + b"-" * 99,
        refused("float32 with 3 dimensions .300 x 28 x 28."),
    ),
    Case("doubles", "numpy", lambda: b"\0\0\x0e\3" + HEAD, refused("float64 with 3 dimensions")),
    Case("whole numbers", "numpy", lambda: gzip.compress(b"\0\0\x0c\3" + HEAD), refused("an idx file of int32 with 3")),
    Case("labels in its place", "copied twice", lambda: idx(half("train")[1]), refused("uint8 with 1 dimension .300.")),
    Case(
        "colour",
        "SVHN export",
        lambda: struct.pack(">4B4I", 0, 0, 8, 4, 9, 28, 28, 3),
        refused("4 dimensions .9 x 28 x 28 x 3."),
    ),
    Case("flat rows", "numpy", lambda: struct.pack(">4B2I", 0, 0, 8, 2, 300, 784), refused("2 dimensions .300 x 784.")),
    Case("xz", "repacked", lambda: lzma.compress(IMAGES[:999]), refused("packed with xz", "unpack it")),
    Case("bzip2", "repacked", lambda: bz2.compress(IMAGES[:999]), refused("packed with bzip2")),
    Case("a zip", "Windows", lambda: b"PK\3\4" + bytes(40), refused(r"a \.zip archive")),
    Case("nothing", "full disk", lambda: b"", refused(r"an empty file \(0 bytes\)", "download or copy it again")),
    Case("zeros", "broken copy", lambda: bytes(5000), refused("zeros from its first byte on")),
    Case("cut off", "broken download", lambda: gzip.compress(IMAGES)[:-99], refused("truncated or damaged")),
    Case("cut to its first bytes", "broken download", lambda: gzip.compress(IMAGES)[:9], refused("truncated or empty")),
    Case(
        "a pointer",
        "Git LFS",
        lambda: b"version https://git-lfs.github.com/spec/v1\noid",
        refused("pointer of Git LFS", "git lfs pull"),
    ),
    Case("an array", "numpy", lambda: b"\x93NUMPY\1\0v\0{'descr'", refused(r"a numpy array \(.npy\)")),
    Case("text", "notes", lambda: b"see the other folder\n", refused("it is text")),
]


@each(WRONG)
@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_wrong_file_is_refused_by_what_it_is(tmp_path, case, ending):
    folder = pair(tmp_path / "m", *half("train"), "train-")
    path = folder / "train-images-idx3-ubyte"
    path.unlink()
    path.with_name(path.name + ending).write_bytes(case.bring())
    check(case, lambda: load_glyphs(folder))
    check(Case("its name", "", lambda: None, refused(path.name)), lambda: load_glyphs(folder))


WRONG_NPZ = [
    Case("objects", "numpy", {"x_train": np.array([{}]), "y_train": np.zeros(1, int)}, refused("holds object")),
    Case("other names", "own export", {"images": half("train")[0]}, refused("holds images; allowed: .*x_train")),
    Case(
        "floats",
        "own export",
        {"x_train": half("train")[0] / 255, "y_train": half("train")[1]},
        refused("float64, 300 x 28"),
    ),
    Case(
        "colour",
        "own export",
        {"x_train": np.zeros((2, 9, 9, 3), np.uint8), "y_train": np.zeros(2, int)},
        refused("2 x 9 x 9 x 3"),
    ),
    Case(
        "large",
        "own export",
        {"x_train": np.zeros((2, 300, 9), np.uint8), "y_train": np.zeros(2, int)},
        refused("300 x 9 pixels"),
    ),
    Case(
        "one-hot labels",
        "own export",
        {"x_train": half("train")[0], "y_train": np.eye(10)[half("train")[1]]},
        refused("y_train", "float64, 300 x 10"),
    ),
    Case(
        "too few labels",
        "own export",
        {"x_train": half("train")[0], "y_train": half("train")[1][1:]},
        refused("300 images, but 299 labels"),
    ),
    Case(
        "letters",
        "EMNIST",
        {"x_train": half("train")[0], "y_train": half("train")[1] + np.uint8(1)},
        refused("label in row .* is 10; allowed: the digits"),
    ),
]


@each(WRONG_NPZ)
def test_a_wrong_npz_file_is_refused_with_the_reason(tmp_path, case):
    path = npz(tmp_path / "mnist.npz", **case.bring)
    check(case, lambda: load_glyphs(path))


def test_a_damaged_npz_file_is_refused_by_name(tmp_path):
    path = npz(tmp_path / "mnist.npz")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 255
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"mnist\.npz: the \.npz file is unreadable, truncated or damaged"):
        load_glyphs(path)


def test_an_npz_header_that_claims_hundreds_of_megabytes_is_refused_before_it_is_read(tmp_path):
    array = b"\x93NUMPY\x02\x00" + (600_000_000).to_bytes(4, "little") + bytes(100)
    with zipfile.ZipFile(tmp_path / "mnist.npz", "w") as file:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            file.writestr(f"{name}.npy", array)
    with pytest.raises(InputError, match="the header claims 600,000,000 bytes"):
        load_glyphs(tmp_path / "mnist.npz")


def four_given(folder: Path) -> Path:
    return put(folder, four())


LOCKED = [
    Case("the images of a folder", "copied by root", lambda f: (four_given(f), FOUR[0]), FOUR[0]),
    Case("the labels of a folder", "copied by root", lambda f: (four_given(f), FOUR[1]), FOUR[1]),
    Case(
        "the labels of a file", "copied by root", lambda f: (four_given(f) / FOUR[0], f"../{f.name}/{FOUR[1]}"), FOUR[1]
    ),
    Case("the file itself", "copied by root", lambda f: (four_given(f) / FOUR[0], f"../{f.name}/{FOUR[0]}"), FOUR[0]),
    Case("mnist.npz", "Keras", lambda f: (npz(f / "mnist.npz"), ""), "mnist.npz"),
    Case("mnist.npz in a folder", "Keras", lambda f: (npz(f / "mnist.npz").parent, "mnist.npz"), "mnist.npz"),
]
LOAD = "import sys; from mygenerator.glyphs import load_glyphs; load_glyphs(sys.argv[1])"


@each(LOCKED)
def test_a_file_that_may_not_be_read_is_told_with_its_rights_and_never_removed(tmp_path, case):
    before = as_any_user()
    given, locked = case.bring(tmp_path / "m")
    path = (given.parent / locked if given.is_file() else given / locked) if locked else given
    os.chmod(path, 0)
    done = subprocess.run(
        [*before, sys.executable, "-c", LOAD, str(given)], capture_output=True, text=True, check=False
    )
    told = done.stderr.splitlines()[-1]
    assert f"{case.right}: the" in told
    assert "unreadable (Permission denied); change its rights so that you can read it" in told
    assert "remove" not in told
    assert "partner" not in told
