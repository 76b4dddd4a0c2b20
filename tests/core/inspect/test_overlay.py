from io import BytesIO

import numpy as np
import pytest
import torch
from captum.attr import LayerAttribution
from PIL import Image

from core.inspect.overlay import overlay_png, signed_colours, stretch, stretched


def pixels(png: bytes) -> np.ndarray:
    with Image.open(BytesIO(png)) as picture:
        assert picture.format == "PNG"
        return np.asarray(picture)


def drawn(overlay: np.ndarray, **options) -> np.ndarray:
    """Over a black image as large as an overlay that is not enlarged."""
    return pixels(overlay_png(np.zeros((*overlay.shape, 3), np.uint8), overlay, **options))


@pytest.fixture
def overlay() -> np.ndarray:
    """-2 to 2, and 0 in the middle column; 225 px a side."""
    return np.tile(np.linspace(-2, 2, 225, dtype=np.float32), (225, 1))


def test_a_map_is_stretched_between_the_middles_of_its_cells():
    # Middles of two cells on four pixels are at 0.5 and 2.5: pixels 1 and 2 are at 1/4 and 3/4.
    assert stretch(torch.tensor([[0.0, 4.0]]), 1, 4).tolist() == [[0, 1, 3, 4]]


def test_it_is_captums_interpolation():
    grid = torch.arange(16.0).reshape(4, 4)
    expected = LayerAttribution.interpolate(grid[None, None], (28, 30), "bilinear")[0, 0]
    assert torch.equal(stretch(grid, 28, 30), expected)
    assert np.array_equal(stretched(grid.numpy(), 28, 30), expected.numpy())


def test_a_map_of_the_images_size_stays_as_it_is():
    grid = torch.randn(28, 28, generator=torch.Generator().manual_seed(0))
    assert torch.equal(stretch(grid, 28, 28), grid)


def test_positive_is_red_negative_is_blue_and_zero_is_nearly_white(overlay):
    colours = drawn(overlay, opacity=1)[0].astype(int)
    assert colours[0].tolist() == [5, 48, 97]  # ends and middle of ColorBrewer's RdBu
    assert colours[112].tolist() == [247, 247, 247]
    assert colours[-1].tolist() == [103, 0, 31]
    assert (colours[60:112, 2] > colours[60:112, 0]).all()
    assert (colours[113:165, 0] > colours[113:165, 2]).all()


def test_one_limit_gives_two_maps_the_same_colours(overlay):
    assert np.array_equal(signed_colours(overlay / 2, limit=2), signed_colours(overlay, limit=4))
    assert not np.array_equal(signed_colours(overlay / 2, limit=2), signed_colours(overlay))


def test_what_exceeds_the_limit_gets_the_last_colour(overlay):
    assert signed_colours(overlay, limit=1)[0, [0, -1]].tolist() == [[5, 48, 97], [103, 0, 31]]


def test_an_empty_map_is_white_all_over():
    assert (signed_colours(np.zeros((4, 4), np.float32)) == 247).all()


def test_opacity_mixes_the_image_with_the_map():
    image, nothing = np.full((300, 300, 1), 40, np.uint8), np.zeros((300, 300), np.float32)
    for opacity, expected in ((0, 40), (0.5, 144), (1, 247)):  # 143.5 goes to the even number
        assert (pixels(overlay_png(image, nothing, opacity)) == expected).all()


def test_the_image_is_grey_so_that_all_colour_is_the_maps():
    image = np.zeros((300, 300, 3), np.uint8)
    image[:, :, 0] = 90
    png = pixels(overlay_png(image, np.zeros((300, 300), np.float32), opacity=0))
    assert (png == 30).all()


@pytest.mark.parametrize(("side", "expected"), [(28, 448), (32, 448), (224, 448), (300, 300)])
def test_a_small_picture_is_enlarged_with_hard_pixels(side, expected):
    checks = np.indices((side, side)).sum(0) % 2
    image = (255 * checks[:, :, None]).astype(np.uint8)
    png = pixels(overlay_png(image, np.zeros((side, side), np.float32), opacity=0))
    times = expected // side
    assert png.shape == (expected, expected, 3)
    assert np.array_equal(png[:, :, 0], np.kron(255 * checks, np.ones((times, times))))
