"""Calls in a loop: what is opened once, and that whatever changes is noticed."""

import json
import os
import shutil
import time

import numpy as np
import pytest

import mygenerator.config
from mygenerator import NlpDataset, TextToImage, twins
from mygenerator.config import config_load
from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs
from mygenerator.pipeline import make_strip, run_generate_numbers_sequence
from mygenerator.testing.base import same
from mygenerator.unchanged import TICK_NS
from mygenerator.util_image.reading import image_read
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs("0123456789-")
SIZINGS = ["fill", "equal", "pad", "resize"]


@pytest.fixture
def home(tmp_path, monkeypatch):
    folder = tmp_path / "home"
    monkeypatch.setenv("MYGENERATOR_HOME", str(folder))
    return folder


def let_the_clock_move():
    time.sleep(2 * TICK_NS / 1e9)


def idx_folder(folder, level):
    """A folder with an idx pair: ten digits, each a block of that level and of its own height."""
    folder.mkdir(exist_ok=True)
    images = np.zeros((10, 28, 28), np.uint8)
    for digit in range(10):
        images[digit, 4 : 14 + digit, 8:20] = level
    head = b"\0\0\x08\x03" + np.array([10, 28, 28], ">u4").tobytes()
    (folder / "train-images-idx3-ubyte").write_bytes(head + images.tobytes())
    labels = b"\0\0\x08\x01" + np.array([10], ">u4").tobytes() + bytes(range(10))
    (folder / "train-labels-idx1-ubyte").write_bytes(labels)
    return folder


@pytest.mark.parametrize("which", ["numpy", "numba"])
@pytest.mark.parametrize("sizing", SIZINGS)
@pytest.mark.parametrize("align", ["left", "center", "right", "random"])
def test_a_strip_is_that_of_a_data_set_of_its_text(sizing, align, which):
    if which == "numba":
        pytest.importorskip("numba")
    for index, text in enumerate(["0", "0123456789", "-7", "55555"]):
        width, options = 40 * len(text) + 60, {"sizing": sizing, "align": align}
        with twins.forced(which):
            strip = make_strip(text, (2, 4), width, glyphs=GLYPHS, seed=9, index=index, **options)
        step = TextToImage(GLYPHS, (2, 4), width, **options)
        expected = step.fit_transform(NlpDataset([text] * 5, seed=9)).batch(range(5)).sample(index)
        for name, value in vars(expected).items():
            assert same(getattr(strip, name), value), (text, name)


def test_a_strip_is_what_the_command_s_function_writes(tmp_path, home):
    for index in range(2):
        path = run_generate_numbers_sequence("0123", 2, 5, 120, str(tmp_path / "out"), seed=4)
        assert (image_read(path) == make_strip("0123", (2, 5), 120, seed=4, index=index).image).all()


def test_without_a_seed_each_strip_is_another():
    strips = {make_strip("0123456789", glyphs=GLYPHS).image.tobytes() for _ in range(20)}
    assert len(strips) == 20


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"sequence": ""}, "sequence is ''"),
        ({"sequence": 12}, "sequence is 12"),
        ({"sequence": "x1"}, "no glyph for 'x'"),
        ({"spacing_range": (8, 3)}, "the smallest gap, 8"),
        ({"spacing_range": (True, 3)}, "True"),
        ({"image_width": 5}, "image_width 5 cannot hold 4 characters"),
        ({"image_width": 1000}, "200|pixels"),
        ({"image_width": True}, "image_width is True"),
        ({"sizing": "fil"}, "did you mean 'fill'"),
        ({"seed": -1}, "seed is -1"),
        ({"index": -1}, "index is -1"),
        ({"glyphs": "optdigit"}, "did you mean 'optdigits'"),
    ],
)
def test_what_is_wrong_is_refused_each_time_as_a_step_refuses_it(call, said):
    make_strip("0123", (1, 3), 100)  # right ones in between change nothing
    for _ in range(2):
        with pytest.raises(InputError, match=said):
            make_strip(**{"sequence": "0123", "spacing_range": (1, 3), "image_width": 100, **call})


def test_a_width_that_only_some_texts_fit_is_used_for_these():
    narrow = make_strip("111", (1, 1), 60, glyphs="optdigits", sizing="pad", seed=3)
    assert narrow.image.shape == (28, 60)
    with pytest.raises(InputError, match="cannot hold 3 characters"):
        make_strip("000", (1, 1), 40, glyphs="optdigits", sizing="pad", seed=3)


