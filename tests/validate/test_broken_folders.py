"""Every fault of a data set is found, under its kind and with the name of the file; and nothing else is."""

import json
import shutil
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import cv2
import hypothesis
import numpy as np
import pytest
from hypothesis import strategies as st

from mygenerator import PatternNlpDataset, PhoneNlpDataset, TextToImage
from mygenerator.validate import validate_folder
from tests.manifests import rewrite
from tests.validate.breaking import change, edit_meta, found, read, widen_gap


def twisted(row: int, column: int, value: str):
    """Rows with one field changed; row 1 is the first after the header."""

    def how(rows: list[list[str]]) -> list[list[str]]:
        rows[row][column] = value
        return rows

    return how


@pytest.mark.parametrize("by", [1, -1, 9, -9])
@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_a_gap_changed_by_hand_is_found(request, folder, by):
    path = request.getfixturevalue(folder)
    widen_gap(path, "img_7.png", gap=3, by=by)
    report = validate_folder(path)
    assert found(report, "gap") == ["img_7.png"]
    assert report.exit_code == 1
    assert report.good == 39


@hypothesis.given(row=st.integers(0, 39), gap=st.integers(1, 10), by=st.integers(-9, 9).filter(bool))
@hypothesis.settings(max_examples=40)
@pytest.mark.parametrize("spacing_range", [(3, 8), (0, 10)])
def test_any_gap_changed_by_any_number_of_columns_is_found(touching_and_apart, spacing_range, row, gap, by):
    strips = touching_and_apart[spacing_range]
    name = f"img_{row}.png"
    with tempfile.TemporaryDirectory() as folder:
        alone = Path(folder)
        for file in (name, "meta.csv"):
            shutil.copy(strips / file, alone / file)
        edit_meta(alone, lambda rows: [rows[0], rows[row + 1]])
        assert validate_folder(alone, spacing_range=spacing_range, image_width=280).ok
        widen_gap(alone, name, gap, by)
        report = validate_folder(alone, spacing_range=spacing_range, image_width=280)
        assert found(report, "gap") + found(report, "boxes") == [name]


@pytest.fixture(scope="module")
def touching_and_apart(tmp_path_factory, saved_phones):
    """Folders of 40 images by their range of gaps; not to be changed."""
    folder = tmp_path_factory.mktemp("touching")
    strips = TextToImage(spacing_range=(0, 10), image_width=280)
    strips.fit_transform(PatternNlpDataset("[0-9]{11}", 40, seed=3)).save(folder)
    return {(3, 8): saved_phones, (0, 10): folder}


def test_a_wrong_gap_is_told_in_numbers(phones):
    widen_gap(phones, "img_7.png", gap=3, by=1)
    (finding,) = [finding for finding in validate_folder(phones).findings if finding.kind == "gap"]
    assert "gap 3 measures" in finding.reason
    assert "allowed 3 to 8" in finding.reason


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_a_wrong_width_is_found(request, folder):
    path = request.getfixturevalue(folder)
    change(path / "img_3.png", lambda image: np.hstack([image, np.full((28, 5), 255, np.uint8)]))
    report = validate_folder(path, image_width=280)
    assert found(report, "wrong-size") == ["img_3.png"]
    assert "285 x 28 pixels, expected 280 x 28" in str(report)


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_an_image_of_another_height_is_found(request, folder):
    path = request.getfixturevalue(folder)
    change(path / "img_0.png", lambda image: image[:-1])
    assert found(validate_folder(path), "wrong-size") == ["img_0.png"]


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
@pytest.mark.parametrize("level", [255, 0, 250])
def test_a_blank_image_is_found_and_has_no_other_fault(request, folder, level):
    path = request.getfixturevalue(folder)
    change(path / "img_5.png", lambda image: np.full_like(image, level))
    report = validate_folder(path)
    assert found(report, "blank") == ["img_5.png"]
    assert set(report.counts) - {"hash"} == {"blank"}


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
@pytest.mark.parametrize("channels", [3, 4])
def test_colour_is_found_also_where_all_channels_are_equal(request, folder, channels):
    path = request.getfixturevalue(folder)
    change(path / "img_9.png", lambda image: np.dstack([image] * channels))
    assert found(validate_folder(path), "colour") == ["img_9.png"]


