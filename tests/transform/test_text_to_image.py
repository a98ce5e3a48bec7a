"""transform/text_to_image.py: which glyphs and gaps are drawn, what is recorded, what is refused."""

import hashlib
from pathlib import Path

import cv2
import numpy as np
import pandas
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from mygenerator import ImageDataset, NlpDataset, PatternNlpDataset, TextToImage, twins
from mygenerator.errors import InputError
from mygenerator.rng import STREAM_VERSION
from mygenerator.testing.base import same
from tests.made_glyphs import made_glyphs

GLYPHS = made_glyphs("0123456789-,")
TEXTS = NlpDataset(["0123-45", "67", "7,8", "90"] * 25, seed=5)
SIZINGS = ["fill", "equal", "pad", "resize"]
# SHA-256 of `fixed_samples` by STREAM_VERSION and sizing. A new value here means that every seed gives something else:
# raise STREAM_VERSION with it, and say so in the changelog.
HASHES = {
    (1, "fill"): "e08e65769ceb6a4277b38d84644102b42e3924fdf27b205a1def077010b9a08b",
    (1, "equal"): "1d7348945496d3d99fdbaef9c52337ce2264326a11868c194e0ad88f365faa42",
    (1, "pad"): "436a663ed783ce5b83c2f37d68abd02fcbd74f55a423ba7d3bc1913626c707d1",
    (1, "resize"): "4457abdb829410276118440ca98ccf91014287020c5f1e3259d90d43d5ce654b",
}


def strips(glyphs=GLYPHS, spacing_range=(1, 4), image_width=250, **options):
    return TextToImage(glyphs, spacing_range, image_width, **options).fit_transform(TEXTS)


