"""Archives that a configuration names by url, and the list of all sources."""

import hashlib
import io
import logging
import os
import subprocess
import sys
import tarfile

import cv2
import pytest

from mygenerator.config import config_load
from mygenerator.errors import InputError
from mygenerator.glyphs import known_sources, load_glyphs, source_names


@pytest.fixture
def scans(stroke):
    """The files of a folder of characters: two glyphs of each."""
    one, seven = (cv2.imencode(".png", stroke(left, left + 4))[1].tobytes() for left in (5, 12))
    return {"1/a.png": one, "1/b.png": one, "7/a.png": seven, "U+002F/a.png": seven}


@pytest.fixture
def pair_files(digits, idx_bytes):
    """The files of an idx pair of 50 digits."""
    images, labels = digits(50)
    return {"images-idx3-ubyte": idx_bytes(images), "labels-idx1-ubyte": idx_bytes(labels)}


@pytest.fixture
def config(tmp_path):
    """Loads a configuration with these sources: `config(mine={"url": ...})`."""

    def loaded(**sources):
        lines = [f"  {name}: {entry!r}" for name, entry in sources.items()]
        (tmp_path / "my.yaml").write_text("\n".join(["datasets:", *lines]))
        return config_load(tmp_path / "my.yaml")

    return loaded


def below(files, top):
    return {f"{top}/{name}": data for name, data in files.items()}


def archives_in(home):
    return sorted(path.name for path in (home / "downloads").glob("*/*") if path.is_file() and path.name != ".lock")


@pytest.mark.parametrize("top", ["", "my scans", "deep/below"])
@pytest.mark.parametrize(("packer", "name"), [("zip_of", "scans.zip"), ("tar_of", "scans.tar.gz"), ("tar_of", "s.TGZ")])
@pytest.mark.parametrize("kind", [{}, {"kind": "folder"}])
def test_a_folder_of_characters_comes_from_an_archive(mirrors, config, scans, request, packer, name, top, kind):
    files = below(scans, top) if top else scans
    mirrors.files[name] = request.getfixturevalue(packer)({**files, "__MACOSX/x/._y": b"-"})
    glyphs = load_glyphs("mine", config(mine={"url": mirrors.url("good", name), **kind}))
    assert (glyphs.source, glyphs.characters, len(glyphs)) == ("mine", "/17", 4)


@pytest.mark.parametrize("top", ["", "gzip"])
@pytest.mark.parametrize("kind", [{}, {"kind": "idx"}])
def test_an_idx_pair_comes_from_an_archive(mirrors, config, pair_files, tar_of, top, kind):
    mirrors.files["pair.tgz"] = tar_of(below(pair_files, top) if top else pair_files)
    assert len(load_glyphs("mine", config(mine={"url": mirrors.url("good", "pair.tgz"), **kind}))) == 50


@pytest.mark.parametrize(("files", "found"), [({"7/a.png": "7/a.png"}, "7"), ({"d/7/a.png": "7/a.png"}, "7")])
def test_a_single_folder_that_is_a_character_is_not_taken_for_a_folder_around(
    mirrors, config, scans, zip_of, files, found
):
    mirrors.files["one.zip"] = zip_of({name: scans[of] for name, of in files.items()})
    assert load_glyphs("mine", config(mine={"url": mirrors.url("good", "one.zip")})).characters == found


def test_an_archive_is_downloaded_and_unpacked_once(mirrors, config, scans, zip_of):
    mirrors.files["scans.zip"] = zip_of(scans)
    sources = config(mine={"url": mirrors.url("good", "scans.zip")})
    first = load_glyphs("mine", sources)
    assert load_glyphs("mine", sources, keep=False) == first
    assert mirrors.asked == {"good/scans.zip": 1}


