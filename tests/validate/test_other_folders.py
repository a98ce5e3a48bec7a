"""Folders that are no finished data set: bare images, single sequences, an interrupted save; and what cannot be run."""

import os

import cv2
import numpy as np
import pytest

from mygenerator import PhoneNlpDataset, TextToImage
from mygenerator.errors import InputError
from mygenerator.pipeline import run_generate_numbers_sequence
from mygenerator.validate import run_image_padding_validate, validate_folder
from tests.validate.breaking import change, edit_meta, found, widen_gap


@pytest.fixture
def bare(phones_copy):
    """The 40 images alone."""
    (phones_copy / "meta.csv").unlink()
    return phones_copy


def test_bare_images_are_judged_by_what_they_have_in_common_and_what_is_asked(bare):
    report = validate_folder(bare)
    assert report.ok, str(report)
    assert report.images == 40
    assert sum(report.gaps.values()) == 400
    assert validate_folder(bare, spacing_range=(3, 8), image_width=280, image_height=28, invert=False).ok


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"spacing_range": (4, 8)}, "gap"),
        ({"spacing_range": (3, 7)}, "gap"),
        ({"image_width": 281}, "wrong-size"),
        ({"image_height": 27}, "wrong-size"),
        ({"invert": True}, "paper"),
    ],
)
@pytest.mark.parametrize("folder", ["bare", "phones", "phones_copy"])
def test_what_is_asked_goes_before_what_is_recorded(request, folder, asked, kind):
    report = validate_folder(request.getfixturevalue(folder), **asked)
    assert set(report.counts) == {kind}
    assert all(report.settings[name][1] == "argument" for name in asked if name != "spacing_range")


