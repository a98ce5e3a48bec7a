"""The command `mygenerator glyphs`: what it lists, fetches and draws, in real processes."""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from mygenerator.util_image import image_read
from tests.glyphs.mirrors import Mirrors


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    # Nobody listens there: a process that would leave this machine fails at once.
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    return tmp_path / "home"


@pytest.fixture
def run(tmp_path, home):
    def run_command(*words):
        command = [sys.executable, "-m", "mygenerator.cli.cli_glyphs", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=os.environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout, done.stderr

    return run_command


@pytest.fixture
def scans(tmp_path):
    """A folder of characters: 14 glyphs of 7, two of /, none that can be used of 1."""
    digit = cv2.imread(str(write_stroke(tmp_path / "stroke.png")), cv2.IMREAD_GRAYSCALE)
    for k in range(14):
        save(tmp_path / "scans" / "7" / f"{k:02}.png", digit)
    for k in range(2):
        save(tmp_path / "scans" / "U+002F" / f"{k}.png", digit)
    broken = digit.copy()
    broken[:, 12] = 0
    save(tmp_path / "scans" / "1" / "broken.png", broken)
    return tmp_path / "scans"


def write_stroke(path):
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:16] = 255
    return save(path, image)


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), image)
    return path


def entry(out, name):
    """The lines of one source in the list."""
    lines = out.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith((f"{name}:", f"{name} (")))
    rest = [place for place, line in enumerate(lines) if place > start and not line.startswith(" ")]
    return "\n".join(lines[start : rest[0] if rest else None])


def test_the_list_says_what_is_here_how_many_can_be_used_why_not_and_the_licence(run, scans, tmp_path, home):
    (tmp_path / "my.yaml").write_text(
        "current_dataset: mine\ndatasets:\n  mine: {path: scans}\n  gone: {path: nowhere}\n"
        "  far: {url: 'https://example.org/far.zip'}\n"
    )
    status, out, err = run("--config_file", "my.yaml")
    assert (status, err) == (0, "")
    assert "mine (the default): 16 usable glyphs of '/7', 1 kept out (" in entry(out, "mine")
    assert str(scans) in entry(out, "mine")
    assert "1,790 usable glyphs of '0123456789', 7 kept out (in pieces 7)" in entry(out, "optdigits")
    assert "CC BY 4.0" in entry(out, "optdigits")
    assert "not here" in entry(out, "gone")
    assert "not here" in entry(out, "mnist")
    assert "10 MB to download" in entry(out, "mnist")
    assert str(home / "downloads" / "mnist") in entry(out, "mnist")
    assert "https://example.org/far.zip" in entry(out, "far")
    assert "not yet tried over the network" in " ".join(entry(out, "qmnist").split())
    assert not (home / "downloads").exists()


def test_a_source_that_cannot_be_used_is_listed_with_the_reason_beside_the_others(run, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "my.yaml").write_text("datasets: {bad: {path: empty}}")
    status, out, _ = run("--config_file=my.yaml")
    assert status == 0
    assert "cannot be used" in entry(out, "bad")
    assert "holds no glyphs" in " ".join(entry(out, "bad").split())
    assert "1,790 usable" in entry(out, "optdigits")


def test_a_sheet_shows_a_row_of_glyphs_for_each_character(run, scans, tmp_path):
    status, out, err = run("--show", "scans", "--output_file", "look.png")
    assert (status, out) == (0, "look.png\n")
    assert "16 usable glyphs" in err
    sheet = image_read(tmp_path / "look.png")
    ink = sheet[:, :, 0] == 0 if sheet.ndim == 3 else sheet == 0
    # 12 of the 14 sevens and both slashes, each 6 x 20 pixels, twice as large, and both parts of what is kept out.
    assert cv2.connectedComponents(ink.astype("uint8"))[0] - 1 == 14 + 2
    assert "kept out as 'blank column' (a column between the first and the last column of ink has none): 1/bro" in err
    assert run("--show", "optdigits")[1] == "glyphs_optdigits_sheet.png\n"
    assert (tmp_path / "glyphs_optdigits_sheet.png").stat().st_size > 10_000


