"""A saved folder read back: any sample, alone or with others, of a finished folder and of what is sealed of another."""

import json

import numpy as np
import pandas
import pytest

from mygenerator import ImageDataset, NlpDataset, TextToImage
from mygenerator.errors import InputError, SaveError
from mygenerator.save import SavedFolder
from mygenerator.save.output_folder import Shard
from mygenerator.testing.base import same
from tests.save.crash import with_fork
from tests.save.program import strips, strokes

TRUTH = ("index", "label", "image", "boxes", "gaps", "margins", "glyphs", "glyph_source")


def is_same(read, made):
    return all(same(getattr(read, name), getattr(made, name)) for name in TRUTH)


@pytest.mark.parametrize("workers", [1, 2])
def test_all_samples_come_back_with_their_truth(saved, workers):
    folder, ds = SavedFolder(saved("folder", workers=workers)), strips(10)
    assert len(folder) == 10
    assert folder.is_finished
    read = list(folder)
    assert len(read) == 10
    assert all(map(is_same, read, ds))


@pytest.mark.parametrize("indices", [[7], [9, 0, 5, 4], [3, 3], [-1 % 10], [], range(2, 9)])
def test_samples_come_in_the_order_asked_for(saved, indices):
    read = SavedFolder(saved("folder")).read(indices)
    assert [sample.index for sample in read] == list(indices)
    assert all(is_same(sample, strips(10)[sample.index]) for sample in read)


def test_a_sample_is_taken_by_its_index_from_either_end(saved):
    folder = SavedFolder(saved("folder"))
    assert is_same(folder[-1], folder[9])
    for index in (10, -11):
        with pytest.raises(IndexError, match=f"no sample {index} among 10 samples"):
            folder[index]  # pylint: disable=pointless-statement


def test_of_one_sample_the_files_of_its_shard_alone_are_parsed(saved, monkeypatch):
    folder, parsed = SavedFolder(saved("folder", shard_size=1)), []
    real = Shard.from_json.__func__

    def counted(cls, text):
        shard = real(cls, text)
        parsed.append(len(shard.files))
        return shard

    monkeypatch.setattr(Shard, "from_json", classmethod(counted))
    assert folder[7].index == 7
    assert sum(parsed) <= 2


def test_labels_of_any_text_and_of_any_length_come_back(tmp_path):
    labels = ["7", 'a,"b"', "two\nlines", "mac\rline", "日本", "", "12345"]
    images = np.arange(7 * 12, dtype=np.uint8).reshape(7, 3, 4)
    ImageDataset(get_image_fn=lambda i: images[i], meta=pandas.DataFrame({"label": labels}), seed=1).save(
        tmp_path, shard_size=3
    )
    read = list(SavedFolder(tmp_path))
    assert [sample.label for sample in read] == labels
    assert all(np.array_equal(sample.image, image) for sample, image in zip(read, images, strict=True))
    assert read[0].boxes is None
    assert read[0].glyph_source == ""


def test_a_label_of_one_character_has_no_gaps(tmp_path):
    TextToImage(strokes(), (3, 8), 80).fit_transform(NlpDataset(["1", "23"], seed=1)).save(tmp_path)
    one, two = SavedFolder(tmp_path)
    assert (one.gaps.shape, one.boxes.shape, two.gaps.shape, two.boxes.shape) == ((0,), (1, 4), (1,), (2, 4))


def test_the_file_of_a_sample_and_all_files_are_those_of_the_manifest(saved):
    folder = SavedFolder(saved("folder", prefix="strip"))
    assert folder.file_of(7) == "strip_7.png"
    assert list(folder.files()) == [*(f"strip_{index}.png" for index in range(10)), "meta.csv"]


@with_fork
def test_of_an_unfinished_folder_what_is_sealed_can_be_read(unfinished):
    folder = SavedFolder(unfinished("folder"))
    assert not folder.is_finished
    assert len(folder) == 10
    assert all(map(is_same, folder, strips(8)))
    assert [sample.index for sample in folder.read([7, 2])] == [7, 2]
    assert (folder.file_of(7), folder.file_of(8)) == ("img_7.png", None)
    with pytest.raises(InputError, match="sample 8 is not saved; allowed: the 8 of 10 samples whose shards are sealed"):
        folder.read([1, 8])


def test_a_folder_that_was_extended_is_read_as_any_other(saved):
    saved("folder", 6)
    assert all(map(is_same, SavedFolder(saved("folder")), strips(10)))


# What is wrong


def test_a_folder_without_a_recipe_is_an_error(tmp_path):
    with pytest.raises(InputError, match=r"there is no recipe\.json"):
        SavedFolder(tmp_path)


def test_a_format_that_is_not_known_is_an_error_that_says_so(saved):
    folder = saved("folder")
    recipe = json.loads((folder / "recipe.json").read_text())
    recipe["save"]["format"] = "pnk"
    (folder / "recipe.json").write_text(json.dumps(recipe))
    with pytest.raises(
        InputError, match=r"the format 'pnk' is not known here.*did you mean 'png'.*install the package"
    ):
        SavedFolder(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"start":4', b'"start":x'), (b'"part_bytes":', b'"part_bytes":9'), (b'"meta.csv"', b'"../meta.csv"')],
)
def test_a_damaged_manifest_is_an_error_that_names_it(saved, old, new):
    folder = saved("folder")
    manifest = folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(old, new))
    with pytest.raises(SaveError, match=r"manifest\.json: this is not a manifest that mygenerator wrote"):
        SavedFolder(folder).read([5])


@pytest.mark.parametrize(
    ("name", "change", "says"),
    [
        ("img_5.png", None, r"img_5\.png: its format cannot read it .*No such file"),
        ("img_5.png", lambda data: data[:20], r"img_5\.png: its format cannot read it"),
        ("meta.csv", lambda data: data + b"\n", r"img_5\.png: .*meta\.csv: it was changed: \d+ bytes, \d+ were saved"),
        ("meta.csv", lambda data: data.replace(b"img_5.png", b"img_6.png"), "meta.csv has no row for img_5.png"),
        ("meta.csv", lambda data: data.replace(b"img_5.png,", b'img_5.png"'), "meta.csv has no row for img_5.png"),
        ("meta.csv", lambda data: data.replace(b'[""strokes""', b'{""strokes""'), "is not as it was written"),
    ],
)
def test_what_was_damaged_is_an_error_that_names_the_sample_and_the_others_are_read(saved, name, change, says):
    path = saved("folder") / name
    if change is None:
        path.unlink()
    else:
        path.write_bytes(change(path.read_bytes()))
    folder = SavedFolder(path.parent)
    with pytest.raises(InputError, match=says):
        folder.read([5])
    if name != "meta.csv":
        assert is_same(folder[6], strips(10)[6])
