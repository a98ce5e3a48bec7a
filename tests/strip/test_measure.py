"""measure.py: what it reads from pixels, against plain loops over columns."""

from itertools import groupby, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mygenerator.strip.measure import column_runs, columns_of_boxes, ink_columns, measured_gaps

columns_lists = st.integers(1, 12).flatmap(
    lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=5)
)


def plain_runs(columns: list[bool]) -> list[tuple[int, int]]:
    """Runs of true columns as (first, after last), one column after the other."""
    runs, place = [], 0
    for ink, run in groupby(columns):
        length = len(list(run))
        if ink:
            runs.append((place, place + length))
        place += length
    return runs


@given(columns_lists)
def test_runs_are_those_of_a_plain_walk_over_the_columns(columns):
    row, start, end = column_runs(np.array(columns, bool))
    found = list(zip(row.tolist(), start.tolist(), end.tolist(), strict=True))
    assert found == [(number, *run) for number, line in enumerate(columns) for run in plain_runs(line)]


@given(columns_lists)
def test_gaps_are_the_blank_columns_between_runs_and_never_the_margins(columns):
    gaps, runs = measured_gaps(np.array(columns, bool))
    for number, line in enumerate(columns):
        found = plain_runs(line)
        between = [later[0] - earlier[1] for earlier, later in pairwise(found)]
        assert runs[number] == len(found)
        assert gaps[number].tolist() == between + [-1] * (gaps.shape[1] - len(between))


def test_a_column_is_ink_from_the_threshold_on_whether_paper_is_white_or_black():
    grey = np.array([[[255, 240, 239, 0]], [[255, 239, 255, 254]]], np.uint8)
    assert ink_columns(grey, 255).tolist() == [[False, False, True, True], [False, True, False, False]]
    assert ink_columns(255 - grey, 0).tolist() == ink_columns(grey, 255).tolist()


def test_a_column_is_ink_on_grey_paper_where_it_is_lighter_or_darker():
    assert ink_columns(np.array([[[100, 120, 80, 110]]], np.uint8), 100).tolist() == [[False, True, True, False]]


def test_the_threshold_can_be_one_level():
    assert ink_columns(np.array([[[255, 254]]], np.uint8), 255, threshold=1).tolist() == [[False, True]]


def test_one_pixel_of_a_tall_column_is_enough():
    image = np.full((1, 50, 3), 255, np.uint8)
    image[0, 49, 1] = 0
    assert ink_columns(image, 255).tolist() == [[False, True, False]]


def test_nothing_is_measured_in_no_image():
    columns = ink_columns(np.empty((0, 28, 100), np.uint8), 255)
    assert columns.shape == (0, 100)
    assert measured_gaps(columns)[0].shape == (0, 0)


def test_columns_of_boxes_are_the_union_of_the_boxes_and_missing_ones_cover_nothing():
    boxes = np.array([[[0, 0, 2, 9], [2, 0, 3, 9], [5, 0, 6, 9]], [[1, 0, 6, 9], [-1] * 4, [-1] * 4]])
    assert columns_of_boxes(boxes, 6).astype(int).tolist() == [[1, 1, 1, 0, 0, 1], [0, 1, 1, 1, 1, 1]]
