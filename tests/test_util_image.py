"""util_image: images read from every kind of source, put together, cropped and scaled; one error for what is none."""

import contextlib
import io
import subprocess
import sys
from pathlib import Path

import cv2
import hypothesis
import hypothesis.extra.numpy
import numpy as np
import pytest
from hypothesis import strategies

from mygenerator.errors import InputError
from mygenerator.util_image import (
    INTER_AREA,
    image_check,
    image_grey,
    image_merge,
    image_read,
    image_remove_extra_padding,
    image_resize,
    padding_generate,
)

GREY = (np.arange(28 * 40).reshape(28, 40) % 251).astype(np.uint8)
RGB = np.dstack([GREY, GREY // 2, 255 - GREY])


# Reading


def encoded(image, suffix=".png"):
    """The bytes of a file; `image` is grey, RGB or RGBA."""
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGB2BGR if image.shape[2] == 3 else cv2.COLOR_RGBA2BGRA)
    return cv2.imencode(suffix, image)[1].tobytes()


@pytest.mark.parametrize("image", [GREY, RGB], ids=["grey", "colour"])
@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_a_file_is_read_as_it_was_written(tmp_path, image, suffix):
    path = tmp_path / f"ünïcode{suffix}"
    path.write_bytes(encoded(image, suffix))
    for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), io.BytesIO(path.read_bytes())):
        assert np.array_equal(image_read(source), image)
    with path.open("rb") as file:
        assert np.array_equal(image_read(file), image)


def test_an_array_is_returned_as_it_is_and_one_channel_is_dropped():
    assert image_read(GREY) is GREY
    assert image_read(RGB) is RGB
    assert np.array_equal(image_read(GREY[..., None]), GREY)


def test_sixteen_bits_become_eight():
    assert np.array_equal(image_read(encoded(GREY.astype(np.uint16) * 257)), GREY)


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
def test_what_is_transparent_becomes_the_paper_opposite_to_the_ink(ink, paper):
    image = np.full((20, 20, 4), ink, np.uint8)
    image[..., 3] = 0
    image[5:15, 5:15, 3] = 255
    read = image_read(encoded(image))
    assert read.shape == (20, 20, 3)
    assert (read[5:15, 5:15] == ink).all()
    assert (read[:5] == paper).all()


def test_a_photo_is_turned_as_its_camera_says():
    jpeg = encoded(np.zeros((20, 40), np.uint8), ".jpg")
    tiff_head = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"  # orientation 6: a quarter turn
    exif = b"\xff\xe1" + (len(tiff_head) + 8).to_bytes(2, "big") + b"Exif\0\0" + tiff_head
    assert image_read(jpeg[:2] + exif + jpeg[2:]).shape == (40, 20)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".webp"])
@pytest.mark.parametrize("keep", [0, 4, 30, 0.5, -1])
def test_a_torn_file_is_an_error_that_names_it_and_nothing_else_is_said(tmp_path, suffix, keep, capfd):
    data = encoded(RGB, suffix)
    path = tmp_path / f"torn{suffix}"
    path.write_bytes(data[: int(keep * len(data)) if isinstance(keep, float) else keep])
    with pytest.raises(InputError, match=rf"torn\{suffix}: this"):
        image_read(path)
    assert capfd.readouterr() == ("", "")


@hypothesis.given(position=strategies.integers(8, len(encoded(RGB)) - 1), change=strategies.integers(1, 255))
def test_any_changed_byte_of_a_png_is_noticed(position, change):
    data = bytearray(encoded(RGB))
    data[position] ^= change
    with pytest.raises(InputError, match="the given bytes: this"):
        image_read(bytes(data))