def test_of_ten_processes_at_once_one_downloads_the_archive(mirrors, config, scans, zip_of, tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_DOWNLOAD_TIMEOUT", "60")
    mirrors.files["scans.zip"] = zip_of(scans)
    config(mine={"url": mirrors.url("slow", "scans.zip"), "sha256": sha256(mirrors, "scans.zip")})
    code = (
        "import sys; from mygenerator.config import config_load; from mygenerator.glyphs import load_glyphs\n"
        "print(load_glyphs('mine', config_load(sys.argv[1])).content)"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "my.yaml")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    processes = [subprocess.Popen(words, env=os.environ, **pipes) for _ in range(10)]
    answers = {process.communicate(timeout=120) for process in processes}
    assert len(answers) == 1
    assert answers.pop()[1] == ""
    assert mirrors.asked == {"slow/scans.zip": 1}


def sha256(mirrors, name):
    return hashlib.sha256(mirrors.files[name]).hexdigest()


def test_without_a_sha256_one_warning_gives_it_and_with_it_there_is_none(mirrors, config, scans, zip_of, caplog):
    mirrors.files["scans.zip"] = zip_of(scans)
    digest = sha256(mirrors, "scans.zip")
    sources = config(mine={"url": mirrors.url("good", "scans.zip")})
    with caplog.at_level(logging.WARNING, "mygenerator"):
        load_glyphs("mine", sources)
        load_glyphs("mine", sources)
    (said,) = [record.getMessage() for record in caplog.records]
    assert "'mine' is not verified" in said
    assert digest in said
    caplog.clear()
    # Taken over into the configuration, it proves the archive that is here already.
    proved = config(mine={"url": mirrors.url("good", "scans.zip"), "sha256": digest.upper()})
    assert len(load_glyphs("mine", proved)) == 4
    assert caplog.text == ""
    assert mirrors.asked == {"good/scans.zip": 1}
    wrong = config(mine={"url": mirrors.url("good", "scans.zip"), "sha256": "0" * 64})
    with pytest.raises(InputError, match=f"scans.zip: the file's sha256 is {digest}, but it should be {'0' * 64}"):
        load_glyphs("mine", wrong)


@pytest.mark.parametrize("proof", [False, True])
@pytest.mark.parametrize("failing", ["missing", "cut", "short", "silent", "wrong"])
def test_where_a_mirror_of_an_archive_fails_the_next_is_used(mirrors, config, scans, zip_of, home, failing, proof):
    mirrors.files["scans.zip"] = zip_of(scans)
    sources = config(
        mine={
            "url": [mirrors.url(failing, "scans.zip"), mirrors.url("good", "scans.zip")],
            **({"sha256": sha256(mirrors, "scans.zip")} if proof else {}),
        }
    )
    assert len(load_glyphs("mine", sources)) == 4
    assert mirrors.asked["good/scans.zip"] == 1
    assert archives_in(home) == ["scans.zip"]


def test_a_page_in_place_of_an_archive_is_refused_and_the_error_names_each_mirror_and_the_folder(
    mirrors, config, scans, zip_of, home
):
    mirrors.files |= {"page.zip": b"<html>no such page</html>", "scans.zip": zip_of(scans)}
    urls = [mirrors.url("good", "page.zip"), mirrors.url("missing", "scans.zip")]
    with pytest.raises(InputError) as error:
        load_glyphs("mine", config(mine={"url": urls}))
    said = str(error.value)
    assert f"{urls[0]}: this is not an archive but an HTML page; {urls[1]}: HTTP 404" in said
    (folder,) = (home / "downloads").iterdir()
    assert f"put page.zip into {folder} by hand" in said
    assert archives_in(home) == []
    (folder / "page.zip").write_bytes(mirrors.files["scans.zip"])
    assert len(load_glyphs("mine", config(mine={"url": urls}))) == 4


def evil_tar():
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        link = tarfile.TarInfo("7/passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return target.getvalue()


@pytest.mark.parametrize("proof", [False, True])
def test_an_archive_that_would_lead_out_is_used_by_no_name_and_leaves_nothing_unpacked(mirrors, config, home, proof):
    mirrors.files["evil.tgz"] = evil_tar()
    entry = {"url": mirrors.url("good", "evil.tgz")} | ({"sha256": sha256(mirrors, "evil.tgz")} if proof else {})
    for _ in range(2):
        with pytest.raises(InputError, match="'7/passwd' in the archive is a link"):
            load_glyphs("mine", config(mine=entry))
    assert [path.name for path in (home / "downloads").glob("*/*") if path.is_dir()] == []


def test_sources_of_one_name_and_other_addresses_do_not_mix(mirrors, config, scans, pair_files, zip_of):
    mirrors.files |= {"a.zip": zip_of(scans), "b.zip": zip_of(pair_files)}
    assert len(load_glyphs("mine", config(mine={"url": mirrors.url("good", "a.zip")}))) == 4
    assert len(load_glyphs("mine", config(mine={"url": mirrors.url("good", "b.zip")}))) == 50


@pytest.mark.parametrize("name", ["../../mine", "a/b", "C:mine", "..", "\u6f22", "x" * 300])
def test_whatever_a_source_is_called_it_stays_in_its_folder(mirrors, scans, zip_of, home, name):
    mirrors.files["..%2F..%2Fup.zip".replace("%2F", "/")] = zip_of(scans)
    entry = {"url": [mirrors.url("good", "..%2F..%2Fup.zip")]}
    assert len(load_glyphs(name, {"current_dataset": "optdigits", "datasets": {name: entry}})) == 4
    assert sorted(path.name for path in home.iterdir()) == ["cache", "downloads"]
    assert len(list((home / "downloads").iterdir())) == 1


def test_an_archive_without_glyphs_is_an_error_that_says_what_it_could_hold(mirrors, config, zip_of):
    mirrors.files["empty.zip"] = zip_of({"README": b"-"})
    with pytest.raises(InputError, match="'mine' holds no glyphs; allowed: an idx image and label pair or"):
        load_glyphs("mine", config(mine={"url": mirrors.url("good", "empty.zip")}))


# Names


def test_an_entry_with_a_path_stands_in_the_place_of_a_public_set(config, idx_folder):
    sources = config(mnist={"path": str(idx_folder), "url": "https://example.org/mnist.pkl"})
    assert len(load_glyphs("mnist", sources)) == 100


def test_an_entry_of_an_older_release_with_a_public_set_s_name_stands_for_the_set(config, mnist_folder, home):
    (home / "downloads").mkdir(parents=True)
    (home / "downloads" / "mnist-test").symlink_to(mnist_folder, target_is_directory=True)
    sources = config(**{"mnist:test": {"kind": "archive", "url": "https://example.org/mnist.pkl"}})
    assert load_glyphs("mnist:test", sources).source == "mnist:test"


def test_the_names_are_the_embedded_digits_the_public_sets_and_the_configuration_s_each_once(config):
    names = source_names(config(mine={"path": "x"}, mnist={"path": "y"}))
    assert names[0] == "optdigits"
    assert {"mnist", "mnist:test", "mine"} < set(names)
    assert len(names) == len(set(names))


def test_the_list_of_sources_tells_what_is_here_and_opens_and_writes_nothing(
    mirrors, config, scans, zip_of, idx_folder, home
):
    mirrors.files["scans.zip"] = zip_of(scans)
    sources = config(
        archive={"url": mirrors.url("good", "scans.zip")},
        pair={"kind": "idx", "path": str(idx_folder)},
        gone={"path": "/nowhere/at/all"},
        broken={"url": "ftp://example.org/x.zip"},
    )

    def known():
        return {source.name: source for source in known_sources(sources)}

    first = known()
    assert {name for name, source in first.items() if source.present} == {"optdigits", "pair"}
    assert not home.exists()
    assert not mirrors.asked
    assert "CC BY 4.0" in first["optdigits"].licence
    assert first["mnist"].place == home / "downloads" / "mnist"
    assert "not yet tried over the network" in first["qmnist"].note
    assert (first["pair"].kind, first["pair"].place) == ("idx", idx_folder)
    assert "ftp://example.org" in first["broken"].note
    assert mirrors.url("good", "scans.zip") in first["archive"].note
    load_glyphs("archive", sources)
    assert known()["archive"].present
    assert sorted(path.name for path in known()["archive"].place.iterdir()) == ["1", "7", "U+002F"]
