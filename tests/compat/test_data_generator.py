"""DataGenerator: each batch is a function of the seed and its number, and is given once, whoever asks."""

import hashlib
import os
import pickle
import subprocess
import sys
import threading
import types
import warnings

import numpy as np
import pytest

from mygenerator import DataGenerator
from mygenerator.compat import seqgen
from tests.known_glyphs import read_back


def digest(batch):
    return batch[0].tobytes(), tuple(batch[1].tolist())


def test_a_batch_is_images_and_different_labels_that_the_images_hold():
    images, labels = next(DataGenerator(20, 300, seed=1)())
    assert (images.dtype, images.shape) == (np.float32, (20, 28, 300))
    assert labels.shape == (20,)
    assert labels.dtype.kind == "U"
    assert len(set(labels.tolist())) == 20
    for image, label in zip(images, labels.tolist(), strict=True):
        digits, gaps, _ = read_back(image)
        assert digits == label
        assert all(2 <= gap <= 10 for gap in gaps)


def test_two_batches_differ_and_two_generators_of_one_seed_agree():
    one, other = DataGenerator(4, seed=3)(), DataGenerator(4, seed=3)()
    batches = [digest(next(one)) for _ in range(5)]
    assert len(set(batches)) == 5
    assert [digest(next(other)) for _ in range(5)] == batches
    assert digest(next(DataGenerator(4, seed=4)())) not in batches
    assert digest(DataGenerator(4)[0]) != digest(DataGenerator(4)[0])


def test_a_batch_by_its_number_is_that_of_the_generator():
    batches = DataGenerator(4, seed=3)
    in_order = [digest(batch) for batch, _ in zip(batches(), range(5), strict=False)]
    assert [digest(batches[number]) for number in range(5)] == in_order
    assert digest(batches[4]) == in_order[4]


@pytest.mark.parametrize("number", [-1, 9 * 10**9 // 4])
def test_a_batch_that_is_not_there_is_an_index_error(number):
    with pytest.raises(IndexError, match="batches are 0 to"):
        DataGenerator(4, seed=3)[number]


def test_all_iterators_share_the_position():
    batches = DataGenerator(3, seed=5)
    made = [next(batches()), next(iter(batches)), next(batches()), next(iter(batches))]
    assert [digest(one) for one in made] == [digest(batches[number]) for number in range(4)]


def test_a_call_gives_a_real_generator():
    assert isinstance(DataGenerator(2)(), types.GeneratorType)


def test_a_copy_by_pickle_goes_on_from_the_same_position():
    batches = DataGenerator(3, augment=True, seed=5)
    next(batches())
    copy = pickle.loads(pickle.dumps(batches))
    assert digest(next(copy())) == digest(next(batches()))


def test_four_threads_get_each_batch_once():
    iterator, taken = iter(DataGenerator(2, seed=7)), []

    def take():
        for _ in range(15):
            taken.append(digest(next(iterator)))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(digest(DataGenerator(2, seed=7)[number]) for number in range(60))


@pytest.mark.parametrize("processes", [1, 2, 4])
def test_processes_that_take_batches_by_number_give_the_same(processes):
    code = (
        "import sys, hashlib, mygenerator\n"
        "batches = mygenerator.DataGenerator(3, 300, seed=9)\n"
        "for number in range(int(sys.argv[1]), 8, int(sys.argv[2])):\n"
        "    images, labels = batches[number]\n"
        "    print(number, hashlib.sha256(images.tobytes()).hexdigest(), *labels)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    words = [[sys.executable, "-c", code, str(first), str(processes)] for first in range(processes)]
    runs = [subprocess.Popen(each, env=environment, stdout=subprocess.PIPE, text=True) for each in words]
    lines = sorted(line for run in runs for line in run.communicate()[0].splitlines())
    batches = DataGenerator(3, 300, seed=9)
    expected = []
    for number in range(8):
        images, labels = batches[number]
        expected.append(f"{number} {hashlib.sha256(images.tobytes()).hexdigest()} {' '.join(labels.tolist())}")
    assert lines == expected


def test_an_output_path_is_answered_by_one_warning(tmp_path):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        batches = DataGenerator(2, output_path=tmp_path / "out", seed=1)
        for _ in range(3):
            next(batches())
            batches[2]
    assert [(one.category, "output_path" in str(one.message)) for one in caught] == [(UserWarning, True)]
    assert caught[0].filename == __file__
    assert not (tmp_path / "out").exists()


def test_augmented_batches_have_the_same_labels_and_other_pixels():
    plain, augmented = DataGenerator(5, seed=2)[0], DataGenerator(5, augment=True, seed=2)[0]
    assert plain[1].tolist() == augmented[1].tolist()
    assert plain[0].shape == augmented[0].shape
    assert not np.array_equal(plain[0], augmented[0])


@pytest.mark.parametrize(
    "wrong",
    [
        {"batch_size": 0},
        {"batch_size": 1.5},
        {"image_width": 30},
        {"image_width": "400"},
        {"seed": -1},
        {"spacing_range": 5},
    ],
)
def test_wrong_parameters_are_value_errors_at_once(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong)).replace("image_width", "width")):
        DataGenerator(**wrong)


def test_seqgen_has_the_same_one():
    assert seqgen.DataGenerator is DataGenerator
