"""with_epoch: the same rows drawn anew; epoch 0 is the data set as it was made. And whole batches for loaders."""

import json

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    ImageDataset,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    Rotate,
    SaltAndPepper,
    Sample,
    TextToImage,
)
from mygenerator.errors import FolderConflictError, InputError
from mygenerator.inspection.replay import replay
from mygenerator.recipes import Recipe
from mygenerator.testing import check_dataset
from mygenerator.testing.base import require_same_batch
from mygenerator.validate import validate_folder

STEPS = [CharToImages(), Rotate(), CombineImagesHorizontally((3, 8), 300), SaltAndPepper()]


def made(size=30):
    return Pipeline(STEPS).fit_transform(PhoneNlpDataset(size, seed=7))


def test_an_epoch_has_other_glyphs_gaps_and_distortions_for_the_same_labels():
    first, later = made().batch(range(30)), made().with_epoch(1).batch(range(30))
    assert first.labels.tolist() == later.labels.tolist()
    assert (first.glyphs != later.glyphs).mean() > 0.9
    assert (first.gaps != later.gaps).mean() > 0.5
    assert not (first.images == later.images).all(axis=(1, 2)).any()


def test_no_two_of_many_epochs_are_alike_and_each_comes_again():
    ds = made()
    seen = {ds.with_epoch(epoch)[3].image.tobytes() for epoch in range(40)}
    assert len(seen) == 40
    require_same_batch(ds.with_epoch(39).batch([3, 5]), ds.with_epoch(2).with_epoch(39).batch([3, 5]), "epoch 39")


def test_epoch_0_is_the_data_set_itself():
    require_same_batch(made().batch(range(30)), made().with_epoch(0).batch(range(30)), "epoch 0")
    require_same_batch(made().batch(range(30)), made().with_epoch(4).with_epoch(0).batch(range(30)), "back to 0")


def test_every_step_draws_anew():
    ds = made()
    for node, step in ((ds, SaltAndPepper), (ds.parent, CombineImagesHorizontally), (ds.parent.parent, Rotate)):
        assert isinstance(node.transform, step)
        assert node.with_epoch(1).stream.key != node.stream.key
    kept = TextToImage(seed=5).fit_transform(NlpDataset(["007"], seed=1))
    assert not np.array_equal(kept.with_epoch(1)[0].image, kept[0].image)


@pytest.mark.parametrize("texts", [PatternNlpDataset("[0-9]{6}", 50, seed=3), PhoneNlpDataset(50, seed=3)])
def test_texts_are_drawn_anew_only_where_that_is_asked_for(texts):
    assert texts.with_epoch(2).labels().tolist() == texts.labels().tolist()
    anew = texts.with_epoch(2, texts=True)
    assert len(set(anew.labels().tolist())) == 50
    assert anew.labels().tolist() != texts.labels().tolist()
    assert anew.with_epoch(2).labels().tolist() == texts.labels().tolist()
    assert anew.with_seed(9).labels().tolist() != texts.with_seed(9).labels().tolist()
    check_dataset(anew)


def test_a_seed_and_an_epoch_can_be_set_in_any_order():
    one, other = made().with_seed(9).with_epoch(4), made().with_epoch(4).with_seed(9)
    require_same_batch(one.batch(range(5)), other.batch(range(5)), "seed and epoch")
    assert one.seed == other.seed == 9


@pytest.mark.parametrize("epoch", [-1, 2**32, 1.0, True, "1", None])
def test_what_is_no_epoch_is_refused(epoch):
    for ds in (made(), NlpDataset(["1"], seed=1), PhoneNlpDataset(3, seed=1)):
        with pytest.raises(InputError, match="epoch is"):
            ds.with_epoch(epoch)


def test_images_that_exist_are_the_same_in_every_epoch():
    import pandas as pd

    ds = ImageDataset(get_image_fn=lambda row: np.full((3, 4), row), meta=pd.DataFrame({"label": ["a", "b"]}), seed=1)
    assert (ds.with_epoch(3)[1].image == ds[1].image).all()


def test_an_epoch_is_kept_in_the_recipe_of_a_folder_and_made_again(tmp_path):
    made(20).with_epoch(6).save(tmp_path / "six", shard_size=5)
    assert json.loads((tmp_path / "six" / "recipe.json").read_text())["epoch"] == 6
    assert validate_folder(tmp_path / "six").ok
    assert not replay(tmp_path / "six", 3).difference
    again = Recipe.read(tmp_path / "six").dataset()
    require_same_batch(again.batch(range(20)), made(20).with_epoch(6).batch(range(20)), "made again")
    with pytest.raises(FolderConflictError, match="epoch: 6 there, nothing now"):
        made(20).save(tmp_path / "six", shard_size=5)
    made(25).with_epoch(6).save(tmp_path / "six", shard_size=5)
    assert validate_folder(tmp_path / "six").ok


def test_an_epoch_with_texts_drawn_anew_is_kept_too(tmp_path):
    ds = TextToImage().fit_transform(PatternNlpDataset("[0-9]{6}", 10, seed=3)).with_epoch(2, texts=True)
    ds.save(tmp_path)
    again = Recipe.read(tmp_path).dataset()
    assert again.labels().tolist() == ds.labels().tolist()
    assert (again[4].image == ds[4].image).all()


def test_a_recipe_may_name_an_epoch():
    text = "seed: 7\n{}text: {{phone: {{region: JP, count: 5}}}}\nsteps: [text_to_image: {{image_width: 300}}]\n"
    ds = TextToImage(image_width=300).fit_transform(PhoneNlpDataset(5, seed=7))
    recipe = Recipe.from_yaml(text.format("epoch: 3\n"))
    assert (recipe.dataset()[2].image == ds.with_epoch(3)[2].image).all()
    assert Recipe.from_yaml(recipe.to_yaml()) == recipe
    anew = Recipe.from_yaml(text.format("epoch: 3\nepoch_texts: true\n"))
    assert anew.dataset().labels().tolist() == ds.with_epoch(3, texts=True).labels().tolist()
    assert Recipe.from_yaml(anew.to_yaml()) == anew
    for wrong, words in (("epoch: -1\n", ":2: epoch is -1"), ("epoch_texts: true\n", ":2: there is no epoch")):
        with pytest.raises(InputError, match=words):
            Recipe.from_yaml(text.format(wrong))


def test_whole_batches_are_made_for_a_loader_that_asks_for_them():
    ds = made()
    samples = ds.__getitems__([4, 0, 29])
    assert [sample.index for sample in samples] == [4, 0, 29]
    assert all(isinstance(sample, Sample) for sample in samples)
    for sample in samples:
        assert (sample.image == ds[sample.index].image).all()
        assert sample.boxes.tolist() == ds[sample.index].boxes.tolist()