@pytest.mark.parametrize("suffix", [".jpg", ".bmp", ".tif", ".webp"])
@hypothesis.given(data=strategies.data())
def test_changed_bytes_give_an_image_or_an_input_error(suffix, data):
    content = bytearray(encoded(GREY, suffix))
    content[data.draw(strategies.integers(0, len(content) - 1))] ^= data.draw(strategies.integers(1, 255))
    with contextlib.suppress(InputError):
        assert image_read(bytes(content)).dtype == np.uint8


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (Path("/nowhere/x.png"), "/nowhere/x.png: the image cannot be read"),
        (Path("/"), "/: the image cannot be read"),
        ("a\0b", "the image cannot be read"),
        (b"", "the given bytes: this is not an image"),
        (b"text", "the given bytes: this is not an image"),
        (
            np.zeros((28, 28)),
            "the given array: this is not an image: float64 of shape (28, 28); allowed: uint8 of shape",
        ),
        (np.zeros((28, 28, 2), np.uint8), "shape (28, 28, 2)"),
        (np.zeros((0, 28), np.uint8), "shape (0, 28)"),
        (np.zeros(28, np.uint8), "shape (28,)"),
        (io.StringIO("text"), "open it in binary mode"),
        (5, "an image cannot be read from 5"),
        (None, "an image cannot be read from None"),
    ],
)
def test_what_is_no_image_is_an_error_that_names_it(source, message):
    with pytest.raises(InputError) as error:
        image_read(source)
    assert message in str(error.value)


def test_grey_is_brightness():
    colours = np.array([[[255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)
    assert image_grey(colours).tolist() == [[255, 0, 76, 150, 29]]
    assert image_grey(GREY) is GREY


def test_a_list_is_no_image():
    with pytest.raises(InputError, match="here: this is not an image: list; allowed: a numpy array"):
        image_check([[1, 2]], "here")


# Putting together

MERGED = [np.array([[8]]), np.array([[1, 2], [3, 4]]), np.array([[1, 0, 0, 2], [0, 3, 4, 0], [5, 6, 0, 0]])]


def test_images_are_put_side_by_side_at_the_top_on_black():
    merged, paddings = image_merge(MERGED, n_dim=2, padding_size=(1, 2), max_height=4, total_width=10)
    assert merged.tolist() == [
        [8, 0, 1, 2, 0, 0, 1, 0, 0, 2],
        [0, 0, 3, 4, 0, 0, 0, 3, 4, 0],
        [0, 0, 0, 0, 0, 0, 5, 6, 0, 0],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ]
    assert merged.dtype == np.uint8
    assert paddings == (1, 2)


def test_colour_images_are_put_side_by_side_and_what_is_left_over_is_black():
    red, blue = np.full((1, 1, 3), (255, 0, 0), np.uint8), np.full((2, 1, 3), (0, 0, 255), np.uint8)
    merged, _ = image_merge([red, blue], 3, [0], 2, 3)
    assert merged.tolist() == [
        [[255, 0, 0], [0, 0, 255], [0, 0, 0]],
        [[0, 0, 0], [0, 0, 255], [0, 0, 0]],
    ]


def test_one_image_needs_no_padding_and_paddings_may_be_an_array():
    assert image_merge([np.array([[7]])], 2, (), 1, 1)[0].tolist() == [[7]]
    assert image_merge([np.array([[7]])] * 2, 2, np.array([1]), 1, 3)[0].tolist() == [[7, 0, 7]]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"total_width": 9}, "images and paddings are 10 pixels wide; allowed: total_width, which is 9"),
        ({"max_height": 2}, r"image 3: an image of shape \(3, 4\); allowed: .* max_height, which is 2"),
        ({"padding_size": (1,)}, r"padding_size is \(1,\); allowed: 2 numbers"),
        ({"padding_size": (1, 2, 3)}, r"padding_size is \(1, 2, 3\); allowed: 2 numbers"),
        ({"padding_size": (1, -1)}, "padding 2 is -1"),
        ({"padding_size": (1, 0.5)}, "padding 2 is 0.5"),
        ({"padding_size": 3}, "padding_size is 3"),
        ({"n_dim": 3}, r"image 1: an image of shape \(1, 1\); allowed: \(h, w, 3\)"),
        ({"n_dim": 1}, "n_dim is 1"),
        ({"max_height": 0}, "max_height is 0"),
        ({"total_width": 10.0}, "total_width is 10.0"),
        ({"image_list": []}, "at least one image"),
        ({"image_list": None}, "image_list is None"),
        ({"image_list": [MERGED[0], np.zeros((2, 2, 3), np.uint8), MERGED[2]]}, "image 2: an image of shape"),
        ({"image_list": [MERGED[0], MERGED[1], np.array([[256]])]}, "image 3: this is not an image: int64"),
        ({"image_list": [MERGED[0], MERGED[1], np.array([[-1]])]}, "image 3: this is not an image"),
        ({"image_list": [MERGED[0], np.array([[0.5]]), MERGED[2]]}, "image 2: this is not an image: float64"),
        ({"image_list": [[[8]], MERGED[1], MERGED[2]]}, "image 1: this is not an image: list"),
    ],
)
def test_what_cannot_be_put_together_is_an_error_that_names_it(changed, message):
    arguments = {"image_list": MERGED, "n_dim": 2, "padding_size": (1, 2), "max_height": 4, "total_width": 10}
    with pytest.raises(InputError, match=message):
        image_merge(**arguments | changed)