def test_sixteen_bits_are_found(phones_copy):
    change(phones_copy / "img_9.png", lambda image: image.astype(np.uint16) * 257)
    report = validate_folder(phones_copy)
    assert found(report, "depth") == ["img_9.png"]
    assert list(report.counts) == ["depth"]


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
@pytest.mark.parametrize("left", [0, 30, 0.5, -1])
def test_a_truncated_file_is_found(request, folder, left):
    path = request.getfixturevalue(folder)
    data = (path / "img_11.png").read_bytes()
    (path / "img_11.png").write_bytes(data[: int(len(data) * left) if isinstance(left, float) else left])
    assert found(validate_folder(path), "unreadable") == ["img_11.png"]


def test_a_file_that_is_no_image_is_unreadable(phones):
    (phones / "img_11.png").write_text("hello")
    assert found(validate_folder(phones), "unreadable") == ["img_11.png"]


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_a_missing_file_is_found(request, folder):
    path = request.getfixturevalue(folder)
    (path / "img_39.png").unlink()
    report = validate_folder(path)
    assert found(report, "missing") == ["img_39.png"]
    assert (report.images, report.good) == (39, 39)


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_an_extra_file_is_found(request, folder):
    path = request.getfixturevalue(folder)
    shutil.copy(path / "img_1.png", path / "img_1 (copy).png")
    (path / "notes.txt").write_text("x")
    (path / "more").mkdir()
    report = validate_folder(path)
    assert found(report, "extra") == ["img_1 (copy).png", "more", "notes.txt"]
    assert report.good == 40


def test_two_swapped_files_are_found_and_told_from_other_changes(phones):
    first, second = phones / "img_1.png", phones / "img_2.png"
    first.rename(phones / "x")
    second.rename(first)
    (phones / "x").rename(second)
    report = validate_folder(phones)
    assert found(report, "hash") == ["img_1.png", "img_2.png"]
    assert "img_1.png: hash: it holds what was saved as img_2.png" in str(report)


def test_two_swapped_files_are_found_without_a_manifest_by_their_pixels(phones_copy):
    first, second = read(phones_copy / "img_1.png"), read(phones_copy / "img_2.png")
    change(phones_copy / "img_1.png", lambda image: second)
    change(phones_copy / "img_2.png", lambda image: first)
    report = validate_folder(phones_copy)
    assert {finding.file for finding in report.findings} == {"img_1.png", "img_2.png"}
    assert found(report, "gap") == ["img_1.png", "img_2.png"]


def test_a_row_removed_from_meta_csv_is_found(phones):
    edit_meta(phones, lambda rows: rows[:8] + rows[9:])
    report = validate_folder(phones)
    assert found(report, "meta") == ["img_7.png"]
    assert found(report, "hash") == ["meta.csv"]
    assert set(report.counts) == {"meta", "hash"}


def test_without_a_manifest_an_image_whose_row_was_removed_is_extra(phones_copy):
    edit_meta(phones_copy, lambda rows: rows[:8] + rows[9:])
    report = validate_folder(phones_copy)
    assert found(report, "extra") == ["img_7.png"]
    assert set(report.counts) == {"extra"}


def test_other_bytes_of_the_same_length_are_found_by_the_hash(phones):
    rewrite(phones / "manifest.json", rb'(\["img_4.png",\d+,")[0-9a-f]{32}', rb"\g<1>" + b"0" * 32)
    assert found(validate_folder(phones), "hash") == ["img_4.png"]


def test_one_changed_pixel_that_leaves_the_gaps_alone_is_found_by_the_hash(phones):
    def darker(image: np.ndarray) -> np.ndarray:
        row, column = np.argwhere(image == 0)[0]
        image[row, column] = 1
        return image

    change(phones / "img_4.png", darker)
    report = validate_folder(phones)
    assert found(report, "hash") == ["img_4.png"]
    assert set(report.counts) == {"hash"}


@pytest.mark.parametrize("level", [254, 241])
def test_a_faint_speck_between_glyphs_is_found_as_paper_that_is_not_pure(phones_copy, level):
    def specked(image: np.ndarray) -> np.ndarray:
        image[3, np.flatnonzero((image == 255).all(axis=0))[-1]] = level
        return image

    change(phones_copy / "img_4.png", specked)
    report = validate_folder(phones_copy)
    assert found(report, "paper") == ["img_4.png"]
    assert set(report.counts) == {"paper"}


