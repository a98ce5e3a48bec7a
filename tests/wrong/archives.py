"""Wrong archives of glyphs, which a configuration names by their address: names that lead out, links, devices."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import stat
import tarfile
import zipfile

from tests.wrong.entries import SERVER, Content, Wrong
from tests.wrong.making import characters, glyph, overwritten, tar_claim, tar_of, zip_of

_SEVEN = "generate-numbers-sequence --sequence 007 --config_file my.yaml"
_LOCK = r"home/downloads(/[a-z]+(-[0-9a-f]{8})?(/\.lock)?)?"
"""The folder of a download and its lock stay; nothing that came, and nothing of what it holds."""

_GOOD = {f"{digit}/a.png": glyph(digit % 5) for digit in range(10)}
_EVIL = zip_of({**_GOOD, "../evil.png": b"evil"})
_ZIP, _TAR = zip_of(_GOOD), tar_of(_GOOD)
_NO_ARCHIVE = "this is not an archive"


def _config(url: str, more: str = "") -> str:
    return f"current_dataset: mine\ndatasets:\n  mine: {{url: '{SERVER}/{url}'{more}}}\n"


def _served(name: str, about: str, archive: Content, *words: str) -> Wrong:
    said = (f"{SERVER}/good/{name}: ", "could not be downloaded", "'mine'", *words)
    files = {"my.yaml": _config(f"good/{name}")}
    return Wrong(_SEVEN, said, files, {name: archive}, (_LOCK,), about=f"{name}, {about}")


def _zip(about: str, archive: Content, *words: str) -> Wrong:
    return _served("a.zip", about, archive, *words)


def _tar(about: str, archive: Content, *words: str) -> Wrong:
    return _served("a.tar.gz", about, archive, *words)


def _named(name: str, *words: str) -> list[Wrong]:
    """A name that no member may have, in both kinds of archives, behind good members."""
    files = {**_GOOD, name: b"evil"}
    return [_zip(repr(name[:40]), zip_of(files), *words), _tar(repr(name[:40]), tar_of(files), *words)]


_NAMES = [
    *_named("../evil.png", "'../evil.png'", "leads out of the archive"),
    *_named("7/../../../evil.png", "leads out of the archive"),
    *_named("/tmp/evil.png", "'/tmp/evil.png'", "has an absolute path"),
    *_named("C:/evil.png", "'C:/evil.png'", "has an absolute path"),
    *_named("..\\evil.png", "backslash"),
    *_named("./7/a.png", "'./7/a.png'", "occurs twice"),
    *_named("7/a.png/b.png", "'7/a.png/b.png'", "occurs twice"),
    *_named("7/" + "x" * 300, "cannot be used here"),
    *_named("d/" * 25 + "a.png", "more than 20 folders deep"),
    _zip("a name with NUL", zip_of({"7/aXb.png": b""}).replace(b"aXb", b"a\0b"), r"'7/a\x00b.png'", "NUL"),
]

_KINDS = [
    *(
        _zip(f"{what} in it", zip_of({"7/a.png": b"/etc/passwd"}, kind=kind), "'7/a.png'", f"is {what}")
        for kind, what in ((stat.S_IFLNK, "a link"), (stat.S_IFBLK, "a device"))
    ),
    _zip("a named pipe in it", zip_of({"7/a.png": b""}, kind=stat.S_IFIFO), "'7/a.png'", "is a device or the like"),
    *(
        _tar(f"{about} in it", tar_of({"7/a.png": b""}, kind, "../../etc/passwd"), "'7/a.png'", f"is {what}")
        for kind, about, what in (
            (tarfile.SYMTYPE, "a symbolic link", "a link"),
            (tarfile.LNKTYPE, "a hard link", "a link"),
            (tarfile.CHRTYPE, "a character device", "a device"),
            (tarfile.BLKTYPE, "a block device", "a device"),
            (tarfile.FIFOTYPE, "a named pipe", "a device"),
        )
    ),
    _tar(
        "a sparse file in it",
        tar_of({"7/a.png": b""}, pax_headers={"GNU.sparse.size": "9000000000", "GNU.sparse.map": "0,0"}),
        "'7/a.png'",
        "is a sparse file",
    ),
    _zip("packed by bz2", zip_of(_GOOD, zipfile.ZIP_BZIP2), "packed by method 12", "neither stored nor deflated"),
    _zip("packed by lzma", zip_of(_GOOD, zipfile.ZIP_LZMA), "packed by method 14", "neither stored nor deflated"),
    _zip(
        "encrypted",
        _ZIP.replace(b"PK\3\4\x14\0\0", b"PK\3\4\x14\0\1").replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"),
        "'0/a.png'",
        "is encrypted",
    ),
]

_DAMAGED = [
    _zip("empty", b"", _NO_ARCHIVE),
    _zip("a page of HTML", "<html><body>not found</body></html>", _NO_ARCHIVE),
    _zip("cut in half", _ZIP[: len(_ZIP) // 2], "truncated or damaged"),
    _zip("without its end", _ZIP[:-4], "truncated or damaged"),
    _zip(
        "with a wrong sum", overwritten(_ZIP, _ZIP.index(b"PK\1\2") + 16, b"\xff\xff\xff\xff"), "truncated or damaged"
    ),
    _zip("with damaged content", overwritten(_ZIP, 45, b"\xff" * 8), "truncated or damaged"),
    _zip("an index of 4 GB", overwritten(_ZIP, -10, b"\xff\xff\xff\x7f"), "truncated or damaged"),
    _tar("empty", b"", _NO_ARCHIVE),
    _tar("not gzipped", gzip.decompress(_TAR), _NO_ARCHIVE),
    _tar("packed by bz2", bz2.compress(gzip.decompress(_TAR)), _NO_ARCHIVE),
    _tar("packed by xz", lzma.compress(gzip.decompress(_TAR)), _NO_ARCHIVE),
    _tar("gzip of no tar", gzip.compress(b"no tar" * 1000), "truncated or damaged"),
    _tar("cut in half", _TAR[: len(_TAR) // 2], "truncated or damaged"),
    _tar("with a wrong sum of its gzip", overwritten(_TAR, -8, b"\0\0\0\0"), "truncated or damaged"),
    _tar(
        "with a wrong sum of a header", gzip.compress(overwritten(gzip.decompress(_TAR), 148, b"777777")), "truncated"
    ),
    _tar(
        "a header that claims 8 GB",
        tar_claim("x", tarfile.XHDTYPE, 8_000_000_000),
        "a header of the archive claims",
    ),
]

_HELD = [
    Wrong(
        _SEVEN,
        ("'mine'", "HTTP 404", "by hand", "home/downloads/mine-"),
        {"my.yaml": _config("missing/a.zip")},
        {"a.zip": _ZIP},
        (_LOCK,),
        about="an archive that is not there",
    ),
    Wrong(
        _SEVEN,
        ("'mine'", "does not match", "f" * 64),
        {"my.yaml": _config("good/a.zip", f", sha256: '{'f' * 64}'")},
        {"a.zip": _ZIP},
        (_LOCK,),
        about="an archive with another sha256",
    ),
    Wrong(
        _SEVEN,
        ("a.zip", "'../evil.png' in the archive", "leads out", "nothing from it is used"),
        {"my.yaml": _config("good/a.zip", f", sha256: '{hashlib.sha256(_EVIL).hexdigest()}'")},
        {"a.zip": _EVIL},
        (_LOCK, r"home/downloads/mine-[0-9a-f]{8}/a\.zip"),
        about="an archive with the right sha256 that leads out",
    ),
    Wrong(
        _SEVEN,
        ("'mine'", "nothing came for 0.4 seconds"),
        {"my.yaml": _config("silent/a.zip")},
        {"a.zip": _ZIP},
        (_LOCK,),
        about="an archive that never comes",
    ),
    Wrong(
        _SEVEN,
        ("'mine'", "file:///etc/hostname"),
        {"my.yaml": _config("astray/a.zip")},
        {"a.zip": _ZIP},
        (_LOCK,),
        about="an archive that leads to a file",
    ),
    Wrong(
        "mygenerator glyphs --config_file my.yaml --download mine",
        ("'mine'", "'../evil.png'", "leads out"),
        {"my.yaml": _config("good/a.zip")},
        {"a.zip": _EVIL},
        (_LOCK,),
        about="downloaded beforehand",
    ),
    Wrong(
        "mygenerator glyphs --show mnist",
        ("train-images-idx3-ubyte.gz", "sha256 is", "440fcabf73cc", "remove the file"),
        {f"home/downloads/mnist/train-{name}.gz": b"no digits" for name in ("images-idx3-ubyte", "labels-idx1-ubyte")},
        about="mnist by hand, but something else",
    ),
    Wrong(
        "mygenerator glyphs --show emnist-digits",
        ("gzip.zip", "sha256 is", "fb9bb67e3377", "remove the file"),
        {"home/downloads/emnist/gzip.zip": _ZIP},
        leaves=(_LOCK,),
        about="emnist by hand, but something else",
    ),
]

# An archive that is sound stays, with what came out of it; what is wrong is what it holds.
_KEPT = r"home/downloads.*"
_CONTENT = [
    Wrong(
        _SEVEN, words, {"my.yaml": _config("good/a.zip")}, {"a.zip": zip_of(files)}, (_KEPT,), about=f"a.zip, {about}"
    )
    for about, files, words in (
        ("nothing in it", {}, ("'mine'", "holds no glyphs")),
        ("a text alone", {"README": b"no glyphs here"}, ("'mine'", "holds no glyphs")),
        ("a folder of a wrong name", {**_GOOD, "seven/a.png": glyph()}, ("'seven' is not a character", "U+002F")),
        ("no image in a character's folder", {**_GOOD, "7/b.png": b"text"}, ("7/b.png", "not an image")),
        ("a PNG cut in half", characters({"7/b.png": glyph()[:60]}), ("7/b.png", "truncated or damaged")),
        ("an archive in the archive", {"inner.zip": _ZIP}, ("'mine'", "holds no glyphs")),
    )
]

ARCHIVES = [*_NAMES, *_KINDS, *_DAMAGED, *_HELD, *_CONTENT]
