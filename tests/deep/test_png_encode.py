"""util_png: huge images, and thousands of any kind."""

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from mygenerator import twins
from mygenerator.sinks.png.encoder import png_encode
from tests.sinks.making import digits, pictures, strictly_read

pytestmark = pytest.mark.deep


@pytest.mark.parametrize("kind", ["strip", "noise", "flat"])
def test_an_image_of_a_hundred_megapixels(kind):
    shape = (1, 128, 1_000_000)
    if kind == "strip":
        tile = digits("fill", 400, 50).reshape(1, 128, -1)
        image = np.tile(tile, (1, 1, -(-shape[2] // tile.shape[2])))[:, :, : shape[2]].copy()
    elif kind == "noise":
        words = np.arange(128 * 1_000_000 // 8, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        image = (words ^ words >> np.uint64(29)).view(np.uint8).reshape(shape)
    else:
        image = np.full(shape, 255, np.uint8)
    with twins.forced("numpy"):
        files = png_encode(image)
    assert np.array_equal(strictly_read(files[0]), image[0])
    assert np.array_equal(cv2.imdecode(np.frombuffer(files[0], np.uint8), cv2.IMREAD_UNCHANGED), image[0])
    pytest.importorskip("numba")
    with twins.forced("numba"):
        assert png_encode(image) == files


@settings(max_examples=5000, deadline=None, suppress_health_check=list(HealthCheck))
@given(images=pictures())
def test_thousands_of_images_of_any_kind(images):
    pytest.importorskip("numba")
    with twins.forced("numpy"):
        files = png_encode(images)
    for image, file in zip(images, files, strict=True):
        assert np.array_equal(strictly_read(file), image)
    with twins.forced("numba"):
        assert png_encode(images) == files
