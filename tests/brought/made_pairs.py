"""Pairs of images and labels in all the forms that people have them in, made of the embedded digits."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
from functools import cache
from pathlib import Path

import numpy as np

from mygenerator.config import config_load
from mygenerator.glyphs.optdigits import embedded_source

TRAIN, TEST = 300, 100
"""How many digits the two pairs have, by which a test knows them."""

FOUR = "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"


@cache
def real_digits() -> tuple[np.ndarray, np.ndarray]:
    """Handwritten digits on canvases of 28 x 28 as MNIST has them, white on black, and their labels."""
    source = embedded_source()
    images = np.frombuffer(source.images.read_bytes()[16:], np.uint8).reshape(-1, 20, 20)
    return np.pad(images, ((0, 0), (4, 4), (4, 4))), np.frombuffer(source.labels.read_bytes()[8:], np.uint8)


def half(part: str) -> tuple[np.ndarray, np.ndarray]:
    """The images and labels of the training or the test pair."""
    rows = slice(0, TRAIN) if part == "train" else slice(TRAIN, TRAIN + TEST)
    images, labels = real_digits()
    return images[rows], labels[rows]


def idx(values: np.ndarray) -> bytes:
    """The content of an idx file."""
    return struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.tobytes()


def int_rows(labels: np.ndarray) -> bytes:
    """Labels as QMNIST has them: rows of eight big-endian int32, the digit first."""
    rows = np.zeros((len(labels), 8), ">i4")
    rows[:, 0] = labels
    return struct.pack(">4B2I", 0, 0, 12, 2, *rows.shape) + rows.tobytes()


def four() -> dict[str, bytes]:
    """MNIST's four files by name."""
    files = (idx(one) for part in ("train", "test") for one in half(part))
    return dict(zip(FOUR, files, strict=True))


def emnist(*sets: str) -> dict[str, bytes]:
    """EMNIST's files of these sets, which have rows and columns exchanged."""
    return {
        f"emnist-{name}-{part}-{kind}": idx(np.ascontiguousarray(one.transpose(0, 2, 1)) if one.ndim == 3 else one)
        for name in sets
        for part in ("train", "test")
        for kind, one in zip(("images-idx3-ubyte", "labels-idx1-ubyte"), half(part), strict=True)
    }


def put(folder: Path, files: dict[str, bytes], packed: bool = False) -> Path:
    """A folder with these files."""
    for name, data in files.items():
        path = folder / (name + ".gz" * packed)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data, 1) if packed else data)
    return folder


def pair(folder: Path, images: np.ndarray, labels: np.ndarray, prefix: str = "") -> Path:
    """A folder with one pair."""
    return put(folder, {f"{prefix}images-idx3-ubyte": idx(images), f"{prefix}labels-idx1-ubyte": idx(labels)})


def npz(path: Path, **arrays: np.ndarray) -> Path:
    """An .npz file; by default that of Keras."""
    path.parent.mkdir(parents=True, exist_ok=True)
    names = dict(zip(("x_train", "y_train", "x_test", "y_test"), (*half("train"), *half("test")), strict=True))
    np.savez_compressed(path, **(arrays or names))
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def tarred(path: Path, files: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


def torchvision(tmp: Path) -> Path:
    """The root that torchvision downloads MNIST to; the packed files stay beside the unpacked ones."""
    put(tmp / "data" / "MNIST" / "raw", four(), packed=True)
    put(tmp / "data" / "MNIST" / "raw", four())
    return tmp / "data"


def of(path: Path, part: str) -> str:
    """What a user writes for a part."""
    return f"{path}:{part}"


def warnings_in(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def configured(tmp_path: Path, **entry: object) -> dict:
    (tmp_path / "my.yaml").write_text(
        f"datasets: {{mine: {entry!r}}}".replace("True", "true").replace("False", "false")
    )
    return config_load(tmp_path / "my.yaml")
