"""A good folder is good: no finding in anything that the package writes."""

import shutil

import numpy as np
import pandas
import pytest

from mygenerator import (
    ImageDataset,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    TextToImage,
    ValidatePadding,
)
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.text.patterns import Pattern
from mygenerator.transform import Transform
from mygenerator.validate import validate_folder
from tests.validate.breaking import found


@pytest.mark.parametrize("spacing_range", [(1, 1), (3, 8), (0, 10)])
@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
def test_200_images_are_good_and_so_are_their_copies_without_records(tmp_path, sizing, spacing_range):
    strips = TextToImage(spacing_range=spacing_range, image_width=330, sizing=sizing)
    strips.fit_transform(PhoneNlpDataset(200, seed=5)).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert (report.images, report.good, report.exit_code) == (200, 200, 0)
    assert sum(report.gaps.values()) == 2000
    assert set(report.gaps) == set(range(spacing_range[0], spacing_range[1] + 1))

    (tmp_path / "recipe.json").unlink()
    (tmp_path / "manifest.json").unlink()
    copy = validate_folder(tmp_path, spacing_range=spacing_range, image_width=330)
    assert copy.ok, str(copy)
    assert copy.gaps == report.gaps

    (tmp_path / "meta.csv").unlink()
    bare = validate_folder(tmp_path, spacing_range=spacing_range, image_width=330, image_height=28)
    assert bare.ok, str(bare)
    # Without boxes, glyphs that touch cannot be told apart.
    assert bare.gaps == {gap: count for gap, count in report.gaps.items() if gap > 0}


@pytest.mark.parametrize("sizing", ["fill", "pad"])
def test_white_on_black_is_good_where_it_is_recorded_and_where_it_is_not(tmp_path, sizing):
    strips = TextToImage(spacing_range=(0, 8), image_width=300, sizing=sizing, invert=True)
    strips.fit_transform(PhoneNlpDataset(50, seed=5)).save(tmp_path)
    assert validate_folder(tmp_path).ok
    (tmp_path / "recipe.json").unlink()
    (tmp_path / "manifest.json").unlink()
    assert validate_folder(tmp_path).ok
    (tmp_path / "meta.csv").unlink()
    assert validate_folder(tmp_path).ok


def test_labels_of_different_lengths_and_heights_other_than_the_usual_are_good(tmp_path):
    strips = TextToImage(spacing_range=(2, 4), image_width=200, sizing="pad", image_height=40, align="random")
    strips.fit_transform(NlpDataset(["7", "12", "00700"] * 10, seed=3)).save(tmp_path, prefix="meter")
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert report.settings["image_height"] == [40, "recipe.json"]


def test_strips_that_were_checked_on_their_way_are_good_whatever_the_steps_are_called(tmp_path):
    line = Pipeline([("write", TextToImage(spacing_range=(3, 8), image_width=200)), ("check", ValidatePadding((3, 8)))])
    line.fit_transform(PatternNlpDataset("[0-9]{3}-?[0-9]{4}".replace("-?", ""), 30, seed=2)).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert report.settings["max_spacing"] == [8, "recipe.json"]


def test_after_resize_gaps_are_not_judged_and_the_report_says_so(tmp_path):
    strips = TextToImage(spacing_range=(3, 8), image_width=100, sizing="resize")
    strips.fit_transform(PhoneNlpDataset(30, seed=5)).save(tmp_path)
    report = validate_folder(tmp_path, spacing_range=(1, 2))
    assert report.ok, str(report)
    assert report.gaps == {}
    assert "resize" in str(report)


class Upside(Transform):
    """A step that this package does not know."""

    def apply(self, images, drawn):
        del drawn
        return images[:, ::-1]


def test_after_a_step_of_the_users_own_what_was_drawn_is_not_held_against_the_pixels(tmp_path):
    line = Pipeline([TextToImage(spacing_range=(3, 8), image_width=200), Upside()])
    line.fit_transform(PhoneNlpDataset(20, seed=5)).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert "upside" in str(report)


def test_single_sequences_are_judged_each_by_its_own_row(tmp_path):
    for sequence, low, high, width, invert in [
        ("007", 1, 1, 100, False),
        ("12345", 3, 8, 150, True),
        ("12345", 9, 9, 200, False),
        ("9", 1, 10, 50, False),
    ]:
        run_generate_numbers_sequence(sequence, low, high, width, str(tmp_path), seed=1, invert=invert)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert report.images == 4
    assert report.settings["image_width"] == [None, "meta.csv"]


def test_hidden_files_and_those_of_the_system_are_nobodys_business(phones):
    for name in (".DS_Store", ".hidden.png", "Thumbs.db"):
        (phones / name).write_bytes(b"x")
    (phones / ".git").mkdir()
    assert validate_folder(phones).ok


def test_a_folder_that_was_extended_is_good(tmp_path):
    strips = TextToImage(spacing_range=(3, 8), image_width=200)
    for size in (25, 60):
        strips.fit_transform(PhoneNlpDataset(size, seed=4)).save(tmp_path, shard_size=10)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert report.images == 60


def test_validation_changes_nothing_in_the_folder(phones, tmp_path):
    shutil.copytree(phones, tmp_path / "before")
    validate_folder(phones)
    assert sorted(path.name for path in phones.iterdir()) == sorted(
        path.name for path in (tmp_path / "before").iterdir()
    )
    assert all(path.read_bytes() == (tmp_path / "before" / path.name).read_bytes() for path in phones.iterdir())


def test_progress_is_told_in_images_up_to_all_of_them(phones):
    told = []
    validate_folder(phones, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (40, 40)


def test_a_pattern_restricted_to_some_lengths_is_the_one_that_labels_are_judged_by(tmp_path):
    texts = PatternNlpDataset(Pattern("[0-9]{0,7}", lengths=[3]), 20, seed=1)
    TextToImage(image_width=120).fit_transform(texts).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    table = tmp_path / "meta.csv"
    label = texts.get_text_only(0)
    table.write_text(table.read_text().replace(f"img_0.png,{label},", f"img_0.png,{label}4,"))
    assert "img_0.png" in found(validate_folder(tmp_path), "label")


def test_own_images_of_any_size_and_colour_are_good_as_they_were_saved(tmp_path):
    def image(index):
        return np.full((10 + index, 20, 3)[: 2 + index % 2], index, np.uint8)

    table = pandas.DataFrame({"label": ["red", "blue", "green", "red"]})
    ImageDataset(get_image_fn=image, meta=table, seed=1).save(tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert report.images == 4
    assert "a user's own" in str(report)
    (tmp_path / "img_2.png").write_bytes((tmp_path / "img_1.png").read_bytes())
    assert found(validate_folder(tmp_path), "hash") == ["img_2.png"]
