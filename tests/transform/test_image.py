"""Images one by one: the identity base, cropping, scaling, and joining lists of a user's own. Values by hand."""

import cv2
import numpy as np
import pandas as pd
import pytest

from mygenerator import (
    CharToImages,
    CombineImagesHorizontally,
    GlyphSet,
    ImageDataset,
    ImageTransform,
    NlpDataset,
    PhoneNlpDataset,
    Pipeline,
    RemoveWhitePadding,
    ScaleImage,
    TextToImage,
    ValidatePadding,
)
from mygenerator.batch import Batch
from mygenerator.errors import GapError, InputError
from mygenerator.rng import Stream


def images_of(function, labels) -> ImageDataset:
    return ImageDataset(get_image_fn=function, meta=pd.DataFrame({"label": labels}), seed=1)


def font_of_arrays() -> ImageDataset:
    arrays = [np.array([0, 1, 2]), np.array([3, 4, 5, 6]), np.array([7, 8])]
    meta = pd.DataFrame({"label": ["a", "b", "c"], "uri": ["a.png", "b.png", "c.png"]})
    return ImageDataset(get_image_fn=lambda row: arrays[row], meta=meta, seed=1)


def test_characters_become_arrays_of_unequal_length_and_meta_is_the_caller_s():
    ds = CharToImages(font=font_of_arrays()).fit_transform(NlpDataset(pd.DataFrame({"label": ["caba"], "note": ["x"]})))
    images, meta = ds.get_sample(0)
    assert [image.tolist() for image in images] == [[7, 8], [0, 1, 2], [3, 4, 5, 6], [0, 1, 2]]
    assert meta.to_dict() == {"label": "caba", "note": "x"}
    assert len(ds) == 1


def test_texts_of_unequal_length_become_lists_of_unequal_length():
    ds = CharToImages(font=font_of_arrays()).fit_transform(NlpDataset(["ab", "c", "bca"], seed=2))
    assert [len(sample.image) for sample in ds] == [2, 1, 3]
    assert ds[2].image[1].tolist() == [7, 8]


def test_objects_of_any_type_are_drawn_uniformly():
    font = images_of(lambda row: f"glyph {row}", ["x", "y", "x", "x"])
    drawn = [sample.image[0] for sample in CharToImages(font).fit_transform(NlpDataset(["x"] * 3000, seed=3))]
    assert set(drawn) == {"glyph 0", "glyph 2", "glyph 3"}
    # 1,000 each on average; five standard deviations are 130.
    assert all(870 < drawn.count(name) < 1130 for name in set(drawn))


def test_a_character_that_the_font_lacks_is_refused_by_name():
    with pytest.raises(InputError, match="has no image for 'd'"):
        CharToImages(font_of_arrays()).fit(NlpDataset(["abcd"], seed=1))


def two_flat_images(row: int) -> list[np.ndarray]:
    first, second = np.zeros((28, 20), np.uint8), np.full((28, 20), 20, np.uint8)
    first[:, 3:] = 10
    return [first, second]


def test_two_flat_images_are_set_side_by_side_and_inverted():
    ds = CombineImagesHorizontally((1, 1), 20 + 20 + 1).fit_transform(images_of(two_flat_images, ["dummy"]))
    image, meta = ds.get_sample(0)
    expected = np.zeros((28, 41), np.uint8)
    expected[:, 3:20] = 10
    expected[:, 21:] = 20
    assert image.dtype == np.uint8
    assert np.array_equal(image, 255 - expected)
    assert meta.to_dict() == {"label": "dummy"}
    assert ds[0].gaps.tolist() == [1]
    assert ds[0].boxes.tolist() == [[0, 0, 20, 28], [21, 0, 41, 28]]


def test_a_wider_strip_holds_the_same_images_wider():
    ds = CombineImagesHorizontally((3, 3), 83).fit_transform(images_of(two_flat_images, ["dummy"]))
    assert ds[0].boxes.tolist() == [[0, 0, 40, 28], [43, 0, 83, 28]]
    assert (ds[0].image[:, 40:43] == 255).all()
    assert (ds[0].image[:, 43:] == 235).all()


def test_a_list_that_cannot_be_set_on_the_strip_is_refused_with_its_sample():
    ds = CombineImagesHorizontally((1, 1), 4).fit_transform(images_of(two_flat_images, ["dummy"]))
    with pytest.raises(InputError, match=r"sample 0: combined_width 4 cannot hold 2 characters"):
        ds.get_image_only(0)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (np.zeros((28, 20)), "a list of images"),
        ([], "a list of images"),
        ([np.zeros((28, 20))], "image 0: float64"),
        ([np.zeros((28, 20), np.uint8), "text"], "image 1: str"),
        ([np.zeros((0, 3), np.uint8)], "image 0: uint8"),
        ([np.zeros((2, 3, 4), np.uint8)], "image 0: uint8"),
    ],
)
def test_what_is_no_list_of_images_is_refused(made, words):
    ds = CombineImagesHorizontally((1, 1), 40).fit_transform(images_of(lambda row: made, ["dummy"]))
    with pytest.raises(InputError, match=words):
        ds.get_image_only(0)