# Cropping


def outlined(paper: int, colour: tuple[int, int, int]) -> np.ndarray:
    """300 x 300 RGB with the outline, one pixel wide, of a square of 101 x 101 in its corner."""
    image = np.full((300, 300, 3), paper, np.uint8)
    cv2.rectangle(image, (0, 0), (100, 100), colour, 1)
    return image


@pytest.mark.parametrize("colour", [(0, 255, 0), (0, 0, 255), (0, 0, 1)])
def test_an_outline_of_one_pixel_is_ink_in_any_colour(colour):
    image = outlined(0, colour)
    assert np.array_equal(image_remove_extra_padding(image), image[:101, :101])


def test_dark_ink_is_found_on_white_paper_where_that_is_asked_for():
    image = outlined(255, (0, 255, 255))
    assert np.array_equal(image_remove_extra_padding(image, inverse=True), image[:101, :101])
    assert image_remove_extra_padding(image).shape == image.shape


def test_the_crop_is_from_the_first_ink_to_the_last_and_changes_no_pixel():
    image = np.zeros((6, 7), np.uint8)
    image[2, 1:3], image[4, 5] = (1, 200), 90
    assert image_remove_extra_padding(image, removedot=False).tolist() == [
        [1, 200, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 90],
    ]


@pytest.mark.parametrize("inverse", [False, True])
@hypothesis.given(hypothesis.extra.numpy.arrays(np.uint8, (5, 6), elements=strategies.sampled_from([0, 1, 254, 255])))
def test_the_crop_is_the_box_around_all_ink(inverse, image):
    ink = [
        (row, column)
        for row in range(5)
        for column in range(6)
        if image[row, column] != (255 if inverse else 0)
    ]  # fmt: skip
    expected = image
    if ink:
        rows, columns = [row for row, _ in ink], [column for _, column in ink]
        expected = image[min(rows) : max(rows) + 1, min(columns) : max(columns) + 1]
    assert np.array_equal(image_remove_extra_padding(image, inverse, removedot=False), expected)


def test_specks_beside_the_ink_are_left_out_and_those_inside_its_box_stay():
    image = np.zeros((60, 60), np.uint8)
    image[20:40, 30] = 255
    image[30, 30:40] = 255
    image[22:24, 36:38] = 77
    image[5, 5] = 255
    image[50:52, 55] = 255  # a tenth of the stroke of twenty pixels
    crop = image_remove_extra_padding(image)
    assert np.array_equal(crop, image[20:40, 30:40])
    assert crop[2, 6] == 77
    assert image_remove_extra_padding(image, removedot=False).shape == (47, 51)


