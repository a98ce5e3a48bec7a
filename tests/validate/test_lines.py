"""Lines of wrapped texts are recorded in a column of their own, and judged one by one by the pixels of a folder."""

import csv
import json

import numpy as np
import pytest

from mygenerator import CombineImagesHorizontally, NlpDataset, PhoneNlpDataset, TextToImage
from mygenerator.save import plan, run
from mygenerator.save.saved import SavedFolder
from mygenerator.save.single import add_sequence
from mygenerator.testing.blocks import block_glyph_data
from mygenerator.validate import validate_folder
from tests.validate.breaking import boxes_of, change, edit_meta, found, read

LINES = [[0, 6], [6, 11]]


def strips(count=20, **options):
    options = {"image_height": 92, "wrap": 3, "image_width": 100} | options
    step = TextToImage("optdigits", (3, 8), **options)
    return step.fit_transform(PhoneNlpDataset(count, seed=7))


def saved(folder, **options):
    strips(**options).save(folder, shard_size=10)
    return folder


def rows_of(folder):
    with open(folder / "meta.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def without_hashes(folder):
    (folder / "manifest.json").unlink()
    return folder


def reasons(report, kind):
    return [finding.reason for finding in report.findings if finding.kind == kind]


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
@pytest.mark.parametrize("options", [{}, {"spacing": "fixed"}, {"invert": True}, {"align": "random"}])
def test_lines_have_a_column_and_a_good_folder_is_good(tmp_path, sizing, options):
    folder = saved(tmp_path, sizing=sizing, image_width=160 if sizing == "pad" else 80, **options)
    rows = rows_of(folder)
    assert list(rows[0]) == ["file_name", "label", "gaps", "boxes", "glyphs", "lines"]
    for row, sample in zip(rows, SavedFolder(folder), strict=True):
        assert json.loads(row["lines"]) == sample.lines.tolist() == LINES
        gaps = json.loads(row["gaps"])
        assert gaps == sample.gaps.tolist()
        assert gaps[5] == -1
        assert min(gaps[:5] + gaps[6:]) >= 3
    report = validate_folder(folder)
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 20 * 9
    assert report.settings["most_lines"] == [3, "recipe.json"]
    assert report.settings["line_gap"] == [4, "recipe.json"]


@pytest.mark.parametrize("format", ["webp", "jpg"])
def test_lines_are_judged_in_other_formats_too(tmp_path, format):
    strips().save(tmp_path, format=format)
    report = validate_folder(tmp_path)
    assert report.ok, str(report)
    assert sum(report.gaps.values()) == 20 * 9


def test_folders_without_wrap_have_the_columns_that_they_always_had(tmp_path):
    folder = saved(tmp_path, wrap=1, image_width=200, image_height=28)
    assert list(rows_of(folder)[0]) == ["file_name", "label", "gaps", "boxes", "glyphs"]
    assert validate_folder(folder).settings.keys().isdisjoint(("most_lines", "line_gap"))


def test_an_unfinished_folder_says_its_lines_without_a_header(tmp_path):
    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan(strips(), tmp_path, shard_size=10), stop)
    report = validate_folder(tmp_path)
    assert {finding.kind for finding in report.findings} == {"unfinished"}
    assert sum(report.gaps.values()) == 10 * 9
    strips().save(tmp_path, shard_size=10)
    assert validate_folder(tmp_path).ok


def test_rows_whose_labels_have_to_be_quoted_have_their_lines(tmp_path):
    ds = CombineImagesHorizontally((2, 4), 40, image_height=60, wrap=2).fit_transform(
        block_glyph_data(NlpDataset(['1,2"34"56789', '"12'], seed=1))
    )
    ds.save(tmp_path)
    lines = [sample.lines.tolist() for sample in ds]
    assert [json.loads(row["lines"]) for row in rows_of(tmp_path)] == lines == [[[0, 6], [6, 12]], [[0, 3]]]
    assert validate_folder(tmp_path).ok


def test_a_gap_of_the_second_line_that_is_not_the_recorded_one_is_told_with_its_line(tmp_path):
    folder = without_hashes(saved(tmp_path))
    boxes = boxes_of(folder, "img_4.png")

    def closer(image):
        image[boxes[6][1], boxes[6][2]] = 0
        return image

    change(folder / "img_4.png", closer)
    report = validate_folder(folder)
    assert found(report, "gap") == ["img_4.png"]
    gap = boxes[7][0] - boxes[6][2]
    assert reasons(report, "gap") == [f"line 2: gap 1 measures {gap - 1} pixels, {gap} recorded, allowed 3 to 8"]


@pytest.mark.parametrize("where", ["between", "above", "below"])
def test_ink_that_is_in_no_line_is_told_with_its_row(tmp_path, where):
    folder = without_hashes(saved(tmp_path))
    boxes = boxes_of(folder, "img_4.png")
    first = max(box[3] for box in boxes[:6])
    row = {"between": first, "above": 1, "below": 90}[where]

    def dotted(image):
        # Under a digit: to its column nothing is new.
        image[row, boxes[6][0] if where == "below" else boxes[0][0]] = 0
        return image

    change(folder / "img_4.png", dotted)
    report = validate_folder(folder)
    assert found(report, "line") == ["img_4.png"]
    assert reasons(report, "line") == [f"row {row} holds ink, but is in no line"]


