"""Images put together."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from dashboard.figures.image_sheet import as_uri, sheet, sprites

FLAT = np.array([10, 90, 170], np.uint8)[:, None, None, None] * np.ones((3, 2, 2, 1), np.uint8)


def unpacked(uri: str, form: str) -> np.ndarray:
    head, body = uri.split(",")
    assert head == f"data:image/{form};base64"
    return np.asarray(Image.open(io.BytesIO(b64decode(body))))


def test_images_stand_row_by_row_and_the_rest_is_clear():
    grey, opacity = np.moveaxis(sheet(FLAT, 2), 2, 0)
    assert grey.tolist() == [[10, 10, 90, 90]] * 2 + [[170, 170, 0, 0]] * 2
    assert opacity.tolist() == [[255] * 4] * 2 + [[255, 255, 0, 0]] * 2


def test_pixels_are_enlarged_hard_with_a_clear_gap_behind_each_image():
    grey, opacity = np.moveaxis(sheet(FLAT[:2], 2, gap=1, times=2), 2, 0)
    assert grey[0].tolist() == [10] * 4 + [0] + [90] * 4 + [0]
    assert opacity[:, 0].tolist() == [255] * 4 + [0]


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_comes_out_of_its_address_as_it_went_in(channels):
    images = np.random.default_rng(0).integers(0, 256, (4, 5, 5, channels), np.uint8)
    picture = sheet(images, 2, gap=1)
    assert np.array_equal(unpacked(as_uri(picture), "png"), picture)


@pytest.mark.parametrize("channels", [1, 3])
def test_sprites_count_row_by_row_in_a_square_sheet(channels):
    shades = np.linspace(20, 230, 7).astype(np.uint8)
    images = shades[:, None, None, None] * np.ones((7, 8, 8, channels), np.uint8)
    made = sprites(images)
    assert (made["columns"], made["rows"]) == (3, 3)
    picture = unpacked(made["source"], "jpeg").astype(int)
    for number, shade in enumerate(shades.tolist()):
        row, column = divmod(number, 3)
        middle = picture[8 * row + 4, 8 * column + 4]
        assert np.abs(middle - shade).max() < 8, "a JPEG of flat squares"


def test_sprites_of_large_images_are_made_smaller():
    picture = unpacked(sprites(np.zeros((1, 96, 96, 1), np.uint8))["source"], "jpeg")
    assert picture.shape == (48, 48)
