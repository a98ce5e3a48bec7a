"""What the tests of glyph sources share: a home folder of their own, and small sources made by hand."""

import gzip
import io
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.rng import Stream
from tests.glyphs.mirrors import Mirrors


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("MYGENERATOR_HOME", str(folder))
    return folder


def _stroke(left: int = 10, right: int = 16, ink: int = 255, size: int = 28) -> np.ndarray:
    image = np.zeros((size, size), np.uint8)
    image[size // 7 : size - size // 7, left:right] = ink
    return image


@pytest.fixture(scope="session")
def stroke() -> Callable[..., np.ndarray]:
    """Draws one upright stroke, white on black: `stroke(left=10, right=16, ink=255, size=28)`."""
    return _stroke


def _digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    row = np.arange(count)
    draws = Stream(1, "digits").integers(row[:, None], [[0, 1, 2]], low=[4, 2, 100], high=[12, 10, 255])
    images = np.stack([_stroke(left, left + wide, value) for left, wide, value in draws])
    return images, (row % 10).astype(np.uint8)


@pytest.fixture(scope="session")
def digits() -> Callable[[int], tuple[np.ndarray, np.ndarray]]:
    """Makes images (count, 28, 28), strokes of many places and widths, and their labels 0, 1, ... 9, 0, ..."""
    return _digits


def _idx_bytes(values: np.ndarray) -> bytes:
    return struct.pack(f">4B{values.ndim}I", 0, 0, 8, values.ndim, *values.shape) + values.astype(np.uint8).tobytes()


@pytest.fixture(scope="session")
def idx_bytes() -> Callable[[np.ndarray], bytes]:
    """The content of an idx file."""
    return _idx_bytes


@pytest.fixture(scope="session")
def write_idx() -> Callable[..., Path]:
    """Writes an idx pair with MNIST's names: `write_idx(folder, images, labels, prefix="t10k", packed=False)`."""

    def write(folder: Path, images: np.ndarray, labels: np.ndarray, prefix: str = "t10k", packed: bool = False) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        for name, values in ((f"{prefix}-images-idx3-ubyte", images), (f"{prefix}-labels-idx1-ubyte", labels)):
            data = _idx_bytes(values)
            (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(data) if packed else data)
        return folder

    return write


@pytest.fixture
def idx_folder(tmp_path: Path, write_idx: Callable[..., Path]) -> Path:
    """A folder with an idx pair of 100 digits."""
    return write_idx(tmp_path / "digits", *_digits(100))


@pytest.fixture
def write_image(tmp_path: Path) -> Callable[[str, np.ndarray], Path]:
    """Writes an image into the folder `scans`, `write_image("7/anna.png", image)`; returns that folder."""

    def write(name: str, image: np.ndarray) -> Path:
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), image)
        return tmp_path / "scans"

    return write


@pytest.fixture
def mirrors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirrors]:
    """Mirrors on the loopback interface; what they fail at they fail at soon."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "0.4")
    server = Mirrors()
    yield server
    server.close()


@pytest.fixture(scope="session")
def zip_of() -> Callable[[dict[str, bytes]], bytes]:
    """The content of a .zip of these files."""

    def packed(files: dict[str, bytes]) -> bytes:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return target.getvalue()

    return packed


@pytest.fixture(scope="session")
def tar_of() -> Callable[[dict[str, bytes]], bytes]:
    """The content of a .tar.gz of these files."""

    def packed(files: dict[str, bytes]) -> bytes:
        target = io.BytesIO()
        with tarfile.open(fileobj=target, mode="w:gz") as archive:
            for name, data in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        return target.getvalue()

    return packed
