"""batch.py: a Batch and its rows."""

import pickle

import numpy as np
import pytest

from mygenerator.batch import Batch, codes_of


@pytest.fixture
def batch() -> Batch:
    """A label of three characters and one of one, on strips of 2 x 9 pixels."""
    return Batch(
        "strip",
        np.array([5, 8]),
        np.array(["120", "7"]),
        np.arange(36, dtype=np.uint8).reshape(2, 2, 9),
        boxes=np.array([[[0, 0, 1, 2], [2, 0, 4, 2], [7, 0, 9, 2]], [[3, 0, 5, 2], [-1] * 4, [-1] * 4]], np.int32),
        gaps=np.array([[1, 3], [-1, -1]], np.int32),
        glyphs=np.array([[10, 20, 0], [70, -1, -1]]),
        glyph_source="made",
    )


def test_a_batch_counts_its_samples(batch):
    assert len(batch) == 2
    assert batch.lengths.tolist() == [3, 1]


def test_a_sample_has_its_own_truth_without_the_padding_of_longer_labels(batch):
    long, short = batch.sample(0), batch.sample(1)
    assert (long.index, long.label, long.gaps.tolist(), long.glyphs.tolist()) == (5, "120", [1, 3], [10, 20, 0])
    assert (short.index, short.label, short.gaps.tolist(), short.glyphs.tolist()) == (8, "7", [], [70])
    assert short.boxes.tolist() == [[3, 0, 5, 2]]
    assert short.glyph_source == "made"
    assert (short.image == batch.images[1]).all()


def test_a_sample_of_text_has_a_label_and_nothing_else():
    sample = Batch("text", np.array([0]), np.array(["12"])).sample(0)
    assert (sample.label, sample.image, sample.boxes, sample.gaps, sample.glyphs) == ("12", None, None, None, None)


def test_replacing_a_field_leaves_the_batch_as_it_was(batch):
    other = batch.replace(paper=0)
    assert (other.paper, batch.paper) == (0, 255)
    assert other.images is batch.images


def test_batches_and_samples_can_be_compared_and_hashed(batch):
    first, again = batch.sample(0), batch.sample(0)
    assert batch == batch
    assert first != again
    assert len({batch, first, again, first}) == 3


def test_a_batch_comes_back_from_pickle(batch):
    again = pickle.loads(pickle.dumps(batch))
    assert (again.images == batch.images).all()
    assert again.labels.tolist() == ["120", "7"]


def test_codes_are_code_points_and_0_after_a_label_s_end():
    assert codes_of(np.array(["1é", "", "字"])).tolist() == [[49, 233], [0, 0], [0x5B57, 0]]


def test_codes_of_labels_that_are_picked_from_others_are_theirs():
    labels = np.array(["12", "345", "6"])
    assert codes_of(labels[::-2]).tolist() == [[54, 0, 0], [49, 50, 0]]


def test_no_labels_have_no_codes():
    assert codes_of(np.array([], dtype=str)).shape[0] == 0
