"""Sample i is a function of (recipe, seed, i): not of its batch, of the order, or of what was made before."""

import numpy as np
import pytest
import xxhash

from mygenerator import Dataset, NlpDataset, PhoneNlpDataset, Pipeline, TextToImage, ValidatePadding
from mygenerator.batch import Sample
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs(each=20)
COUNT = 600


def phone_numbers(seed: int = 7) -> Dataset:
    steps = Pipeline([TextToImage(GLYPHS, (3, 8), 300), ValidatePadding((3, 8))])
    return steps.fit_transform(PhoneNlpDataset(COUNT, seed=seed))


def mixed_lengths() -> Dataset:
    labels = [str(7**number)[: 1 + number % 11] for number in range(COUNT)]
    return TextToImage(GLYPHS, (0, 5), 150, "equal").fit_transform(NlpDataset(labels, seed=7))


def key(sample: Sample) -> tuple:
    arrays = (sample.image, sample.boxes, sample.gaps, sample.glyphs)
    # Hashes: where a test fails, pytest would compare whole images letter by letter.
    return sample.index, sample.label, *((array.shape, xxhash.xxh3_64_hexdigest(array.tobytes())) for array in arrays)


def keys(ds: Dataset, size: int) -> list[tuple]:
    return [key(batch.sample(row)) for batch in ds.batches(size) for row in range(len(batch))]


@pytest.mark.parametrize("made", [phone_numbers, mixed_lengths])
def test_samples_are_the_same_in_batches_of_any_size_in_any_order_and_alone(made):
    expected = keys(made(), COUNT)
    assert [sample[0] for sample in expected] == list(range(COUNT))
    ds = made()
    assert keys(ds, 1) == expected
    assert keys(ds, 7) == expected
    backwards = ds.batch(range(COUNT - 1, -1, -1))
    assert [key(backwards.sample(row)) for row in range(COUNT)] == expected[::-1]
    assert [key(ds[row]) for row in range(0, COUNT, 13)] == expected[::13]
    assert [key(sample) for sample in ds] == expected


def test_another_seed_gives_other_labels_and_other_pixels():
    first, second = phone_numbers(7).batch(range(COUNT)), phone_numbers(8).batch(range(COUNT))
    assert set(first.labels.tolist()) != set(second.labels.tolist())
    assert not (first.images == second.images).all(axis=(1, 2)).any()


def test_more_rows_leave_the_first_ones_as_they_were():
    step = TextToImage(GLYPHS, (3, 8), 300)
    few, many = (step.fit_transform(PhoneNlpDataset(size, seed=7)) for size in (10, 10_000))
    assert keys(few, 10) == [key(many[row]) for row in range(10)]


def test_a_sample_far_away_is_made_as_it_would_be_in_a_small_data_set():
    far = TextToImage(GLYPHS, (3, 8), 300).fit_transform(PhoneNlpDataset(10**8, seed=7))
    index = np.array([99_999_999, 2**26])
    assert [key(far.batch(index).sample(row)) for row in range(2)] == [key(far[int(row)]) for row in index]
