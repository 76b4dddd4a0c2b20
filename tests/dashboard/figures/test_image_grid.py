"""Images in lines."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from dashboard.figures import image_grid as module
from dashboard.figures.image_grid import GAP, Tile, square
from tests.dashboard.figures.checked import checked

image_grid = checked(module.image_grid)
NET = ("resnet", 20)


def images(count: int, side: int = 24) -> np.ndarray:
    return np.full((count, side, side, 1), 200, np.uint8)


def picture_of(figure) -> np.ndarray:
    (image,) = figure.layout.images
    content = b64decode(image.source.removeprefix("data:image/png;base64,"))
    return np.asarray(Image.open(io.BytesIO(content)))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_no_images_are_an_empty_frame(mode):
    figure = image_grid(images(0), [], 3, alt="none", net=NET, mode=mode)
    assert not figure.layout.images
    assert not figure.data


def test_every_image_tells_about_itself_and_gives_its_hit():
    tiles = [Tile("first", "0"), Tile("second")]
    (marks,) = image_grid(images(2), tiles, 2, alt="two", net=NET).data
    assert marks.hovertext == ("first", "second")
    assert marks.customdata == ("0", None)
    assert (marks.x, marks.y) == ((0.5, 1.5), (0.5, 0.5))


def test_a_frame_lies_on_the_pixels_of_its_box():
    # of 24 pixels, each 4 wide in the picture: of the 96 + GAP of a place the image fills 96
    figure = image_grid(
        images(3), 2 * [Tile("")] + [Tile("", box=(6, 0, 24, 12))], 2, alt="", net=NET
    )
    (frame,) = figure.layout.shapes
    filled = 96 / (96 + GAP)
    edges = (frame.x0, frame.x1, frame.y0, frame.y1)
    assert edges == pytest.approx((0, filled / 2, 1 + filled / 4, 1 + filled))
    assert picture_of(figure).shape[:2] == (2 * (96 + GAP), 2 * (96 + GAP))


def test_the_image_that_is_lit_has_a_frame_all_around():
    figure = image_grid(images(2), [Tile(""), Tile("")], 2, alt="", net=NET, lit=1)
    (frame,) = figure.layout.shapes
    assert (frame.x0, frame.y0) == (1, 0)
    assert (frame.x1, frame.y1) == pytest.approx((1 + 96 / (96 + GAP), 96 / (96 + GAP)))


@pytest.mark.parametrize(("count", "columns"), [(0, 1), (1, 1), (8, 3), (9, 3), (10, 4), (64, 8)])
def test_about_a_square(count, columns):
    assert square(count) == columns
