"""Contact sheets: every image, caption and gap is where it belongs."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from mygenerator import NlpDataset, TextToImage
from mygenerator.batch import Batch
from mygenerator.errors import InputError
from mygenerator.inspection.contact_sheet import contact_sheet
from mygenerator.inspection.sheets import gaps_of_image, sheet_of_batch, sheet_of_folder

MARGIN, CAPTION, FRAME, NUMBERS = 12, 18, 1, 13
"""Pixels: between the cells, a line of a caption, around an image, a row of gap widths."""


def strip(width=40, ink=((0, 10), (14, 20)), height=28, paper=255):
    """An image with ink in the given columns, but for four rows above and below."""
    image = np.full((height, width), paper, np.uint8)
    for start, end in ink:
        image[4:-4, start:end] = 255 - paper
    return image


def read(png):
    return np.asarray(Image.open(io.BytesIO(png)))


def coloured_columns(sheet, row):
    """The columns of a row of an RGB sheet that are no shade of grey."""
    pixels = sheet[row].astype(int)
    return np.flatnonzero(pixels.max(axis=1) - pixels.min(axis=1) > 20).tolist()


def write_folder(folder, images, boxes=None):
    folder.mkdir()
    rows = [["file_name", "label", *(["boxes"] if boxes else [])]]
    for number, image in enumerate(images):
        Image.fromarray(image).save(folder / f"img_{number}.png")
        rows.append([f"img_{number}.png", f"{number:03}", *([json.dumps(boxes[number])] if boxes else [])])
    with open(folder / "meta.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return folder


def test_a_grey_sheet_holds_each_image_enlarged_under_its_caption():
    images = [strip(200), strip(200, ink=[(50, 60)])]
    sheet = contact_sheet(images, ["a", "b"], columns=1, scale=2)
    assert sheet.dtype == np.uint8
    # Two cells, each a line of caption and 2 x 28 rows in a frame.
    assert sheet.shape == (3 * MARGIN + 2 * (CAPTION + 56 + 2 * FRAME), 2 * MARGIN + 400 + 2 * FRAME)
    top, left = MARGIN + CAPTION + FRAME, MARGIN + FRAME
    assert np.array_equal(sheet[top : top + 56, left : left + 400], images[0].repeat(2, 0).repeat(2, 1))
    top += MARGIN + CAPTION + 56 + 2 * FRAME
    assert np.array_equal(sheet[top : top + 56, left : left + 400], images[1].repeat(2, 0).repeat(2, 1))


def test_as_many_columns_as_fit_into_1800_pixels_where_nobody_says():
    def columns(width, count):
        sheet = contact_sheet([strip(width)] * count, ["x"] * count, scale=1)
        return (sheet.shape[1] - MARGIN) // (width + 2 * FRAME + MARGIN)

    assert columns(586, 24) == 3  # a cell of 586 + 2 and a margin of 12: 600
    assert columns(587, 24) == 2
    assert columns(5000, 3) == 1
    assert columns(100, 4) == 4


def test_images_of_other_sizes_and_colours_stand_in_cells_of_one_size():
    rgb = np.zeros((10, 30, 3), np.uint8)
    rgb[:, :, 0] = 200
    sheet = contact_sheet([strip(300, height=28), rgb], ["wide", "red"], columns=2, scale=1)
    assert sheet.shape == (2 * MARGIN + CAPTION + 28 + 2 * FRAME, 3 * MARGIN + 2 * (300 + 2 * FRAME), 3)
    top, left = MARGIN + CAPTION + FRAME, 2 * MARGIN + 302 + FRAME
    assert (sheet[top : top + 10, left : left + 30] == (200, 0, 0)).all()


def test_a_long_caption_goes_on_in_more_lines_and_never_beyond_its_cell():
    short = contact_sheet([strip(200)], ["img_0.png"], scale=1)
    long = contact_sheet([strip(200)], ["img_0.png  " + "0123456789" * 12], scale=1)
    assert (long.shape[0] - short.shape[0]) % CAPTION == 0
    assert long.shape[0] > short.shape[0]
    # A narrow image is given room for its caption, but not without end.
    assert long.shape[1] <= 2 * MARGIN + 302
    endless = contact_sheet([strip(200)], ["0" * 10_000], scale=1)
    assert endless.shape[0] == short.shape[0] + 5 * CAPTION


def test_what_no_font_has_and_no_caption_at_all_are_no_error():
    assert contact_sheet([strip()], ["数字 ٣"]).ndim == 2
    assert contact_sheet([strip()], [""]).ndim == 2


def test_a_gap_is_a_band_over_its_columns_alone_with_its_width_below():
    plain = contact_sheet([strip(200)], ["a"], scale=2)
    sheet = contact_sheet([strip(200)], ["a"], scale=2, gaps=[[(10, 4)]])
    assert sheet.shape == (plain.shape[0] + NUMBERS, plain.shape[1], 3)
    middle = MARGIN + CAPTION + FRAME + 28
    first = MARGIN + FRAME + 2 * 10
    assert coloured_columns(sheet, middle) == list(range(first, first + 8))
    below = slice(-MARGIN - NUMBERS, -MARGIN)
    written = np.flatnonzero((sheet[below].max(axis=2) < 220).any(axis=0))
    # Under its gap, within the width of a digit.
    assert abs(written.mean() - (first + 4)) <= 4


def test_numbers_that_would_run_into_each_other_take_more_rows():
    def rows(gaps):
        without = contact_sheet([strip(200)], ["a"], scale=1, gaps=[[]])
        return (contact_sheet([strip(200)], ["a"], scale=1, gaps=[gaps]).shape[0] - without.shape[0]) / NUMBERS

    assert rows([(10, 4), (100, 4), (190, 4)]) == 1
    assert rows([(10, 1), (13, 1)]) == 2
    assert rows([(10, 1), (12, 1), (14, 1), (100, 1)]) >= 3


def test_glyphs_that_touch_or_overlap_have_a_number_and_no_band():
    sheet = contact_sheet([strip(200)], ["a"], scale=2, gaps=[[(10, 0), (100, -3)]])
    assert coloured_columns(sheet, MARGIN + CAPTION + FRAME + 28) == []
    assert coloured_columns(sheet, sheet.shape[0] - MARGIN - NUMBERS // 2 - 1)


def test_what_stands_in_a_gap_shows_through_its_band():
    sheet = contact_sheet([strip(40, ink=[(12, 13)])], ["a"], scale=1, gaps=[[(10, 6)]])
    row = sheet[MARGIN + CAPTION + FRAME + 5].astype(int).sum(axis=1)
    left = MARGIN + FRAME
    assert row[left + 12] < row[left + 11] - 200


def test_a_sheet_of_more_than_200_million_pixels_is_refused_before_it_is_made():
    image = np.broadcast_to(np.uint8(255), (128, 10_000))
    with pytest.raises(InputError, match=r"would be about .* pixels; allowed: 200,000,000 pixels in all"):
        contact_sheet([image] * 40, ["x"] * 40, columns=1, scale=4)


@pytest.mark.parametrize("paper", [255, 0])
def test_gaps_are_drawn_between_recorded_boxes(paper, tmp_path):
    image = strip(60, ink=[(2, 10), (14, 20), (21, 30)], paper=paper)
    boxes = [[2, 0, 10, 28], [14, 0, 20, 28], [21, 0, 30, 28]]
    folder = write_folder(tmp_path / "folder", [image], [boxes])
    sheet = read(sheet_of_folder(folder, scale=1, gaps=True))
    left = MARGIN + FRAME
    row = MARGIN + CAPTION + FRAME + 14
    assert coloured_columns(sheet, row) == [left + column for column in (10, 11, 12, 13, 20)]


@pytest.mark.parametrize("paper", [255, 0])
def test_gaps_are_measured_where_nothing_is_recorded(paper, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(3):
        Image.fromarray(strip(60, ink=[(2, 10), (14, 40), (41, 50)], paper=paper)).save(folder / f"{number}.png")
    # One of the other kind among them is judged by its own paper.
    Image.fromarray(strip(60, ink=[(5, 10), (12, 50)], paper=255 - paper)).save(folder / "3.png")
    sheet = read(sheet_of_folder(folder, columns=1, scale=1, gaps=True))
    height = MARGIN + CAPTION + 28 + 2 * FRAME + NUMBERS
    left, row = MARGIN + FRAME, MARGIN + CAPTION + FRAME + 14
    for number in range(3):
        found = coloured_columns(sheet, row + number * height)
        assert found == [left + column for column in (10, 11, 12, 13, 40)]
    assert coloured_columns(sheet, row + 3 * height) == [left + 10, left + 11]


def test_measured_gaps_are_the_blank_runs_inside_the_ink():
    assert gaps_of_image(strip(60, ink=[(2, 10), (14, 20), (21, 30)]), 255) == [(10, 4), (20, 1)]
    assert gaps_of_image(strip(60, ink=[(2, 10)]), 255) == []
    assert gaps_of_image(strip(60, ink=[]), 255) == []


def test_images_are_chosen_evenly_and_in_order(tmp_path):
    images = [np.full((20, 310), level, np.uint8) for level in range(0, 200, 20)]
    folder = write_folder(tmp_path / "folder", images)
    sheet = read(sheet_of_folder(folder, count=4, columns=1, scale=1))
    height = MARGIN + CAPTION + 20 + 2 * FRAME
    middles = [sheet[MARGIN + CAPTION + FRAME + 10 + number * height, 100] for number in range(4)]
    # Of ten: the images 0, 2, 5 and 7.
    assert middles == [0, 40, 100, 140]


def test_the_samples_of_a_batch_are_shown_with_the_gaps_that_were_drawn():
    ds = TextToImage(spacing_range=(3, 8), image_width=310).fit_transform(NlpDataset(["0070"], seed=4))
    batch = ds.batch([0])
    sheet = read(sheet_of_batch(batch, scale=1, gaps=True))
    row = MARGIN + CAPTION + FRAME + 14
    blank = np.ones(310, bool)
    for x0, _, x1, _ in batch.boxes[0].tolist():
        blank[x0:x1] = False
    between = np.flatnonzero(blank[: batch.boxes[0, -1, 0]])
    assert coloured_columns(sheet, row) == (MARGIN + FRAME + between).tolist()
    assert len(between) == batch.gaps[0].sum()


@pytest.mark.parametrize("sizing", ["fill", "pad"])
def test_margins_that_were_drawn_are_shown_as_gaps_are(sizing, tmp_path):
    step = TextToImage(spacing_range=(3, 8), image_width=310, sizing=sizing, where="edges")
    ds = step.fit_transform(NlpDataset(["0070"], seed=4))
    ds.save(tmp_path / "folder")
    batch, row = ds.batch([0]), MARGIN + CAPTION + FRAME + 14
    blank = np.ones(310, bool)
    for x0, _, x1, _ in batch.boxes[0].tolist():
        blank[x0:x1] = False
    for data in (sheet_of_batch(batch, scale=1, gaps=True), sheet_of_folder(tmp_path / "folder", scale=1, gaps=True)):
        assert coloured_columns(read(data), row) == (MARGIN + FRAME + np.flatnonzero(blank)).tolist()
    assert blank.sum() == batch.gaps[0].sum() + batch.margins[0].sum()


def test_gaps_of_a_wrapped_text_are_shown_line_by_line(tmp_path):
    step = TextToImage(spacing_range=(3, 8), image_width=60, image_height=60, wrap=2)
    ds = step.fit_transform(NlpDataset(["0070412"], seed=4))
    ds.save(tmp_path / "folder")
    sample, top = ds[0], MARGIN + CAPTION + FRAME
    for data in (
        sheet_of_batch(ds.batch([0]), scale=1, gaps=True),
        sheet_of_folder(tmp_path / "folder", scale=1, gaps=True),
    ):
        sheet = read(data)
        for first, end in sample.lines.tolist():
            boxes = sample.boxes[first:end].tolist()
            gaps = [column for left, right in pairwise(boxes) for column in range(left[2], right[0])]
            row = (boxes[0][1] + boxes[0][3]) // 2
            assert coloured_columns(sheet, top + row) == [MARGIN + FRAME + column for column in gaps]


def test_a_batch_without_images_is_refused():
    with pytest.raises(InputError, match="samples of kind 'text' cannot be shown"):
        sheet_of_batch(Batch("text", np.arange(1), np.array(["7"])))


def test_objects_that_are_no_images_are_refused_by_name():
    with pytest.raises(InputError, match="sample 5"):
        sheet_of_batch(Batch("object", np.array([5]), np.array(["7"]), [{"no": "image"}]))


@pytest.mark.parametrize(
    ("table", "word"),
    [
        ("a,b\n1,2\n", "file_name"),
        ("file_name,label\n", "holds no images"),
        ("file_name,label,boxes\nimg_0.png,7,[[1\n", "not a table that mygenerator wrote"),
        ('file_name,label,boxes\nimg_0.png,7,"[[1, 2, 3]]"\n', "it did not write the row of"),
        ('file_name,label,boxes\nimg_0.png,7,"[[1, 2, 3, ""x""]]"\n', "it did not write the row of"),
        ("file_name,label\nimg_9.png,7\n", "img_9.png"),
        ("file_name,label\n,7\n", "it did not write the row of"),
        ("file_name,label\nimg_0.png\n", r"meta\.csv:2: .*1 field for 2 columns"),
        ("file_name,label\nimg_0.png,\xff\n", "not a table that mygenerator wrote"),
    ],
)
def test_a_table_that_is_none_of_ours_is_refused_by_name(table, word, tmp_path):
    folder = write_folder(tmp_path / "folder", [strip()])
    (folder / "meta.csv").write_bytes(table.encode("latin-1"))
    with pytest.raises(InputError, match=word):
        sheet_of_folder(folder, gaps=True)
