"""Signed maps as one picture."""

import io
from base64 import b64decode

import numpy as np
import pytest
from PIL import Image

from dashboard.figures.cam_tiles import SHOWN, SIDE, Tile, empty_words, tile_marks, tile_picture

WHITE = [247, 247, 247]  # ColorBrewer's RdBu in the middle


def tile(numbers, *, limit: float = 2.0, left: float = 0.0, top: float = 0.0) -> Tile:
    return Tile(np.array(numbers, np.float32), limit, left, top, "about", "stages.0.0")


def colours(*tiles: Tile, columns: float = 1, rows: float = 1) -> np.ndarray:
    """Red, green, blue, opacity of every pixel."""
    source = tile_picture(tiles, columns, rows)["source"]
    with Image.open(io.BytesIO(b64decode(source.split(",")[1]))) as image:
        return np.asarray(image.convert("RGBA")).astype(int)


def test_a_map_is_white_at_0_red_above_and_blue_below():
    picture = colours(tile([[-2, 0, 2]]))
    below, zero, above = (picture[50, x, :3] for x in (10, 52, 95))
    assert zero.tolist() == WHITE
    assert above[0] > above[2]
    assert below[2] > below[0]


def test_two_maps_of_one_limit_have_the_same_colour_for_the_same_number():
    one = colours(tile([[1.0]], limit=4))
    other = colours(tile([[1.0, 4.0]], limit=4))
    assert one[9, 9].tolist() == other[9, 9].tolist()


def test_every_cell_of_a_grid_has_one_colour_with_hard_edges():
    picture = colours(tile(np.arange(16).reshape(4, 4), limit=15))
    drawn = picture[: round(SHOWN * SIDE), : round(SHOWN * SIDE), 0:3]
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) == 16


def test_a_map_of_zeros_is_white_whatever_its_limit():
    assert colours(tile(np.zeros((2, 2)), limit=0.0))[9, 9, :3].tolist() == WHITE


def test_what_is_no_number_and_what_lies_between_tiles_lets_the_page_shine_through():
    picture = colours(tile([[np.nan, 1]]))
    assert picture[9, [9, 90, SIDE - 1], 3].tolist() == [0, 255, 0]


def test_a_tile_stands_where_it_says():
    picture = colours(tile([[2.0]], left=1, top=0.5), columns=2, rows=1.5)
    drawn = np.argwhere(picture[:, :, 3])
    assert drawn.min(0).tolist() == [SIDE // 2, SIDE]


def test_only_maps_without_a_positive_number_are_called_empty():
    words = empty_words([tile([[-1, 0]]), tile([[0, 1e-6]], left=1), tile([[0, 0]], left=2)])
    assert [x - SHOWN / 2 for x in words["x"]] == pytest.approx([0, 2])


def test_a_click_on_a_tile_gives_what_it_carries():
    marks = tile_marks([tile([[1]]), tile([[1]], left=3)], 60)
    assert marks["customdata"] == ["stages.0.0", "stages.0.0"]
    assert marks["x"] == pytest.approx([SHOWN / 2, 3 + SHOWN / 2])
