"""Tables of images that people bring: the images that are meant, or an error that names the row and what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset
from mygenerator.errors import InputError
from tests.brought.cases import Case, check, each, refused

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a backslash separates folders there")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with an image of level 30 in a folder."""
    (tmp_path / "scans").mkdir()
    assert cv2.imwrite(str(tmp_path / "scans" / "a.png"), np.full((4, 4), 30, np.uint8))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def table(uri: Any, name: str = "uri") -> Callable[[], ImageDataset]:
    """Two rows, of which the second has this uri."""
    return lambda: ImageDataset(meta=pandas.DataFrame({"label": ["1", "7"], name: ["scans/a.png", uri]}, dtype=object))


READ = (
    Case("a path from the working folder", "script", table("scans/a.png"), 30),
    Case("a Path", "script", table(Path("scans") / "a.png"), 30),
    Case("numpy's text", "script", table(np.str_("scans/a.png")), 30),
    Case("a path with a dot", "shell", table("./scans/../scans/a.png"), 30),
    Case(
        "a folder that each starts from",
        "script",
        lambda: ImageDataset("scans", meta=pandas.DataFrame({"uri": ["a.png", "a.png"]})),
        30,
    ),
)
TYPES = (
    Case("an empty cell", "spreadsheet export", table(""), refused("^meta, row 1: uri is ''", "fill it in, or leave")),
    Case("blanks", "spreadsheet export", table("  "), refused("^meta, row 1: uri is '  '", "fill it in, or leave")),
    Case("a missing cell", "read_csv", table(None), refused("^meta, row 1: there is no uri", "fill it in")),
    Case("a missing number", "read_csv", table(float("nan")), refused("^meta, row 1: there is no uri", "fill it in")),
    Case("a number", "read_csv", table(12), refused("^meta, row 1: uri 12 is of type int", "text", "dtype=str")),
    Case("a number with a point", "read_csv", table(12.0), refused("^meta, row 1: uri 12.0 is of type float")),
    Case("bytes", "HDF5 file", table(b"scans/a.png"), refused("^meta, row 1: uri b'scans/a.png' .* bytes", "decode")),
    Case("an image itself", "script", table(np.zeros((2, 2))), refused("^meta, row 1: .*ndarray", "get_image_fn")),
    Case("an address", "object store", table("s3://b/a.png"), refused("^meta, row 1: 's3://b/a.png' is an address")),
    Case("a NUL", "broken file", table("a\0.png"), refused("^meta, row 1: .*not a path")),
)
GONE = (
    Case(
        "a backslash",
        "Windows",
        table("scans\\a.png"),
        refused(r"^meta, row 1, .*scans\\a.png: .*cannot be read", r"write / in place of \\: 'scans/a\.png' is there"),
    ),
    Case(
        "a path with a drive",
        "Windows",
        table("C:\\scans\\b.png"),
        refused("^meta, row 1, ", r"path of Windows.* give its path on this computer, with /"),
    ),
    Case("a drive and slashes", "Windows", table("D:/scans/b.png"), refused("^meta, row 1, ", "a path of Windows")),
    Case("a backslash, and no such file", "Windows", table("x\\b.png"), refused("^meta, row 1, ", r"write / in place")),
    Case(
        "a blank at the end",
        "spreadsheet export",
        table("scans/a.png "),
        refused("^meta, row 1, ", "take the blanks .* away: 'scans/a.png' is there"),
    ),
    Case("capitals", "Windows", table("scans/A.PNG"), refused("^meta, row 1, ", "'a.png' is there, .* capitals")),
    Case("a typing error", "person", table("scans/b.png"), refused("^meta, row 1, ", "starts from the working folder")),
    Case("a whole path that is gone", "script", table("/gone/b.png"), refused("^meta, row 1, .*gone/b.png: .*cannot")),
    Case("a folder", "script", table("scans"), refused("^meta, row 1, .*scans: .*cannot be read")),
    Case(
        "a folder that it is not in",
        "script",
        lambda: ImageDataset("scans", meta=pandas.DataFrame({"uri": ["a.png", "b.png"]})),
        refused("^meta, row 1, .*b.png: ", "starts from the folder scans"),
    ),
    Case(
        "the folder given twice",
        "script",
        lambda: ImageDataset("scans", meta=pandas.DataFrame({"uri": ["a.png", "scans/a.png"]})),
        refused("^meta, row 1, .*: ", "leave path= out: 'scans/a.png' is there"),
    ),
)


@each(READ)
def test_an_image_is_the_one_that_its_row_names(case):
    check(case, lambda: int(case.bring()[1].image[0, 0]))


@each(TYPES)
def test_a_cell_that_names_no_file_is_refused_before_anything_is_read(case):
    check(case, case.bring)


@posix_only
@each(GONE)
def test_a_file_that_is_not_there_is_named_with_its_row_and_what_to_do(case, tmp_path):
    ds = case.bring()
    for use in (lambda: ds[1].image, lambda: ds.save(tmp_path / "out")):
        check(case, use)
    assert not (tmp_path / "out").exists()


def test_a_damaged_image_is_named_with_its_row(here):
    (here / "scans" / "b.png").write_bytes((here / "scans" / "a.png").read_bytes()[:-8])
    with pytest.raises(InputError, match=r"^meta, row 1, .*b\.png: this PNG file"):
        _ = table("scans/b.png")()[1]


def test_a_folder_s_images_have_no_rows_of_a_table(here):
    (here / "scans" / "7").mkdir()
    (here / "scans" / "7" / "a.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"^/.*7/a\.png: "):
        _ = ImageDataset("scans")[0]


NAMES = (
    "path",
    "URI",
    " uri",
    "\ufeffuri",
    "Uri",
    "file",
    "filename",
    "file_name",
    "File Name",
    "image",
    "img",
    "Datei",
)
"""What other tables call the column; the last is seen by what is in it."""


@pytest.mark.parametrize("name", NAMES)
def test_a_table_that_calls_its_files_otherwise_is_told_to_rename_the_column(name):
    advice = re.escape(f"rename {name!r} to 'uri'")
    with pytest.raises(InputError, match=advice):
        _ = table("scans/a.png", name)()[0]
    with pytest.raises(InputError, match=f"^meta .*{advice}"):
        ImageDataset(meta=pandas.DataFrame({name: ["scans/a.png"]}))


def test_labels_beside_a_column_that_is_called_otherwise_can_be_asked_for():
    assert table("scans/a.png", "path")().labels().tolist() == ["1", "7"]


@pytest.mark.parametrize("name", ["path", "URI"])
def test_a_table_beside_a_function_may_have_any_other_columns(name):
    ds = ImageDataset(get_image_fn=str, meta=pandas.DataFrame({"label": ["1"], name: [7]}))
    assert ds[0].image == "0"


@pytest.mark.parametrize(
    ("meta", "said"),
    [
        ("table.csv", r"meta is of type str.*pandas\.read_csv"),
        ({"label": ["1"]}, r"meta is of type dict.*pandas\.DataFrame\(meta\)"),
        (pandas.DataFrame({"uri;label": ["a.png;1"]}), "separated by ';'"),
    ],
)
def test_what_is_no_table_of_images_is_refused_with_what_to_do(meta, said):
    with pytest.raises(InputError, match=said):
        ImageDataset(meta=meta)