def test_an_odd_one_among_bare_images_is_found(bare):
    change(bare / "img_0.png", lambda image: np.vstack([image, image[:1]]))
    change(bare / "img_1.png", lambda image: 255 - image)
    change(bare / "img_2.png", lambda image: np.full_like(image, 255))
    change(bare / "img_3.png", lambda image: np.dstack([image] * 3))
    change(bare / "img_4.png", lambda image: (image // 2 + 122).astype(np.uint8))
    report = validate_folder(bare)
    assert {kind: found(report, kind) for kind in report.counts} == {
        "wrong-size": ["img_0.png"],
        "paper": ["img_1.png", "img_4.png"],
        "blank": ["img_2.png"],
        "colour": ["img_3.png"],
    }


def test_bare_images_may_differ_in_width(bare):
    change(bare / "img_0.png", lambda image: image[:, :200])
    assert validate_folder(bare).ok


def test_other_files_beside_bare_images_are_left_alone(bare):
    (bare / "readme.txt").write_text("x")
    (bare / "more").mkdir()
    assert validate_folder(bare).ok


def test_bare_jpegs_are_judged_without_asking_for_pure_paper(tmp_path, bare):
    for number in range(5):
        image = cv2.imread(str(bare / f"img_{number}.png"), cv2.IMREAD_UNCHANGED)
        cv2.imwrite(str(tmp_path / f"{number}.jpg"), image)
    report = validate_folder(tmp_path)
    assert report.images == 5
    assert "paper" not in report.counts
    assert "colour" not in report.counts


def test_without_boxes_the_number_of_runs_has_to_fit_the_label_where_gaps_are_visible(phones_copy):
    edit_meta(phones_copy, lambda rows: [[row[0], row[1]] for row in rows])
    assert validate_folder(phones_copy, spacing_range=(3, 8)).ok
    widen_gap_by_filling(phones_copy / "img_6.png")
    report = validate_folder(phones_copy, spacing_range=(3, 8))
    assert found(report, "gap") == ["img_6.png"]
    assert "10 runs of ink for a label of 11 characters" in str(report)
    # Where gaps of 0 are allowed, glyphs may touch.
    assert validate_folder(phones_copy, spacing_range=(0, 8)).ok


def widen_gap_by_filling(path):
    """Fill the first gap with ink, so that two glyphs become one run."""

    def filled(image):
        blank = np.flatnonzero((image == 255).all(axis=0))
        first = blank[blank > np.flatnonzero((image < 255).any(axis=0))[0]][0]
        last = first + int(np.argmin(np.diff(blank[blank >= first], append=0) == 1))
        image[10:14, first : last + 1] = 0
        return image

    change(path, filled)


def test_without_boxes_the_recorded_gaps_are_compared(phones_copy):
    widen_gap(phones_copy, "img_6.png", gap=2, by=1)
    edit_meta(phones_copy, lambda rows: [row[:3] for row in rows])
    report = validate_folder(phones_copy)
    assert found(report, "gap") == ["img_6.png"]
    assert "gap 2 measures" in str(report)


@pytest.fixture
def sequences(tmp_path):
    """Three single sequences of different settings."""
    for sequence, width in [("007", 120), ("12345", 200), ("12345", 210)]:
        run_generate_numbers_sequence(sequence, 3, 8, width, str(tmp_path), seed=1)
    return tmp_path


def test_a_fault_in_a_single_sequence_is_found_by_its_own_row(sequences):
    widen_gap(sequences, "img_12345_0.png", gap=2, by=9)
    change(sequences / "img_12345_1.png", lambda image: image[:, :200])
    report = validate_folder(sequences)
    assert found(report, "gap")[0] == "img_12345_0.png"
    assert found(report, "wrong-size") == ["img_12345_1.png"]
    assert "allowed 3 to 8" in str(report)


def test_a_setting_that_cannot_be_in_a_row_of_a_single_sequence_is_found(sequences):
    def twisted(rows):
        rows[1][rows[0].index("min_spacing")] = "few"
        rows[2][rows[0].index("sizing")] = "full"
        return rows

    edit_meta(sequences, twisted)
    assert found(validate_folder(sequences), "meta") == ["img_007_0.png", "img_12345_0.png"]


def test_a_setting_of_thousands_of_digits_is_found(sequences):
    def lengthened(rows):
        rows[1][rows[0].index("image_width")] = "1" * 5_000
        return rows

    edit_meta(sequences, lengthened)
    assert found(validate_folder(sequences), "meta") != []


def test_a_name_that_no_file_can_have_is_missing(phones_copy):
    name = "x" * 300
    edit_meta(phones_copy, lambda rows: [*rows, [name, *rows[1][1:]]])
    assert found(validate_folder(phones_copy), "missing") == [name]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_file_is_unreadable_and_never_waited_for(phones_copy):
    (phones_copy / "img_3.png").unlink()
    os.mkfifo(phones_copy / "img_3.png")
    (phones_copy / "img_4.png").unlink()
    (phones_copy / "img_4.png").symlink_to("/dev/zero")
    assert found(validate_folder(phones_copy), "unreadable") == ["img_3.png", "img_4.png"]


def test_a_single_sequence_without_a_row_is_extra(sequences):
    edit_meta(sequences, lambda rows: rows[:-1])
    assert found(validate_folder(sequences), "extra") == ["img_12345_1.png"]


class StoppedError(Exception):
    """What a save is stopped with."""


@pytest.fixture
def unfinished(tmp_path):
    """A save of 40 images in shards of 10 that was stopped after two shards."""

    def stop(done, total):
        if done >= 20:
            raise StoppedError

    strips = TextToImage(spacing_range=(3, 8), image_width=280).fit_transform(PhoneNlpDataset(40, seed=7))
    with pytest.raises(StoppedError):
        strips.save(tmp_path / "unfinished", shard_size=10, progress=stop)
    assert (tmp_path / "unfinished" / "shards" / "000001.json").exists()
    return tmp_path / "unfinished"


def test_an_unfinished_folder_is_said_so_and_what_is_there_is_judged(unfinished):
    report = validate_folder(unfinished)
    assert set(report.counts) == {"unfinished"}
    assert report.images == 20
    assert sum(report.gaps.values()) == 200
    assert report.exit_code == 1


def test_a_fault_in_an_unfinished_folder_is_found(unfinished, phones):
    change(unfinished / "img_4.png", lambda image: np.full_like(image, 255))
    (unfinished / "img_5.png").unlink()
    (unfinished / "img_99.png").write_bytes((unfinished / "img_6.png").read_bytes())
    # An image that its shard has not sealed belongs here.
    (unfinished / "img_25.png").write_bytes((phones / "img_25.png").read_bytes())
    report = validate_folder(unfinished)
    assert found(report, "blank") == ["img_4.png"]
    assert found(report, "hash") == ["img_4.png"]
    assert found(report, "missing") == ["img_5.png"]
    assert found(report, "extra") == ["img_99.png"]
    assert report.images == 20


def test_a_data_set_without_its_manifest_is_unfinished_and_judged_by_meta_csv(phones):
    (phones / "manifest.json").unlink()
    widen_gap(phones, "img_7.png", gap=3, by=1)
    report = validate_folder(phones)
    assert found(report, "unfinished") == ["recipe.json"]
    assert found(report, "gap") == ["img_7.png"]
    assert report.images == 40


def test_a_recipe_alone_is_unfinished(phones, tmp_path):
    folder = tmp_path / "alone"
    folder.mkdir()
    (phones / "recipe.json").rename(folder / "recipe.json")
    report = validate_folder(folder)
    assert found(report, "unfinished") == ["recipe.json"]
    assert report.images == 0


def test_what_cannot_be_validated_is_an_error_that_names_it(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "readme.txt").write_text("x")
    (tmp_path / "head").mkdir()
    (tmp_path / "head" / "meta.csv").write_text("file_name,label\n")
    for name in ("empty", "file", "text", "head", "gone"):
        with pytest.raises(InputError, match=name):
            validate_folder(tmp_path / name)


@pytest.mark.parametrize(
    "arguments",
    [
        {"spacing_range": (8, 3)},
        {"spacing_range": (-1, 3)},
        {"spacing_range": (1.5, 3)},
        {"spacing_range": 3},
        {"image_width": 0},
        {"image_width": "280"},
        {"image_height": True},
        {"invert": "no"},
    ],
)
def test_an_argument_that_cannot_be_is_an_error(saved_phones, arguments):
    with pytest.raises(InputError):
        validate_folder(saved_phones, **arguments)


def test_the_older_function_takes_its_arguments_as_they_were(saved_phones, tmp_path):
    assert run_image_padding_validate(3, 8, 280, str(saved_phones)).ok
    assert run_image_padding_validate(input_path=saved_phones).ok
    assert set(run_image_padding_validate(max_spacing=7, input_path=saved_phones).counts) == {"gap"}
    assert set(run_image_padding_validate(input_path=saved_phones, inverse_image=False).counts) == {"paper"}
    with pytest.raises(InputError, match="nowhere"):
        run_image_padding_validate(input_path=saved_phones, config_file=str(tmp_path / "nowhere.yaml"))
