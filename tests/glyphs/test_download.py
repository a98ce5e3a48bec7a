"""Downloads: which mirror is used, what is ever seen in the folder, what many processes do, what an error says."""

import gzip
import hashlib
import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest

from mygenerator.config import PUBLIC_SOURCES
from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs
from mygenerator.glyphs.cache import load_cached
from mygenerator.glyphs.download import RemoteFile
from mygenerator.glyphs.public import PUBLIC_SETS, PublicSet
from tests.glyphs.mirrors import FAILINGS, closed_port

IMAGES, LABELS = "some-images-idx3-ubyte.gz", "some-labels-idx1-ubyte.gz"

FETCH = """
import sys
from mygenerator.glyphs.download import RemoteFile
from mygenerator.glyphs.public import PublicSet
files = tuple(RemoteFile(name, tuple(urls.split()), sha256, int(size))
              for name, urls, sha256, size in zip(*[iter(sys.argv[1:])] * 4))
print(PublicSet("pair", files, "made", "pair").source().read().content)
"""


@pytest.fixture
def pair(mirrors, digits, idx_bytes):
    """Makes a public set of 300 digits that the mirrors serve: `pair("dying", "good")` tries those two, in order."""
    images, labels = digits(300)
    mirrors.files[IMAGES] = gzip.compress(idx_bytes(images), mtime=0)
    mirrors.files[LABELS] = gzip.compress(idx_bytes(labels), mtime=0)

    def made(*ways):
        files = tuple(
            RemoteFile(
                name,
                tuple(mirrors.url(way, name) for way in ways),
                hashlib.sha256(mirrors.files[name]).hexdigest(),
                len(mirrors.files[name]),
            )
            for name in (IMAGES, LABELS)
        )
        return PublicSet("pair", files, "made up", "pair")

    return made


def fetching(public_set):
    """A process that fetches and reads a set."""
    words = [
        word for file in public_set.files for word in (file.name, " ".join(file.urls), file.sha256, str(file.size))
    ]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", FETCH, *words], env=os.environ, **pipes)


def put_by_hand(public_set, mirrors, *names):
    public_set.place.mkdir(parents=True, exist_ok=True)
    for name in names:
        (public_set.place / name).write_bytes(mirrors.files[name])


@contextmanager
def watched(folder, names):
    """What files of these names held at any moment."""
    seen, over = set(), threading.Event()

    def look():
        while not over.is_set():
            for name in names:
                with suppress(OSError):
                    seen.add((name, (folder / name).read_bytes()))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


@pytest.mark.parametrize("failing", list(FAILINGS))
def test_where_a_mirror_fails_the_next_is_used_and_no_bad_file_is_ever_seen(pair, mirrors, failing):
    public_set = pair(failing, "good")
    with watched(public_set.place, [IMAGES, LABELS]) as seen:
        raw = public_set.source().read()
    assert len(raw.codes) == 300
    assert mirrors.asked[f"{failing}/{IMAGES}"] >= 1
    assert mirrors.asked[f"good/{IMAGES}"] == mirrors.asked[f"good/{LABELS}"] == 1
    assert seen <= set(mirrors.files.items())
    assert sorted(path.name for path in public_set.place.iterdir() if path.name != ".lock") == [IMAGES, LABELS]


@pytest.mark.parametrize("way", ["moved", "labelling"])
def test_a_redirect_is_followed_and_a_gz_file_comes_as_it_is(pair, way):
    assert len(pair(way).source().read().codes) == 300


def test_a_second_time_nobody_is_asked(pair, mirrors):
    public_set = pair("good")
    first = public_set.source().read()
    asked = mirrors.asked.copy()
    assert public_set.source().read().content == first.content
    assert mirrors.asked == asked