def test_a_reference_pipeline_of_a_user_s_own_font_keeps_its_gaps():
    def letter(row: int) -> np.ndarray:
        image = np.zeros((30, 24), np.uint8)
        image[5:25, 6 : 10 + 2 * row] = 255
        return image

    font = images_of(letter, list("0123456789")[:5])
    steps = [CharToImages(font), RemoveWhitePadding(), CombineImagesHorizontally((2, 5), 90), ValidatePadding((2, 5))]
    for sample in Pipeline(steps).fit_transform(NlpDataset(["01234", "4402", "3"], seed=4)):
        assert sample.image.shape == (28, 90)
        assert len(sample.boxes) == len(sample.label)


def test_the_identity_hands_on_what_it_is_given():
    things = ["text", 7, None, np.arange(3), [np.zeros(2), "x"]]
    ds = ImageTransform().fit_transform(images_of(lambda row: things[row], list("abcde")))
    assert all(ds.get_image_only(row) is thing for row, thing in enumerate(things))
    strips = TextToImage(image_width=100).fit_transform(NlpDataset(["007"], seed=1))
    assert ImageTransform().fit_transform(strips)[0].gaps.tolist() == strips[0].gaps.tolist()


def test_a_step_of_a_user_s_own_changes_every_image_of_a_list():
    class Mirror(ImageTransform):
        def transform_sample(self, image):
            return image[:, ::-1]

    one, two = np.array([[1, 2]], np.uint8), np.array([[3, 4, 5]], np.uint8)
    ds = Mirror().fit_transform(images_of(lambda row: [[one, two], one][row], ["a", "b"]))
    assert [image.tolist() for image in ds.get_image_only(0)] == [[[2, 1]], [[5, 4, 3]]]
    assert ds.get_image_only(1).tolist() == [[2, 1]]
    assert ds.kind == "object"


def test_single_images_and_lists_are_cropped_to_the_ink():
    image = np.zeros((28, 28), np.uint8)
    image[4:24, 10:18] = 200
    ds = RemoveWhitePadding().fit_transform(images_of(lambda row: [image, [image, image]][row], ["a", "b"]))
    assert ds.get_image_only(0).shape == (20, 8)
    assert [part.shape for part in ds.get_image_only(1)] == [(20, 8), (20, 8)]
    assert RemoveWhitePadding(inverse=True).transform_sample(255 - image).shape == (20, 8)


def test_strips_are_cropped_by_their_own_paper():
    texts = NlpDataset(["007"], seed=1)
    for invert in (False, True):
        strips = TextToImage(image_width=200, sizing="pad", image_height=60, invert=invert).fit_transform(texts)
        (x0, x1), (y0, y1) = (
            (int(strips[0].boxes[:, low].min()), int(strips[0].boxes[:, low + 2].max())) for low in (0, 1)
        )
        cropped = RemoveWhitePadding(removedot=False).fit_transform(strips)[0]
        assert cropped.image.shape == (y1 - y0, x1 - x0)
        assert cropped.boxes is None


def test_scaling_keeps_the_shape_and_the_interpolation_that_was_asked_for():
    meta = pd.DataFrame({"label": ["a", "b"], "uri": ["a.png", "b.png"]})
    arrays = [np.array([[8]], np.uint8), np.array([[1, 2], [3, 4]], np.uint8)]
    source = ImageDataset(meta=meta, get_image_fn=lambda row: arrays[row])
    ds = ScaleImage(width=3, inter=cv2.INTER_NEAREST).fit_transform(source)
    assert ds.get_image_only(0).tolist() == [[8, 8, 8]] * 3
    wider = ScaleImage(width=4, inter=cv2.INTER_NEAREST).fit_transform(source)
    assert wider.get_image_only(1).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert ScaleImage(height=6).transform_sample(np.zeros((3, 5), np.uint8)).shape == (6, 10)


def test_scaling_to_nothing_is_refused():
    with pytest.raises(InputError, match="neither width nor height"):
        ScaleImage().fit(images_of(lambda row: np.zeros((2, 2), np.uint8), ["a"]))
    with pytest.raises(InputError, match="width is 0; allowed: whole numbers from 1"):
        ScaleImage(width=0).fit(images_of(lambda row: np.zeros((2, 2), np.uint8), ["a"]))


