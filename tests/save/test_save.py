"""What a saved folder holds: files, meta.csv, recipe and manifest, read back by other programs than ours."""

import csv
import gc
import json
import tracemalloc

import cv2
import numpy as np
import pandas as pd
import pytest
import xxhash
from PIL import Image

from mygenerator import (
    CharToImages,
    GlyphSet,
    ImageDataset,
    NlpDataset,
    PhoneNlpDataset,
    TextToImage,
    Transform,
    twins,
)
from mygenerator.csv_file import MAX_FIELD, long_fields
from mygenerator.errors import InputError
from mygenerator.save import SavedFolder, plan, read_manifest, read_recipe, run
from mygenerator.save.output_folder import file_hash
from tests.save.program import strips, strokes

AWKWARD_LABELS = ["007", "a,b", 'say "7"', "two\nlines", "dos\r\nline", "mac\rline", "日本 ü", " 0 ", "'", "1e5", ""]


def phones(seed):
    step = TextToImage(strokes(), spacing_range=(3, 8), image_width=200)
    return step.fit_transform(PhoneNlpDataset(600, seed=seed))


def written(labels, **options):
    step = TextToImage(strokes(), **({"spacing_range": (3, 8), "image_width": 120} | options))
    return step.fit_transform(NlpDataset(labels, seed=5))


def rows_of(folder):
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The same job gives the same files


def test_the_same_600_phone_numbers_are_the_same_files_and_another_seed_is_others(tmp_path, tree):
    for name, seed in (("once", 7), ("again", 7), ("other", 8)):
        phones(seed).save(tmp_path / name)
    once, again, other = (tree(tmp_path / name) for name in ("once", "again", "other"))
    assert once == again
    assert len([name for name in once if name.endswith(".png")]) == 600
    assert set(once) == set(other)
    assert [name for name in once if once[name] == other[name]] == []


def test_workers_decide_no_byte(tmp_path, tree):
    for workers in (1, 2):
        phones(7).save(tmp_path / str(workers), workers=workers, shard_size=100)
    assert tree(tmp_path / "1") == tree(tmp_path / "2")


def test_the_shard_size_decides_no_image_and_no_row(tmp_path, tree):
    for size in (10, 1000):
        phones(7).save(tmp_path / str(size), shard_size=size)
    small, large = tree(tmp_path / "10"), tree(tmp_path / "1000")
    assert {name for name in small if small[name] != large[name]} == {"recipe.json", "manifest.json"}


def test_the_recipe_does_not_depend_on_what_else_is_imported(tmp_path):
    plain = plan(strips(3), tmp_path).recipe
    PhoneNlpDataset(3, seed=1)
    assert plan(strips(3), tmp_path).recipe == plain
    assert "phonenumbers" not in plain["versions"]
    assert {"mygenerator", "numpy", "png_encoder", "phonenumbers"} == set(plan(phones(7), tmp_path).recipe["versions"])


# Files


def test_other_readers_see_the_pixels_of_the_data_set(tmp_path):
    ds = strips(20)
    ds.save(tmp_path)
    for sample in ds:
        path = tmp_path / f"img_{sample.index}.png"
        with Image.open(path) as image:
            assert image.mode == "L"
            assert np.array_equal(np.asarray(image), sample.image)
        assert np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), sample.image)


def test_meta_csv_holds_the_truth_of_every_sample(tmp_path):
    ds = strips(20, pattern="0[0-9]{2,4}")
    ds.save(tmp_path)
    table = pd.read_csv(tmp_path / "meta.csv", dtype=str, keep_default_na=False)
    assert list(table.columns) == ["file_name", "label", "gaps", "boxes", "glyphs"]
    assert table["file_name"].tolist() == [f"img_{index}.png" for index in range(20)]
    assert table["label"].tolist() == ds.labels().tolist()
    assert table["label"].str.len().nunique() > 1
    for sample, row in zip(ds, table.to_dict("records"), strict=True):
        assert json.loads(row["gaps"]) == sample.gaps.tolist()
        assert json.loads(row["boxes"]) == sample.boxes.tolist()
        assert json.loads(row["glyphs"]) == [["strokes", number] for number in sample.glyphs.tolist()]


def test_a_label_of_one_character_has_no_gaps(tmp_path):
    written(["7", "123", "0"]).save(tmp_path)
    assert [json.loads(row["gaps"]) == [] for row in rows_of(tmp_path)] == [True, False, True]
    written(["7"]).save(tmp_path / "alone")
    (row,) = rows_of(tmp_path / "alone")
    assert (json.loads(row["gaps"]), len(json.loads(row["boxes"])), len(json.loads(row["glyphs"]))) == ([], 1, 1)


