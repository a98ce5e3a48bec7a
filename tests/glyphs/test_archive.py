"""Unpacking: what an archive may hold comes out as it was, and nothing else leaves a trace anywhere."""

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import tracemalloc
import zipfile

import hypothesis
import pytest
from hypothesis import strategies

from mygenerator.errors import InputError
from mygenerator.glyphs.archive import LIMITS, Limits, unpack

FILES = {"0/a.png": b"nought", "U+002F/b.png": b"", "7/deep/c.png": bytes(100_000), "README": b"text"}
SMALL = Limits(entries=20, file_bytes=1_000, total_bytes=2_500, depth=3)


@pytest.fixture
def place(tmp_path):
    """A folder for an archive and what comes out of it, in which nothing else may appear."""
    folder = tmp_path / "around" / "place"
    folder.mkdir(parents=True)
    return folder


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def unpacked(place, data, **options):
    """What came out: names with their content, False for a folder."""
    archive = place / "archive"
    archive.write_bytes(data)
    unpack(archive, place / "out", **options)
    return tree(place / "out")


def refusal(place, data, **options):
    """What was said of an archive that must leave nothing but itself."""
    archive = place / "archive"
    archive.write_bytes(data)
    with pytest.raises(InputError) as error:
        unpack(archive, place / "out", **options)
    assert tree(place.parent) == {"place": False, "place/archive": data}
    assert str(archive) in str(error.value)
    return str(error.value)


def zip_with(*members, method=zipfile.ZIP_DEFLATED):
    """A .zip of members (name, data, mode)."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data, mode in members:
            info = zipfile.ZipInfo("x")
            info.filename = name  # the constructor would mend it
            info.external_attr, info.create_system, info.compress_type = mode << 16, 3, method
            archive.writestr(info, data)
    return target.getvalue()


def tar_with(*members):
    """A .tar.gz of members (name, data, settings of the header)."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz", format=tarfile.PAX_FORMAT) as archive:
        for name, data, settings in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            vars_of = {"type": tarfile.REGTYPE, **settings}
            info.type = vars_of.pop("type")
            for key, value in vars_of.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
def test_what_was_packed_comes_out(place, packer, request):
    files = unpacked(place, request.getfixturevalue(packer)(FILES))
    assert {name: data for name, data in files.items() if data is not False} == FILES


def test_folders_dots_and_what_macos_adds_are_no_matter(place):
    data = zip_with(
        ("scans/", b"", stat.S_IFDIR | 0o755),
        ("./scans//7/./a.png", b"a", 0),
        ("__MACOSX/scans/7/._a.png", b"-", 0),
        ("scans/7/", b"", stat.S_IFDIR | 0o755),
    )
    assert unpacked(place, data) == {"scans": False, "scans/7": False, "scans/7/a.png": b"a"}
    (place / "out").rename(place / "other")
    data = tar_with(("./", b"", {"type": tarfile.DIRTYPE}), ("./7/a.png", b"a", {"mode": 0o000}))
    assert unpacked(place, data) == {"7": False, "7/a.png": b"a"}


def test_an_archive_in_an_archive_is_a_file_like_others(place, zip_of, tar_of):
    inner = tar_of({"../outside": b"-"})
    assert unpacked(place, zip_of({"inner.tar.gz": inner})) == {"inner.tar.gz": inner}


def test_what_is_wanted_alone_comes_out(place, tar_of):
    assert unpacked(place, tar_of(FILES), wanted=["0/a.png"]) == {"0": False, "0/a.png": b"nought"}
    (place / "out").rename(place.parent / "elsewhere")
    (place.parent / "elsewhere" / "0" / "a.png").unlink()
    (place.parent / "elsewhere" / "0").rmdir()
    (place.parent / "elsewhere").rmdir()
    assert "the archive does not hold 1/z.png" in refusal(place, tar_of(FILES), wanted=["0/a.png", "1/z.png"])


WRONG_NAMES = {
    "../outside": "leads out of the archive",
    "7/../../outside": "leads out of the archive",
    "7/..": "leads out of the archive",
    "/outside": "has an absolute path",
    "//host/share": "has an absolute path",
    "C:/outside": "has an absolute path",
    "c:outside": "has an absolute path",
    "7\\..\\outside": "NUL or a backslash",
    "..\\outside": "NUL or a backslash",
    "a/b/c/d": "more than 3 folders deep",
    "n" * 300: "cannot be used here",
}


@pytest.mark.parametrize("name", list(WRONG_NAMES))
@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
def test_a_name_that_leads_anywhere_else_is_refused(place, packer, name, request):
    data = request.getfixturevalue(packer)({"7/a.png": b"a", name: b"outside"})
    said = refusal(place, data, limits=SMALL)
    assert WRONG_NAMES[name] in said
    assert repr(name)[:90] in said


