"""What is not certain about an idx pair is said whenever it is opened, not only when it is read for the first time."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mygenerator.cli.main import main
from mygenerator.glyphs import load_glyphs
from mygenerator.inspection.doctor import examine
from mygenerator.logs import logw_once
from tests.brought.cases import Case, each
from tests.brought.made_pairs import configured, emnist, half, npz, of, pair, put, warnings_in


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder for each test."""
    monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def lying(folder: Path) -> Path:
    images, labels = half("train")
    return pair(folder, np.ascontiguousarray(images.transpose(0, 2, 1)), labels)


def half_turned(folder: Path) -> Path:
    images, labels = half("train")
    return pair(folder, np.concatenate([images[:200], 255 - images[200:]]), labels)


def no_border(folder: Path) -> Path:
    images, labels = half("train")
    cropped = images[:, 6:-6, 6:-6].copy()
    cropped[:, :, 0] = cropped[:, 0] = np.arange(16) * 16
    cropped[:, :, -1] = cropped[:, -1] = 255 - np.arange(16) * 16
    return pair(folder, cropped, labels)


def lying_npz(folder: Path) -> Path:
    images, labels = half("train")
    return npz(folder / "mine.npz", x_train=images.transpose(0, 2, 1).copy(), y_train=labels)


NOTED = [
    Case("EMNIST's digits", "EMNIST", lambda folder: of(put(folder, emnist("digits")), "test"), "taken for one of EMN"),
    Case("1s that lie on their side", "own export", lying, "the 1s lie on their side"),
    Case("1s that lie on their side, in .npz", "Keras", lying_npz, "the 1s lie on their side"),
    Case("some images turned", "merged data", half_turned, "100 of 300 images have a bright border"),
    Case("borders of all levels", "cropped photos", no_border, "borders of these images do not show"),
]


@each(NOTED)
def test_every_process_that_opens_the_pair_says_it_once(tmp_path, case, caplog):
    place = case.bring(tmp_path / "pair")
    for keep in (False, True, True):
        logw_once.cache_clear()  # as in a new process
        caplog.clear()
        glyphs = load_glyphs(place, keep=keep)
        load_glyphs(place)
        (said,) = warnings_in(caplog)
        assert case.right in said
        assert glyphs.notes == (said,)
        assert pickle.loads(pickle.dumps(glyphs)).notes == (said,)


@each(NOTED)
def test_a_cache_of_an_earlier_release_does_not_keep_the_notes_back(tmp_path, case, home):
    place = case.bring(tmp_path / "pair")
    told = load_glyphs(place).notes
    for pointer in (home / "cache" / "glyphs").glob("*.json"):
        facts = json.loads(pointer.read_text())
        del facts["notes"]
        pointer.write_text(json.dumps(facts))
    assert told
    assert load_glyphs(place).notes == told


def test_the_same_content_has_the_notes_of_the_source_it_is_opened_from(tmp_path):
    images, labels = half("train")
    pair(tmp_path / "d", np.ascontiguousarray(images.transpose(0, 2, 1)), labels, "emnist-digits-train-")
    guessed = load_glyphs("mine", configured(tmp_path, path="d"))
    decided = load_glyphs("mine", configured(tmp_path, path="d", transposed=True))
    assert guessed.content == decided.content
    assert guessed.notes
    assert not decided.notes
    assert load_glyphs(tmp_path / "d").notes == guessed.notes


def as_default(tmp_path: Path, home: Path) -> None:
    """A pair with a doubt is the default source of the home folder, and is in the cache."""
    home.mkdir()
    (home / "config.yaml").write_text(
        f"current_dataset: mine\ndatasets: {{mine: {{path: '{lying(tmp_path / 'd')}'}}}}\n"
    )
    load_glyphs("mine")
    logw_once.cache_clear()


def test_the_commands_show_it(tmp_path, home, capsys, monkeypatch):
    as_default(tmp_path, home)
    assert main(["glyphs"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert "the 1s lie on their side; if rows" in listed
    monkeypatch.setattr("mygenerator.inspection.doctor._SPEED_IMAGES", 60)
    found = examine()
    assert "the 1s lie on their side" in "".join(found.facts["digits"]["notes"])
    assert "the 1s lie on their side" in str(found)


def test_a_sheet_of_a_pair_that_is_in_the_cache_says_it_too(tmp_path, home):
    as_default(tmp_path, home)
    words = [sys.executable, "-m", "mygenerator", "glyphs", "--show", "mine", "--output_file", str(tmp_path / "s.png")]
    shown = subprocess.run(words, capture_output=True, text=True, env=dict(os.environ), check=True)
    assert shown.stderr.count("the 1s lie on their side") == 1