def test_resized_strips_are_saved_with_their_boxes(tmp_path):
    ds = written(["123", "4567"], sizing="resize")
    ds.save(tmp_path)
    assert [json.loads(row["boxes"]) for row in rows_of(tmp_path)] == [sample.boxes.tolist() for sample in ds]


def test_a_name_of_the_glyphs_may_hold_quotes_brackets_and_other_scripts(tmp_path):
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 10:14] = 255
    name = 'scans "new"], [数'
    glyphs = GlyphSet.from_images([stroke, stroke], ["1", "é"], source=name)
    TextToImage(glyphs, (1, 3), 60).fit_transform(NlpDataset(["1é", "é", "11é"], seed=1)).save(tmp_path)
    rows = rows_of(tmp_path)
    assert [row["label"] for row in rows] == ["1é", "é", "11é"]
    assert [[source for source, _ in json.loads(row["glyphs"])] for row in rows] == [[name] * 2, [name], [name] * 3]


def test_manifest_and_recipe_say_what_stands_in_the_folder(tmp_path):
    ds = strips(25)
    report = ds.save(tmp_path, shard_size=10)
    header, shards = read_manifest(tmp_path)
    shards = list(shards)
    assert (report.count, report.made, report.seed, report.path) == (25, 25, 7, tmp_path)
    assert [(shard.shard, shard.start, shard.rows) for shard in shards] == [(0, 0, 10), (1, 10, 10), (2, 20, 5)]
    listed = [entry for shard in shards for entry in shard.files]
    assert [name for name, _, _ in listed] == [f"img_{index}.png" for index in range(25)]
    for name, size, digest in [*listed, header["joined"]]:
        assert ((tmp_path / name).stat().st_size, file_hash(tmp_path / name)) == (size, digest)
    assert json.loads((tmp_path / "manifest.json").read_text())["count"] == header["count"] == 25
    recipe = read_recipe(tmp_path)
    assert (recipe["seed"], recipe["count"], recipe["save"]["shard_size"]) == (7, 25, 10)
    names = {path.name for path in tmp_path.iterdir() if path.suffix != ".png"}
    assert names == {"recipe.json", "manifest.json", "meta.csv"}


def test_no_path_and_no_name_of_this_machine_stands_in_what_is_saved(tmp_path):
    import platform

    strips(3).save(tmp_path / "somewhere")
    text = "".join(path.read_text() for path in (tmp_path / "somewhere").glob("*.json"))
    assert "somewhere" not in text
    assert platform.node() not in text


def test_the_hash_of_a_shard_s_pixels_is_that_of_its_pixels_however_they_were_batched(tmp_path):
    ds = strips(25)
    large = strips(25, image_width=4000, image_height=128, sizing="pad")
    for data, folder in ((ds, tmp_path / "small"), (large, tmp_path / "large")):
        data.save(folder, shard_size=20)
        _, shards = read_manifest(folder)
        expected = [b"".join(data[index].image.tobytes() for index in rows) for rows in (range(20), range(20, 25))]
        assert [shard.pixels for shard in shards] == [xxhash.xxh3_128_hexdigest(pixels) for pixels in expected]


# A user's own images


def images_of(labels, image):
    return ImageDataset(get_image_fn=lambda row: image, meta=pd.DataFrame({"label": labels}, dtype=object), seed=1)


def test_awkward_labels_survive_in_meta_csv(tmp_path):
    images_of(AWKWARD_LABELS, np.full((4, 5), 9, np.uint8)).save(tmp_path, shard_size=3)
    assert [row["label"] for row in rows_of(tmp_path)] == AWKWARD_LABELS
    table = pd.read_csv(tmp_path / "meta.csv", dtype=str, keep_default_na=False)
    assert table["label"].tolist() == AWKWARD_LABELS
    assert list(table.columns) == ["file_name", "label"]


def test_a_label_that_is_no_utf8_is_an_error_that_names_its_file(tmp_path):
    with pytest.raises(InputError, match=r"img_1\.png.*UTF-8"):
        images_of(["7", "\ud800"], np.zeros((4, 5), np.uint8)).save(tmp_path)


@pytest.mark.parametrize("shape", [(6, 9), (6, 9, 3)])
def test_grey_and_colour_images_are_saved_as_they_are(tmp_path, shape):
    image = (np.arange(np.prod(shape)) % 251).astype(np.uint8).reshape(shape)
    images_of(["7"], image).save(tmp_path)
    with Image.open(tmp_path / "img_0.png") as read:
        assert np.array_equal(np.asarray(read), image)