def test_where_all_mirrors_fail_the_error_lists_each_with_its_reason_and_what_to_put_where(pair, mirrors, home):
    public_set = pair(*FAILINGS)
    refused = f"http://127.0.0.1:{closed_port()}/{IMAGES}"
    images, labels = public_set.files
    public_set = replace(public_set, files=(replace(images, urls=(*images.urls, refused)), labels))
    with pytest.raises(InputError) as error:
        public_set.source()
    said = str(error.value)
    for way, reason in FAILINGS.items():
        assert reason in said.partition(mirrors.url(way, IMAGES))[2].partition("; http")[0], way
    assert "Connection refused" in said.partition(refused)[2]
    folder = home / "downloads" / "pair"
    for word in (str(folder), images.name, images.sha256, labels.name, labels.sha256, "'pair'"):
        assert word in said
    assert [path.name for path in folder.iterdir() if path.name != ".lock"] == []


def test_files_put_by_hand_where_the_error_said_are_used_without_asking_anybody(pair, mirrors):
    public_set = pair("missing")
    with pytest.raises(InputError):
        public_set.source()
    put_by_hand(public_set, mirrors, IMAGES, LABELS)
    mirrors.asked.clear()
    assert len(public_set.source().read().codes) == 300
    assert not mirrors.asked


def test_only_what_is_not_there_yet_is_downloaded_and_asked_for_by_hand(pair, mirrors):
    put_by_hand(pair("missing"), mirrors, IMAGES)
    with pytest.raises(InputError) as error:
        pair("missing").source()
    assert f"put {LABELS} (sha256" in str(error.value)
    assert IMAGES not in str(error.value)
    assert len(pair("good").source().read().codes) == 300
    assert mirrors.asked[f"good/{IMAGES}"] == 0


def test_a_wrong_file_put_by_hand_is_refused_by_name_and_both_hashes_and_stays(pair, mirrors):
    public_set = pair("good")
    put_by_hand(public_set, mirrors, IMAGES, LABELS)
    wrong = public_set.place / LABELS
    wrong.write_bytes(b"not this")
    with pytest.raises(InputError) as error:
        public_set.source().read()
    for word in (str(wrong), hashlib.sha256(b"not this").hexdigest(), public_set.files[1].sha256, "remove the file"):
        assert word in str(error.value)
    assert wrong.read_bytes() == b"not this"
    wrong.unlink()
    assert len(public_set.source().read().codes) == 300


def test_of_ten_processes_at_once_one_downloads(pair, mirrors, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "60")
    public_set = pair("slow")
    processes = [fetching(public_set) for _ in range(10)]
    answers = {process.communicate(timeout=120) for process in processes}
    assert answers == {(public_set.source().read().content + "\n", "")}
    assert mirrors.asked == {f"slow/{IMAGES}": 1, f"slow/{LABELS}": 1}


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_after_a_download_that_was_killed_the_next_starts_clean(pair, mirrors, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "60")
    killed = fetching(pair("stalling"))
    assert mirrors.waiting.wait(60)
    folder = pair("good").place
    killed.send_signal(signal.SIGKILL)
    killed.communicate(timeout=60)
    assert [path.name for path in folder.iterdir()] != []
    assert not (folder / IMAGES).exists()
    assert len(pair("good").source().read().codes) == 300
    assert sorted(path.name for path in folder.iterdir() if path.name != ".lock") == [IMAGES, LABELS]


def test_what_a_dead_download_left_does_not_count(pair):
    left = pair("good").place / ".part"
    left.mkdir(parents=True)
    (left / "tmpdead").write_bytes(bytes(1_000_000))
    assert len(pair("good").source().read().codes) == 300
    assert not left.exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_download_that_is_interrupted_leaves_nothing_half(pair, mirrors, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "60")
    process = fetching(pair("stalling"))
    assert mirrors.waiting.wait(60)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert [path.name for path in pair("good").place.iterdir() if path.name != ".lock"] == []


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_progress_is_drawn_on_a_terminal_alone(pair):
    import pty
    import termios

    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    termios.tcsetwinsize(theirs, (24, 80))
    words = [word for file in pair("good").files for word in (file.name, file.urls[0], file.sha256, str(file.size))]
    subprocess.run(
        [sys.executable, "-c", FETCH, *words], stderr=theirs, stdout=subprocess.DEVNULL, check=True, timeout=120
    )
    assert IMAGES.encode() in os.read(ours, 100_000)
    os.close(theirs)
    os.close(ours)
    (pair("good").place / IMAGES).unlink()
    assert fetching(pair("good")).communicate(timeout=120)[1] == ""


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "nan", "inf"])
def test_a_timeout_that_is_none_is_an_error_before_anybody_is_asked(pair, mirrors, monkeypatch, seconds):
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", seconds)
    with pytest.raises(InputError, match=f"MYGENERATOR_DOWNLOAD_TIMEOUT is '{seconds}'; allowed: seconds"):
        pair("good").source()
    assert not mirrors.asked


