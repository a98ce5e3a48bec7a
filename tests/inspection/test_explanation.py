"""The account of a sample says what is so: every number in it is that of the data set's own truth."""

from __future__ import annotations

import re

import numpy as np
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    GlyphSet,
    ImageDataset,
    NlpDataset,
    PatternNlpDataset,
    PhoneNlpDataset,
    Pipeline,
    TextToImage,
    Transform,
    ValidatePadding,
)
from mygenerator.inspection.explanation import account_of
from mygenerator.rng import Stream


def table_of(account):
    """The last table of glyphs: a dict of column -> text for each row."""
    lines = account.splitlines()
    heading = max(number for number, line in enumerate(lines) if line.lstrip().startswith("#"))
    names = re.split(r"\s{2,}", lines[heading].strip())
    rows = []
    for line in lines[heading + 1 :]:
        cells = re.split(r"\s{2,}", line.strip())
        if not cells[0].isdigit():
            break
        rows.append(dict(zip(names, cells, strict=False)))
    return rows


def bars():
    """Glyphs of known sizes: '1' is 2 x 20 (row 5) or 4 x 10 (row 8), '7' is 6 x 20 (row 9)."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 4:24, 10:12] = 255
    images[1, 4:14, 10:14] = 255
    images[2, 4:24, 10:16] = 255
    return GlyphSet.from_images(images, ["1", "1", "7"], source="bars", rows=[5, 8, 9])


def test_the_rank_of_a_pattern_s_string_is_told():
    ds = PatternNlpDataset("[0-9]{3}", size=50, seed=3)
    for row in range(50):
        account = account_of(ds, row)
        # Of all strings of three digits in order, the rank is the number itself.
        rank = int(ds.get_text_only(row))
        assert f"row {row} of 50: rank {rank} (from 0) of the 1,000 strings of the pattern" in account
    assert account.startswith(f"label {ds.get_text_only(49)!r}\n")


def test_a_phone_number_comes_from_the_plan_of_its_region():
    numbers = PhoneNlpDataset(10, "JP", seed=3)
    account = account_of(numbers, 4)
    assert f"of the {numbers.pattern.count:,} mobile numbers of JP" in account
    assert "shuffled by seed 3 under 'text/permutation'" in account


def test_every_glyph_is_told_with_its_number_row_box_scale_and_gap():
    glyphs = bars()
    # Under `pad` glyphs keep their size and stand 4 rows below the top: all is known but what is drawn.
    step = TextToImage(glyphs, spacing_range=(5, 5), image_width=100, sizing="pad", align="left")
    ds = step.fit_transform(NlpDataset(["117", "711"], seed=3))
    rows = table_of(account_of(ds, 0))
    left = 0
    for place, row in enumerate(rows):
        glyph = int(ds[0].glyphs[place])
        width, height, number, many = {5: (2, 20, 1, 2), 8: (4, 10, 2, 2), 9: (6, 20, 1, 1)}[glyph]
        assert row["#"] == str(place + 1)
        assert row["character"] == repr("117"[place])
        assert row["row"] == str(glyph)
        assert row["glyph drawn"] == f"{number} of {many}"
        assert row["ink"] == f"{width} x {height}"
        assert row["at x"] == f"{left}-{left + width - 1}"
        assert row["at y"] == f"4-{4 + height - 1}"
        assert row["scaled by"] == "1.00 x 1.00"
        assert row.get("gap after") == ("5" if place < 2 else None)
        left += width + 5
    assert f"margins: 0 pixels to the left, {100 - (left - 5)} to the right" in account_of(ds, 0)
    assert "gaps of 5 to 5 pixels" in account_of(ds, 0)


def test_the_scale_is_that_of_width_and_of_height():
    # One bar of 6 x 20 that fills 30 pixels and, its cell being 28 high, 20 of 28 rows become 28 of 28.
    ds = TextToImage(bars(), image_width=30).fit_transform(NlpDataset(["7"], seed=1))
    (row,) = table_of(account_of(ds, 0))
    assert row["at x"] == "0-29"
    assert row["scaled by"] == "5.00 x 1.40"


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad", "resize"])
def test_the_account_of_the_two_parts_is_that_of_the_whole(sizing):
    texts = PatternNlpDataset("[0-9]{5}", size=20, seed=9)
    whole = TextToImage(spacing_range=(1, 6), image_width=150, sizing=sizing).fit_transform(texts)
    parts = Pipeline([CharToImages(), CombineImagesHorizontally((1, 6), 150, sizing)]).fit_transform(texts)
    for index in (0, 7, 19):
        assert table_of(account_of(whole, index)) == table_of(account_of(parts, index))
        assert [int(row["gap after"]) for row in table_of(account_of(whole, index))[:-1]] == whole[index].gaps.tolist()
        assert ("before the strip was resized" in account_of(whole, index)) == (sizing == "resize")


def test_each_step_says_under_which_name_and_seed_it_draws():
    texts = NlpDataset(["12", "34"], seed=5)
    ds = Pipeline([("mine", TextToImage(image_width=90, seed=8)), ValidatePadding()]).fit_transform(texts)
    account = account_of(ds, 1)
    assert "draws by seed 8 under 'mine/char_to_images' and 'mine/combine_images_horizontally'" in account
    assert account.endswith("step validate_padding: ValidatePadding()\n  passes the sample on unchanged")
    assert "row 1 of 2 labels" in account


class Brighten(Transform):
    """Every strip a little darker, differently for each sample."""

    def draw(self, rng, batch):
        return rng.integers(batch.index, 0, low=1, high=100)

    def apply(self, images, drawn):
        return np.maximum(images.astype(int) - drawn[:, None, None], 0).astype(np.uint8)


def test_what_a_step_of_one_s_own_drew_is_told():
    ds = Pipeline([TextToImage(image_width=90), Brighten()]).fit_transform(NlpDataset(["12", "34"], seed=5))
    drawn = int(Stream(5, "brighten").integers([1], 0, low=1, high=100)[0])
    account = account_of(ds, 1)
    assert f"step brighten: Brighten()\n  draws by seed 5 under 'brighten'\n  drew array([{drawn}])" in account
    # The glyphs are where they were: they are told once.
    assert account.count("glyph drawn") == 1


def test_images_of_one_s_own_are_told_by_their_place():
    import pandas

    flat = [np.full((28, 10 + 5 * number), 200, np.uint8) for number in range(3)]
    lists = ImageDataset(
        get_image_fn=lambda index: flat[: index + 1], meta=pandas.DataFrame({"label": ["a", "b"]}), seed=2
    )
    ds = CombineImagesHorizontally((4, 4), 60, "pad", align="left").fit_transform(lists)
    account = account_of(ds, 1)
    assert "row 1 of 2 images" in account
    assert "glyphs of" not in account
    rows = table_of(account)
    assert [row["at x"] for row in rows] == ["0-9", "14-28"]
    assert rows[0]["gap after"] == "4"


def test_long_parameters_are_cut():
    ds = PatternNlpDataset("|".join(f"{number:04}" for number in range(1000)), size=5, seed=1)
    assert max(map(len, account_of(ds, 0).splitlines())) < 400


@pytest.mark.parametrize(
    ("spacing", "where", "told"),
    [
        ("uniform", "between", "gaps of 2 to 9 pixels: each width equally likely"),
        ("fixed", "between", "one width of 2 to 9 pixels for all gaps: each equally likely"),
        ("uniform", "edges", "gaps and margins of 2 to 9 pixels: each width equally likely"),
        ("fixed", "edges", "one width of 2 to 9 pixels for all gaps and both margins: each equally likely"),
    ],
)
def test_what_gaps_and_margins_were_drawn_from_is_told(spacing, where, told):
    step = TextToImage(bars(), (2, 9), 100, spacing=spacing, where=where)
    ds = step.fit_transform(NlpDataset(["1771"], seed=5))
    account, sample = account_of(ds, 0), ds[0]
    assert f"  {told}" in account.splitlines()
    streams = ["'char_to_images'", "'combine_images_horizontally'"]
    streams += ["'combine_images_horizontally/gap'"] * (spacing == "fixed")
    streams += ["'combine_images_horizontally/margins'"] * ((spacing, where) == ("uniform", "edges"))
    assert f"draws by seed 5 under {', '.join(streams[:-1])} and {streams[-1]}" in account
    assert [row["gap after"] for row in table_of(account)[:3]] == [str(gap) for gap in sample.gaps]
    left, right = (0, 0) if sample.margins is None else sample.margins.tolist()
    assert f"margins: {left} pixels to the left, {right} to the right" in account


def test_the_lines_of_a_wrapped_text_are_told():
    step = TextToImage(bars(), (2, 9), 40, image_height=60, wrap=3)
    account = account_of(step.fit_transform(NlpDataset(["17711771"], seed=5)), 0)
    assert "2 lines of up to 3: as few as hold the glyphs with the widest gaps; at least 4 rows between two" in account
    rows = table_of(account)[:8]
    assert [row["line"] for row in rows] == ["1"] * 4 + ["2"] * 4
    gaps = step.fit_transform(NlpDataset(["17711771"], seed=5))[0].gaps.tolist()
    assert gaps[3] == -1
    assert [row.get("gap after", "") for row in rows] == [str(gap) if gap >= 0 else "" for gap in [*gaps, -1]]


@pytest.mark.parametrize(("align", "sides"), [("left", "right"), ("right", "left"), ("center", "left and the right")])
def test_what_pad_adds_to_the_drawn_margins_is_told(align, sides):
    step = TextToImage(bars(), (2, 9), 200, "pad", align=align, where="edges")
    ds = step.fit_transform(NlpDataset(["1771"], seed=5))
    drawn = [
        int(step.set_params(align=each).fit_transform(NlpDataset(["1771"], seed=5))[0].margins[side])
        for side, each in enumerate(("left", "right"))
    ]
    told = f"margins drawn: {drawn[0]} and {drawn[1]}; what is left over is added to the {sides} one"
    assert told in account_of(ds, 0)
