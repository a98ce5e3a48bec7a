"""Margins that were drawn are recorded in a column of their own, and judged by the pixels of a saved folder."""

import csv
import json

import numpy as np
import pytest

from mygenerator import CombineImagesHorizontally, NlpDataset, PhoneNlpDataset, TextToImage
from mygenerator.save.saved import SavedFolder
from mygenerator.save.single import add_sequence
from mygenerator.testing.blocks import block_glyph_data
from mygenerator.validate import validate_folder
from tests.validate.breaking import change, edit_meta, found

PAPER = 255


def saved(folder, count=20, spacing_range=(3, 8), width=320, **options):
    step = TextToImage("optdigits", spacing_range, width, **({"where": "edges"} | options))
    step.fit_transform(PhoneNlpDataset(count, seed=7)).save(folder, shard_size=10)
    return folder


def rows_of(folder):
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_hashes(folder):
    (folder / "manifest.json").unlink()
    return folder


def moved(by):
    """Moves the ink of a strip to the right, over its margin."""

    def shifted(image):
        return np.hstack([np.full((len(image), by), PAPER, np.uint8), image[:, :-by]])

    return shifted


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad", "resize"])
@pytest.mark.parametrize("spacing", ["uniform", "fixed"])
def test_margins_have_a_column_and_a_good_folder_is_good(tmp_path, sizing, spacing):
    folder = saved(tmp_path, sizing=sizing, spacing=spacing, width=400)
    rows = rows_of(folder)
    assert list(rows[0]) == ["file_name", "label", "gaps", "boxes", "glyphs", "margins"]
    for row, sample in zip(rows, SavedFolder(folder), strict=True):
        boxes = json.loads(row["boxes"])
        assert json.loads(row["margins"]) == [boxes[0][0], 400 - boxes[-1][2]] == sample.margins.tolist()
    report = validate_folder(folder)
    assert report.ok, str(report)
    if sizing != "resize":
        assert sum(report.margins["left"].values()) == sum(report.margins["right"].values()) == 20
        assert report.settings["margin_ranges"][1] == "recipe.json"
        assert "margins measured: left " in str(report)
        assert json.loads(report.to_json())["margins"]["left"]


def test_folders_without_drawn_margins_have_the_columns_that_they_always_had(tmp_path):
    for spacing in ("uniform", "fixed"):
        folder = saved(tmp_path / spacing, where="between", spacing=spacing)
        assert list(rows_of(folder)[0]) == ["file_name", "label", "gaps", "boxes", "glyphs"]
        report = validate_folder(folder)
        assert report.ok
        assert report.margins == {}
        assert "margin_ranges" not in report.settings


def test_rows_whose_labels_have_to_be_quoted_have_their_margins(tmp_path):
    texts = NlpDataset(["1,2", '"12'], seed=1)
    strips = CombineImagesHorizontally((2, 4), 120, where="edges").fit_transform(block_glyph_data(texts))
    strips.save(tmp_path)
    assert [json.loads(row["margins"]) for row in rows_of(tmp_path)] == strips.batch([0, 1]).margins.tolist()
    assert validate_folder(tmp_path).ok


def test_a_margin_that_is_not_the_recorded_one_is_told_with_file_and_range(tmp_path):
    folder = without_hashes(saved(tmp_path))
    row = rows_of(folder)[4]
    left, _ = json.loads(row["margins"])
    change(folder / row["file_name"], moved(1))
    report = validate_folder(folder)
    reasons = [(finding.file, finding.kind, finding.reason) for finding in report.findings if finding.kind == "margin"]
    told = f"the left margin measures {left + 1} pixels, {left} recorded, allowed 3 to 8"
    assert reasons == [(row["file_name"], "margin", told)]


@pytest.mark.parametrize("by", [6, 12])
def test_a_margin_out_of_range_is_found_without_any_record_of_the_image(tmp_path, by):
    folder = without_hashes(saved(tmp_path, spacing_range=(5, 5)))
    edit_meta(folder, lambda rows: [row[:2] for row in rows])
    change(folder / "img_3.png", lambda image: moved(by)(np.hstack([image, image[:, :1] * 0 + PAPER]))[:, :-1])
    report = validate_folder(folder)
    assert found(report, "margin") == ["img_3.png"]
    assert f"the left margin measures {5 + by} pixels, allowed 5 to 5" in str(report)


def test_ink_in_a_margin_is_found(tmp_path):
    folder = without_hashes(saved(tmp_path))

    def with_ink(image):
        image = image.copy()
        image[10, -1] = 0
        return image

    change(folder / "img_2.png", with_ink)
    report = validate_folder(folder)
    assert found(report, "margin") == ["img_2.png"]
    assert "the right margin measures 0 pixels" in str(report)


def test_recorded_margins_that_do_not_fit_the_recorded_boxes_are_found(tmp_path):
    folder = without_hashes(saved(tmp_path))

    def changed(rows):
        rows[3][5] = "[99, 3]"
        return rows

    edit_meta(folder, changed)
    report = validate_folder(folder)
    assert found(report, "meta") == ["img_2.png"]
    assert "recorded margins [99, 3], but [" in str(report)


@pytest.mark.parametrize("text", ["[1]", "[1, 2, 3]", "[1.5, 2]", '"12"', "x"])
def test_a_malformed_margin_is_found(tmp_path, text):
    folder = without_hashes(saved(tmp_path))
    edit_meta(folder, lambda rows: [*rows[:5], [*rows[5][:5], text], *rows[6:]])
    report = validate_folder(folder)
    assert found(report, "meta") == ["img_4.png"]
    assert "margins is " in str(report)


def test_gaps_that_differ_where_one_was_drawn_are_found(tmp_path):
    folder = without_hashes(saved(tmp_path, spacing="fixed", where="between"))
    other = saved(tmp_path / "other", where="between")
    row = rows_of(other)[0]
    (folder / "img_0.png").write_bytes((other / "img_0.png").read_bytes())
    edit_meta(folder, lambda rows: [rows[0], list(row.values()), *rows[2:]])
    report = validate_folder(folder)
    assert found(report, "gap") == ["img_0.png"]
    assert f"gaps measure {row['gaps']} pixels, expected one width for all" in str(report)


@pytest.mark.parametrize("ranges", [5, [[1, 2]], [[1, 2], [1, "2"]], [[1, 2, 3], [1, 2]]])
def test_facts_with_other_margins_than_two_pairs_are_a_finding(tmp_path, ranges):
    folder = saved(tmp_path)
    recipe = json.loads((folder / "recipe.json").read_text())
    recipe["facts"]["margin_ranges"] = ranges
    (folder / "recipe.json").write_text(json.dumps(recipe))
    assert "its facts are not as this package writes them" in str(validate_folder(folder))


def test_single_sequences_are_judged_by_what_each_row_says(tmp_path):
    for label, options in (("0123", {"where": "edges"}), ("45", {"spacing": "fixed"}), ("678", {})):
        step = TextToImage("optdigits", (3, 8), 150, **options)
        add_sequence(NlpDataset([label], seed=4), step, tmp_path)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert sum(report.margins["left"].values()) == 1
    change(tmp_path / "img_0123_0.png", moved(1))
    assert found(validate_folder(tmp_path), "margin") == ["img_0123_0.png"]