@pytest.mark.parametrize("folder", ["phones", "phones_copy"])
def test_white_on_black_among_black_on_white_is_found(request, folder):
    path = request.getfixturevalue(folder)
    for name in ("img_0.png", "img_20.png"):
        change(path / name, lambda image: 255 - image)
    report = validate_folder(path)
    assert found(report, "paper") == ["img_0.png", "img_20.png"]
    assert "gap" not in report.counts


def test_a_column_rubbed_out_inside_a_glyph_is_found(phones_copy):
    def rubbed(image: np.ndarray) -> np.ndarray:
        ink = np.flatnonzero((image < 200).any(axis=0))
        image[:, ink[2]] = 255
        return image

    change(phones_copy / "img_4.png", rubbed)
    assert found(validate_folder(phones_copy), "gap") == ["img_4.png"]


def test_a_strip_moved_as_a_whole_is_found_by_its_boxes(tmp_path):
    strips = TextToImage(spacing_range=(3, 8), image_width=300, sizing="pad")
    strips.fit_transform(PatternNlpDataset("[0-9]{5}", 10, seed=1)).save(tmp_path)
    change(tmp_path / "img_2.png", lambda image: np.roll(image, 4, axis=1))
    report = validate_folder(tmp_path)
    assert found(report, "boxes") == ["img_2.png"]
    assert "gap" not in report.counts


def test_a_label_that_is_not_of_the_pattern_is_found_and_so_is_one_that_stands_twice(phones):
    def relabelled(rows: list[list[str]]) -> list[list[str]]:
        rows[3][1] = "00012345678"
        rows[6][1] = rows[5][1]
        rows[8][1] = rows[8][1][:-1]
        rows[9][1] = ""
        return rows

    edit_meta(phones, relabelled)
    report = validate_folder(phones)
    assert set(found(report, "label")) == {"img_2.png", "img_5.png", "img_7.png", "img_8.png"}
    assert "is the label of img_4.png too" in "".join(finding.reason for finding in report.findings)


def test_labels_are_judged_by_the_pattern_of_the_recipe(tmp_path):
    strips = TextToImage(spacing_range=(3, 8), image_width=300)
    strips.fit_transform(PatternNlpDataset("[0-3]{3}[0-9]", 12, seed=1)).save(tmp_path)
    edit_meta(tmp_path, twisted(5, 1, "4444"))
    report = validate_folder(tmp_path)
    assert found(report, "label") == ["img_4.png"]
    assert "'[0-3]{3}[0-9]'" in str(report)


def test_a_label_with_more_characters_than_boxes_is_found_without_a_recipe(phones_copy):
    edit_meta(phones_copy, twisted(4, 1, "123456789012"))
    assert found(validate_folder(phones_copy), "label") == ["img_3.png"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (2, "[1, 2"),
        (2, "[1.5]"),
        (2, '["3"]'),
        (2, "7"),
        (3, "[[1, 2, 3]]"),
        (3, "[1, 2, 3, 4]"),
        (3, "["),
        (2, "[" * 5000),
    ],
)
def test_a_malformed_list_in_meta_csv_is_found(phones_copy, column, value):
    edit_meta(phones_copy, twisted(4, column, value))
    report = validate_folder(phones_copy)
    assert found(report, "meta") == ["img_3.png"]
    assert "meta.csv, line 5" in str(report)


def test_a_row_with_too_few_fields_is_found(phones_copy):
    edit_meta(phones_copy, lambda rows: [*rows[:4], rows[4][:3], *rows[5:]])
    assert found(validate_folder(phones_copy), "meta") == ["img_3.png"]


def test_recorded_gaps_that_do_not_fit_the_recorded_boxes_are_found(phones_copy):
    edit_meta(phones_copy, twisted(4, 2, json.dumps([3] * 10)))
    assert found(validate_folder(phones_copy), "meta") == ["img_3.png"]


@pytest.mark.parametrize(
    ("box", "side", "value"), [(10, 2, 281), (0, 0, -1), (4, 1, -1), (4, 3, 29), (4, 1, 28), (4, 0, 1000)]
)
def test_a_box_that_is_no_part_of_the_image_is_found(phones_copy, box, side, value):
    with_boxes(phones_copy, lambda boxes: boxes[box].__setitem__(side, value))
    report = validate_folder(phones_copy)
    assert found(report, "boxes") == ["img_3.png"]
    assert f"recorded box {box + 1}," in str(report)


