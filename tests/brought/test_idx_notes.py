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
from tests.brought.made_pairs import TRAIN, configured, emnist, half, npz, of, pair, put, real_digits, warnings_in


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


def zero_filled(folder: Path, labels_left: int = TRAIN, images_left: int = TRAIN, prefix: str = "") -> Path:
    """A pair whose files have zeros after these rows, as a download leaves them that reserves the whole file first."""
    images, labels = (np.copy(one) for one in half("train"))
    images[images_left:], labels[labels_left:] = 0, 0
    return pair(folder, images, labels, prefix)


def zero_filled_npz(folder: Path) -> Path:
    images, labels = half("train")
    return npz(folder / "m.npz", x_train=images, y_train=np.where(np.arange(TRAIN) < 100, labels, 0))


def grouped(folder: Path, order: str, left: int = TRAIN) -> Path:
    """Digits in groups of one label, 30 each, in this order, with zeros after so many."""
    images, labels = real_digits()
    rows = np.concatenate([np.flatnonzero(labels == int(one))[:30] for one in order])
    written = labels[rows].copy()
    written[left:] = 0
    return pair(folder, images[rows], written)


NOTED = [
    Case("EMNIST's digits", "EMNIST", lambda folder: of(put(folder, emnist("digits")), "test"), "taken for one of EMN"),
    Case("1s that lie on their side", "own export", lying, "the 1s lie on their side"),
    Case("1s that lie on their side, in .npz", "Keras", lying_npz, "the 1s lie on their side"),
    Case("some images turned", "merged data", half_turned, "100 of 300 images have a bright border"),
    Case("labels end in zeros", "stopped download", lambda f: zero_filled(f, 190), "of 300 labels are all 0, as after"),
    Case("labels end in zeros, in .npz", "own export", zero_filled_npz, "of 300 labels are all 0, as after a download"),
    Case(
        "images end in zeros", "stopped download", lambda f: zero_filled(f, 300, 280), "the last 20 of 300 images hold"
    ),
    Case(
        "sorted labels end in zeros", "stopped", lambda f: grouped(f, "0123456789", 150), "the last 150 of 300 labels"
    ),
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


UNSUSPICIOUS = [
    Case("fewer than 100 zeros at the end", "own export", lambda folder: zero_filled(folder, TRAIN - 90), ()),
    Case("sorted downwards", "own export", lambda folder: grouped(folder, "9876543210"), ()),
    Case("sorted downwards by two writers", "own export", lambda folder: grouped(folder, "99900011110000"), ()),
    Case("zeros alone", "own export", lambda folder: grouped(folder, "0000"), ()),
    Case("a few blank images at the end", "own export", lambda folder: zero_filled(folder, TRAIN, TRAIN - 5), ()),
]


@each(UNSUSPICIOUS)
def test_an_end_that_shows_no_fault_is_not_doubted(tmp_path, case):
    assert load_glyphs(case.bring(tmp_path / "pair")).notes == case.right


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


@pytest.mark.parametrize(("left", "said"), [(200, "(199 usable, 101 kept out)"), (280, "(279 usable)")])
def test_the_line_of_what_is_used_says_how_many_were_kept_out_if_they_are_many(tmp_path, capsys, left, said):
    folder = zero_filled(tmp_path / "d", images_left=left)
    recipe = tmp_path / "r.yaml"
    recipe.write_text(
        f"seed: 1\ntext: {{labels: ['7']}}\nsteps: [{{text_to_image: {{image_width: 60, glyphs: '{folder}'}}}}]\n"
    )
    assert main(["run", str(recipe), "--output_path", str(tmp_path / "out"), "--dry_run"]) == 0
    assert f"digits d {said}" in capsys.readouterr().err
