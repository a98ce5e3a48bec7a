"""What every registered data set, format and engine keeps, and every source of glyphs that is at hand."""

import cv2
import numpy as np
import pandas as pd
import pytest

from mygenerator import Dataset, ImageDataset, NlpDataset, TextToImage, registry
from mygenerator.engines import SerialEngine
from mygenerator.glyphs import load_glyphs
from mygenerator.testing import DATASET_CONTRACTS, check_engine, check_glyph_set, check_sink


class Pixels:
    """A user's own function: row -> an image."""

    def __call__(self, row: int) -> np.ndarray:
        return np.full((4, 3 + row), row, np.uint8)


@pytest.fixture(params=["folder", "table", "function", "strips"])
def images(request, tmp_path) -> Dataset:
    """Data sets of images in every form, and one that a step was applied to."""
    if request.param == "strips":
        return TextToImage(image_width=120).fit_transform(NlpDataset(["007", "42"] * 5, seed=1))
    names = [f"{row % 3}/{row}.png" for row in range(9)]
    for row, name in enumerate(names):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        assert cv2.imwrite(str(tmp_path / name), Pixels()(row))
    if request.param == "folder":
        return ImageDataset(tmp_path, seed=1)
    table = pd.DataFrame({"label": [name[0] for name in names]})
    if request.param == "table":
        return ImageDataset(tmp_path, meta=table.assign(uri=names), seed=1)
    return ImageDataset(get_image_fn=Pixels(), meta=table, seed=1)


@pytest.mark.parametrize("contract", DATASET_CONTRACTS, ids=lambda contract: contract.__name__)
def test_every_data_set_of_images_keeps_every_contract(contract, images):
    contract(images)


TEXTS = [ds for kind in dict.fromkeys(registry.kinds("text").values()) for ds in kind.examples()]
ENGINES = {"serial": SerialEngine, "process": lambda: registry.find("engine", "process")(2)}


@pytest.mark.parametrize("ds", TEXTS, ids=repr)
@pytest.mark.parametrize("contract", DATASET_CONTRACTS, ids=lambda contract: contract.__name__)
def test_every_text_source_keeps_every_contract(contract, ds):
    contract(ds)


def test_every_text_source_has_an_example():
    assert {type(ds) for ds in TEXTS} == set(registry.kinds("text").values())


@pytest.mark.parametrize("name", registry.kinds("format"))
def test_every_format_keeps_its_contracts(name):
    check_sink(registry.find("format", name))


@pytest.mark.parametrize("name", registry.kinds("engine"))
def test_every_engine_keeps_its_contracts(name):
    check_engine(ENGINES.get(name, registry.find("engine", name))())


def test_the_embedded_glyphs_keep_their_contract():
    check_glyph_set(load_glyphs("optdigits"))


def test_the_glyphs_of_mnist_keep_their_contract(mnist_folder):
    check_glyph_set(load_glyphs(mnist_folder))
