"""dataset/base.py: rows, indices and iteration, the same for data sets that begin a pipeline and those after a step."""

import copy
import pickle

import numpy as np
import pytest

from mygenerator import Dataset, ImageDataset, NlpDataset, PatternNlpDataset, TextToImage, ValidatePadding
from mygenerator.errors import InputError
from tests.made_glyphs import made_glyphs

LABELS = ["007", "42", "1", "90210"]
GLYPHS = made_glyphs()


def strips() -> Dataset:
    return TextToImage(GLYPHS, (1, 4), 120).fit_transform(NlpDataset(LABELS, seed=3))


def black_square(row: int) -> np.ndarray:
    return np.full((2, 2), row, np.uint8)


def pictures() -> ImageDataset:
    import pandas

    return ImageDataset(get_image_fn=black_square, meta=pandas.DataFrame({"label": LABELS}), seed=3)


@pytest.fixture(params=[lambda: NlpDataset(LABELS, seed=3), strips, pictures], ids=["text", "strips", "pictures"])
def ds(request) -> Dataset:
    return request.param()


def test_every_row_is_reached_by_its_index_and_from_the_end(ds):
    assert len(ds) == 4
    assert [ds[row].label for row in range(4)] == LABELS
    assert [ds[row - 4].label for row in range(4)] == LABELS
    assert [ds[row - 4].index for row in range(4)] == [0, 1, 2, 3]
    assert ds[np.uint8(3)].label == "90210"


@pytest.mark.parametrize("index", [4, -5, 10**30, -(10**30), np.uint64(2**64 - 1), np.int64(-5)])
def test_an_index_outside_is_an_index_error(ds, index):
    for ask in (ds.__getitem__, ds.get_image_only, ds.get_sample, ds.get_meta_row):
        with pytest.raises(IndexError, match=str(index)):
            ask(index)


@pytest.mark.parametrize("index", [True, np.True_, 1.0, "1", None, slice(0, 2), [0]])
def test_what_is_no_whole_number_is_no_index(ds, index):
    with pytest.raises(TypeError, match="one whole number"):
        ds[index]


@pytest.mark.parametrize("indices", [[0, 4], [-5], np.array([2**64 - 1], np.uint64)])
def test_a_batch_with_a_row_outside_is_an_index_error(ds, indices):
    for ask in (ds.batch, ds.labels):
        with pytest.raises(IndexError, match="4 samples"):
            ask(indices)


@pytest.mark.parametrize("indices", [[0.0], [True], ["1"], [[0, 1]], 3, np.array([2**70])])
def test_a_batch_of_what_are_no_whole_numbers_is_an_input_error(ds, indices):
    with pytest.raises(InputError, match="whole numbers"):
        ds.batch(indices)


def test_a_batch_holds_the_rows_asked_for_in_their_order(ds):
    batch = ds.batch([3, 0, -1, 0])
    assert batch.labels.tolist() == ["90210", "007", "90210", "007"]
    assert batch.index.tolist() == [3, 0, 3, 0]
    assert len(ds.batch([])) == 0
    assert len(ds.batch(np.array([], int))) == 0


def test_iterating_gives_every_sample_once_in_order(ds):
    assert [sample.index for sample in ds] == [0, 1, 2, 3]
    assert [sample.label for sample in ds] == LABELS


@pytest.mark.parametrize("size", [1, 3, 4, 100, np.int16(3)])
def test_batches_hold_every_row_once_in_order(ds, size):
    batches = list(ds.batches(size))
    assert [label for batch in batches for label in batch.labels] == LABELS
    assert all(len(batch) == min(size, 4) for batch in batches[:-1])


@pytest.mark.parametrize("size", [0, -1, 2.0, "3", True])
def test_a_batch_size_that_is_no_whole_number_from_1_is_an_input_error(ds, size):
    with pytest.raises(InputError, match="batch size"):
        next(ds.batches(size))


def test_a_sample_comes_with_the_row_of_meta(ds):
    _, row = ds.get_sample(-2)
    assert row.to_dict() == {"label": "1"}


def test_a_data_set_comes_back_from_pickle_as_it_was(ds):
    again = pickle.loads(pickle.dumps(ds))
    assert repr(again) == repr(ds)
    assert again.seed == ds.seed
    for sample, other in zip(ds, again, strict=True):
        assert sample.label == other.label
        assert np.array_equal(sample.image, other.image)


def test_a_data_set_deep_copies_to_itself(ds):
    assert copy.deepcopy(ds) is ds


def test_labels_make_no_image_and_are_the_caller_s_to_change():
    import pandas

    def never(row: int) -> None:
        raise AssertionError(f"image {row} was made")

    untouched = ImageDataset(get_image_fn=never, meta=pandas.DataFrame({"label": LABELS}))
    assert untouched.labels().tolist() == LABELS
    assert untouched.labels([2, 0]).tolist() == ["1", "007"]
    for ds in (untouched, NlpDataset(LABELS), strips()):
        ds.labels()[0] = "x"
        ds.labels([0])[0] = "x"
        assert ds.labels().tolist() == LABELS


def test_what_is_handed_out_is_the_caller_s_to_change():
    ds = strips()
    before = ds[0]
    batch = ds.batch(range(4))
    for array in (batch.index, batch.labels, batch.images, batch.boxes, batch.gaps, batch.glyphs):
        array[:] = 0
    after = ds[0]
    assert after.label == before.label == "007"
    for name in ("image", "boxes", "gaps", "glyphs"):
        assert (getattr(after, name) == getattr(before, name)).all()


def test_the_same_data_set_with_another_seed_leaves_the_first_as_it_was(ds):
    other = ds.with_seed(np.int64(4))
    assert (ds.seed, other.seed) == (3, 4)
    assert "int64" not in repr(other)
    assert other.labels().tolist() == LABELS
    assert type(other) is type(ds)
    with pytest.raises(InputError, match="seed"):
        ds.with_seed(-1)


def test_a_seed_that_nobody_gave_is_fresh_and_is_kept():
    first, second = PatternNlpDataset("[0-9]{9}", 5), PatternNlpDataset("[0-9]{9}", 5)
    assert first.seed_is_fresh
    assert first.seed != second.seed
    assert first.labels().tolist() == first.labels().tolist() != second.labels().tolist()
    assert not first.with_seed(1).seed_is_fresh


def test_a_repr_can_be_pasted_back():
    ds = ValidatePadding((1, 4)).transform(TextToImage(GLYPHS, [1, 4], 120).transform(NlpDataset(LABELS, seed=3)))
    names = {"GLYPHS": GLYPHS, "NlpDataset": NlpDataset, "TextToImage": TextToImage, "ValidatePadding": ValidatePadding}
    again = eval(repr(ds).replace(repr(GLYPHS), "GLYPHS"), names)
    assert repr(again) == repr(ds)
    assert (again[3].image == ds[3].image).all()
