"""Maps over time."""

import numpy as np
import pytest

from dashboard.figures import film_strip as module
from dashboard.figures.cam_tiles import Tile
from dashboard.figures.film_strip import height_of
from tests.dashboard.figures.checked import checked

film_strip = checked(module.film_strip)
STEPS = [0, 10, 1000]


def film(rows=("plain-8", "residual-8"), families=("plain", "resnet"), marked=(2, 0), **options):
    tiles = [
        Tile(np.ones((2, 2)), 1.0, float(column), float(row), "about", f"{row}|{step}")
        for row in range(len(rows))
        for column, step in enumerate(STEPS)
    ]
    fields = {"families": families, "marked": marked, "pixels": 50.0, "alt": "film"} | options
    return film_strip(tiles, rows, STEPS, **fields)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_steps_and_rows_are_told_beside_the_maps(mode):
    figure = film(mode=mode)
    assert list(figure.layout.xaxis.ticktext) == ["0", "10", "1,000"]
    assert list(figure.layout.yaxis.ticktext) == ["plain-8", "residual-8"]
    assert len(figure.layout.images) == 1


def test_each_net_has_a_frame_where_its_slider_stands():
    left, right = film().layout.shapes
    assert left.x0 < 2 < left.x1
    assert right.x0 < 0 < right.x1
    assert left.y1 <= 1 <= right.y1


def test_a_film_of_one_nets_blocks_has_one_frame_over_all_rows():
    (frame,) = film(rows=("stem", "1.1"), families=("plain",), marked=(1,)).layout.shapes
    assert frame.y0 < 0 < 1.9 < frame.y1


def test_a_slider_between_the_steps_has_no_frame():
    assert len(film(marked=(None, 1)).layout.shapes) == 1


def test_no_maps_at_all_are_an_empty_frame():
    figure = film_strip([], [], [0], families=["plain"], marked=[None], pixels=50.0, alt="")
    assert not figure.layout.images


def test_more_rows_are_higher():
    assert height_of(9, 1, 400) < height_of(9, 4, 400)