def test_boxes_that_overlap_are_found(phones_copy):
    with_boxes(phones_copy, lambda boxes: boxes[4].__setitem__(2, boxes[5][0] + 1))
    report = validate_folder(phones_copy)
    assert found(report, "boxes") == ["img_3.png"]
    assert "overlap" in str(report)


def with_boxes(folder: Path, how: Callable[[list[list[int]]], None]) -> None:
    """Change the recorded boxes of img_3.png, and the recorded gaps with them."""

    def boxed(rows: list[list[str]]) -> list[list[str]]:
        boxes = json.loads(rows[4][3])
        how(boxes)
        rows[4][3] = json.dumps(boxes)
        rows[4][2] = json.dumps([right[0] - left[2] for left, right in pairwise(boxes)])
        return rows

    edit_meta(folder, boxed)


def test_a_label_with_more_characters_than_recorded_gaps_is_found_where_there_are_no_boxes(phones_copy):
    edit_meta(phones_copy, lambda rows: [row[:3] for row in rows])
    assert validate_folder(phones_copy).ok
    edit_meta(phones_copy, twisted(4, 1, "123456789012"))
    assert found(validate_folder(phones_copy), "label") == ["img_3.png"]


def test_a_row_that_stands_twice_is_found(phones):
    edit_meta(phones, lambda rows: [*rows, rows[3]])
    assert found(validate_folder(phones), "meta") == ["img_2.png"]


def test_a_row_that_stands_twice_long_before_its_turn_is_found(phones):
    edit_meta(phones, lambda rows: [rows[0], rows[40], rows[40], *rows[1:40]])
    assert found(validate_folder(phones), "meta") == ["img_39.png"]


def test_rows_in_another_order_are_matched_by_name(phones):
    edit_meta(phones, lambda rows: [rows[0], *rows[:0:-1]])
    report = validate_folder(phones)
    assert [(finding.file, finding.kind) for finding in report.findings] == [("meta.csv", "hash")]


@pytest.mark.parametrize("name", ["../outside.png", "/etc/passwd", "", "more/img.png", "a\0b.png"])
def test_a_row_that_names_no_file_of_the_folder_is_found_and_nothing_outside_is_read(phones_copy, name):
    shutil.copy(phones_copy / "img_1.png", phones_copy.parent / "outside.png")
    (phones_copy / "more").mkdir()
    shutil.copy(phones_copy / "img_1.png", phones_copy / "more" / "img.png")
    edit_meta(phones_copy, lambda rows: [*rows, [name, *rows[2][1:]]])
    report = validate_folder(phones_copy)
    assert report.images == 40
    assert found(report, "meta") == ["meta.csv"]


