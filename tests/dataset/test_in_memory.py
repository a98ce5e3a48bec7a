"""A whole data set as arrays: what it holds, what it refuses before it makes anything, and what it tells."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from mygenerator import NlpDataset, Transform
from mygenerator.dataset import in_memory
from mygenerator.errors import InputError
from tests.save.program import strips


def test_all_images_and_labels_come_in_order():
    ds = strips(2500)
    images, labels = ds.to_numpy()
    assert (images.shape, images.dtype, labels.shape) == ((2500, 28, 80), np.uint8, (2500,))
    assert labels.tolist() == ds.labels().tolist()
    for index in (0, 999, 1000, 2499):
        assert np.array_equal(images[index], ds[index].image)


def test_the_arrays_are_the_callers_own():
    ds = strips(3)
    images, labels = ds.to_numpy()
    images[:], labels[:] = 0, "x"
    assert ds[0].image.any()
    assert ds.labels()[0] != "x"


def test_progress_is_told_by_samples_up_to_the_last():
    told = []
    strips(2100).to_numpy(lambda done, total: told.append((done, total)))
    assert told == [(1000, 2100), (2000, 2100), (2100, 2100)]


def test_a_bar_is_drawn_on_a_terminal_alone(monkeypatch, capsys):
    strips(3).to_numpy()
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    strips(3).to_numpy()
    assert "images" in capsys.readouterr().err


def test_other_kinds_are_refused_with_what_to_take():
    with pytest.raises(InputError, match=r"holds text, not strips.*labels"):
        NlpDataset(["7"], seed=1).to_numpy()


def test_what_does_not_fit_in_memory_is_refused_before_anything_is_made(monkeypatch):
    monkeypatch.setattr(in_memory, "available_memory", lambda: 1_000_000)
    monkeypatch.setattr(Transform, "run", None)
    with pytest.raises(InputError, match=r"9,000 images of 80 x 28 pixels take 0\.0 GB .* 0\.0 GB are free.*batches"):
        strips(9000).to_numpy()


def test_images_that_change_their_size_on_the_way_are_an_error_that_names_the_samples():
    class Wider(Transform):
        """Makes later strips wider."""

        def facts(self, before):
            return replace(super().facts(before), image_shape=None)

        def apply(self, images, drawn):
            return np.repeat(images, 2, axis=2) if len(images) == 500 else images

    with pytest.raises(InputError, match=r"samples 1000 to 1499.*\(28, 160\)"):
        Wider().fit_transform(strips(1500)).to_numpy()


def test_memory_that_is_free_is_known_here_and_below_what_there_is():
    free = in_memory.available_memory()
    assert free is None or 0 < free < 2**60
