"""Small images in lines."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from dashboard.figures import image_gallery as module
from dashboard.figures.image_gallery import COLUMNS, Picture, height_of
from tests.dashboard.figures.checked import checked

image_gallery = checked(module.image_gallery)


def pictures(count: int, pixels=None) -> list[Picture]:
    image = np.full((4, 4, 1), 200, np.uint8) if pixels is None else np.array(pixels, np.uint8)
    return [
        Picture(image, str(place), f"Bag<br>{place}", f"about {place}") for place in range(count)
    ]


def decoded(figure) -> np.ndarray:
    content = b64decode(figure.layout.images[0].source.split(",")[1])
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_no_images_are_an_empty_frame(mode):
    assert not image_gallery([], mode=mode).layout.images


def test_a_grey_image_is_drawn_grey_and_a_red_one_red():
    assert decoded(image_gallery(pictures(1)))[9, 9].tolist() == [200, 200, 200, 255]
    red = image_gallery(pictures(1, np.full((2, 2, 3), (255, 0, 0))))
    assert decoded(red)[9, 9].tolist() == [255, 0, 0, 255]


def test_what_is_beside_the_last_image_is_clear():
    assert decoded(image_gallery(pictures(1)))[9, -9, 3] == 0


def test_a_line_has_eight_images_and_a_click_tells_which():
    words, marks = image_gallery(pictures(COLUMNS + 1)).data
    assert list(marks.customdata) == [str(place) for place in range(COLUMNS + 1)]
    assert marks.x[0] == marks.x[COLUMNS]
    assert marks.y[0] == marks.y[COLUMNS - 1] < marks.y[COLUMNS]
    assert words.text[0] == "Bag<br>0"


def test_a_full_page_is_three_lines_high():
    assert height_of(3 * COLUMNS) > height_of(2 * COLUMNS) == height_of(COLUMNS + 1)