def test_one_sample_alone_is_the_sample_of_a_data_set():
    texts = NlpDataset(["007", "42"], seed=8)
    step = TextToImage(image_width=120, spacing_range=(2, 6))
    assert np.array_equal(step.transform_sample("42", index=1, seed=8), step.fit_transform(texts)[1].image)
    draw, join = CharToImages(), CombineImagesHorizontally((2, 6), 120)
    glyphs = draw.transform_sample("42", index=1, seed=8)
    assert all(map(np.array_equal, glyphs, draw.fit_transform(texts)[1].image))
    assert join.transform_sample(glyphs, index=1, seed=8).shape == (28, 120)
    both = Pipeline([step, ValidatePadding((2, 6))])
    assert np.array_equal(both.transform_sample("42", index=1, seed=8), step.fit_transform(texts)[1].image)


def test_a_single_strip_is_measured_where_nothing_is_recorded():
    strip = np.full((28, 30), 255, np.uint8)
    strip[:, 2:10] = strip[:, 14:20] = 0
    assert ValidatePadding((4, 4)).transform_sample(strip) is not None
    with pytest.raises(GapError, match="gap 1 measures 4 pixels; allowed: gaps of 5 to 9 pixels"):
        ValidatePadding((5, 9)).transform_sample(strip)
    with pytest.raises(InputError, match=r"uint8 \(H, W\)"):
        ValidatePadding((5, 9)).transform_sample("no image")


def test_one_by_one_steps_take_lists_too():
    image = np.full((4, 6), 200, np.uint8)
    assert [one.shape for one in ScaleImage(height=2).transform_sample([image, image])] == [(2, 3), (2, 3)]
    assert [one.shape for one in RemoveWhitePadding().transform_sample([image])] == [(4, 6)]


@pytest.mark.parametrize("sizing", ["fill", "equal", "pad"])
@pytest.mark.parametrize("between", [[], [ScaleImage(height=14)]], ids=["as they are", "scaled"])
def test_the_steps_of_older_releases_keep_their_gaps_on_real_glyphs(sizing, between):
    join = CombineImagesHorizontally((1, 10), 420, sizing)
    for crop in ([RemoveWhitePadding(), *between], [*between, RemoveWhitePadding()]):
        line = Pipeline([CharToImages(), *crop, join, ValidatePadding((1, 10))])
        assert len(line.fit_transform(PhoneNlpDataset(200, seed=3)).batch(range(200))) == 200


def test_a_point_is_not_cropped_from_a_labelled_strip():
    seven, point = np.zeros((28, 28), np.uint8), np.zeros((28, 28), np.uint8)
    seven[4:24, 11:17], point[22:24, 13:15] = 255, 255
    glyphs = GlyphSet.from_images([seven, point], ["7", "."], source="made")
    strips = TextToImage(glyphs, (3, 3), 100, "pad").fit_transform(NlpDataset(["7."], seed=1))
    assert RemoveWhitePadding().fit_transform(strips)[0].image.shape == (20, 6 + 3 + 2)


def test_a_subclass_keeps_its_own_parameters_when_it_crops_strips():
    class Framed(RemoveWhitePadding):
        def __init__(self, margin, inverse=False):
            super().__init__(inverse)
            self.margin = margin

        def transform_sample(self, image):
            return np.pad(super().transform_sample(image), self.margin)

    strip = np.full((1, 20, 30), 255, np.uint8)
    strip[:, 5:9, 10:16] = 0
    batch = Batch("strip", np.array([0]), np.array(["1"]), strip)
    assert Framed(2).run(batch, Stream(0, "framed")).images[0].shape == (4 + 4, 6 + 4)


def test_an_image_that_cannot_be_changed_is_named_by_its_sample():
    ds = ScaleImage(height=3).fit_transform(images_of(lambda row: [np.zeros((2, 2), np.uint8), "x"][row], ["a", "b"]))
    assert ds.get_image_only(0).shape == (3, 3)
    with pytest.raises(InputError, match=r"^sample 1: "):
        ds.get_image_only(1)


def test_lower_images_stand_in_the_middle_of_the_tallest():
    tall, low = np.full((28, 10), 200, np.uint8), np.full((8, 10), 100, np.uint8)
    ds = CombineImagesHorizontally((2, 2), 22).fit_transform(images_of(lambda row: [tall, low], ["a"]))
    assert ds[0].boxes.tolist() == [[0, 0, 10, 28], [12, 10, 22, 18]]
    assert (ds[0].image[10:18, 12:] == 155).all()
    assert (ds[0].image[:10, 12:] == 255).all()


def test_glyphs_of_a_user_s_own_font_do_not_depend_on_the_batch():
    font = images_of(lambda row: np.full((28, 5 + row), 200, np.uint8), list("01") * 20)
    ds = CharToImages(font).fit_transform(NlpDataset(["0110", "1", "10011"] * 4, seed=6))
    shapes = [[image.shape for image in sample.image] for sample in ds]
    assert [[image.shape for image in ds[row].image] for row in range(12)] == shapes
    assert [[image.shape for image in ds.batch([7, 2]).image(place)] for place in (0, 1)] == [shapes[7], shapes[2]]
    # Equal characters of one text are drawn apart.
    assert len({shape for sample in shapes for shape in sample}) > 20