def test_swapped_lines_are_told(tmp_path):
    folder = without_hashes(saved(tmp_path))
    boxes = boxes_of(folder, "img_4.png")
    cut = (max(box[3] for box in boxes[:6]) + min(box[1] for box in boxes[6:])) // 2
    change(folder / "img_4.png", lambda image: np.vstack([image[cut:], image[:cut]]))
    assert {"img_4.png"} == set(found(validate_folder(folder), "gap") + found(validate_folder(folder), "line"))


def edited(rows, column, how, row=5):
    place = rows[0].index(column)
    return [
        [how(json.loads(value)) if (number, at) == (row, place) else value for at, value in enumerate(values)]
        for number, values in enumerate(rows)
    ]


@pytest.mark.parametrize(
    ("lines", "kind", "told"),
    [
        ([[0, 5], [5, 11]], "meta", "recorded gaps"),
        ([[0, 6], [6, 10]], "meta", "do not share out 11 boxes"),
        ([[0, 6], [7, 11]], "meta", "do not share out 11 boxes"),
        ([[0, 0], [0, 11]], "meta", "do not share out 11 boxes"),
        ([[0, 2], [2, 4], [4, 6], [6, 11]], "line", "4 lines are recorded, allowed up to 3"),
        ([[0, 3], [3, 6], [6, 11]], "line", "rows below the line before it, expected 4 or more"),
        ([], "meta", "lines is '[]'"),
        ([0, 6], "meta", "lines is '[0, 6]'"),
        ("x", "meta", "lines is"),
    ],
)
def test_recorded_lines_that_cannot_be_are_told(tmp_path, lines, kind, told):
    folder = without_hashes(saved(tmp_path))
    edit_meta(folder, lambda rows: edited(rows, "lines", lambda _: json.dumps(lines)))
    report = validate_folder(folder)
    assert "img_4.png" in found(report, kind), str(report)
    assert any(told in reason for reason in reasons(report, kind)), str(report)


def test_lines_nearer_than_claimed_are_told(tmp_path):
    folder = without_hashes(saved(tmp_path, sizing="equal"))

    def lower(boxes):
        return json.dumps(
            [[x0, y0 + 2 * (place < 6), x1, y1 + 2 * (place < 6)] for place, (x0, y0, x1, y1) in enumerate(boxes)]
        )

    edit_meta(folder, lambda rows: edited(rows, "boxes", lower))
    report = validate_folder(folder)
    assert found(report, "line") == ["img_4.png"]
    assert reasons(report, "line") == ["line 2 is 2 rows below the line before it, expected 4 or more"]


def test_a_folder_that_wraps_without_a_column_of_lines_is_told(tmp_path):
    folder = without_hashes(saved(tmp_path))
    edit_meta(folder, lambda rows: [values[:-1] for values in rows])
    report = validate_folder(folder)
    assert len(found(report, "meta")) >= 20
    assert "its lines are not recorded, though its text can be wrapped" in reasons(report, "meta")


def test_one_gap_of_a_strip_is_that_of_all_its_lines(tmp_path):
    folder = without_hashes(saved(tmp_path, spacing="fixed", sizing="pad", image_width=200, image_height=120))
    others = (
        [row for row in rows_of(folder) if row["gaps"].startswith("[3")],
        [row for row in rows_of(folder) if row["gaps"].startswith("[7")],
    )
    one, other = (rows[0] for rows in others)
    # The second line of another strip, which has another gap.
    boxes = json.loads(one["boxes"])[:6] + json.loads(other["boxes"])[6:]
    gaps = json.loads(one["gaps"])[:6] + json.loads(other["gaps"])[6:]

    def both(rows):
        place = [row[0] for row in rows].index(one["file_name"])
        rows[place][rows[0].index("boxes")], rows[place][rows[0].index("gaps")] = json.dumps(boxes), json.dumps(gaps)
        return rows

    edit_meta(folder, both)
    middle = 60
    below = read(folder / other["file_name"])[middle:]
    change(folder / one["file_name"], lambda image: np.vstack([image[:middle], below]))
    report = validate_folder(folder)
    assert found(report, "line") == [one["file_name"]]
    assert reasons(report, "line") == ["gaps measure [3, 7] pixels in its lines, expected one width for all"]


def test_single_sequences_of_one_folder_can_have_lines_or_none(tmp_path):
    for label, options in (
        ("0123456789", {"wrap": 2, "image_width": 60, "image_height": 60}),
        ("45", {"image_height": 60, "image_width": 60}),
        ("678", {"image_height": 60, "image_width": 60, "spacing": "fixed"}),
        ("90", {"image_height": 60, "image_width": 90, "where": "edges"}),
    ):
        add_sequence(NlpDataset([label], seed=1), TextToImage("optdigits", (3, 8), **options), tmp_path)
    rows = rows_of(tmp_path)
    assert [row["lines"] for row in rows] == ["[[0, 5], [5, 10]]", "", "", ""]
    assert [row["wrap"] for row in rows] == ["2", "1", "1", "1"]
    assert validate_folder(tmp_path).ok, str(validate_folder(tmp_path))
