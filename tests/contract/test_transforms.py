"""What every registered step keeps; one that is added, here or by another package, is tested without being named."""

import numpy as np
import pandas as pd
import pytest

import mygenerator
from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    Dataset,
    ImageDataset,
    NlpDataset,
    Pipeline,
    TextToImage,
    Transform,
    ValidatePadding,
    registry,
)
from mygenerator.errors import InputError
from mygenerator.testing import TRANSFORM_CONTRACTS, data_sets_for
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs()
KINDS = registry.kinds("step")
STEPS = [step for kind in KINDS.values() for step in kind.examples()]
STEPS += [TextToImage(GLYPHS, (1, 4), 200), CharToImages(GLYPHS)]


class Scans:
    """A user's own function: row -> an array of its own size, the font of what follows."""

    def __call__(self, row: int) -> np.ndarray:
        return np.full((20 + row % 3, 4 + row % 5), 70 + row, np.uint8)

    def __repr__(self) -> str:
        return "Scans()"


FONT = ImageDataset(get_image_fn=Scans(), meta=pd.DataFrame({"label": list("0123456789") * 9}), seed=2)
STEPS += [CharToImages(FONT), Pipeline([CharToImages(FONT), CombineImagesHorizontally((1, 4), 200)])]
CASES = [(step, ds) for step in STEPS for ds in data_sets_for(step)]


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]!r} on {case[1].kind}"[:120])
def case(request) -> tuple[Transform, Dataset]:
    return request.param


def test_the_steps_of_the_package_are_found_without_a_list():
    assert {
        "char_to_images",
        "combine_images_horizontally",
        "image_transform",
        "pipeline",
        "remove_white_padding",
        "rotate",
        "salt_and_pepper",
        "scale",
        "scale_image",
        "shear",
        "stroke",
        "text_to_image",
        "validate_padding",
    } <= set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_step_has_examples_that_are_of_its_kind(name):
    assert all(type(step) is KINDS[name] for step in KINDS[name].examples())
    assert KINDS[name].kind_name() == name


@pytest.mark.parametrize("contract", TRANSFORM_CONTRACTS, ids=lambda contract: contract.__name__)
def test_every_step_keeps_every_contract(contract, case):
    contract(*case)


def test_a_repr_can_be_pasted_back(case):
    step, ds = case
    names = vars(mygenerator) | {kind.__name__: kind for kind in KINDS.values()} | {"GLYPHS": GLYPHS}
    again = eval(repr(step).replace(repr(GLYPHS), "GLYPHS").replace(repr(FONT), "FONT"), names | {"FONT": FONT})
    assert repr(again) == repr(step)
    assert repr(again.fit_transform(ds)) == repr(step.fit_transform(ds))


def test_a_constructor_refuses_what_it_does_not_know(case):
    step, _ = case
    with pytest.raises(TypeError, match=r"no_such|no arguments"):
        type(step)(**step.get_params(deep=False), no_such=1)


def test_scikit_learn_s_pipeline_runs_text_to_checked_strips():
    pipeline = pytest.importorskip("sklearn.pipeline")
    texts = NlpDataset(["007", "42"], seed=11)
    line = pipeline.Pipeline([("write", TextToImage(GLYPHS, (1, 4), 200)), ("check", ValidatePadding((1, 4)))])
    line.set_params(write__image_width=180)
    assert line.fit_transform(texts)[0].image.shape == (28, 180)
    assert "TextToImage" in repr(line)


def test_an_unknown_parameter_is_refused_by_name():
    with pytest.raises(InputError, match="did you mean 'image_width'"):
        TextToImage().set_params(image_widht=1)