def test_a_name_with_nul_is_refused_and_not_cut_there(place):
    data = zip_with(("7/a.png", b"a", 0), ("7/b.pngXevil", b"b", 0)).replace(b"b.pngXevil", b"b.png\0evil")
    assert "'7/b.png\\x00evil' in the archive has a name with NUL" in refusal(place, data)
    data = tar_with(("7/a.png", b"a", {"pax_headers": {"path": "7/b.png\0evil"}}))
    assert "has a name with NUL" in refusal(place, data)


LINK, DEVICE = "is a link", "is a device"


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"type": tarfile.SYMTYPE, "linkname": "/etc/passwd"}, LINK),
        ({"type": tarfile.SYMTYPE, "linkname": "a.png"}, LINK),
        ({"type": tarfile.SYMTYPE, "linkname": "../.."}, LINK),
        ({"type": tarfile.LNKTYPE, "linkname": "7/a.png"}, LINK),
        ({"type": tarfile.LNKTYPE, "linkname": "../../../../etc/passwd"}, LINK),
        ({"type": tarfile.CHRTYPE, "devmajor": 1, "devminor": 5}, DEVICE),
        ({"type": tarfile.BLKTYPE, "devmajor": 8, "devminor": 0}, DEVICE),
        ({"type": tarfile.FIFOTYPE}, DEVICE),
        ({"type": b"Q"}, DEVICE),
        ({"pax_headers": {"GNU.sparse.size": "9000000000", "GNU.sparse.map": "0,0"}}, "is a sparse file"),
    ],
)
def test_what_is_neither_file_nor_folder_in_a_tar_is_refused(place, settings, problem):
    data = tar_with(("7/a.png", b"a", {}), ("7/strange", b"", settings), ("7/strange/x", b"through", {}))
    said = refusal(place, data)
    assert "'7/strange" in said
    assert problem in said


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        (stat.S_IFLNK, LINK),
        (stat.S_IFCHR, DEVICE),
        (stat.S_IFBLK, DEVICE),
        (stat.S_IFIFO, DEVICE),
        (stat.S_IFSOCK, DEVICE),
    ],
)
def test_what_is_neither_file_nor_folder_in_a_zip_is_refused(place, kind, problem):
    data = zip_with(("7/a.png", b"a", 0o100644), ("7/strange", b"/etc/passwd", kind | 0o777), ("7/strange/x", b"-", 0))
    assert f"'7/strange' in the archive {problem}" in refusal(place, data)


@pytest.mark.parametrize("names", [("7/a", "7/a"), ("7/a", "./7//a"), ("7", "7/a"), ("7/a", "7"), ("7/a/", "7/a")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(place, names):
    assert "occurs twice" in refusal(place, zip_with(*((name, b"", 0) for name in names)))
    data = tar_with(*((name, b"", {"type": tarfile.DIRTYPE} if name.endswith("/") else {}) for name in names))
    assert "occurs twice" in refusal(place, data)


def test_an_encrypted_zip_is_refused(place):
    data = bytearray(zip_with(("7/a.png", b"a", 0)))
    for magic, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + flags_at] |= 1
    assert "'7/a.png' in the archive is encrypted" in refusal(place, bytes(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_by_what_unpacks_without_measure_is_refused(place, method):
    said = refusal(place, zip_with(("7/a.png", bytes(100), 0), method=method))
    assert f"packed by method {method}" in said


@pytest.mark.parametrize("pack", [lambda data: data, bz2.compress, lzma.compress, lambda data: b"", lambda data: b"PK"])
def test_what_is_neither_zip_nor_tar_gz_is_no_archive(place, pack):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w"):
        pass
    assert "this is not an archive but" in refusal(place, pack(target.getvalue()))


def test_a_gzipped_file_that_is_no_tar_is_damaged(place):
    assert "truncated or damaged" in refusal(place, gzip.compress(b"no tar" * 1000))
    assert "truncated or damaged" in refusal(place, gzip.compress(b""))


# Bombs


@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"large": bytes(1_001)}, "'large' in the archive is larger than 1,000 bytes"),
        ({f"{k}": bytes(900) for k in range(3)}, "holds more than 2,500 bytes"),
        ({f"{k}": b"" for k in range(21)}, "holds more than 20 files and folders"),
        ({f"{k}/{k}": b"" for k in range(11)}, "holds more than 20 files and folders"),
    ],
)
def test_more_than_the_limits_is_refused(place, packer, files, words, request):
    assert words in refusal(place, request.getfixturevalue(packer)(files), limits=SMALL)


@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
def test_exactly_the_limits_are_unpacked(place, packer, request):
    files = {"a": bytes(1_000), "b": bytes(1_000), "c": bytes(500)} | {f"{k}": b"" for k in range(17)}
    assert unpacked(place, request.getfixturevalue(packer)(files), limits=SMALL) == files


def with_declared_size(data, size):
    """A .zip of one member whose headers say that it has this size."""
    data = bytearray(data)
    for magic, size_at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(magic) + size_at, size)
    return bytes(data)


