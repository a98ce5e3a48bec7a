"""`mygenerator.open`: what was saved, in any format, is a data set like any other."""

import pickle

import numpy as np
import pytest

import mygenerator
from mygenerator import ImageDataset, NlpDataset, SaltAndPepper, SavedDataset, TextToImage, ValidatePadding
from mygenerator.errors import InputError
from mygenerator.registry import kinds
from mygenerator.testing import DATASET_CONTRACTS
from mygenerator.testing.base import require_same_batch

LABELS = [f"{7**number % 10**6:0{2 + number % 6}d}" for number in range(30)]
LOSSLESS = [name for name, sink in kinds("format").items() if not sink.lossy]


def strips(**options):
    return TextToImage(spacing_range=(1, 6), image_width=150, **options).fit_transform(NlpDataset(LABELS, seed=4))


@pytest.fixture(scope="module", params=LOSSLESS)
def saved(request, tmp_path_factory):
    """A folder in one of the formats that lose nothing; not to be changed."""
    folder = tmp_path_factory.mktemp(request.param)
    strips().save(folder, format=request.param, shard_size=8)
    return folder


def test_batches_are_those_of_the_data_set_that_was_saved(saved):
    opened, ds = mygenerator.open(saved), strips()
    assert len(opened) == len(LABELS)
    for rows in (range(30), [29, 3, 17, 3], [-1, 0]):
        require_same_batch(opened.batch(rows), ds.batch(rows), str(saved))
    assert opened.facts == ds.facts


@pytest.mark.parametrize("options", [{"where": "edges"}, {"wrap": 3, "image_height": 60, "invert": True}])
@pytest.mark.parametrize("name", LOSSLESS)
def test_margins_lines_and_dark_paper_come_back_too(tmp_path, name, options):
    ds = strips(**options)
    ds.save(tmp_path, format=name, shard_size=8)
    require_same_batch(mygenerator.open(tmp_path).batch(range(30)), ds.batch(range(30)), name)


def test_samples_and_labels_are_found_one_by_one(saved):
    opened, ds = mygenerator.open(saved), strips()
    assert opened.labels().tolist() == LABELS
    assert opened.labels([5, -1]).tolist() == [LABELS[5], LABELS[-1]]
    assert opened.meta["label"].tolist() == LABELS
    sample, row = opened.get_sample(11)
    assert np.array_equal(sample, ds[11].image)
    assert row.to_dict() == {"label": LABELS[11]}
    assert [one.label for one in opened] == LABELS
    with pytest.raises(IndexError, match="30"):
        opened[30]


@pytest.mark.parametrize("contract", DATASET_CONTRACTS, ids=lambda contract: contract.__name__)
def test_it_keeps_the_contracts_of_a_data_set(saved, contract):
    contract(mygenerator.open(saved))


def test_steps_can_follow_and_be_saved(saved, tmp_path):
    checked = ValidatePadding((1, 6)).fit_transform(mygenerator.open(saved))
    noisy = SaltAndPepper(amount=0.02).fit_transform(checked)
    first = noisy.save(tmp_path / "one")
    assert first.count == 30
    noisy.save(tmp_path / "two", workers=2)
    files = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "two")]
    assert files[0] == files[1]
    assert (mygenerator.open(tmp_path / "one")[4].image != mygenerator.open(saved)[4].image).any()


def test_it_can_be_handed_to_another_process(saved):
    assert pickle.loads(pickle.dumps(mygenerator.open(saved)))[7].label == LABELS[7]


def test_nothing_is_saved_into_the_folder_that_is_read(saved):
    with pytest.raises(InputError, match="from which images are taken"):
        mygenerator.open(saved).save(saved / "more")


def test_a_lossy_format_says_that_gaps_are_no_longer_exact(tmp_path):
    strips().save(tmp_path, format="jpg")
    opened = mygenerator.open(tmp_path)
    assert opened.facts.gaps is False
    assert np.array_equal(opened[3].boxes, strips()[3].boxes)
    with pytest.raises(InputError, match="gaps"):
        ValidatePadding((1, 6)).fit_transform(opened)


@pytest.mark.parametrize("name", [name for name in LOSSLESS if name != "npy"])
def test_images_of_any_size_and_colour_come_back(tmp_path, name):
    shapes = [(4 + row, 9, 3)[: 2 + row % 2] for row in range(5)]
    images = [(np.arange(np.prod(shape)) * 7 % 256).astype(np.uint8).reshape(shape) for shape in shapes]
    ds = ImageDataset(get_image_fn=images.__getitem__, meta=NlpDataset(LABELS[:5]).meta, seed=1)
    ds.save(tmp_path, format=name)
    opened = mygenerator.open(tmp_path)
    assert all(np.array_equal(opened[row].image, images[row]) for row in range(5))
    assert opened.labels().tolist() == LABELS[:5]
    assert opened[0].boxes is None


def test_a_folder_that_is_not_finished_or_not_ours_is_refused(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        strips().save(tmp_path / "half", shard_size=8, progress=stop)
    with pytest.raises(InputError, match="not finished"):
        mygenerator.open(tmp_path / "half")
    for other in (tmp_path, tmp_path / "nothing"):
        with pytest.raises(InputError, match="a folder that was saved"):
            SavedDataset(other)
