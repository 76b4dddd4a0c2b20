"""A net's maps in lines."""

import numpy as np
import pytest

from dashboard.figures import cam_strip as module
from dashboard.figures.cam_strip import CAPTION, height_of, place_of
from dashboard.figures.cam_tiles import Tile
from tests.dashboard.figures.checked import checked

cam_strip = checked(module.cam_strip)


def strip(count: int, **options):
    tiles = [
        Tile(np.ones((2, 2)), 1.0, *place_of(slot, 6), f"about {slot}", f"stages.0.{slot}")
        for slot in range(count)
    ]
    captions = [f"1.{slot + 1}" for slot in range(count)]
    fields = {"family": "plain", "chosen": None, "alt": "maps"} | options
    return cam_strip(tiles, captions, count, **fields)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_net_without_maps_is_an_empty_frame(mode):
    figure = strip(0, mode=mode)
    assert not figure.layout.images
    assert not figure.data


def test_a_deep_net_is_one_picture_and_two_traces():
    figure = strip(28)
    assert len(figure.layout.images) == 1
    assert [trace.uid for trace in figure.data] == ["captions", "marks"]


def test_the_seventh_map_begins_the_second_line():
    assert place_of(5, 6) == (5.0, CAPTION)
    assert place_of(6, 6) == (0.0, 1 + 2 * CAPTION)


def test_the_chosen_map_has_a_frame_and_no_other():
    (frame,) = strip(4, chosen=2).layout.shapes
    assert frame.x0 < 2 < 2.9 < frame.x1
    assert not strip(4).layout.shapes


def test_a_figure_of_more_lines_is_higher():
    assert height_of(6) < height_of(7) == height_of(12) < height_of(28)