def test_a_home_folder_that_cannot_be_written_is_an_error_that_says_so_and_asks_nobody(pair, mirrors, home):
    home.write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"cannot be written .*set MYGENERATOR_HOME to a folder") as error:
        pair("good").source()
    assert str(home) in str(error.value)
    assert not mirrors.asked


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_others_may_read_what_was_downloaded(pair):
    public_set = pair("good")
    public_set.source()
    assert {(public_set.place / name).stat().st_mode & 0o444 for name in (IMAGES, LABELS)} == {0o444}


def test_an_archive_of_two_sets_is_downloaded_once_and_its_images_are_set_upright(mirrors, digits, idx_bytes, zip_of):
    images, labels = digits(30)
    lying = images.transpose(0, 2, 1)
    members = {"gzip/other.txt": b"-"}
    for part, count in (("train", 30), ("test", 10)):
        members[f"gzip/{part}-images-idx3-ubyte.gz"] = gzip.compress(idx_bytes(lying[:count]))
        members[f"gzip/{part}-labels-idx1-ubyte.gz"] = gzip.compress(idx_bytes(labels[:count]))
    mirrors.files["all.zip"] = zip_of(members)
    digest = hashlib.sha256(mirrors.files["all.zip"]).hexdigest()
    archive = RemoteFile("all.zip", (mirrors.url("missing", "all.zip"), mirrors.url("good", "all.zip")), digest)
    whole = PublicSet("lying", (archive,), "made up", "lying", tuple(members)[1:3], transposed=True)
    part = replace(whole, name="lying:test", members=tuple(members)[3:])
    assert not whole.is_here
    assert not part.is_here
    glyphs = load_cached(whole.source())
    assert (glyphs.images == images[glyphs.rows]).all()
    assert len(part.source().read().codes) == 10
    assert mirrors.asked["good/all.zip"] == 1
    assert whole.is_here
    assert part.is_here


def test_an_archive_put_by_hand_is_proved_before_it_is_unpacked(mirrors, home, zip_of):
    archive = RemoteFile("all.zip", (mirrors.url("good", "all.zip"),), "0" * 64)
    public_set = PublicSet("lying", (archive,), "made up", "lying", ("images", "labels"))
    (home / "downloads" / "lying").mkdir(parents=True)
    (home / "downloads" / "lying" / "all.zip").write_bytes(zip_of({"images": b"", "labels": b""}))
    with pytest.raises(InputError, match=f"all.zip: the file's sha256 is .* should be {'0' * 64}"):
        public_set.source()
    assert not public_set.is_here


# The sets that are known by name


def test_every_public_set_has_https_mirrors_a_hash_and_a_size_for_each_file_and_a_licence():
    assert tuple(PUBLIC_SETS) == PUBLIC_SOURCES
    for name, public_set in PUBLIC_SETS.items():
        assert public_set.name == name
        assert public_set.licence
        for file in public_set.files:
            assert file.urls
            assert all(url.startswith("https://") and url.endswith(f"/{file.name}") for url in file.urls)
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0
    assert len({public_set.pair for public_set in PUBLIC_SETS.values()}) == len(PUBLIC_SETS)


def test_mnist_s_test_digits_put_by_hand_are_the_public_set(mnist_folder):
    public_set = PUBLIC_SETS["mnist:test"]
    public_set.place.mkdir(parents=True)
    for file in public_set.files:
        data = (mnist_folder / file.name).read_bytes()
        assert len(data) == file.size
        (public_set.place / file.name).write_bytes(data)
    glyphs = load_glyphs("mnist:test", {"current_dataset": "optdigits", "datasets": {}})
    assert (glyphs.source, len(glyphs) + sum(glyphs.kept_out.values())) == ("mnist:test", 10_000)
