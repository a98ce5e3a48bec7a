"""Archives of digits as people have them: read, or told by what they are and what to do."""

from __future__ import annotations

import errno
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import archive, load_glyphs
from mygenerator.glyphs.download import downloads_folder
from tests.brought.cases import Case, check, each, refused
from tests.brought.test_last_advice import digit

FILES = {f"digits/{character}/a.png": digit() for character in "0123456789"}


def zipped(files: dict[str, bytes] | None = None, method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, data in (FILES if files is None else files).items():
            packed.writestr(name, data)
    return file.getvalue()


def tarred(mode: str) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as packed:
        for name, data in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            packed.addfile(member, io.BytesIO(data))
    return file.getvalue()


def with_password() -> bytes:
    """The bit that says so, in both headers of each member."""
    data = bytearray(zipped())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def file(name: str, data: bytes | Callable[[], bytes]) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        (place / name).write_bytes(data if isinstance(data, bytes) else data())
        return place / name

    return make


def folder(name: str, data: bytes) -> Callable[[Path], Path]:
    def make(place: Path) -> Path:
        (place / "mine").mkdir()
        (place / "mine" / name).write_bytes(data)
        return place / "mine"

    return make


WITH_ITS_PROGRAM = "unpack it with the program that made it, and give the folder"
SPLIT = refused("one part of an archive that was split", WITH_ITS_PROGRAM)
ARCHIVES = [
    Case("a zip", "person", file("a.zip", zipped()), "0123456789"),
    Case("a tar.gz", "Linux", file("a.tar.gz", tarred("w:gz")), "0123456789"),
    Case("a tar", "Linux", file("a.tar", tarred("w:")), refused(r"a\.tar: .*a \.tar archive", "unpack it")),
    Case("a tar.bz2", "Linux", file("a.tar.bz2", tarred("w:bz2")), refused("packed with bzip2", "unpack it")),
    Case("a tar.xz", "Linux", file("a.tar.xz", tarred("w:xz")), refused("packed with xz", "unpack it")),
    Case("a password", "cautious person", file("a.zip", with_password()), refused("is encrypted", WITH_ITS_PROGRAM)),
    Case(
        "another way of packing",
        "7-Zip",
        file("a.zip", lambda: zipped(method=zipfile.ZIP_LZMA)),
        refused("packed by method 14", WITH_ITS_PROGRAM),
    ),
    Case(
        "a zip in a zip",
        "person",
        file("o.zip", zipped({"i.zip": zipped(), "README.md": b"x"})),
        refused(r"o\.zip: the glyph source holds no glyphs but an archive, i\.zip;", r"unpack it, and give i\.zip$"),
    ),
    Case(
        "a zip in a tar.gz",
        "person",
        file("o.tar.gz", lambda: _tar_with("i.zip", zipped())),
        refused(r"o\.tar\.gz: .* but an archive, i\.zip;", r"unpack it, and give i\.zip$"),
    ),
    Case(
        "a tar in a zip",
        "person",
        file("o.zip", zipped({"i.tar": tarred("w:")})),
        refused(r"o\.zip: .*but an archive, i\.tar;", r"unpack it, then i\.tar, and give the folder with the digits$"),
    ),
    *(
        Case(f"a folder with {name}", "person", folder(name, data), refused(rf"mine: .*but an archive, {name};", do))
        for name, data, do in (
            ("d.zip", zipped(), r"give the archive itself: \S+d\.zip$"),
            ("d.tar", tarred("w:"), r"unpack d\.tar, and give the folder with the digits$"),
            ("d.7z", b"7z\xbc\xaf\x27\x1c", r"unpack d\.7z, and give the folder with the digits$"),
            ("d.rar", b"Rar!", r"unpack d\.rar, and give the folder with the digits$"),
        )
    ),
    Case("an empty zip", "script", file("a.zip", zipped({})), refused(r"a\.zip: the glyph source holds no glyphs")),
    Case("half a zip", "broken download", file("a.zip", zipped()[:999]), refused("truncated", "download it again")),
    Case(
        "a changed byte",
        "broken disk",
        file("a.zip", zipped()[:80] + b"\0" + zipped()[81:]),
        refused("damaged", "download it again"),
    ),
    Case("the first part of a zip", "mail", file("a.zip.001", zipped()[:999]), SPLIT),
    Case("the second part of a zip", "mail", file("a.zip.002", zipped()[999:]), SPLIT),
    Case("a part of WinZip", "mail", file("a.z01", zipped()[:999]), SPLIT),
    Case("a part of WinRAR", "mail", file("a.part1.rar", b"Rar!\x1a\x07"), SPLIT),
    Case(
        "an office document",
        "wrong file",
        file("a.zip", zipped({"[Content_Types].xml": b"x", "xl/workbook.xml": b"x"})),
        refused(r"\Sa\.zip/xl: the folder's name 'xl' is not a character"),
    ),
    Case(
        "several folders",
        "person",
        file(
            "a.zip",
            zipped({f"{writer}/{name[7:]}": data for writer in ("anna", "ben") for name, data in FILES.items()}),
        ),
        refused(r"a\.zip: .*'anna', 'ben'", r"unpack it; give one of the folders in it, such as anna$"),
    ),
]


def _tar_with(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as packed:
        member = tarfile.TarInfo(name)
        member.size = len(data)
        packed.addfile(member, io.BytesIO(data))
    return out.getvalue()


@each(ARCHIVES)
def test_an_archive_is_read_or_told_by_what_it_is(case, tmp_path):
    check(case, lambda: load_glyphs(case.bring(tmp_path)).characters)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_nothing_and_is_named_with_the_way_on(tmp_path, monkeypatch, number):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    packed = file("a.zip", zipped())(tmp_path)

    def full(*_: object) -> None:
        raise OSError(number, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(archive._Unpacker, "_copy", full)
        with pytest.raises(InputError) as caught:
            load_glyphs(packed)
    place = downloads_folder()
    assert f"the archive cannot be unpacked into {place}" in str(caught.value)
    assert "(No space left on device); make room on that disk, or set MYGENERATOR_HOME to a folder" in str(caught.value)
    assert not [path for path in place.rglob("*") if path.suffix == ".png" or "unpacked" in path.name]
    assert load_glyphs(packed).characters == "0123456789"