@pytest.mark.parametrize("length", [3, 10])
def test_a_part_longer_than_a_tenth_of_the_longest_is_no_speck_however_thin(length):
    image = np.zeros((60, 60), np.uint8)
    image[20:40, 30] = 255
    image[5, 5 : 5 + length] = 255
    assert image_remove_extra_padding(image).shape == (35, 26)


def test_a_speck_beside_a_thin_stroke_is_left_out():
    image = np.zeros((60, 60), np.uint8)
    image[20:40, 30] = 255
    image[5, 5] = 255
    assert image_remove_extra_padding(image).shape == (20, 1)


def test_pixels_that_touch_by_a_corner_are_one_part():
    image = np.zeros((60, 60), np.uint8)
    image[5:45, 5:45] = np.eye(40)
    image[50, 5:45] = 1
    assert image_remove_extra_padding(image).shape == (46, 40)


def test_in_a_small_image_every_part_counts():
    image = np.zeros((4, 5), np.uint8)
    image[1, 1] = image[2, 3] = 9
    assert image_remove_extra_padding(image).tolist() == [[9, 0, 0], [0, 0, 9]]


def test_a_thin_outline_stays_beside_a_large_blot():
    image = np.zeros((300, 300), np.uint8)
    image[100:300, 100:300] = 255
    cv2.rectangle(image, (10, 10), (40, 40), 255, 1)
    assert image_remove_extra_padding(image).shape == (290, 290)


def test_an_image_without_ink_is_returned_as_it_is():
    for paper in (0, 255):
        image = np.full((4, 5), paper, np.uint8)
        assert np.array_equal(image_remove_extra_padding(image, inverse=paper == 255), image)


@pytest.mark.parametrize("image", [None, [[1]], np.zeros((3, 3)), np.zeros((3, 3, 2), np.uint8), np.array([[300]])])
def test_what_is_no_image_cannot_be_cropped(image):
    with pytest.raises(InputError, match="the given array: this is not an image"):
        image_remove_extra_padding(image)


# Scaling