@pytest.mark.parametrize("name", ["recipe.json", "manifest.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"count": "many"}', b"\xff\xfe"])
def test_a_broken_recipe_or_manifest_is_a_finding_and_the_images_are_judged_all_the_same(phones, name, content):
    (phones / name).write_bytes(content)
    widen_gap(phones, "img_7.png", gap=3, by=1)
    report = validate_folder(phones)
    assert found(report, "unreadable") == [name]
    assert found(report, "gap") == ["img_7.png"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"steps": [', '"steps": 7, "old": ['),
        ('"spacing_range": [\n', '"spacing_range": "x", "old": [\n'),
        ('"image_width": 280', '"image_width": "wide"'),
        ('"sizing": "fill"', '"sizing": "full"'),
        ('"prefix": "0"', '"prefix": "x"'),
        ('"pattern": "', '"pattern": "('),
        ('"text": {', '"text": {"pattern": 4, "old": 5}, "was": {'),
    ],
)
def test_a_recipe_that_was_tampered_with_is_a_finding(phones, before, after):
    text = (phones / "recipe.json").read_text(encoding="utf-8")
    assert before in text
    (phones / "recipe.json").write_text(text.replace(before, after), encoding="utf-8")
    report = validate_folder(phones)
    assert found(report, "unreadable") == ["recipe.json"]


def test_a_manifest_that_lost_a_shard_or_holds_another_count_than_the_recipe_is_found(phones):
    lines = (phones / "manifest.json").read_text().splitlines()
    kept = [line for line in lines if not line.startswith('{"shard":1,')]
    (phones / "manifest.json").write_text("\n".join([*kept, ""]))
    report = validate_folder(phones)
    assert found(report, "count") == ["manifest.json"]
    assert len(found(report, "extra")) == 10


def test_a_recipe_of_another_count_than_the_manifest_is_found(phones):
    text = (phones / "recipe.json").read_text(encoding="utf-8")
    (phones / "recipe.json").write_text(text.replace('"count": 40', '"count": 41'), encoding="utf-8")
    report = validate_folder(phones)
    assert [(finding.file, finding.kind) for finding in report.findings] == [("manifest.json", "count")]


def test_a_manifest_whose_shards_are_malformed_is_a_finding(phones):
    text = (phones / "manifest.json").read_text()
    (phones / "manifest.json").write_text(text.replace('["img_12.png",', '["img_12.png",7,'))
    assert found(validate_folder(phones), "unreadable") == ["manifest.json"]


@pytest.mark.parametrize("name", ["recipe.json", "meta.csv"])
def test_a_finished_folder_without_its_recipe_or_its_meta_csv_is_found(phones, name):
    (phones / name).unlink()
    report = validate_folder(phones)
    assert [(finding.file, finding.kind) for finding in report.findings] == [(name, "missing")]


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'file_name,label\n"img_0', b"", b"name,text\na,b\n", b"\0\n"])
def test_a_meta_csv_that_is_no_such_table_is_a_finding(phones_copy, content):
    (phones_copy / "meta.csv").write_bytes(content)
    report = validate_folder(phones_copy)
    assert not report.ok
    assert "meta.csv" in {finding.file for finding in report.findings} or found(report, "missing")


def test_an_image_that_became_a_folder_is_found(phones):
    (phones / "img_3.png").unlink()
    (phones / "img_3.png").mkdir()
    assert "img_3.png" in found(validate_folder(phones), "missing")


def test_every_kind_of_fault_at_once_is_found(phones):
    widen_gap(phones, "img_0.png", gap=1, by=9)
    change(phones / "img_1.png", lambda image: image[:, :-20])
    change(phones / "img_2.png", np.zeros_like)
    change(phones / "img_3.png", lambda image: cv2.cvtColor(image, cv2.COLOR_GRAY2BGR))
    (phones / "img_4.png").write_bytes((phones / "img_4.png").read_bytes()[:100])
    (phones / "img_5.png").unlink()
    (phones / "img_40.png").write_bytes((phones / "img_6.png").read_bytes())
    edit_meta(phones, lambda rows: rows[:-1])
    report = validate_folder(phones)
    wanted = {
        "gap": "img_0.png",
        "wrong-size": "img_1.png",
        "blank": "img_2.png",
        "colour": "img_3.png",
        "unreadable": "img_4.png",
        "missing": "img_5.png",
        "extra": "img_40.png",
        "meta": "img_39.png",
    }
    assert all(name in found(report, kind) for kind, name in wanted.items()), str(report)
    # The text shows each kind, though there are more findings than lines.
    assert all(f"{name}: {kind}: " in str(report) for kind, name in wanted.items())


@pytest.mark.parametrize("sizing", ["fill", "pad"])
def test_a_width_that_is_not_that_of_the_others_is_found_without_a_recipe(tmp_path, sizing):
    strips = TextToImage(spacing_range=(3, 8), image_width=400, sizing=sizing)
    strips.fit_transform(PhoneNlpDataset(30, seed=5)).save(tmp_path)
    (tmp_path / "recipe.json").unlink()
    (tmp_path / "manifest.json").unlink()
    change(tmp_path / "img_5.png", lambda image: np.pad(image, ((0, 0), (0, 7)), constant_values=255))
    change(tmp_path / "img_6.png", lambda image: image[:, :-1])
    assert found(validate_folder(tmp_path), "wrong-size") == ["img_5.png", "img_6.png"]


def test_a_table_that_cannot_be_read_is_a_finding_and_no_crash(phones, monkeypatch):
    real = open

    def refusing(file, *arguments, **named):
        if str(file).endswith("meta.csv"):
            raise PermissionError(13, "Permission denied", str(file))
        return real(file, *arguments, **named)

    monkeypatch.setattr("builtins.open", refusing)
    assert found(validate_folder(phones), "unreadable") == ["meta.csv"]


def test_a_changed_letter_of_the_recipe_is_found_even_if_the_recipe_still_fits(phones):
    text = (phones / "recipe.json").read_text(encoding="utf-8")
    (phones / "recipe.json").write_text(text.replace('"mygenerator": "0', '"mygenerator": "1'), encoding="utf-8")
    report = validate_folder(phones)
    assert found(report, "hash") == ["recipe.json"]
    assert set(report.counts) == {"hash"}