@pytest.mark.parametrize("size", [0, 10])
def test_a_smaller_size_that_a_zip_claims_is_not_believed(place, size):
    data = with_declared_size(zip_with(("bomb", bytes(5_000_000), 0)), size)
    assert "truncated or damaged" in refusal(place, data)


def test_a_huge_size_that_a_zip_claims_costs_nothing(place):
    data = with_declared_size(zip_with(("7/a.png", b"what is there", 0)), 0xFFFFFFFE)
    assert unpacked(place, data, limits=SMALL) == {"7": False, "7/a.png": b"what is there"}


def test_what_is_passed_over_in_a_tar_counts_as_well(place, tar_of):
    data = tar_of({"other": bytes(10_000_000), "wanted": b""})
    assert "holds more than" in refusal(place, data, wanted=["wanted"], limits=SMALL)
    data = tar_of({"__MACOSX/x": bytes(10_000_000), "wanted": b""})
    assert "holds more than" in refusal(place, data, limits=SMALL)
    claim = tarfile.TarInfo("other")
    claim.size = 10**13
    data = gzip.compress(claim.tobuf() + bytes(2_000))
    assert "holds more than" in refusal(place, data, wanted=["wanted"])


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XGLTYPE])
def test_a_header_that_claims_to_be_huge_is_never_read_into_memory(place, kind):
    info = tarfile.TarInfo("header")
    info.type, info.size = kind, 300_000_000
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1) as packed:
        packed.write(info.tobuf())
        for _ in range(300):
            packed.write(bytes(1_000_000))
    tracemalloc.start()
    try:
        said = refusal(place, target.getvalue())
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert "a header of the archive claims 300," in said


@pytest.mark.deep
@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
def test_a_bomb_within_an_everyday_archive_s_size_ends_at_the_limits_that_count_by_default(place, packer, request):
    data = request.getfixturevalue(packer)({"bomb": bytes(LIMITS.file_bytes + 1)})
    assert len(data) < 2_000_000
    assert "larger than 1,000,000,000 bytes" in refusal(place, data)


@pytest.mark.deep
def test_a_zip_whose_index_alone_is_huge_is_refused(place):
    data = zip_with(*((f"{k}", b"", 0) for k in range(330_000)))
    assert "a header of the archive claims" in refusal(place, data)


# Damage


@pytest.mark.parametrize("packer", ["zip_of", "tar_of"])
def test_a_torn_archive_is_refused_wherever_it_ends(place, packer, request):
    data = request.getfixturevalue(packer)({"7/a.png": bytes(range(256)) * 8, "7/b.png": b"b"})
    for end in range(4, len(data), 7):
        said = refusal(place, data[:end])
        assert "truncated or damaged" in said or "not an archive" in said


def test_a_tar_with_a_damaged_header_in_the_middle_is_refused(place, tar_of):
    plain = bytearray(gzip.decompress(tar_of({"a": b"a" * 512, "b": b"b"})))
    plain[1024 + 150] ^= 1  # in the sum of the second header
    assert "truncated or damaged (a damaged header)" in refusal(place, gzip.compress(plain))


MUTATIONS = strategies.lists(
    strategies.tuples(strategies.integers(0), strategies.integers(0, 255)), min_size=1, max_size=6
)


def mutate_and_unpack(folder, data, changes, unzip_first):
    """Whatever stands in an archive, it comes out or is refused, and nothing else is written."""
    data = bytearray(gzip.decompress(data) if unzip_first else data)
    for place, value in changes:
        data[place % len(data)] = value
    data = gzip.compress(data) if unzip_first else bytes(data)
    around = folder.mktemp("mutated")
    archive = around / "archive"
    archive.write_bytes(data)
    try:
        unpack(archive, around / "out", limits=Limits(entries=50, file_bytes=100_000, total_bytes=200_000))
        left = {"archive", "out"}
    except InputError:
        left = {"archive"}
    assert {path.name for path in around.iterdir()} == left
    assert archive.read_bytes() == data


@pytest.mark.parametrize(("packer", "unzip_first"), [("zip_of", False), ("tar_of", False), ("tar_of", True)])
@hypothesis.given(changes=MUTATIONS)
@hypothesis.settings(max_examples=150)
def test_a_changed_byte_ends_in_a_result_or_a_refusal(tmp_path_factory, packer, unzip_first, changes, request):
    data = request.getfixturevalue(packer)({"7/a.png": b"abc" * 100, "8/b.png": b"b"})
    mutate_and_unpack(tmp_path_factory, data, changes, unzip_first)


@pytest.mark.deep
@pytest.mark.parametrize(("packer", "unzip_first"), [("zip_of", False), ("tar_of", False), ("tar_of", True)])
@hypothesis.given(changes=MUTATIONS)
@hypothesis.settings(max_examples=3_000)
def test_many_changed_bytes_end_in_a_result_or_a_refusal(tmp_path_factory, packer, unzip_first, changes, request):
    data = request.getfixturevalue(packer)({"7/a.png": b"abc" * 100, "8/b.png": b"b"})
    mutate_and_unpack(tmp_path_factory, data, changes, unzip_first)