def test_one_side_is_given_and_the_other_follows():
    image = np.array([[1, 2], [3, 4]], np.uint8)
    expected = [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    assert image_resize(image, width=4, inter=cv2.INTER_NEAREST).tolist() == expected
    assert image_resize(image, height=4, inter=cv2.INTER_NEAREST).tolist() == expected


def test_an_image_of_one_pixel_grows_to_a_square():
    scaled = image_resize(np.array([[8]]), width=3)
    assert scaled.tolist() == [[8, 8, 8], [8, 8, 8], [8, 8, 8]]
    assert scaled.dtype == np.uint8


@pytest.mark.parametrize(
    ("shape", "asked", "expected"),
    [
        ((28, 20), {"width": 10}, (14, 10)),
        ((28, 20), {"height": 14}, (14, 10)),
        ((3, 4), {"width": 2}, (2, 2)),  # 1.5 is rounded up
        ((5, 4), {"width": 1}, (1, 1)),  # 1.25
        ((7, 4), {"width": 1}, (2, 1)),  # 1.75
        ((4, 3), {"height": 2}, (2, 2)),
        ((4, 5), {"height": 1}, (1, 1)),
        ((4, 7), {"height": 1}, (1, 2)),
        ((1, 100), {"width": 10}, (1, 10)),  # 0.1 is at least 1
        ((100, 1), {"height": 10}, (10, 1)),
        ((28, 20), {"width": 7, "height": 9}, (9, 7)),
        ((28, 20, 3), {"width": 7, "height": 9}, (9, 7, 3)),
        ((28, 20, 1), {"width": 10}, (14, 10, 1)),
    ],
)
def test_the_scaled_image_has_this_shape(shape, asked, expected):
    assert image_resize(np.full(shape, 9, np.uint8), **asked).shape == expected


def test_an_image_that_is_given_neither_side_is_returned_as_it_is():
    image = np.array([[1, 2]])
    assert image_resize(image) is image


def test_the_interpolation_is_the_one_that_was_asked_for():
    image = np.array([[0, 100]], np.uint8)
    assert image_resize(image, 1, 1).tolist() == [[50]]  # the mean of the area
    assert image_resize(image, 1, 1, cv2.INTER_NEAREST).tolist() == [[0]]
    assert image_resize(image, 4, 1, cv2.INTER_LINEAR).tolist() == [[0, 25, 75, 100]]


def test_the_default_interpolation_is_opencv_s_area():
    assert cv2.INTER_AREA == INTER_AREA


@pytest.mark.parametrize("kind", ["uint16", "int16", "float32", "float64"])
def test_what_opencv_scales_keeps_its_type(kind):
    scaled = image_resize(np.array([[0, 300]], kind), 1, 1)
    assert (scaled.dtype, scaled.tolist()) == (kind, [[150]])


@pytest.mark.parametrize(
    ("image", "asked", "message"),
    [
        (GREY, {"width": 0}, "width is 0; allowed: whole numbers of at least 1"),
        (GREY, {"height": -3}, "height is -3"),
        (GREY, {"width": 2.5}, "width is 2.5"),
        (GREY, {"width": True}, "width is True"),
        (GREY, {"width": 10**12}, "OpenCV cannot scale"),
        (GREY, {"width": 5, "inter": 99}, "inter is 99"),
        (GREY, {"width": 5, "inter": "area"}, "inter is 'area'"),
        (None, {"width": 5}, "this is not an image: NoneType"),
        (np.array([[300]]), {"width": 5}, "this is not an image: int64"),
        (np.array([["a"]]), {"width": 5}, "this is not an image"),
        (np.zeros(5, np.uint8), {"width": 5}, "shape"),
        (np.zeros((0, 5), np.float32), {"width": 5}, "shape"),
        (np.zeros((2, 2, 3, 1), np.uint8), {"width": 5}, "shape"),
    ],
)
def test_what_cannot_be_scaled_is_an_error_that_says_why(image, asked, message):
    with pytest.raises(InputError, match=message):
        image_resize(image, **asked)


# Paddings


def test_all_paddings_of_a_range_are_drawn_both_ends_included_equally_often():
    paddings = padding_generate(6000, 3, 8, seed=5)
    values, counts = np.unique(paddings, return_counts=True)
    assert values.tolist() == [3, 4, 5, 6, 7, 8]
    # 5 degrees of freedom: chi-square passes 20.5 once in a thousand.
    assert ((counts - 1000) ** 2 / 1000).sum() < 20.5


def test_paddings_are_those_of_the_seed_and_fresh_ones_without_one():
    assert padding_generate(50, 0, 9, seed=1).tolist() == padding_generate(50, 0, 9, seed=1).tolist()
    assert padding_generate(50, 0, 9, seed=1).tolist() != padding_generate(50, 0, 9, seed=2).tolist()
    assert padding_generate(50, 0, 9).tolist() != padding_generate(50, 0, 9).tolist()


def test_paddings_are_whole_numbers_as_many_as_were_asked_for():
    assert padding_generate(0, 1, 2).tolist() == []
    assert padding_generate(3, 4, 4).tolist() == [4, 4, 4]
    assert padding_generate().tolist() == [1]
    assert padding_generate(3, 4, 9).dtype == np.int64


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 1, 2), "paddings_number is -1"),
        ((2, -1, 2), "min_padding is -1"),
        ((2, 5, 4), "max_padding is 4"),
        ((2, 1, 2.5), "max_padding is 2.5"),
        (("2", 1, 2), "paddings_number is '2'"),
        ((2, 1, 2, -7), "seed is -7"),
    ],
)
def test_a_range_that_is_none_is_an_error_that_names_it(arguments, message):
    with pytest.raises(InputError, match=message):
        padding_generate(*arguments)


def test_importing_the_module_does_not_wait_for_opencv():
    script = "import sys, mygenerator.util_image; print('cv2' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout == "False\n"
    )
