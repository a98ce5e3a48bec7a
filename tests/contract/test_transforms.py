"""What every exported Transform keeps; one that is added to the package is tested here without being named."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import mygenerator
from mygenerator import Dataset, NlpDataset, Pipeline, TextToImage, Transform, ValidatePadding
from mygenerator.errors import InputError
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs()
NEEDED = {TextToImage: {"glyphs": GLYPHS}, Pipeline: {"steps": [TextToImage(GLYPHS), ValidatePadding()]}}
KINDS = [
    kind
    for kind in (getattr(mygenerator, name) for name in mygenerator.__all__)
    if inspect.isclass(kind) and issubclass(kind, Transform)
]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def step(request) -> Transform:
    return request.param(**NEEDED.get(request.param, {}))


@pytest.fixture
def ds(step) -> Dataset:
    """Something that the step takes: text where it can be, or else strips."""
    texts = NlpDataset(["007", "42", "10", "90210", "33"] * 4, seed=11)
    return texts if "text" in step.takes else TextToImage(GLYPHS).fit_transform(texts)


def pixels(ds: Dataset, indices=range(20)) -> np.ndarray:
    return ds.batch(indices).images


def test_all_kinds_are_found():
    assert {Pipeline, TextToImage, Transform, ValidatePadding} <= set(KINDS)


def test_the_same_seed_gives_the_same_pixels_and_any_split_of_a_batch_does(step, ds):
    made = step.fit_transform(ds)
    whole = pixels(made)
    assert (pixels(step.transform(ds)) == whole).all()
    parts = [pixels(made, range(start, min(start + 3, 20))) for start in range(0, 20, 3)]
    assert (np.concatenate(parts) == whole).all()
    order = list(range(20))[::-1]
    assert (pixels(made, order) == whole[::-1]).all()
    assert (made[13].image == whole[13]).all()


def test_what_comes_in_is_not_changed(step, ds):
    made = step.fit_transform(ds)
    before = made.parent.batch(range(20))
    kept = copy.deepcopy(vars(before))
    made.transform.run(before, made.seed, made.name)
    for name, value in kept.items():
        assert np.array_equal(getattr(before, name), value)


def test_fitting_makes_no_sample(step, monkeypatch):
    ds = NlpDataset(["007"], seed=1) if "text" in step.takes else TextToImage(GLYPHS).transform(NlpDataset(["007"]))

    def never(self, index):
        raise AssertionError("a sample was made")

    monkeypatch.setattr(type(ds), "_make", never)
    step.fit(ds).transform(ds)


def test_parameters_make_the_same_step_again(step, ds):
    again = type(step)(**step.get_params())
    assert again.get_params() == step.get_params()
    assert type(step)(**NEEDED.get(type(step), {})).set_params(**step.get_params()).get_params() == step.get_params()
    assert (pixels(again.fit_transform(ds)) == pixels(step.fit_transform(ds))).all()


def test_an_unknown_parameter_is_refused(step):
    with pytest.raises(InputError, match=f"parameter of {type(step).__name__} 'no_such'"):
        step.set_params(no_such=1)
    with pytest.raises(TypeError):
        type(step)(**NEEDED.get(type(step), {}), no_such=1)


def test_a_repr_can_be_pasted_back(step, ds):
    names = {kind.__name__: kind for kind in KINDS} | {"GLYPHS": GLYPHS}
    again = eval(repr(step).replace(repr(GLYPHS), "GLYPHS"), names)
    assert repr(again) == repr(step)
    assert (pixels(again.fit_transform(ds)) == pixels(step.fit_transform(ds))).all()


def test_a_step_and_its_data_set_come_back_from_pickle(step, ds):
    again = pickle.loads(pickle.dumps(step))
    assert repr(again) == repr(step)
    made = step.fit_transform(ds)
    assert (pixels(pickle.loads(pickle.dumps(made))) == pixels(made)).all()


def test_labels_meta_and_length_are_handed_on(step, ds):
    made = step.fit_transform(ds)
    assert len(made) == len(ds)
    assert made.labels().tolist() == ds.labels().tolist()
    assert made.meta.equals(ds.meta)
    assert made.get_sample(3)[1].to_dict() == {"label": "90210"}


def test_what_is_declared_is_what_is_made(step, ds):
    made = step.fit_transform(ds)
    batch = made.batch([0, 1])
    assert batch.kind == made.kind
    assert batch.images.shape[1:] == made.image_shape
    assert (batch.boxes is not None) == made.records_boxes


def test_boxes_stay_on_the_ink(step, ds):
    made = step.fit_transform(ds)
    if not made.promises_gaps:
        pytest.skip(f"{made!r} promises no gaps")
    ValidatePadding((0, 50)).fit_transform(made).batch(range(20))


def test_scikit_learn_clones_it(step, ds):
    base = pytest.importorskip("sklearn.base")
    again = base.clone(step)
    assert again is not step
    assert repr(again) == repr(step)
    assert (pixels(again.fit_transform(ds)) == pixels(step.fit_transform(ds))).all()


def test_it_works_inside_a_pipeline_of_scikit_learn(step, ds):
    pipeline = pytest.importorskip("sklearn.pipeline")
    outer = pipeline.Pipeline([("step", step)])
    expected = pixels(step.fit_transform(ds))
    assert (pixels(outer.fit(ds).transform(ds)) == expected).all()
    assert (pixels(outer.fit_transform(ds)) == expected).all()


def test_scikit_learn_s_pipeline_runs_text_to_checked_strips():
    pipeline = pytest.importorskip("sklearn.pipeline")
    texts = NlpDataset(["007", "42"], seed=11)
    line = pipeline.Pipeline([("write", TextToImage(GLYPHS, (1, 4), 200)), ("check", ValidatePadding((1, 4)))])
    line.set_params(write__image_width=180)
    assert line.fit_transform(texts)[0].image.shape == (28, 180)
    assert "TextToImage" in repr(line)
