"""Folders that were written by CharToImages and CombineImagesHorizontally are judged as those of TextToImage."""

import numpy as np
import pandas as pd
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    ImageDataset,
    NlpDataset,
    PhoneNlpDataset,
    Pipeline,
    RemoveWhitePadding,
    ScaleImage,
    TextToImage,
    Transform,
)
from mygenerator.validate import validate_folder
from tests.validate.breaking import widen_gap


def test_glyphs_set_side_by_side_are_judged_by_the_range_that_the_recipe_names(tmp_path):
    steps = Pipeline([CharToImages("optdigits"), CombineImagesHorizontally((3, 8), 300)])
    steps.fit_transform(PhoneNlpDataset(20, seed=1)).save(tmp_path / "out")
    report = validate_folder(tmp_path / "out")
    assert report.ok
    assert sum(report.gaps.values()) == 200
    assert set(report.gaps) <= set(range(3, 9))
    widen_gap(tmp_path / "out", "img_3.png", gap=2, by=6)
    assert not validate_folder(tmp_path / "out").ok


def test_images_of_a_user_s_own_promise_no_gaps(tmp_path):
    def halves(row: int) -> np.ndarray:
        image = np.zeros((28, 20), np.uint8)
        image[:, 3:9] = image[:, 14 + row :] = 255
        return image

    font = ImageDataset(get_image_fn=halves, meta=pd.DataFrame({"label": ["0", "1"]}), seed=1)
    steps = Pipeline([CharToImages(font), CombineImagesHorizontally((1, 1), 41)])
    steps.fit_transform(NlpDataset(["01", "10", "11", "00"], seed=1)).save(tmp_path / "out")
    report = validate_folder(tmp_path / "out")
    assert report.ok, str(report)
    assert "set side by side whole" in str(report)


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
def test_glyphs_that_were_cropped_first_are_judged_and_those_that_were_scaled_whole_are_not(tmp_path, sizing):
    texts = PhoneNlpDataset(30, seed=1)
    join = CombineImagesHorizontally((3, 8), 330, sizing)
    Pipeline([CharToImages(), RemoveWhitePadding(), join]).fit_transform(texts).save(tmp_path / "cropped")
    cropped = validate_folder(tmp_path / "cropped")
    assert cropped.ok, str(cropped)
    assert sum(cropped.gaps.values()) == 300
    Pipeline([CharToImages(), ScaleImage(height=20), join]).fit_transform(texts).save(tmp_path / "scaled")
    scaled = validate_folder(tmp_path / "scaled")
    assert scaled.ok, str(scaled)
    assert "set side by side whole" in str(scaled)


class TurnsSome(Transform):
    """Inverts some strips: boxes stay right, and there is no one paper."""

    keeps = ("boxes",)

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=0, high=1).astype(bool)

    def apply(self, images, drawn):
        return np.where(drawn[:, None, None], 255 - images, images)


def test_strips_of_two_papers_are_good_if_no_paper_is_claimed(tmp_path):
    steps = Pipeline([TextToImage("optdigits", (3, 8), 300), TurnsSome()])
    steps.fit_transform(PhoneNlpDataset(20, seed=1)).save(tmp_path / "out")
    report = validate_folder(tmp_path / "out")
    assert report.ok, str(report)