def test_a_source_of_which_no_glyph_can_be_used_is_drawn_with_the_reasons(run, tmp_path):
    for k in range(3):
        save(tmp_path / "bad" / "1" / f"{k}.png", np.full((28, 28), 255, np.uint8))
    status, out, err = run("--show", "bad", "--output_file", "look.png")
    assert (status, out) == (0, "look.png\n")
    assert "bad: no glyph can be used, 3 are kept out" in err
    assert "kept out as 'empty' (there is no ink): 1/0.png, 1/1.png, 1/2.png" in err
    assert (tmp_path / "look.png").exists()


def test_a_source_is_fetched_checked_and_its_folder_named(run, scans, tmp_path, home):
    mirrors = Mirrors()
    try:
        mirrors.files["scans.zip"] = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", scans)).read_bytes()
        digest = hashlib.sha256(mirrors.files["scans.zip"]).hexdigest()
        urls = [mirrors.url("missing", "scans.zip"), mirrors.url("good", "scans.zip")]
        (tmp_path / "my.yaml").write_text(f"datasets: {{far: {{url: {urls}, sha256: {digest}}}}}")
        status, out, err = run("--download", "far", "--config_file", "my.yaml")
        assert status == 0
        assert err == "far: 16 usable glyphs of '/7', 1 kept out (blank column 1)\n"
        assert sorted(os.listdir(out.strip())) == ["1", "7", "U+002F"]
        status, again, err = run("--download", "far", "--config_file", "my.yaml")
        assert (status, again) == (0, out)
        assert "far is here already" in err
        assert mirrors.asked == {"missing/scans.zip": 1, "good/scans.zip": 1}
    finally:
        mirrors.close()


def test_without_a_network_the_error_lists_the_mirrors_and_says_what_to_put_where(run, home):
    status, out, err = run("--download", "mnist:test")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    for word in (
        "https://storage.googleapis.com/cvdf-datasets/mnist/t10k-images-idx3-ubyte.gz: ",
        "https://ossci-datasets.s3.amazonaws.com/mnist/t10k-images-idx3-ubyte.gz: ",
        "t10k-labels-idx1-ubyte.gz (sha256 f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6)",
        str(home / "downloads" / "mnist-test"),
        "--glyphs FOLDER",
    ):
        assert word in err


IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


@pytest.mark.parametrize(
    ("placed", "named"),
    [
        ([IMAGES, LABELS], [f"{IMAGES}: the file's sha256 is", f"{LABELS}: the file's sha256 is"]),
        ([IMAGES], [f"{IMAGES}: the file's sha256 is", f"{LABELS} is missing too"]),
        ([LABELS], [f"{LABELS}: the file's sha256 is", f"{IMAGES} is missing too"]),
    ],
)
def test_every_bad_file_that_was_put_there_by_hand_is_named_and_none_called_here(run, home, placed, named):
    folder = home / "downloads" / "mnist"
    folder.mkdir(parents=True)
    for name in placed:
        (folder / name).write_bytes(b"something else")
    status, out, err = run("--download", "mnist")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "is here already" not in err
    for words in named:
        assert words in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--show", "optdigit"], "unknown glyph source 'optdigit'"),
        (["--download", "mnits"], "did you mean 'mnist'?"),
        (["--download", "a", "--show", "b"], "both --show and --download"),
        (["--output_file", "x.png"], "--output_file is given without --show"),
        (["--show", "optdigits", "--output_file", "x.jpg"], "allowed: .png"),
        (["--show", "optdigits", "--output_file", "no/x.png"], "there is no such folder"),
        (["--show", "mnist", "--output_file", "x.jpg"], "allowed: .png"),
        (["--config_file", "no.yaml"], "no such configuration file"),
    ],
)
def test_what_is_wrong_is_one_message_before_anything_is_fetched(run, words, said, home):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert said in err
    assert err.startswith("mygenerator glyphs: ")
    assert not (home / "downloads").exists()