def test_an_image_that_is_a_view_is_saved_as_it_looks(tmp_path):
    image = np.arange(54, dtype=np.uint8).reshape(6, 9)[::-1, ::-2]
    images_of(["7"], image).save(tmp_path)
    assert np.array_equal(cv2.imread(str(tmp_path / "img_0.png"), cv2.IMREAD_UNCHANGED), image)


@pytest.mark.parametrize(
    "image",
    [
        "a text",
        None,
        [np.zeros((4, 5), np.uint8)],
        np.zeros((4, 5)),
        np.zeros((4, 5, 4), np.uint8),
        np.zeros((0, 5), np.uint8),
        np.zeros(5, np.uint8),
        np.array([[object()]]),
    ],
    ids=["text", "None", "list", "float", "four channels", "empty", "one row", "objects"],
)
def test_what_is_no_image_is_an_error_that_names_its_file(tmp_path, image):
    with pytest.raises(InputError, match=r"img_0\.png.*allowed: uint8"):
        images_of(["7"], image).save(tmp_path)


def test_an_image_too_large_for_the_format_is_an_error_that_names_its_file(tmp_path):
    with pytest.raises(InputError, match=r"img_0\.png.*1000001"):
        images_of(["7"], np.zeros((1, 1_000_001), np.uint8)).save(tmp_path)


def test_an_error_of_a_user_s_function_reaches_the_user_as_it_is(tmp_path):
    def fails(row):
        raise FileNotFoundError(2, "no such scan", f"scan {row}")

    table = pd.DataFrame({"label": ["7"]})
    with pytest.raises(FileNotFoundError, match="no such scan"):
        ImageDataset(get_image_fn=fails, meta=table, seed=1).save(tmp_path)


# Arguments


def test_prefix_and_number_of_rows_are_the_caller_s(tmp_path):
    report = strips(20).save(tmp_path, prefix="phone-nr.x", suffix="png", nrows=3)
    assert report.count == 3
    assert sorted(path.name for path in tmp_path.glob("*.png")) == [f"phone-nr.x_{index}.png" for index in range(3)]
    assert [row["file_name"] for row in rows_of(tmp_path)] == [f"phone-nr.x_{index}.png" for index in range(3)]


def test_more_rows_than_there_are_is_all_of_them(tmp_path):
    assert strips(5).save(tmp_path, nrows=99).count == 5


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"prefix": ""}, "prefix"),
        ({"prefix": "../img"}, "prefix"),
        ({"prefix": ".img"}, "prefix"),
        ({"prefix": "img\n"}, "prefix"),
        ({"prefix": "é" * 101}, "200 bytes"),
        ({"prefix": 7}, "prefix"),
        ({"suffix": "png", "format": "jpg"}, "suffix"),
        ({"format": "pgn"}, "did you mean 'png'"),
        ({"nrows": 0}, "nrows"),
        ({"nrows": -2}, "nrows is -2; allowed: whole numbers of at least 1, or -1 for all"),
        ({"nrows": 2.5}, "nrows"),
        ({"shard_size": 0}, "shard_size"),
        ({"workers": 0}, "workers"),
        ({"seed": -1}, "seed"),
    ],
)
def test_wrong_arguments_are_refused_before_anything_is_written(tmp_path, options, says):
    with pytest.raises(InputError, match=says):
        strips(5).save(tmp_path / "new", **options)
    assert list(tmp_path.iterdir()) == []


