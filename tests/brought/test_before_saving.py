"""Images that cannot be used are found before anything is written, and what is not saved is said before."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas
import pytest
from PIL import Image

from mygenerator import ImageDataset, Recipe
from mygenerator.errors import InputError
from tests.brought.cases import Case, check, each, refused
from tests.brought.made_images import INK, pictures, saved, tiff

PNG = saved(INK, "PNG")
JPEG = saved(Image.fromarray(np.kron(INK, np.ones((4, 4), np.uint8))), "JPEG")
WEBP = saved(INK, "WEBP", lossless=True)
BMP = saved(INK, "BMP")


def folder(place: Path, data: bytes, name: str = "scan.png") -> Path:
    """Two labels with an image each, and a third image of these bytes."""
    for label in "12":
        (place / "digits" / label).mkdir(parents=True)
        (place / "digits" / label / "a.png").write_bytes(PNG)
    (place / "digits" / "2" / name).write_bytes(data)
    return place / "digits"


def saves(data: bytes, name: str = "scan.png", **options: object) -> Callable[[Path], None]:
    """Save such a folder to `out`."""
    return lambda place: ImageDataset(folder(place, data, name), seed=1, **options).save(place / "out", shard_size=1)


def by_recipe(data: bytes, name: str) -> Callable[[Path], None]:
    def run(place: Path) -> None:
        folder(place, data, name)
        recipe = place / "recipe.yaml"
        recipe.write_text(
            f"images: {{path: '{(place / 'digits').as_posix()}', image_suffix: '*'}}\n"
            "steps:\n  - remove_white_padding: {inverse: true}\n",
            encoding="utf-8",
        )
        Recipe.read(recipe).dataset().save(place / "out")

    return run


def by_table(place: Path) -> None:
    images = folder(place, PNG[:-20])
    table = pandas.DataFrame({"uri": ["1/a.png", "2/scan.png"], "label": ["1", "2"]})
    ImageDataset(images, meta=table, seed=1).save(place / "out")


DAMAGED = [
    Case("text in a folder of images", "person", saves(b"my notes", "notes.txt", image_suffix="*"), refused("text")),
    Case("text in the folder of a recipe", "person", by_recipe(b"my notes", "notes.txt"), refused("text")),
    Case(
        "bytes that are nothing known",
        "broken copy",
        saves(bytes(range(7, 99)), "blob", image_suffix="*"),
        refused("blob: this is not an image, or it is truncated or damaged"),
    ),
    Case("bytes in the folder of a recipe", "broken copy", by_recipe(bytes(range(7, 99)), "blob"), refused("blob: th")),
    Case(
        "text with an image's name", "web scraper", saves(b"not found"), refused(r"scan\.png: this is not an image bu")
    ),
    Case("a page with an image's name", "web scraper", saves(b"<html></html>"), refused(r"scan\.png: .*an HTML page")),
    Case("an empty image", "full disk", saves(b""), refused(r"scan\.png: .*empty file", "copy it again")),
    Case("a pattern for text", "slip", saves(b"7", "a.txt", image_suffix="*.txt"), refused(r"a\.txt: .*but text")),
    Case("half a PNG", "broken download", saves(PNG[: len(PNG) // 2]), refused(r"scan\.png: .*PNG file is trunc")),
    Case(
        "a PNG with a changed byte",
        "broken disk",
        saves(PNG[:50] + bytes([PNG[50] ^ 1]) + PNG[51:]),
        refused(r"scan\.png: this PNG file is truncated or damaged; copy or save it again"),
    ),
    Case("half a JPEG", "broken download", saves(JPEG[: len(JPEG) // 2]), refused(r"scan\.png: this JPEG file is tr")),
    Case("half a WebP", "broken download", saves(WEBP[: len(WEBP) // 2]), refused(r"scan\.png: this WebP file is tr")),
    Case("half a TIFF", "broken scanner", saves(tiff(INK, 1)[:200]), refused(r"scan\.png: this TIFF file is trunc")),
    Case("half a BMP", "old Windows", saves(BMP[:60]), refused(r"scan\.png: this is not an image, or it is truncated")),
    Case("several pages", "scanner", saves(pictures(3, "TIFF"), "a.png"), refused(r"a\.png: .*holds 3 pages")),
    Case("an animation", "web", saves(pictures(3, "PNG"), "a.png"), refused(r"a\.png: .*holds 3 images")),
    Case("a HEIC image", "iPhone", saves(b"\0\0\0\x18ftypheic" + bytes(99)), refused(r"scan\.png: .*a HEIC image")),
    Case("a row whose image is torn", "script", by_table, refused(r"meta, row 1, .*scan\.png: this PNG file is trunc")),
]


@each(DAMAGED)
def test_an_image_that_cannot_be_used_is_found_before_anything_is_written(case, tmp_path):
    check(case, lambda: case.bring(tmp_path))
    assert not (tmp_path / "out").exists()


def test_only_the_images_that_are_asked_for_have_to_be_whole(tmp_path):
    ds = ImageDataset(folder(tmp_path, PNG[:-20], "z.png"), seed=1)
    assert ds.save(tmp_path / "out", nrows=2).made == 2
    with pytest.raises(InputError, match=r"z\.png: this PNG file is truncated or damaged"):
        ds.save(tmp_path / "all")
    assert not (tmp_path / "all").exists()


def test_a_reader_of_one_s_own_reads_files_that_are_no_images(tmp_path):
    class OfArrays(ImageDataset):
        @staticmethod
        def read_image(source):
            return np.load(source)

    (tmp_path / "digits" / "7").mkdir(parents=True)
    np.save(tmp_path / "digits" / "7" / "a.npy", INK)
    report = OfArrays(tmp_path / "digits", image_suffix="*.npy", seed=1).save(tmp_path / "out")
    assert report.made == 1
    assert np.array_equal(np.asarray(Image.open(io.BytesIO((tmp_path / "out" / "img_0.png").read_bytes()))), INK)


def test_columns_of_a_table_of_images_that_are_not_saved_are_said(tmp_path, caplog):
    caplog.set_level("INFO", logger="mygenerator")
    images = folder(tmp_path, PNG)
    table = pandas.DataFrame({"uri": ["1/a.png", "2/a.png"], "label": ["1", "2"], "writer": ["A", "B"], 7: [1, 2]})
    ImageDataset(images, meta=table, seed=1).save(tmp_path / "out")
    assert "columns of the table that are not saved: writer, 7" in caplog.text
    assert (tmp_path / "out" / "meta.csv").read_text(encoding="utf-8").splitlines()[0] == "file_name,label"
    caplog.clear()
    ImageDataset(images, seed=1).save(tmp_path / "more")
    assert "not saved" not in caplog.text
