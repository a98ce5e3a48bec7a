"""The formats jpg and webp: what they keep, what their recipes say, and how their folders are judged and used."""

from __future__ import annotations

import io
import json
import shutil

import cv2
import numpy as np
import pandas
import pytest
from PIL import Image

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    ImageDataset,
    NlpDataset,
    PatternNlpDataset,
    Pipeline,
    Recipe,
    TextToImage,
)
from mygenerator.errors import InputError
from mygenerator.inspection.replay import replay
from mygenerator.inspection.sheets import sheet_of_folder
from mygenerator.save import SavedFolder, run
from mygenerator.sinks import sink_class
from mygenerator.strip.ink import LEVELS_LOST
from mygenerator.strip.layout import SIZINGS
from mygenerator.transform import Elastic, Rotate, Shear
from mygenerator.util_image import image_read
from mygenerator.util_image.losses import is_lossy
from mygenerator.validate import validate_folder

FORMATS = ["jpg", "webp"]


def strips(count=30, **options):
    codes = PatternNlpDataset("[0-9]{4}", count, seed=5)
    return TextToImage(**{"spacing_range": (2, 9), "image_width": 150, **options}).fit_transform(codes)


def table(folder):
    return pandas.read_csv(folder / "meta.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A folder of 30 strips in each format; not to be changed."""
    root = tmp_path_factory.mktemp("saved")
    for name in ("png", *FORMATS):
        strips().save(root / name, suffix=name, shard_size=8)
    return root


@pytest.fixture
def jpg(saved, tmp_path):
    """A copy of the folder of JPEG files, which may be broken."""
    return shutil.copytree(saved / "jpg", tmp_path / "jpg")


@pytest.mark.parametrize("name", FORMATS)
def test_the_old_keyword_saves_in_the_format_and_the_table_says_the_same_as_that_of_png(saved, name):
    ours, png = table(saved / name), table(saved / "png")
    assert ours.file_name.tolist() == [f"img_{number}.{name}" for number in range(30)]
    assert ours.drop(columns="file_name").equals(png.drop(columns="file_name"))
    assert all((saved / name / file).is_file() for file in ours.file_name)


@pytest.mark.parametrize(("name", "form"), [("jpg", "JPEG"), ("webp", "WEBP")])
def test_files_are_of_the_kind_that_their_names_say(saved, name, form):
    with Image.open(saved / name / f"img_3.{name}") as image:
        assert (image.format, image.size) == (form, (150, 28))
    assert is_lossy((saved / name / f"img_3.{name}").read_bytes()) == (name == "jpg")


def test_webp_gives_back_exactly_what_was_made(saved):
    assert all(
        np.array_equal(one.image, made.image) for one, made in zip(SavedFolder(saved / "webp"), strips(), strict=True)
    )


@pytest.mark.parametrize("invert", [False, True])
@pytest.mark.parametrize("sizing", SIZINGS)
@pytest.mark.parametrize(("width", "height"), [(95, 28), (301, 45)])
def test_jpg_keeps_every_level_of_a_strip_within_the_stated_loss(sizing, width, height, invert):
    ds = strips(60, sizing=sizing, image_width=width, image_height=height, invert=invert)
    sink = sink_class("jpg")()
    for image in ds.batch(range(60)).images:
        back = sink.read_image(sink.encode(image, "one"))
        assert back.shape == image.shape
        assert np.abs(back.astype(int) - image).max() <= LEVELS_LOST


def test_a_recipe_says_that_its_format_is_lossy_and_how_much_and_that_of_png_is_as_it_was(saved):
    said = {name: json.loads((saved / name / "recipe.json").read_text())["save"] for name in ("png", *FORMATS)}
    assert said["png"] == {"format": "png", "prefix": "img", "shard_size": 8}
    assert said["webp"] == {"format": "webp", "prefix": "img", "shard_size": 8}
    assert said["jpg"] == {"format": "jpg", "prefix": "img", "lossy": True, "quality": 95, "shard_size": 8}


def test_a_recipe_says_which_libraries_decide_the_bytes(saved):
    versions = {name: json.loads((saved / name / "recipe.json").read_text())["versions"] for name in FORMATS}
    assert versions["jpg"]["cv2"] == cv2.__version__
    assert {"PIL", "libwebp"} <= set(versions["webp"])


@pytest.mark.parametrize("name", FORMATS)
def test_colour_images_of_a_user_are_kept_in_colour(tmp_path, name):
    ramp = np.linspace(0, 255, 40).astype(np.uint8)
    image = np.stack([np.tile(ramp, (32, 1)), np.tile(ramp[::-1], (32, 1)), np.full((32, 40), 90, np.uint8)], axis=2)
    images = ImageDataset(get_image_fn=lambda row: image, meta=pandas.DataFrame({"label": ["a", "b"]}), seed=1)
    images.save(tmp_path / "out", format=name)
    back = image_read(tmp_path / "out" / f"img_1.{name}")
    assert back.shape == image.shape
    assert np.abs(back.astype(int) - image).mean() <= (0 if name == "webp" else 3)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_no_image_is_refused_by_name(tmp_path, name):
    floats = ImageDataset(get_image_fn=lambda row: np.zeros((4, 4)), meta=pandas.DataFrame({"label": ["a"]}), seed=1)
    with pytest.raises(InputError, match=rf"img_0\.{name}: float64 \(4, 4\) cannot be written as {name.upper()}"):
        floats.save(tmp_path / "out", format=name)


@pytest.mark.parametrize(("name", "side"), [("jpg", 65_500), ("webp", 16_383)])
def test_images_that_the_format_cannot_hold_are_refused_before_anything_is_written(tmp_path, name, side):
    wide = TextToImage(image_width=side + 1, spacing_range=(9_000, 10_000), sizing="pad")
    ds = wide.fit_transform(NlpDataset(["4" * 5 if side > 50_000 else "44"], seed=1))
    with pytest.raises(InputError, match=rf"{side + 1:,} x 28 pixels cannot be written as {name.upper()}.*{side:,}"):
        ds.save(tmp_path / "out", format=name)
    assert not (tmp_path / "out").exists()
    one = np.full((1, side + 1), 255, np.uint8)
    with pytest.raises(InputError, match=f"one: an image of {side + 1:,} x 1 pixels"):
        sink_class(name)().encode(one, "one")
    assert sink_class(name)().encode(one[:, 1:], "one")


def test_a_format_by_its_other_name_is_refused_with_the_one_that_is_meant(tmp_path):
    with pytest.raises(InputError, match=r"unknown format 'jpeg'.*did you mean 'jpg'"):
        strips().save(tmp_path / "out", suffix="jpeg")


@pytest.mark.parametrize("name", FORMATS)
def test_a_finished_folder_is_good_and_its_gaps_are_those_of_png(saved, name):
    report, png = validate_folder(saved / name), validate_folder(saved / "png")
    assert report.ok, str(report)
    assert report.gaps == png.gaps
    assert any("levels may be off by 12" in note for note in report.notes) == (name == "jpg")


def test_jpg_of_faint_and_moved_ink_is_good(tmp_path):
    steps = [CharToImages(), Rotate((-20, 20)), Shear((-0.3, 0.3)), Elastic(), CombineImagesHorizontally((0, 6), 200)]
    ds = Pipeline(steps).fit_transform(PatternNlpDataset("[0-9]{5}", 300, seed=2))
    ds.save(tmp_path / "out", format="jpg")
    report = validate_folder(tmp_path / "out")
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 1200


def rewritten(folder, number, change):
    """Change the pixels of an image of a folder, and leave everything else."""
    file = folder / f"img_{number}.jpg"
    assert cv2.imwrite(str(file), change(image_read(file)), [cv2.IMWRITE_JPEG_QUALITY, 100])
    report = validate_folder(folder)
    return {finding.kind for finding in report.findings if finding.file == file.name}


def boxes_of(folder, number):
    return json.loads(table(folder).boxes[number])


def test_a_digit_that_is_one_pixel_off_in_a_jpg_is_found(jpg):
    x0, _, x1, _ = boxes_of(jpg, 4)[1]

    def moved(image):
        image[:, x0 + 1 : x1 + 1] = image[:, x0:x1].copy()
        image[:, x0] = 255
        return image

    assert rewritten(jpg, 4, moved) & {"gap", "boxes"}


def test_a_digit_that_is_gone_from_a_jpg_is_found(jpg):
    x0, _, x1, _ = boxes_of(jpg, 4)[2]

    def gone(image):
        image[:, x0:x1] = 255
        return image

    assert rewritten(jpg, 4, gone) & {"gap", "boxes"}


@pytest.mark.parametrize(("level", "found"), [(255 - 8, set()), (255, {"gap"})])
def test_a_column_of_a_box_in_a_jpg_may_have_lost_contrast_but_not_all_of_it(jpg, level, found):
    x0, _, x1, _ = boxes_of(jpg, 4)[1]

    def faint(image):
        image[:, (x0 + x1) // 2] = level
        return image

    assert rewritten(jpg, 4, faint) - {"hash"} == found


@pytest.mark.parametrize(("level", "found"), [(255 - 10, set()), (255 - 30, {"gap", "boxes"})])
def test_what_jpg_leaves_around_ink_is_no_ink_but_ink_is(jpg, level, found):
    _, _, x1, _ = boxes_of(jpg, 4)[1]

    def ringing(image):
        image[:, x1] = level
        return image

    assert bool(rewritten(jpg, 4, ringing) & {"gap", "boxes", "paper"}) == bool(found)


def test_size_and_label_of_a_jpg_are_judged(jpg):
    assert "wrong-size" in rewritten(jpg, 7, lambda image: image[:, 1:])
    rows = (jpg / "meta.csv").read_text().replace("img_9.jpg,", "img_9.jpg,77", 1)
    (jpg / "meta.csv").write_text(rows)
    assert any(finding.file == "img_9.jpg" for finding in validate_folder(jpg).findings)


def test_grey_webp_files_of_unknown_origin_are_judged_as_grey(saved, tmp_path):
    for number in range(3):
        shutil.copy(saved / "webp" / f"img_{number}.webp", tmp_path)
    report = validate_folder(tmp_path, spacing_range=(2, 9), image_width=150)
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 9


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_grows_to_the_bytes_of_a_whole_one(saved, tmp_path, name):
    strips().save(tmp_path / "out", format=name, shard_size=8, nrows=11)
    report = strips().save(tmp_path / "out", format=name, shard_size=8)
    assert report.made < 30
    for file in (saved / name).iterdir():
        assert (tmp_path / "out" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_saved_folder_is_run_again_to_the_same_bytes(saved, tmp_path, name):
    run(Recipe.read(saved / name).plan(output_path=tmp_path / "again"))
    for file in (saved / name).glob("img_*"):
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_sample_is_replayed_and_a_change_is_seen(saved, tmp_path, name):
    again = replay(saved / name, 12)
    assert again.difference == ""
    assert np.array_equal(again.image, strips()[12].image)
    assert ("as its lossy format keeps them" in str(again)) == (name == "jpg")
    folder = shutil.copytree(saved / name, tmp_path / "out")
    shutil.copy(folder / f"img_13.{name}", folder / f"img_12.{name}")
    assert f"img_12.{name} differs from what was made" in replay(folder, 12).difference


@pytest.mark.parametrize("name", FORMATS)
def test_a_contact_sheet_shows_the_folder(saved, name):
    sheet = image_read(sheet_of_folder(saved / name, 4, columns=1, scale=1))
    png = image_read(sheet_of_folder(saved / "png", 4, columns=1, scale=1))
    assert sheet.shape == png.shape
    ink = slice(20, None), slice(14, 162)  # the captions beside it have the names of other files
    assert np.abs(sheet[ink].astype(int) - png[ink]).mean() < 20


def test_a_recipe_in_yaml_names_the_format(tmp_path):
    (tmp_path / "recipe.yaml").write_text(
        "seed: 3\ntext: {pattern: {pattern: '[0-9]{3}', count: 4}}\nsteps: [text_to_image: {image_width: 100}]\n"
        "save: {path: out, format: webp}\n"
    )
    run(Recipe.read(tmp_path / "recipe.yaml").plan())
    assert sorted(file.name for file in (tmp_path / "out").glob("img_*")) == [f"img_{row}.webp" for row in range(4)]


@pytest.mark.parametrize(
    ("form", "options", "lossy"),
    [
        ("PNG", {}, False),
        ("JPEG", {}, True),
        ("WEBP", {"lossless": True}, False),
        ("WEBP", {"lossless": False}, True),
        ("WEBP", {"lossless": True, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}, False),
        ("WEBP", {"lossless": False, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0"}, True),
    ],
)
def test_a_file_is_lossy_by_its_content(form, options, lossy):
    file = io.BytesIO()
    Image.fromarray(np.full((9, 9), 200, np.uint8)).save(file, form, **options)
    assert is_lossy(file.getvalue()) == lossy
    for end in (0, 3, 12, 20):
        is_lossy(file.getvalue()[:end])