def test_nothing_is_parsed_or_opened_again_in_a_loop(home, tmp_path, monkeypatch):
    folder = idx_folder(tmp_path / "mine", 255)
    let_the_clock_move()
    for glyphs in (None, str(folder), folder):
        for _ in range(3):  # the cache is written, then read, then kept
            make_strip("0123", (1, 3), 100, glyphs=glyphs)
            let_the_clock_move()
    monkeypatch.setattr("mygenerator.config._parse", None)
    monkeypatch.setattr("mygenerator.glyphs.cache._open", None)
    monkeypatch.setattr("mygenerator.glyphs.opened.find_source", None)
    monkeypatch.setattr("mygenerator.registry.kinds", None)
    for glyphs in (None, str(folder), folder):
        assert make_strip("0123", (1, 3), 100, glyphs=glyphs).label == "0123"
    assert config_load()["current_dataset"] == "optdigits"


def test_a_changed_source_is_noticed_at_once(home, tmp_path):
    folder = idx_folder(tmp_path / "mine", 255)
    for level in (255, 200, 120, 90):
        idx_folder(folder, level)
        for _ in range(2):
            strip = make_strip("11", (1, 3), 60, glyphs=folder, sizing="pad")
            assert strip.image.min() == 255 - level
        if level < 255:
            let_the_clock_move()


def test_a_second_pair_in_the_folder_is_noticed_at_once(home, tmp_path):
    folder = idx_folder(tmp_path / "mine", 255)
    let_the_clock_move()
    make_strip("11", (1, 3), 60, glyphs=folder)
    for part in ("images-idx3", "labels-idx1"):
        shutil.copy(folder / f"train-{part}-ubyte", folder / f"other-{part}-ubyte")
    with pytest.raises(InputError, match="several idx pairs"):
        make_strip("11", (1, 3), 60, glyphs=folder)


def test_a_changed_configuration_is_noticed_at_once(home, tmp_path):
    home.mkdir()
    for level, name in ((255, "first"), (100, "other")):
        idx_folder(tmp_path / name, level)
    for level, name in ((255, "first"), (100, "other"), (255, "first")):
        text = {"current_dataset": "mine", "datasets": {"mine": {"path": str(tmp_path / name)}}}
        (home / "config.yaml").write_text(json.dumps(text), encoding="utf-8")
        for _ in range(2):
            assert make_strip("11", (1, 3), 60, sizing="pad").image.min() == 255 - level
        let_the_clock_move()
    (home / "config.yaml").write_text("nonsense: 1", encoding="utf-8")
    with pytest.raises(InputError, match="nonsense"):
        make_strip("11", (1, 3), 60)


def test_another_home_or_working_folder_is_noticed_at_once(home, tmp_path, monkeypatch):
    for level, name in ((255, "first"), (100, "other")):
        (tmp_path / name).mkdir()
        idx_folder(tmp_path / name / "mine", level)
        monkeypatch.chdir(tmp_path / name)
        assert make_strip("11", (1, 3), 60, glyphs="./mine", sizing="pad").image.min() == 255 - level
    for level, name in ((255, "first"), (100, "other")):
        monkeypatch.setenv("MYGENERATOR_HOME", str(tmp_path / f"home-{name}"))
        (tmp_path / f"home-{name}").mkdir()
        text = {"current_dataset": "mine", "datasets": {"mine": {"path": str(tmp_path / name / "mine")}}}
        (tmp_path / f"home-{name}" / "config.yaml").write_text(json.dumps(text), encoding="utf-8")
        assert make_strip("11", (1, 3), 60, sizing="pad").image.min() == 255 - level


def test_a_caller_who_changes_what_the_configuration_gave_changes_only_that(home):
    config_load()
    let_the_clock_move()
    for _ in range(3):
        config_load()["datasets"]["mine"] = {"path": "/nowhere"}
    assert "mine" not in config_load()["datasets"]


def test_a_removed_cache_is_written_again(home):
    for _ in range(3):
        load_glyphs("optdigits")
        let_the_clock_move()
    shutil.rmtree(home / "cache")
    load_glyphs("optdigits")
    assert os.listdir(home / "cache" / "glyphs")
    assert mygenerator.config.config_path() == home / "config.yaml"
