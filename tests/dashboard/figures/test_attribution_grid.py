"""A grid of maps: rows of methods or stages, columns of nets."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from dashboard import theme
from dashboard.figures import attribution_grid as board
from dashboard.figures.attribution_grid import EMPTY
from dashboard.figures.attribution_tiles import Column, Tile
from tests.dashboard.figures.checked import checked

attribution_grid = checked(board.attribution_grid)
IMAGE = np.arange(4, dtype=np.uint8).reshape(2, 2, 1)
COLUMNS = [Column("plain-8", "plain", 8, IMAGE), Column("residual-8", "resnet", 8, IMAGE)]
SMALL = Tile(np.array([[1.0, -2.0], [0.0, 4.0]], np.float32), 4.0, "small")
LARGE = Tile(np.full((4, 4), 8.0, np.float32), 4.0, "large")
ROWS = [("Grad-CAM", [SMALL, LARGE]), ("Saliency", [LARGE, None])]


def canvas(figure) -> np.ndarray:
    cells = figure.to_dict()["data"][0]["z"]
    shape = [int(size) for size in cells["shape"].split(", ")]
    return np.frombuffer(base64.b64decode(cells["bdata"]), "<f4").reshape(shape)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_without_maps_there_is_a_sentence(mode):
    figure = attribution_grid([], [], alt="", mode=mode)
    assert [note.text for note in figure.layout.annotations] == [EMPTY]


def test_every_map_keeps_its_own_grid_in_tiles_of_one_size():
    drawn = canvas(attribution_grid(ROWS, COLUMNS, alt=""))
    assert drawn.shape == (2 * 34, 2 * 34)  # 4 numbers of 8 pixels, and gaps of a sixteenth
    assert drawn[:32:16, :32:16].tolist() == [[0.25, -0.5], [0, 1]]
    assert (drawn[:16, 16:32] == -0.5).all()


def test_colours_end_at_the_limit_and_nothing_is_drawn_where_there_is_no_map():
    drawn = canvas(attribution_grid(ROWS, COLUMNS, alt=""))
    assert (drawn[:32, 34:66] == 1).all()  # 8 of 4
    assert np.isnan(drawn[34:, 34:]).all()
    assert np.isnan(drawn[32:34]).all()  # between tiles


def test_a_map_of_zeros_is_white():
    rows = [("", [Tile(np.zeros((2, 2), np.float32), 0.0, "")])]
    drawn = canvas(attribution_grid(rows, COLUMNS[:1], alt=""))
    assert (drawn[:32, :32] == 0).all()


def test_maps_tell_about_themselves_on_hover_where_they_stand():
    marks = attribution_grid(ROWS, COLUMNS, alt="").data[1]
    assert list(marks.hovertext) == ["small", "large", "large"]
    assert np.floor(marks.x).tolist() == [0, 1, 0]
    assert np.floor(marks.y).tolist() == [0, 0, 1]


def test_the_image_stands_above_each_nets_maps_with_hard_pixels():
    figure = attribution_grid(ROWS, COLUMNS, alt="")
    assert [(picture.x, picture.y) for picture in figure.layout.images] == [(0, -1), (1, -1)]
    source = figure.layout.images[0].source.partition(",")[2]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(source))))
    assert sorted(set(pixels.ravel().tolist())) == [0, 1, 2, 3]


def test_columns_are_headed_by_their_nets_and_rows_by_their_labels():
    figure = attribution_grid(ROWS, COLUMNS, alt="what is seen")
    headings = {note.text: note.font.color for note in figure.layout.annotations}
    assert headings == {
        "<b>plain-8</b>": theme.shade("plain", 8, "light"),
        "<b>residual-8</b>": theme.shade("resnet", 8, "light"),
    }
    assert list(figure.layout.yaxis.ticktext) == ["image", "Grad-CAM", "Saliency"]
    assert list(figure.layout.yaxis.tickvals) == [-0.5, 0.5, 1.5]
    assert figure.layout.meta["alt"] == "what is seen"


def test_a_large_map_travels_small():
    rows = [("", [Tile(np.ones((224, 224), np.float32), 1.0, "")])]
    assert canvas(attribution_grid(rows, COLUMNS[:1], alt="")).shape == (68, 68)
