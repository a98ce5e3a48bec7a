"""Sources that were right before: the same glyphs and the same bytes in the cache, by stored hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from mygenerator.glyphs import GlyphSet, load_glyphs


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


STORED = {
    "optdigits": (
        "13b99653f9fddddb60d34a5ffc567776ccbec31c961cd52a93f5ba3129e37de0",
        {
            "starts": "c08feee65ac4cb24af6a2c804fd18607d778e03b085dc10e6ecf5f0771eb5c32",
            "images": "8d193ede28fa2c6ae702d6bea4fee7af38837840cbf526e8fefe9520c144e2ec",
            "boxes": "bf06b6ea7b52ea6a221265ba434c835abffcd4e2580915c145e33cf0ec934665",
            "rows": "b301d85fcf97e6b48fd4ba6b4ed60c8294766d19159baf8a7791b6d1dcb5081c",
        },
        "7d8ca82871db4b31eb9e8cac585e78948fb7b3dd63e14f5411d07f2990026d63",
    ),
    "mnist:test": (
        "c7bef77cb9346cf3bd21f605832763c4231af31cfbfe435906971da7e7c69bb6",
        {
            "starts": "eb50d4951af2e0a9543864dc43d1703defa2db07f8cd076e576f91682e97bc07",
            "images": "16786e30505687edbdc51311802f14b0f8b4e5317ceb28255988ea985eee8723",
            "boxes": "c358e9c2cfc1485a6f838f0b18ce9aa2e6779a5dc7c75c46c6f2e42430433370",
            "rows": "3cea9f6a18c9cdbc5548f4a97e5e292e9f74b5631953479b278c2d0a22ce41f9",
        },
        "403f3935429cc5778ca7e48947602ccd7b3d52691e65d3137e9214000cb05400",
    ),
    "mnist-train": (
        "0c6a9e335ccc6a369474968fb8adecc731deae36c1a730fd98ba1fe387e4efbd",
        {
            "starts": "59e53012087ef634b84e8f025c7afb214ffd35b245eb34786ecc13c16d5a334e",
            "images": "0242b2cf872fff2697bd4fe5ef166ac3393417aedc7ff8fa122e512ec84b9879",
            "boxes": "a15a889625216a994c58c1e7e35f16f245e2d5996bcbe717beaa04a315b41239",
            "rows": "8fc9344150374ee645013941a0f6cd6f07dad4b476a9d399dbc9849c4602d561",
        },
        "5feaa78c08e8825897cffd4089ff4f21297db9003dd0295c2e3ddc4b1a86c860",
    ),
}
"""Content, sha256 of each array's bytes and of set.json, for sources that were right before pairs were judged."""


def check_stored(glyphs: GlyphSet, name: str) -> None:
    content, arrays, facts = STORED[name]
    assert glyphs.content == content
    assert {one: hashlib.sha256(getattr(glyphs, one).tobytes()).hexdigest() for one in arrays} == arrays
    assert glyphs.folder is not None
    assert hashlib.sha256((glyphs.folder / "set.json").read_bytes()).hexdigest() == facts


def test_the_embedded_digits_are_those_that_they_were():
    check_stored(load_glyphs("optdigits"), "optdigits")


def test_mnist_s_test_digits_are_those_that_they_were(mnist_folder):
    check_stored(load_glyphs(mnist_folder), "mnist:test")


@pytest.mark.deep
def test_mnist_s_training_digits_are_those_that_they_were(mnist_folder):
    folder = mnist_folder.parent / "mnist-train"
    if not folder.is_dir():
        pytest.skip("there is no folder mnist-train beside mnist")
    check_stored(load_glyphs(folder), "mnist-train")