def fixed_samples(sizing: str) -> str:
    """A hash over labels, boxes, gaps, glyphs and pixels of 20 samples, two seeds and mixed lengths."""
    digest = hashlib.sha256()
    for seed, height in ((0, 28), (2**64 - 1, 45)):
        texts = NlpDataset(["0123456789", "-7,", "42", "1", "90210"] * 2, seed=seed)
        step = TextToImage(GLYPHS, (0, 6), 340 if sizing == "pad" else 190, sizing, height, align="random")
        batch = step.fit_transform(texts).batch(range(10))
        for array in (batch.images, batch.boxes.astype("<i4"), batch.gaps.astype("<i4"), batch.glyphs.astype("<i8")):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("\n".join(batch.labels.tolist()).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("sizing", SIZINGS)
def test_a_seed_gives_what_it_has_always_given(sizing):
    assert fixed_samples(sizing) == HASHES[STREAM_VERSION, sizing]


@pytest.mark.parametrize("sizing", SIZINGS)
def test_a_sample_records_which_glyphs_stand_where(sizing):
    for sample in strips(sizing=sizing):
        length = len(sample.label)
        assert sample.image.shape == (28, 250)
        assert sample.image.dtype == np.uint8
        assert (sample.boxes.shape, sample.gaps.shape, sample.glyphs.shape) == ((length, 4), (length - 1,), (length,))
        assert sample.glyph_source == "made"
        # The made glyphs' rows in their source are ten times their place in the set.
        drawn = [GLYPHS.characters[row // 10 // 3] for row in sample.glyphs]
        assert "".join(drawn) == sample.label


def test_white_on_black_is_the_negative_of_black_on_white():
    usual, inverted = strips().batch(range(20)), strips(invert=True).batch(range(20))
    assert (usual.paper, inverted.paper) == (255, 0)
    assert (usual.images == 255 - inverted.images).all()


@pytest.mark.parametrize("sizing", SIZINGS)
def test_numpy_s_small_integers_make_what_python_s_make(sizing):
    usual = strips(sizing=sizing, image_height=60, spacing_range=(1, 4))
    small = strips(
        sizing=sizing, image_height=np.int8(60), image_width=np.uint8(250), spacing_range=np.array([1, 4], np.int8)
    )
    assert (small.batch(range(100)).images == usual.batch(range(100)).images).all()
    assert repr(small.transform) == repr(usual.transform).replace("(1, 4)", "[1, 4]")
    assert small.facts.image_shape == usual.facts.image_shape
    assert all(type(side) is int for side in small.facts.image_shape)


def test_a_seed_of_its_own_decides_the_draws_whatever_the_data_set_s():
    own = strips(seed=9)
    assert (own[0].image == own.with_seed(6)[0].image).all()
    assert (own[0].image != strips()[0].image).any()
    assert (strips().with_seed(9)[0].image == own[0].image).all()


def test_random_alignment_moves_glyphs_and_changes_nothing_else():
    centred, moved = (
        strips(sizing="pad", image_width=400, align=align).batch(range(100)) for align in ("center", "random")
    )
    assert (centred.gaps == moved.gaps).all()
    assert (centred.glyphs == moved.glyphs).all()
    shift = moved.boxes[:, 0, 0] - centred.boxes[:, 0, 0]
    assert shift.min() < 0 < shift.max()
    assert len(np.unique(moved.boxes[:, 0, 0])) > 50


def test_the_old_keyword_for_the_glyphs_is_understood_and_reported_under_the_new_name():
    step = TextToImage(font_dir=GLYPHS, image_width=250)
    assert step.get_params()["glyphs"] is GLYPHS
    assert "font_dir" not in step.get_params()
    assert (step.fit_transform(TEXTS)[0].image == TextToImage(GLYPHS, image_width=250).transform(TEXTS)[0].image).all()


def folder_of_glyphs(path: Path) -> Path:
    """Dark on white: two digits, a minus and a comma, each of another size."""
    drawn = {
        "0": ((40, 30), [(5, 35, 4, 9), (5, 35, 21, 26), (5, 10, 4, 26), (30, 35, 4, 26)]),
        "1": ((36, 20), [(4, 30, 8, 12)]),
    }
    drawn |= {"-": ((40, 30), [(18, 22, 4, 26)]), ",": ((40, 30), [(30, 38, 12, 17)])}
    for character, ((height, width), strokes) in drawn.items():
        image = np.full((height, width), 255, np.uint8)
        for top, bottom, left, right in strokes:
            image[top:bottom, left:right] = 0
        (path / character).mkdir(parents=True)
        cv2.imwrite(str(path / character / "one.png"), image)
    return path


@pytest.mark.parametrize("sizing", SIZINGS)
def test_a_folder_of_characters_on_a_canvas_of_its_own_can_write_a_minus_and_a_comma(tmp_path, sizing):
    texts = NlpDataset(["1-0,1", "01", "-,"], seed=1)
    ds = TextToImage(folder_of_glyphs(tmp_path / "scans"), (2, 5), 300, sizing, image_height=50).fit_transform(texts)
    one, minus, zero, comma, _ = ds[0].boxes.tolist()
    assert ds[0].image.shape == (50, 300)
    assert minus[1] > zero[1]
    assert minus[3] < zero[3]
    assert comma[1] > 25
    if sizing == "equal":
        assert (one[1], one[3], zero[1], zero[3]) == (0, 50, 0, 50)


def test_an_image_data_set_gives_the_glyphs_and_is_read_once(tmp_path):
    folder = folder_of_glyphs(tmp_path / "scans")
    paths, reads = sorted(folder.glob("*/*.png")), []

    def read(row):
        reads.append(row)
        return cv2.imread(str(paths[row]), cv2.IMREAD_GRAYSCALE)

    table = pandas.DataFrame({"label": [path.parent.name for path in paths]})
    texts = NlpDataset(["1-0,1"] * 5, seed=1)
    step = TextToImage(ImageDataset(get_image_fn=read, meta=table), image_width=300)
    ds = step.fit_transform(texts)
    assert (ds[3].image == TextToImage(folder, image_width=300).fit_transform(texts)[3].image).all()
    assert sorted(reads) == list(range(len(paths)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sizing": "fil"}, "unknown sizing 'fil'.*did you mean 'fill'"),
        ({"sizing": None}, "unknown sizing None"),
        ({"align": "middle"}, "unknown align"),
        ({"image_width": 0}, "image_width is 0"),
        ({"image_width": 250.0}, "image_width is 250.0"),
        ({"image_width": "250"}, "image_width is '250'"),
        ({"image_height": 7}, "image_height is 7; allowed: whole numbers from 8 to 128"),
        ({"image_height": 129}, "image_height is 129"),
        ({"image_height": True}, "image_height is True"),
        ({"invert": 1}, "invert is 1; allowed: True or False"),
        ({"seed": -1}, "seed is -1"),
        ({"spacing_range": (4, 1)}, "smallest gap, 4, is above the largest, 1"),
        ({"spacing_range": (-1, 4)}, "smallest gap is -1"),
        ({"spacing_range": (1, 4.5)}, "largest gap is 4.5"),
        ({"spacing_range": (0, 2**40), "sizing": "resize"}, "largest gap is 1099511627776"),
        ({"spacing_range": 3}, "spacing_range is 3"),
        ({"spacing_range": (3, 50)}, "no image width suits labels of 1 to 7 .*at least 314 .*stretched to at most 200"),
        ({"image_width": 201}, "image_width 201 cannot hold 1 to 7 characters .*allowed: 38 to 200 pixels"),
        ({"image_width": 37}, "allowed: 38 to 200 pixels"),
        ({"sizing": "pad", "image_width": 30}, "allowed: [0-9]+ pixels or more"),
        (
            {"sizing": "pad", "image_width": 220, "image_height": 8},
            "image_height 8 would cut off glyphs.*allowed: 28 pixels or more",
        ),
        ({"glyphs": made_glyphs("0123")}, "no glyph for ','"),
        ({"glyphs": "optdigit"}, "did you mean 'optdigits'"),
        ({"glyphs": None}, "glyphs is None"),
    ],
)
def test_what_cannot_be_is_an_error_before_anything_is_made(options, message):
    texts = NlpDataset(["0123-45", "6", "7,8", "90"], seed=5)
    with pytest.raises(InputError, match=message):
        TextToImage(**{"glyphs": GLYPHS, "spacing_range": (1, 4), "image_width": 200, **options}).fit(texts)


def test_the_characters_that_a_pattern_may_give_are_checked_though_no_row_has_them():
    with pytest.raises(InputError, match="no glyph for '9'"):
        TextToImage(made_glyphs("012345678"), image_width=250).fit(PatternNlpDataset("[0-9]{5}", 1, seed=1))


@pytest.mark.parametrize("image_height", [8, 128])
@pytest.mark.parametrize("sizing", ["fill", "equal", "resize"])
def test_the_lowest_and_the_highest_strip_and_a_label_of_one_character_can_be_made(sizing, image_height):
    ds = TextToImage(GLYPHS, (0, 0), 200, sizing, image_height).fit_transform(NlpDataset(["7"], seed=1))
    assert ds[0].image.shape == (image_height, 200)
    assert ds[0].gaps.tolist() == []
    assert (ds[0].image < 240).any()


def test_the_narrowest_strip_has_two_columns_for_a_glyph():
    ds = TextToImage(GLYPHS, (0, 0), 2).fit_transform(NlpDataset(["7"], seed=1))
    assert (ds[0].image.min(axis=0) <= 239).tolist() == [True, True]


def test_an_empty_batch_can_be_made():
    assert strips().batch([]).images.shape == (0, 28, 250)


def test_glyphs_and_their_old_name_together_are_refused():
    with pytest.raises(InputError, match="both glyphs and font_dir"):
        TextToImage("path/to/glyphs", font_dir="path/to/others")


@pytest.mark.parametrize("sizing", SIZINGS)
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_sample_alone_is_the_same_as_in_a_batch(sizing, data):
    labels = data.draw(st.lists(st.text("0123456789-,", min_size=1, max_size=12), min_size=2, max_size=5))
    low = data.draw(st.integers(0, 6))
    step = TextToImage(
        GLYPHS,
        (low, low + data.draw(st.integers(0, 6))),
        data.draw(st.integers(100, 200) if sizing != "pad" else st.integers(400, 500)),
        sizing,
        data.draw(st.integers(28, 45) if sizing == "pad" else st.integers(8, 45)),
        data.draw(st.sampled_from(["left", "center", "right", "random"])),
        data.draw(st.booleans()),
        data.draw(st.none() | st.integers(0, 2**64 - 1)),
    )
    try:
        ds = step.fit_transform(NlpDataset(labels, seed=data.draw(st.integers(0, 2**64 - 1))))
    except InputError:
        reject()  # the shortest label cannot be stretched to the width of the longest
    ds = ds.with_epoch(data.draw(st.integers(0, 2)))
    with twins.forced("numpy"):
        whole = ds.batch(range(len(labels)))
    for which in ("numpy", "numba"):
        with twins.forced(which):
            for row in range(len(labels)):
                for made in (ds[row], ds.batch([row]).sample(0)):
                    for name, value in vars(whole.sample(row)).items():
                        assert same(getattr(made, name), value), (which, name)


def test_a_sub_class_that_draws_otherwise_is_asked_for_one_sample_too():
    class Inverted(TextToImage):
        def run(self, batch, rng):
            made = super().run(batch, rng)
            return made.replace(images=255 - made.images)

    ds = Inverted(GLYPHS, image_width=100).fit_transform(NlpDataset(["12", "34"], seed=3))
    assert ds[1].image[0, 0] == 0
    assert (ds[1].image == ds.batch([0, 1]).images[1]).all()


def test_a_parameter_that_the_short_way_does_not_know_is_heeded():
    class Shaded(TextToImage):
        def __init__(self, glyphs="optdigits", shade=0):
            super().__init__(glyphs)
            self.shade = shade

    assert Shaded().run_one is not None
    assert Shaded(shade=3).run_one is None