def test_text_is_no_data_set_of_images(tmp_path):
    with pytest.raises(InputError, match="put TextToImage before save"):
        NlpDataset(["1"], seed=1).save(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_seed_given_to_save_is_that_of_a_copy(tmp_path, tree):
    ds = strips(5, seed=7)
    assert ds.save(tmp_path / "given", seed=8).seed == 8
    strips(5, seed=8).save(tmp_path / "made")
    assert tree(tmp_path / "given") == tree(tmp_path / "made")
    assert ds.seed == 7


def test_progress_counts_the_samples_that_stand(tmp_path):
    seen = []
    strips(25).save(tmp_path, shard_size=10, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(10, 25), (20, 25), (25, 25)]


# Forecast and memory


def test_a_plan_writes_nothing_and_foretells_the_size(tmp_path):
    job = plan(strips(200), tmp_path / "new", shard_size=64)
    assert job.shard_rows == [64, 64, 64, 8]
    estimate, free = job.estimated_bytes(), job.free_bytes()
    assert list(tmp_path.iterdir()) == []
    run(job)
    # Small files take whole blocks of 4 KiB.
    size = sum(-(-path.stat().st_size // 4096) * 4096 for path in (tmp_path / "new").glob("img_*"))
    size += (tmp_path / "new" / "meta.csv").stat().st_size
    assert 0.9 * size < estimate < 1.1 * size
    assert free > 0


def test_memory_does_not_grow_with_the_number_of_shards(tmp_path):
    peaks = []
    # Importing numba on the way, which a job of 6,000 may do if its kernels are kept, takes more than is measured.
    with twins.forced("numpy"):
        strips(200).save(tmp_path / "warm", shard_size=100)
        for count in (200, 6000):
            gc.collect()
            tracemalloc.start()
            strips(count).save(tmp_path / str(count), shard_size=100)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    # All pixels together would be 13 MB more; caches and garbage that waits are a few.
    assert peaks[1] < peaks[0] + 6_000_000


class Reverse(Transform):
    """A step without parameters."""

    def apply(self, images, drawn):
        return images[:, :, ::-1]


def test_a_step_of_one_s_own_stands_in_the_recipe(tmp_path):
    Reverse().fit_transform(strips(2)).save(tmp_path)
    assert [list(step) for step in read_recipe(tmp_path)["steps"]] == [["text_to_image"], ["reverse"]]


@pytest.mark.parametrize("table", [{"label": ["7"]}, {"uri": ["none.png"]}], ids=["labels alone", "a missing file"])
def test_images_that_cannot_be_read_are_an_error_before_anything_is_made_or_removed(tmp_path, table):
    ds = ImageDataset(tmp_path, meta=pd.DataFrame(table), seed=1)
    with pytest.raises(InputError):
        ds.save(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    images = ImageDataset(get_image_fn=lambda row: np.zeros((2, 2), np.uint8), meta=pd.DataFrame({"label": ["7"]}))
    images.save(tmp_path / "old")
    before = sorted(path.name for path in (tmp_path / "old").iterdir())
    with pytest.raises(InputError):
        ds.save(tmp_path / "old", overwrite=True)
    assert sorted(path.name for path in (tmp_path / "old").iterdir()) == before


@pytest.mark.parametrize(
    ("ds", "words"),
    [
        (NlpDataset(["12"], seed=1), "holds text, not images; put TextToImage before save"),
        (
            CharToImages().fit_transform(NlpDataset(["12"], seed=1)),
            "holds glyphs, not images; put .*Combine.* before save",
        ),
    ],
)
def test_what_holds_no_images_is_refused_before_anything_is_written(tmp_path, ds, words):
    with pytest.raises(InputError, match=words):
        ds.save(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_data_set_that_cannot_be_handed_to_workers_is_refused_before_anything_is_written(tmp_path):
    ds = images_of(["7", "8"], np.zeros((2, 2), np.uint8))
    for path in ("out", "out/deeper"):
        with pytest.raises(InputError, match=r"cannot be handed to worker processes.*workers=1"):
            ds.save(tmp_path / path, shard_size=1, workers=2)
    assert list(tmp_path.iterdir()) == []


def test_a_data_set_that_cannot_be_handed_to_workers_leaves_what_it_should_overwrite(tmp_path, tree):
    strips(5).save(tmp_path)
    before = tree(tmp_path)
    ds = images_of(["7", "8"], np.zeros((2, 2), np.uint8))
    with pytest.raises(InputError, match="cannot be handed to worker processes"):
        ds.save(tmp_path, shard_size=1, workers=2, overwrite=True)
    assert tree(tmp_path) == before


def test_workers_that_have_nothing_to_do_need_no_data_set_that_can_be_handed_to_them(tmp_path):
    ds = images_of(["7", "8"], np.zeros((2, 2), np.uint8))
    ds.save(tmp_path, shard_size=1)
    assert ds.save(tmp_path, shard_size=1, workers=2).made == 0
    assert ds.save(tmp_path / "one shard", workers=2).made == 2


def test_a_table_is_read_again_however_long_its_lists_are(tmp_path):
    stroke = np.zeros((28, 28), np.uint8)
    stroke[4:24, 10:18] = 255
    glyphs = GlyphSet.from_images([stroke], ["7"], source="s" * 150)
    # 1,000 glyphs, each with a name of 150 characters: more than the 131,072 that the csv module reads by default.
    TextToImage(glyphs, (0, 0), 5000).fit_transform(NlpDataset(["7" * 1000], seed=1)).save(tmp_path)
    before = csv.field_size_limit()
    sample = SavedFolder(tmp_path)[0]
    assert (sample.label, sample.image.shape) == ("7" * 1000, (28, 5000))
    assert csv.field_size_limit() == before


def test_tables_that_are_read_at_the_same_time_do_not_disturb_each_other():
    before = csv.field_size_limit()
    first, second = long_fields(), long_fields()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert csv.field_size_limit() == MAX_FIELD
    second.__exit__(None, None, None)
    assert csv.field_size_limit() == before
