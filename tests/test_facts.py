"""facts: one record, stated by roots and mapped by steps; nothing is believed that no step has said."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    Elastic,
    ImageDataset,
    ImageTransform,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    RemoveWhitePadding,
    Rotate,
    SaltAndPepper,
    ScaleImage,
    Shear,
    Stroke,
    TextToImage,
    Transform,
    ValidatePadding,
)
from mygenerator.errors import InputError
from mygenerator.facts import Facts
from mygenerator.save import read_recipe
from mygenerator.transform.transformed import given_up, nodes_of

TEXTS = NlpDataset(["007", "42", "12345"], seed=3)
WRITE = TextToImage(spacing_range=(3, 8), image_width=260)
GEOMETRY = [Rotate(), Shear(), Stroke(), Elastic()]


def facts_of(*steps, texts=TEXTS) -> Facts:
    return Pipeline(list(steps)).fit_transform(texts).facts


@pytest.mark.parametrize(
    ("texts", "characters", "lengths", "unique"),
    [
        (TEXTS, "0123457", (2, 5), None),
        (PatternNlpDataset("[ab]{2}|7", 3, seed=1), "7ab", (1, 2), True),
        (PhoneNlpDataset(5, "JP", seed=1), "0123456789", (11, 11), True),
    ],
)
def test_a_root_of_text_says_which_labels_there_may_be(texts, characters, lengths, unique):
    assert texts.facts == Facts("text", characters=characters, label_lengths=lengths, unique=unique)
    assert WRITE.fit_transform(TEXTS).facts.label_lengths == (2, 5)


def test_a_step_that_writes_strips_says_all_of_them():
    written = facts_of(WRITE)
    assert (written.kind, written.image_shape, written.paper) == ("strip", (28, 260), 255)
    assert (written.boxes, written.gaps, written.gap_range) == (True, True, (3, 8))
    assert facts_of(TextToImage(invert=True)).paper == 0
    assert facts_of(TextToImage(sizing="resize")).gaps is False


def test_gaps_stay_exact_under_everything_that_follows_the_ink_and_under_cropping():
    join = CombineImagesHorizontally((3, 8), 400)
    assert facts_of(CharToImages(), *GEOMETRY, join).gaps is True
    assert facts_of(CharToImages(), RemoveWhitePadding(), join).gaps is True
    assert facts_of(CharToImages(), ScaleImage(height=20), join).gaps is None
    assert facts_of(WRITE, ImageTransform(), ValidatePadding((3, 8))) == facts_of(WRITE)


def test_nobody_knows_the_gaps_of_a_user_s_own_images_and_they_may_be_measured_all_the_same():
    table = pd.DataFrame({"label": list("01234567")})
    font = ImageDataset(get_image_fn=lambda row: np.full((28, 9), 200, np.uint8), meta=table, seed=1)
    line = Pipeline(
        [CharToImages(font), RemoveWhitePadding(), CombineImagesHorizontally((2, 2), 200), ValidatePadding()]
    )
    ds = line.fit_transform(NlpDataset(["007", "42"], seed=1))
    assert (ds.facts.gaps, ds.facts.boxes) == (None, True)
    assert ds[0].gaps.tolist() == [2, 2]


class Silent(Transform):
    """Says nothing of what it keeps."""


class KeepsBoxes(Transform):
    keeps = ("boxes",)


def test_a_step_that_says_nothing_keeps_nothing():
    before = facts_of(WRITE)
    assert facts_of(WRITE, Silent()) == replace(before, boxes=False, gaps=False, gap_range=None, paper=None)
    assert facts_of(WRITE, KeepsBoxes()) == replace(before, gaps=False, paper=None)
    sample = Silent().fit_transform(WRITE.fit_transform(TEXTS))[0]
    assert (sample.boxes, sample.gaps, sample.glyphs, sample.glyph_source) == (None, None, None, "")
    assert sample.label == "007"


def test_what_is_not_kept_is_not_saved_either(tmp_path):
    Silent().fit_transform(WRITE.fit_transform(TEXTS)).save(tmp_path / "silent")
    assert (tmp_path / "silent" / "meta.csv").read_text().splitlines()[0] == "file_name,label"
    SaltAndPepper().fit_transform(WRITE.fit_transform(TEXTS)).save(tmp_path / "noisy")
    assert (tmp_path / "noisy" / "meta.csv").read_text().splitlines()[0] == "file_name,label,gaps,boxes,glyphs"


@pytest.mark.parametrize("word", ["gap", "Boxes", "everything"])
def test_a_word_of_keeps_that_means_nothing_is_refused_with_those_that_do(word):
    step = type("Believed", (Transform,), {"keeps": ("boxes", word)})()
    with pytest.raises(InputError, match=rf"keeps of Believed names '{word}'; allowed: boxes, gaps"):
        step.fit(WRITE.fit_transform(TEXTS))


def test_a_step_that_makes_another_size_than_its_facts_say_is_named():
    class Crop(Transform):
        def apply(self, images, drawn):
            return images[:, 2:-2]

    with pytest.raises(InputError, match=r"Crop\(\) makes strips of shape \(24, 260\), and its facts say \(28, 260\)"):
        Crop().fit_transform(WRITE.fit_transform(TEXTS)).batch([0])


def test_who_gave_up_what_is_known_by_the_name_of_the_step():
    noisy = Pipeline([WRITE, ("dots", SaltAndPepper()), Silent()]).fit_transform(TEXTS)
    assert given_up(noisy) == {"gaps": "dots", "boxes": "silent"}
    assert given_up(WRITE.fit_transform(TEXTS)) == {}
    assert given_up(TextToImage(sizing="resize").fit_transform(TEXTS)) == {"gaps": "text_to_image"}
    assert [node.name for node in nodes_of(noisy)] == ["text_to_image", "dots", "silent"]


def test_a_recipe_records_the_facts_outside_its_identity(tmp_path):
    ds = Pipeline([WRITE, SaltAndPepper()]).fit_transform(TEXTS)
    ds.save(tmp_path)
    assert read_recipe(tmp_path)["facts"] == {
        "kind": "strip",
        "image_shape": [28, 260],
        "boxes": True,
        "gaps": False,
        "gap_range": [3, 8],
        "characters": "0123457",
        "label_lengths": [2, 5],
        "given_up": {"gaps": "salt_and_pepper"},
    }
    path = tmp_path / "recipe.json"
    recipe = json.loads(path.read_text())
    recipe["facts"]["gap_range"] = [1, 2]
    path.write_text(json.dumps(recipe))
    assert ds.save(tmp_path).made == 0


def test_a_step_has_few_public_names():
    names = [name for name in dir(Transform) if not name.startswith("_")]
    assert len(names) <= 22, names
