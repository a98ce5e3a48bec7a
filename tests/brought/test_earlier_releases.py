"""Image files that earlier releases read otherwise: their data sets are not gone on with in other pixels.

The digests of earlier releases are computed here as they did: from the files alone.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mygenerator import ImageDataset, NlpDataset, TextToImage
from mygenerator.dataset.base import texts_digest
from mygenerator.errors import FolderConflictError
from mygenerator.glyphs import load_glyphs
from tests.brought.cases import Case, each
from tests.brought.made_images import INK, as_stored, exif, exif_as_text, saved, tiff

SIXTEEN = INK.astype(np.uint16) * 257
OPAQUE = np.full_like(INK, 255)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))


def inked(ink: int, paper: int, alpha_of_paper: int = 0) -> np.ndarray:
    """RGBA: ink of one level, and paper whose colour is hidden where it is transparent."""
    level = np.where(INK < 128, ink, paper).astype(np.uint8)
    return np.dstack([level, level, level, np.where(INK < 128, 255, alpha_of_paper).astype(np.uint8)])


def turned_sheet() -> np.ndarray:
    """A sheet of grey paper with dark ink, transparent at one corner."""
    sheet = np.dstack([np.where(INK < 128, 10, 120).astype(np.uint8)] * 3 + [OPAQUE])
    sheet[:3, :3, 3] = 0
    return sheet


def soft_ink() -> np.ndarray:
    """Bright ink of two levels whose black paper was made transparent."""
    image = inked(250, 0)
    image[17:20, 8:13, :3] = 200
    return image


def level_transparent() -> bytes:
    return saved(np.where(INK < 128, 0, 9).astype(np.uint8), "PNG", transparency=9)


READ = [
    Case("PNG, grey", "scanner", lambda: saved(INK, "PNG"), "as before"),
    Case("PNG, 16 bits", "scanner", lambda: saved(SIXTEEN, "PNG"), "as before"),
    Case("PNG, 12 bits in 16", "industrial camera", lambda: saved(INK.astype(np.uint16) * 16, "PNG"), "anew"),
    Case("TIFF, 16 bits", "scanner", lambda: saved(SIXTEEN, "TIFF"), "as before"),
    Case("TIFF, 10 bits in 16", "industrial camera", lambda: saved(INK.astype(np.uint16) * 4, "TIFF"), "anew"),
    Case("TIFF, 16 bits, 0 is white", "scanner", lambda: tiff(65535 - SIXTEEN, 0), "anew"),
    Case("TIFF, 0 is white", "fax", lambda: tiff(255 - INK, 0), "as before"),
    *(
        Case(f"{form}, orientation {turn}", "phone photo", lambda form=form, turn=turn: stored(form, turn), right)
        for form, right in (("PNG", "anew"), ("WEBP", "anew"), ("TIFF", "as before"), ("JPEG", "as before"))
        for turn in (3, 6, 8)
    ),
    Case("PNG, orientation 1", "phone photo", lambda: stored("PNG", 1), "as before"),
    Case("PNG, orientation as text", "ImageMagick", lambda: exif_as_text(6), "anew"),
    Case(
        "PNG that looks the same however it is turned",
        "editor",
        lambda: saved(np.full((9, 9), 7, np.uint8), "PNG", exif=exif(6)),
        "as before",
    ),
    Case("PNG, opaque alpha", "screenshot", lambda: saved(np.dstack([INK, OPAQUE]), "PNG"), "as before"),
    Case("PNG, black ink on nothing", "editor", lambda: saved(inked(0, 0), "PNG"), "as before"),
    Case("PNG, white ink on nothing", "editor", lambda: saved(inked(255, 255), "PNG"), "as before"),
    Case("PNG, a sheet with a transparent corner", "turned scan", lambda: saved(turned_sheet(), "PNG"), "anew"),
    Case("PNG, black made transparent", "editor", lambda: saved(soft_ink(), "PNG"), "as before"),
    Case("PNG, one level is transparent", "old web tool", level_transparent, "anew"),
    Case("TIFF, grey and alpha", "editor", lambda: saved(np.dstack([INK * 0, 255 - INK]), "TIFF"), "anew"),
    Case("WebP, black ink on nothing", "web", lambda: saved(inked(0, 0), "WEBP", lossless=True), "as before"),
    Case("BMP", "old Windows", lambda: saved(INK, "BMP"), "as before"),
    Case("GIF", "web", lambda: saved(Image.fromarray(INK), "GIF"), "as before"),
]
"""What people bring, and whether the pixels are those that releases before these rules made of it."""


def stored(form: str, turn: int) -> bytes:
    options = {"lossless": True} if form == "WEBP" else {}
    return saved(as_stored(turn), form, exif=exif(turn), **options)


def folder_of(tmp_path: Path, data: bytes) -> Path:
    """A folder with one image that is plain, and one more."""
    folder = tmp_path / "own" / "7"
    folder.mkdir(parents=True)
    (folder / "a.png").write_bytes(saved(INK, "PNG"))
    (folder / "b.png").write_bytes(data)
    return folder.parent


def old_content(folder: Path) -> str:
    """The content of a folder of glyphs, as earlier releases recorded it."""
    digest = hashlib.sha256(b"folder")
    for path in sorted(folder.glob("*/*")):
        data = path.read_bytes()
        digest.update(b"\0".join([path.parent.name.encode(), path.name.encode(), b"%d" % len(data), data]))
    return digest.hexdigest()


def old_files(folder: Path) -> str:
    """The digest of the images of a folder, as earlier releases recorded it."""
    return texts_digest([hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*/*"))])


@each(READ)
def test_images_have_another_digest_if_and_only_if_they_are_read_otherwise(tmp_path, case):
    folder = folder_of(tmp_path, case.bring())
    digest = ImageDataset(folder, seed=1).describe()["images"]["files_sha256"]
    assert (digest == old_files(folder)) == (case.right == "as before")


@each([case for case in READ if "looks the same" not in case.situation])
def test_glyphs_have_another_content_if_and_only_if_they_are_read_otherwise(tmp_path, case):
    folder = folder_of(tmp_path, case.bring())
    plain = folder_of(tmp_path / "plain", saved(INK, "PNG"))
    assert load_glyphs(plain).content == old_content(plain)
    assert (load_glyphs(folder).content == old_content(folder)) == (case.right == "as before")


def images(folder: Path, out: Path) -> None:
    ImageDataset(folder, seed=1).save(out)


def strips(folder: Path, out: Path) -> None:
    TextToImage(folder, sizing="pad").fit_transform(NlpDataset(["77"], seed=1)).save(out)


def recorded_by_an_earlier_release(out: Path, old: str) -> None:
    """The recipe of a folder, with the digest that an earlier release wrote."""
    path = out / "recipe.json"
    recipe = json.loads(path.read_text())
    for place in (recipe.get("images", {}), *(values for step in recipe.get("steps", ()) for values in step.values())):
        for name in place:
            if name in ("files_sha256", "glyphs_sha256"):
                place[name] = old
    path.write_text(json.dumps(recipe))


RESUMED = [
    Case("images", "phone photo", (images, old_files), r"images\.files_sha256: "),
    Case("glyphs", "phone photo", (strips, old_content), r"glyphs_sha256: "),
]


@each(RESUMED)
def test_a_folder_of_an_earlier_release_is_not_gone_on_with_in_other_pixels(tmp_path, case):
    save, old = case.bring
    folder = folder_of(tmp_path, stored("PNG", 6))
    save(folder, tmp_path / "out")
    recorded_by_an_earlier_release(tmp_path / "out", old(folder))
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}
    with pytest.raises(FolderConflictError, match=f"{case.right}.*an earlier release read them otherwise.*EXIF"):
        save(folder, tmp_path / "out")
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}


@each(RESUMED)
def test_a_folder_of_an_earlier_release_is_gone_on_with_if_its_files_are_read_as_before(tmp_path, case):
    save, old = case.bring
    folder = folder_of(tmp_path, stored("JPEG", 6))
    save(folder, tmp_path / "out")
    recorded_by_an_earlier_release(tmp_path / "out", old(folder))
    save(folder, tmp_path / "out")
