"""The folder reader: names of characters, kinds of images, paper and ink."""

import cv2
import numpy as np
import pytest

from mygenerator.errors import InputError
from mygenerator.glyphs import load_glyphs


def test_a_folder_of_characters_gives_its_glyphs(write_image, stroke):
    write_image("7/b.png", stroke(4, 8))
    write_image("7/a.png", stroke(12, 20))
    folder = write_image("+/x.png", stroke())
    glyphs = load_glyphs(folder)
    assert glyphs.source == "scans"
    assert glyphs.characters == "+7"
    assert glyphs.boxes[:, 0].tolist() == [10, 12, 4]


def test_rows_are_places_in_the_sorted_list_of_files(write_image, stroke):
    for name in ("7/b.png", "7/a.png", "U+0021/z.png", "+/c.png"):
        folder = write_image(name, stroke())
    glyphs = load_glyphs(folder)  # in order of path: +/c, 7/a, 7/b, U+0021/z
    assert glyphs.characters == "!+7"
    assert glyphs.rows.tolist() == [3, 0, 1, 2]


@pytest.mark.parametrize(
    ("name", "character"),
    [("U+002F", "/"), ("u002f", "/"), ("U+1F600", "\U0001f600"), ("u", "u"), ("e\u0301", "é"), (" ", " ")],
)
def test_a_sub_folder_is_named_by_its_character_or_code_point(write_image, stroke, name, character):
    assert load_glyphs(write_image(f"{name}/x.png", stroke())).characters == character


@pytest.mark.parametrize("name", ["seven", "U+110000", "U+D800", "U+2F", "10"])
def test_a_sub_folder_that_names_no_character_is_an_error_that_names_it(write_image, stroke, name):
    with pytest.raises(InputError, match="is not a character; allowed: one character, or its code point as U") as error:
        load_glyphs(write_image(f"{name}/x.png", stroke()))
    assert repr(name) in str(error.value)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "webp", "jpg"])
def test_every_usual_image_format_is_read(write_image, stroke, suffix):
    glyphs = load_glyphs(write_image(f"1/x.{suffix}", 255 - stroke(8, 16)))
    assert np.abs(glyphs.images[0].astype(int) - stroke(8, 16)).max() < 40
    assert glyphs.boxes[0].tolist() == [8, 4, 16, 24]


def test_dark_on_light_and_light_on_dark_are_told_apart_image_by_image(write_image, stroke):
    write_image("1/a.png", stroke())
    write_image("1/b.png", 255 - stroke())
    folder = write_image("1/c.png", np.where(stroke() > 0, 20, 200).astype(np.uint8))
    images = load_glyphs(folder).images
    assert np.array_equal(images[0], images[1])
    assert set(np.unique(images[2])) == {0, (180 + 0) * 255 // 200}


def test_an_image_that_is_ink_all_over_is_kept_out_and_counted(write_image, stroke):
    write_image("0/a.png", 255 - stroke())
    folder = write_image("1/tight.png", np.zeros((20, 6), np.uint8))
    glyphs = load_glyphs(folder)
    assert glyphs.characters == "0"
    assert glyphs.lost == {"1": {"empty": 1}}


def test_colour_and_transparency_become_grey(write_image, stroke):
    ink = stroke() > 0
    blue_on_white = np.full((28, 28, 3), 255, np.uint8)
    blue_on_white[ink] = (128, 0, 0)
    black_on_nothing = np.zeros((28, 28, 4), np.uint8)
    black_on_nothing[ink, 3] = 255
    white_on_nothing = black_on_nothing.copy()
    white_on_nothing[ink, :3] = 255
    for number, image in enumerate((blue_on_white, black_on_nothing, white_on_nothing)):
        folder = write_image(f"1/{number}.png", image)
    glyphs = load_glyphs(folder)
    assert len(glyphs) == 3
    assert ((glyphs.images > 0) == ink).all()


def test_sixteen_bits_become_eight(write_image, stroke):
    assert np.array_equal(load_glyphs(write_image("1/x.png", stroke().astype(np.uint16) * 257)).images[0], stroke())


def test_images_of_other_sizes_are_centred(write_image, stroke):
    write_image("1/small.png", stroke(8, 12, size=20))
    assert load_glyphs(write_image("1/large.png", stroke(50, 60, size=128))).images.shape == (2, 128, 128)


def test_hidden_files_and_files_beside_the_sub_folders_are_passed_over(write_image, stroke):
    folder = write_image("1/x.png", stroke())
    (folder / "1" / ".DS_Store").write_bytes(b"no image")
    (folder / ".hidden").mkdir()
    (folder / "LICENCE.txt").write_text("mine")
    assert len(load_glyphs(folder)) == 1


@pytest.mark.parametrize(("height", "width"), [(129, 129), (400, 300), (700, 1000)])
def test_a_large_scan_is_shrunk_in_proportion(write_image, height, width):
    image = np.full((height, width), 255, np.uint8)
    image[height // 4 : -height // 4, width // 2 : width // 2 + width // 10] = 0
    glyphs = load_glyphs(write_image("1/big.png", image))
    scale = 128 / max(height, width)
    assert glyphs.images.shape[1:] == (round(height * scale), round(width * scale))
    x0, y0, x1, y1 = glyphs.boxes[0].tolist()
    assert abs((x1 - x0) - scale * width / 10) <= 1.5
    assert abs((y1 - y0) - scale * height / 2) <= 2


@pytest.mark.parametrize("content", [b"", b"no image at all", "torn"])
def test_an_unreadable_image_is_an_error_that_names_it_and_nothing_else_is_said(write_image, stroke, content, capfd):
    folder = write_image("1/x.png", stroke())
    if content == "torn":
        content = cv2.imencode(".png", stroke())[1].tobytes()[:-20]
    (folder / "1" / "odd.png").write_bytes(content)
    with pytest.raises(InputError, match=r"odd\.png: this"):
        load_glyphs(folder)
    assert capfd.readouterr() == ("", "")


def test_a_folder_in_a_character_s_folder_is_an_error_that_names_it(write_image, stroke):
    folder = write_image("1/x.png", stroke())
    (folder / "1" / "more").mkdir()
    with pytest.raises(InputError, match=r"more: a folder of a character holds image files only"):
        load_glyphs(folder)


def test_the_content_is_the_same_wherever_the_folder_lies(write_image, stroke, tmp_path):
    folder = write_image("1/x.png", stroke())
    first = load_glyphs(folder)
    assert load_glyphs(folder.rename(tmp_path / "elsewhere")) == first
