"""image_read: every kind of source and image, and one quiet error for what is none."""

import contextlib
import io
from pathlib import Path

import cv2
import hypothesis
import numpy as np
import pytest
from hypothesis import strategies

from mygenerator.errors import InputError
from mygenerator.util_image import image_grey, image_read

GREY = (np.arange(28 * 40).reshape(28, 40) % 251).astype(np.uint8)
RGB = np.dstack([GREY, GREY // 2, 255 - GREY])


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
        (b"", "the given bytes: this is no image"),
        (b"text", "the given bytes: this is no image"),
        (np.zeros((28, 28)), "the given array: this is no image: float64 of shape (28, 28); allowed: uint8 of shape"),
        (np.zeros((28, 28, 2), np.uint8), "shape (28, 28, 2)"),
        (np.zeros((0, 28), np.uint8), "shape (0, 28)"),
        (np.zeros(28, np.uint8), "shape (28,)"),
        (io.StringIO("text"), "open it for reading bytes"),
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
